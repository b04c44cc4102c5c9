// One test per reason for which the decoder refuses a record, in both formats where both can have it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/codec/decoding.hpp"

namespace aw {
namespace {

namespace v1 = accountwatch::v1;
using test::account_event;
using test::broadcast_event;
using test::command;
using test::kShipment;
using test::shipment;
using test::verdict;
using test::with;
using testing::HasSubstr;

TEST(EventRefusal, Undecodable) {
    EXPECT_THAT(verdict(""), HasSubstr("UNDECODABLE"));
    const std::string bytes = shipment().SerializeAsString();
    EXPECT_THAT(verdict(bytes.substr(0, bytes.size() - 1)), HasSubstr("UNDECODABLE shipment: the bytes end inside it"));
    EXPECT_THAT(verdict("\x07"), HasSubstr("UNDECODABLE"));
    EXPECT_THAT(verdict(kShipment.substr(0, 50)), HasSubstr("UNDECODABLE JSON, byte 50: incomplete"));
    EXPECT_THAT(verdict(kShipment + "{}"), HasSubstr("more after the end"));
    EXPECT_THAT(verdict("{'a':1}"), HasSubstr("UNDECODABLE JSON"));
    const std::string twice = with(kShipment, "{", "{\"source\":\"a\",");
    EXPECT_THAT(verdict(twice), HasSubstr("UNDECODABLE source: stands twice"));
    std::string deep(40, '[');
    EXPECT_NE(verdict(with(kShipment, "\"sorting\"", deep)), "fine");
}

TEST(EventRefusal, TwoPayloadsAreUndecodable) {
    EXPECT_THAT(verdict(with(kShipment, "\"shipment\"", "\"tick\":{},\"shipment\"")),
                HasSubstr("UNDECODABLE shipment: beside tick"));
    v1::Event other;
    other.mutable_pickup()->set_items(1);
    EXPECT_THAT(verdict(shipment().SerializeAsString() + other.SerializeAsString()),
                HasSubstr("UNDECODABLE pickup: beside shipment"));
    EXPECT_THAT(verdict(command(R"("ack":{},"start":{})")), HasSubstr("UNDECODABLE command.start: beside ack"));
}

TEST(EventRefusal, WrongType) {
    EXPECT_THAT(verdict(with(kShipment, "\"items\":3", "\"items\":\"three\"")),
                HasSubstr("WRONG_TYPE shipment.items: expected a whole number, got 'three'"));
    EXPECT_THAT(verdict(with(kShipment, "\"items\":3", "\"items\":3.5")), HasSubstr("WRONG_TYPE shipment.items"));
    EXPECT_THAT(verdict(with(kShipment, "\"items\":3", "\"items\":true")), HasSubstr("WRONG_TYPE shipment.items"));
    EXPECT_THAT(verdict(with(kShipment, "\"items\":3", "\"items\":[3]")), HasSubstr("WRONG_TYPE shipment.items"));
    EXPECT_THAT(verdict(with(kShipment, "\"items\":3", "\"items\":{}")), HasSubstr("WRONG_TYPE shipment.items"));
    EXPECT_THAT(verdict(with(kShipment, "\"sorting\"", "7")), HasSubstr("WRONG_TYPE source: expected a string, got 7"));
    EXPECT_THAT(verdict(account_event(R"("shipment":"express")")), HasSubstr("WRONG_TYPE shipment"));
    EXPECT_THAT(verdict(with(kShipment, "\"e-1\"", "\"e\\n1\"")), HasSubstr("WRONG_TYPE event_id"));
    for (const char* control : {"\\u0000", "\\n", "\\u007f"}) {
        EXPECT_THAT(verdict(with(kShipment, "\"sorting\"", std::string("\"sort") + control + "\"")),
                    HasSubstr("WRONG_TYPE source: expected text without control characters"));
    }
    v1::Event source = shipment();  // by way of the fast reader
    source.set_source(std::string("sort\0ing", 8));
    EXPECT_THAT(verdict(source), HasSubstr("WRONG_TYPE source"));
    EXPECT_EQ(verdict(with(kShipment, "\"sorting\"", "\"分拣\"")), "fine");
    EXPECT_THAT(verdict(account_event(R"("pickup_request":{"on_call":"yes","area":"URBAN"})")),
                HasSubstr("WRONG_TYPE pickup_request.on_call"));
    EXPECT_THAT(verdict(account_event(R"("pickup_request":{"area":1})")), HasSubstr("WRONG_TYPE pickup_request.area"));
    EXPECT_THAT(verdict(account_event(R"("account":{"assignments":{"role":"FINANCE"}})")),
                HasSubstr("WRONG_TYPE account.assignments: expected a list"));
    EXPECT_THAT(verdict(broadcast_event(R"("activation":{"revision":"a","document":"%"})")),
                HasSubstr("WRONG_TYPE activation.document: expected base64"));
    // Field 2 of a shipment, items, as text.
    const std::string bytes = with(shipment().SerializeAsString(), std::string("\x10\x03", 2), "\x12\x01x");
    EXPECT_THAT(verdict(with(bytes, std::string("\x52\x0b", 2), std::string("\x52\x0c", 2))),
                HasSubstr("WRONG_TYPE shipment.items"));
}

TEST(EventRefusal, UnknownField) {
    EXPECT_THAT(verdict(with(kShipment, "items", "itemz")),
                HasSubstr("UNKNOWN_FIELD shipment: ShipmentEvent has no field 'itemz'"));
    EXPECT_THAT(verdict(with(kShipment, "event_id", "eventId")), HasSubstr("UNKNOWN_FIELD Event has no field"));
    EXPECT_THAT(verdict(shipment().SerializeAsString() + "\xf8\x07\x01"),
                HasSubstr("UNKNOWN_FIELD Event: has no field number 127"));
}

TEST(EventRefusal, UnknownEnum) {
    EXPECT_THAT(verdict(account_event(R"("pickup_request":{"area":"MOON"})")),
                HasSubstr("UNKNOWN_ENUM pickup_request.area: expected a PickupArea, got 'MOON'"));
    v1::Event message = shipment();
    message.mutable_pickup_request()->set_area(static_cast<v1::PickupArea::Value>(9));
    EXPECT_THAT(verdict(message), HasSubstr("UNKNOWN_ENUM pickup_request.area: 9 is no PickupArea"));
    message.mutable_pickup_request()->set_area(static_cast<v1::PickupArea::Value>(-1));
    EXPECT_THAT(verdict(message), HasSubstr("UNKNOWN_ENUM pickup_request.area"));
    message.clear_payload();
    auto& silence = *message.mutable_silence();
    silence.set_silence_id("z");
    silence.set_author_staff_id("s");
    silence.set_ended(true);
    silence.add_kinds(static_cast<v1::SignalKind::Value>(200));
    EXPECT_THAT(verdict(message), HasSubstr("UNKNOWN_ENUM silence.kinds"));
}

TEST(EventRefusal, BadUtf8) {
    EXPECT_THAT(verdict(with(kShipment, "express", "\xE7\xA4")), HasSubstr("BAD_UTF8 JSON, byte"));
    EXPECT_THAT(verdict(with(kShipment, "express", "\\udc00")), HasSubstr("BAD_UTF8"));
    EXPECT_THAT(verdict(with(kShipment, "express", "\\ud800\\ud800")), HasSubstr("BAD_UTF8"));
    v1::Event message = shipment();
    std::string bytes = with(message.SerializeAsString(), "express",
                             "\xff"
                             "xpress");
    EXPECT_THAT(verdict(bytes), HasSubstr("BAD_UTF8 shipment.business_line: byte 0"));
}

TEST(EventRefusal, TooLarge) {
    EXPECT_THAT(verdict(std::string(kMaxRecordBytes + 1, 'x')), HasSubstr("TOO_LARGE"));
    v1::Event message = shipment();
    message.set_event_id(std::string(128, 'e'));
    EXPECT_EQ(verdict(message), "fine");
    message.set_event_id(std::string(129, 'e'));
    EXPECT_THAT(verdict(message), HasSubstr("TOO_LARGE event_id: expected at most 128 bytes, got 129"));
    EXPECT_THAT(verdict(with(kShipment, "e-1", std::string(129, 'e'))), HasSubstr("TOO_LARGE event_id"));
    EXPECT_THAT(verdict(account_event(R"("payment":{"invoice_id":")" + std::string(129, 'i') + "\"}")),
                HasSubstr("TOO_LARGE payment.invoice_id"));
}

TEST(EventRefusal, NoPayload) {
    v1::Event message = shipment();
    message.clear_payload();
    EXPECT_THAT(verdict(message), HasSubstr("NO_PAYLOAD"));
    EXPECT_THAT(verdict(with(kShipment, R"(,"shipment":{"business_line":"express","items":3})", "")),
                HasSubstr("NO_PAYLOAD"));
}

TEST(EventRefusal, MissingField) {
    EXPECT_THAT(verdict("{}"), HasSubstr("MISSING_FIELD event_id"));
    EXPECT_THAT(verdict(with(kShipment, "\"sorting\"", "\"\"")), HasSubstr("MISSING_FIELD source"));
    EXPECT_THAT(verdict(with(kShipment, "\"items\":3", "\"weight_g\":3")), HasSubstr("MISSING_FIELD shipment.items"));
    EXPECT_THAT(verdict(with(kShipment, R"("account_code":"37140000012001",)", "")),
                HasSubstr("MISSING_FIELD account_code: required for shipment"));
    v1::Event message = shipment();
    message.clear_account_code();
    EXPECT_THAT(verdict(message), HasSubstr("MISSING_FIELD account_code"));
    message = shipment();
    message.mutable_shipment()->clear_items();
    EXPECT_THAT(verdict(message), HasSubstr("MISSING_FIELD shipment.items"));
    message.mutable_revenue();
    EXPECT_THAT(verdict(message), HasSubstr("MISSING_FIELD revenue.amount"));
    EXPECT_THAT(verdict(account_event(R"("complaint":{"complaint_id":"c","category":"LOSS"})")),
                HasSubstr("MISSING_FIELD complaint.demand"));
    EXPECT_THAT(verdict(account_event(R"("pickup_request":{"area":"UNSPECIFIED"})")),
                HasSubstr("MISSING_FIELD pickup_request.area"));
    EXPECT_THAT(
        verdict(account_event(R"("account":{"assignments":[{"role":"FINANCE","staff_id":"s"},{"role":"QUALITY"}]})")),
        HasSubstr("MISSING_FIELD account.assignments[1].staff_id"));
    EXPECT_THAT(verdict(broadcast_event(R"("plan":{"kind":"VISIT"})")), HasSubstr("MISSING_FIELD plan.unit_id"));
    EXPECT_THAT(verdict(broadcast_event(R"("silence":{"silence_id":"z","author_staff_id":"s"})")),
                HasSubstr("MISSING_FIELD silence.scope"));
    EXPECT_EQ(verdict(broadcast_event(R"("silence":{"silence_id":"z","author_staff_id":"s","ended":true})")), "fine");
    const std::string silence =
        broadcast_event(R"("silence":{"silence_id":"z","scope":{"unit_id":"u"},"author_staff_id":"s","reason":"r",)"
                        R"("from":"2026-08-17T00:00:00Z","until":"2026-08-17T04:00:00Z","recurrence":"WEEKLY"})");
    EXPECT_EQ(verdict(silence), "fine");
    EXPECT_THAT(verdict(with(silence, R"("reason":"r",)", "")), HasSubstr("MISSING_FIELD silence.reason"));
    EXPECT_THAT(verdict(with(silence, R"("author_staff_id":"s",)", "")),
                HasSubstr("MISSING_FIELD silence.author_staff_id"));
    EXPECT_THAT(verdict(with(silence, R"("until":"2026-08-17T04:00:00Z",)", "")),
                HasSubstr("MISSING_FIELD silence.until"));
    EXPECT_THAT(verdict(with(silence, "04:00", "00:00")), HasSubstr("BAD_TIME silence.until"));
    EXPECT_THAT(verdict(with(silence, "WEEKLY", "YEARLY")), HasSubstr("UNKNOWN_ENUM silence.recurrence"));
    // What is broadcast, and a command, has no account_code of its own.
    for (const char* payload : {R"("watermark":{"feed":"f","complete_until":"2026-08-17T08:00:00Z"})",
                                R"("staff_change":{"staff_id":"s","state":"LEFT"})",
                                R"("silence":{"silence_id":"z","author_staff_id":"s","ended":true})",
                                R"("command":{"case_id":"37140000012-1","actor_staff_id":"s","ack":{}})"}) {
        std::string event = broadcast_event(payload);
        EXPECT_EQ(verdict(event), "fine");
        event.insert(event.find('{') + 1, R"("account_code":"37140000012001",)");
        EXPECT_THAT(verdict(event), HasSubstr("BAD_CUSTOMER_CODE account_code: expected none for ")) << payload;
    }
    // A touchpoint is broadcast only if it names a unit.
    EXPECT_THAT(verdict(broadcast_event(R"("touchpoint":{"touchpoint_id":"t","staff_id":"s","channel":"VISIT"})")),
                HasSubstr("MISSING_FIELD account_code: required for touchpoint"));
}

TEST(EventRefusal, ACommandNamesACase) {
    EXPECT_THAT(verdict(broadcast_event(R"("command":{"actor_staff_id":"s","ack":{}})")),
                HasSubstr("MISSING_FIELD command.case_id"));
    EXPECT_THAT(verdict(broadcast_event(R"("command":{"case_id":"37140000012-1","actor_staff_id":"s"})")),
                HasSubstr("MISSING_FIELD command: required: one action"));
    EXPECT_THAT(verdict(broadcast_event(R"("command":{"case_id":"37140000012-1","ack":{}})")),
                HasSubstr("MISSING_FIELD command.actor_staff_id"));
    EXPECT_THAT(verdict(broadcast_event(R"("command":{"case_id":"case 1","actor_staff_id":"s","ack":{}})")),
                HasSubstr("BAD_CUSTOMER_CODE command.case_id"));
    const std::string by_task = R"("command":{"actor_staff_id":"s","done":{"task_id":"37140000012-t4"}})";
    EXPECT_EQ(verdict(broadcast_event(by_task)), "fine");
    EXPECT_THAT(verdict(broadcast_event(with(by_task, "37140000012", "u-1402"))),
                HasSubstr("MISSING_FIELD command.case_id"));
    EXPECT_THAT(verdict(account_event(by_task)), HasSubstr("BAD_CUSTOMER_CODE account_code: expected none"));
    EXPECT_THAT(verdict(command(R"("accept":{})")), HasSubstr("MISSING_FIELD command.accept.group_role"));
}

TEST(EventRefusal, BadCustomerCode) {
    for (const std::string_view code : {"3714000001200", "371400000120011", "3714000001200A", "00000000012001"}) {
        EXPECT_THAT(verdict(with(kShipment, "37140000012001", code)), HasSubstr("BAD_CUSTOMER_CODE account_code"))
            << code;
        v1::Event message = shipment();
        message.set_account_code(std::string(code));
        EXPECT_THAT(verdict(message), HasSubstr("BAD_CUSTOMER_CODE account_code")) << code;
    }
    EXPECT_THAT(verdict(account_event(R"("account":{"previous_code":"1"})")),
                HasSubstr("BAD_CUSTOMER_CODE account.previous_code: expected 14 digits, got '1'"));
    EXPECT_THAT(verdict(account_event(R"("account":{"group_root":"37140000012001"})")),
                HasSubstr("BAD_CUSTOMER_CODE account.group_root"));
    EXPECT_THAT(verdict(broadcast_event(R"("silence":{"silence_id":"z","scope":{"account_root":"1"}})")),
                HasSubstr("BAD_CUSTOMER_CODE silence.scope.account_root"));
}

TEST(EventRefusal, BadAmount) {
    const std::string revenue = account_event(R"("revenue":{"amount":{"currency":"CNY","minor":"1000000000000"}})");
    EXPECT_EQ(verdict(revenue), "fine");
    EXPECT_THAT(verdict(with(revenue, "1000000000000", "1000000000001")), HasSubstr("BAD_AMOUNT revenue.amount.minor"));
    EXPECT_THAT(verdict(with(revenue, "1000000000000", "-1000000000001")), HasSubstr("BAD_AMOUNT"));
    EXPECT_THAT(verdict(with(revenue, "1000000000000", "99999999999999999999")), HasSubstr("BAD_AMOUNT"));
    EXPECT_THAT(verdict(with(revenue, "CNY", "USD")), HasSubstr("BAD_AMOUNT revenue.amount.currency"));
    EXPECT_THAT(verdict(with(revenue, "\"CNY\"", "null")), HasSubstr("BAD_AMOUNT revenue.amount.currency"));
    const std::string claim = account_event(
        R"("complaint":{"complaint_id":"C","category":"LOSS","demand":"pay","claimed":{"currency":"CNY","minor":"0"}})");
    EXPECT_EQ(verdict(claim), "fine");
    EXPECT_THAT(verdict(with(claim, "\"0\"", "\"-1\"")), HasSubstr("BAD_AMOUNT complaint.claimed"));
    v1::Event message = shipment();
    message.mutable_revenue()->mutable_amount()->set_currency("CNY");
    EXPECT_EQ(verdict(message), "fine");
    message.mutable_revenue()->mutable_amount()->set_minor(-1'000'000'000'001);
    EXPECT_THAT(verdict(message), HasSubstr("BAD_AMOUNT revenue.amount.minor"));
    message.mutable_revenue()->mutable_amount()->set_minor(INT64_MIN);
    EXPECT_THAT(verdict(message), HasSubstr("BAD_AMOUNT revenue.amount.minor"));
}

TEST(EventRefusal, BadCount) {
    for (const std::string_view items : {"0", "-1", "1000001", "1e300", "99999999999999999999"}) {
        EXPECT_THAT(verdict(with(kShipment, "\"items\":3", "\"items\":" + std::string(items))),
                    HasSubstr("BAD_COUNT shipment.items"))
            << items;
    }
    EXPECT_EQ(verdict(with(kShipment, "\"items\":3", "\"items\":1000000")), "fine");
    for (const std::int64_t items : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'000'001}}) {
        v1::Event message = shipment();
        message.mutable_shipment()->set_items(items);
        EXPECT_THAT(verdict(message), HasSubstr("BAD_COUNT shipment.items: expected 1 to 1000000, got")) << items;
    }
    v1::Event message = shipment();
    message.mutable_shipment()->set_weight_g(-1);
    EXPECT_THAT(verdict(message), HasSubstr("BAD_COUNT shipment.weight_g: expected 0 or more, got -1"));
    EXPECT_THAT(verdict(account_event(R"("opinion":{"kind":"NEED","satisfaction_pct":101})")), HasSubstr("BAD_COUNT"));
    EXPECT_THAT(verdict(account_event(R"("opinion":{"kind":"NEED","satisfaction_pct":3000000000})")),
                HasSubstr("BAD_COUNT opinion.satisfaction_pct"));
    EXPECT_THAT(verdict(account_event(R"("competitor_sighting":{"evidence":"OTHER","confidence_pct":-1})")),
                HasSubstr("BAD_COUNT competitor_sighting.confidence_pct: expected 0 to 100"));
    EXPECT_THAT(verdict(account_event(R"("account":{"profile_fields":-2})")), HasSubstr("BAD_COUNT"));
    // A varint that does not fit into the 32 bits of field 6, profile_fields.
    message = shipment();
    message.mutable_account()->set_profile_fields(1);
    const std::string wide = with(message.SerializeAsString(), std::string("\x62\x02\x30\x01", 4),
                                  std::string("\x62\x06\x30\x81\x80\x80\x80\x10", 8));
    EXPECT_THAT(verdict(wide), HasSubstr("BAD_COUNT account.profile_fields: 4294967297 does not fit"));
}

TEST(EventRefusal, BadTime) {
    for (const std::string_view time : {"2026-08-17", "2026-08-17T00:30:00", "2026-02-30T00:00:00Z", "yesterday", "",
                                        "1999-12-31T23:59:59Z", "0000-01-01T00:00:00Z"}) {
        EXPECT_THAT(verdict(with(kShipment, "2026-08-17T00:30:00Z", time)), HasSubstr("BAD_TIME occurred_at")) << time;
    }
    EXPECT_EQ(verdict(with(kShipment, "2026-08-17T00:30:00Z", "2000-01-01T00:00:00Z")), "fine");
    v1::Event message = shipment();
    for (const std::int64_t seconds :
         {std::int64_t{946'684'799}, std::int64_t{253'402'300'800}, INT64_MAX, INT64_MIN}) {
        message.mutable_occurred_at()->set_seconds(seconds);
        EXPECT_THAT(verdict(message), HasSubstr("BAD_TIME occurred_at")) << seconds;
    }
    message = shipment();
    message.mutable_recorded_at()->set_nanos(-1);
    EXPECT_THAT(verdict(message), HasSubstr("BAD_TIME recorded_at"));
    message = shipment();
    message.mutable_occurred_at()->set_nanos(1'000'000'000);
    EXPECT_THAT(verdict(message), HasSubstr("BAD_TIME occurred_at"));
    message.mutable_occurred_at()->set_seconds(-1);
    message.mutable_occurred_at()->set_nanos(0);
    EXPECT_THAT(verdict(message), HasSubstr("got 1969-12-31T23:59:59Z"));
    EXPECT_THAT(verdict(with(kShipment, "2026-08-17T00:30:00Z", "1999-12-31T23:59:59+08:00")),
                HasSubstr("expected a time from 2000 to 9999, got '1999-12-31T23:59:59+08:00'"))
        << "as it was given";
    const std::string contract = account_event(R"("contract":{"contract_id":"k","ends_on":"2026-12-31"})");
    EXPECT_EQ(verdict(contract), "fine");
    EXPECT_THAT(verdict(with(contract, "12-31", "13-31")), HasSubstr("BAD_TIME contract.ends_on"));
    EXPECT_THAT(verdict(with(contract, "2026-12-31", "1999-12-31")), HasSubstr("BAD_TIME contract.ends_on"));
    const std::string plan = broadcast_event(R"("plan":{"kind":"VISIT","staff_id":"s","year_month":"2026-08"})");
    EXPECT_EQ(verdict(plan), "fine");
    EXPECT_THAT(verdict(with(plan, "2026-08\"", "2026-8\"")), HasSubstr("BAD_TIME plan.year_month"));
}

}  // namespace
}  // namespace aw
