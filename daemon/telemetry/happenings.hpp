// What can happen at the edges of the daemon: one struct each, which knows its line in the log and its counter.
//
//     telemetry.report(ChannelDown{.channel = "ops", .detail = "connection refused"});
//
// Threads: any. Adding one: a struct with kName, kLevel, message(), fields(), and optionally count(), subject() (what
// repetition is counted by) or kNeverLeftOut.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/logging.hpp"
#include "telemetry/metrics_set.hpp"

namespace aw::telemetry {

using Fields = std::vector<Field>;

// Writes the line and counts: happenings_total{happening} always, a metric of its own where one exists.
class Telemetry {
public:
    Telemetry(Log& log, Metrics& metrics) : log_(log), metrics_(metrics) {}

    template <class Happening>
    void report(const Happening& happening) {
        metrics_.happenings_total.with({Happening::kName}).add();
        if constexpr (requires { happening.count(metrics_); }) happening.count(metrics_);
        if (!log_.enabled(Happening::kLevel)) return;
        if constexpr (requires { Happening::kNeverLeftOut; }) {
            log_.write_always(Happening::kLevel, Happening::kName, happening.message(), happening.fields());
        } else {
            std::string subject;
            if constexpr (requires { happening.subject(); }) subject = happening.subject();
            log_.write(Happening::kLevel, Happening::kName, happening.message(), happening.fields(), subject);
        }
    }

    [[nodiscard]] Log& log() { return log_; }
    [[nodiscard]] Metrics& metrics() { return metrics_; }

private:
    Log& log_;
    Metrics& metrics_;
};

// --- process ---

struct Started {
    static constexpr std::string_view kName = "started";
    static constexpr Level kLevel = Level::info;
    static constexpr bool kNeverLeftOut = true;
    std::string version;
    std::string config_revision;
    std::string roles;
    [[nodiscard]] std::string message() const { return "accountwatchd is up"; }
    [[nodiscard]] Fields fields() const;
};

struct StopStep {  // one named step of the shutdown
    static constexpr std::string_view kName = "stopping";
    static constexpr Level kLevel = Level::info;
    static constexpr bool kNeverLeftOut = true;
    std::string step;
    [[nodiscard]] std::string message() const { return step; }
    [[nodiscard]] Fields fields() const { return {}; }
};

struct StopLate {
    static constexpr std::string_view kName = "stop_late";
    static constexpr Level kLevel = Level::error;
    static constexpr bool kNeverLeftOut = true;
    std::string step;
    [[nodiscard]] std::string message() const { return "the stop did not end in time and was cut short"; }
    [[nodiscard]] Fields fields() const { return {{"step", step}}; }
};

struct Reloaded {
    static constexpr std::string_view kName = "reloaded";
    static constexpr Level kLevel = Level::info;
    std::string config_revision;
    void count(Metrics& metrics) const { metrics.set_config_revision(config_revision); }
    [[nodiscard]] std::string message() const { return "new configuration in force"; }
    [[nodiscard]] Fields fields() const { return {{"revision", config_revision}}; }
};

struct ReloadRefused {
    static constexpr std::string_view kName = "reload_refused";
    static constexpr Level kLevel = Level::error;
    std::string mistake;  // file:line:column: what is wrong; one happening per mistake
    [[nodiscard]] std::string message() const { return "the old configuration stays: " + mistake; }
    [[nodiscard]] Fields fields() const { return {}; }
};

// --- the log ---

struct DeadLettered {
    static constexpr std::string_view kName = "dead_letter";
    static constexpr Level kLevel = Level::warning;
    std::string reason;
    std::string detail;
    std::string source;
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    void count(Metrics& metrics) const { metrics.dead_letters_total.with({reason}).add(); }
    [[nodiscard]] std::string subject() const { return reason; }
    [[nodiscard]] std::string message() const { return reason + ": " + detail; }
    [[nodiscard]] Fields fields() const;
};

struct CommitFailed {
    static constexpr std::string_view kName = "commit_failed";
    static constexpr Level kLevel = Level::warning;
    std::string worker;
    std::string detail;
    bool will_retry = true;
    [[nodiscard]] std::string subject() const { return worker; }
    [[nodiscard]] std::string message() const { return detail; }
    [[nodiscard]] Fields fields() const;
};

struct LogUnreachable {
    static constexpr std::string_view kName = "log_unreachable";
    static constexpr Level kLevel = Level::error;
    std::string detail;
    [[nodiscard]] std::string message() const { return detail; }
    [[nodiscard]] Fields fields() const { return {}; }
};

struct LogReachable {
    static constexpr std::string_view kName = "log_reachable";
    static constexpr Level kLevel = Level::info;
    std::int64_t after_ms = 0;
    [[nodiscard]] std::string message() const { return "the log answers again"; }
    [[nodiscard]] Fields fields() const { return {{"after_ms", std::to_string(after_ms)}}; }
};

struct Fenced {
    static constexpr std::string_view kName = "fenced";
    static constexpr Level kLevel = Level::critical;
    std::string detail;
    [[nodiscard]] std::string message() const { return "another instance took over; stopping: " + detail; }
    [[nodiscard]] Fields fields() const { return {}; }
};

struct StorageFull {
    static constexpr std::string_view kName = "storage_full";
    static constexpr Level kLevel = Level::error;
    std::string path;
    std::string detail;
    [[nodiscard]] std::string message() const { return "no new events are taken until there is room: " + detail; }
    [[nodiscard]] Fields fields() const { return {{"path", path}}; }
};

struct PartitionAssigned {
    static constexpr std::string_view kName = "partition_assigned";
    static constexpr Level kLevel = Level::info;
    std::int32_t partition = 0;
    [[nodiscard]] std::string subject() const { return std::to_string(partition); }
    [[nodiscard]] std::string message() const { return "partition is ours"; }
    [[nodiscard]] Fields fields() const { return {{"partition", std::to_string(partition)}}; }
};

struct PartitionRevoked {
    static constexpr std::string_view kName = "partition_revoked";
    static constexpr Level kLevel = Level::info;
    std::int32_t partition = 0;
    bool lost = false;  // taken without asking: what was not committed is another owner's now
    void count(Metrics& metrics) const { metrics.forget_partition(std::to_string(partition)); }
    [[nodiscard]] std::string subject() const { return std::to_string(partition); }
    [[nodiscard]] std::string message() const { return lost ? "partition was lost" : "partition was handed over"; }
    [[nodiscard]] Fields fields() const { return {{"partition", std::to_string(partition)}}; }
};

struct PartitionRestoring {  // every few seconds while it takes long
    static constexpr std::string_view kName = "partition_restoring";
    static constexpr Level kLevel = Level::info;
    std::int32_t partition = 0;
    std::uint64_t records = 0;  // so far
    std::uint64_t added = 0;    // of them since it was told last
    double seconds = 0;
    void count(Metrics& metrics) const;
    [[nodiscard]] std::string subject() const { return std::to_string(partition); }
    [[nodiscard]] std::string message() const { return "state is being restored"; }
    [[nodiscard]] Fields fields() const;
};

struct PartitionRestored {
    static constexpr std::string_view kName = "partition_restored";
    static constexpr Level kLevel = Level::info;
    std::int32_t partition = 0;
    std::uint64_t records = 0;
    std::uint64_t told = 0;  // of them by PartitionRestoring
    double seconds = 0;
    std::uint64_t accounts = 0;
    std::int64_t position = 0;  // from where the log is read on
    void count(Metrics& metrics) const;
    [[nodiscard]] std::string subject() const { return std::to_string(partition); }
    [[nodiscard]] std::string message() const { return "state is restored"; }
    [[nodiscard]] Fields fields() const;
};

// The group's position of a partition is not where its state ends; the state is what counts.
struct PositionsDiffer {
    static constexpr std::string_view kName = "positions_differ";
    static constexpr Level kLevel = Level::error;
    std::int32_t partition = 0;
    std::int64_t group = 0;  // the next record, as the group has it
    std::int64_t state = 0;  // and as the state has it
    [[nodiscard]] std::string subject() const { return std::to_string(partition); }
    [[nodiscard]] std::string message() const {
        return state < group ? "the group is ahead of the state: what lies between is read again, its outputs come "
                               "again under the same ids"
                             : "the state is ahead of the group: what lies between has been applied, it is passed over";
    }
    [[nodiscard]] Fields fields() const;
};

// A partition whose log time is a minute behind, from time to time until it has caught up.
struct PartitionBehind {
    static constexpr std::string_view kName = "partition_behind";
    static constexpr Level kLevel = Level::info;
    std::int32_t partition = 0;
    std::int64_t records = 0;  // not read yet
    double seconds = 0;        // from its log time to now
    [[nodiscard]] std::string subject() const { return std::to_string(partition); }
    [[nodiscard]] std::string message() const { return "events wait to be read"; }
    [[nodiscard]] Fields fields() const;
};

struct PartitionCaughtUp {
    static constexpr std::string_view kName = "partition_caught_up";
    static constexpr Level kLevel = Level::info;
    std::int32_t partition = 0;
    [[nodiscard]] std::string subject() const { return std::to_string(partition); }
    [[nodiscard]] std::string message() const { return "events are read as they come"; }
    [[nodiscard]] Fields fields() const { return {{"partition", std::to_string(partition)}}; }
};

// --- sources ---

struct SourceStopped {  // most of it is refused: nothing of it is consumed until somebody repairs it
    static constexpr std::string_view kName = "source_stopped";
    static constexpr Level kLevel = Level::error;
    static constexpr bool kNeverLeftOut = true;
    std::string source;
    std::string last_refusal;
    std::int64_t pause_ms = 0;
    [[nodiscard]] std::string message() const {
        return "source " + source + " is stopped, most of its records are refused, the last one: " + last_refusal;
    }
    [[nodiscard]] Fields fields() const { return {{"source", source}, {"again_in_ms", std::to_string(pause_ms)}}; }
};

struct SourceResumed {
    static constexpr std::string_view kName = "source_resumed";
    static constexpr Level kLevel = Level::info;
    static constexpr bool kNeverLeftOut = true;
    std::string source;
    [[nodiscard]] std::string message() const { return "source " + source + " is read again"; }
    [[nodiscard]] Fields fields() const { return {{"source", source}}; }
};

// --- feeds ---

struct FeedSilent {
    static constexpr std::string_view kName = "feed_silent";
    static constexpr Level kLevel = Level::warning;
    std::string feed;
    std::string region_code;  // empty = every region
    std::string gap_id;
    std::int64_t accounts_held = 0;
    [[nodiscard]] std::string subject() const { return feed + "/" + region_code; }
    [[nodiscard]] std::string message() const { return "a feed has a data gap, verdicts that need it are held"; }
    [[nodiscard]] Fields fields() const;
};

struct FeedBack {
    static constexpr std::string_view kName = "feed_back";
    static constexpr Level kLevel = Level::info;
    std::string feed;
    std::string region_code;
    std::string gap_id;
    [[nodiscard]] std::string subject() const { return feed + "/" + region_code; }
    [[nodiscard]] std::string message() const { return "the data gap of a feed is closed"; }
    [[nodiscard]] Fields fields() const;
};

// --- notices ---

struct NoticeAttempted {  // counts; a line only in debug
    static constexpr std::string_view kName = "notice_attempted";
    static constexpr Level kLevel = Level::debug;
    std::string notice_id;
    std::string channel;
    std::string outcome;  // sent, failed, gave_up; of the channel `digest`: held, digested
    std::int32_t attempt = 0;
    std::string detail;
    void count(Metrics& metrics) const { metrics.notices_total.with({channel, outcome}).add(); }
    [[nodiscard]] std::string subject() const { return channel; }
    [[nodiscard]] std::string message() const { return outcome; }
    [[nodiscard]] Fields fields() const;
};

struct NoticeFailed {  // one channel was given up for this notice
    static constexpr std::string_view kName = "notice_failed";
    static constexpr Level kLevel = Level::warning;
    std::string notice_id;
    std::string channel;
    std::string detail;
    [[nodiscard]] std::string subject() const { return channel; }
    [[nodiscard]] std::string message() const { return "channel given up for this notice: " + detail; }
    [[nodiscard]] Fields fields() const { return {{"notice", notice_id}, {"channel", channel}}; }
};

struct NoticeUndelivered {  // no channel is left: operations must act on this line
    static constexpr std::string_view kName = "notice_undelivered";
    static constexpr Level kLevel = Level::critical;
    static constexpr bool kNeverLeftOut = true;
    std::string notice_id;
    std::string recipient;
    std::string text;
    [[nodiscard]] std::string message() const { return "no channel took this notice: " + text; }
    [[nodiscard]] Fields fields() const { return {{"notice", notice_id}, {"recipient", recipient}}; }
};

struct ChannelDown {
    static constexpr std::string_view kName = "channel_down";
    static constexpr Level kLevel = Level::error;
    std::string channel;
    std::string detail;
    [[nodiscard]] std::string subject() const { return channel; }
    [[nodiscard]] std::string message() const { return detail; }
    [[nodiscard]] Fields fields() const { return {{"channel", channel}}; }
};

struct ChannelUp {
    static constexpr std::string_view kName = "channel_up";
    static constexpr Level kLevel = Level::info;
    std::string channel;
    [[nodiscard]] std::string subject() const { return channel; }
    [[nodiscard]] std::string message() const { return "channel delivers again"; }
    [[nodiscard]] Fields fields() const { return {{"channel", channel}}; }
};

struct TemplateBroken {
    static constexpr std::string_view kName = "template_broken";
    static constexpr Level kLevel = Level::error;
    std::string language;
    std::string reason;  // of the notice that was sent as plain text
    [[nodiscard]] std::string subject() const { return language + reason; }
    [[nodiscard]] std::string message() const { return "notice was sent as plain text"; }
    [[nodiscard]] Fields fields() const { return {{"language", language}, {"reason", reason}}; }
};

// --- HTTP ---

struct HttpRefused {  // not who they say, or not allowed
    static constexpr std::string_view kName = "http_refused";
    static constexpr Level kLevel = Level::warning;
    std::int32_t status = 0;
    std::string peer;
    std::string detail;
    [[nodiscard]] std::string subject() const { return peer; }
    [[nodiscard]] std::string message() const { return detail; }
    [[nodiscard]] Fields fields() const { return {{"status", std::to_string(status)}, {"peer", peer}}; }
};

struct CommandTaken {  // audit: who did what, when and why; the command itself is in the log of events
    static constexpr std::string_view kName = "command";
    static constexpr Level kLevel = Level::info;
    static constexpr bool kNeverLeftOut = true;
    std::string actor;
    std::string case_id;
    std::string action;
    std::string outcome;  // ACCEPTED or the rejection code
    std::string reason;
    [[nodiscard]] std::string message() const { return action + ' ' + outcome; }
    [[nodiscard]] Fields fields() const;
};

struct CaseExported {  // R90: who looked at what, when and why, or was refused
    static constexpr std::string_view kName = "export";
    static constexpr Level kLevel = Level::info;
    static constexpr bool kNeverLeftOut = true;
    std::string actor;
    std::string unit_id;
    std::string case_id;
    std::string outcome;  // ACCEPTED or the code of the refusal
    std::string reason;
    std::string approver;  // R91: who is named as having agreed
    [[nodiscard]] std::string message() const { return "export " + outcome; }
    [[nodiscard]] Fields fields() const;
};

}  // namespace aw::telemetry
