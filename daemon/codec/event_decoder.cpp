#include "codec/event_decoder.hpp"

#include <string>

#include <fmt/format.h>

#include "accountwatch/v1/event.pb.h"
#include "base/time.hpp"
#include "codec/event_reader.hpp"
#include "codec/hot_path.hpp"
#include "codec/json_reader.hpp"
#include "codec/proto_io.hpp"
#include "codec/text.hpp"
#include "codec/wire_check.hpp"

namespace aw {

namespace v1 = accountwatch::v1;
using Why = DeadLetterReason;

struct EventDecoder::Impl {
    RulesBuilder build_rules;
    std::string record;  // what the event of the fast way borrows from
    v1::Event message;   // what every other event borrows from
    Event event;

    // Bytes -> message.
    std::optional<Refusal> parse(std::string_view bytes) {
        message.Clear();
        const bool json = codec::looks_like_json(bytes);
        if (json && bytes.front() == '{') return codec::read_json(bytes, message);
        auto problem = codec::check_wire(bytes, *v1::Event::descriptor());
        // White space can be protobuf, too: '\n' is the tag of event_id.
        if (json && problem) return codec::read_json(bytes, message);
        if (!problem && !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
            problem = Refusal{Why::UNDECODABLE, "not an accountwatch.v1.Event"};
        }
        return problem;
    }

    // The record's own word counts first.
    std::optional<Refusal> fill(const EnvelopeDefaults& defaults) {
        for (const auto text : {defaults.event_id, defaults.source, defaults.occurred_at}) {
            if (!codec::valid_utf8(text)) return Refusal{Why::BAD_UTF8, "header " + codec::show_text(text)};
        }
        if (message.event_id().empty()) message.set_event_id(std::string(defaults.event_id));
        if (message.source().empty()) message.set_source(std::string(defaults.source));
        if (message.has_occurred_at() || defaults.occurred_at.empty()) return std::nullopt;
        const auto when = parse_rfc3339(defaults.occurred_at);
        if (!when) {
            return Refusal{Why::BAD_TIME, fmt::format("occurred_at: expected RFC 3339 in the header, got {}",
                                                      codec::show_text(defaults.occurred_at))};
        }
        codec::write_timestamp(*when, *message.mutable_occurred_at());
        return std::nullopt;
    }

    std::optional<Refusal> build() {
        auto* activation = std::get_if<ActivationEvent>(&event.payload);
        if (activation == nullptr || !build_rules) return std::nullopt;
        auto rules = build_rules(activation->document);
        if (!rules) return Refusal{Why::UNDECODABLE, "activation.document: " + rules.error().message};
        activation->rules = std::move(*rules);
        return std::nullopt;
    }
};

EventDecoder::EventDecoder(RulesBuilder build_rules) : impl_(std::make_unique<Impl>()) {
    impl_->build_rules = std::move(build_rules);
}
EventDecoder::~EventDecoder() = default;
EventDecoder::EventDecoder(EventDecoder&&) noexcept = default;
EventDecoder& EventDecoder::operator=(EventDecoder&&) noexcept = default;

Result<const Event*, Refusal> EventDecoder::decode(std::string_view bytes, const EnvelopeDefaults& defaults) {
    if (bytes.empty()) return fail(Refusal{Why::UNDECODABLE, "the record is empty"});
    if (bytes.size() > kMaxRecordBytes) {
        return fail(
            Refusal{Why::TOO_LARGE, fmt::format("expected at most {} bytes, got {}", kMaxRecordBytes, bytes.size())});
    }
    Impl& impl = *impl_;
    if (bytes.front() != '{') {
        impl.record.assign(bytes);
        if (codec::read_hot(impl.record, impl.event)) return &impl.event;
    }
    if (auto problem = impl.parse(bytes)) return fail(std::move(*problem));
    if (auto problem = impl.fill(defaults)) return fail(std::move(*problem));
    if (auto problem = codec::read_event(impl.message, impl.event)) return fail(std::move(*problem));
    if (auto problem = impl.build()) return fail(std::move(*problem));
    return &impl.event;
}

}  // namespace aw
