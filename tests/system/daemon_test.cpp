// The real daemon as a process: what an operator sees.
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "system/daemon_process.hpp"
#include "system/webhook_receiver.hpp"

namespace aw::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string now() { return format_utc(SystemClock{}.now()); }

// A G4 account and a serious complaint of it: a HIGH case at once, led by the department's director.
std::string complaint_of(const std::string& code, const std::string& id) {
    return R"({"event_id":"r-)" + id + R"(","account_code":")" + code + R"(","occurred_at":")" + now() +
           R"(","source":"crm","account":{"operation":"REGISTER","name":"客户 )" + id +
           R"(","annual_revenue_hint":{"currency":"CNY","minor":"18250000"}}})" + "\n" + R"({"event_id":"c-)" + id +
           R"(","account_code":")" + code + R"(","occurred_at":")" + now() +
           R"(","source":"crm","complaint":{"complaint_id":"CMP-)" + id +
           R"(","category":"LOSS","severity":"SERIOUS","demand":"pay"}})" + "\n";
}

constexpr auto kCode = "37140000012001";
constexpr auto kCase = "/api/v1/cases/37140000012-1";

std::string webhook_setting(const WebhookReceiver& receiver) {
    return "notify.channels=[{id: desk, kind: webhook, url: \"" + receiver.url() +
           "\", timeout: 2s, retries: 3, backoff: 100ms}]";
}

TEST(Daemon, FromAnEventToADeliveredNoticeAndThroughAKill) {
    const TemporaryFolder folder;
    const WebhookReceiver receiver;
    DaemonProcess daemon(folder.path(), {webhook_setting(receiver)});
    daemon.start();
    daemon.wait_until_ready();
    const auto sent = daemon.post("/api/v1/events", complaint_of(kCode, "1") + "{\"event_id\":\"x\"}\n");
    EXPECT_EQ(sent.status, 200);
    EXPECT_THAT(sent.body, HasSubstr(R"("accepted":2,"rejected":1)"));
    EXPECT_THAT(sent.body, HasSubstr(R"("line":3)"));
    EXPECT_THAT(daemon.get_until(kCase, "EMERGENCY"), HasSubstr(R"("leader_role":"DEPARTMENT_DIRECTOR")"));
    EXPECT_TRUE(eventually([&] { return receiver.with("ROLE_INVITED").size() == 3; }));

    const auto acknowledged =
        daemon.post(std::string(kCase) + "/commands", R"({"actor_staff_id":"dept-director-1","ack":{}})");
    EXPECT_EQ(acknowledged.status, 200);
    EXPECT_THAT(acknowledged.body, HasSubstr(R"("state":"ACKNOWLEDGED")"));
    EXPECT_THAT(daemon.get(kCase).body, HasSubstr("ACKNOWLEDGED"));  // what was answered is what is read

    daemon.kill();
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_THAT(daemon.get_until(kCase, "ACKNOWLEDGED"), HasSubstr("37140000012-1"));
    EXPECT_EQ(daemon.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);  // the same event ids again
    daemon.get_until("/metrics", R"(accountwatch_events_total{kind="complaint",outcome="duplicate"} 1)");
    EXPECT_THAT(receiver.with("CASE_OPENED"), SizeIs(3));  // leader, relevant leader, specialist: once each
    EXPECT_THAT(receiver.with("ROLE_INVITED"), SizeIs(3));
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
}

TEST(Daemon, RefusesCommandsWithTheContractsStatusCodes) {
    const TemporaryFolder folder;
    DaemonProcess daemon(folder.path(), {});
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_EQ(daemon.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
    daemon.get_until(kCase, "EMERGENCY");
    const std::string commands = std::string(kCase) + "/commands";
    const auto refused = [&](const std::string& body) {
        const auto answer = daemon.post(commands, body);
        return std::to_string(answer.status) + " " + answer.body;
    };
    EXPECT_THAT(refused(R"({"actor_staff_id":"dept-director-1","expected_version":9,"ack":{}})"), HasSubstr("409"));
    EXPECT_THAT(refused(R"({"actor_staff_id":"dept-director-1","start":{}})"), HasSubstr("ILLEGAL_TRANSITION"));
    EXPECT_THAT(refused(R"({"actor_staff_id":"finance-1","ack":{}})"), HasSubstr("403"));
    EXPECT_THAT(refused(R"({"actor_staff_id":"nobody","ack":{}})"), HasSubstr("UNKNOWN_ACTOR"));
    EXPECT_THAT(
        refused(
            R"({"actor_staff_id":"dept-director-1","resolve":{"outcome":"FALSE_ALARM","approver_staff_id":"dept-director-1"}})"),
        HasSubstr("REASON_REQUIRED"));
    EXPECT_THAT(refused(R"({"ack":{}})"), HasSubstr("422"));
    EXPECT_THAT(refused("no json"), HasSubstr("400"));
    EXPECT_THAT(refused(R"({"case_id":"37140000012-2","actor_staff_id":"dept-director-1","ack":{}})"),
                AllOf(HasSubstr("400"), HasSubstr("WRONG_CASE"), HasSubstr("the path, which says 37140000012-1")));
    EXPECT_THAT(refused(R"({"case_id":"","actor_staff_id":"dept-director-1","ack":{}})"), HasSubstr("WRONG_CASE"));
    EXPECT_THAT(refused(R"({"case_id":7,"actor_staff_id":"dept-director-1","ack":{}})"), HasSubstr("WRONG_TYPE"));
    EXPECT_THAT(refused(R"({"ack":{}},"source":"elsewhere","x":{"actor_staff_id":"dept-director-1"})"),
                HasSubstr("400"));
    EXPECT_EQ(
        daemon.post("/api/v1/cases/37140000099-1/commands", R"({"actor_staff_id":"dept-director-1","ack":{}})").status,
        404);
    EXPECT_THAT(daemon.get(kCase).body, HasSubstr(R"("state":"NEW")"));
    const auto same =
        daemon.post(commands, R"({"case_id":"37140000012-1","actor_staff_id":"dept-director-1","ack":{}})");
    EXPECT_EQ(same.status, 200) << same.body;
    EXPECT_THAT(same.body, HasSubstr(R"("state":"ACKNOWLEDGED")"));
}

// A complaint without a case has tasks of its own: the follow-ups after its closing.
TEST(Daemon, ATaskOfNoCaseIsDoneByItsOwnId) {
    const TemporaryFolder folder;
    DaemonProcess daemon(folder.path(), {});
    daemon.start();
    daemon.wait_until_ready();
    std::string events = complaint_of(kCode, "1");
    events.replace(events.find("LOSS"), 4, "DELAY");
    events.replace(events.find("SERIOUS"), 7, "MINOR");
    events += R"({"event_id":"p-1","account_code":")" + std::string(kCode) + R"(","occurred_at":")" + now() +
              R"(","source":"crm","complaint_progress":{"complaint_id":"CMP-1","state":"CLOSED",)"
              R"("satisfaction":"SATISFIED","customer_informed":true}})";
    EXPECT_EQ(daemon.post("/api/v1/events", events).status, 200);
    const std::string tasks = daemon.get_until("/api/v1/tasks?state=OPEN", "FOLLOW_UP");
    const std::size_t at = tasks.find("37140000012-t");
    ASSERT_NE(at, std::string::npos) << tasks;
    const std::string task = tasks.substr(at, tasks.find('"', at) - at);
    const std::string path = "/api/v1/tasks/" + task + "/done";
    EXPECT_EQ(daemon.post(path, R"({"actor_staff_id":"finance-1"})").status, 403);
    EXPECT_EQ(daemon.post(path, R"({"actor_staff_id":"service-head-1","ack":{}})").status, 400);
    EXPECT_EQ(daemon.post("/api/v1/tasks/nonsense/done", "").status, 404);
    EXPECT_EQ(daemon.post("/api/v1/tasks/37140000012-t99/done", R"({"actor_staff_id":"service-head-1"})").status, 404);
    const auto done = daemon.post(path, R"({"actor_staff_id":"service-head-1","reason":"called"})");
    EXPECT_EQ(done.status, 200) << done.body;
    EXPECT_THAT(done.body, HasSubstr(R"("done":true)"));
    EXPECT_EQ(daemon.post(path, R"({"actor_staff_id":"service-head-1"})").status, 409);  // once
}

TEST(Daemon, ASilenceIsKnownInAllPartitionsAndThroughAKill) {
    const TemporaryFolder folder;
    DaemonProcess daemon(folder.path(), {"log.partitions=3"});
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_EQ(daemon.get("/api/v1/silences").body, R"({"items":[],"next_cursor":""})");
    const std::string until = format_utc(SystemClock{}.now() + std::chrono::hours{1});
    const std::string silence =
        R"({"event_id":"s-1","occurred_at":")" + now() +
        R"(","source":"ops","silence":{"silence_id":"works","scope":{"account_root":"37140000012"},"from":")" + now() +
        R"(","until":")" + until + R"(","author_staff_id":"operations-1","reason":"works"}})";
    EXPECT_THAT(daemon.post("/api/v1/events", silence).body, HasSubstr(R"("accepted":1)"));
    daemon.get_until("/api/v1/silences", R"("silence_id":"works")");
    daemon.get_until("/metrics", R"(accountwatch_events_total{kind="silence",outcome="applied"} 3)");
    EXPECT_EQ(daemon.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
    EXPECT_EQ(daemon.get_until(kCase, "EMERGENCY").find("notified_at"), std::string::npos);
    daemon.kill();
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_THAT(daemon.get("/api/v1/silences").body, HasSubstr(R"("active_until":")" + until + "\""));
    const std::string end =
        R"({"event_id":"s-2","occurred_at":")" + now() +
        R"(","source":"ops","silence":{"silence_id":"works","author_staff_id":"operations-1","ended":true}})";
    EXPECT_EQ(daemon.post("/api/v1/events", end).status, 200);
    daemon.get_until(kCase, "notified_at");
    EXPECT_EQ(daemon.get("/api/v1/silences").body, R"({"items":[],"next_cursor":""})");
}

// A feed that tells nothing any more: the gap comes by itself, once, whatever is killed in between.
TEST(Daemon, ASilentFeedIsToldOnceWithNothingArriving) {
    const TemporaryFolder folder;
    const WebhookReceiver receiver;
    DaemonProcess daemon(folder.path(), {"log.partitions=3", "feeds=[{name: sorting, heartbeat: 1s, gap_limit: 3s}]",
                                         webhook_setting(receiver)});
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_EQ(daemon.get("/api/v1/data-gaps").body, R"({"items":[],"next_cursor":""})");
    const auto watermark = [&](const std::string& id, const std::string& until) {
        const std::string text = R"({"event_id":")" + id + R"(","occurred_at":")" + now() +
                                 R"(","source":"sorting","watermark":{"feed":"sorting","region_code":"371400",)" +
                                 R"("complete_until":")" + until + "\"}}";
        EXPECT_THAT(daemon.post("/api/v1/events", text).body, HasSubstr(R"("accepted":1)"));
    };
    const std::string shipment = R"({"event_id":"s-1","account_code":")" + std::string(kCode) + R"(","occurred_at":")" +
                                 now() + R"(","source":"sorting","shipment":{"business_line":"express","items":5}})";
    EXPECT_EQ(daemon.post("/api/v1/events", shipment).status, 200);
    watermark("w-1", now());
    daemon.get_until("/metrics",
                     R"(accountwatch_feed_complete_until_timestamp_seconds{feed="sorting",region="371400"})");
    daemon.kill();
    daemon.start();
    daemon.wait_until_ready();
    const std::string open = daemon.get_until("/api/v1/data-gaps", "began_at");
    EXPECT_THAT(open, HasSubstr(R"("feed":"sorting","region_code":"371400")"));
    EXPECT_THAT(open, HasSubstr(R"("accounts_held":1)"));
    EXPECT_EQ(open.find("closed_at"), std::string::npos);
    daemon.get_until("/api/v1/accounts/37140000012", R"("held_feeds":["sorting"])");
    daemon.kill();
    daemon.start();
    daemon.wait_until_ready();
    // As far ahead as is taken, so that no other gap follows while we look.
    watermark("w-2", format_utc(SystemClock{}.now() + std::chrono::minutes{59}));
    const std::string closed = daemon.get_until("/api/v1/data-gaps", "closed_at");
    EXPECT_EQ(closed.find("began_at"), closed.rfind("began_at")) << closed;  // the same one
    EXPECT_TRUE(eventually([&] { return receiver.with("DATA_GAP_CLOSED").size() == 1; }));
    // One notice; what was delivered and not yet recorded when the daemon was killed goes out again, the same.
    const auto told = receiver.with("\"DATA_GAP\"");
    EXPECT_EQ(std::set<std::string>(told.begin(), told.end()).size(), 1U);
    EXPECT_EQ(daemon.get("/api/v1/accounts/37140000012").body.find("held_feeds"), std::string::npos);
}

TEST(Daemon, WithTokensTheActorIsTheTokens) {
    const TemporaryFolder folder;
    // printf %s secret | sha256sum
    const std::string tokens = folder.write(
        "tokens",
        "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b dept-director-1 read,command,ingest\n");
    std::filesystem::permissions(tokens, std::filesystem::perms::owner_read);
    DaemonProcess daemon(folder.path(), {"http.tokens_file=" + tokens});
    daemon.use_token("secret");
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_EQ(daemon.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
    daemon.get_until(kCase, "EMERGENCY");
    const std::string commands = std::string(kCase) + "/commands";
    const auto other = daemon.post(commands, R"({"actor_staff_id":"finance-1","ack":{}})");
    EXPECT_EQ(other.status, 403) << other.body;
    EXPECT_EQ(daemon.post(commands, R"({"case_id":"37140000012-2","ack":{}})").status, 400);
    const auto own = daemon.post(commands, R"({"case_id":"37140000012-1","ack":{}})");
    EXPECT_EQ(own.status, 200) << own.body;
    EXPECT_THAT(own.body, HasSubstr(R"("state":"ACKNOWLEDGED")"));
    EXPECT_EQ(daemon.post(commands, R"({"actor_staff_id":"dept-director-1","start":{}})").status, 200);
}

// R90: who took a case out, for which unit, when, which and why; and who was refused.
TEST(Daemon, AnExportNeedsAReasonAndBothLeaveATrace) {
    const TemporaryFolder folder;
    DaemonProcess daemon(folder.path(), {});
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_EQ(daemon.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
    const std::string version = daemon.get_until(kCase, "EMERGENCY");
    const std::string path = std::string(kCase) + "/export";
    const auto none = daemon.post(path, R"({"actor_staff_id":"dept-director-1","reason":" "})");
    EXPECT_EQ(none.status, 422);
    EXPECT_THAT(none.body, HasSubstr("REASON_REQUIRED"));
    EXPECT_THAT(daemon.post(path, R"({"reason":"audit"})").body, HasSubstr("MISSING_FIELD"));
    EXPECT_THAT(daemon.post(path, R"({"actor_staff_id":"stranger","reason":"audit"})").body,
                HasSubstr("UNKNOWN_ACTOR"));
    EXPECT_EQ(daemon.post("/api/v1/cases/37140000012-9/export", R"({"reason":"audit"})").status, 404);
    EXPECT_EQ(daemon.post(path, R"({"why":"audit"})").status, 400);
    const auto file = daemon.post(path, R"({"actor_staff_id":"dept-director-1","reason":"yearly audit"})");
    EXPECT_EQ(file.status, 200) << file.body;
    EXPECT_THAT(file.body, HasSubstr(R"({"export":{"actor_staff_id":"dept-director-1","unit_id":"371400","at":")"));
    EXPECT_THAT(file.body, HasSubstr(R"("reason":"yearly audit"},"case":{"case_id":"37140000012-1")"));
    EXPECT_THAT(file.body, HasSubstr(R"("timeline":[{)"));
    EXPECT_EQ(daemon.get(kCase).body, version);  // nothing has changed
    const std::string log = daemon.log();
    EXPECT_THAT(log, HasSubstr("export REASON_REQUIRED"));
    EXPECT_THAT(log, HasSubstr("export ACCEPTED"));
    EXPECT_THAT(log, HasSubstr("yearly audit"));
    EXPECT_THAT(daemon.get("/metrics").body, HasSubstr(R"(accountwatch_happenings_total{happening="export"} 5)"));
}

// R91: what explains a loss leaves the house with the general manager's consent only.
TEST(Daemon, ALostCaseIsExportedWithTheConsentOfThePoliciesPost) {
    const TemporaryFolder folder;
    DaemonProcess daemon(folder.path(), {});
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_EQ(daemon.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
    daemon.get_until(kCase, "EMERGENCY");
    const std::string path = std::string(kCase) + "/export";
    const auto asked = [&](const std::string& more) {
        return daemon.post(path, R"({"actor_staff_id":"dept-director-1","reason":"audit")" + more + "}");
    };
    EXPECT_EQ(asked("").status, 200);  // it is not lost yet
    const std::string lost = R"({"actor_staff_id":"dept-director-1","resolve":{"outcome":"LOST"}})";
    EXPECT_EQ(daemon.post(std::string(kCase) + "/commands", lost).status, 200);
    for (const char* refused :
         {"", R"(,"approver_staff_id":"executive-deputy-gm")", R"(,"approver_staff_id":"nobody")"}) {
        const auto answer = asked(refused);
        EXPECT_EQ(answer.status, 422) << refused;
        EXPECT_THAT(answer.body, HasSubstr("APPROVER_REQUIRED")) << refused;
        EXPECT_THAT(answer.body, HasSubstr("GENERAL_MANAGER")) << refused;
    }
    const auto file = asked(R"(,"approver_staff_id":"general-manager")");
    EXPECT_EQ(file.status, 200) << file.body;
    EXPECT_THAT(file.body, HasSubstr(R"("approver_staff_id":"general-manager")"));
    EXPECT_THAT(daemon.log(), HasSubstr("export APPROVER_REQUIRED"));
    EXPECT_THAT(daemon.log(), HasSubstr("approver=general-manager"));
}

// What only the rules in force can judge is judged before the answer, not behind it.
TEST(Daemon, ASilenceThatTheRulesRefuseIsRefusedAtOnce) {
    const TemporaryFolder folder;
    DaemonProcess daemon(folder.path(), {"log.partitions=3"});
    daemon.start();
    daemon.wait_until_ready();
    const auto silence = [](const std::string& id, const std::string& scope, const std::string& author, int days) {
        return R"({"event_id":")" + id + R"(","occurred_at":")" + now() +
               R"(","source":"ops","silence":{"silence_id":")" + id + R"(","scope":{)" + scope + R"(},"from":")" +
               now() + R"(","until":")" + format_utc(SystemClock{}.now() + std::chrono::days{days}) +
               R"(","author_staff_id":")" + author + R"(","reason":"works"}})" + "\n";
    };
    const std::string unit = R"("unit_id":"371400")";
    const auto answer =
        daemon.post("/api/v1/events", silence("s-1", unit, "nobody", 1) + silence("s-2", unit, "operations-1", 401) +
                                          "{bad}\n" + silence("s-3", R"("unit_id":"371499")", "operations-1", 1) +
                                          silence("s-4", unit, "operations-1", 1));
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr(R"({"accepted":1,"rejected":4,"errors":[{"line":1,"reason":"MISSING_FIELD",)"
                                       R"("detail":"silence.author_staff_id: nobody has the staff id \"nobody\""},)"
                                       R"({"line":2,"reason":"BAD_TIME",)"));
    EXPECT_THAT(answer.body, HasSubstr(R"({"line":3,"reason":"UNDECODABLE",)"));
    EXPECT_THAT(answer.body, HasSubstr(R"({"line":4,"reason":"MISSING_FIELD",)"
                                       R"("detail":"silence.scope.unit_id: there is no unit \"371499\""}]})"));
    daemon.get_until("/api/v1/silences", R"("silence_id":"s-4")");
    const std::string metrics = daemon.get("/metrics").body;
    EXPECT_THAT(metrics, HasSubstr("accountwatch_dead_letters_total{reason=\"MISSING_FIELD\"} 2\n"));
    EXPECT_THAT(metrics, HasSubstr("accountwatch_dead_letters_total{reason=\"BAD_TIME\"} 1\n"));
}

// Events report facts about anybody; commands and silences are orders, given in one's own name only.
TEST(Daemon, WithTokensNobodyGivesOrdersInAnothersName) {
    const TemporaryFolder folder;
    const std::string tokens = folder.write(
        "tokens",
        "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b dept-director-1 read,command,ingest\n");
    std::filesystem::permissions(tokens, std::filesystem::perms::owner_read);
    DaemonProcess daemon(folder.path(), {"http.tokens_file=" + tokens});
    daemon.use_token("secret");
    daemon.start();
    daemon.wait_until_ready();
    const auto silence = [](const std::string& id, const std::string& author) {
        return R"({"event_id":")" + id + R"(","occurred_at":")" + now() +
               R"(","source":"ops","silence":{"silence_id":")" + id + R"(","scope":{"account_root":"37140000012"},)" +
               R"("from":")" + now() + R"(","until":")" + format_utc(SystemClock{}.now() + std::chrono::hours{1}) +
               R"(","author_staff_id":")" + author + R"(","reason":"works"}})";
    };
    const auto forged =
        daemon.post("/api/v1/events", complaint_of(kCode, "1") + "\n{bad}\n" + silence("s-1", "finance-1"));
    EXPECT_EQ(forged.status, 403) << forged.body;
    EXPECT_THAT(forged.body, HasSubstr(R"("code":"FORBIDDEN")"));
    EXPECT_THAT(forged.body, HasSubstr("the silence names another author"));
    const std::string command =
        R"({"event_id":"c-1","occurred_at":")" + now() +
        R"(","source":"ops","command":{"case_id":"37140000012-1","actor_staff_id":"finance-1","ack":{}}})";
    EXPECT_EQ(daemon.post("/api/v1/events", command).status, 403);
    EXPECT_EQ(daemon.post("/api/v1/events", silence("s-2", "dept-director-1")).status, 200);
    daemon.get_until("/api/v1/silences", R"("silence_id":"s-2")");
    EXPECT_EQ(daemon.get("/api/v1/silences").body.find("s-1"), std::string::npos);
    EXPECT_THAT(daemon.get("/metrics").body, Not(HasSubstr(R"(kind="complaint")")));  // nothing of it was taken
    EXPECT_THAT(daemon.get("/metrics").body, Not(HasSubstr("accountwatch_dead_letters_total{")));  // nor counted
    EXPECT_EQ(daemon.post("/api/v1/events", "{bad}").status, 200);
    EXPECT_THAT(daemon.get("/metrics").body, HasSubstr("accountwatch_dead_letters_total{reason=\"UNDECODABLE\"} 1\n"));
    // ... but the attempts leave a trace.
    EXPECT_THAT(daemon.get("/metrics").body, HasSubstr(R"(accountwatch_happenings_total{happening="command"} 2)"));
}

TEST(Daemon, APageBeginsBehindACaseOrNowhere) {
    const TemporaryFolder folder;
    DaemonProcess daemon(folder.path(), {});
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_EQ(daemon.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
    daemon.get_until(kCase, "EMERGENCY");
    for (const char* query : {"cursor=zzz", "cursor=37140000012", "cursor=37140000012-x", "cursor=37140000012-1-1",
                              "cursor=37140000012_1"}) {
        const auto answer = daemon.get("/api/v1/cases?" + std::string(query));
        EXPECT_EQ(answer.status, 400) << query;
        EXPECT_THAT(answer.body, HasSubstr(R"("code":"BAD_CURSOR")")) << query;
    }
    for (const char* query :
         {"limit=", "limit=0", "limit=-1", "limit=ten", "limit=1001", "limit=5x", "limit=99999999999999999999"}) {
        const auto answer = daemon.get("/api/v1/cases?" + std::string(query));
        EXPECT_EQ(answer.status, 400) << query;
        EXPECT_THAT(answer.body, HasSubstr(R"("code":"BAD_COUNT")")) << query;
    }
    for (const char* query : {"order=value_at_risk&cursor=37140000012-1", "order=value_at_risk&cursor=x:37140000012-1",
                              "order=value_at_risk&cursor=5:", "cursor=5:37140000012-1"}) {
        EXPECT_THAT(daemon.get("/api/v1/cases?" + std::string(query)).body, HasSubstr(R"("code":"BAD_CURSOR")"))
            << query;
    }
    EXPECT_THAT(daemon.get("/api/v1/cases?order=worth").body, HasSubstr(R"("code":"UNKNOWN_ENUM")"));
    EXPECT_THAT(daemon.get("/api/v1/tasks?order=worth").body, HasSubstr(R"("code":"UNKNOWN_ENUM")"));
    EXPECT_THAT(daemon.get("/api/v1/cases?order=value_at_risk").body, HasSubstr("37140000012-1"));
    EXPECT_THAT(daemon.get("/api/v1/tasks?order=value_at_risk").body, HasSubstr("ACKNOWLEDGE"));
    EXPECT_THAT(daemon.get("/api/v1/cases?order=value_at_risk&cursor=-1:37140000012-1").body,
                HasSubstr(R"("items":[])"));
    EXPECT_THAT(daemon.get("/api/v1/cases?cursor=&limit=1").body, HasSubstr("37140000012-1"));
    EXPECT_THAT(daemon.get("/api/v1/cases?cursor=37140000012-1&limit=1").body, HasSubstr(R"("items":[])"));
}

// Deadlines in seconds: the acknowledgement does not come, with no event arriving, and across a kill.
TEST(Daemon, EscalatesWithNoEventArriving) {
    const TemporaryFolder folder;
    DaemonProcess daemon(folder.path(),
                         {"policy.milestones=[{kind: ACKNOWLEDGE, severity: HIGH, span: 2s, clock: REAL}]"});
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_EQ(daemon.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
    daemon.get_until(kCase, R"("level":2)");
    daemon.kill();
    daemon.start();
    daemon.wait_until_ready();
    const std::string last = daemon.get_until(kCase, R"("level":3)");
    EXPECT_THAT(last, HasSubstr("breached_at"));
    const std::string tasks = daemon.get("/api/v1/tasks").body;
    std::size_t acknowledgements = 0;
    for (std::size_t at = tasks.find(R"("kind":"ACKNOWLEDGE")"); at != std::string::npos;
         at = tasks.find(R"("kind":"ACKNOWLEDGE")", at + 1))
        ++acknowledgements;
    EXPECT_EQ(acknowledgements, 3U);  // one a level
}

TEST(Daemon, ExitCodes) {
    const TemporaryFolder folder;
    const std::string config = AW_SOURCE_DIR "/config/accountwatch.yaml";
    EXPECT_EQ(run({AW_DAEMON, "--config", config, "--check-config"}).exit_code, 0);
    const Finished refused = run({AW_DAEMON, "--config", config, "--check-config", "--set",
                                  "log.kafka.properties.lingr.ms=5", "--set", "language=xx"});
    EXPECT_EQ(refused.exit_code, 78);
    EXPECT_THAT(refused.output,
                HasSubstr("--set log.kafka.properties.lingr.ms: 'log.kafka.properties.lingr.ms' is refused: No such"));
    EXPECT_THAT(refused.output, HasSubstr("--set language: "));
    EXPECT_EQ(run({AW_DAEMON}).exit_code, 2);
    EXPECT_EQ(run({AW_DAEMON, "--config", config, "--nonsense"}).exit_code, 2);
    const Finished wrong = run({AW_DAEMON, "--config", config, "--set", "roles=[watch, fly]"});
    EXPECT_EQ(wrong.exit_code, 78);
    const Finished open_door = run({AW_DAEMON, "--config", config, "--check-config", "--set", "http.listen=0.0.0.0:0"});
    EXPECT_EQ(open_door.exit_code, 78) << open_door.output;
    EXPECT_THAT(wrong.output, HasSubstr("fly"));
    EXPECT_EQ(run({AW_DAEMON, "--config", "/nowhere.yaml"}).exit_code, 78);
    EXPECT_EQ(run({AW_DAEMON, "--config", config, "--set", "log.embedded.path=/proc/nowhere/log.db"}).exit_code, 74);
    DaemonProcess first(folder.path(), {});
    first.start();
    first.wait_until_ready();
    const Finished second =
        run({AW_DAEMON, "--config", config, "--set", "log.embedded.path=" + (folder.path() / "log.db").string(),
             "--set", "http.listen=127.0.0.1:0"});
    EXPECT_EQ(second.exit_code, 75) << second.output;
}

TEST(Daemon, ReloadsRulesAndKeepsTheOldOnesWhenTheNewAreWrong) {
    const TemporaryFolder folder;
    const auto policy = folder.path() / "policy.yaml";
    const auto write = [&](const std::string& text) {
        std::ofstream out(policy);
        out << text;
    };
    write("id: local\nextends: " AW_SOURCE_DIR "/config/policies/dezhou.yaml\nwatch: ALL\n");
    DaemonProcess daemon(folder.path(), {"policy=" + policy.string()});
    daemon.start();
    daemon.wait_until_ready();
    const auto revision = [&] {
        const std::string metrics = daemon.get("/metrics").body;
        const std::size_t at = metrics.find("config_info{revision=\"");
        return at == std::string::npos ? std::string() : metrics.substr(at + 22, 12);
    };
    const std::string before = revision();
    ASSERT_THAT(before, SizeIs(12));
    write("id: local\nextends: " AW_SOURCE_DIR "/config/policies/dezhou.yaml\nwatch: SOME\n");
    daemon.signal(SIGHUP);
    EXPECT_TRUE(eventually([&] { return daemon.log().find("the old configuration stays") != std::string::npos; }));
    EXPECT_EQ(revision(), before);
    write("id: local\nextends: " AW_SOURCE_DIR "/config/policies/dezhou.yaml\nwatch: REGISTERED\n");
    daemon.signal(SIGHUP);
    EXPECT_TRUE(eventually([&] { return revision() != before; })) << daemon.log();
}

// Not 78, after which systemd does not try again: the address may be free a moment later.
TEST(Daemon, AnAddressInUseIsTriedAgain) {
    const TemporaryFolder folder;
    DaemonProcess daemon(folder.path(), {});
    daemon.start();
    const std::string address = daemon.url().substr(std::string("http://").size());
    const auto second = [&](const std::string& listen) {
        return run({AW_DAEMON, "--config", AW_SOURCE_DIR "/config/accountwatch.yaml", "--set",
                    "log.embedded.path=" + folder.file("second.db"), "--set", "http.listen=" + listen});
    };
    const Finished refused = second(address);
    EXPECT_EQ(refused.exit_code, 75) << refused.output;
    EXPECT_THAT(refused.output, HasSubstr("Address already in use"));
    EXPECT_EQ(second("192.0.2.1:80").exit_code, 78);  // not ours, and not loopback
}

// systemd's side of the notify protocol, played by the test.
TEST(Daemon, TellsTheServiceManager) {
    const TemporaryFolder folder;
    const std::string path = (folder.path() / "notify").string();
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    std::string heard;
    const auto hears = [&](const std::string& word) {
        return eventually([&] {
            char buffer[4096];
            for (ssize_t n = recv(socket, buffer, sizeof buffer, 0); n > 0; n = recv(socket, buffer, sizeof buffer, 0))
                heard.append(buffer, static_cast<std::size_t>(n)).append("\n");
            return heard.find(word) != std::string::npos;
        });
    };
    DaemonProcess daemon(folder.path(), {}, {"NOTIFY_SOCKET=" + path, "WATCHDOG_USEC=900000"});
    daemon.start();
    EXPECT_TRUE(hears("READY=1")) << heard;
    EXPECT_TRUE(hears("STATUS=")) << heard;
    EXPECT_TRUE(hears("WATCHDOG=1")) << heard;
    daemon.signal(SIGTERM);
    EXPECT_TRUE(hears("STOPPING=1")) << heard;
    EXPECT_EQ(daemon.wait_for_exit(), 0);
    close(socket);
}

}  // namespace
}  // namespace aw::test
