// What the decoder accepts, and how long it keeps it.
#include "codec/event_decoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/policy/rules.hpp"
#include "unit/codec/decoding.hpp"

namespace aw {
namespace {

namespace v1 = accountwatch::v1;
using test::account_event;
using test::broadcast_event;
using test::kShipment;
using test::shipment;
using test::verdict;
using test::with;
using testing::HasSubstr;

TEST(EventDecoder, TakesBothFormats) {
    EventDecoder decoder;
    for (const std::string& bytes : {shipment().SerializeAsString(), kShipment, " \t\r\n" + kShipment + "\n "}) {
        const auto event = decoder.decode(bytes);
        ASSERT_TRUE(event) << event.error().detail;
        EXPECT_EQ((*event)->event_id, "e-1");
        EXPECT_EQ((*event)->code, parse_customer_code("37140000012001"));
        EXPECT_EQ((*event)->source, "sorting");
        EXPECT_EQ((*event)->occurred_at.ms, 1'786'926'600'000);
        const auto& payload = std::get<ShipmentEvent>((*event)->payload);
        EXPECT_EQ(payload.business_line, "express");
        EXPECT_EQ(payload.items, 3);
    }
}

TEST(EventDecoder, TheEventOutlivesItsBytes) {
    EventDecoder decoder;
    std::string bytes = shipment().SerializeAsString();
    const auto event = decoder.decode(bytes);
    ASSERT_TRUE(event);
    bytes.assign(bytes.size(), 'x');
    EXPECT_EQ((*event)->event_id, "e-1");
    EXPECT_EQ(std::get<ShipmentEvent>((*event)->payload).business_line, "express");
}

TEST(EventDecoder, LeadingZerosOfACodeStay) {
    EventDecoder decoder;
    const auto event = decoder.decode(with(kShipment, "37140000012001", "01000000002000"));
    ASSERT_TRUE(event);
    EXPECT_EQ(format_code((*event)->code), "01000000002000");
    EXPECT_EQ(format_root((*event)->code.root), "01000000002");
}

TEST(EventDecoder, ReadsAnyOffset) {
    EventDecoder decoder;
    const auto event = decoder.decode(with(kShipment, "2026-08-17T00:30:00Z", "2026-08-17T08:30:00.5+08:00"));
    ASSERT_TRUE(event);
    EXPECT_EQ((*event)->occurred_at.ms, 1'786'926'600'500);
}

TEST(EventDecoder, NullIsAbsent) {
    EXPECT_EQ(verdict(with(kShipment, "\"2026-08-17T00:31:00.250Z\"", "null")), "fine");
    EXPECT_EQ(verdict(with(kShipment, "\"shipment\"", "\"revenue\":null,\"shipment\"")), "fine");
    EXPECT_THAT(verdict(with(kShipment, "\"2026-08-17T00:30:00Z\"", "null")), HasSubstr("MISSING_FIELD occurred_at"));
}

TEST(EventDecoder, NumbersAreReadAsNumberOrString) {
    for (const std::string_view items : {"\"12\"", "12", "12.0", "1.2e1"}) {
        EventDecoder decoder;
        const auto event = decoder.decode(with(kShipment, "\"items\":3", "\"items\":" + std::string(items)));
        ASSERT_TRUE(event) << items << event.error().detail;
        EXPECT_EQ(std::get<ShipmentEvent>((*event)->payload).items, 12) << items;
    }
}

TEST(EventDecoder, AnAccountEventUpdatesByDefault) {
    EventDecoder decoder;
    const auto event = decoder.decode(account_event(R"("account":{"name":"新名"})"));
    ASSERT_TRUE(event);
    const auto& account = std::get<AccountEvent>((*event)->payload);
    EXPECT_EQ(account.operation, AccountOperation::UPDATE);
    EXPECT_EQ(account.name, "新名");
    EXPECT_FALSE(account.resident_service.has_value());
}

TEST(EventDecoder, OneEventLeavesNothingToTheNext) {
    EventDecoder decoder;
    ASSERT_TRUE(decoder.decode(account_event(R"("account":{"name":"a","unit_id":"u","resident_service":true})")));
    const auto second = decoder.decode(broadcast_event(R"("staff_change":{"staff_id":"s","state":"LEFT"})"));
    ASSERT_TRUE(second);
    EXPECT_FALSE((*second)->code.is_set());
    EXPECT_FALSE((*second)->recorded_at.is_set());
    const auto third = decoder.decode(account_event(R"("account":{"name":"b"})"));
    ASSERT_TRUE(third);
    EXPECT_EQ(std::get<AccountEvent>((*third)->payload).unit_id, "");
    EXPECT_FALSE(std::get<AccountEvent>((*third)->payload).resident_service.has_value());
}

TEST(EventDecoder, BuildsTheRulesOfAnActivation) {
    std::string seen;
    EventDecoder decoder([&](std::string_view document) -> Result<std::shared_ptr<const Rules>> {
        seen = document;
        if (document == "bad") return fail_with("no policy");
        return std::make_shared<const Rules>();
    });
    v1::Event message = shipment();
    message.mutable_activation()->set_revision("0123456789ab");
    message.mutable_activation()->set_document(std::string("\x00\xff", 2));
    const auto event = decoder.decode(message.SerializeAsString());
    ASSERT_TRUE(event);
    EXPECT_NE(std::get<ActivationEvent>((*event)->payload).rules, nullptr);
    EXPECT_EQ(seen, std::string("\x00\xff", 2));
    message.mutable_activation()->set_document("bad");
    const auto refused = decoder.decode(message.SerializeAsString());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, DeadLetterReason::UNDECODABLE);
    EXPECT_EQ(refused.error().detail, "activation.document: no policy");
}

// '\n' is the tag of event_id, so white space and '{' may begin a protobuf record.
TEST(EventDecoder, ProtobufThatLooksLikeJson) {
    v1::Event message = shipment();
    message.set_event_id("{" + std::string(31, 'e'));
    ASSERT_TRUE(message.SerializeAsString().starts_with("\n {"));
    EXPECT_EQ(verdict(message), "fine");
    message.mutable_pickup_request()->set_area(v1::PickupArea::URBAN);
    EXPECT_EQ(verdict(message), "fine");
}

}  // namespace
}  // namespace aw
