#include "eventlog/kafka/record_views.hpp"

#include <utility>

namespace aw::eventlog {

void MessageBatch::clear() {
    records_.clear();
    headers_.clear();
    messages_.clear();
}

void MessageBatch::add(KafkaMessage message) {
    Record& record = records_.emplace_back();
    record.partition = message->partition;
    record.offset = message->offset;
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    record.append_time = Timestamp{rd_kafka_message_timestamp(message.get(), &type)};
    record.key = {static_cast<const char*>(message->key), message->key_len};
    record.value = {static_cast<const char*>(message->payload), message->len};
    record.tombstone = message->payload == nullptr;
    if (of_sources_) record.topic = rd_kafka_topic_name(message->rkt);
    add_headers(*message, record);
    messages_.push_back(std::move(message));
}

void MessageBatch::add_headers(const rd_kafka_message_t& message, Record& record) {
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
    std::vector<HeaderView> views;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
        const HeaderView header{name, {static_cast<const char*>(value), size}};
        const auto when = !of_sources_ && header.name == kLogTimeHeader ? parse_log_time(header.value) : std::nullopt;
        if (when) {
            record.declared_time = when;
        } else {
            views.push_back(header);
        }
    }
    if (!views.empty()) record.headers = headers_.emplace_back(std::move(views));
}

}  // namespace aw::eventlog
