// A worker's transactional producer: a commit as one Kafka transaction. Internal to the adapter.
//
// A commit is a machine that goes through the phases of Phase. Each call of librdkafka may answer
//     retriable  -> the phase stays, the caller calls commit() again with the same commit, and the same call is made
//     again abortable  -> phase `aborting`, and when the abort is through: outcome "not committed" fatal      -> the
//     producer is over; so it is for an answer that is none of the three
// Between two commits no transaction is open.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/cluster.hpp"
#include "eventlog/kafka/produce.hpp"

namespace aw::eventlog {

// What one transaction holds. Views: the same until it is decided.
struct TransactionWork {
    std::span<const OutRecord> outputs;
    std::span<const StateChange> state;
    std::span<const SourcePosition> positions;  // of the consumer that is given beside it
};

class Transaction {
public:
    // Starts preparing on a thread of its own: checks the topics, fetches their metadata (the first record to an
    // unknown topic would stall a transaction for a second), ends what a dead predecessor with this id has left open,
    // fences it.
    [[nodiscard]] static LogResult<std::unique_ptr<Transaction>> open(Cluster& cluster, const LogSink& sink,
                                                                      const std::string& transactional_id);
    ~Transaction() { close(std::chrono::steady_clock::now() + std::chrono::seconds{2}); }

    // Is the preparation done? Waits up to `timeout`. Not yet: retriable.
    [[nodiscard]] LogResult<void> ready(Duration timeout);
    // Within kCommits: an error that can be retried leaves it undecided, and the same call goes on where it stands.
    static constexpr std::chrono::seconds kCommits{4};
    [[nodiscard]] LogResult<CommitOutcome> commit(const TransactionWork& work, rd_kafka_t* consumer);
    // Commits, one under way included, and the preparation end so early that kFarewell is left before the deadline. Any
    // thread.
    void finish_by(SteadyTime deadline) { finish_by_ = deadline; }
    [[nodiscard]] bool finishing() const { return finish_by_.load() != SteadyTime::max(); }
    // When a closing that begins now ends.
    [[nodiscard]] SteadyTime closes_at() const;
    // Ends what is undecided, if a broker answers by then: the next owner would wait for its timeout. What had been
    // sent to be committed may be committed by that. Nothing else may be called afterwards.
    void close(SteadyTime until);
    [[nodiscard]] bool undecided() const { return phase_ != Phase::idle; }
    void serve() { client_->serve(); }

private:
    enum class Phase : std::uint8_t { idle, producing, sending_positions, committing, aborting };
    enum class Step : std::uint8_t { done, aborts };

    Transaction(Cluster& cluster, LogSink sink, std::string transactional_id)
        : cluster_(cluster), sink_(std::move(sink)), transactional_id_(std::move(transactional_id)) {}
    [[nodiscard]] LogResult<void> open_client();
    [[nodiscard]] LogResult<void> prepare();
    [[nodiscard]] LogResult<void> fetch_metadata();
    [[nodiscard]] LogResult<void> initialise();
    [[nodiscard]] LogResult<CommitOutcome> advance(const TransactionWork& work, rd_kafka_t* consumer);
    [[nodiscard]] LogResult<void> begin(const TransactionWork& work, rd_kafka_t* consumer);
    [[nodiscard]] LogResult<Step> produce_all(const TransactionWork& work);
    [[nodiscard]] LogResult<Step> produce(const OutRecord& record, int partition);
    [[nodiscard]] LogResult<Step> produce(const StateChange& change);
    [[nodiscard]] LogResult<Step> send(Topic topic, const ProducedRecord& record);
    [[nodiscard]] LogResult<Step> send_positions(const TransactionWork& work);
    // Its call has been under way for so long that it will not come back, although brokers answer.
    [[nodiscard]] bool is_lost();
    [[nodiscard]] LogResult<CommitOutcome> give_up_client();
    // librdkafka still sits in the call of send_positions().
    [[nodiscard]] bool stuck() const;
    [[nodiscard]] LogResult<CommitOutcome> abort();
    void end_undecided(SteadyTime until);
    [[nodiscard]] bool goes_on() const;  // with its preparation
    [[nodiscard]] SteadyTime commit_ends() const;
    [[nodiscard]] int step_ms() const;  // how long the next step may wait
    // Sorts an answer: success, abort, or an error for the caller.
    [[nodiscard]] LogResult<Step> judge(const char* what, KafkaError error);

    Cluster& cluster_;
    LogSink sink_;
    std::string transactional_id_;
    std::shared_ptr<Client> client_;  // shared with the call of send_positions()
    std::array<KafkaTopic, kTopics> topics_;
    std::atomic<bool> stopping_ = false;
    std::atomic<SteadyTime> finish_by_ = SteadyTime::max();
    std::future<LogResult<void>> prepared_;
    std::optional<LogResult<void>> preparation_;
    std::jthread preparing_;

    SteadyTime commit_began_;
    Phase phase_ = Phase::idle;
    std::size_t produced_ = 0;  // outputs, then state changes, that are handed over
    int copies_ = 0;            // of the output under way
    std::shared_ptr<rd_kafka_consumer_group_metadata_t> group_metadata_;
    std::future<KafkaError> positions_sent_;  // valid: the call is under way, or its answer not yet looked at
    std::chrono::steady_clock::time_point positions_since_;
    std::string abort_reason_;
    std::string delivery_error_;
};

}  // namespace aw::eventlog
