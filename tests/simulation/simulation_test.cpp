// What random seeds leave to chance: every step of a commit once, and what the simulation has found.
#include <gtest/gtest.h>

#include "eventlog/sqlite/sqlite_log.hpp"
#include "simulate.hpp"
#include "support/log_work.hpp"
#include "support/sample_rules.hpp"

namespace aw::test {
namespace {

using Kind = Trouble::Kind;

std::mt19937_64 any() { return std::mt19937_64(7); }

Disk::Handle open_in(Disk& disk, const std::string& name) {
    Disk::Handle file;
    EXPECT_EQ(disk.open(name, true, file), Disk::Outcome::done);
    return file;
}

void lose_power(Disk& disk, std::uint64_t seed) {
    disk.expect({.kind = Kind::power_cut});
    EXPECT_EQ(disk.share(), Disk::Outcome::error);
    std::mt19937_64 random(seed);
    disk.begin_again(random);
}

TEST(SimulatedDisk, KeepsWhatWasSyncedAndTearsWhatWasNot) {
    bool torn = false, lost = false, kept = false;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Disk disk;
        const auto file = open_in(disk, "a");
        ASSERT_EQ(disk.write(*file, 0, std::string(2048, 'x')), Disk::Outcome::done);
        ASSERT_EQ(disk.sync(*file, false), Disk::Outcome::done);
        ASSERT_EQ(disk.write(*file, 100, std::string(1000, 'y')), Disk::Outcome::done);
        EXPECT_EQ(file->now[100], 'y');
        EXPECT_EQ(file->durable, std::string(2048, 'x'));
        lose_power(disk, seed);
        const std::string left = open_in(disk, "a")->now;
        ASSERT_EQ(left.size(), 2048U);
        EXPECT_EQ(left.substr(0, 100), std::string(100, 'x'));
        EXPECT_EQ(left.substr(1100), std::string(948, 'x'));
        // Whole sectors: 100-511, 512-1023, 1024-1099.
        for (const auto& [from, to] : {std::pair{100, 512}, {512, 1024}, {1024, 1100}})
            for (int i = from; i < to; ++i)
                EXPECT_EQ(left[static_cast<std::size_t>(i)], left[static_cast<std::size_t>(from)]);
        const auto fresh = std::ranges::count(left, 'y');
        lost = lost || fresh == 0;
        kept = kept || fresh == 1000;
        torn = torn || (fresh > 0 && fresh < 1000);
    }
    EXPECT_TRUE(torn && lost && kept);
}

TEST(SimulatedDisk, ANameIsThereAfterASyncAndMayBeGoneBefore) {
    int there = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Disk disk;
        const auto named = open_in(disk, "named");
        ASSERT_EQ(disk.sync(*named, false), Disk::Outcome::done);
        static_cast<void>(open_in(disk, "unnamed"));
        lose_power(disk, seed);
        EXPECT_TRUE(disk.exists("named"));
        there += disk.exists("unnamed") ? 1 : 0;
    }
    EXPECT_GT(there, 10);
    EXPECT_LT(there, 90);
}

TEST(SimulatedDisk, AKillLosesNothingThatWasWritten) {
    Disk disk;
    const auto file = open_in(disk, "a");
    ASSERT_EQ(disk.write(*file, 0, "before"), Disk::Outcome::done);
    disk.expect({.kind = Kind::kill, .part = 128});
    EXPECT_EQ(disk.write(*file, 6, "half"), Disk::Outcome::error);
    EXPECT_EQ(disk.write(*file, 8, "never"), Disk::Outcome::error);
    auto random = any();
    disk.begin_again(random);
    EXPECT_EQ(open_in(disk, "a")->now, "beforeha");
}

// The power goes, or the process is killed, at every single step of a small history: appends, ticks, commits and a
// checkpoint, from the first one to the last.
class EveryStep : public testing::TestWithParam<Kind> {};

TEST_P(EveryStep, IsSurvived) {
    std::mt19937_64 random(11);
    const auto inputs = random_inputs(random, 3);
    const Image& image = image_after_past(1);
    const MachineOptions options{.checkpoint_pages = 20};
    const auto run = [&](std::optional<std::uint64_t> step) {
        MachineOptions with = options;
        with.troubles = step ? 1 : 0;
        if (step) with.first = Trouble{.kind = GetParam(), .after = *step, .part = static_cast<int>(*step % 3) * 128};
        Disk disk;
        const auto machine = machine_from(image, disk, with, 5);
        machine->play(inputs);
        Simulated outcome = outcome_of(*machine, disk, 1);
        for (const std::string& text : outcome.wrong) ADD_FAILURE() << "step " << step.value_or(0) << ": " << text;
        return outcome;
    };
    const std::uint64_t steps = run(std::nullopt).disk.steps;
    ASSERT_GT(steps, 100U);
    std::uint64_t ends = 0, undone = 0, survived = 0;
    for (std::uint64_t step = 0; step < steps && !HasFailure(); ++step) {
        const Simulated outcome = run(step);
        ends += outcome.machine.power_cuts + outcome.machine.kills;
        undone += outcome.commits_undone;
        survived += outcome.commits_survived;
    }
    EXPECT_GT(ends, steps / 2);  // the last steps are those of who judges
    EXPECT_GT(undone, 0U);
    EXPECT_GT(survived, 0U);
}

INSTANTIATE_TEST_SUITE_P(Ends, EveryStep, testing::Values(Kind::power_cut, Kind::kill),
                         [](const auto& one) { return one.param == Kind::kill ? "Kill" : "PowerCut"; });

// One partition had been read when the other could not be: what was read of the first is delivered by the next poll.
TEST(SimulatedLog, AReadThatFailsInOnePartitionLosesNothingOfAnother) {
    constexpr int kRecords = 40;
    std::uint64_t failed = 0;
    for (std::uint64_t step = 0; step < 60; ++step) {
        Disk disk;
        MachineOptions options;
        options.partitions = 2;
        Machine machine(disk, options, 3, shanghai("2026-08-17 10:00"));
        const auto log = must(machine.open_log());
        std::vector<eventlog::OutRecord> records;
        for (int i = 0; i < kRecords; ++i)
            records.push_back({eventlog::Topic::events, "key", std::string(3000, 'v'), i % 2});
        ASSERT_TRUE(must(log->open_appender())->append(records).complete());
        const auto consumer = must(log->open_worker({}));
        for (const int partition : must(consumer->poll(1, Duration{0})).assigned)
            ASSERT_TRUE(consumer->restore(partition, [](auto, auto) {}).has_value());
        disk.expect({.kind = Kind::disk_full, .after = step, .any_step = true});
        std::map<int, std::int64_t> next;
        for (int rounds = 0; rounds < 20; ++rounds) {
            const auto batch = consumer->poll(1000, Duration{0});
            if (!batch) {
                ++failed;
                ASSERT_TRUE(batch.error().can_retry()) << batch.error().message;
                continue;
            }
            for (const eventlog::Record& record : batch->records)
                ASSERT_EQ(record.offset, next[record.partition]++) << "step " << step;
        }
        EXPECT_EQ(next[0] + next[1], kRecords);
    }
    EXPECT_GT(failed, 5U);
}

}  // namespace
}  // namespace aw::test
