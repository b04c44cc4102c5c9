// Records of a source topic -> records of the topic `events`: bytes, headers, format and field map in, an event or the
// reason why not out. Nothing here reads a clock or knows Kafka.
//
// Formats: our protobuf; the same behind Confluent's prefix (0x00, schema id, message indexes), which is taken off by
// hand and not looked up anywhere; JSON, our own or by a field map; automatic, by the header `content-type`. Headers of
// CloudEvents in binary mode fill what a record of our own formats leaves out: `ce_source` the source, `ce_time`
// occurred_at, and `ce_source` with `ce_id` the event_id (CloudEvents promises that only both together are unique). A
// map names headers itself (`from: "header:ce_id"`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "codec/event_decoder.hpp"
#include "codec/field_mapper.hpp"
#include "codec/records.hpp"
#include "eventlog/record.hpp"

namespace aw::intake {

enum class SourceFormat : std::uint8_t { protobuf, confluent_protobuf, json, automatic };

// What stands behind Confluent's prefix, which is checked as far as that goes without a registry.
[[nodiscard]] Result<std::string_view, Refusal> without_confluent_prefix(std::string_view bytes);

// One owner, one thread.
class SourceRecords {
public:
    // `map`, for JSON only, may be null. REQUIRES: check_field_map(*map) finds nothing. `output`: how the events are
    // written.
    SourceRecords(SourceFormat format, const FieldMap* map, Format output);

    // The record for `events`, with its key or to every partition, and with the headers of its trace. Nothing for a
    // record that the map leaves out.
    [[nodiscard]] Result<std::optional<eventlog::OutRecord>, Refusal> convert(const eventlog::Record& record);

private:
    struct Headers {
        EnvelopeDefaults envelope;
        std::string_view content_type;
        std::vector<NamedText> all;
    };
    void read_headers(const eventlog::Record& record);
    [[nodiscard]] Result<SourceFormat, Refusal> format_of() const;
    [[nodiscard]] Result<const Event*, Refusal> read_protobuf(std::string_view bytes);
    [[nodiscard]] Result<const Event*, Refusal> read_json(std::string_view bytes);  // null: left out
    [[nodiscard]] eventlog::OutRecord out_record(const Event& event, const eventlog::Record& record) const;

    SourceFormat format_;
    Format output_;
    std::optional<FieldMapper> mapper_;
    EventDecoder decoder_;
    Headers headers_;       // of the record in hand
    std::string event_id_;  // what headers_.envelope.event_id points to
};

}  // namespace aw::intake
