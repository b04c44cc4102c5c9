#include "chaos/storm.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "app/open_log.hpp"
#include "base/clock.hpp"
#include "codec/event_decoder.hpp"
#include "support/kafka_client.hpp"
#include "support/log_work.hpp"
#include "support/process.hpp"
#include "system/eventually.hpp"

namespace aw::test {
namespace {

using eventlog::Topic;

const SystemClock kClock;

constexpr const char* kSourceTopic = "parcels.south";  // behind the prefix

// The time of the digest, a whole minute: so late that storms have let somebody be told more than the budget allows
// before, so early that it comes while things break.
Timestamp time_of_digest(Timestamp now) {
    constexpr std::int64_t kMinuteMs = 60'000;
    return {(now.ms + 45'000 + kMinuteMs - 1) / kMinuteMs * kMinuteMs};
}

std::string no_good_stop(const Instance& instance) {
    const std::string how = instance.last_exit() == Instance::kRuns ? "it still runs after 30 s"
                                                                    : fmt::format("exit {}", instance.last_exit());
    return fmt::format("did not stop in order, {}:\n{}", how, instance.log_tail());
}

}  // namespace

Storm::Storm(StormOptions options)
    : options_(options),
      began_(kClock.now()),
      digest_(time_of_digest(began_)),
      broker_({.doors = options.instances}),
      prefix_(KafkaBroker::unique_prefix()) {
    const auto doors = broker_.doors();
    for (int i = 0; i < options_.instances; ++i) {
        const auto& door = doors.at(static_cast<std::size_t>(i));
        const std::string name = fmt::format("instance-{}", i);
        const std::string address = fmt::format("127.0.0.1:{}", door.clients);
        members_.push_back(
            {Instance(folder_.path() / (name + ".log"), settings(name, address)), Door(door.clients, door.broker), {}});
    }
    loaded_ =
        settings::load(AW_SOURCE_DIR "/config/accountwatch.yaml", settings("judge", broker_.address()), std::nullopt);
    if (!loaded_.ok()) throw std::runtime_error(to_text(loaded_.mistakes.front()));
    log_ = must(app::open_log(loaded_.settings, kClock, {}, app::LogUse::tool));
    run_tool({"topics", "create"});
    make_topic(broker_.address(), prefix_ + kSourceTopic, kSourcePartitions);
}

// Deadlines, gaps of feeds and the digest within seconds, so that they fall due while things break.
std::vector<std::string> Storm::settings(const std::string& instance, const std::string& address) const {
    const std::string shanghai = format_utc(digest_ + std::chrono::hours{8});
    return {"http.listen=127.0.0.1:0",
            "log.backend=kafka",
            fmt::format("log.partitions={}", options_.partitions),
            fmt::format("log.kafka.bootstrap_servers=[\"{}\"]", address),
            "log.kafka.topic_prefix=" + prefix_,
            "log.kafka.group_id=" + prefix_ + "group",
            "log.kafka.instance_id=" + instance,
            fmt::format("log.kafka.properties={{session.timeout.ms: \"6000\", transaction.timeout.ms: \"{}\"}}",
                        options_.transaction_lasts.count()),
            "live_from=" + format_utc(began_ - std::chrono::hours{24 * options_.history_days / 2}),
            fmt::format("sources=[{{name: {}, topics: [{}{}], format: json, map: \"{}\"}}]", kSourceName, prefix_,
                        kSourceTopic, folder_.write("parcels.yaml", source_map())),
            fmt::format("feeds=[{{name: {}, heartbeat: 1s, gap_limit: 2s}}]", kSourceFeed),
            "policy.noise.attention_per_day=5",
            "policy.detection.enabled=true",  // beside the comparisons: their state, too, breaks with the rest
            "policy.noise.digest_at=" + shanghai.substr(shanghai.find('T') + 1, 5),
            fmt::format("watch.workers={}", kWorkers),
            "policy.milestones=[{kind: ACKNOWLEDGE, severity: CRITICAL, span: 2s, clock: REAL},"
            "{kind: ACKNOWLEDGE, severity: HIGH, span: 3s, clock: REAL},"
            "{kind: ACKNOWLEDGE, severity: MEDIUM, span: 5s, clock: REAL},"
            "{kind: FORM_GROUP, severity: HIGH, span: 8s, clock: REAL},"
            "{kind: FIRST_CONTACT, severity: HIGH, span: 20s, clock: REAL}]"};
}

void Storm::run_tool(const std::vector<std::string>& arguments) {
    const Finished finished = test::run_tool(arguments, settings("tool", broker_.address()));
    if (finished.exit_code != 0) throw std::runtime_error(fmt::format("{}: {}", arguments[0], finished.output));
}

void Storm::load_history() {
    const std::string out = folder_.file("history");
    const Finished made =
        run({AW_TOOL, "simulate", "--accounts", std::to_string(options_.history_accounts), "--days",
             std::to_string(options_.history_days), "--seed", std::to_string(options_.seed % 1000), "--out", out});
    if (made.exit_code != 0) throw std::runtime_error(made.output);
    run_tool({"send", "--backfill", out + "/events.ndjson.gz"});
}

void Storm::begin() {
    load_ = std::make_unique<Load>(
        *log_, std::make_unique<SourceLoad>(broker_.address(), prefix_ + kSourceTopic, options_.seed), options_.seed,
        Load::Rates{options_.per_second, options_.source_per_second});
}

void Storm::end() {
    load_->stop();
    load_->source().finish();
}

void Storm::start(std::size_t member) {
    members_.at(member).instance.start();
    members_.at(member).state = Member::State::up;
}

void Storm::stop(std::size_t member) {
    Member& one = members_.at(member);
    const auto began = std::chrono::steady_clock::now();
    if (!one.instance.stop()) trouble_.push_back(no_good_stop(one.instance));
    longest_stop_ = std::max(longest_stop_, std::chrono::duration<double>(std::chrono::steady_clock::now() - began));
    one.state = Member::State::down;
}

void Storm::kill(std::size_t member) {
    members_.at(member).instance.kill();
    members_.at(member).state = Member::State::down;
}

std::map<int, std::int64_t> Storm::undecided(Topic topic) const {
    return test::undecided(broker_.address(), topic_name(prefix_, topic), options_.partitions);
}

bool Storm::positions_are_decided() const {
    return test::positions_are_decided(broker_.address(), prefix_ + "group", topic_name(prefix_, Topic::events),
                                       options_.partitions);
}

bool Storm::wait_for_owners(std::size_t consumers, const std::string& group) {
    std::size_t now = 0;
    const bool there = eventually(
        [&] {
            watch_exits();
            now = owners_of(broker_.address(), prefix_ + "group" + group);
            return now == consumers;
        },
        std::chrono::seconds{60});
    if (!there) {
        trouble_.push_back(
            fmt::format("the partitions of group{} are shared by {} consumers, not {}", group, now, consumers));
    }
    return there;
}

bool Storm::settle() {
    return wait_until_read("-intake", prefix_ + kSourceTopic, kSourcePartitions) &&
           wait_until_read("", topic_name(prefix_, Topic::events), options_.partitions) &&
           wait_until_read("-notify", topic_name(prefix_, Topic::notices), options_.partitions);
}

bool Storm::wait_until_read(const std::string& group, const std::string& topic, int partitions) {
    const auto goal = log_ends(broker_.address(), topic, partitions);
    std::map<int, std::int64_t> now;
    std::string why;
    const bool settled = eventually(
        [&] {
            watch_exits();
            try {
                now = committed_positions(broker_.address(), prefix_ + "group" + group, topic, partitions);
            } catch (const std::runtime_error& error) {
                why = error.what();  // such as: held by the open transaction of somebody who has gone
                return false;
            }
            return reaches(now, goal);
        },
        std::chrono::seconds{120});
    if (settled) return true;
    trouble_.push_back(fmt::format("{} is not read to its end: {} of {} {}", topic, now, goal, why));
    for (const Member& member : members_) trouble_.push_back(member.instance.log_tail());
    return false;
}

bool Storm::stop() {
    bool good = true;
    for (Member& member : members_) {
        if (!member.instance.running() || member.instance.stop()) continue;
        good = false;
        trouble_.push_back(no_good_stop(member.instance));
    }
    return good;
}

Verdict Storm::judge() {
    const auto positions = [&](const char* group, Topic topic) {
        return committed_positions(broker_.address(), prefix_ + group, topic_name(prefix_, topic), options_.partitions);
    };
    // Whoever takes a partition over looks for a digest that is due, but needs a moment.
    const bool digest_is_over = digest_ + std::chrono::seconds{10} < settled_;
    const SourceTopic source{broker_.address(), prefix_ + kSourceTopic, kSourcePartitions,
                             loaded_.settings.sources.front()};
    return test::judge({*log_,
                        prefix_,
                        loaded_.rules,
                        positions("group", Topic::events),
                        positions("group-notify", Topic::notices),
                        digest_is_over ? digest_ : Timestamp{},
                        source},
                       {load_->acknowledged(), load_->source().acknowledged()});
}

void Storm::conclude() {
    EXPECT_TRUE(settle());
    settled_ = kClock.now();
    EXPECT_TRUE(stop());
    for (const std::string& trouble : trouble_) ADD_FAILURE() << trouble;
    const Verdict verdict = judge();
    digests_ = verdict.ledger.digests;
    print(verdict);
    EXPECT_TRUE(verdict.good());
}

void Storm::print(const Verdict& verdict) {
    std::vector<std::string> kinds;
    for (const auto& [kind, count] : verdict.kinds) kinds.push_back(fmt::format("{} {}", count, kind));
    const LedgerFindings& ledger = verdict.ledger;
    std::cout << report() << "\n"
              << verdict.events << " events, " << verdict.outputs << " outputs: " << verdict.lost << " lost, "
              << verdict.doubled << " doubled, " << verdict.moved << " in another order; " << verdict.states
              << " state records, " << verdict.wrong_states << " different; " << verdict.unacknowledged
              << " acknowledged and not in the log\n"
              << fmt::format("{}\n", fmt::join(kinds, ", ")) << ledger.notices << " notices settled: " << ledger.sent
              << " sent, " << ledger.sent_again << " times again; " << ledger.held << " held, " << ledger.digested
              << " of them in " << ledger.digests << " digests; " << ledger.wrong.size() << " wrong" << std::endl;
    for (const std::string& wrong : verdict.first) std::cout << "  " << wrong << "\n";
    for (const std::string& what : verdict.empty) std::cout << "  no " << what << ": this proves nothing about them\n";
}

// What the instances have written, without the rest of the log.
Storm::Written Storm::count_written(bool aborted_too) const {
    const std::string log = topic_name(prefix_, Topic::events);
    std::vector<std::string> topics;
    for (const Topic topic : eventlog::all_topics()) topics.push_back(topic_name(prefix_, topic));
    Written written;
    EventDecoder decoder;
    read_all(broker_.address(), topics, options_.partitions, aborted_too, [&](const rd_kafka_message_t& message) {
        if (rd_kafka_topic_name(message.rkt) != log) {
            ++written.records;
            return;
        }
        const auto event = decoder.decode({static_cast<const char*>(message.payload), message.len});
        if (!event || !std::holds_alternative<ShipmentEvent>((*event)->payload)) return;
        if ((*event)->source == kSourceFeed) ++written.by_intake;
    });
    return written;
}

std::string Storm::report() {
    std::map<int, int> exits;
    for (const Member& member : members_) {
        for (const auto& [code, times] : member.instance.exits()) exits[code] += times;
    }
    const Written written = count_written(false);
    const Written all = count_written(true);
    aborted_by_intake_ = all.by_intake - written.by_intake;
    aborted_ = aborted_by_intake_ + all.records - written.records;
    std::vector<std::string> parts;
    for (const auto& [what, times] : blows_) parts.push_back(fmt::format("{} {}", times, what));
    for (const auto& [code, times] : exits) parts.push_back(fmt::format("{} exits with {}", times, code));
    parts.push_back(fmt::format("the longest stop took {:.1f} s", longest_stop_.count()));
    return fmt::format(
        "seed {}: {}\n{} + {} records acknowledged, {} sent again; written {} and {} aborted, {} of them by intake",
        options_.seed, fmt::join(parts, ", "), load_->acknowledged().size(), load_->source().acknowledged().size(),
        load_->sent_again(), written.records + written.by_intake, aborted_, aborted_by_intake_);
}

}  // namespace aw::test
