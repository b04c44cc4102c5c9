// What the tests of the decoder share: a plain record, ways to spoil it, and the verdict in words.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "accountwatch/v1/event.pb.h"
#include "codec/event_decoder.hpp"
#include "unit/codec/samples.hpp"

namespace aw::test {

// "BAD_TIME occurred_at: expected ..." or "fine".
inline std::string verdict(std::string_view bytes) {
    EventDecoder decoder;
    const auto event = decoder.decode(bytes);
    if (event) return "fine";
    return std::string(name(event.error().reason)) + " " + event.error().detail;
}

inline std::string verdict(const accountwatch::v1::Event& message) { return verdict(message.SerializeAsString()); }

inline accountwatch::v1::Event shipment() {
    accountwatch::v1::Event message;
    message.set_event_id("e-1");
    message.set_account_code("37140000012001");
    message.mutable_occurred_at()->set_seconds(1'786'926'600);
    message.set_source("sorting");
    message.mutable_shipment()->set_business_line("express");
    message.mutable_shipment()->set_items(3);
    return message;
}

// `text` with its first `from` replaced.
inline std::string with(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

inline const std::string kShipment = account_event(R"("shipment":{"business_line":"express","items":3})");

}  // namespace aw::test
