// Lines of text -> records of the topic `events`: what `accountwatch send`, POST /events and `backtest` have in common.
//
// A line is one event in JSON (NDJSON) or one CSV record; with a field map a record of another system. It is decoded
// and checked as every record of the log is; kinds that only the daemon writes are refused. Nothing here reads a clock
// or a file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "codec/csv.hpp"
#include "codec/event_decoder.hpp"
#include "codec/field_mapper.hpp"
#include "codec/records.hpp"
#include "core/model/event.hpp"
#include "eventlog/record.hpp"

namespace aw::intake {

// An event as a record of the log: its key is the account root; what concerns more than one account goes to every
// partition. REQUIRES: the event was decoded, so it has a root or is broadcast.
[[nodiscard]] eventlog::OutRecord event_record(const Event& event, Format format);

// Kinds that only the daemon writes come from nobody else.
[[nodiscard]] std::optional<Refusal> refuse_reserved(const Event& event);

// One owner, one thread.
class LineEvents {
public:
    LineEvents() = default;
    // Lines are records of another system. What the map leaves out is a null event.
    // REQUIRES: check_field_map(map) finds nothing.
    explicit LineEvents(const FieldMap& map) : mapper_(FieldMapper(map)) {}

    // The event of one NDJSON line, valid until the next call.
    [[nodiscard]] Result<const Event*, Refusal> read_json(std::string_view line);

    // The event of a record as it stood in a topic, protobuf or JSON.
    [[nodiscard]] Result<const Event*, Refusal> read_record(std::string_view bytes) {
        return checked(decoder_.decode(bytes));
    }

    // CSV: first the header row, then records (with or without their line ends).
    [[nodiscard]] Result<void> open_csv(std::string_view header);
    [[nodiscard]] Result<const Event*, Refusal> read_csv(std::string_view record);
    [[nodiscard]] char separator() const { return mapper_ ? mapper_->separator() : ','; }

    // read_json() and event_record() in one. REQUIRES: no field map.
    [[nodiscard]] Result<eventlog::OutRecord, Refusal> json_record(std::string_view line, Format format);

private:
    [[nodiscard]] Result<const Event*, Refusal> mapped(Result<std::optional<std::string>, Refusal> bytes);
    [[nodiscard]] Result<const Event*, Refusal> checked(Result<const Event*, Refusal> decoded) const;

    EventDecoder decoder_;
    std::optional<FieldMapper> mapper_;
    std::optional<CsvReader> csv_;
    std::string record_;  // what CSV made; the decoder keeps its own copy
};

// On whose word it is done: the actor of a command, the author of a silence; empty for all that reports facts.
[[nodiscard]] std::string_view authority_of(const Event& event);

// White space only: no event, no mistake.
[[nodiscard]] bool is_blank(std::string_view line);

}  // namespace aw::intake
