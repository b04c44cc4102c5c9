// Hands a record to a producer of librdkafka. Internal to the adapter.
#pragma once

#include <span>
#include <string>

#include "eventlog/kafka/handles.hpp"
#include "eventlog/record.hpp"

namespace aw::eventlog {

struct ProducedRecord {
    rd_kafka_topic_t* topic;
    int partition;  // RD_KAFKA_PARTITION_UA: by key
    const std::string& key;
    const std::string* value;  // null: tombstone
    std::span<const Header> headers = {};
    const CloudEvent* about = nullptr;
    void* opaque = nullptr;  // comes back in the delivery report
};

// Copies the bytes. Null on success.
[[nodiscard]] KafkaError produce_record(rd_kafka_t* producer, const ProducedRecord& record);

}  // namespace aw::eventlog
