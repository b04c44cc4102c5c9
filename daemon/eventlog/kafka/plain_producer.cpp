#include "eventlog/kafka/plain_producer.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/check.hpp"
#include "eventlog/kafka/produce.hpp"

namespace aw::eventlog {
namespace {

constexpr int kMetadataMs = 1'000;

}  // namespace

LogResult<std::unique_ptr<PlainProducer>> PlainProducer::open(Cluster& cluster, const LogSink& sink) {
    std::unique_ptr<PlainProducer> producer(new PlainProducer(cluster));
    Client::Callbacks callbacks;
    callbacks.delivery = [self = producer.get()](const rd_kafka_message_t* message) {
        ++self->failures_[reinterpret_cast<std::uintptr_t>(message->_private)];
        self->client_->say(LogLevel::error,
                           fmt::format("a record for {} was given up: {}", rd_kafka_topic_name(message->rkt),
                                       rd_kafka_err2str(message->err)));
    };
    auto client = Client::open(cluster.options(), ClientRole::plain, {}, sink, std::move(callbacks));
    if (!client) return fail(client.error());
    producer->client_ = std::move(*client);
    return producer;
}

// On first use, when the topics exist for sure; with their metadata, or the first record would wait a second for them.
rd_kafka_topic_t* PlainProducer::topic(Topic topic) {
    std::call_once(made_, [this]() {
        for (const Topic each : all_topics()) {
            topics_[index(each)].reset(rd_kafka_topic_new(client_->handle(), cluster_.name(each).c_str(), nullptr));
        }
        const rd_kafka_metadata_t* raw = nullptr;
        rd_kafka_metadata(client_->handle(), 0, nullptr, &raw, kMetadataMs);
        const ClusterMetadata not_needed(raw);
    });
    return topics_[index(topic)].get();
}

std::size_t PlainProducer::new_user() {
    const std::size_t user = users_++;
    AW_CHECK(user < kMaxUsers);
    return user;
}

LogResult<void> PlainProducer::append(std::size_t user, const OutRecord& record) {
    AW_CHECK(record.topic != Topic::state);
    const bool everywhere = record.partition == kEveryPartition;
    const int copies = everywhere ? cluster_.options().partitions : 1;
    for (int copy = 0; copy < copies; ++copy) {
        const int partition = everywhere ? copy : record.partition.value_or(RD_KAFKA_PARTITION_UA);
        const auto error =
            produce_record(client_->handle(),
                           {topic(record.topic), partition, record.key, record.tombstone ? nullptr : &record.value,
                            record.headers, record.about ? &*record.about : nullptr, reinterpret_cast<void*>(user)});
        if (!error) continue;
        if (auto fatal = client_->fatal_error()) return fail(std::move(*fatal));
        return fail(to_log_error("append to " + cluster_.name(record.topic), rd_kafka_error_code(error.get()),
                                 rd_kafka_error_string(error.get())));
    }
    return {};
}

void PlainProducer::flush(Duration timeout) { rd_kafka_flush(client_->handle(), static_cast<int>(timeout.count())); }

}  // namespace aw::eventlog
