// Restoring takes as long as there is state: it tells what it reads, and whoever is asked to stop meanwhile does not
// wait for its end. No test here knows how long anything takes: each gives up from inside the restore itself.
#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <optional>
#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/backends.hpp"
#include "contract/worker.hpp"
#include "eventlog/kafka/state_reader.hpp"
#include "support/bare_client.hpp"
#include "support/kafka_client.hpp"
#include "support/open_transaction.hpp"

namespace aw::test {
namespace {

using namespace eventlog;

constexpr int kKeys = 1'000;

std::unique_ptr<GroupConsumer> assigned_of(Log& log) {
    auto worker = log.open_worker({});
    if (!worker) throw std::runtime_error(worker.error().message);
    while (true) {
        const auto batch = (*worker)->poll(10, Duration{1'000});
        if (batch && !batch->assigned.empty()) return *std::move(worker);
        if (!batch && !batch.error().can_retry()) throw std::runtime_error(batch.error().message);
    }
}

class Restoring : public testing::TestWithParam<BackendKind> {
protected:
    // A worker whose partition is to be restored; it has `kKeys` keys.
    std::unique_ptr<GroupConsumer> assigned() {
        backend_ = GetParam().make(1);
        {
            Worker before(backend_->log());
            EXPECT_TRUE(before.wait_for_partitions(1));
            Commit commit;
            for (int i = 0; i < kKeys; ++i) commit.state.push_back({0, "k" + std::to_string(i), "v"});
            EXPECT_TRUE(before.commit(std::move(commit)));
            before.consumer->close();
        }
        return assigned_of(backend_->log());
    }

private:
    std::unique_ptr<Backend> backend_;
};

std::chrono::steady_clock::time_point soon() { return std::chrono::steady_clock::now() + std::chrono::seconds{5}; }

// As a worker does it: what is not decided yet is asked again.
LogResult<std::int64_t> restore(GroupConsumer& worker, const RestoreSink& sink, const std::atomic<bool>& given_up) {
    auto restored = worker.restore(0, sink);
    while (!restored && restored.error().can_retry() && !given_up) restored = worker.restore(0, sink);
    return restored;
}

TEST_P(Restoring, GivenUpHandsOverNothingMoreAndCanBeRetried) {
    const auto worker = assigned();
    int handed = 0;
    std::atomic<bool> given_up = false;
    const auto restored = restore(
        *worker,
        [&](std::string_view, std::string_view) {
            if (++handed != 3) return;
            worker->finish_by(soon());
            given_up = true;
        },
        given_up);
    ASSERT_FALSE(restored);
    EXPECT_TRUE(restored.error().can_retry());
    EXPECT_EQ(handed, 3);
    // For good: nobody begins again who is about to stop.
    const auto again = worker->restore(0, [&](std::string_view, std::string_view) { ++handed; });
    ASSERT_FALSE(again);
    EXPECT_TRUE(again.error().can_retry());
    EXPECT_EQ(handed, 3);
    worker->close();
}

TEST_P(Restoring, GivenUpLeavesEverythingToTheNextOne) {
    {
        const auto worker = assigned();
        worker->finish_by(soon());
        EXPECT_FALSE(worker->restore(0, [](std::string_view, std::string_view) {}));
        worker->close();
    }
    const auto next = assigned();
    int handed = 0;
    const auto restored = restore(
        *next, [&](std::string_view, std::string_view) { ++handed; }, false);
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(handed, kKeys);
    next->close();
}

// The sign of life of a restore: what it reads, also what later records of a key replace.
TEST_P(Restoring, TellsWhatItReads) {
    const auto worker = assigned();
    std::size_t read = 0;
    std::size_t handed = 0;
    std::size_t read_before_handed = 0;
    const RestoreSink sink = [&](std::string_view, std::string_view) {
        if (++handed == 1) read_before_handed = read;
    };
    const RestoreReads reads = [&](std::size_t records) { read += records; };
    auto restored = worker->restore(0, sink, reads);
    while (!restored && restored.error().can_retry()) restored = worker->restore(0, sink, reads);
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(handed, static_cast<std::size_t>(kKeys));
    EXPECT_GE(read, handed);
    EXPECT_GE(read_before_handed, 1u);
    worker->close();
}

INSTANTIATE_TEST_SUITE_P(Backends, Restoring, testing::ValuesIn(all_backends()),
                         [](const auto& backend) { return std::string(backend.param.name); });

// The end of the changelog does not come while a transaction of somebody else is open there: that is waited for, but
// not by whoever is to stop.
TEST(KafkaRestore, ThatWaitsForAnOpenTransactionIsGivenUp) {
    const auto options = kafka_options(1);
    const auto log = open_kafka(options);
    const std::string topic = topic_name(options.topic_prefix, Topic::state);
    const BareClient other(options.bootstrap_servers[0], RD_KAFKA_PRODUCER,
                           {{"transactional.id", options.topic_prefix + "other"}, {"transaction.timeout.ms", "60000"}});
    const auto done = [](rd_kafka_error_t* error) {
        const std::string text = error == nullptr ? "" : rd_kafka_error_string(error);
        if (error != nullptr) rd_kafka_error_destroy(error);
        return text;
    };
    ASSERT_EQ(done(rd_kafka_init_transactions(other.handle, 20'000)), "");
    ASSERT_EQ(done(rd_kafka_begin_transaction(other.handle)), "");
    char byte = 'k';
    check(rd_kafka_producev(other.handle, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0),
                            RD_KAFKA_V_KEY(&byte, 1), RD_KAFKA_V_VALUE(&byte, 1), RD_KAFKA_V_END),
          "produce");
    check(rd_kafka_flush(other.handle, 20'000), "flush");

    const auto worker = assigned_of(*log);
    std::atomic<bool> given_up = false;
    const RestoreSink nowhere = [](std::string_view, std::string_view) {};
    auto restored = std::async(std::launch::async, [&] { return restore(*worker, nowhere, given_up); });
    ASSERT_EQ(restored.wait_for(std::chrono::seconds{2}), std::future_status::timeout);
    given_up = true;
    worker->finish_by(soon());
    // By itself it would go on for 10 s and then begin again.
    ASSERT_EQ(restored.wait_for(std::chrono::seconds{5}), std::future_status::ready);
    EXPECT_FALSE(restored.get());
    EXPECT_EQ(done(rd_kafka_abort_transaction(other.handle, 20'000)), "");
    worker->close();
}

// One reader takes one partition after the other. Whatever became of the first, the next ones have their own keys and
// no others, and the first has all of its own when its turn comes again.
class KafkaRestoreInARow : public testing::Test {
protected:
    static constexpr int kPartitions = 3;
    static constexpr int kMany = 30'000;  // more than one batch of the reader, so that some of them wait in its client

    void SetUp() override {
        Worker before(*log_);
        ASSERT_TRUE(before.wait_for_partitions(kPartitions));
        for (int partition = 0; partition < kPartitions; ++partition) {
            Commit commit;
            for (int i = 0; i < kMany; ++i) commit.state.push_back({partition, key(partition, i), "v"});
            ASSERT_TRUE(before.commit(std::move(commit))->committed);
        }
        before.consumer->close();
        auto cluster = Cluster::open(options_, {});
        ASSERT_TRUE(cluster);
        cluster_ = *std::move(cluster);
        auto reader = StateReader::open(*cluster_, {});
        ASSERT_TRUE(reader);
        reader_ = *std::move(reader);
    }
    static std::string key(int partition, int n) { return std::to_string(partition) + "/" + std::to_string(n); }
    void expect_own_keys_only(int partition) {
        std::size_t own = 0;
        std::size_t read = 0;
        const std::string prefix = std::to_string(partition) + "/";
        const auto done = reader_->read(
            partition, [&](std::string_view key, std::string_view) { own += key.starts_with(prefix) ? 1 : 1'000'000; },
            [&](std::size_t records) { read += records; }, false);
        ASSERT_TRUE(done) << done.error().message;
        EXPECT_EQ(own, static_cast<std::size_t>(kMany)) << partition;
        EXPECT_GE(read, own);
    }

    const KafkaOptions options_ = kafka_options(kPartitions);
    std::unique_ptr<Log> log_ = open_kafka(options_);
    std::unique_ptr<Cluster> cluster_;
    std::unique_ptr<StateReader> reader_;
};

TEST_F(KafkaRestoreInARow, TheFirstIsGivenUpInItsMiddle) {
    for (int partition = 0; partition < kPartitions; ++partition) {
        std::atomic<bool> given_up = false;
        int handed = 0;
        const auto done = reader_->read(
            0, [&](std::string_view, std::string_view) { ++handed; }, [&](std::size_t) { given_up = true; }, given_up);
        ASSERT_FALSE(done);
        EXPECT_TRUE(done.error().can_retry());
        EXPECT_EQ(handed, 0);
        expect_own_keys_only((partition + 1) % kPartitions);
    }
}

TEST_F(KafkaRestoreInARow, TheFirstFailsAtAnOpenTransaction) {
    OpenTransaction open(options_.bootstrap_servers[0], options_.topic_prefix + "other",
                         {cluster_->name(Topic::state), 0, "other", "v"});
    const auto failed = reader_->read(
        0, [](std::string_view, std::string_view) {}, {}, false);
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, testing::HasSubstr("a transaction is undecided"));
    expect_own_keys_only(1);
    expect_own_keys_only(2);
    open.abort();
    expect_own_keys_only(0);
}

// What the broker's cleaner leaves has gaps where older records of a key were, and deleted keys are gone for good.
TEST(KafkaRestore, OfACompactedChangelogIsWhatWasWrittenLast) {
    constexpr int kRounds = 40;
    constexpr int kOften = 200;
    const auto options = kafka_options(1);
    const std::string& broker = options.bootstrap_servers[0];
    const std::string topic = topic_name(options.topic_prefix, Topic::state);
    make_topic(broker, topic, 1,
               {{"cleanup.policy", "compact"},
                {"segment.bytes", "1048576"},
                {"min.cleanable.dirty.ratio", "0.01"},
                {"delete.retention.ms", "0"}});
    const auto log = open_kafka(options);
    std::mt19937 random(1);
    std::map<std::string, std::string> wanted;
    std::size_t written = 0;
    {
        Worker worker(*log);
        ASSERT_TRUE(worker.wait_for_partitions(1));
        for (int round = 0; round < kRounds; ++round) {
            Commit commit;
            const auto write = [&](const std::string& key, std::optional<std::string> value) {
                if (value) wanted[key] = *value;
                if (!value) wanted.erase(key);
                commit.state.push_back({0, key, std::move(value)});
                ++written;
            };
            for (int i = 0; i < kOften; ++i) {
                std::string noise(1'000, '\0');  // that no compression makes small
                for (char& byte : noise) byte = static_cast<char>(random());
                write("often" + std::to_string(i), std::move(noise));
            }
            write("once" + std::to_string(round), "v" + std::to_string(round));
            if (round % 2 == 1) write("once" + std::to_string(round - 1), std::nullopt);
            ASSERT_TRUE(worker.commit(std::move(commit))->committed);
        }
        worker.consumer->close();
    }
    // All but the last segment, sooner or later.
    std::size_t left = written;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (left > written / 3 && std::chrono::steady_clock::now() < deadline) {
        left = 0;
        read_all(broker, topic, 1, false, [&](const rd_kafka_message_t&) { ++left; });
    }
    ASSERT_LE(left, written / 3) << "the broker compacts nothing";

    const auto worker = assigned_of(*log);
    std::map<std::string, std::string> restored;
    std::size_t read = 0;
    const auto position = worker->restore(
        0, [&](std::string_view key, std::string_view value) { EXPECT_TRUE(restored.emplace(key, value).second); },
        [&](std::size_t records) { read += records; });
    ASSERT_TRUE(position) << position.error().message;
    EXPECT_EQ(restored, wanted);
    EXPECT_LT(read, written);
    worker->close();
}

}  // namespace
}  // namespace aw::test
