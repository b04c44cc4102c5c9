#include "intake/line_events.hpp"

#include "base/check.hpp"
#include "codec/event_encoder.hpp"

namespace aw::intake {
namespace {

constexpr std::string_view kBlank = " \t\r\n\v\f";

}  // namespace

bool is_blank(std::string_view line) { return line.find_first_not_of(kBlank) == std::string_view::npos; }

std::string_view authority_of(const Event& event) {
    if (const auto* command = std::get_if<CommandEvent>(&event.payload)) return command->actor_staff_id;
    if (const auto* silence = std::get_if<SilenceEvent>(&event.payload)) return silence->author_staff_id;
    return {};
}

eventlog::OutRecord event_record(const Event& event, Format format) {
    eventlog::OutRecord record;
    record.topic = eventlog::Topic::events;
    record.value = encode_event(event, format);
    if (is_broadcast(event)) {
        record.partition = eventlog::kEveryPartition;
    } else {
        record.key = format_root(root_of(event));
    }
    return record;
}

std::optional<Refusal> refuse_reserved(const Event& event) {
    if (!is_reserved(event.payload)) return std::nullopt;
    return Refusal{DeadLetterReason::RESERVED_KIND,
                   std::string(payload_name(event.payload)) + " is written by the daemon itself only"};
}

Result<const Event*, Refusal> LineEvents::checked(Result<const Event*, Refusal> decoded) const {
    if (!decoded) return decoded;
    if (auto reserved = refuse_reserved(**decoded)) return fail(std::move(*reserved));
    return decoded;
}

Result<const Event*, Refusal> LineEvents::read_json(std::string_view line) {
    // Beginning with anything else the decoder would take it for protobuf.
    const std::size_t start = line.find_first_not_of(kBlank);
    if (start == std::string_view::npos || line[start] != '{') {
        return fail(Refusal{DeadLetterReason::UNDECODABLE, "expected one JSON object in a line"});
    }
    if (mapper_) return mapped(mapper_->read_json(line));
    return checked(decoder_.decode(line.substr(start)));
}

Result<const Event*, Refusal> LineEvents::mapped(Result<std::optional<std::string>, Refusal> bytes) {
    if (!bytes) return fail(std::move(bytes).error());
    if (!*bytes) return static_cast<const Event*>(nullptr);
    record_ = std::move(**bytes);
    auto event = checked(decoder_.decode(record_));
    if (!event) return fail(mapper_->explained(std::move(event).error()));
    return event;
}

Result<void> LineEvents::open_csv(std::string_view header) {
    if (mapper_) return mapper_->open_csv(header);
    auto reader = CsvReader::open(header);
    if (!reader) return fail(reader.error());
    csv_ = std::move(*reader);
    return {};
}

Result<const Event*, Refusal> LineEvents::read_csv(std::string_view record) {
    if (mapper_) return mapped(mapper_->read_csv(record));
    AW_CHECK(csv_.has_value());
    auto bytes = csv_->read(record);
    if (!bytes) return fail(std::move(bytes).error());
    record_ = std::move(*bytes);
    return checked(decoder_.decode(record_));
}

Result<eventlog::OutRecord, Refusal> LineEvents::json_record(std::string_view line, Format format) {
    const auto event = read_json(line);
    if (!event) return fail(event.error());
    return event_record(**event, format);
}

}  // namespace aw::intake
