#include "eventlog/kafka/produce.hpp"

#include <array>
#include <cstddef>

namespace aw::eventlog {
namespace {

rd_kafka_vu_t memory(rd_kafka_vtype_t type, const std::string* bytes) {
    rd_kafka_vu_t item{};
    item.vtype = type;
    item.u.mem.ptr = bytes != nullptr ? const_cast<char*>(bytes->data()) : nullptr;
    item.u.mem.size = bytes != nullptr ? bytes->size() : 0;
    return item;
}

// Null: none.
rd_kafka_headers_t* headers_of(const ProducedRecord& record) {
    if (record.headers.empty() && record.about == nullptr) return nullptr;
    rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size() + 6);
    each_header(record.about, record.headers, [&](std::string_view name, std::string_view value) {
        rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                            static_cast<ssize_t>(value.size()));
    });
    return headers;
}

}  // namespace

KafkaError produce_record(rd_kafka_t* producer, const ProducedRecord& record) {
    std::array<rd_kafka_vu_t, 7> items{};
    items[0].vtype = RD_KAFKA_VTYPE_RKT;
    items[0].u.rkt = record.topic;
    items[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    items[1].u.i32 = record.partition;
    items[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    items[2].u.i = RD_KAFKA_MSG_F_COPY;
    items[3] = memory(RD_KAFKA_VTYPE_KEY, &record.key);
    items[4] = memory(RD_KAFKA_VTYPE_VALUE, record.value);
    items[5].vtype = RD_KAFKA_VTYPE_OPAQUE;
    items[5].u.ptr = record.opaque;
    std::size_t count = 6;
    if (rd_kafka_headers_t* headers = headers_of(record); headers != nullptr) {
        items[6].vtype = RD_KAFKA_VTYPE_HEADERS;
        items[6].u.headers = headers;
        ++count;
    }
    KafkaError error(rd_kafka_produceva(producer, items.data(), count));
    // On success the headers are the message's.
    if (error && count == 7) rd_kafka_headers_destroy(items[6].u.headers);
    return error;
}

}  // namespace aw::eventlog
