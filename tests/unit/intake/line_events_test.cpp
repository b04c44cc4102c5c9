#include "intake/line_events.hpp"

#include <gtest/gtest.h>

#include "base/hash.hpp"

namespace aw::intake {
namespace {

const std::string kShipment =
    R"({"event_id":"e-1","account_code":"37140000012001","occurred_at":"2026-08-17T09:00:00+08:00",)"
    R"("source":"sorting","shipment":{"business_line":"express","items":12}})";
const std::string kWatermark = R"({"event_id":"w-1","occurred_at":"2026-08-17T09:00:00+08:00","source":"sorting",)"
                               R"("watermark":{"feed":"sorting","complete_until":"2026-08-17T08:55:00+08:00"}})";

DeadLetterReason reason_of(const std::string& line) {
    LineEvents lines;
    const auto record = lines.json_record(line, Format::protobuf);
    EXPECT_FALSE(record) << line;
    return record ? DeadLetterReason::UNSPECIFIED : record.error().reason;
}

TEST(LineEvents, KeysAnEventByItsRootAndKeepsWhatItSays) {
    LineEvents lines;
    for (const Format format : {Format::protobuf, Format::json}) {
        const auto record = lines.json_record("  " + kShipment + " ", format);
        ASSERT_TRUE(record) << record.error().detail;
        EXPECT_EQ(record->topic, eventlog::Topic::events);
        EXPECT_EQ(record->key, "37140000012");
        EXPECT_FALSE(record->partition.has_value());  // the key decides
        EXPECT_EQ(record->value.front() == '{', format == Format::json);
        EventDecoder decoder;
        const auto again = decoder.decode(record->value);
        ASSERT_TRUE(again);
        EXPECT_EQ((*again)->event_id, "e-1");
        EXPECT_EQ(std::get<ShipmentEvent>((*again)->payload).items, 12);
    }
}

TEST(LineEvents, SendsWhatConcernsEverybodyToEveryPartition) {
    LineEvents lines;
    const auto record = lines.json_record(kWatermark, Format::protobuf);
    ASSERT_TRUE(record) << record.error().detail;
    EXPECT_EQ(record->partition, eventlog::kEveryPartition);
    EXPECT_TRUE(record->key.empty());
}

TEST(LineEvents, KeysACommandByItsCase) {
    LineEvents lines;
    const auto record = lines.json_record(R"({"event_id":"c","occurred_at":"2026-08-17T09:00:00Z","source":"s",)"
                                          R"("command":{"case_id":"37140000012-3","actor_staff_id":"a","ack":{}}})",
                                          Format::protobuf);
    ASSERT_TRUE(record) << record.error().detail;
    EXPECT_EQ(record->key, "37140000012");
}

TEST(LineEvents, RefusesWhatOnlyTheDaemonWrites) {
    EXPECT_EQ(reason_of(R"({"event_id":"t","occurred_at":"2026-08-17T09:00:00Z","source":"s","tick":{}})"),
              DeadLetterReason::RESERVED_KIND);
    EXPECT_EQ(
        reason_of(
            R"({"event_id":"t","occurred_at":"2026-08-17T09:00:00Z","source":"s","activation":{"revision":"r","document":"ZA=="}})"),
        DeadLetterReason::RESERVED_KIND);
}

TEST(LineEvents, RefusesLinesWithTheReason) {
    EXPECT_EQ(reason_of("not json"), DeadLetterReason::UNDECODABLE);
    EXPECT_EQ(reason_of(""), DeadLetterReason::UNDECODABLE);
    EXPECT_EQ(reason_of("[1]"), DeadLetterReason::UNDECODABLE);
    // Protobuf is no line of text, even where it would decode.
    EXPECT_EQ(reason_of(std::string("\x0a\x03"
                                    "e-1",
                                    5)),
              DeadLetterReason::UNDECODABLE);
    EXPECT_EQ(reason_of("{\"event_id\":\"" + std::string(kMaxRecordBytes, 'x') + "\"}"), DeadLetterReason::TOO_LARGE);
    EXPECT_EQ(reason_of(R"({"event_id":"e","surprise":1})"), DeadLetterReason::UNKNOWN_FIELD);
}

TEST(LineEvents, ReadsCsv) {
    LineEvents lines;
    ASSERT_TRUE(lines.open_csv("event_id,account_code,occurred_at,source,shipment.business_line,shipment.items"));
    const auto event = lines.read_csv("e-7,37140000012001,2026-08-17T09:00:00+08:00,sorting,express,5\r\n");
    ASSERT_TRUE(event) << event.error().detail;
    EXPECT_EQ(event_record(**event, Format::protobuf).key, "37140000012");
    const auto bad = lines.read_csv("e-8,37140000012001,2026-08-17T09:00:00+08:00,sorting,express,many");
    ASSERT_FALSE(bad);
    EXPECT_NE(bad.error().detail.find("shipment.items"), std::string::npos) << bad.error().detail;
    EXPECT_FALSE(lines.open_csv("event_id,colour"));
}

TEST(LineEvents, KnowsOnWhoseWordACommandOrASilenceIsGiven) {
    LineEvents lines;
    const auto author = [&](const std::string& payload) {
        const auto event = lines.read_json(
            R"({"event_id":"c-1","occurred_at":"2026-08-17T09:00:00+08:00","source":"crm",)" + payload + "}");
        EXPECT_TRUE(event) << event.error().detail;
        return event ? std::string(authority_of(**event)) : "";
    };
    EXPECT_EQ(author(R"("command":{"case_id":"37140000012-1","actor_staff_id":"kam","ack":{}})"), "kam");
    EXPECT_EQ(author(R"("silence":{"silence_id":"s","author_staff_id":"ops","ended":true})"), "ops");
    // A fact about somebody is nobody's order.
    EXPECT_EQ(author(R"("staff_change":{"staff_id":"kam","state":"LEAVING"})"), "");
}

TEST(LineEvents, KnowsBlankLines) {
    EXPECT_TRUE(is_blank(" \t\r"));
    EXPECT_TRUE(is_blank(""));
    EXPECT_FALSE(is_blank(" x "));
}

}  // namespace
}  // namespace aw::intake
