#include "app/api_requests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aw::app {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

constexpr Timestamp kNow{1'786'926'600'000};
const std::string kCase = "37140000012-1";
const std::string kTask = "37140000012-t4";

std::string told(const CommandRefused& refused) {
    return std::to_string(refused.answer.status) + " " + refused.answer.body;
}
void expect_servers_own(const Event& event, std::string_view owner) {
    EXPECT_EQ(event.event_id, "http-1");
    EXPECT_EQ(event.occurred_at, kNow);
    EXPECT_EQ(event.source, "http");
    EXPECT_FALSE(event.code.is_set());
    EXPECT_FALSE(event.recorded_at.is_set());
    if (!owner.empty()) {
        EXPECT_EQ(std::get<CommandEvent>(event.payload).actor_staff_id, owner);
    }
}
// "" if it was taken as the server means it, else status and code.
std::string read(const std::string& body, std::string_view owner = "kam") {
    CommandReader reader;
    const auto event = reader.read(kCase, {body, "http-1", owner, kNow});
    if (!event) return told(event.error());
    expect_servers_own(**event, owner);
    EXPECT_EQ(std::get<CommandEvent>((*event)->payload).case_id, kCase);
    return {};
}
std::string read_done(const std::string& body, std::string_view owner = "kam") {
    CommandReader reader;
    const auto event = reader.read_done(kTask, {body, "http-1", owner, kNow});
    if (!event) return told(event.error());
    expect_servers_own(**event, owner);
    const auto& command = std::get<CommandEvent>((*event)->payload);
    EXPECT_EQ(std::get<DoneAction>(command.action).task_id, kTask);
    EXPECT_EQ(command.case_id, "");
    return {};
}

TEST(CommandReader, AddsCaseAndActorWhereTheBodyLeavesThemOut) {
    EXPECT_EQ(read(R"({"ack":{}})"), "");
    EXPECT_EQ(read(" {\n\"case_id\":\"37140000012-1\",\"actor_staff_id\":\"kam\",\"ack\":{}}\r\n"), "");
    EXPECT_EQ(read(R"({"actor_staff_id":"anybody","ack":{}})", ""), "");
    EXPECT_EQ(read(R"({"reason":"}},\"source\":\"x\",{{","ack":{}})"), "");
    EXPECT_EQ(read_done(""), "");
    EXPECT_EQ(read_done("{ }"), "");
    EXPECT_EQ(read_done(R"({"actor_staff_id":"kam","reason":"rang twice"})"), "");
    EXPECT_THAT(read(R"({"ack":{}})", ""), HasSubstr("422"));
}

TEST(CommandReader, SaysInWhoseNameItWasMeant) {
    CommandReader reader;
    const auto event = reader.read(kCase, {R"({"actor_staff_id":"director","close":{}})", "http-1", "kam", kNow});
    ASSERT_FALSE(event);
    EXPECT_EQ(event.error().answer.status, 403);
    EXPECT_TRUE(event.error().in_anothers_name);
    EXPECT_EQ(event.error().named, "director");
    EXPECT_EQ(event.error().action, "close");
    EXPECT_THAT(read_done(R"({"actor_staff_id":"director"})"), HasSubstr("403"));
    EXPECT_THAT(read("{\"\\u0061ctor_staff_id\":\"director\",\"ack\":{}}"), HasSubstr("403"));
}

// The body's fields stand inside an event of the server's: none of them becomes another one's.
TEST(CommandReader, NothingInABodyReachesWhatIsTheServers) {
    for (const char* body : {
             R"({"actor_staff_id":"kam","actor_staff_id":"director","ack":{}})",
             R"({"actor_staff_id":"kam","ack":{},"\u0061ctor_staff_id":"director"})",
             R"({"case_id":"37140000012-1","case_id":"37140000013-1","ack":{}})",
             R"({"case_id":null,"ack":{}})",
             R"({"case_id":null,"case_id":"37140000013-1","ack":{}})",
             R"({"actor_staff_id":null,"ack":{}})",
             R"({"event_id":"other","ack":{}})",
             R"({"ack":{}},"event_id":"other","command":{"ack":{}})",
             R"({"ack":{}},"source":"other","x":{"y":1})",
             R"({"ack":{}},"command":{"case_id":"37140000013-1","actor_staff_id":"director","close":{}})",
             R"({"ack":{}},"command":null,"shipment":{"items":1})",
             R"({"ack":{}},"account_code":"37140000013001","shipment":{"items":1})",
             R"({"ack":{}},"recorded_at":"2026-01-01T00:00:00Z","shipment":{})",
             R"({"ack":{}},"occurred_at":{"seconds":1})",
             R"({"ack":{}},"account_code":"37140000013001"})",
             R"({"ack":{}}}{"event_id":"second","command":{"ack":{}})",
             R"({"ack":{}} trailing})",
             R"({"ack":{}} {"close":{}})",
             R"({,"ack":{}})",
             R"({"ack":{},})",
             R"({"ack":{},"close":{}})",
             R"({"ack":{})",
             R"([{"ack":{}}])",
             R"({"reason":"\u0022,\u0022actor_staff_id\u0022:\u0022director","ack":{},"x":1})",
         }) {
        EXPECT_THAT(read(body), AnyOf(HasSubstr("400"), HasSubstr("422"))) << body;
        EXPECT_THAT(read_done(body), AnyOf(HasSubstr("400"), HasSubstr("422"))) << body;
    }
    for (const char* body : {R"({"done":{"task_id":"37140000013-t1"}})", R"({"done":null})",
                             R"({"reason":"x"},"done":{"task_id":"37140000013-t1"})", R"({"case_id":"37140000012-1"})"})
        EXPECT_THAT(read_done(body), HasSubstr("400")) << body;
}

TEST(CommandReader, IdsOfPathAndHeaderAreTextsOfTheEvent) {
    CommandReader reader;
    const std::string path = R"(37140000012-1","actor_staff_id":"director)";
    const auto event = reader.read(path, {R"({"ack":{}})", R"(e","source":"x)", "kam", kNow});
    ASSERT_TRUE(event);
    EXPECT_EQ((*event)->event_id, R"(e","source":"x)");
    EXPECT_EQ((*event)->source, "http");
    EXPECT_EQ(std::get<CommandEvent>((*event)->payload).case_id, path);
    EXPECT_EQ(std::get<CommandEvent>((*event)->payload).actor_staff_id, "kam");
}

TEST(ExportRequest, IsThreeTextsAndNothingElse) {
    EXPECT_EQ(read_export(R"({"actor_staff_id":"a","reason":"audit","approver_staff_id":"b"})")->approver, "b");
    EXPECT_TRUE(read_export(" \n"));
    for (const char* body : {"{", "[]", R"({"why":"x"})", R"({"reason":1})", R"({"reason":"x"} {})"})
        EXPECT_FALSE(read_export(body)) << body;
}

http::Request asking(std::map<std::string, std::string> query) {
    http::Request request;
    request.query = std::move(query);
    return request;
}

TEST(CaseQuery, SaysWhatIsWrongWithAParameter) {
    const auto query = read_case_query(
        asking({{"order", "value_at_risk"}, {"cursor", "-5:37140000012-1"}, {"limit", "7"}, {"state", "NEW"}}));
    ASSERT_TRUE(query);
    EXPECT_EQ(query->limit, 7U);
    EXPECT_EQ(query->after->value.minor, -5);
    EXPECT_EQ(query->after->case_id, kCase);
    EXPECT_EQ(to_text(*query->after, query->order), "-5:37140000012-1");
    EXPECT_EQ(query->state, CaseState::NEW);
    for (const char* limit : {"0", "1001", "-1", "+1", "1 ", "x", "99999999999999999999"})
        EXPECT_THAT(read_case_query(asking({{"limit", limit}})).error().body, HasSubstr("BAD_COUNT")) << limit;
    for (const char* cursor : {"5:37140000012-1", "37140000012-", "37140000012-1\"", "37140000012", ":"}) {
        const auto bad = read_case_query(asking({{"cursor", cursor}}));
        EXPECT_THAT(bad ? std::string() : bad.error().body, HasSubstr("BAD_CURSOR")) << cursor;
    }
    EXPECT_FALSE(read_case_query(asking({{"order", "size"}})));
    EXPECT_FALSE(read_task_query(asking({{"state", "GONE"}})));
}

TEST(ExplainQuery, AsksForNowOrForAnInstant) {
    EXPECT_EQ(read_explain_query(asking({}), Language::EN)->language, Language::EN);
    EXPECT_EQ(read_explain_query(asking({}), Language::EN)->at, std::nullopt);
    const auto then =
        read_explain_query(asking({{"at", "2026-08-17T08:30:00+08:00"}, {"language", "zh"}}), Language::EN);
    EXPECT_EQ(then->at, (Timestamp{1'786'926'600'000}));
    EXPECT_EQ(then->language, Language::ZH);
    EXPECT_THAT(read_explain_query(asking({{"at", "yesterday"}}), Language::EN).error().body, HasSubstr("BAD_TIME"));
}

}  // namespace
}  // namespace aw::app
