// The `cases` commands against a server of the test's own, with the real router.
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include "cli/case_api.hpp"
#include "cli/config_file.hpp"
#include "cli/text_table.hpp"
#include "codec/output_encoder.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "rig.hpp"

namespace aw::cli {
namespace {

using http::Request;
using http::Responder;
using http::Scope;
using testing::HasSubstr;
using testing::Not;

Case sample_case(const char* id, Severity severity, CaseState state) {
    Case view;
    view.case_id = CaseId(id);
    view.account_root = *root_of_id(id);
    view.account_name = "德州客户";
    view.severity = severity;
    view.state = state;
    view.case_class = CaseClass::EMERGENCY;
    view.version = 3;
    view.kinds = {SignalKind::VOLUME_DROP, SignalKind::COMPETITOR_CONFIRMED};
    view.opened_at = test::shanghai("2026-08-17 08:30");
    if (severity == Severity::HIGH) view.revenue_at_risk = yuan(8'000);
    view.probability = 0.5;
    return view;
}

class Cases : public ToolTest {
protected:
    Cases() {
        using Kind = std::string;
        router_.add(
            "GET", "/api/v1/cases", Scope::read, {"state", "unit", "severity", "order", "limit", "cursor"},
            [this](Request request, Responder respond) {
                queries.push_back(request.target);
                const bool second = request.query_or("cursor") == "next page";
                const std::string items =
                    second
                        ? encode(sample_case("37140000013-1", Severity::CRITICAL, CaseState::NEW), Format::json) + "," +
                              encode(sample_case("37140000015-1", Severity::HIGH, CaseState::CLOSED), Format::json)
                        : encode(sample_case("37140000012-1", Severity::HIGH, CaseState::ACKNOWLEDGED), Format::json);
                respond({200, "{\"items\":[" + items + "],\"next_cursor\":\"" + (second ? "" : "next page") + "\"}"});
            });
        router_.add("GET", "/api/v1/tasks", Scope::read, {"staff", "state"}, [](Request request, Responder respond) {
            Task task;
            task.task_id = TaskId("37140000012-t4");
            task.case_id = CaseId("37140000012-1");
            task.account_root = *root_of_id("37140000012-1");
            task.kind = TaskKind::CONTACT_CUSTOMER;
            task.assignee_staff_id = StaffId("key-account-manager-1");
            task.due_at = test::shanghai("2026-08-17 12:30");
            task.state = TaskState::OVERDUE;
            respond({200, "{\"items\":[" + (request.query_or("state") == "OVERDUE" ? encode(task, Format::json) : "") +
                              "]}"});
        });
        router_.add("POST", "/api/v1/tasks/{id}/done", Scope::command, {}, [this](Request request, Responder respond) {
            bodies.push_back(request.body);
            targets.push_back(request.target);
            respond({.body = R"({"done":true})"});
        });
        router_.add("POST", "/api/v1/cases/{id}/export", Scope::read, {}, [this](Request request, Responder respond) {
            bodies.push_back(request.body);
            if (request.body.find("reason") == Kind::npos)
                return respond(http::problem(422, "REASON_REQUIRED", "say why the case is exported"));
            respond({.body = R"({"export":{},"case":{},"timeline":[]})"});
        });
        router_.add("GET", "/api/v1/cases/{id}", Scope::read, {}, [](Request request, Responder respond) {
            if (request.path["id"] != "37140000012-1")
                return respond(http::problem(404, "UNKNOWN_CASE", "there is no case of that id"));
            respond({200, encode(sample_case("37140000012-1", Severity::HIGH, CaseState::ACKNOWLEDGED), Format::json)});
        });
        router_.add(
            "POST", "/api/v1/cases/{id}/commands", Scope::command, {}, [this](Request request, Responder respond) {
                bodies.push_back(request.body);
                targets.push_back(request.target);
                tokens.emplace_back(request.header("authorization"));
                if (request.body.find("\"start\"") != Kind::npos)
                    return respond(http::problem(409, "ILLEGAL_TRANSITION", "not possible in state NEW"));
                if (request.body.find("\"approve_plan\"") != Kind::npos)
                    return respond(http::problem(503, "UNAVAILABLE", "restoring"));
                respond(
                    {200, encode(sample_case("37140000012-1", Severity::HIGH, CaseState::ACKNOWLEDGED), Format::json)});
            });
        auto started = http::Server::start(
            io_, {}, [this](const Request& r) { return router_.admit(r); },
            [this](Request r, Responder respond) { router_.handle(std::move(r), std::move(respond)); });
        server_ = *std::move(started);
        url = "http://" + server_->address();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~Cases() override {
        boost::asio::post(io_, [this] {
            server_.reset();
            io_.stop();
        });
        thread_.join();
    }
    int cases(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "cases");
        arguments.insert(arguments.end(), {"--url", url, "--config", AW_SOURCE_DIR "/config/accountwatch.yaml"});
        return tool(std::move(arguments));
    }

    std::vector<std::string> queries, bodies, targets, tokens;  // written by the server, read when it has answered
    std::string url;

private:
    boost::asio::io_context io_;
    http::Router router_{nullptr};
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
};

TEST_F(Cases, TheBoardSaysWhoWhySinceWhenAndWhatIsOwed) {
    ASSERT_EQ(cases({"list"}), 0) << err.str();
    const std::string board = out.str();
    EXPECT_LT(board.find("37140000012-1"), board.find("37140000013-1")) << "what may cost most is first";
    EXPECT_THAT(board, Not(HasSubstr("37140000015-1"))) << "closed";
    EXPECT_THAT(board, HasSubstr("德州客户  HIGH      4,000.00  VOLUME_DROP, COMPETITOR_CONFIRMED  2026-08-17 08:30  "
                                 "ACKNOWLEDGED  CONTACT_CUSTOMER  "
                                 "key-account-manager-1  2026-08-17 12:30 OVERDUE\n"));
    EXPECT_THAT(board, HasSubstr("2 cases; times are Asia/Shanghai"));
    ASSERT_EQ(cases({"list", "--all"}), 0);
    EXPECT_THAT(out.str(), HasSubstr("37140000015-1"));
}

TEST_F(Cases, TheBoardByWhatTheCasesMayCost) {
    ASSERT_EQ(cases({"list", "--order", "severity"}), 0) << err.str();
    EXPECT_LT(out.str().find("37140000013-1"), out.str().find("37140000012-1")) << "the worst first";
    ASSERT_EQ(cases({"list", "--order", "value_at_risk"}), 0) << err.str();
    EXPECT_LT(out.str().find("37140000012-1"), out.str().find("37140000013-1"));
    EXPECT_THAT(queries, testing::Contains("/api/v1/cases?order=value_at_risk"));
    EXPECT_EQ(cases({"list", "--order", "worth"}), 2);
}

TEST_F(Cases, ListFollowsThePagesAndPrintsTheApisJson) {
    ASSERT_EQ(cases({"list", "-o", "json", "--severity", "HIGH"}), 0) << err.str();
    EXPECT_THAT(queries,
                testing::ElementsAre("/api/v1/cases?severity=HIGH", "/api/v1/cases?severity=HIGH&cursor=next%20page"));
    EXPECT_THAT(out.str(), HasSubstr("\"case_id\":\"37140000012-1\""));
    EXPECT_THAT(out.str(), HasSubstr("\"case_id\":\"37140000015-1\""));
}

TEST_F(Cases, ShowsOneCase) {
    ASSERT_EQ(cases({"show", "37140000012-1"}), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr("signals: VOLUME_DROP, COMPETITOR_CONFIRMED\n"));
    EXPECT_THAT(out.str(), HasSubstr("CONTACT_CUSTOMER"));
    EXPECT_EQ(cases({"show", "37140000019-1"}), 1);
    EXPECT_EQ(err.str(), "UNKNOWN_CASE: there is no case of that id\n");
}

TEST_F(Cases, ExportsOneCaseForAReason) {
    ASSERT_EQ(cases({"export", "37140000012-1", "--as", "a", "--reason", "audit"}), 0) << err.str();
    EXPECT_EQ(bodies.back(), R"({"actor_staff_id":"a","reason":"audit"})");
    EXPECT_EQ(out.str(), "{\"export\":{},\"case\":{},\"timeline\":[]}\n");
    // R91: who has agreed.
    ASSERT_EQ(cases({"export", "37140000012-1", "--as", "a", "--reason", "audit", "--approver", "gm"}), 0) << err.str();
    EXPECT_EQ(bodies.back(), R"({"actor_staff_id":"a","reason":"audit","approver_staff_id":"gm"})");
    // The daemon is asked all the same: it keeps who tried.
    EXPECT_EQ(cases({"export", "37140000012-1", "--as", "a"}), 1);
    EXPECT_EQ(bodies.back(), R"({"actor_staff_id":"a"})");
    EXPECT_EQ(err.str(), "REASON_REQUIRED: say why the case is exported\n");
}

// All that can stand in a case.
Case full_case() {
    const auto at = [](const char* local) { return test::shanghai(local); };
    Case view = sample_case("37140000012-1", Severity::CRITICAL, CaseState::REPORT_DUE);
    view.unit_id = UnitId("city-bureau");
    view.grade = "G5";
    view.level = 2;
    view.outcome = Outcome::LOST;
    view.proposed_outcome = Outcome::PARTIALLY_RECOVERED;
    view.owner_staff_id = StaffId("kam-1");
    view.leader_role = StaffRole::DEPARTMENT_DIRECTOR;
    view.signals = {SignalId("37140000012-s1"), SignalId("37140000012-s2")};
    view.revenue_at_risk = yuan(1'200'000);
    view.probability = 0.25;
    view.reopen_count = 1;
    view.complaint_ids = {"CMP-1", "CMP-2"};
    view.group = {{GroupRole::LEADER, StaffRole::DEPARTMENT_DIRECTOR, StaffId("director-1"), MemberState::ACCEPTED},
                  {GroupRole::SALES, StaffRole::KEY_ACCOUNT_MANAGER, StaffId("kam-1"), MemberState::INVITED}};
    view.milestones = {{MilestoneKind::ACKNOWLEDGE, at("2026-08-17 09:00"), at("2026-08-17 08:45"), {}, 0},
                       {MilestoneKind::FORM_GROUP, at("2026-08-17 10:30"), {}, at("2026-08-17 10:30"), 120}};
    view.plan = CasePlan{.cause = "price",
                         .countermeasures = {{"new offer", StaffId("kam-1"), at("2026-08-21 17:30"), {}}},
                         .submitted_by = StaffId("kam-1"),
                         .submitted_at = at("2026-08-18 11:00"),
                         .approved_by = StaffId("director-1"),
                         .approved_at = at("2026-08-18 12:00")};
    view.contacts = {{at("2026-08-17 15:00"), ContactLevel::EXECUTIVE, TouchChannel::VISIT, StaffId("director-1")}};
    view.report = CaseReport{.cause = "a cheaper offer",
                             .course = "first the express line",
                             .responsible = "nobody alone",
                             .conclusion = "price matters",
                             .countermeasures = "a new price list",
                             .prevention = "ask earlier",
                             .submitted_by = StaffId("kam-1"),
                             .submitted_at = at("2026-09-01 10:00"),
                             .approved_by = {},
                             .approved_at = {}};
    view.offers = {
        {at("2026-08-19 10:00"), StaffId("kam-1"), Money{4'999'950}, "free pickup", OfferApproval::COLLECTIVE}};
    view.suspended_until = at("2026-09-30 18:00");
    view.merged_into = CaseId("37140000012-2");
    view.lost = {"price", "another courier", "slow answers"};
    view.ledger = {.detected_at = at("2026-08-17 08:30"),
                   .notified_at = at("2026-08-17 08:31"),
                   .acked_at = at("2026-08-17 08:45"),
                   .reported_at = at("2026-08-17 11:00"),
                   .analysed_at = at("2026-09-01 10:00"),
                   .unreported_churn = true,
                   .accountability = true};
    return view;
}

TEST(CaseText, PrintsTheWholeCase) {
    Task task;
    task.task_id = TaskId("37140000012-t9");
    task.kind = TaskKind::ANALYSIS_REPORT;
    task.assignee_staff_id = StaffId("kam-1");
    task.due_at = test::shanghai("2026-09-02 17:30");
    task.detail = "six fields";
    EXPECT_EQ(case_text({full_case(), {task}}, *time_zone("Asia/Shanghai")),
              R"(37140000012-1  德州客户 (37140000012), grade G5, unit city-bureau
EMERGENCY CRITICAL, REPORT_DUE as LOST, level 2, since 2026-08-17 08:30, version 3
signals: VOLUME_DROP, COMPETITOR_CONFIRMED (37140000012-s1, 37140000012-s2)
owner: kam-1; led by the DEPARTMENT_DIRECTOR
at risk: 1200000.00 yuan a year
probability: 0.25
proposed outcome: PARTIALLY_RECOVERED
rests until: 2026-09-30 18:00
goes on in: 37140000012-2
reopened: 1
complaints: CMP-1, CMP-2

group
  SEAT    ROLE                 WHO         STATE
  LEADER  DEPARTMENT_DIRECTOR  director-1  ACCEPTED
  SALES   KEY_ACCOUNT_MANAGER  kam-1       INVITED

milestones
  MILESTONE    DUE               MET               BREACHED
  ACKNOWLEDGE  2026-08-17 09:00  2026-08-17 08:45
  FORM_GROUP   2026-08-17 10:30                    2026-08-17 10:30 (noticed 120 s later)

open tasks
  TASK            WHAT             BY     DUE               DETAIL
  37140000012-t9  ANALYSIS_REPORT  kam-1  2026-09-02 17:30  six fields

plan of 2026-08-18 11:00 by kam-1, approved 2026-08-18 12:00 by director-1
  cause: price
  - new offer (kam-1, by 2026-08-21 17:30)

contacts with the client
  WHEN              LEVEL      HOW    WHO
  2026-08-17 15:00  EXECUTIVE  VISIT  director-1

offers
  WHEN              WHO    AMOUNT         APPROVAL    WHAT
  2026-08-19 10:00  kam-1  49999.50 yuan  COLLECTIVE  free pickup

report of 2026-09-01 10:00 by kam-1, not approved yet
  cause: a cheaper offer
  course: first the express line
  responsible: nobody alone
  conclusion: price matters
  countermeasures: a new price list
  prevention: ask earlier

lost
  reason: price
  destination: another courier
  own shortcomings: slow answers

ledger
  detected: 2026-08-17 08:30
  notified: 2026-08-17 08:31
  acknowledged: 2026-08-17 08:45
  reported: 2026-08-17 11:00
  analysed: 2026-09-01 10:00
  the loss was not reported
  somebody is accountable

times are Asia/Shanghai
)");
}

TEST_F(Cases, EveryActionOfTheTableIsReached) {
    for (const ActionKind& kind : action_kinds()) {
        std::vector<std::string> arguments = {kind.name, "37140000012-1", "--as", "a", "--reason", "why"};
        for (const ActionField& field : kind.fields) {
            arguments.push_back(field.option);
            arguments.push_back(field.kind == FieldKind::name       ? field.names.front()
                                : field.kind == FieldKind::time     ? "2026-08-18 17:30"
                                : field.kind == FieldKind::amount   ? "12.50"
                                : field.kind == FieldKind::measures ? "t;o;2026-08-18"
                                                                    : "37140000012-9");
        }
        const int exit_code = cases(arguments);
        EXPECT_TRUE(exit_code == 0 || !err.str().starts_with("--")) << kind.name << ": " << err.str();
        ASSERT_FALSE(bodies.empty());
        EXPECT_THAT(bodies.back(), HasSubstr("\"" + json_name(kind) + "\":{")) << kind.name;
        for (const ActionField& field : kind.fields) {
            const std::string last = field.field.substr(field.field.rfind('.') + 1);
            EXPECT_THAT(bodies.back(), HasSubstr("\"" + last + "\":")) << kind.name;
        }
    }
}

TEST_F(Cases, AnActionIsOneCommand) {
    ASSERT_EQ(cases({"accept", "37140000012-1", "--group-role", "SALES", "--as", "key-account-manager-1",
                     "--expected-version", "2"}),
              0)
        << err.str();
    EXPECT_EQ(bodies.back(),
              R"({"actor_staff_id":"key-account-manager-1","expected_version":2,"accept":{"group_role":"SALES"}})");
    EXPECT_EQ(targets.back(), "/api/v1/cases/37140000012-1/commands");
    EXPECT_THAT(out.str(), HasSubstr("37140000012-1: accept is done; the case is ACKNOWLEDGED, HIGH, version 3"));
    const std::string token = write("token", "secret-1\n");
    ASSERT_EQ(cases({"ack", "37140000012-1", "--token-file", token}), 0) << err.str();
    EXPECT_EQ(bodies.back(), R"({"ack":{}})");
    EXPECT_EQ(tokens.back(), "Bearer secret-1");
    ASSERT_EQ(cases({"plan", "37140000012-1", "--as", "a", "--cause", "price \"war\"", "--countermeasure",
                     "offer;b;2026-08-21", "--countermeasure", "call;c;2026-08-20 17:30"}),
              0);
    EXPECT_EQ(bodies.back(), R"({"actor_staff_id":"a","plan":{"cause":"price \"war\"","countermeasures":[)"
                             R"({"text":"offer","owner_staff_id":"b","due_at":"2026-08-21T15:59:59Z"},)"
                             R"({"text":"call","owner_staff_id":"c","due_at":"2026-08-20T09:30:00Z"}]}})");
    ASSERT_EQ(cases({"resolve", "37140000012-1", "--as", "a", "--outcome", "FALSE_ALARM", "--reason", "why",
                     "--approver", "b"}),
              0);
    EXPECT_EQ(bodies.back(),
              R"({"actor_staff_id":"a","reason":"why","resolve":{"outcome":"FALSE_ALARM","approver_staff_id":"b"}})");
    ASSERT_EQ(cases({"contact", "37140000012-1", "--as", "a", "--level", "EXECUTIVE", "--channel", "VISIT"}), 0);
    ASSERT_EQ(cases({"done", "37140000012-1", "--as", "a", "--task", "37140000012-t4"}), 0);
    EXPECT_EQ(bodies.back(), R"({"actor_staff_id":"a","done":{"task_id":"37140000012-t4"}})");
    ASSERT_EQ(cases({"done", "none", "--as", "a", "--task", "37140000012-t4", "--reason", "called"}), 0);
    EXPECT_EQ(bodies.back(), R"({"actor_staff_id":"a","reason":"called"})");
    EXPECT_EQ(targets.back(), "/api/v1/tasks/37140000012-t4/done");
    EXPECT_THAT(out.str(), HasSubstr("37140000012-t4 is done"));
}

TEST_F(Cases, APlanComesFromAFile) {
    const std::string file = write("plan.yaml",
                                   "cause: price\n"
                                   "countermeasures:\n"
                                   "  - {text: offer, owner_staff_id: b, due_at: 2026-08-20 17:30}\n");
    ASSERT_EQ(cases({"plan", "37140000012-1", "--as", "a", "--file", file}), 0) << err.str();
    EXPECT_EQ(bodies.back(), R"({"actor_staff_id":"a","plan":{"cause":"price","countermeasures":[)"
                             R"({"text":"offer","owner_staff_id":"b","due_at":"2026-08-20T09:30:00Z"}]}})");
    bodies.clear();
    EXPECT_EQ(cases({"plan", "37140000012-1", "--as", "a", "--file", write("bad.yaml", "cause: [x]\n")}), 2);
    EXPECT_THAT(err.str(), HasSubstr("bad.yaml:1:8: cause: expected one value"));
    EXPECT_TRUE(bodies.empty()) << "nothing was sent";
}

TEST_F(Cases, ExitCodes) {
    EXPECT_EQ(cases({"start", "37140000012-1", "--as", "a"}), 1);
    EXPECT_EQ(err.str(), "ILLEGAL_TRANSITION: not possible in state NEW\n");
    EXPECT_EQ(cases({"approve-plan", "37140000012-1", "--as", "a"}), 69);
    EXPECT_EQ(cases({"ack", "37140000012-1"}), 2) << "by whom?";
    EXPECT_EQ(cases({"plan", "37140000012-1", "--as", "a", "--cause", "c", "--countermeasure", "no owner"}), 2);
    EXPECT_EQ(tool({"cases", "list", "--url", "http://127.0.0.1:9"}), 69) << "nobody listens";
    EXPECT_EQ(tool({"cases", "list", "--url", "ftp://127.0.0.1"}), 2);
    EXPECT_EQ(tool({"cases", "ack", "37140000012-1", "--token-file", path("nowhere")}), 2);
}

TEST(TextTable, CountsChineseCharactersAsTwoColumns) {
    EXPECT_EQ(display_width("abc"), 3U);
    EXPECT_EQ(display_width("德州"), 4U);
    EXPECT_EQ(display_width("e\xCC\x81"), 1U) << "a combining accent";
    EXPECT_EQ(display_width("\xEF\xBC\x88"
                            "A"
                            "\xEF\xBC\x89"),
              5U)
        << "full-width brackets";
    EXPECT_EQ(display_width("\xff"), 1U);
    TextTable table({"A", "B"});
    table.add({"德州", "x"});
    table.add({"abc", "y"});
    table.add({"z"});
    EXPECT_EQ(table.text(), "A     B\n德州  x\nabc   y\nz\n");
}

}  // namespace
}  // namespace aw::cli
