// What every log keeps: records, commits, positions, state.
#include <chrono>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "contract/backends.hpp"
#include "contract/worker.hpp"

namespace aw::test {
namespace {

using namespace eventlog;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class EventLog : public testing::TestWithParam<BackendKind> {
protected:
    void make(int partitions) { backend_ = GetParam().make(partitions); }
    Log& log() { return backend_->log(); }
    void reopen() { backend_->reopen(); }

private:
    std::unique_ptr<Backend> backend_;
};

OutRecord event(std::string key, std::string value, std::optional<int> partition = 0) {
    return {.topic = Topic::events, .key = std::move(key), .value = std::move(value), .partition = partition};
}

TEST_P(EventLog, DeliversRecordsInTheOrderOfTheirAppending) {
    make(1);
    std::vector<OutRecord> records;
    for (int i = 0; i < 2500; ++i) records.push_back(event("key" + std::to_string(i % 7), std::to_string(i)));
    append(log(), records);
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_records(2500));
    ASSERT_EQ(worker.seen.size(), 2500u);
    for (int i = 0; i < 2500; ++i) {
        const Seen& seen = worker.seen[static_cast<std::size_t>(i)];
        EXPECT_EQ(seen.offset, i);
        EXPECT_EQ(seen.key, "key" + std::to_string(i % 7));
        EXPECT_EQ(seen.value, std::to_string(i));
    }
}

TEST_P(EventLog, KeepsAnyBytes) {
    make(1);
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
    // More than a client's batch or fetch, and no compression makes it small.
    std::string large(2'000'000, '\0');
    std::mt19937 random(1);
    for (char& byte : large) byte = static_cast<char>(random());
    OutRecord gone = event("k", "ignored");
    gone.tombstone = true;
    append(log(), {event(bytes, bytes), event("", ""), event("large", large), gone});
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_records(4))
        << worker.seen.size()
        << " records, last error: " << (worker.error ? worker.error->message : std::string("none"));
    EXPECT_EQ(worker.seen[0].key, bytes);
    EXPECT_EQ(worker.seen[0].value, bytes);
    EXPECT_EQ(worker.seen[1].key, "");
    EXPECT_EQ(worker.seen[1].value, "");
    EXPECT_FALSE(worker.seen[1].tombstone);
    EXPECT_TRUE(worker.seen[2].value == large);
    EXPECT_EQ(worker.seen[3].value, "");
    EXPECT_TRUE(worker.seen[3].tombstone);
}

TEST_P(EventLog, GivesTheTimeOfAppendingAndTheDeclaredOne) {
    make(1);
    const SystemClock clock;
    const Timestamp before = clock.now();
    OutRecord in_ms = event("a", "1");
    declare_log_time(in_ms, Timestamp{1'700'000'000'123});
    OutRecord as_text = event("b", "2");
    as_text.headers = {{std::string(kLogTimeHeader), "2024-02-10T08:00:00+08:00"}, {"traceparent", "00-1"}};
    OutRecord nonsense = event("c", "3");
    nonsense.headers = {{std::string(kLogTimeHeader), "yesterday"}};
    append(log(), {in_ms, as_text, nonsense, event("d", "4")});
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_records(4));
    EXPECT_EQ(worker.seen[0].declared_time, Timestamp{1'700'000'000'123});
    EXPECT_THAT(worker.seen[0].headers, IsEmpty());
    EXPECT_EQ(worker.seen[1].declared_time, parse_rfc3339("2024-02-10T00:00:00Z"));
    EXPECT_THAT(worker.seen[1].headers, ElementsAre(Header{"traceparent", "00-1"}));
    EXPECT_EQ(worker.seen[2].declared_time, std::nullopt);
    EXPECT_THAT(worker.seen[2].headers, ElementsAre(Header{std::string(kLogTimeHeader), "yesterday"}));
    EXPECT_EQ(worker.seen[3].declared_time, std::nullopt);
    for (const Seen& seen : worker.seen) {
        EXPECT_GE(seen.append_time, before);
        EXPECT_LE(seen.append_time, clock.now());
    }
}

TEST_P(EventLog, PutsAKeyIntoThePartitionOfItsMurmur2) {
    make(7);
    std::vector<OutRecord> records;
    for (int i = 0; i < 500; ++i) records.push_back(event(std::to_string(37'140'100'000 + i * 7919), "", std::nullopt));
    append(log(), records);
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_records(500));
    for (const Seen& seen : worker.seen) EXPECT_EQ(seen.partition, partition_of(seen.key, 7)) << seen.key;
}

TEST_P(EventLog, CommitsOutputsStateAndPositionsTogether) {
    make(2);
    append(log(), {event("a", "1", 0), event("b", "2", 1), event("c", "3", 1)});
    {
        Worker worker(log());
        ASSERT_TRUE(worker.wait_for_records(3));
        EXPECT_THAT(read_all(log(), Topic::cases), IsEmpty());
        Commit commit;
        commit.outputs.push_back(
            {.topic = Topic::cases, .key = "a", .value = "case", .headers = {{"ce_type", "case"}}});
        commit.outputs.push_back({.topic = Topic::data_gaps, .key = "sorting", .value = "gap"});
        commit.state = {{0, "sa", "x"}, {1, "sb", "y"}};
        const auto outcome = worker.commit(std::move(commit));
        ASSERT_TRUE(outcome) << outcome.error().message;
        EXPECT_TRUE(outcome->committed);
    }
    reopen();
    const auto cases = read_all(log(), Topic::cases);
    ASSERT_EQ(cases.size(), 1u);
    EXPECT_EQ(cases[0].key, "a");
    EXPECT_EQ(cases[0].value, "case");
    EXPECT_EQ(cases[0].partition, partition_of("a", 2));
    EXPECT_THAT(cases[0].headers, ElementsAre(Header{"ce_type", "case"}));
    EXPECT_EQ(read_all(log(), Topic::data_gaps).size(), 1u);
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_partitions(2));
    EXPECT_THAT(worker.start, ElementsAre(Pair(0, 1), Pair(1, 2)));
    EXPECT_THAT(worker.state[0], ElementsAre(Pair("sa", "x")));
    EXPECT_THAT(worker.state[1], ElementsAre(Pair("sb", "y")));
}

TEST_P(EventLog, RestoresTheLastValueOfEachKeyAndForgetsDeletedOnes) {
    make(1);
    {
        Worker worker(log());
        ASSERT_TRUE(worker.wait_for_partitions(1));
        Commit first;
        first.state = {{0, "b", "1"}, {0, "a", "1"}, {0, "gone", "1"}, {0, "empty", ""}, {0, "a", "2"}};
        ASSERT_TRUE(worker.commit(std::move(first)));
        Commit second;
        second.state = {{0, "b", "3"},    {0, "gone", std::nullopt}, {0, "back", "1"}, {0, "back", std::nullopt},
                        {0, "back", "2"}, {0, "never", std::nullopt}};
        ASSERT_TRUE(worker.commit(std::move(second)));
    }
    reopen();
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_partitions(1));
    EXPECT_THAT(worker.state[0], ElementsAre(Pair("a", "2"), Pair("b", "3"), Pair("back", "2"), Pair("empty", "")));
}

TEST_P(EventLog, GoesOnAfterTheCommittedPosition) {
    make(1);
    append(log(), {event("a", "1"), event("a", "2"), event("a", "3")});
    {
        Worker worker(log());
        ASSERT_TRUE(worker.wait_for_records(3));
        worker.next[0] = 2;  // the third is not done yet
        ASSERT_TRUE(worker.commit());
    }
    reopen();
    append(log(), {event("a", "4")});
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_records(2));
    EXPECT_EQ(worker.seen[0].value, "3");
    EXPECT_EQ(worker.seen[1].value, "4");
    EXPECT_GT(worker.seen[1].offset, worker.seen[0].offset);
}

// Where the state says that it goes to another place than the group has: one partition is set back, one forward.
TEST_P(EventLog, GoesOnFromWhereItIsTold) {
    make(3);
    std::vector<OutRecord> records;
    for (int i = 0; i < 12; ++i) records.push_back(event("k", std::to_string(i), i % 3));
    append(log(), records);
    {
        Worker worker(log());
        ASSERT_TRUE(worker.wait_for_partitions(3));
        for (const int partition : {0, 1, 2}) EXPECT_FALSE(worker.consumer->has_committed(partition));
        ASSERT_TRUE(worker.wait_for_records(12));
        worker.next[1] = worker.start[1] + 1;  // of the others everything is committed
        ASSERT_TRUE(worker.commit());
        worker.consumer->close();
    }
    std::map<int, std::int64_t> committed;
    {
        Worker worker(log());
        worker.goes_on_from = [&](int partition) -> std::optional<std::int64_t> {
            if (partition == 2) return std::nullopt;
            return worker.start[partition] + (partition == 0 ? -2 : 2);
        };
        ASSERT_TRUE(worker.wait_for_partitions(3));
        for (const int partition : {0, 1, 2}) EXPECT_TRUE(worker.consumer->has_committed(partition));
        append(log(), {event("k", "new", 2)});
        ASSERT_TRUE(worker.wait_for_records(4));
        std::map<int, std::vector<std::string>> seen;
        for (const Seen& record : worker.seen) seen[record.partition].push_back(record.value);
        EXPECT_THAT(worker.group, ElementsAre(Pair(0, worker.start[0]), Pair(1, worker.start[1])));
        EXPECT_THAT(seen[0], ElementsAre("6", "9"));
        EXPECT_THAT(seen[1], ElementsAre("10"));
        EXPECT_THAT(seen[2], ElementsAre("new"));
        ASSERT_TRUE(worker.commit());
        committed = worker.next;
        worker.consumer->close();
    }
    Worker next(log());
    ASSERT_TRUE(next.wait_for_partitions(3));
    EXPECT_EQ(next.start, committed);
    next.consumer->close();
    // A place that the topic does not have yet is none.
    Worker lost(log());
    lost.goes_on_from = [&](int partition) { return std::optional{lost.start[partition] + 1}; };
    EXPECT_FALSE(lost.wait_for_partitions(3));
    ASSERT_TRUE(lost.error);
    EXPECT_EQ(lost.error->kind, LogError::Kind::bad_configuration);
    const auto batch = lost.consumer->poll(100, std::chrono::seconds{1});
    ASSERT_TRUE(batch) << batch.error().message;
    EXPECT_FALSE(batch->assigned.empty());  // it is as if it had not been restored
    EXPECT_TRUE(batch->records.empty());
}

TEST_P(EventLog, WithoutCommitEverythingComesAgain) {
    make(1);
    append(log(), {event("a", "1"), event("a", "2")});
    {
        Worker worker(log());
        ASSERT_TRUE(worker.wait_for_records(2));
    }
    reopen();
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_records(2));
    EXPECT_EQ(worker.seen[0].value, "1");
}

TEST_P(EventLog, AWorkerReadsItsOwnTicks) {
    make(2);
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_partitions(2));
    ASSERT_TRUE(worker.consumer->append(event("tick", "1", 1)));
    ASSERT_TRUE(worker.wait_for_records(1));
    EXPECT_EQ(worker.seen[0].partition, 1);
    EXPECT_EQ(worker.seen[0].key, "tick");
    EXPECT_EQ(worker.failed_appends, 0u);
}

TEST_P(EventLog, BroadcastReachesEveryPartition) {
    make(3);
    append(log(), {event("feed", "watermark", kEveryPartition)});
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_records(3));
    ASSERT_TRUE(worker.consumer->append(event("feed", "activation", kEveryPartition)));
    Commit commit;
    commit.outputs.push_back(event("unit", "partial", kEveryPartition));
    ASSERT_TRUE(worker.commit(std::move(commit)));
    ASSERT_TRUE(worker.wait_for_records(9));
    std::map<std::string, std::set<int>> partitions;
    for (const Seen& seen : worker.seen) partitions[seen.value].insert(seen.partition);
    EXPECT_EQ(partitions["watermark"], (std::set<int>{0, 1, 2}));
    EXPECT_EQ(partitions["activation"], (std::set<int>{0, 1, 2}));
    EXPECT_EQ(partitions["partial"], (std::set<int>{0, 1, 2}));
}

TEST_P(EventLog, AppendWakesAWaitingWorker) {
    make(1);
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_partitions(1));
    std::jthread other([this]() { append(log(), {event("a", "1")}); });
    while (worker.seen.empty()) ASSERT_TRUE(worker.turn(60s));
    EXPECT_EQ(worker.seen[0].value, "1");
}

TEST_P(EventLog, WakeEndsAPollEarly) {
    make(1);
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_partitions(1));
    const auto begin = std::chrono::steady_clock::now();
    std::jthread other([&]() { worker.consumer->wake(); });
    ASSERT_TRUE(worker.turn(60s));
    other.join();
    // And one that comes between two polls is not lost.
    while (worker.turn(0ms) && !worker.seen.empty()) {
    }
    worker.consumer->wake();
    ASSERT_TRUE(worker.turn(60s));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
}

TEST_P(EventLog, KnowsHowFarItIsBehind) {
    make(2);
    append(log(), {event("a", "1", 0), event("a", "2", 0), event("b", "3", 1)});
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_records(3));
    ASSERT_TRUE(worker.run_until([&]() {
        const auto status = worker.consumer->status();
        return status.size() == 2 && status[0].high_watermark == 2 && status[1].high_watermark == 1;
    }));
    for (const auto& status : worker.consumer->status()) {
        EXPECT_EQ(status.position, worker.next[status.partition]);
        EXPECT_EQ(status.position, status.high_watermark);
    }
    append(log(), {event("a", "4", 0)});
    ASSERT_TRUE(worker.wait_for_records(4));
    EXPECT_EQ(worker.consumer->status()[0].high_watermark, 3);
}

TEST_P(EventLog, TellsWhetherItEverHeldAnEvent) {
    make(2);
    auto appender = log().open_appender();
    ASSERT_TRUE(appender);
    EXPECT_EQ((*appender)->is_empty().value(), true);
    append(log(), {{.topic = Topic::notices, .key = "staff", .value = "n"}});
    EXPECT_EQ((*appender)->is_empty().value(), true);
    append(log(), {event("a", "1", 1)});
    EXPECT_EQ((*appender)->is_empty().value(), false);
}

TEST_P(EventLog, AcknowledgesExactlyWhatWasAppended) {
    make(2);
    auto appender = log().open_appender();
    ASSERT_TRUE(appender);
    EXPECT_TRUE((*appender)->append({}).complete());
    const std::vector<OutRecord> records{event("a", "1"), event("b", "2", kEveryPartition),
                                         event("c", "3", std::nullopt)};
    const auto report = (*appender)->append(records);
    EXPECT_TRUE(report.complete());
    EXPECT_EQ(report.count, 3u);
    EXPECT_THAT(report.acknowledged, ElementsAre(true, true, true));
    EXPECT_EQ(read_all(log(), Topic::events).size(), 4u);
}

TEST_P(EventLog, AReaderCatchesUpAndFollows) {
    make(3);
    std::vector<OutRecord> records;
    for (int i = 0; i < 300; ++i) records.push_back({.topic = Topic::tasks, .key = std::to_string(i), .value = "t"});
    append(log(), records);
    auto reader = log().open_reader(Topic::tasks);
    ASSERT_TRUE(reader);
    EXPECT_FALSE((*reader)->caught_up());
    std::size_t count = 0;
    while (!(*reader)->caught_up()) {
        const auto batch = (*reader)->poll(100, 10s);
        ASSERT_TRUE(batch);
        EXPECT_LE(batch->size(), 100u);
        count += batch->size();
    }
    EXPECT_EQ(count, 300u);
    (*reader)->wake();
    std::jthread other([this]() { append(log(), {{.topic = Topic::tasks, .key = "1", .tombstone = true}}); });
    std::vector<Seen> later;
    while (later.empty()) {
        const auto batch = (*reader)->poll(100, 60s);
        ASSERT_TRUE(batch);
        for (const auto& record : *batch) later.push_back(copy_of(record));
    }
    EXPECT_EQ(later[0].key, "1");
    EXPECT_TRUE(later[0].tombstone);
}

// Nobody waits for what lies in the other partitions.
TEST_P(EventLog, AReaderOfOnePartitionReadsThatOne) {
    make(3);
    std::vector<OutRecord> records;
    for (int i = 0; i < 300; ++i) records.push_back(event("k", std::to_string(i), i % 3));
    append(log(), records);
    auto reader = log().open_reader_of(Topic::events, 1);
    ASSERT_TRUE(reader);
    std::vector<std::string> values;
    while (!(*reader)->caught_up()) {
        const auto batch = (*reader)->poll(64, 10s);
        ASSERT_TRUE(batch);
        for (const auto& record : *batch) {
            EXPECT_EQ(record.partition, 1);
            values.emplace_back(record.value);
        }
    }
    ASSERT_EQ(values.size(), 100u);
    EXPECT_EQ(values.front(), "1");
    EXPECT_EQ(values.back(), "298");
}

TEST_P(EventLog, AnEmptyTopicIsReadAtOnce) {
    make(2);
    EXPECT_THAT(read_all(log(), Topic::reports), IsEmpty());
    EXPECT_TRUE(log().check_reachable(5s));
    const auto findings = log().admin().check();
    ASSERT_TRUE(findings);
    for (const auto& finding : *findings) ADD_FAILURE() << finding.text;
    EXPECT_EQ(log().partitions(), 2);
}

TEST_P(EventLog, AnEmptyCommitIsNothing) {
    make(1);
    Worker worker(log());
    ASSERT_TRUE(worker.wait_for_partitions(1));
    const auto outcome = worker.consumer->commit({});
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->committed);
}

TEST_P(EventLog, AnotherGroupHasItsOwnPositions) {
    make(2);
    const WorkerOptions notifier{.topic = Topic::notices, .group_suffix = "-notify", .stateful = false};
    append(log(), {{.topic = Topic::notices, .key = "staff", .value = "1"}});
    {
        Worker watch(log());
        ASSERT_TRUE(watch.wait_for_partitions(2));
        Commit state;
        state.state = {{0, "s", "1"}};
        ASSERT_TRUE(watch.commit(std::move(state)));
        Worker worker(log(), notifier);
        ASSERT_TRUE(worker.wait_for_records(1));
        EXPECT_THAT(worker.state[0], IsEmpty());
        Commit commit;
        commit.outputs.push_back({.topic = Topic::receipts, .key = "staff", .value = "sent"});
        ASSERT_TRUE(worker.commit(std::move(commit)));
    }
    reopen();
    append(log(), {{.topic = Topic::notices, .key = "staff", .value = "2"}});
    Worker worker(log(), notifier);
    ASSERT_TRUE(worker.wait_for_records(1));
    EXPECT_EQ(worker.seen[0].value, "2");
    EXPECT_EQ(read_all(log(), Topic::receipts).size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Contract, EventLog, testing::ValuesIn(all_backends()),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace aw::test
