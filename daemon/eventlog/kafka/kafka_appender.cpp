#include "eventlog/kafka/kafka_appender.hpp"

#include <cstdint>
#include <utility>

#include "base/check.hpp"
#include "eventlog/kafka/produce.hpp"

namespace aw::eventlog {

namespace {

constexpr int kServeMs = 200;

}  // namespace

LogResult<std::unique_ptr<KafkaAppender>> KafkaAppender::open(Cluster& cluster, const LogSink& sink) {
    std::unique_ptr<KafkaAppender> appender(new KafkaAppender(cluster));
    Client::Callbacks callbacks;
    callbacks.delivery = [self = appender.get()](const rd_kafka_message_t* message) { self->on_delivery(*message); };
    auto client = Client::open(cluster.options(), ClientRole::appender, {}, sink, std::move(callbacks));
    if (!client) return fail(client.error());
    appender->client_ = std::move(*client);
    for (const Topic topic : all_topics()) {
        appender->topics_[index(topic)].reset(
            rd_kafka_topic_new(appender->client_->handle(), cluster.name(topic).c_str(), nullptr));
    }
    return appender;
}

void KafkaAppender::on_delivery(const rd_kafka_message_t& message) {
    const auto number = reinterpret_cast<std::uintptr_t>(message._private);
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        --missing_[number];
    } else if (!error_) {
        error_ = to_log_error(rd_kafka_topic_name(message.rkt), message.err, "");
    }
}

AppendReport KafkaAppender::append(std::span<const OutRecord> records) {
    AppendReport report;
    error_.reset();
    missing_.assign(records.size(), 1);
    for (std::size_t number = 0; number < records.size(); ++number) hand_over(records[number], number);
    // Every record ends in a delivery report, at the latest after message.timeout.ms; what is purged, at once. Of a
    // record that was on its way then nobody knows whether it is in the log: it counts as not acknowledged.
    while (rd_kafka_outq_len(client_->handle()) > 0) {
        if (given_up()) rd_kafka_purge(client_->handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        rd_kafka_flush(client_->handle(), kServeMs);
    }
    client_->serve();
    for (const int missing : missing_) {
        report.acknowledged.push_back(missing == 0);
        report.count += missing == 0 ? 1 : 0;
    }
    if (report.count < records.size()) {
        report.error = client_->fatal_error();
        if (!report.error && given_up())
            report.error = LogError{LogError::Kind::retriable, "not acknowledged before the stop"};
        if (!report.error) report.error = error_;
        if (!report.error) report.error = LogError{LogError::Kind::retriable, "not acknowledged"};
    }
    return report;
}

void KafkaAppender::hand_over(const OutRecord& record, std::size_t number) {
    AW_CHECK(record.topic != Topic::state);
    const bool everywhere = record.partition == kEveryPartition;
    const int copies = everywhere ? cluster_.options().partitions : 1;
    missing_[number] = copies;
    for (int copy = 0; copy < copies; ++copy) {
        const int partition = everywhere ? copy : record.partition.value_or(RD_KAFKA_PARTITION_UA);
        while (!given_up()) {
            const auto error = produce_record(
                client_->handle(),
                {topics_[index(record.topic)].get(), partition, record.key, record.tombstone ? nullptr : &record.value,
                 record.headers, record.about ? &*record.about : nullptr, reinterpret_cast<void*>(number)});
            if (!error) break;
            const auto code = rd_kafka_error_code(error.get());
            if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
                client_->serve(kServeMs);
                continue;
            }
            if (!error_) error_ = to_log_error(cluster_.name(record.topic), code, rd_kafka_error_string(error.get()));
            break;
        }
    }
}

LogResult<bool> KafkaAppender::is_empty() {
    const auto counts = cluster_.check_topics(kAskTimeout);
    if (!counts) return fail(counts.error());
    for (int partition = 0; partition < (*counts)[index(Topic::events)]; ++partition) {
        const auto marks = cluster_.watermarks(Topic::events, partition, kAskTimeout);
        if (!marks) return fail(marks.error());
        if (marks->high > 0) return false;
    }
    return true;
}

}  // namespace aw::eventlog
