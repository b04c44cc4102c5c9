// Partition: one partition of the log at work: bytes in, shard, bytes out. The live worker and `backtest` run exactly
// this code; the only difference is who reads the log and who keeps the outputs.
//
// One owner, one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codec/event_decoder.hpp"
#include "codec/records.hpp"
#include "core/shard/shard.hpp"
#include "eventlog/record.hpp"

namespace aw::app {

// Tells what happened, for counters and for those who wait; called on the owner's thread.
class PartitionObserver {
public:
    virtual ~PartitionObserver() = default;
    virtual void on_event(std::string_view /*kind*/, Applied /*outcome*/) {}
    virtual void on_dead_letter(const DeadLetter& /*letter*/) {}
    virtual void on_effect(const Effect& /*effect*/) {}
    // A command was carried out or rejected; `view` is the case after it, null if there is none.
    virtual void on_command(std::string_view /*event_id*/, const Decision& /*decision*/, const Case* /*view*/) {}
};

struct PartitionOptions {
    int partition = 0;
    int partitions = 1;
    Format format = Format::protobuf;  // of the outputs
    std::string topic_name = "accountwatch.events";
};

class Partition {
public:
    // `rules` are in force until the log brings an activation.
    Partition(PartitionOptions options, std::shared_ptr<const Rules> rules, RulesBuilder build_rules,
              PartitionObserver& observer);

    // Applies one record; outputs (dead letters too) are appended to `outputs`. Returns true if something urgent is
    // among them: somebody is to be told now.
    bool apply(const eventlog::Record& record, std::vector<eventlog::OutRecord>& outputs);
    // What has changed in its state since the last time, for the log, and how far it goes: `commit.positions`.
    void stage_changes(eventlog::Commit& commit);
    // End of a backtest: fires everything due up to `until`.
    void advance(Timestamp until, std::vector<eventlog::OutRecord>& outputs);

    // The log time at which apply() would take the record.
    [[nodiscard]] LogTime log_time(const eventlog::Record& record);

    // Restores one state record; false if it is damaged or newer than this program.
    [[nodiscard]] bool restore(std::string_view key, std::string_view value);
    void finish_restore() { shard_.finish_restore(); }
    // With how many partitions the state was made that was restored: with another number an account's key leads
    // elsewhere, and it would live in two shards. Nothing for new state, and for what was stored before this was kept.
    [[nodiscard]] std::optional<std::uint32_t> made_with() const { return made_with_; }
    // The first record that is not in the restored state. Nothing where that was stored before this was kept.
    [[nodiscard]] std::optional<std::int64_t> position() const { return position_; }
    // Before finish_restore(): are the accounts that have come whole not as many as the state says it has?
    struct Loss {
        std::uint64_t whole = 0;
        std::uint64_t said = 0;
    };
    [[nodiscard]] std::optional<Loss> loss() const;

    [[nodiscard]] Shard& shard() { return shard_; }
    [[nodiscard]] const Shard& shard() const { return shard_; }
    // Log time of the newest own tick or of any record read.
    [[nodiscard]] int number() const { return options_.partition; }

private:
    // Which log time counts (design section 2): a declared one only if it is neither later than the append time nor
    // earlier than what was read.
    [[nodiscard]] LogTime log_time(const eventlog::Record& record, const Event& event) const;
    [[nodiscard]] std::optional<Refusal> misplaced(const eventlog::Record& record, const Event& event) const;
    void refuse(const eventlog::Record& record, Refusal refusal, std::vector<eventlog::OutRecord>& outputs);
    // What caused it, both or neither: null where only time passed.
    struct Cause {
        const eventlog::Record* record = nullptr;
        const Event* event = nullptr;
    };
    bool publish(Cause cause, bool backfilled, std::vector<eventlog::OutRecord>& outputs);
    void describe(eventlog::OutRecord& output, const Effect& effect, std::size_t number, Cause cause) const;
    [[nodiscard]] bool tells_refusal(Cause cause) const;

    PartitionOptions options_;
    EventDecoder decoder_;
    RulesBuilder build_rules_;
    Shard shard_;
    std::optional<std::uint32_t> made_with_;
    std::optional<std::int64_t> position_;  // as it was staged or restored last
    std::optional<std::uint64_t> accounts_;  // as they were restored
    PartitionObserver& observer_;
    Effects effects_;                   // reused
    std::vector<StateRecord> changes_;  // reused
};

// An effect as the record of its topic.
[[nodiscard]] eventlog::OutRecord to_record(const Effect& effect, Format format, int partitions);

}  // namespace aw::app
