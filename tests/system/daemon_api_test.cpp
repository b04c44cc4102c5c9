// The real daemon as a process: what it answers over HTTP.
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/complaint_case.hpp"
#include "system/daemon_process.hpp"
#include "system/fallen_account.hpp"
#include "system/series.hpp"

namespace aw::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

// A file with the token "secret" of the director.
std::string directors_token(const TemporaryFolder& folder) {
    // printf %s secret | sha256sum
    const std::string tokens = folder.write(
        "tokens",
        "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b dept-director-1 read,command,ingest\n");
    std::filesystem::permissions(tokens, std::filesystem::perms::owner_read);
    return tokens;
}

TEST(Daemon, RefusesCommandsWithTheContractsStatusCodes) {
    const DaemonWithACase running;
    DaemonProcess& daemon = *running.daemon;
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

TEST(Daemon, WithTokensTheActorIsTheTokens) {
    const TemporaryFolder folder;
    const std::string tokens = directors_token(folder);
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
    const DaemonWithACase running;
    DaemonProcess& daemon = *running.daemon;
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
    const std::string tokens = directors_token(folder);
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
    EXPECT_THAT(daemon.get("/metrics").body, Not(HasSubstr("http_refused")));
    daemon.use_token("guessed");
    EXPECT_EQ(daemon.get("/api/v1/silences").status, 401);
    EXPECT_THAT(daemon.get("/metrics").body, HasSubstr(R"(happenings_total{happening="http_refused"} 1)"));
    EXPECT_THAT(daemon.log(), HasSubstr("http_refused: no token, or an unknown one status=401 peer=127.0.0.1"));
    daemon.use_token("secret");
    EXPECT_EQ(daemon.post("/api/v1/events", "{bad}").status, 200);
    EXPECT_THAT(daemon.get("/metrics").body, HasSubstr("accountwatch_dead_letters_total{reason=\"UNDECODABLE\"} 1\n"));
    // ... but the attempts leave a trace.
    EXPECT_THAT(daemon.get("/metrics").body, HasSubstr(R"(accountwatch_happenings_total{happening="command"} 2)"));
}

TEST(Daemon, APageBeginsBehindACaseOrNowhere) {
    const DaemonWithACase running;
    DaemonProcess& daemon = *running.daemon;
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

// How well the operator's budget is kept, from what became of the cases.
TEST(Daemon, AFalseAlarmIsInTheAchievedRate) {
    const DaemonWithAFall running;
    const auto sum = [&](const std::string& metric, const std::string& label) {
        double total = 0;
        for (const auto& [labels, value] : series(*running.daemon, metric))
            total += labels.find(label) == std::string::npos ? 0 : value;
        return total;
    };
    EXPECT_EQ(sum("accountwatch_detections_ended", "none"), 0);
    EXPECT_EQ(sum("accountwatch_false_alarms_per_account_year", "stratum"), 0);
    const double days = sum("accountwatch_detection_account_days", "decline");
    EXPECT_GT(days, 100);  // two clients beyond four weeks of warm-up, one of them for 62 days and one for 102
    EXPECT_LT(days, 180);
    const auto resolved = running.daemon->post(
        std::string(kCase) + "/commands", R"({"actor_staff_id":"dept-director-1","reason":"closed for works",)"
                                          R"("resolve":{"outcome":"FALSE_ALARM","approver_staff_id":"deputy-gm"}})");
    ASSERT_EQ(resolved.status, 200) << resolved.body;
    ASSERT_TRUE(eventually([&] { return sum("accountwatch_detections_ended", "none") == 1; }))
        << running.daemon->get("/metrics").body;
    EXPECT_EQ(sum("accountwatch_detections_ended", "real"), 0);
    // It was a large client that stopped at once: its stratum is of the days of large clients.
    const double of_large = sum("accountwatch_detection_account_days", "stop");
    EXPECT_NEAR(sum("accountwatch_false_alarms_per_account_year", "stop"), 365 / of_large, 0.01);
    EXPECT_EQ(sum("accountwatch_false_alarms_per_account_year", "small"), 0);
}

}  // namespace
}  // namespace aw::test
