// Golden JSON of every output record: the contract's names, order of the .proto, what is at its default left out.
#include "codec/output_encoder.hpp"

#include <set>

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "accountwatch/v1/output.pb.h"
#include "codec/output_decoder.hpp"
#include "unit/codec/filler.hpp"

namespace aw {
namespace {

namespace v1 = accountwatch::v1;

AccountRoot root(std::string_view digits) { return parse_root(digits).value(); }
Timestamp at(std::string_view time) { return parse_rfc3339(time).value(); }

Signal signal() {
    Signal s;
    s.signal_id = SignalId("01000000002-s1");
    s.account_root = root("01000000002");
    s.kind = SignalKind::VOLUME_DROP;
    s.severity = Severity::CRITICAL;
    s.business_line = "express";
    s.lane = "110100";
    s.rule_id = "weekly-items";
    s.config_revision = "0123456789ab";
    s.onset_on = make_day(2026, 8, 10);
    s.detected_at = at("2026-08-17T08:30:00+08:00");
    s.window_from = make_day(2026, 8, 10);
    s.window_to = make_day(2026, 8, 16);
    s.observed = 0;
    s.expected = 1200;
    s.recent_change_bp = -6500;
    s.yoy_change_bp = 0;
    s.score = 12.5;
    s.probability = 0.999;
    s.revenue_at_risk = yuan(100);
    s.reasons = {{"RECENT", "少了 65 %"}};
    s.case_id = CaseId("01000000002-1");
    return s;
}

TEST(OutputEncoder, Signal) {
    EXPECT_EQ(encode(signal(), Format::json),
              R"({"signal_id":"01000000002-s1","account_root":"01000000002","kind":"VOLUME_DROP",)"
              R"("severity":"CRITICAL","business_line":"express","lane":"110100","rule_id":"weekly-items",)"
              R"("config_revision":"0123456789ab","onset_on":"2026-08-10","detected_at":"2026-08-17T00:30:00Z",)"
              R"("window_from":"2026-08-10","window_to":"2026-08-16","observed":"0","expected":"1200",)"
              R"("recent_change_bp":-6500,"yoy_change_bp":0,"score":12.5,"probability":0.999,)"
              R"("revenue_at_risk":{"currency":"CNY","minor":"10000"},)"
              R"("reasons":[{"code":"RECENT","text":"少了 65 %"}],"case_id":"01000000002-1"})");
    EXPECT_EQ(encode(Signal{}, Format::json), "{}");
}

Case escalation() {
    Case c;
    c.case_id = CaseId("37140000012-1");
    c.account_root = root("37140000012");
    c.account_name = "示例公司";
    c.unit_id = UnitId("u-1400");
    c.grade = "G5";
    c.case_class = CaseClass::EMERGENCY;
    c.severity = Severity::HIGH;
    c.state = CaseState::ACTING;
    c.outcome = Outcome::LOST;
    c.proposed_outcome = Outcome::RECOVERED;
    c.version = 7;
    c.opened_at = at("2026-08-17T00:30:00Z");
    c.updated_at = at("2026-08-17T00:30:00.001Z");
    c.level = 2;
    c.owner_staff_id = StaffId("s-1");
    c.leader_role = StaffRole::DEPUTY_GM_IN_CHARGE;
    c.group = {{GroupRole::LEADER, StaffRole::DEPUTY_GM_IN_CHARGE, StaffId("s-1"), MemberState::ACCEPTED}};
    c.signals = {SignalId("37140000012-s1")};
    c.milestones = {{MilestoneKind::ACKNOWLEDGE, at("2026-08-17T01:00:00Z"), {}, at("2026-08-17T01:00:00Z"), 120}};
    c.revenue_at_risk = yuan(2);
    c.probability = 0.5;
    c.complaint_ids = {"CMP-1"};
    c.contacts = {{at("2026-08-17T03:50:00Z"), ContactLevel::EXECUTIVE, TouchChannel::PHONE, StaffId("s-2")}};
    c.plan = CasePlan{"price",        {{"offer", StaffId("s-2"), at("2026-08-20T09:30:00Z"), TaskId("37140000012-t4")}},
                      StaffId("s-2"), at("2026-08-18T00:10:00Z"),
                      StaffId("s-1"), at("2026-08-18T00:20:00Z")};
    c.report = CaseReport{"a", "b", "c", "d", "e", "f", StaffId("s-2"), at("2026-09-15T07:00:00Z"), {}, {}};
    c.reopen_count = 1;
    c.lost = {"PRICE", "competitor X", "no second offer"};
    c.ledger.detected_at = at("2026-08-17T00:30:00Z");
    c.ledger.unreported_churn = true;
    return c;
}

TEST(OutputEncoder, Case) {
    EXPECT_EQ(encode(escalation(), Format::json),
              R"({"case_id":"37140000012-1","account_root":"37140000012","account_name":"示例公司","unit_id":"u-1400",)"
              R"("grade":"G5","case_class":"EMERGENCY","severity":"HIGH","state":"ACTING","outcome":"LOST",)"
              R"("proposed_outcome":"RECOVERED","version":7,"opened_at":"2026-08-17T00:30:00Z",)"
              R"("updated_at":"2026-08-17T00:30:00.001Z","level":2,"owner_staff_id":"s-1",)"
              R"("leader_role":"DEPUTY_GM_IN_CHARGE","group":[{"group_role":"LEADER","role":"DEPUTY_GM_IN_CHARGE",)"
              R"("staff_id":"s-1","state":"ACCEPTED"}],"signals":["37140000012-s1"],)"
              R"("milestones":[{"name":"ACKNOWLEDGE","due_at":"2026-08-17T01:00:00Z",)"
              R"("breached_at":"2026-08-17T01:00:00Z","fired_late_s":120}],)"
              R"("revenue_at_risk":{"currency":"CNY","minor":"200"},"probability":0.5,"complaint_ids":["CMP-1"],)"
              R"("contacts":[{"at":"2026-08-17T03:50:00Z","level":"EXECUTIVE","channel":"PHONE","staff_id":"s-2"}],)"
              R"("plan":{"cause":"price","countermeasures":[{"text":"offer","owner_staff_id":"s-2",)"
              R"("due_at":"2026-08-20T09:30:00Z","task_id":"37140000012-t4"}],"submitted_by":"s-2",)"
              R"("submitted_at":"2026-08-18T00:10:00Z","approved_by":"s-1","approved_at":"2026-08-18T00:20:00Z"},)"
              R"("report":{"cause":"a","course":"b","responsible":"c","conclusion":"d","countermeasures":"e",)"
              R"("prevention":"f","submitted_by":"s-2","submitted_at":"2026-09-15T07:00:00Z"},"reopen_count":1,)"
              R"("lost":{"reason":"PRICE","destination":"competitor X","own_shortcomings":"no second offer"},)"
              R"("ledger":{"detected_at":"2026-08-17T00:30:00Z","unreported_churn":true}})");
    EXPECT_EQ(encode(Case{}, Format::json), R"({"state":"NEW"})");
}

TEST(OutputEncoder, Task) {
    Task t{TaskId("37140000012-t1"),
           CaseId("37140000012-1"),
           root("37140000012"),
           TaskKind::RE_SIGN_CONTRACT,
           StaffId("s-1"),
           StaffRole::FINANCE,
           TaskState::CANCELLED,
           at("2026-08-17T00:30:00Z"),
           at("2026-08-17T01:00:00Z"),
           {at("2026-08-17T00:51:00Z"), at("2026-08-17T00:57:00Z")},
           at("2026-08-17T02:00:00Z"),
           "too late"};
    EXPECT_EQ(encode(t, Format::json),
              R"({"task_id":"37140000012-t1","case_id":"37140000012-1","account_root":"37140000012",)"
              R"("kind":"RE_SIGN_CONTRACT","assignee_staff_id":"s-1","assignee_role":"FINANCE","state":"CANCELLED",)"
              R"("opened_at":"2026-08-17T00:30:00Z","due_at":"2026-08-17T01:00:00Z",)"
              R"("warned_at":["2026-08-17T00:51:00Z","2026-08-17T00:57:00Z"],"closed_at":"2026-08-17T02:00:00Z",)"
              R"("detail":"too late"})");
}

TEST(OutputEncoder, Notice) {
    Notice n{"37140000012-n1",
             StaffId("s-1"),
             NoticeReason::ACK_OVERDUE,
             Severity::CRITICAL,
             CaseId("37140000012-1"),
             TaskId("37140000012-t1"),
             root("37140000012"),
             "未确认",
             "a \"b\"\n\\c",
             Language::ZH,
             at("2026-08-17T01:00:00Z"),
             at("2026-08-17T01:30:00Z")};
    EXPECT_EQ(encode(n, Format::json),
              R"({"notice_id":"37140000012-n1","recipient_staff_id":"s-1","reason":"ACK_OVERDUE",)"
              R"("severity":"CRITICAL","case_id":"37140000012-1","task_id":"37140000012-t1",)"
              R"("account_root":"37140000012","subject":"未确认","text":"a \"b\"\n\\c","language":"ZH",)"
              R"("created_at":"2026-08-17T01:00:00Z","due_at":"2026-08-17T01:30:00Z"})");
}

TEST(OutputEncoder, Decision) {
    Decision d{"37140000012-d1",
               DecisionKind::EVALUATION,
               DecisionOutcome::SUPPRESSED,
               "SEASONAL",
               root("37140000012"),
               CaseId("37140000012-1"),
               "weekly-items",
               "0123456789ab",
               at("2026-08-17T00:30:00Z"),
               {{"observed", "420"}},
               {{"change_pct", "-65", "-30", true}, {"tail", "1", "2", false}},
               "why"};
    EXPECT_EQ(encode(d, Format::json),
              R"({"decision_id":"37140000012-d1","kind":"EVALUATION","outcome":"SUPPRESSED","code":"SEASONAL",)"
              R"("account_root":"37140000012","case_id":"37140000012-1","rule_id":"weekly-items",)"
              R"("config_revision":"0123456789ab","at":"2026-08-17T00:30:00Z",)"
              R"("inputs":[{"name":"observed","value":"420"}],"gates":[{"name":"change_pct","value":"-65",)"
              R"("limit":"-30","passed":true},{"name":"tail","value":"1","limit":"2"}],"text":"why"})");
}

TEST(OutputEncoder, DataGapAndReport) {
    const DataGap gap{"sorting-g1", "sorting", "371400", at("2026-03-11T02:00:00Z"), at("2026-03-11T02:15:00Z"),
                      {},           214};
    EXPECT_EQ(encode(gap, Format::json),
              R"({"gap_id":"sorting-g1","feed":"sorting","region_code":"371400","began_at":"2026-03-11T02:00:00Z",)"
              R"("opened_at":"2026-03-11T02:15:00Z","accounts_held":214})");
    const Report report{"rep-1", "OVERALL", UnitId("u-1400"), "2026-08", 2, "ab12", {{{"a", "1"}, {"b", "2"}}, {}}};
    EXPECT_EQ(encode(report, Format::json),
              R"({"report_id":"rep-1","kind":"OVERALL","unit_id":"u-1400","period":"2026-08","version":2,)"
              R"("sha256":"ab12","rows":[{"cells":[{"name":"a","value":"1"},{"name":"b","value":"2"}]},{}]})");
}

TEST(OutputEncoder, Account) {
    AccountView a;
    a.account_root = root("01000000002");
    a.account_name = "示例公司";
    a.unit_id = UnitId("u-1402");
    a.importance = Importance::IMPORTANT;
    a.is_key_account = true;
    a.grade = "G1";
    a.t12m_revenue = Money{-5};
    a.items_28d = 28;
    a.last_event_at = at("2026-08-17T00:30:00Z");
    a.lines = {{"express", 20}, {"freight", 8}};
    a.branches = {{1, 28}, {0, 0}};
    a.open_case_id = CaseId("01000000002-1");
    a.held_feeds = {"sorting"};
    EXPECT_EQ(encode(a, Format::json),
              R"({"account_root":"01000000002","account_name":"示例公司","unit_id":"u-1402","importance":"IMPORTANT",)"
              R"("is_key_account":true,"grade":"G1","t12m_revenue":{"currency":"CNY","minor":"-5"},"items_28d":"28",)"
              R"("last_event_at":"2026-08-17T00:30:00Z","lines":[{"business_line":"express","items_28d":"20"},)"
              R"({"business_line":"freight","items_28d":"8"}],"branches":[{"branch":"001","items_28d":"28"},)"
              R"({"branch":"000"}],"open_case_id":"01000000002-1","held_feeds":["sorting"]})");
}

TEST(OutputEncoder, DeadLetterKeepsItsBytes) {
    const DeadLetter letter{
        DeadLetterReason::BAD_TIME,  "occurred_at: ...",        "sorting", "accountwatch.events", 3, 42, "k\xFF",
        std::string("\x00\xFF{", 3), at("2026-08-17T00:30:00Z")};
    EXPECT_EQ(encode(letter, Format::json),
              "{\"reason\":\"BAD_TIME\",\"detail\":\"occurred_at: ...\",\"source\":\"sorting\","
              "\"topic\":\"accountwatch.events\",\"partition\":3,\"offset\":\"42\",\"key\":\"k\xEF\xBF\xBD\","
              "\"payload\":\"AP97\",\"received_at\":\"2026-08-17T00:30:00Z\"}");
    for (const Format format : {Format::protobuf, Format::json}) {
        const auto again = decode_dead_letter(encode(letter, format));
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(again->payload, letter.payload);
        EXPECT_EQ(again->offset, 42);
    }
}

TEST(OutputEncoder, Receipt) {
    const Receipt receipt{"r-1", "37140000012-n1",           StaffId("s-1"), "ops", ReceiptOutcome::GAVE_UP,
                          5,     at("2026-08-17T00:30:00Z"), "503",          true};
    EXPECT_EQ(encode(receipt, Format::json),
              R"({"receipt_id":"r-1","notice_id":"37140000012-n1","recipient_staff_id":"s-1","channel":"ops",)"
              R"("outcome":"GAVE_UP","attempt":5,"at":"2026-08-17T00:30:00Z","detail":"503","plain_text":true})");
}

// Protobuf's own writer and ours agree on what JSON is, but for white space and the order of nothing.
TEST(OutputEncoder, IsProtobufsJson) {
    const std::string ours = encode(escalation(), Format::json);
    v1::Case message;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(ours, &message).ok());
    EXPECT_EQ(message.SerializeAsString(), encode(escalation(), Format::protobuf));
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    std::string theirs;
    ASSERT_TRUE(google::protobuf::util::MessageToJsonString(message, &theirs, options).ok());
    EXPECT_EQ(ours, theirs);
}

template <class Record, class Decode>
void round_trip(test::Filler& filler, Decode decode, OutputKind kind) {
    Record record{};
    codec::fields(filler, record);
    const std::string bytes = encode(record, Format::protobuf);
    const std::string json = encode(record, Format::json);
    for (const std::string& form : {bytes, json}) {
        const auto again = decode(form);
        if (!again) RC_FAIL(json + "\n" + again.error().message);
        RC_ASSERT(encode(*again, Format::protobuf) == bytes);
        const auto text = to_json(kind, form);
        RC_ASSERT(text.has_value());
        RC_ASSERT(*text == json);
    }
}

TEST(OutputEncoder, AnyRecordComesBack) {
    const bool fine = rc::check("record -> bytes -> record", [](std::uint64_t seed) {
        test::Filler filler(seed);
        round_trip<Signal>(filler, decode_signal, OutputKind::signal);
        round_trip<Case>(filler, decode_case, OutputKind::escalation_case);
        round_trip<Task>(filler, decode_task, OutputKind::task);
        round_trip<Notice>(filler, decode_notice, OutputKind::notice);
        round_trip<Decision>(filler, decode_decision, OutputKind::decision);
        round_trip<DataGap>(filler, decode_data_gap, OutputKind::data_gap);
        round_trip<Report>(filler, decode_report, OutputKind::report);
        round_trip<AccountView>(filler, decode_account, OutputKind::account);
        round_trip<DeadLetter>(filler, decode_dead_letter, OutputKind::dead_letter);
        round_trip<Receipt>(filler, decode_receipt, OutputKind::receipt);
        round_trip<Silence>(filler, decode_silence, OutputKind::silence);
    });
    EXPECT_TRUE(fine);
}

}  // namespace
}  // namespace aw
