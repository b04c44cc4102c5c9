#include "eventlog/kafka/kafka_reader.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace aw::eventlog {

LogResult<std::unique_ptr<KafkaReader>> KafkaReader::open(Cluster& cluster, const LogSink& sink, Topic topic,
                                                          std::optional<int> only) {
    std::unique_ptr<KafkaReader> reader(new KafkaReader(cluster, topic, only));
    auto client = Client::open(cluster.options(), ClientRole::topic_reader, {cluster.options().group_id, "", ""}, sink);
    if (!client) return fail(client.error());
    reader->client_ = std::move(*client);
    reader->queue_.reset(rd_kafka_queue_get_consumer(reader->client_->handle()));
    return reader;
}

LogResult<void> KafkaReader::start() {
    const auto counts = cluster_.partitions(kAskTimeout);
    if (!counts) return fail(counts.error());
    const int count = (*counts)[index(topic_)];
    if (count == 0) {
        return log_failure(LogError::Kind::bad_configuration,
                           fmt::format("topic {} does not exist (accountwatch topics create)", cluster_.name(topic_)));
    }
    std::vector<Progress> progress;
    PartitionList list(rd_kafka_topic_partition_list_new(count));
    for (int partition = 0; partition < count; ++partition) {
        if (only_ && *only_ != partition) {
            progress.push_back({});  // nothing to wait for
            continue;
        }
        const auto marks = cluster_.watermarks(topic_, partition, kAskTimeout);
        if (!marks) return fail(marks.error());
        progress.push_back({marks->low, marks->high});
        rd_kafka_topic_partition_list_add(list.get(), cluster_.name(topic_).c_str(), partition)->offset = marks->low;
    }
    const auto code = rd_kafka_assign(client_->handle(), list.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_log_error("cannot start to read", code, ""));
    progress_ = std::move(progress);
    return {};
}

LogResult<std::span<const Record>> KafkaReader::poll(std::size_t max_records, Duration timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    batch_.clear();
    const bool was_behind = !caught_up();
    if (progress_.empty()) {
        if (auto started = start(); !started) return fail(started.error());
    }
    while (batch_.size() < max_records) {
        // Who waits for having caught up is told at once, although no record came.
        if (was_behind && caught_up()) break;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        const bool wait = batch_.size() == 0 && !woken_ && left.count() > 0;
        KafkaMessage message(rd_kafka_consumer_poll(client_->handle(), wait ? static_cast<int>(left.count()) : 0));
        if (message) {
            if (auto taken = take(std::move(message)); !taken) return fail(taken.error());
            continue;
        }
        if (auto error = client_->take_error(); error && batch_.size() == 0) return fail(std::move(*error));
        if (batch_.size() > 0 || woken_.exchange(false) || left.count() <= 0) break;
    }
    return batch_.records();
}

LogResult<void> KafkaReader::take(KafkaMessage message) {
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        auto& next = progress_[static_cast<std::size_t>(message->partition)].next;
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            next = std::max(next, message->offset);
        } else if (message->offset >= next) {  // librdkafka may deliver twice
            next = message->offset + 1;
            batch_.add(std::move(message));
        }
        return {};
    }
    if (auto fatal = client_->fatal_error()) return fail(std::move(*fatal));
    auto error = to_log_error(cluster_.name(topic_), message->err, rd_kafka_message_errstr(message.get()));
    if (error.kind == LogError::Kind::bad_configuration) error.kind = LogError::Kind::retriable;
    if (batch_.size() == 0) return fail(std::move(error));
    client_->say(LogLevel::warning, error.message);
    return {};
}

bool KafkaReader::caught_up() const {
    return !progress_.empty() &&
           std::ranges::all_of(progress_, [](const Progress& progress) { return progress.next >= progress.end; });
}

void KafkaReader::wake() {
    woken_ = true;
    rd_kafka_queue_yield(queue_.get());
}

}  // namespace aw::eventlog
