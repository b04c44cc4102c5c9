// Bytes and headers of a source topic -> what goes into `events`, or why not. No Kafka.
#include "intake/source_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/event_encoder.hpp"
#include "codec/field_map_check.hpp"
#include "mapping/field_map.hpp"

namespace aw::intake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Why = DeadLetterReason;

const std::string kEnd = R"("shipment":{"business_line":"express","items":12}})";
const std::string kShipment = R"({"event_id":"e-1","account_code":"37140000012001",)"
                              R"("occurred_at":"2026-08-17T09:00:00+08:00","source":"sorting",)" +
                              kEnd;

std::string protobuf(const std::string& json) {
    EventDecoder decoder;
    const auto event = decoder.decode(json);
    EXPECT_TRUE(event) << event.error().detail;
    return encode_event(**event, Format::protobuf);
}

// A record with what it points to.
struct Sample {
    std::string value;
    std::vector<std::pair<std::string, std::string>> headers;
    bool tombstone = false;
};

class Conversion {
public:
    explicit Conversion(SourceFormat format, const FieldMap* map = nullptr) : records_(format, map, Format::protobuf) {}

    Result<std::optional<eventlog::OutRecord>, Refusal> operator()(const Sample& sample) {
        std::vector<eventlog::HeaderView> views;
        for (const auto& [name, value] : sample.headers) views.push_back({name, value});
        eventlog::Record record;
        record.value = sample.value;
        record.tombstone = sample.tombstone;
        record.headers = views;
        return records_.convert(record);
    }
    // "REASON: detail", or "" if it was taken.
    std::string refusal(const Sample& sample) {
        const auto converted = (*this)(sample);
        return converted ? "" : std::string(name(converted.error().reason)) + ": " + converted.error().detail;
    }
    // The event as the log's readers decode it.
    Event event(const Sample& sample) {
        const auto converted = (*this)(sample);
        EXPECT_TRUE(converted) << converted.error().detail;
        if (!converted || !*converted) return {};
        const auto event = decoder_.decode((*converted)->value);
        EXPECT_TRUE(event) << event.error().detail;
        return event ? **event : Event{};
    }

private:
    SourceRecords records_;
    EventDecoder decoder_;
};

FieldMap waybills() {
    FieldMap map;
    map.payload = "shipment";
    map.id_prefix = "waybill-";
    map.id_from = {"waybill"};
    map.where = {{"state", {}, {"cancelled"}}};
    const auto from = [&](const char* field, const char* column) {
        FieldMapRow row;
        row.field = field;
        row.from = column;
        map.fields.push_back(row);
    };
    from("account_code", "customer.code");
    from("occurred_at", "at");
    from("source", "header:ce_source");
    from("shipment.business_line", "line");
    from("shipment.items", "pieces");
    EXPECT_THAT(check_field_map(map), IsEmpty());
    return map;
}

const std::string kWaybill =
    R"({"waybill":"7","customer":{"code":"37140000012001"},"at":"2026-08-17T09:00:00Z","line":"express","pieces":3})";

TEST(SourceRecords, ReadsOurProtobufUnderItsKey) {
    const auto record = Conversion(SourceFormat::protobuf)({protobuf(kShipment), {}});
    ASSERT_TRUE(record && *record);
    EXPECT_EQ((*record)->topic, eventlog::Topic::events);
    EXPECT_EQ((*record)->key, "37140000012");
    EXPECT_FALSE((*record)->partition);
    EXPECT_EQ((*record)->value, protobuf(kShipment));
}

TEST(SourceRecords, ReadsOurJsonAndWritesTheFormatOfTheLog) {
    SourceRecords records(SourceFormat::json, nullptr, Format::json);
    eventlog::Record record;
    const std::string text = " \n" + kShipment + "\n";
    record.value = text;
    const auto converted = records.convert(record);
    ASSERT_TRUE(converted && *converted);
    EXPECT_EQ((*converted)->value.front(), '{');
    EXPECT_EQ((*converted)->key, "37140000012");
}

TEST(SourceRecords, WhatConcernsEverybodyGoesToEveryPartition) {
    const auto record =
        Conversion(SourceFormat::json)({R"({"event_id":"w","occurred_at":"2026-08-17T09:00:00Z","source":"s",)"
                                        R"("watermark":{"feed":"s","complete_until":"2026-08-17T08:55:00Z"}})",
                                        {}});
    ASSERT_TRUE(record && *record);
    EXPECT_EQ((*record)->partition, eventlog::kEveryPartition);
}

TEST(SourceRecords, TakesConfluentsPrefixOff) {
    Conversion conversion(SourceFormat::confluent_protobuf);
    const std::string inside = protobuf(kShipment);
    // One 0 for [0]; [2, 0] as count 2 (zigzag 4), 2 (4), 0; an index of two bytes: 100 (zigzag 200 = c8 01).
    for (const std::string& indexes :
         {std::string("\x00", 1), std::string("\x04\x04\x00", 3), std::string("\x02\xc8\x01", 3)}) {
        const Event event = conversion.event({std::string("\x00\x00\x00\x00\x07", 5) + indexes + inside, {}});
        EXPECT_EQ(event.event_id, "e-1");
    }
}

TEST(SourceRecords, SaysWhatIsWrongWithThePrefix) {
    Conversion conversion(SourceFormat::confluent_protobuf);
    const auto refusal = [&](std::string bytes) { return conversion.refusal({std::move(bytes), {}}); };
    EXPECT_THAT(refusal(protobuf(kShipment)), HasSubstr("UNDECODABLE: expected Confluent framing, which begins with "
                                                        "0x00, got 0x0a (format: protobuf"));
    EXPECT_THAT(refusal(kShipment), HasSubstr("looks like JSON"));
    EXPECT_THAT(refusal(std::string("\x00\x00\x00", 3)), HasSubstr("expected 4 bytes of schema id, got 2"));
    EXPECT_THAT(refusal(std::string("\x00\x00\x00\x00\x07", 5)), HasSubstr("no message indexes"));
    EXPECT_THAT(refusal(std::string("\x00\x00\x00\x00\x07\x80", 6)), HasSubstr("no message indexes"));
    EXPECT_THAT(refusal(std::string("\x00\x00\x00\x00\x07\x03", 6)), HasSubstr("message indexes, got -2"));
    EXPECT_THAT(refusal(std::string("\x00\x00\x00\x00\x07\xfe\xff\x03", 8)), HasSubstr("message indexes, got 32767"));
    EXPECT_THAT(refusal(std::string("\x00\x00\x00\x00\x07\x04\x02", 7)), HasSubstr("message index 2 of 2 is cut off"));
    EXPECT_THAT(refusal(std::string("\x00\x00\x00\x00\x07\x02\x01", 7)), HasSubstr("index 1 of 1 is negative"));
    EXPECT_THAT(refusal(std::string("\x00\x00\x00\x00\x07\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16)),
                HasSubstr("no message indexes"));
    EXPECT_THAT(refusal(std::string("\x00\x00\x00\x00\x07\x00", 6)), HasSubstr("the record is empty"));
    EXPECT_THAT(refusal(std::string("\x00\x00\x00\x00\x07\x00", 6) + kShipment), HasSubstr("expected protobuf"));
}

TEST(SourceRecords, RefusesWhatIsNoEventOfThatFormat) {
    Conversion as_protobuf(SourceFormat::protobuf);
    EXPECT_THAT(as_protobuf.refusal({kShipment, {}}), HasSubstr("UNDECODABLE: expected protobuf, got JSON"));
    EXPECT_THAT(as_protobuf.refusal({std::string("\x08\x00\xff", 3), {}}), HasSubstr(": "));
    EXPECT_EQ(as_protobuf.refusal({"", {}}), "UNDECODABLE: the record is empty");
    EXPECT_EQ(as_protobuf.refusal({"", {}, true}), "UNDECODABLE: the record has no value (a tombstone)");
    Conversion as_json(SourceFormat::json);
    EXPECT_EQ(as_json.refusal({protobuf(kShipment), {}}), "UNDECODABLE: expected one JSON object");
    EXPECT_THAT(as_json.refusal({"{", {}}), HasSubstr("UNDECODABLE"));
    EXPECT_THAT(as_json.refusal({"[]", {}}), HasSubstr("UNDECODABLE"));
    EXPECT_THAT(
        as_json.refusal({R"({"event_id":"t","occurred_at":"2026-08-17T09:00:00Z","source":"s","tick":{}})", {}}),
        HasSubstr("RESERVED_KIND: tick"));
    EXPECT_THAT(as_json.refusal({R"({"event_id":")" + std::string(kMaxRecordBytes, 'x'), {}}), HasSubstr("TOO_LARGE"));
}

TEST(SourceRecords, AMapMakesEventsOfTheirRecords) {
    const FieldMap map = waybills();
    Conversion conversion(SourceFormat::json, &map);
    const Event event = conversion.event({kWaybill, {{"ce_source", "sorting"}}});
    EXPECT_EQ(event.event_id, "waybill-7");
    EXPECT_EQ(event.source, "sorting");  // of a header that the map names
    EXPECT_EQ(std::get<ShipmentEvent>(event.payload).items, 3);
    const auto left_out = conversion({R"({"waybill":"8","state":"cancelled"})", {}});
    ASSERT_TRUE(left_out);
    EXPECT_FALSE(*left_out);
    EXPECT_EQ(conversion.refusal({kWaybill, {}}), "MISSING_FIELD: header:ce_source (source): required, not given");
    EXPECT_THAT(conversion.refusal({kWaybill, {{"ce_source", "\xff"}}}), HasSubstr("BAD_UTF8: header:ce_source"));
    EXPECT_THAT(conversion.refusal(
                    {R"({"waybill":"9","customer":{"code":"1"},"at":"2026-08-17T09:00:00Z"})", {{"ce_source", "s"}}}),
                HasSubstr("BAD_CUSTOMER_CODE: customer.code (account_code)"));
    // Our own format is theirs no longer.
    EXPECT_THAT(conversion.refusal({kShipment, {}}), HasSubstr("MISSING_FIELD: waybill (event_id)"));
}

TEST(SourceRecords, CloudEventsHeadersFillWhatTheRecordLeavesOut) {
    const std::vector<std::pair<std::string, std::string>> headers = {{"ce_id", "42"},
                                                                      {"ce_source", "/sorting/1"},
                                                                      {"ce_time", "2026-08-17T09:00:00+08:00"},
                                                                      {"ce_type", "shipment"}};
    const std::string bare = R"({"account_code":"37140000012001",)" + kEnd;
    Conversion conversion(SourceFormat::json);
    Event event = conversion.event({bare, headers});
    EXPECT_EQ(event.event_id, "/sorting/1/42");
    EXPECT_EQ(event.source, "/sorting/1");
    EXPECT_EQ(event.occurred_at, *parse_rfc3339("2026-08-17T01:00:00Z"));
    event = conversion.event({kShipment, headers});
    EXPECT_EQ(event.event_id, "e-1");  // its own word counts
    EXPECT_EQ(event.source, "sorting");
    // The headers of the record before are forgotten.
    EXPECT_THAT(conversion.refusal({bare, {}}), HasSubstr("MISSING_FIELD: event_id"));
    EXPECT_THAT(conversion.refusal({bare, {{"ce_id", "42"}, {"ce_source", "s"}, {"ce_time", "noon"}}}),
                HasSubstr("BAD_TIME: occurred_at"));
    // Protobuf the same way, in order or not: no time is mixed out of two.
    Event in_protobuf;
    EventDecoder decoder;
    const auto whole = decoder.decode(kShipment);
    in_protobuf = **whole;
    in_protobuf.event_id = "";
    const std::string bytes = encode_event(in_protobuf, Format::protobuf);
    Conversion of_protobuf(SourceFormat::protobuf);
    event = of_protobuf.event({bytes, {{"ce_id", "9"}, {"ce_time", "2026-08-17T09:00:00.5Z"}}});
    EXPECT_EQ(event.event_id, "9");
    EXPECT_EQ(event.occurred_at, *parse_rfc3339("2026-08-17T01:00:00Z"));  // not 01:00:00.5
}

TEST(SourceRecords, AnIdThatIsTooLongOrNotPrintableIsADigestOfBothParts) {
    Conversion conversion(SourceFormat::json);
    const std::string bare =
        R"({"occurred_at":"2026-08-17T09:00:00Z","source":"s","account_code":"37140000012001",)" + kEnd;
    const auto id = [&](const std::string& source, const std::string& its) {
        return std::string(conversion.event({bare, {{"ce_source", source}, {"ce_id", its}}}).event_id);
    };
    const std::string far(200, 'x');
    EXPECT_EQ(id(far, "1").size(), 32U);
    EXPECT_EQ(id(far, "1"), id(far, "1"));
    EXPECT_NE(id(far, "11"), id(far + "1", "1"));
    EXPECT_EQ(id("德州", "1").size(), 32U);
}

TEST(SourceRecords, ContentTypeDecidesWhereTheSourceLeavesItOpen) {
    const FieldMap map = waybills();
    Conversion conversion(SourceFormat::automatic, &map);
    const std::string bytes = protobuf(kShipment);
    EXPECT_EQ(conversion.event({bytes, {{"content-type", "application/protobuf"}}}).event_id, "e-1");
    EXPECT_EQ(conversion.event({bytes, {{"Content-Type", "application/x-protobuf"}}}).event_id, "e-1");
    EXPECT_EQ(conversion.event({kWaybill, {{"content-type", "Application/JSON; charset=utf-8"}, {"ce_source", "s"}}})
                  .event_id,
              "waybill-7");
    EXPECT_EQ(conversion.refusal({bytes, {}}), "UNDECODABLE: no header content-type says the format");
    EXPECT_THAT(conversion.refusal({bytes, {{"content-type", "text/csv"}}}), HasSubstr("'text/csv' is neither"));
    EXPECT_THAT(conversion.refusal({bytes, {{"content-type", "application/cloudevents+json"}}}),
                HasSubstr("binary mode only"));
    // A source that says its format is not talked out of it.
    EXPECT_EQ(Conversion(SourceFormat::protobuf).event({bytes, {{"content-type", "application/json"}}}).event_id,
              "e-1");
}

TEST(SourceRecords, ATraceGoesOnAndNothingElseDoes) {
    const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const auto record = Conversion(SourceFormat::json)(
        {kShipment,
         {{"traceparent", trace}, {"accountwatch-log-time", "1000"}, {"tracestate", "a=1"}, {"ce_id", "42"}}});
    ASSERT_TRUE(record && *record);
    EXPECT_THAT((*record)->headers,
                ElementsAre(eventlog::Header{"traceparent", trace}, eventlog::Header{"tracestate", "a=1"}));
    const auto long_one = Conversion(SourceFormat::json)({kShipment, {{"tracestate", std::string(5000, 'x')}}});
    ASSERT_TRUE(long_one && *long_one);
    EXPECT_THAT((*long_one)->headers, IsEmpty());
}

}  // namespace
}  // namespace aw::intake
