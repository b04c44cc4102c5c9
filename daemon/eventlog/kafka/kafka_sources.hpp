// SourceConsumer on Kafka. Internal to the adapter.
//
// As in KafkaConsumer the rebalance callback only notes what the group wants. What is assigned are explicit offsets,
// and only of topics that are not held: a hold, its end and a rewind are each one more assignment.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/cluster.hpp"
#include "eventlog/kafka/record_views.hpp"
#include "eventlog/kafka/transaction.hpp"
#include "eventlog/kafka/waker.hpp"

namespace aw::eventlog {

class KafkaSources final : public SourceConsumer {
public:
    [[nodiscard]] static LogResult<std::unique_ptr<KafkaSources>> open(Cluster& cluster, const LogSink& sink,
                                                                       const SourceOptions& options);
    ~KafkaSources() override;

    LogResult<SourceBatch> poll(std::size_t max_records, Duration timeout) override;
    LogResult<CommitOutcome> commit(const SourceCommit& commit) override;
    void release() override;
    LogResult<void> hold(std::function<bool(const std::string& topic)> held) override;
    std::vector<SourceStatus> status() override;
    void wake() override;
    void finish_by(SteadyTime deadline) override { transaction_->finish_by(deadline); }
    void close() override;

private:
    struct Place {
        std::int64_t committed = 0;
        std::int64_t next = 0;  // expected
        bool held = false;
    };
    using Places = std::map<std::pair<std::string, int>, Place, std::less<>>;

    explicit KafkaSources(Cluster& cluster) : cluster_(cluster) {}
    void on_rebalance(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list);
    // May records be delivered, or is something to be done first?
    [[nodiscard]] bool settled() const { return !to_start_ && !revoking_ && !rewound_; }
    [[nodiscard]] LogResult<void> collect(std::size_t max_records, Duration timeout);
    [[nodiscard]] LogResult<void> take(KafkaMessage message);
    [[nodiscard]] LogResult<void> take_event(const rd_kafka_message_t& message);
    [[nodiscard]] Place* place_of(const rd_kafka_message_t& message);
    [[nodiscard]] LogResult<void> start();
    [[nodiscard]] LogResult<std::int64_t> start_position(const std::string& topic, int partition,
                                                         std::int64_t committed);
    [[nodiscard]] LogResult<void> assign();

    Cluster& cluster_;
    std::unique_ptr<Client> client_;
    Waker waker_;
    std::unique_ptr<Transaction> transaction_;
    std::function<bool(const std::string&)> held_ = [](const std::string&) { return false; };

    Places places_;          // of everything the group has given us
    bool to_start_ = false;  // its positions are to be asked for, and to be assigned
    bool revoking_ = false;
    bool rewound_ = false;  // not yet told
    MessageBatch batch_{true};
    std::size_t redelivered_ = 0;  // since the last batch
    std::atomic<bool> woken_ = false;
    bool joined_ = false;
    bool closing_ = false;
};

}  // namespace aw::eventlog
