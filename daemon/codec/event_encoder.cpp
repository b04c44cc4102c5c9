#include "codec/event_encoder.hpp"

#include "accountwatch/v1/event.pb.h"
#include "codec/event_fields.hpp"
#include "codec/json_writer.hpp"
#include "codec/proto_writer.hpp"
#include "codec/text.hpp"

namespace aw {
namespace {

namespace v1 = accountwatch::v1;

std::string clean(std::string_view text) {
    return codec::valid_utf8(text) ? std::string(text) : codec::repair_utf8(text);
}

void write_event(const Event& event, v1::Event& message) {
    message.set_event_id(clean(event.event_id));
    if (event.code.is_set()) message.set_account_code(format_code(event.code));
    if (event.occurred_at.is_set()) codec::write_timestamp(event.occurred_at, *message.mutable_occurred_at());
    if (event.recorded_at.is_set()) codec::write_timestamp(event.recorded_at, *message.mutable_recorded_at());
    message.set_source(clean(event.source));
    codec::ProtoWriter writer(message);
    writer.choice("payload", event.payload, [](const EventPayload& payload) { return payload_name(payload); });
}

}  // namespace

std::string encode_event(const Event& event, Format format) {
    v1::Event message;
    write_event(event, message);
    return format == Format::json ? codec::write_json(message) : message.SerializeAsString();
}

}  // namespace aw
