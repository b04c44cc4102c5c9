// Messages of librdkafka as records. Internal to the adapter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "eventlog/kafka/handles.hpp"
#include "eventlog/record.hpp"

namespace aw::eventlog {

enum class BatchOf : std::uint8_t {
    sources,  // topics of others: nothing is taken out of the headers, and Record::topic is set
    readers,  // our own: the log time becomes Record::declared_time
    workers,  // as for readers; what describes a record to others (content-type, ce_*) is left out, too
};

// Keeps the messages as long as the records that point into them.
class MessageBatch {
public:
    explicit MessageBatch(BatchOf of) : of_(of) {}
    void clear();
    void add(KafkaMessage message);
    [[nodiscard]] std::span<const Record> records() const { return records_; }
    [[nodiscard]] std::size_t size() const { return records_.size(); }

private:
    void add_headers(const rd_kafka_message_t& message, Record& record);

    BatchOf of_;
    std::vector<KafkaMessage> messages_;
    std::vector<Record> records_;
    std::vector<HeaderView> views_;  // of the record in hand
    std::deque<std::vector<HeaderView>> headers_;
};

}  // namespace aw::eventlog
