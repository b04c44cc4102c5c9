#include "codec/event_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "codec/event_fields.hpp"
#include "codec/proto_reader.hpp"
#include "codec/text.hpp"
#include "core/model/recurrence.hpp"

namespace aw::codec {
namespace {

namespace v1 = accountwatch::v1;
using Why = DeadLetterReason;
using Problem = std::optional<Refusal>;

bool printable(char c) { return c >= 0x20 && c < 0x7f; }
bool is_control(char c) { return (c >= 0 && c < 0x20) || c == 0x7f; }

Problem read_id(const std::string& id, Event& event) {
    if (id.empty()) return Refusal{Why::MISSING_FIELD, "event_id: required, not given"};
    if (id.size() > kMaxIdBytes) {
        return Refusal{Why::TOO_LARGE,
                       fmt::format("event_id: expected at most {} bytes, got {}", kMaxIdBytes, id.size())};
    }
    if (!std::ranges::all_of(id, printable)) {
        return Refusal{Why::WRONG_TYPE, fmt::format("event_id: expected printable ASCII bytes, got {}", show_text(id))};
    }
    event.event_id = id;
    return std::nullopt;
}

Problem read_code(const std::string& code, Event& event) {
    event.code = {};
    if (code.empty()) return std::nullopt;
    const auto parsed = parse_customer_code(code);
    if (!parsed) {
        return Refusal{
            Why::BAD_CUSTOMER_CODE,
            fmt::format("account_code: expected 14 digits, the first six not all 0, got {}", show_text(code))};
    }
    event.code = *parsed;
    return std::nullopt;
}

Problem read_time(std::string_view name, const google::protobuf::Timestamp& time, Timestamp& instant) {
    const auto found = read_timestamp(time);
    if (!found) {
        return Refusal{Why::BAD_TIME,
                       fmt::format("{}: expected a time from 2000 to 9999, got {}", name, show_timestamp(time))};
    }
    instant = *found;
    return std::nullopt;
}

Problem read_envelope(const v1::Event& message, Event& event) {
    if (auto problem = read_id(message.event_id(), event)) return problem;
    if (auto problem = read_code(message.account_code(), event)) return problem;
    if (!message.has_occurred_at()) return Refusal{Why::MISSING_FIELD, "occurred_at: required, not given"};
    if (auto problem = read_time("occurred_at", message.occurred_at(), event.occurred_at)) return problem;
    event.recorded_at = {};
    if (message.has_recorded_at()) {
        if (auto problem = read_time("recorded_at", message.recorded_at(), event.recorded_at)) return problem;
    }
    if (message.source().empty()) return Refusal{Why::MISSING_FIELD, "source: required, not given"};
    if (message.source().size() > kMaxIdBytes) {
        return Refusal{Why::TOO_LARGE,
                       fmt::format("source: expected at most {} bytes, got {}", kMaxIdBytes, message.source().size())};
    }
    // It is the name of a feed, in topics, metrics and notices; names in any script are fine.
    if (std::ranges::any_of(message.source(), is_control)) {
        return Refusal{Why::WRONG_TYPE, fmt::format("source: expected text without control characters, got {}",
                                                    show_text(message.source()))};
    }
    event.source = message.source();
    return std::nullopt;
}

// Reads only the oneof; the envelope's plain fields were read above.
Problem read_payload(const v1::Event& message, Event& event) {
    event.payload.emplace<std::monostate>();
    ProtoReader reader(message);
    reader.choice("payload", event.payload, [](const EventPayload& payload) { return payload_name(payload); });
    if (reader.failed()) return reader.refusal();
    if (event.payload.index() == 0) return Refusal{Why::NO_PAYLOAD, "expected one payload, got none"};
    return std::nullopt;
}

// A command belongs to the root that its case, or else the task it does, is named after.
Problem check_command(const CommandEvent& command) {
    if (command.action.index() == 0) {
        return Refusal{Why::MISSING_FIELD, "command: required: one action, such as ack"};
    }
    if (!command.case_id.empty()) {
        if (root_of_id(command.case_id)) return std::nullopt;
        return Refusal{Why::BAD_CUSTOMER_CODE,
                       fmt::format("command.case_id: expected <11 digits>-<n>, got {}", show_text(command.case_id))};
    }
    const auto* done = std::get_if<DoneAction>(&command.action);
    if (done == nullptr) return Refusal{Why::MISSING_FIELD, "command.case_id: required, not given"};
    if (root_of_id(done->task_id)) return std::nullopt;
    return Refusal{Why::MISSING_FIELD,
                   fmt::format("command.case_id: required, for command.done.task_id names no account root: {}",
                               show_text(done->task_id))};
}

// A broadcast event concerns no account, and a command names its own by its case (contract section 2): a code beside
// that would be the key of the record, and lead it elsewhere.
bool names_no_account(const Event& event) {
    return !is_reserved(event.payload) && (is_broadcast(event) || std::holds_alternative<CommandEvent>(event.payload));
}

Problem check_account(const Event& event) {
    if (event.code.is_set() && names_no_account(event)) {
        return Refusal{Why::BAD_CUSTOMER_CODE, fmt::format("account_code: expected none for {}, got {}",
                                                           payload_name(event.payload), format_code(event.code))};
    }
    if (const auto* command = std::get_if<CommandEvent>(&event.payload)) return check_command(*command);
    if (const auto* silence = std::get_if<SilenceEvent>(&event.payload)) return check_silence(*silence);
    if (event.code.is_set() || is_broadcast(event) || is_reserved(event.payload)) return std::nullopt;
    return Refusal{Why::MISSING_FIELD,
                   fmt::format("account_code: required for {}, not given", payload_name(event.payload))};
}

}  // namespace

bool valid_event_id(std::string_view id) {
    return !id.empty() && id.size() <= kMaxIdBytes && std::ranges::all_of(id, printable);
}

bool valid_source(std::string_view source) {
    return !source.empty() && source.size() <= kMaxIdBytes && std::ranges::none_of(source, is_control) &&
           valid_utf8(source);
}

Problem read_event(const v1::Event& message, Event& event) {
    if (auto problem = read_envelope(message, event)) return problem;
    if (auto problem = read_payload(message, event)) return problem;
    return check_account(event);
}

}  // namespace aw::codec
