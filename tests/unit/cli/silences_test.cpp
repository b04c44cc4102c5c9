// The `silences` commands against a server of the test's own, with the real router.
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include "codec/output_encoder.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "intake/line_events.hpp"
#include "rig.hpp"

namespace aw::cli {
namespace {

using http::Request;
using http::Responder;
using http::Scope;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SilencesTool : public ToolTest {
protected:
    SilencesTool() {
        router_.add("GET", "/api/v1/silences", Scope::read, {}, [](Request, Responder respond) {
            Silence nights;
            nights.silence_id = "nights";
            nights.unit_id = UnitId("county");
            nights.from = test::shanghai("2026-08-17 22:00");
            nights.until = test::shanghai("2026-08-18 06:00");
            nights.recurrence = "DAILY";
            nights.author_staff_id = StaffId("operations-1");
            nights.reason = "works at night";
            nights.active_until = test::shanghai("2026-11-21 06:00");
            Silence drops;
            drops.silence_id = "drops";
            drops.account_root = *parse_root("37140200012");
            drops.kinds = {SignalKind::VOLUME_DROP, SignalKind::DEFECTION};
            drops.from = test::shanghai("2026-12-01 00:00");
            drops.until = test::shanghai("2026-12-08 00:00");
            drops.author_staff_id = StaffId("key-account-manager-1");
            drops.reason = "factory holiday";
            respond({200, "{\"items\":[" + encode(drops, Format::json) + "," + encode(nights, Format::json) +
                              "],\"next_cursor\":\"\"}"});
        });
        router_.add("GET", "/api/v1/cases/{id}", Scope::read, {}, [](Request request, Responder respond) {
            if (request.path["id"] != "37140200012-1")
                return respond(http::problem(404, "UNKNOWN_CASE", "there is no case of that id"));
            respond({.body = "{}"});
        });
        router_.add("POST", "/api/v1/events", Scope::ingest, {}, [this](Request request, Responder respond) {
            intake::LineEvents lines;
            const auto event = lines.read_json(request.body);
            if (!event) {
                return respond({200, R"({"accepted":0,"rejected":1,"errors":[{"line":1,"reason":")" +
                                         std::string(name(event.error().reason)) + R"(","detail":")" +
                                         event.error().detail + "\"}]}"});
            }
            bodies.push_back(request.body);
            const auto& silence = std::get<SilenceEvent>((*event)->payload);
            std::string text = std::string(silence.silence_id) + (silence.ended ? " ended" : "");
            if (silence.from) text += " " + format_utc(*silence.from) + " to " + format_utc(*silence.until);
            sent.push_back(text);
            respond({200, R"({"accepted":1,"rejected":0,"errors":[]})"});
        });
        auto started = http::Server::start(
            io_, {}, [this](const Request& r) { return router_.admit(r); },
            [this](Request r, Responder respond) { router_.handle(std::move(r), std::move(respond)); });
        server_ = *std::move(started);
        url_ = "http://" + server_->address();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~SilencesTool() override {
        boost::asio::post(io_, [this] {
            server_.reset();
            io_.stop();
        });
        thread_.join();
    }
    int silences(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "silences");
        arguments.insert(arguments.end(), {"--url", url_, "--config", AW_SOURCE_DIR "/config/accountwatch.yaml"});
        return tool(std::move(arguments));
    }

    std::vector<std::string> bodies, sent;  // written by the server, read when it has answered

private:
    boost::asio::io_context io_;
    http::Router router_{nullptr};
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
    std::string url_;
};

TEST_F(SilencesTool, TheListSaysWhatWhenWhoAndWhy) {
    ASSERT_EQ(silences({"list"}), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr("drops    account 37140200012  VOLUME_DROP, DEFECTION  2026-12-01 00:00  "
                                     "2026-12-08 00:00  -      -"));
    EXPECT_THAT(out.str(), HasSubstr("nights   unit county          all                     2026-08-17 22:00  "
                                     "2026-08-18 06:00  DAILY  until 2026-11-21 06:00  operations-1"));
    EXPECT_THAT(out.str(), HasSubstr("works at night\n"));
    EXPECT_THAT(out.str(), HasSubstr("2 silences; times are Asia/Shanghai\n"));
    ASSERT_EQ(silences({"list", "-o", "json"}), 0);
    EXPECT_THAT(out.str(), HasSubstr(R"("silence_id":"nights")"));
}

TEST_F(SilencesTool, AddsOneFromNowForSoLong) {
    ASSERT_EQ(silences({"add", "--account", "37140200012", "--for", "4h", "--reason", "a \"break\"", "--as", "ops-1"}),
              0)
        << err.str();
    EXPECT_THAT(sent, ElementsAre("ops-1-2026-11-20T04:00:00Z 2026-11-20T04:00:00Z to 2026-11-20T08:00:00Z"));
    EXPECT_THAT(bodies.front(), HasSubstr(R"("scope":{"account_root":"37140200012"})"));
    EXPECT_THAT(bodies.front(), HasSubstr(R"("author_staff_id":"ops-1")"));
    EXPECT_THAT(bodies.front(), HasSubstr(R"("reason":"a \"break\"")"));
    EXPECT_THAT(out.str(), HasSubstr("ops-1-2026-11-20T04:00:00Z is on its way"));
}

TEST_F(SilencesTool, AddsOneWithAllThatCanBeSaid) {
    ASSERT_EQ(silences({"add",
                        "--unit",
                        "county",
                        "--kind",
                        "VOLUME_DROP",
                        "--kind",
                        "DEFECTION",
                        "--from",
                        "2026-12-01 22:00",
                        "--until",
                        "2026-12-02 06:00",
                        "--recurrence",
                        "WEEKLY:TUE,THU;UNTIL=2026-12-31",
                        "--reason",
                        "works",
                        "--as",
                        "ops-1",
                        "--id",
                        "nights",
                        "-o",
                        "json"}),
              0)
        << err.str();
    EXPECT_THAT(sent, ElementsAre("nights 2026-12-01T14:00:00Z to 2026-12-01T22:00:00Z"));
    EXPECT_THAT(bodies.front(), HasSubstr(R"("kinds":["VOLUME_DROP","DEFECTION"])"));
    EXPECT_THAT(bodies.front(), HasSubstr(R"("recurrence":"WEEKLY:TUE,THU;UNTIL=2026-12-31")"));
    EXPECT_EQ(out.str(), "{\"silence_id\":\"nights\"}\n");
    ASSERT_EQ(silences({"add", "--case", "37140200012-1", "--until", "2026-11-30", "--reason", "r", "--as", "a"}), 0);
    EXPECT_THAT(sent.back(), HasSubstr("to 2026-11-30T16:00:00Z")) << "a date is its end";
    // A case that there is not would be kept quiet in vain.
    const std::size_t before = sent.size();
    EXPECT_EQ(silences({"add", "--case", "37140200012-7", "--for", "1h", "--reason", "r", "--as", "a"}), 1);
    EXPECT_EQ(err.str(), "UNKNOWN_CASE: there is no case of that id\n");
    EXPECT_EQ(sent.size(), before);
}

TEST_F(SilencesTool, EndsOne) {
    ASSERT_EQ(silences({"end", "nights", "--as", "ops-1"}), 0) << err.str();
    EXPECT_THAT(sent, ElementsAre("nights ended"));
    EXPECT_THAT(out.str(), HasSubstr("nights ends now"));
    EXPECT_EQ(silences({"end", "mornings", "--as", "ops-1"}), 1);
    EXPECT_THAT(err.str(), HasSubstr("there is no silence mornings"));
    EXPECT_THAT(sent, ElementsAre("nights ended"));
}

TEST_F(SilencesTool, WrongUsageIsToldBeforeAnythingIsSent) {
    const std::vector<std::string> rest = {"--reason", "r", "--as", "a"};
    const auto add = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "add");
        arguments.insert(arguments.end(), rest.begin(), rest.end());
        return silences(std::move(arguments));
    };
    EXPECT_EQ(add({"--for", "4h"}), 2);
    EXPECT_THAT(err.str(), HasSubstr("--account, --unit and --case"));
    EXPECT_EQ(add({"--account", "37140200012", "--unit", "county", "--for", "4h"}), 2);
    EXPECT_EQ(add({"--account", "12", "--for", "4h"}), 2);
    EXPECT_EQ(add({"--unit", "county"}), 2);
    EXPECT_EQ(add({"--unit", "county", "--for", "4h", "--until", "2026-12-01"}), 2);
    EXPECT_EQ(add({"--unit", "county", "--for", "soon"}), 2);
    EXPECT_EQ(add({"--unit", "county", "--until", "soon"}), 2);
    EXPECT_EQ(add({"--unit", "county", "--for", "4h", "--from", "soon"}), 2);
    EXPECT_EQ(add({"--unit", "county", "--for", "4h", "--recurrence", "YEARLY"}), 2);
    EXPECT_EQ(add({"--unit", "county", "--for", "4h", "--kind", "NOISE"}), 2);
    EXPECT_EQ(silences({"add", "--unit", "county", "--for", "4h", "--as", "a"}), 2) << "why?";
    EXPECT_EQ(silences({"add", "--unit", "county", "--for", "4h", "--reason", "r"}), 2) << "who?";
    EXPECT_EQ(silences({"end", "nights"}), 2) << "who?";
    EXPECT_THAT(sent, IsEmpty());
}

TEST_F(SilencesTool, ARefusalIsToldWithItsReason) {
    EXPECT_EQ(
        silences({"add", "--unit", "county", "--for", "2d", "--recurrence", "DAILY", "--reason", "r", "--as", "a"}), 1);
    EXPECT_THAT(err.str(), HasSubstr("BAD_TIME: silence.until"));
    EXPECT_EQ(tool({"silences", "list", "--url", "http://127.0.0.1:1"}), 69);
}

// History with silences in it: the same shards, the same rules.
TEST_F(SilencesTool, ABacktestKnowsSilences) {
    const auto complaint = [](const std::string& id, const std::string& time) {
        return "{\"event_id\":\"" + id + "\",\"account_code\":\"37140000012001\",\"occurred_at\":\"" + time +
               "\",\"source\":\"crm\",\"complaint\":{\"complaint_id\":\"" + id +
               "\",\"category\":\"LOSS\",\"severity\":\"SERIOUS\",\"demand\":\"pay\"}}\n";
    };
    const std::string events = write(
        "events.ndjson",
        R"({"event_id":"r","account_code":"37140000012001","occurred_at":"2026-08-17T08:00:00+08:00","source":"crm",)"
        R"("account":{"operation":"REGISTER","name":"c","annual_revenue_hint":{"currency":"CNY","minor":"18250000"}}})"
        "\n"
        R"({"event_id":"s","occurred_at":"2026-08-17T09:00:00+08:00","source":"ops","silence":{"silence_id":"s",)"
        R"("scope":{"account_root":"37140000012"},"from":"2026-08-17T09:00:00+08:00",)"
        R"("until":"2026-08-17T15:00:00+08:00","author_staff_id":"operations-1","reason":"works"}})"
        "\n"
        R"({"event_id":"bad","occurred_at":"2026-08-17T09:00:00+08:00","source":"ops","silence":{"silence_id":"b",)"
        R"("scope":{"unit_id":"u"},"from":"2026-08-17T09:00:00+08:00","until":"2026-08-17T15:00:00+08:00",)"
        R"("recurrence":"HOURLY","author_staff_id":"operations-1","reason":"works"}})"
        "\n" +
            complaint("c1", "2026-08-17T10:00:00+08:00") + complaint("c2", "2026-08-17T16:00:00+08:00"));
    ASSERT_EQ(tool(with_config({"backtest"}, {"--events", events, "--out", path("result"), "--people", "none", "--to",
                                              "2026-08-18"})),
              0)
        << err.str();
    const std::string notices = read(path("result/notices.ndjson"));
    EXPECT_EQ(notices.find("\"created_at\":\"2026-08-17T02"), std::string::npos) << notices;
    EXPECT_THAT(notices, HasSubstr("\"created_at\":\"2026-08-17T07:00:00Z\""));
    EXPECT_THAT(read(path("result/decisions.ndjson")), HasSubstr("\"code\":\"SILENCED\""));
    EXPECT_THAT(read(path("result/dead-letters.ndjson")), HasSubstr("UNKNOWN_ENUM"));
}

}  // namespace
}  // namespace aw::cli
