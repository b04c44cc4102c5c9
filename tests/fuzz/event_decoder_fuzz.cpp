// Any bytes at all: the decoder refuses them with a reason, or gives an event that comes back from both formats as it
// was. The fast way, where it accepts, agrees with the general way.
#include <cstdint>
#include <string>
#include <string_view>

#include "accountwatch/v1/event.pb.h"
#include "base/check.hpp"
#include "codec/event_decoder.hpp"
#include "codec/event_encoder.hpp"
#include "codec/event_reader.hpp"
#include "codec/hot_path.hpp"
#include "codec/text.hpp"
#include "codec/wire_check.hpp"

namespace {

using namespace aw;

void check_refusal(const Refusal& refusal) {
    AW_CHECK(refusal.reason != DeadLetterReason::UNSPECIFIED);
    AW_CHECK(!refusal.detail.empty());
    AW_CHECK(codec::valid_utf8(refusal.detail));
}

void check_round_trip(const Event& event) {
    const std::string bytes = encode_event(event, Format::protobuf);
    const std::string json = encode_event(event, Format::json);
    EventDecoder decoder;
    for (const std::string& form : {bytes, json}) {
        if (form.size() > kMaxRecordBytes) continue;
        const auto again = decoder.decode(form);
        AW_CHECK(again.has_value());
        AW_CHECK(encode_event(**again, Format::protobuf) == bytes);
    }
}

void check_fast_way(std::string_view bytes) {
    Event fast;
    if (!codec::read_hot(bytes, fast)) return;
    AW_CHECK(!codec::check_wire(bytes, *accountwatch::v1::Event::descriptor()));
    accountwatch::v1::Event message;
    Event general;
    AW_CHECK(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    AW_CHECK(!codec::read_event(message, general));
    AW_CHECK(encode_event(fast, Format::protobuf) == encode_event(general, Format::protobuf));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static EventDecoder decoder;  // reused, as in the daemon: one record must not change the next
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto event = decoder.decode(bytes);
    if (event) {
        check_round_trip(**event);
    } else {
        check_refusal(event.error());
    }
    check_fast_way(bytes);
    return 0;
}
