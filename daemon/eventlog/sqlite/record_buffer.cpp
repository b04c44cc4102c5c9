#include "base/archive.hpp"
#include "base/check.hpp"
#include "eventlog/sqlite/headers.hpp"
#include "eventlog/sqlite/store.hpp"

namespace aw::eventlog {

std::string encode_headers(const std::vector<Header>& headers) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& header : headers) pairs.emplace_back(header.name, header.value);
    return archived(pairs);
}

std::vector<Header> decode_headers(std::string_view bytes) {
    std::vector<std::pair<std::string, std::string>> pairs;
    if (!unarchive(bytes, pairs)) return {};
    std::vector<Header> headers;
    for (auto& [name, value] : pairs) headers.push_back({std::move(name), std::move(value)});
    return headers;
}

void RecordBuffer::clear() {
    bytes_.clear();
    records_.clear();
    headers_.clear();
    views_.clear();
}

// The bytes move while the buffer grows: until finish() the views carry lengths only.
void RecordBuffer::add(const Record& record, std::string_view encoded_headers) {
    bytes_ += record.key;
    bytes_ += record.value;
    Record& kept = records_.emplace_back(record);
    if (encoded_headers.empty()) return;
    const auto& headers = headers_.emplace_back(decode_headers(encoded_headers));
    auto& views = views_.emplace_back();
    for (const auto& header : headers) views.push_back({header.name, header.value});
    kept.headers = views;
}

std::span<const Record> RecordBuffer::finish() {
    std::string_view rest = bytes_;
    for (Record& record : records_) {
        record.key = rest.substr(0, record.key.size());
        rest.remove_prefix(record.key.size());
        record.value = rest.substr(0, record.value.size());
        rest.remove_prefix(record.value.size());
    }
    AW_CHECK(rest.empty());
    return records_;
}

}  // namespace aw::eventlog
