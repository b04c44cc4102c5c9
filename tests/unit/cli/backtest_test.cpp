#include "cli/backtest.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include <gmock/gmock.h>

#include "codec/output_decoder.hpp"
#include "rig.hpp"

namespace aw::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::array kFiles = {"signals.ndjson",   "cases.ndjson",        "tasks.ndjson",     "notices.ndjson",
                               "decisions.ndjson", "dead-letters.ndjson", "data-gaps.ndjson", "reports.ndjson",
                               "summary.json",     "report.html"};

class BacktestTool : public ToolTest {
protected:
    // A G3 account that the competitor courts from 2026-08-26 on; `more` is added to its events.
    std::string history(const std::string& more = {}) const {
        const std::string code = "37140000014001";
        std::string text = "{\"event_id\":\"r\",\"account_code\":\"" + code +
                           "\",\"occurred_at\":\"2026-08-01T09:00:00+08:00\",\"source\":\"crm\"," +
                           "\"account\":{\"operation\":\"REGISTER\",\"name\":\"<b>客户</b>\"}}\n";
        text += "{\"event_id\":\"i\",\"account_code\":\"" + code +
                "\",\"occurred_at\":\"2026-08-02T09:00:00+08:00\",\"source\":\"billing\"," +
                "\"revenue\":{\"business_line\":\"express\",\"amount\":{\"currency\":\"CNY\",\"minor\":\"8400000\"},"
                "\"invoice_id\":\"I\"}}\n";
        text += "{\"event_id\":\"s\",\"account_code\":\"" + code +
                "\",\"occurred_at\":\"2026-08-26T10:00:00+08:00\",\"source\":\"crm\"," +
                "\"competitor_sighting\":{\"competitor\":\"x\",\"evidence\":\"WRITTEN_QUOTE\"}}\n";
        return write("history.ndjson", text + more);
    }
    int backtest(const std::string& into, const std::vector<std::string>& rest = {}) {
        std::vector<std::string> arguments = {"--events", path("history.ndjson"), "--out", path(into)};
        arguments.insert(arguments.end(), rest.begin(), rest.end());
        return tool(with_config({"backtest"}, arguments));
    }
    std::vector<std::string> lines(const std::string& file) const {
        std::istringstream in(read(path(file)));
        std::vector<std::string> list;
        for (std::string line; std::getline(in, line);) list.push_back(line);
        return list;
    }
    std::map<std::string, Task> tasks(const std::string& folder_name) const {
        std::map<std::string, Task> found;
        for (const auto& line : lines(folder_name + "/tasks.ndjson")) {
            const Task task = *decode_task(line);
            found.emplace(std::string(name(task.kind)) + " " + task.detail.substr(0, 11), task);
        }
        return found;
    }
};

TEST_F(BacktestTool, PromptPeopleDoEverythingAtHalfItsSpan) {
    history();
    ASSERT_EQ(backtest("out", {"--to", "2026-10-01"}), 0) << err.str();
    for (const char* file : kFiles) EXPECT_TRUE(std::filesystem::exists(path("out/" + std::string(file)))) << file;
    ASSERT_EQ(lines("out/cases.ndjson").size(), 1U);
    const Case view = *decode_case(lines("out/cases.ndjson").front());
    // Nothing was ever sent, so no recovery can be measured: at its target people take that for the client's level.
    EXPECT_EQ(view.state, CaseState::RESOLVED);
    EXPECT_EQ(view.outcome, Outcome::KNOWN_CHANGE);
    EXPECT_EQ(view.updated_at, test::shanghai("2026-09-09 09:59"));
    for (const Milestone& milestone : view.milestones)
        EXPECT_FALSE(milestone.breached_at.is_set()) << name(milestone.name);
    const auto by_kind = tasks("out");
    // 10:00, due 12:00 -> 11:00; due 14:00 -> 12:00; the plan is due 08-28 10:00 -> 08-27 10:00.
    EXPECT_EQ(by_kind.at("ACKNOWLEDGE ").closed_at, test::shanghai("2026-08-26 11:00"));
    EXPECT_EQ(by_kind.at("ACCEPT_ROLE SALES").closed_at, test::shanghai("2026-08-26 12:00"));
    EXPECT_EQ(by_kind.at("ACCEPT_ROLE LEADER").closed_at, test::shanghai("2026-08-26 12:00"));
    EXPECT_EQ(by_kind.at("CAUSE_AND_PLAN ").closed_at, test::shanghai("2026-08-27 10:00"));
    ASSERT_TRUE(view.plan.has_value());
    EXPECT_EQ(view.plan->approved_at, test::shanghai("2026-08-27 10:00"));
    EXPECT_EQ(by_kind.at("ASSIGNED talk to the").closed_at, view.plan->approved_at + std::chrono::hours{84})
        << "due in 7 days";
    for (const auto& [kind, task] : by_kind) {
        EXPECT_NE(task.state, TaskState::OVERDUE) << kind;
        EXPECT_NE(task.state, TaskState::OPEN) << kind;
    }
    for (const auto& line : lines("out/decisions.ndjson")) EXPECT_THAT(line, Not(HasSubstr("REJECTED")));
}

TEST_F(BacktestTool, NobodyDoesAnythingWithoutPeople) {
    history();
    ASSERT_EQ(backtest("out", {"--to", "2026-08-28", "--people", "none"}), 0) << err.str();
    const Case view = *decode_case(lines("out/cases.ndjson").front());
    EXPECT_EQ(view.state, CaseState::NEW);
    EXPECT_EQ(view.level, 3);
    EXPECT_EQ(tasks("out").at("ACCEPT_ROLE SALES").state, TaskState::OVERDUE);
    EXPECT_THAT(read(path("out/summary.json")), HasSubstr("\"outcomes\":{}"));
}

TEST_F(BacktestTool, PeopleLeaveACaseToItsCommands) {
    history(
        "{\"event_id\":\"c\",\"occurred_at\":\"2026-08-26T10:05:00+08:00\",\"source\":\"people\",\"command\":{\"case_"
        "id\":\"37140000014-1\","
        "\"actor_staff_id\":\"team-leader-1\",\"ack\":{}}}\n");
    ASSERT_EQ(backtest("out", {"--to", "2026-08-27"}), 0) << err.str();
    const auto by_kind = tasks("out");
    EXPECT_EQ(by_kind.at("ACKNOWLEDGE ").closed_at, test::shanghai("2026-08-26 10:05"));
    EXPECT_EQ(by_kind.at("ACCEPT_ROLE SALES").state, TaskState::OVERDUE);
}

// One wrong year must not carry the whole replay with it.
TEST_F(BacktestTool, WhatLiesInTheFutureIsRejectedUnlessToCoversIt) {
    std::string recorded = shipment("recorded", "2026-08-27T09:00:00+08:00");
    recorded.insert(recorded.find("\"source\""), "\"recorded_at\":\"2030-01-01T00:00:00+08:00\",");
    history(shipment("wrong", "2036-08-27T09:00:00+08:00") + recorded + shipment("now", "2026-11-20T13:00:00+08:00"));
    ASSERT_EQ(backtest("out"), 0) << err.str();
    EXPECT_THAT(err.str(), HasSubstr(path("history.ndjson") + ":4: FUTURE: occurred_at 2036-08-27T01:00:00Z"));
    EXPECT_THAT(err.str(), HasSubstr(path("history.ndjson") + ":5: FUTURE: recorded_at 2029-12-31T16:00:00Z"));
    EXPECT_EQ(lines("out/dead-letters.ndjson").size(), 2U);
    EXPECT_THAT(read(path("out/summary.json")), HasSubstr("\"to\":\"2026-11-20T05:00:00Z\""));
    ASSERT_EQ(backtest("later", {"--to", "2030-02-01"}), 0) << err.str();
    EXPECT_EQ(err.str(), "");
    EXPECT_THAT(read(path("later/summary.json")), HasSubstr("\"to\":\"2030-01-31T16:00:00Z\""));
}

TEST_F(BacktestTool, TheSummaryHasTheKeysOfTheContract) {
    history("nonsense\n" + shipment("late", "2026-07-01T09:00:00+08:00") +
            shipment("twice", "2026-08-27T09:00:00+08:00") + shipment("twice", "2026-08-27T09:00:00+08:00"));
    ASSERT_EQ(backtest("out", {"--from", "2026-08-20", "--to", "2026-08-28T00:00:00+08:00"}), 0);
    const std::string summary = read(path("out/summary.json"));
    EXPECT_THAT(summary,
                testing::StartsWith(
                    "{\"from\":\"2026-08-19T16:00:00Z\",\"to\":\"2026-08-27T16:00:00Z\",\"config_revision\":\""));
    std::size_t at = 0;
    for (const char* key : {"from", "to", "config_revision", "events", "duplicates", "late", "dead_letters", "accounts",
                            "accounts_watched", "account_days", "signals", "cases", "outcomes", "tasks",
                            "tasks_overdue", "notices", "data_gaps", "state_hash"}) {
        const std::size_t found = summary.find("\"" + std::string(key) + "\":");
        ASSERT_NE(found, std::string::npos) << key;
        EXPECT_GE(found, at) << key;
        at = found;
    }
    EXPECT_THAT(summary, HasSubstr("\"events\":7,\"duplicates\":1,"));
    EXPECT_THAT(summary, HasSubstr("\"signals\":{\"COMPETITOR_CONFIRMED\":1},\"cases\":1,"));
    EXPECT_THAT(err.str(), HasSubstr("history.ndjson:4: UNDECODABLE: "));
    const auto letters = lines("out/dead-letters.ndjson");
    ASSERT_FALSE(letters.empty());
    const DeadLetter letter = *decode_dead_letter(letters.front());
    EXPECT_EQ(letter.reason, DeadLetterReason::UNDECODABLE);
    EXPECT_EQ(letter.topic, "history.ndjson");
    EXPECT_EQ(letter.offset, 4);
    EXPECT_EQ(letter.payload, "nonsense");
}

TEST_F(BacktestTool, TheReportEscapesWhatComesFromOutside) {
    history();
    ASSERT_EQ(backtest("out"), 0);
    const std::string html = read(path("out/report.html"));
    EXPECT_THAT(html, HasSubstr("&lt;b&gt;客户&lt;/b&gt;"));
    EXPECT_THAT(html, Not(HasSubstr("<b>")));
    EXPECT_THAT(html, HasSubstr("COMPETITOR_CONFIRMED"));
    for (const char* outside : {"http", "<script", "src=", "url(", "@import"})
        EXPECT_THAT(html, Not(HasSubstr(outside))) << "self-contained";
}

// The same history under a policy that never hears of competitors' quotes: its alarm would be missed.
TEST_F(BacktestTool, ComparesWithAnotherPolicy) {
    history();
    const std::string policy = write("other.yaml", "id: other\nextends: " AW_SOURCE_DIR
                                                   "/config/policies/dezhou.yaml\nwatch: REGISTERED\n");
    ASSERT_EQ(backtest("out", {"--to", "2026-10-01", "--compare", policy, "--set", "language=en"}), 0) << err.str();
    EXPECT_THAT(read(path("out/compare.json")),
                HasSubstr(R"("counts":{"opened":0,"missed":0,"earlier":0,"later":0,"same":1})"));
    EXPECT_THAT(out.str(), HasSubstr("0 opened, 0 missed, 0 earlier, 0 later, 1 the same"));
    EXPECT_THAT(read(path("out/report.html")), HasSubstr("What another policy would change"));
    ASSERT_EQ(backtest("strict", {"--to", "2026-10-01", "--compare", policy, "--set", "policy.watch=KEY", "--set",
                                  "policy.key_account=[{unit_type: CITY, min_t12m_revenue: 900000.00}, "
                                  "{unit_type: COUNTY, min_t12m_revenue: 900000.00}]"}),
              0)
        << err.str();
    // What was set by hand belongs to the first policy alone.
    EXPECT_THAT(read(path("strict/compare.json")),
                HasSubstr(R"("counts":{"opened":1,"missed":0,"earlier":0,"later":0,"same":0})"));
    EXPECT_EQ(backtest("bad", {"--compare", path("nowhere.yaml")}), 78);
    EXPECT_THAT(err.str(), HasSubstr("--compare " + path("nowhere.yaml") + ": No such file"));
    EXPECT_FALSE(std::filesystem::exists(path("bad")));
    ASSERT_EQ(backtest("plain"), 0);
    EXPECT_FALSE(std::filesystem::exists(path("plain/compare.json")));
}

// How often a word stands in the text.
std::size_t count_of(const std::string& text, const std::string& word) {
    std::size_t n = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++n;
    return n;
}

TEST_F(BacktestTool, TheReportSaysHowManyChartsItShowsAndHowToGetTheRest) {
    ASSERT_EQ(tool({"simulate", "--accounts", "20", "--days", "200", "--seed", "3", "--end", "2026-08-30", "--out",
                    path("h")}),
              0);
    std::filesystem::rename(path("h/events.ndjson.gz"), path("history.ndjson"));  // gzip is seen by its content
    const auto report = [&](const std::vector<std::string>& rest) {
        std::vector<std::string> arguments = {"--from", "2026-06-01", "--set", "language=en"};
        arguments.insert(arguments.end(), rest.begin(), rest.end());
        EXPECT_EQ(backtest("out", arguments), 0) << err.str();
        return read(path("out/report.html"));
    };
    const std::string all = report({"--charts", "all"});
    const std::size_t drawn = count_of(all, "<figure ");
    ASSERT_GT(drawn, 2U);
    const std::string number = std::to_string(drawn);
    EXPECT_THAT(all, HasSubstr(number + " of " + number + " charts: "));
    EXPECT_THAT(all, Not(HasSubstr("--charts")));
    EXPECT_EQ(report({}), all) << "60 unless told otherwise";
    const std::string two = report({"--charts", "2"});
    EXPECT_EQ(count_of(two, "<figure "), 2U);
    EXPECT_THAT(two, HasSubstr("2 of " + number + " charts: "));
    EXPECT_THAT(two, HasSubstr("--charts all draws all of them"));
    EXPECT_EQ(count_of(report({"--charts", "0"}), "<figure "), 0U);
    for (const char* wrong : {"many", "-1", "", "2.5", "99999999999999999999"})
        EXPECT_EQ(backtest("out", {"--charts", wrong}), 2) << wrong;
}

// A row of the table of people: its cells, without what is drawn in the last one.
std::vector<std::string> row_of(const std::string& html, const std::string& person) {
    const std::size_t from = html.find("<tr><td>" + person + "<td");
    if (from == std::string::npos) return {};
    const std::string row = html.substr(from, html.find("</tr>", from) - from);
    std::vector<std::string> cells;
    for (std::size_t at = row.find("<td"); at != std::string::npos; at = row.find("<td", at + 1)) {
        const std::size_t text = row.find('>', at) + 1;
        cells.push_back(row.substr(text, row.find('<', text) - text));
    }
    return cells;
}

// Of a case it is its owner's alarm, whoever else was told: LOW and what opens no case is nobody's.
TEST_F(BacktestTool, TheReportSaysWhoseAlarmsTheyWere) {
    history();
    ASSERT_EQ(backtest("out", {"--to", "2026-10-01", "--set", "language=en"}), 0) << err.str();
    const Case view = *decode_case(lines("out/cases.ndjson").front());
    ASSERT_GE(view.severity, Severity::MEDIUM);
    const std::string html = read(path("out/report.html"));
    EXPECT_THAT(html, HasSubstr("<th class=n>Cases owned<th class=n>Alarms<th class=n>Notices"));
    const auto owner = row_of(html, view.owner_staff_id.value);
    ASSERT_EQ(owner.size(), 8U) << html;
    EXPECT_EQ(owner[1], "1") << "cases";
    EXPECT_EQ(owner[2], "1") << "alarms";
    EXPECT_NE(owner[3], "0") << "notices";
    bool others = false;
    for (const auto& line : lines("out/notices.ndjson")) {
        const std::string person = decode_notice(line)->recipient_staff_id.value;
        if (person == view.owner_staff_id.value || person.empty()) continue;
        others = true;
        const auto row = row_of(html, person);
        ASSERT_EQ(row.size(), 8U) << person;
        EXPECT_EQ(row[2], "0") << person;
    }
    EXPECT_TRUE(others);
    ASSERT_EQ(backtest("zh", {"--to", "2026-10-01"}), 0) << err.str();
    EXPECT_THAT(read(path("zh/report.html")), HasSubstr("<th class=n>负责案件<th class=n>警报<th class=n>通知"));
}

TEST_F(BacktestTool, TheReportDrawsALaneAndNamesWhatHasNoChart) {
    std::string lanes;
    for (int day = 0; day < 175; ++day) {
        const std::string when = format_day(make_day(2026, 3, 1) + day) + "T10:00:00+08:00";
        for (const auto& [lane, items] : {std::pair("440300", day < 155 ? 5 : 0), {"110000", 23}, {"310000", 22}}) {
            if (items == 0) continue;
            std::string event = shipment(std::string(lane) + "-" + std::to_string(day), when, items);
            event.insert(event.find("\"items\""), "\"destination_region\":\"" + std::string(lane) + "\",");
            lanes += event;
        }
    }
    history(lanes);
    std::string html;
    const auto note_in = [&](const std::string& language) {
        EXPECT_EQ(backtest("out", {"--set", "language=" + language, "--set", "policy.watch=ALL", "--set",
                                   "policy.detection.enabled=true", "--set", "policy.comparisons=[]"}),
                  0)
            << err.str();
        html = read(path("out/report.html"));
        const std::size_t from = html.find("id=charts-note>");
        return html.substr(from, html.find("</p>", from) - from);
    };
    EXPECT_THAT(note_in("en"), HasSubstr("1 other signals have no chart: competitor confirmed 1."));
    EXPECT_THAT(html, HasSubstr(", lane 440300"));
    EXPECT_THAT(note_in("zh"), HasSubstr("另有 1 个信号不绘图:"));
    EXPECT_THAT(html, HasSubstr(",流向 440300"));
}

// One shipment: nothing is found, and every section says so.
TEST_F(BacktestTool, TheReportSaysNoneWhereThereIsNothing) {
    write("history.ndjson", shipment("one", "2026-08-20T09:00:00+08:00"));
    const auto none_in = [&](const std::string& language, const char* none, const std::vector<std::string>& headings) {
        ASSERT_EQ(backtest("out", {"--set", "language=" + language}), 0) << err.str();
        const std::string html = read(path("out/report.html"));
        for (const std::string& heading : headings) {
            const std::size_t from = html.find("<h2>" + heading);
            ASSERT_NE(from, std::string::npos) << heading;
            EXPECT_THAT(html.substr(from, html.find("<h2>", from + 1) - from), HasSubstr(none)) << heading;
        }
        EXPECT_THAT(html, Not(HasSubstr("<tbody>\n</tbody>")));
        EXPECT_THAT(html, Not(HasSubstr("class=charts")));
    };
    none_in("en", ">None.</p>",
            {"Alarms by week", "Notices by person", "What the signals rest on", "Signals<", "Cases and how"});
    none_in("zh", ">没有。</p>", {"每周警报", "人员通知量", "信号图", "信号清单", "案件及结果"});
}

// A column of wrong dates must not bury what else is wrong.
TEST_F(BacktestTool, ManyRefusedLinesAreCountedAndAllAreDeadLetters) {
    std::string future;
    for (int i = 0; i < 30; ++i) future += shipment("f" + std::to_string(i), "2036-08-27T09:00:00+08:00");
    history(future + "nonsense\n");
    ASSERT_EQ(backtest("out"), 0) << err.str();
    EXPECT_EQ(count_of(err.str(), ": FUTURE: "), 20U);
    EXPECT_EQ(count_of(err.str(), ": UNDECODABLE: "), 1U);
    EXPECT_THAT(err.str(), HasSubstr("FUTURE: 30 lines refused, of which the first 20 are shown; "));
    EXPECT_THAT(err.str(), HasSubstr("all of them are in " + path("out/dead-letters.ndjson")));
    EXPECT_THAT(err.str(), Not(HasSubstr("UNDECODABLE: 1 ")));
    EXPECT_EQ(lines("out/dead-letters.ndjson").size(), 31U);
    EXPECT_THAT(read(path("out/summary.json")), HasSubstr("\"dead_letters\":31,"));
    write("history.ndjson", future);
    EXPECT_EQ(backtest("new"), 1) << "no event is left";
    EXPECT_THAT(err.str(), HasSubstr("FUTURE: 30 lines refused, of which the first 20 are shown; "));
    EXPECT_THAT(err.str(), Not(HasSubstr("dead-letters.ndjson"))) << "nothing was written";
}

TEST_F(BacktestTool, TheSamePolicyIsToldInWords) {
    history();
    const std::string same = AW_SOURCE_DIR "/config/policies/dezhou.yaml";
    ASSERT_EQ(backtest("out", {"--to", "2026-10-01", "--compare", same, "--set", "language=en"}), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr(same + " is the policy of this run already"));
    EXPECT_THAT(out.str(), Not(HasSubstr("0 opened")));
    EXPECT_THAT(read(path("out/compare.json")),
                HasSubstr(R"("counts":{"opened":0,"missed":0,"earlier":0,"later":0,"same":1})"));
    EXPECT_THAT(read(path("out/report.html")), HasSubstr("is the policy of this run already"));
    ASSERT_EQ(backtest("out", {"--to", "2026-10-01", "--compare", same}), 0) << err.str();
    EXPECT_THAT(read(path("out/report.html")), HasSubstr("就是本次回测所用的政策"));
}

TEST_F(BacktestTool, BadInput) {
    EXPECT_EQ(backtest("out"), 1) << "no such file";
    write("history.ndjson", "\n");
    EXPECT_EQ(backtest("out"), 1) << "no event";
    history();
    EXPECT_EQ(backtest("out", {"--from", "yesterday"}), 2);
    EXPECT_EQ(backtest("out", {"--from", "2026-08-20", "--to", "2026-08-19"}), 2);
    EXPECT_EQ(backtest("out", {"--set", "policy.wath=KEY"}), 78);
    write("file", "x");
    EXPECT_EQ(backtest("file/out"), 74);
}

// What stands in the folder stays there, where the new run comes to nothing.
TEST_F(BacktestTool, TouchesNoFileBeforeItIsSureOfItsArguments) {
    history();
    ASSERT_EQ(backtest("out"), 0);
    const std::string signals = read(path("out/signals.ndjson"));
    ASSERT_FALSE(signals.empty());
    const std::vector<std::vector<std::string>> wrong = {{"--from", "yesterday"},
                                                         {"--to", "2026-13-01"},
                                                         {"--from", "2026-08-20", "--to", "2026-08-19"},
                                                         {"--to", "2026-07-01"},
                                                         {"--from", "2026-12-01"}};
    for (const auto& arguments : wrong) {
        EXPECT_EQ(backtest("out", arguments), 2) << arguments.back() << ": " << err.str();
        EXPECT_EQ(read(path("out/signals.ndjson")), signals) << arguments.back();
        EXPECT_EQ(backtest("new", arguments), 2);
        EXPECT_FALSE(std::filesystem::exists(path("new"))) << arguments.back();
    }
    EXPECT_THAT(err.str(), HasSubstr("the last record of 2026-08-26T02:00:00Z is before --from 2026-11-30T16:00:00Z"));
    write("history.ndjson", "\n");
    EXPECT_EQ(backtest("out"), 1) << "no event";
    EXPECT_EQ(read(path("out/signals.ndjson")), signals);
}

// A simulated history with troubles: the same bytes every time, in one partition as in four.
TEST_F(BacktestTool, TheSameInputGivesTheSameBytes) {
    ASSERT_EQ(tool({"simulate", "--accounts", "20", "--days", "200", "--seed", "3", "--end", "2026-08-30", "--out",
                    path("h")}),
              0)
        << err.str();
    const auto run = [&](const std::string& into, const std::vector<std::string>& sets) {
        std::vector<std::string> arguments = {"--events", path("h/events.ndjson.gz"), "--from", "2026-06-01", "--out",
                                              path(into)};
        arguments.insert(arguments.end(), sets.begin(), sets.end());
        ASSERT_EQ(tool(with_config({"backtest"}, arguments)), 0) << err.str();
    };
    run("one", {});
    run("two", {});
    for (const char* file : kFiles)
        EXPECT_EQ(read(path("one/" + std::string(file))), read(path("two/" + std::string(file)))) << file;
    EXPECT_GT(lines("one/signals.ndjson").size(), 3U);
    EXPECT_GT(lines("one/cases.ndjson").size(), 3U);
    run("four", {"--set", "log.partitions=4"});
    for (const char* file : {"cases.ndjson", "tasks.ndjson"})
        EXPECT_EQ(read(path("one/" + std::string(file))), read(path("four/" + std::string(file)))) << file;
}

// With the detectors on, too. In four partitions their cohorts are others.
TEST_F(BacktestTool, TheSameInputGivesTheSameBytesOfTheDetectors) {
    ASSERT_EQ(tool({"simulate", "--accounts", "30", "--days", "200", "--seed", "3", "--end", "2026-08-30", "--out",
                    path("h")}),
              0)
        << err.str();
    for (const char* into : {"one", "two"}) {
        ASSERT_EQ(tool(with_config({"backtest"}, {"--events", path("h/events.ndjson.gz"), "--from", "2026-06-01",
                                                  "--set", "policy=policies/statistical.yaml", "--out", path(into)})),
                  0)
            << err.str();
    }
    for (const char* file : kFiles)
        EXPECT_EQ(read(path("one/" + std::string(file))), read(path("two/" + std::string(file)))) << file;
    EXPECT_THAT(read(path("one/decisions.ndjson")), HasSubstr("\"sharp-drop\""));
    EXPECT_GT(lines("one/signals.ndjson").size(), 3U);
}

}  // namespace
}  // namespace aw::cli
