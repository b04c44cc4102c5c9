#include "chaos/source_load.hpp"

#include <chrono>
#include <stdexcept>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "chaos/load.hpp"

namespace aw::test {

std::string source_map() {
    return "payload: shipment\n"
           "event_id: {prefix: p-, from: [waybill]}\n"
           "where: [{from: status, is_not: [cancelled]}]\n"
           "fields:\n"
           "  - {field: account_code, from: customer.code}\n"
           "  - {field: occurred_at, from: at}\n"
           "  - {field: source, constant: " +
           std::string(kSourceFeed) +
           "}\n"
           "  - {field: shipment.business_line, from: line, values: {fast: express, heavy: freight}}\n"
           "  - {field: shipment.items, from: pieces}\n";
}

// Of one account all lie in one partition of the topic: in the log they must keep their order.
SourceRecord SourceMaker::next() {
    const int what = below(40);
    if (what == 0 && !last_.value.empty()) return last_;  // a producer that was not sure
    const std::string root = load_root(below(kLoadAccounts));
    ++count_;
    if (what == 1) return {root, poison(), {}};
    SourceRecord record{root,
                        fmt::format(R"({{"waybill":"{}","customer":{{"code":"{}001"}},"at":"{}","line":"{}",)"
                                    R"("pieces":{},"status":"{}"}})",
                                    count_, root, format_utc(SystemClock{}.now()), below(4) == 0 ? "heavy" : "fast",
                                    1 + below(50), what == 2 ? "cancelled" : "sent"),
                        {}};
    if (count_ % 3 == 0) record.traceparent = fmt::format("00-{:032x}-00f067aa0ba902b8-01", count_);
    return last_ = record;
}

// No parcel: by its bytes, as JSON, by a word that nobody knows, by the type of a column, by what is missing.
std::string SourceMaker::poison() {
    switch (count_ % 5) {
        case 0:
            return fmt::format("\xff\xfe\x80{}", count_);
        case 1:
            return fmt::format(R"({{"waybill":"{}")", count_);
        case 2:
            return fmt::format(R"({{"waybill":"{}","line":"slow","pieces":1}})", count_);
        case 3:
            return fmt::format(R"({{"waybill":"{}","line":"fast","pieces":"some"}})", count_);
        default:
            return fmt::format(R"({{"waybill":"{}","line":"fast","pieces":1}})", count_);
    }
}

SourceLoad::SourceLoad(const std::string& broker, std::string topic, std::uint64_t seed)
    : client_(broker, RD_KAFKA_PRODUCER,
              {{"enable.idempotence", "true"},
               {"partitioner", "murmur2_random"},
               {"message.timeout.ms", "0"},  // never given up
               {"enabled_events", std::to_string(RD_KAFKA_EVENT_DR)}}),
      topic_(std::move(topic)),
      maker_(seed) {}

void SourceLoad::send(int records) {
    for (int i = 0; i < records; ++i) produce(maker_.next());
    take_reports(0);
}

void SourceLoad::produce(const SourceRecord& record) {
    rd_kafka_headers_t* const headers = rd_kafka_headers_new(1);
    if (!record.traceparent.empty()) {
        rd_kafka_header_add(headers, "traceparent", -1, record.traceparent.data(),
                            static_cast<ssize_t>(record.traceparent.size()));
    }
    check(rd_kafka_producev(client_.handle, RD_KAFKA_V_TOPIC(topic_.c_str()),
                            RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                            RD_KAFKA_V_KEY(record.key.data(), record.key.size()),
                            RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
                            RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END),
          "produce");
    ++in_flight_;
}

void SourceLoad::take_reports(int wait_ms) {
    rd_kafka_queue_t* const queue = rd_kafka_queue_get_main(client_.handle);
    while (rd_kafka_event_t* const event = rd_kafka_queue_poll(queue, wait_ms)) {
        wait_ms = 0;
        while (const rd_kafka_message_t* const message = rd_kafka_event_message_next(event)) {
            check(message->err, "what a source has sent");
            acknowledged_.emplace(static_cast<const char*>(message->payload), message->len);
            --in_flight_;
        }
        rd_kafka_event_destroy(event);
    }
    rd_kafka_queue_destroy(queue);
}

void SourceLoad::finish() {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (in_flight_ > 0) {
        if (std::chrono::steady_clock::now() > limit) throw std::runtime_error("a source cannot send what it has");
        take_reports(1'000);
    }
}

}  // namespace aw::test
