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
    // Of the topics of others nothing is taken out of the headers, and Record::topic is set.
    explicit MessageBatch(bool of_sources = false) : of_sources_(of_sources) {}
    void clear();
    void add(KafkaMessage message);
    [[nodiscard]] std::span<const Record> records() const { return records_; }
    [[nodiscard]] std::size_t size() const { return records_.size(); }

private:
    void add_headers(const rd_kafka_message_t& message, Record& record);

    bool of_sources_;
    std::vector<KafkaMessage> messages_;
    std::vector<Record> records_;
    std::deque<std::vector<HeaderView>> headers_;
};

}  // namespace aw::eventlog
