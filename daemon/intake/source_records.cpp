#include "intake/source_records.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "intake/line_events.hpp"

namespace aw::intake {
namespace {

using Why = DeadLetterReason;
constexpr std::size_t kIdDigits = 32;  // 128 bits of the digest, as field maps do
constexpr std::size_t kMaxEventId = 128;
constexpr std::size_t kMaxNesting = 64;  // message indexes; no schema nests deeper
constexpr std::size_t kSchemaIdBytes = 4;

Refusal undecodable(std::string detail) { return {Why::UNDECODABLE, std::move(detail)}; }

// A zigzag number of a variable number of bytes; takes it off the front.
std::optional<std::int64_t> take_zigzag(std::string_view& bytes) {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    }
    return std::nullopt;
}

bool is_json_object(std::string_view bytes) {
    const std::size_t start = bytes.find_first_not_of(" \t\r\n");
    return start != std::string_view::npos && bytes[start] == '{';
}

bool equal_without_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b,
                              [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// "application/json; charset=utf-8" -> "application/json"
std::string media_type(std::string_view content_type) {
    std::string type(content_type.substr(0, content_type.find(';')));
    while (!type.empty() && type.back() == ' ') type.pop_back();
    std::ranges::transform(type, type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return type;
}

std::string event_id_of(std::string_view source, std::string_view id) {
    std::string both = source.empty() ? std::string(id) : fmt::format("{}/{}", source, id);
    const bool printable = std::ranges::all_of(both, [](char c) { return c >= 0x20 && c < 0x7f; });
    if (printable && both.size() <= kMaxEventId) return both;
    return sha256_hex(fmt::format("{}:{}{}", source.size(), source, id)).substr(0, kIdDigits);
}

}  // namespace

Result<std::string_view, Refusal> without_confluent_prefix(std::string_view bytes) {
    if (bytes.empty()) return fail(undecodable("the record is empty"));
    if (bytes.front() != 0) {
        return fail(undecodable(fmt::format("expected Confluent framing, which begins with 0x00, got 0x{:02x}{}",
                                            static_cast<unsigned char>(bytes.front()),
                                            bytes.front() == '{' ? ": this looks like JSON (format: json)"
                                                                 : " (format: protobuf is for records without it)")));
    }
    bytes.remove_prefix(1);
    if (bytes.size() < kSchemaIdBytes) {
        return fail(undecodable(fmt::format("Confluent framing: expected 4 bytes of schema id, got {}", bytes.size())));
    }
    bytes.remove_prefix(kSchemaIdBytes);
    // [0], the first message of a schema, is written as a single 0.
    const auto count = take_zigzag(bytes);
    if (!count) return fail(undecodable("Confluent framing: no message indexes behind the schema id"));
    if (*count < 0 || *count > static_cast<std::int64_t>(kMaxNesting)) {
        return fail(undecodable(
            fmt::format("Confluent framing: expected 0 to {} message indexes, got {}", kMaxNesting, *count)));
    }
    for (std::int64_t i = 0; i < *count; ++i) {
        const auto index = take_zigzag(bytes);
        if (!index || *index < 0) {
            return fail(undecodable(fmt::format("Confluent framing: message index {} of {} is {}", i + 1, *count,
                                                index ? "negative" : "cut off")));
        }
    }
    return bytes;
}

SourceRecords::SourceRecords(SourceFormat format, const FieldMap* map, Format output)
    : format_(format), output_(output) {
    if (map != nullptr) mapper_.emplace(*map);
}

void SourceRecords::read_headers(const eventlog::Record& record) {
    headers_ = {};
    std::string_view id;
    for (const eventlog::HeaderView& header : record.headers) {
        headers_.all.emplace_back(header.name, header.value);
        if (header.name == "ce_id") id = header.value;
        if (header.name == "ce_source") headers_.envelope.source = header.value;
        if (header.name == "ce_time") headers_.envelope.occurred_at = header.value;
        if (equal_without_case(header.name, "content-type")) headers_.content_type = header.value;
    }
    if (id.empty()) return;
    event_id_ = event_id_of(headers_.envelope.source, id);
    headers_.envelope.event_id = event_id_;
}

Result<SourceFormat, Refusal> SourceRecords::format_of() const {
    if (format_ != SourceFormat::automatic) return format_;
    const std::string type = media_type(headers_.content_type);
    if (type.starts_with("application/cloudevents")) {
        return fail(undecodable("content-type " + type + ": CloudEvents are read in binary mode only"));
    }
    if (type == "application/json" || type.ends_with("+json")) return SourceFormat::json;
    for (const char* const known :
         {"application/protobuf", "application/x-protobuf", "application/vnd.google.protobuf"}) {
        if (type == known) return SourceFormat::protobuf;
    }
    return fail(undecodable(type.empty() ? "no header content-type says the format"
                                         : fmt::format("content-type '{}' is neither JSON nor protobuf", type)));
}

Result<const Event*, Refusal> SourceRecords::read_protobuf(std::string_view bytes) {
    if (bytes.empty()) return fail(undecodable("the record is empty"));
    // The decoder would take it for JSON; '{' begins no event in protobuf.
    if (bytes.front() == '{') return fail(undecodable("expected protobuf, got JSON (format: json)"));
    return decoder_.decode(bytes, headers_.envelope);
}

Result<const Event*, Refusal> SourceRecords::read_json(std::string_view bytes) {
    if (!is_json_object(bytes)) return fail(undecodable("expected one JSON object"));
    if (!mapper_) return decoder_.decode(bytes.substr(bytes.find('{')), headers_.envelope);
    auto mapped = mapper_->read_json(bytes, headers_.all);
    if (!mapped) return fail(std::move(mapped).error());
    if (!*mapped) return static_cast<const Event*>(nullptr);
    auto event = decoder_.decode(**mapped);
    if (!event) return fail(mapper_->explained(std::move(event).error()));
    return event;
}

eventlog::OutRecord SourceRecords::out_record(const Event& event, const eventlog::Record& record) const {
    eventlog::OutRecord out = event_record(event, output_);
    eventlog::pass_trace(out, record.headers);
    return out;
}

Result<std::optional<eventlog::OutRecord>, Refusal> SourceRecords::convert(const eventlog::Record& record) {
    if (record.tombstone) return fail(undecodable("the record has no value (a tombstone)"));
    if (record.value.empty()) return fail(undecodable("the record is empty"));
    read_headers(record);
    const auto format = format_of();
    if (!format) return fail(format.error());
    std::string_view bytes = record.value;
    if (*format == SourceFormat::confluent_protobuf) {
        const auto inside = without_confluent_prefix(bytes);
        if (!inside) return fail(inside.error());
        bytes = *inside;
    }
    const auto event = *format == SourceFormat::json ? read_json(bytes) : read_protobuf(bytes);
    if (!event) return fail(event.error());
    if (*event == nullptr) return std::optional<eventlog::OutRecord>{};
    if (auto reserved = refuse_reserved(**event)) return fail(std::move(*reserved));
    return out_record(**event, record);
}

}  // namespace aw::intake
