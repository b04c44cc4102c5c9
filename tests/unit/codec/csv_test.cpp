#include "codec/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/event_decoder.hpp"
#include "codec/event_encoder.hpp"

namespace aw {
namespace {

using testing::HasSubstr;

constexpr std::string_view kHeader = "event_id,account_code,occurred_at,source,shipment.business_line,shipment.items";

// The event of a row as JSON, or "REASON detail".
std::string read(std::string_view header, std::string_view row) {
    auto reader = CsvReader::open(header);
    if (!reader) return "header: " + reader.error().message;
    auto bytes = reader->read(row);
    if (!bytes) return std::string(name(bytes.error().reason)) + " " + bytes.error().detail;
    EventDecoder decoder;
    const auto event = decoder.decode(*bytes);
    if (!event) return std::string(name(event.error().reason)) + " " + event.error().detail;
    return encode_event(**event, Format::json);
}

TEST(Csv, ReadsTheContractsExample) {
    EXPECT_EQ(read(kHeader, "e-1,37140000012001,2026-08-17T08:30:00+08:00,sorting,express,12\r\n"),
              R"({"event_id":"e-1","account_code":"37140000012001","occurred_at":"2026-08-17T00:30:00Z",)"
              R"("source":"sorting","shipment":{"business_line":"express","items":"12"}})");
}

TEST(Csv, QuotesAsInRfc4180) {
    EXPECT_THAT(read(kHeader, "\"e,1\",37140000012001,2026-08-17T00:30:00Z,\"sor\"\"ting\",\"a\nb\",12"),
                HasSubstr(R"("event_id":"e,1","account_code":"37140000012001","occurred_at":"2026-08-17T00:30:00Z",)"
                          R"("source":"sor\"ting","shipment":{"business_line":"a\nb","items":"12"}})"));
    EXPECT_THAT(read(kHeader, "e\"1,2,3,4,5,6"), HasSubstr("UNDECODABLE event_id (column 1): broken quotation"));
    EXPECT_THAT(read(kHeader, "\"e1\"x,2,3,4,5,6"), HasSubstr("UNDECODABLE event_id (column 1): broken quotation"));
    EXPECT_THAT(read(kHeader, "\"e1,2,3,4,5,6"), HasSubstr("UNDECODABLE event_id (column 1): broken quotation"));
}

TEST(Csv, KnowsWhenARecordGoesOn) {
    EXPECT_TRUE(csv_record_complete("a,\"b\",c"));
    EXPECT_FALSE(csv_record_complete("a,\"b"));
    EXPECT_TRUE(csv_record_complete("a,\"b\nc\""));
    EXPECT_TRUE(csv_record_complete("a,\"say \"\"b\"\"\""));
}

TEST(Csv, EmptyCellsAreAbsent) {
    constexpr std::string_view kTwo =
        "event_id,account_code,occurred_at,source,shipment.items,revenue.amount.currency,revenue.amount.minor";
    EXPECT_THAT(read(kTwo, "e,37140000012001,2026-08-17T00:30:00Z,s,5,,"), HasSubstr(R"("shipment":{"items":"5"})"));
    EXPECT_THAT(read(kTwo, "e,37140000012001,2026-08-17T00:30:00Z,s,,CNY,-7"),
                HasSubstr(R"("revenue":{"amount":{"currency":"CNY","minor":"-7"}})"));
    EXPECT_THAT(read(kTwo, "e,37140000012001,2026-08-17T00:30:00Z,s,5,CNY,7"),
                HasSubstr("UNDECODABLE revenue.amount.currency (column 6): beside shipment"));
    EXPECT_THAT(read(kTwo, "e,37140000012001,2026-08-17T00:30:00Z,s,,,"), HasSubstr("NO_PAYLOAD"));
}

TEST(Csv, TakesTruthAndEmptyMessages) {
    constexpr std::string_view kCommand =
        "event_id,occurred_at,source,command.case_id,command.actor_staff_id,command.ack";
    EXPECT_THAT(read(kCommand, "e,2026-08-17T00:30:00Z,crm,37140000012-1,s-1,true"), HasSubstr(R"("ack":{})"));
    EXPECT_THAT(read(kCommand, "e,2026-08-17T00:30:00Z,crm,37140000012-1,s-1,yes"),
                HasSubstr("WRONG_TYPE command.ack (column 6): expected true or nothing"));
    constexpr std::string_view kPickup =
        "event_id,account_code,occurred_at,source,pickup_request.on_call,pickup_request.area";
    EXPECT_THAT(read(kPickup, "e,37140000012001,2026-08-17T00:30:00Z,s,true,RURAL"),
                HasSubstr(R"("pickup_request":{"on_call":true,"area":"RURAL"})"));
    EXPECT_THAT(read(kPickup, "e,37140000012001,2026-08-17T00:30:00Z,s,1,RURAL"),
                HasSubstr("WRONG_TYPE pickup_request.on_call (column 5): expected true or false, got '1'"));
}

TEST(Csv, ReasonsNameTheColumn) {
    const std::string start = "e,37140000012001,2026-08-17T00:30:00Z,s,";
    EXPECT_THAT(read(kHeader, start + "express,many"),
                HasSubstr("WRONG_TYPE shipment.items (column 6): expected a whole number, got 'many'"));
    EXPECT_THAT(read(kHeader, start + "express,0"), HasSubstr("BAD_COUNT shipment.items: expected 1 to 1000000"));
    EXPECT_THAT(read(kHeader, start + "\xE7,1"), HasSubstr("BAD_UTF8 shipment.business_line (column 5)"));
    EXPECT_THAT(read(kHeader, "e,37140000012001,noon,s,express,1"), HasSubstr("BAD_TIME occurred_at (column 3)"));
    EXPECT_THAT(read(kHeader, start + "express"), HasSubstr("UNDECODABLE expected 6 cells, got 5"));
    EXPECT_THAT(read(kHeader, start + "express,1,2"), HasSubstr("UNDECODABLE expected 6 cells, got more"));
    EXPECT_THAT(read(kHeader, std::string(kMaxRecordBytes + 1, 'x')), HasSubstr("TOO_LARGE"));
}

TEST(Csv, RefusesAHeaderThatNamesNoField) {
    EXPECT_THAT(read("event_id,shipment.itemz", ""),
                HasSubstr("column 2 ('shipment.itemz'): ShipmentEvent has no field 'itemz'"));
    EXPECT_THAT(read("event_id,event_id", ""), HasSubstr("column 2 (event_id) stands twice"));
    EXPECT_THAT(read("revenue.amount", ""), HasSubstr("amount has fields of its own"));
    EXPECT_THAT(read("source.name", ""), HasSubstr("source has no fields of its own"));
    EXPECT_THAT(read("silence.kinds", ""), HasSubstr("a list"));
    EXPECT_THAT(read("command.ack.x", ""), HasSubstr("ack has no fields of its own"));
    EXPECT_THAT(read("shipment.", ""), HasSubstr("no field ''"));
    EXPECT_THAT(read("", ""), HasSubstr("no field ''"));
}

TEST(Csv, SkipsTheByteOrderMark) {
    EXPECT_THAT(read("\xEF\xBB\xBF" + std::string(kHeader), "e,37140000012001,2026-08-17T00:30:00Z,s,express,1"),
                HasSubstr("\"event_id\":\"e\""));
}

}  // namespace
}  // namespace aw
