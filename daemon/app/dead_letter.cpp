#include "app/dead_letter.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "codec/cloud_events.hpp"
#include "codec/output_encoder.hpp"

namespace aw::app {
namespace {

std::string cut(std::string_view what, std::string& bytes, std::size_t limit) {
    if (bytes.size() <= limit) return {};
    std::string note = fmt::format("; {} cut: the first {} of {} bytes, SHA-256 of all of it {}", what, limit,
                                   bytes.size(), sha256_hex(bytes));
    bytes.resize(limit);
    return note;
}

constexpr std::string_view kOriginal = "original-";

bool begins_with(std::string_view name, std::string_view prefix) {
    return name.size() >= prefix.size() && std::ranges::equal(name.substr(0, prefix.size()), prefix, {},
                                                              [](unsigned char c) { return std::tolower(c); });
}

// Headers that say what the value is: of a letter its own.
bool describes(std::string_view name) {
    constexpr std::string_view kContentType = "content-type";
    return begins_with(name, "ce_") || (name.size() == kContentType.size() && begins_with(name, kContentType));
}

}  // namespace

eventlog::OutRecord to_record(DeadLetter letter, Format format) {
    // The detail first: the notes about the others come behind it.
    std::string notes = cut("detail", letter.detail, kMaxLetterDetail);
    notes += cut("key", letter.key, kMaxLetterKey);
    notes += cut("payload", letter.payload, kMaxLetterPayload);
    letter.detail += notes;
    eventlog::OutRecord record{eventlog::Topic::dead_letters, letter.key, encode(letter, format)};
    record.about = cloud_event(letter, format);
    return record;
}

DeadLetter letter_of(const eventlog::Record& record, std::string_view source, std::string_view topic, Refusal refusal) {
    DeadLetter letter;
    letter.reason = refusal.reason;
    letter.detail = std::move(refusal.detail);
    letter.source = source;
    letter.topic = topic;
    letter.partition = record.partition;
    letter.offset = record.offset;
    letter.key = record.key;
    letter.payload = record.value;
    letter.received_at = record.append_time;
    return letter;
}

telemetry::DeadLettered happening(const DeadLetter& letter) {
    return {.reason = std::string(name(letter.reason)),
            .detail = letter.detail,
            .source = letter.source,
            .topic = letter.topic,
            .partition = letter.partition,
            .offset = letter.offset};
}

eventlog::OutRecord to_record(DeadLetter letter, const eventlog::Record& original, Format format) {
    std::size_t bytes = 0;
    std::vector<eventlog::Header> headers;
    for (const eventlog::HeaderView& header : original.headers) {
        bytes += header.name.size() + header.value.size();
        if (bytes > kMaxLetterHeaders) break;
        const bool taken = describes(header.name) || header.name.starts_with(kOriginal);
        headers.push_back({std::string(taken ? kOriginal : "").append(header.name), std::string(header.value)});
    }
    if (const std::size_t rest = original.headers.size() - headers.size(); rest > 0)
        letter.detail += fmt::format("; the last {} headers are left out", rest);
    eventlog::OutRecord record = to_record(std::move(letter), format);
    record.headers = std::move(headers);
    return record;
}

std::vector<eventlog::Header> original_headers(std::span<const eventlog::HeaderView> of_letter) {
    const bool described = std::ranges::any_of(of_letter, [](const eventlog::HeaderView& header) {
        return header.name == "ce_type" && header.value == kDeadLetterType;
    });
    std::vector<eventlog::Header> headers;
    for (eventlog::HeaderView header : of_letter) {
        // One of a version before has the original's as they were.
        if (described && describes(header.name)) continue;
        if (described && header.name.starts_with(kOriginal)) header.name.remove_prefix(kOriginal.size());
        headers.push_back({std::string(header.name), std::string(header.value)});
    }
    return headers;
}

}  // namespace aw::app
