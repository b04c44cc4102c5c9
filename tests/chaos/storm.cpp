#include "chaos/storm.hpp"

#include <iostream>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "app/open_log.hpp"
#include "base/clock.hpp"
#include "support/kafka_client.hpp"
#include "support/log_work.hpp"
#include "support/process.hpp"
#include "system/eventually.hpp"

namespace aw::test {
namespace {

using eventlog::Topic;

const SystemClock kClock;

}  // namespace

Storm::Storm(StormOptions options)
    : options_(options),
      random_(options.seed),
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
}

// Deadlines in seconds, so that they fall due while things break.
std::vector<std::string> Storm::settings(const std::string& instance, const std::string& address) const {
    return {"http.listen=127.0.0.1:0",
            "log.backend=kafka",
            fmt::format("log.partitions={}", options_.partitions),
            fmt::format("log.kafka.bootstrap_servers=[\"{}\"]", address),
            "log.kafka.topic_prefix=" + prefix_,
            "log.kafka.group_id=" + prefix_ + "group",
            "log.kafka.instance_id=" + instance,
            "log.kafka.properties={session.timeout.ms: \"6000\"}",
            "live_from=" + format_utc(kClock.now() - std::chrono::hours{24 * options_.history_days / 2}),
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

void Storm::begin() { load_ = std::make_unique<Load>(*log_, options_.seed, options_.per_second); }

void Storm::end() { load_->stop(); }

void Storm::start(std::size_t member) {
    members_.at(member).instance.start();
    members_.at(member).state = Member::State::up;
}

void Storm::stop(std::size_t member) {
    Member& one = members_.at(member);
    if (!one.instance.stop()) trouble_.push_back("did not stop in order:\n" + one.instance.log_tail());
    one.state = Member::State::down;
}

void Storm::kill(std::size_t member) {
    members_.at(member).instance.kill();
    members_.at(member).state = Member::State::down;
}

std::map<int, std::int64_t> Storm::undecided() const {
    return test::undecided(broker_.address(), topic_name(prefix_, Topic::state), options_.partitions);
}

bool Storm::wait_for_owners(std::size_t consumers) {
    std::size_t now = 0;
    const bool there = eventually(
        [&] {
            watch_exits();
            now = owners_of(broker_.address(), prefix_ + "group");
            return now == consumers;
        },
        std::chrono::seconds{60});
    if (!there) trouble_.push_back(fmt::format("the partitions are shared by {} consumers, not {}", now, consumers));
    return there;
}

bool Storm::settle() {
    const auto goal = log_ends(broker_.address(), prefix_ + "events", options_.partitions);
    std::map<int, std::int64_t> now;
    const bool settled = eventually(
        [&] {
            watch_exits();
            now = committed_positions(broker_.address(), prefix_ + "group", prefix_ + "events", options_.partitions);
            return reaches(now, goal);
        },
        std::chrono::seconds{120});
    if (settled) return true;
    trouble_.push_back(fmt::format("the log is not applied to its end: {} of {}", now, goal));
    for (const Member& member : members_) trouble_.push_back(member.instance.log_tail());
    return false;
}

bool Storm::stop() {
    bool good = true;
    for (Member& member : members_) {
        if (!member.instance.running() || member.instance.stop()) continue;
        good = false;
        trouble_.push_back("did not stop in order:\n" + member.instance.log_tail());
    }
    return good;
}

Verdict Storm::judge() {
    return test::judge(
        {*log_, prefix_, loaded_.rules,
         committed_positions(broker_.address(), prefix_ + "group", prefix_ + "events", options_.partitions)},
        load_->acknowledged());
}

void Storm::conclude() {
    EXPECT_TRUE(settle());
    EXPECT_TRUE(stop());
    for (const std::string& trouble : trouble_) ADD_FAILURE() << trouble;
    const Verdict verdict = judge();
    std::cout << report() << "\n"
              << verdict.events << " events, " << verdict.outputs << " outputs: " << verdict.lost << " lost, "
              << verdict.doubled << " doubled, " << verdict.moved << " in another order; " << verdict.states
              << " state records, " << verdict.wrong_states << " different; " << verdict.unacknowledged
              << " acknowledged and not in the log" << std::endl;
    for (const std::string& wrong : verdict.first) std::cout << "  " << wrong << "\n";
    EXPECT_TRUE(verdict.good());
}

std::string Storm::report() {
    std::map<int, int> exits;
    for (const Member& member : members_) {
        for (const auto& [code, times] : member.instance.exits()) exits[code] += times;
    }
    std::uint64_t written = 0;
    aborted_ = 0;
    for (const Topic topic :
         {Topic::signals, Topic::cases, Topic::tasks, Topic::notices, Topic::decisions, Topic::state}) {
        const auto count = [&](bool aborted_too) {
            return count_records(broker_.address(), topic_name(prefix_, topic), options_.partitions, aborted_too);
        };
        const std::uint64_t committed = count(false);
        written += committed;
        aborted_ += count(true) - committed;
    }
    std::vector<std::string> parts;
    for (const auto& [what, times] : blows_) parts.push_back(fmt::format("{} {}", times, what));
    for (const auto& [code, times] : exits) parts.push_back(fmt::format("{} exits with {}", times, code));
    return fmt::format("seed {}: {}\n{} records acknowledged, {} sent again; written {} and {} aborted", options_.seed,
                       fmt::join(parts, ", "), load_->acknowledged().size(), load_->sent_again(), written, aborted_);
}

}  // namespace aw::test
