// Messages of librdkafka as records. Internal to the adapter.
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

#include "eventlog/kafka/handles.hpp"
#include "eventlog/record.hpp"

namespace aw::eventlog {

// Keeps the messages as long as the records that point into them.
class MessageBatch {
public:
    void clear();
    void add(KafkaMessage message);
    [[nodiscard]] std::span<const Record> records() const { return records_; }
    [[nodiscard]] std::size_t size() const { return records_.size(); }

private:
    void add_headers(const rd_kafka_message_t& message, Record& record);

    std::vector<KafkaMessage> messages_;
    std::vector<Record> records_;
    std::deque<std::vector<HeaderView>> headers_;
};

}  // namespace aw::eventlog
