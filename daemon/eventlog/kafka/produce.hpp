// Hands a record to a producer of librdkafka. Internal to the adapter.
#pragma once

#include <string>
#include <vector>

#include "eventlog/kafka/handles.hpp"
#include "eventlog/record.hpp"

namespace aw::eventlog {

struct ProducedRecord {
    rd_kafka_topic_t* topic;
    int partition;  // RD_KAFKA_PARTITION_UA: by key
    const std::string& key;
    const std::string* value;  // null: tombstone
    const std::vector<Header>* headers;
    void* opaque = nullptr;  // comes back in the delivery report
};

// Copies the bytes. Null on success.
[[nodiscard]] KafkaError produce_record(rd_kafka_t* producer, const ProducedRecord& record);

}  // namespace aw::eventlog
