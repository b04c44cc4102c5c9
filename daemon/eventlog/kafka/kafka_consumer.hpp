// GroupConsumer on Kafka. Internal to the adapter.
//
// The rebalance callback only notes what the group wants; nothing is assigned or given back inside it. librdkafka waits
// until assign() is called: for new partitions after the last restore(), for leaving ones in release(). So the caller
// commits before a partition goes, and applies nothing to a partition before its state is there.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/cluster.hpp"
#include "eventlog/kafka/plain_producer.hpp"
#include "eventlog/kafka/record_views.hpp"
#include "eventlog/kafka/state_reader.hpp"
#include "eventlog/kafka/transaction.hpp"
#include "eventlog/kafka/waker.hpp"

namespace aw::eventlog {

class KafkaConsumer final : public GroupConsumer {
public:
    [[nodiscard]] static LogResult<std::unique_ptr<KafkaConsumer>> open(Cluster& cluster, PlainProducer& plain,
                                                                        const LogSink& sink,
                                                                        const WorkerOptions& options);
    ~KafkaConsumer() override;

    LogResult<Batch> poll(std::size_t max_records, Duration timeout) override;
    LogResult<std::int64_t> restore(int partition, const RestoreSink& sink, const RestoreReads& reads) override;
    bool has_committed(int partition) const override;
    LogResult<Resumed> go_on_from(int partition, std::int64_t position) override;
    LogResult<std::int64_t> ask_again(int partition) override;
    LogResult<CommitOutcome> commit(const Commit& commit) override;
    void finish_by(SteadyTime deadline) override {
        transaction_->finish_by(deadline);
        given_up_ = true;
    }
    void release() override;
    LogResult<void> append(const OutRecord& record) override;
    void wake() override;
    std::vector<PartitionStatus> status() override;
    void close() override;

private:
    KafkaConsumer(Cluster& cluster, PlainProducer& plain, LogSink sink, const WorkerOptions& options);
    void on_rebalance(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list);
    // May records be delivered, or is the caller to act first?
    [[nodiscard]] bool settled() const { return to_restore_.empty() && revoking_.empty() && lost_.empty(); }
    [[nodiscard]] std::optional<LogError> extended_topic() const;
    [[nodiscard]] LogResult<void> collect(std::size_t max_records, Duration timeout);
    [[nodiscard]] LogResult<void> take(KafkaMessage message);
    [[nodiscard]] LogResult<void> take_event(const rd_kafka_message_t& message);
    [[nodiscard]] LogResult<void> take_up(int partition);
    [[nodiscard]] LogResult<void> fetch_committed();
    [[nodiscard]] LogResult<Resumed> resume(int partition, std::int64_t position);
    [[nodiscard]] LogResult<std::int64_t> start_position(int partition, std::int64_t wanted);
    [[nodiscard]] LogResult<void> assign_restored();
    void forget_all();

    Cluster& cluster_;
    PlainProducer& plain_;
    LogSink sink_;
    WorkerOptions options_;
    std::string topic_;
    std::size_t plain_user_;
    std::unique_ptr<Client> client_;
    Waker waker_;
    std::unique_ptr<Transaction> transaction_;
    std::unique_ptr<StateReader> state_reader_;  // only while restoring

    std::set<int> owned_;
    std::set<int> to_restore_;
    std::vector<int> revoking_;
    std::vector<int> lost_;
    std::map<int, std::int64_t> committed_;  // as the group knows them; empty until asked
    std::map<int, std::int64_t> next_;       // the next record expected of each restored partition
    bool reads_ = false;                     // from there, since the poll() after the last restore()
    MessageBatch batch_;
    std::optional<LogError> to_tell_;  // by the next poll()
    std::size_t redelivered_ = 0;  // since the last batch
    std::atomic<bool> woken_ = false;
    std::atomic<bool> given_up_ = false;  // restoring
    bool joined_ = false;                 // the group has answered once
    bool closing_ = false;
};

}  // namespace aw::eventlog
