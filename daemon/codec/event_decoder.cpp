#include "codec/event_decoder.hpp"

#include <string>

#include <fmt/format.h>

#include "accountwatch/v1/event.pb.h"
#include "codec/event_reader.hpp"
#include "codec/hot_path.hpp"
#include "codec/json_reader.hpp"
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

Result<const Event*, Refusal> EventDecoder::decode(std::string_view bytes) {
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
    if (auto problem = codec::read_event(impl.message, impl.event)) return fail(std::move(*problem));
    if (auto problem = impl.build()) return fail(std::move(*problem));
    return &impl.event;
}

}  // namespace aw
