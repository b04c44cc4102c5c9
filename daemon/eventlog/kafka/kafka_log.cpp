#include "eventlog/kafka/kafka_log.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/check.hpp"
#include "eventlog/kafka/cluster.hpp"
#include "eventlog/kafka/kafka_admin.hpp"
#include "eventlog/kafka/kafka_appender.hpp"
#include "eventlog/kafka/kafka_consumer.hpp"
#include "eventlog/kafka/kafka_reader.hpp"
#include "eventlog/kafka/kafka_sources.hpp"
#include "eventlog/kafka/owners.hpp"
#include "eventlog/kafka/plain_producer.hpp"

namespace aw::eventlog {
namespace {

class KafkaLog final : public Log {
public:
    KafkaLog(std::unique_ptr<Cluster> cluster, std::unique_ptr<PlainProducer> plain, LogSink sink)
        : cluster_(std::move(cluster)), plain_(std::move(plain)), sink_(std::move(sink)), admin_(*cluster_) {}

    int partitions() const override { return cluster_->options().partitions; }

    LogResult<std::unique_ptr<GroupConsumer>> open_worker(const WorkerOptions& options) override {
        return KafkaConsumer::open(*cluster_, *plain_, sink_, options);
    }
    LogResult<std::unique_ptr<TopicReader>> open_reader(Topic topic) override {
        return KafkaReader::open(*cluster_, sink_, topic);
    }
    LogResult<std::unique_ptr<TopicReader>> open_reader_of(Topic topic, int partition) override {
        return KafkaReader::open(*cluster_, sink_, topic, partition);
    }
    LogResult<std::unique_ptr<Appender>> open_appender() override { return KafkaAppender::open(*cluster_, sink_); }
    LogResult<std::unique_ptr<SourceConsumer>> open_sources(const SourceOptions& options) override {
        return KafkaSources::open(*cluster_, sink_, options);
    }
    Admin& admin() override { return admin_; }

    LogResult<std::string> owner_of(int partition, Duration timeout) override {
        return find_owner(*cluster_, partition, timeout);
    }
    LogResult<void> check_reachable(Duration timeout) override {
        const auto counts = cluster_->partitions(timeout);
        if (!counts) return fail(counts.error());
        return {};
    }

private:
    std::unique_ptr<Cluster> cluster_;
    std::unique_ptr<PlainProducer> plain_;
    LogSink sink_;
    KafkaAdmin admin_;
};

}  // namespace

LogResult<std::unique_ptr<Log>> open_kafka_log(KafkaOptions options, LogSink sink) {
    AW_CHECK(options.partitions >= 1);
    if (const auto warning = scram_warning(options, rd_kafka_version()); warning && sink) {
        sink(LogLevel::warning, *warning);
    }
    auto cluster = Cluster::open(options, sink);
    if (!cluster) return fail(cluster.error());
    auto plain = PlainProducer::open(**cluster, sink);
    if (!plain) return fail(plain.error());
    return std::make_unique<KafkaLog>(std::move(*cluster), std::move(*plain), std::move(sink));
}

}  // namespace aw::eventlog
