#include "codec/field_mapper.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/csv.hpp"
#include "codec/event_decoder.hpp"
#include "codec/event_encoder.hpp"
#include "codec/field_map_check.hpp"

namespace aw {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const TimeZone kChina("Asia/Shanghai", {{Timestamp{0}, 8 * 3600}});

FieldMapRow from(const std::string& field, const std::string& column) {
    FieldMapRow row;
    row.field = field;
    row.from = column;
    return row;
}
FieldMapRow constant(const std::string& field, const std::string& text) {
    FieldMapRow row;
    row.field = field;
    row.constant = text;
    return row;
}

// A map of `payload` with the envelope filled: no, code and at of the source.
FieldMap map_of(const std::string& payload, std::vector<FieldMapRow> rows) {
    FieldMap map;
    map.payload = payload;
    map.id_prefix = "x-";
    map.id_from = {"no"};
    map.zone = kChina;
    map.fields = {from("account_code", "code"), from("occurred_at", "at"), constant("source", "crm")};
    map.fields[1].time = *TimeForm::parse("%Y-%m-%d %H:%M");
    map.fields.insert(map.fields.end(), rows.begin(), rows.end());
    return map;
}

std::string told(FieldMapper& mapper, const Result<std::optional<std::string>, Refusal>& bytes) {
    if (!bytes) return std::string(name(bytes.error().reason)) + " " + bytes.error().detail;
    if (!*bytes) return "left out";
    EventDecoder decoder;
    const auto event = decoder.decode(**bytes);
    if (event) return encode_event(**event, Format::json);
    const Refusal refusal = mapper.explained(event.error());
    return std::string(name(refusal.reason)) + " " + refusal.detail;
}

// The event as JSON, or "REASON detail", or "left out".
std::string json(const FieldMap& map, const std::string& text) {
    EXPECT_TRUE(check_field_map(map).empty()) << check_field_map(map).front().message;
    FieldMapper mapper(map);
    return told(mapper, mapper.read_json(text));
}
std::string csv(const FieldMap& map, const std::string& header, const std::string& record) {
    FieldMapper mapper(map);
    if (auto opened = mapper.open_csv(header); !opened) return "header: " + opened.error().message;
    return told(mapper, mapper.read_csv(record));
}
// The payload that one column `v` makes in a map with that row besides shipment.items.
std::string shipped(const FieldMapRow& row, const std::string& value) {
    const std::string text = json(map_of("shipment", {constant("shipment.items", "1"), row}),
                                  R"({"no":1,"code":"37140000012001","at":"2026-08-17 08:30","v":)" + value + "}");
    const std::size_t at = text.find("\"shipment\":");
    return at == std::string::npos ? text : text.substr(at + 11, text.size() - at - 12);
}
std::string revenue(const std::string& unit, const std::string& value) {
    FieldMapRow amount = from("revenue.amount", "v");
    amount.unit = unit;
    const std::string text = json(map_of("revenue", {amount}),
                                  R"({"no":1,"code":"37140000012001","at":"2026-08-17 08:30","v":)" + value + "}");
    const std::size_t at = text.find("\"revenue\":");
    return at == std::string::npos ? text : text.substr(at + 10, text.size() - at - 11);
}

TEST(FieldMapper, TheSameMapReadsCsvAndJson) {
    const FieldMap map = map_of("shipment", {from("shipment.items", "n"), from("shipment.product", "what")});
    const std::string event =
        R"({"event_id":"x-7","account_code":"37140000012001","occurred_at":"2026-08-17T00:30:00Z",)"
        R"("source":"crm","shipment":{"items":"3","product":"a, b"}})";
    EXPECT_EQ(
        csv(map, "\xEF\xBB\xBFwhat,at,no,unread,code, n \r\n", "\"a, b\",2026-08-17 08:30, 7 ,?,37140000012001,3\r\n"),
        event);
    EXPECT_EQ(json(map, R"({"no":7,"code":37140000012001,"at":"2026-08-17 08:30","n":3.0,"what":"a, b","more":[1]})"),
              event);
}

TEST(FieldMapper, LeadsIntoJsonByDots) {
    FieldMap map = map_of("shipment", {from("shipment.items", "parcel.boxes.1.n")});
    EXPECT_THAT(json(map, R"({"no":1,"code":"37140000012001","at":"2026-08-17 08:30",)"
                          R"("parcel":{"boxes":[{"n":4},{"n":5}]}})"),
                HasSubstr(R"("items":"5")"));
    EXPECT_THAT(json(map, R"({"no":1,"code":"37140000012001","at":"2026-08-17 08:30","parcel":{"boxes":[]}})"),
                "MISSING_FIELD parcel.boxes.1.n (shipment.items): required, not given");
    EXPECT_THAT(
        json(map, R"({"no":1,"code":"37140000012001","at":"2026-08-17 08:30","parcel":{"boxes":[1,{"n":[]}]}})"),
        "WRONG_TYPE parcel.boxes.1.n: expected a single value, got a list or an object");
}

TEST(FieldMapper, ConvertsWeightsAndFactors) {
    FieldMapRow weight = from("shipment.weight_g", "v");
    EXPECT_EQ(shipped(weight, "12"), R"({"items":"1","weight_g":"12"})");
    EXPECT_EQ(shipped(weight, "12.5"), "WRONG_TYPE v (shipment.weight_g): expected a whole number, got '12.5'");
    weight.unit = "kg";
    EXPECT_EQ(shipped(weight, "12.5"), R"({"items":"1","weight_g":"12500"})");
    EXPECT_EQ(shipped(weight, "\" 1,200.0004 \""), R"({"items":"1","weight_g":"1200000"})");
    EXPECT_EQ(shipped(weight, "\"heavy\""), "WRONG_TYPE v (shipment.weight_g): expected a number, got 'heavy'");
    EXPECT_EQ(shipped(weight, "-1"), "BAD_COUNT v (shipment.weight_g): expected 0 or more, got -1000");
    weight.unit = "jin";
    EXPECT_EQ(shipped(weight, "3"), R"({"items":"1","weight_g":"1500"})");
    weight.unit = "";
    weight.factor = Decimal{25, 1};
    EXPECT_EQ(shipped(weight, "3"), R"({"items":"1","weight_g":"8"})");
}

TEST(FieldMapper, ConvertsAmountsToTheFenAndGuessesNone) {
    EXPECT_EQ(revenue("yuan", "0.29"), R"({"amount":{"currency":"CNY","minor":"29"}})");
    EXPECT_EQ(revenue("yuan", "\"-1,234.50\""), R"({"amount":{"currency":"CNY","minor":"-123450"}})");
    EXPECT_EQ(revenue("fen", "123"), R"({"amount":{"currency":"CNY","minor":"123"}})");
    EXPECT_EQ(revenue("wan_yuan", "1.5"), R"({"amount":{"currency":"CNY","minor":"1500000"}})");
    EXPECT_EQ(revenue("yuan", "12.345"),
              "BAD_AMOUNT v (revenue.amount): expected a whole number of fen, got '12.345' yuan");
    EXPECT_EQ(revenue("wan_yuan", "99999999999999999"),
              "BAD_AMOUNT v (revenue.amount): expected a smaller number, got '99999999999999999' wan_yuan");
    EXPECT_THAT(revenue("yuan", "null"), "MISSING_FIELD v (revenue.amount): required, not given");
}

TEST(FieldMapper, ReadsTimesAndDays) {
    FieldMap map = map_of("revenue", {from("revenue.due_on", "due"), constant("revenue.amount", "1")});
    map.fields[3].time = *TimeForm::parse("%Y/%m/%d");
    const auto at = [&](const std::string& time, const std::string& due) {
        return json(map, R"({"no":1,"code":"37140000012001","at":)" + time + R"(,"due":")" + due + "\"}");
    };
    EXPECT_THAT(at("\"2026-08-17 08:30\"", "2026/9/1"), HasSubstr(R"("due_on":"2026-09-01")"));
    EXPECT_EQ(at("\"2026-08-17\"", "2026/9/1"),
              "BAD_TIME at (occurred_at): expected a time like %Y-%m-%d %H:%M, got '2026-08-17'");
    EXPECT_EQ(at("\"2026-08-17 08:30\"", "2026/9/31"),
              "BAD_TIME due (revenue.due_on): expected a time like %Y/%m/%d, got '2026/9/31'");
    EXPECT_EQ(at("\"1999-08-17 08:30\"", "2026/9/1"),
              "BAD_TIME at (occurred_at): expected a time like %Y-%m-%d %H:%M, got '1999-08-17 08:30'");
    map.fields[1].time = *TimeForm::parse("epoch_ms");
    EXPECT_THAT(at("1786926605250", "2026/9/1"), HasSubstr(R"("occurred_at":"2026-08-17T00:30:05.250Z")"));
    map.fields[1].time.reset();
    EXPECT_THAT(at("\"2026-08-17T08:30:00+08:00\"", ""), HasSubstr(R"("occurred_at":"2026-08-17T00:30:00Z")"));
    map = map_of("unit_figure", {constant("unit_figure.unit_id", "u"), constant("unit_figure.kind", "TOTAL_REVENUE"),
                                 from("unit_figure.year_month", "due")});
    map.fields.erase(map.fields.begin());
    map.fields.back().time = *TimeForm::parse("%Y%m%d");
    EXPECT_THAT(at("\"2026-08-17 08:30\"", "20260901"), HasSubstr(R"("year_month":"2026-09")"));
}

TEST(FieldMapper, TranslatesWords) {
    FieldMapRow line = from("shipment.business_line", "v");
    line.values = {{"快递", "express"}, {"包裹", "parcel"}};
    EXPECT_EQ(shipped(line, "\"快递\""), R"({"business_line":"express","items":"1"})");
    EXPECT_EQ(shipped(line, "\"信函\""), "UNKNOWN_ENUM v (shipment.business_line): expected 包裹, 快递, got '信函'");
    line.otherwise = "other";
    EXPECT_EQ(shipped(line, "\"信函\""), R"({"business_line":"other","items":"1"})");
    EXPECT_EQ(shipped(line, "\"\""), R"({"items":"1"})") << "empty is no word";
    line.fallback = "express";
    EXPECT_EQ(shipped(line, "\"  \""), R"({"business_line":"express","items":"1"})");
    FieldMapRow on_call = from("pickup_request.on_call", "v");
    on_call.values = {{"是", "true"}, {"否", "false"}};
    EXPECT_THAT(json(map_of("pickup_request", {on_call, constant("pickup_request.area", "URBAN")}),
                     R"({"no":1,"code":"37140000012001","at":"2026-08-17 08:30","v":"是"})"),
                HasSubstr(R"("on_call":true)"));
}

TEST(FieldMapper, LeavesOutWhatTheMapDoesNotWant) {
    FieldMap map = map_of("shipment", {from("shipment.items", "n")});
    map.where = {{"state", {"done", "sent"}, {}}, {"test", {}, {"1"}}};
    const auto record = [&](const std::string& more) {
        return json(map, R"({"no":1,"code":"37140000012001","at":"2026-08-17 08:30","n":1,)" + more + "}");
    };
    EXPECT_THAT(record(R"("state":"done")"), HasSubstr("x-1"));
    EXPECT_EQ(record(R"("state":"open")"), "left out");
    EXPECT_EQ(record(R"("n":1)"), "left out");
    EXPECT_EQ(record(R"("state":"sent","test":1)"), "left out");
    EXPECT_EQ(json(map, R"({"state":"open"})"), "left out") << "before anything else is judged";
}

std::string id_of(const FieldMap& map, const std::string& more) {
    const std::string text = json(map, R"({"code":"37140000012001","at":"2026-08-17 08:30","n":1,)" + more + "}");
    constexpr std::string_view kBefore = R"({"event_id":")";
    return text.starts_with(kBefore) ? text.substr(kBefore.size(), text.find('"', kBefore.size()) - kBefore.size())
                                     : text;
}

TEST(FieldMapper, MakesIdsThatAreTheSameForEverAndNeverTwoEventsOne) {
    FieldMap map = map_of("shipment", {from("shipment.items", "n")});
    EXPECT_EQ(id_of(map, R"("no":"A 1")"), "x-A 1");
    EXPECT_EQ(id_of(map, R"("no":"单1")"), "x-" + id_of(map, R"("no":"单1")").substr(2));
    EXPECT_EQ(id_of(map, R"("no":"单1")").size(), 34U);
    EXPECT_NE(id_of(map, R"("no":"单1")"), id_of(map, R"("no":"单2")"));
    EXPECT_EQ(id_of(map, R"("no":"")"), "MISSING_FIELD no (event_id): required, not given");
    map.id_from = {"no", "part"};
    // Frozen: what was sent last year must be known again.
    EXPECT_EQ(id_of(map, R"("no":"a-b","part":"c")"), "x-8113510dd55cfcfdba46cf49f1cbb9c5");
    EXPECT_NE(id_of(map, R"("no":"a-b","part":"c")"), id_of(map, R"("no":"a","part":"b-c")"));
    EXPECT_EQ(id_of(map, R"("no":"a")"), "MISSING_FIELD part (event_id): required, not given");
}

TEST(FieldMapper, TheDecodersRefusalsNameTheSourcesColumn) {
    const FieldMap map = map_of("shipment", {from("shipment.items", "件数")});
    const auto record = [&](const std::string& code, const std::string& n) {
        return json(map, R"({"no":1,"at":"2026-08-17 08:30","code":")" + code + R"(","件数":)" + n + "}");
    };
    EXPECT_THAT(record("123", "1"), HasSubstr("BAD_CUSTOMER_CODE code (account_code): expected 14 digits"));
    EXPECT_EQ(record("", "1"), "MISSING_FIELD code (account_code): required for shipment, not given");
    EXPECT_EQ(record("37140000012001", "0"), "BAD_COUNT 件数 (shipment.items): expected 1 to 1000000, got 0");
    EXPECT_EQ(record("37140000012001", "null"), "MISSING_FIELD 件数 (shipment.items): required, not given");
}

TEST(FieldMapper, RefusesBrokenRecords) {
    const FieldMap map = map_of("shipment", {from("shipment.items", "n")});
    EXPECT_THAT(json(map, "{\"no\":"), HasSubstr("UNDECODABLE JSON: "));
    EXPECT_EQ(json(map, "[1]"), "UNDECODABLE expected one JSON object in a line");
    EXPECT_THAT(json(map, "{\"no\":\"\xff\"}"), HasSubstr("BAD_UTF8 JSON, byte 7"));
    EXPECT_THAT(json(map, std::string(50'000, '[')), HasSubstr("UNDECODABLE JSON: "));
    EXPECT_THAT(json(map, std::string(kMaxRecordBytes + 1, ' ')), HasSubstr("TOO_LARGE"));
    const std::string header = "no,code,at,n";
    EXPECT_EQ(csv(map, header, "1,2"), "UNDECODABLE expected 4 cells, got 2");
    EXPECT_EQ(csv(map, header, "1,2,3,4,5"), "UNDECODABLE expected 4 cells, got more");
    EXPECT_EQ(csv(map, header, "1,2\",3,4"), "UNDECODABLE column 2: broken quotation");
    EXPECT_THAT(csv(map, header, "1,2,\xff,4"), HasSubstr("BAD_UTF8 at: '\\xff'"));
}

TEST(FieldMapper, AHeaderMustHaveWhatTheMapReads) {
    const FieldMap map = map_of("shipment", {from("shipment.items", "n")});
    EXPECT_EQ(csv(map, "no,Code,at,x", ""),
              "header: the map reads 'code', 'n', and the header has only no, Code, at, x");
    EXPECT_EQ(csv(map, "no,code,at,n,at", ""), "header: column 'at' stands twice");
    EXPECT_THAT(csv(map, "no,code,at,n,x,x", "1,37140000012001,2026-08-17 08:30,1,,"), HasSubstr("x-1"));
}

// What Chinese spreadsheets write as CSV.
TEST(FieldMapper, ReadsGb18030) {
    FieldMap map = map_of("shipment", {from("shipment.items", "件数"), from("shipment.product", "产品")});
    map.encoding = "gb18030";
    FieldMapper mapper(map);
    ASSERT_TRUE(mapper.open_csv("no,code,at,\xbc\xfe\xca\xfd,\xb2\xfa\xc6\xb7"));
    EXPECT_THAT(told(mapper, mapper.read_csv("1,37140000012001,2026-08-17 08:30,3,\xb1\xea\xbf\xec")),
                HasSubstr("\"items\":\"3\",\"product\":\"标快\""));
    EXPECT_EQ(told(mapper, mapper.read_csv("1,37140000012001,2026-08-17 08:30,3,\xff")),
              "UNDECODABLE byte 36 is not gb18030");
    EXPECT_THAT(told(mapper, mapper.read_json("{\"no\":1,\"code\":37140000012001,\"at\":\"2026-08-17 08:30\","
                                              "\"\xbc\xfe\xca\xfd\":3,\"\xb2\xfa\xc6\xb7\":\"\xb1\xea\xbf\xec\"}")),
                HasSubstr("\"product\":\"标快\""));
    EXPECT_EQ(told(mapper, mapper.read_json("{\"no\":\"\xb5\"}")), "UNDECODABLE byte 7 is not gb18030");
    EXPECT_FALSE(mapper.open_csv("no,\xff"));
}

// The usual mistake is named.
TEST(FieldMapper, SaysThatTheFileMayBeGbk) {
    const FieldMap map = map_of("shipment", {from("shipment.items", "n"), from("shipment.product", "p")});
    const std::string hint = " (is it GBK? write 'encoding: gb18030' into the map)";
    EXPECT_THAT(csv(map, "no,code,at,n,\xb5\xc2", ""), AllOf(HasSubstr("header has only no, code, at, n, '"),
                                                            testing::EndsWith(hint)));
    EXPECT_THAT(csv(map, "no,code,at,n,p", "1,37140000012001,2026-08-17 08:30,1,\xb5\xc2"),
                AllOf(HasSubstr("BAD_UTF8 p: "), testing::EndsWith(hint)));
    EXPECT_EQ(json(map, "{\"no\":\"\xb5\xc2\"}"), "BAD_UTF8 JSON, byte 7" + hint);
}

TEST(FieldMapper, ReadsCsvWithAnotherSeparator) {
    FieldMap map = map_of("shipment", {from("shipment.items", "n"), from("shipment.product", "p")});
    for (const char separator : {';', '\t', '|'}) {
        map.separator = separator;
        const auto line = [&](std::string text) {
            std::ranges::replace(text, '~', separator);
            return text;
        };
        EXPECT_THAT(csv(map, line("no~code~at~n~p"), line("1~37140000012001~2026-08-17 08:30~3~\"a,~\"\"b\"")),
                    HasSubstr(separator == '\t' ? R"("product":"a,\t\"b")"
                                                : R"("product":"a,)" + std::string(1, separator) + R"(\"b")"));
        EXPECT_TRUE(csv_well_quoted(line("\"a\"~b"), separator));
        EXPECT_FALSE(csv_well_quoted("\"a\",b", separator));
    }
}

TEST(FieldMapper, AnEmptyRecordLeavesNothingOfTheOneBefore) {
    FieldMapper mapper(map_of("shipment", {from("shipment.items", "n"), from("shipment.product", "p")}));
    ASSERT_TRUE(mapper.open_csv("no,code,at,n,p"));
    EXPECT_THAT(told(mapper, mapper.read_csv("1,37140000012001,2026-08-17 08:30,1,a")), HasSubstr("\"product\":\"a\""));
    EXPECT_EQ(told(mapper, mapper.read_csv("2,37140000012001,2026-08-17 08:30,1,")).find("product"), std::string::npos);
    EXPECT_EQ(told(mapper, mapper.read_json("{}")), "MISSING_FIELD no (event_id): required, not given");
}

}  // namespace
}  // namespace aw
