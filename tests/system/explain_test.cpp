// Questions to a running daemon: the live state and the log read again say the same.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/clock.hpp"
#include "codec/output_decoder.hpp"
#include "codec/output_encoder.hpp"
#include "system/daemon_process.hpp"
#include "system/fallen_account.hpp"

namespace aw::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto kAccount = "/api/v1/accounts/37140000012";

std::string complaint() {
    const std::string now = format_utc(SystemClock{}.now());
    return R"({"event_id":"r-1","account_code":"37140000012001","occurred_at":")" + now +
           R"(","source":"crm","account":{"operation":"REGISTER","name":"客户",)" +
           R"("annual_revenue_hint":{"currency":"CNY","minor":"18250000"}}})" + "\n" +
           R"({"event_id":"c-1","account_code":"37140000012001","occurred_at":")" + now +
           R"(","source":"crm","complaint":{"complaint_id":"CMP-1","category":"LOSS","severity":"SERIOUS",)" +
           R"("demand":"pay"}})" + "\n";
}

AccountExplanation explained(const DaemonProcess& daemon, const std::string& query) {
    const auto answer = daemon.get(std::string(kAccount) + "/explain" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    const auto about = decode_explanation(answer.body);
    EXPECT_TRUE(about) << about.error().message;
    return about ? *about : AccountExplanation{};
}

TEST(ExplainDaemon, LiveAndFromTheLog) {
    const TemporaryFolder folder;
    DaemonProcess daemon(folder.path(), {"log.partitions=3"});
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_EQ(daemon.get(std::string(kAccount) + "/explain").status, 404);
    EXPECT_EQ(daemon.post("/api/v1/events", complaint()).status, 200);
    daemon.get_until("/api/v1/cases/37140000012-1", "EMERGENCY");

    const AccountExplanation live = explained(daemon, "?language=en");
    const std::string now = format_utc(SystemClock{}.now() + std::chrono::seconds{1});
    const AccountExplanation replayed = explained(daemon, "?language=en&at=" + now);
    ASSERT_TRUE(live.open_case && replayed.open_case);
    EXPECT_EQ(encode(*live.open_case, Format::json), encode(*replayed.open_case, Format::json));
    ASSERT_FALSE(live.decisions.empty());
    ASSERT_EQ(live.decisions.size(), replayed.decisions.size());
    for (std::size_t i = 0; i < live.decisions.size(); ++i)
        EXPECT_EQ(encode(live.decisions[i], Format::protobuf), encode(replayed.decisions[i], Format::protobuf));
    EXPECT_FALSE(live.log_from.is_set());
    EXPECT_TRUE(replayed.log_from.is_set());
    EXPECT_THAT(live.text, testing::Contains(HasSubstr("Open case 37140000012-1")));

    const auto before = daemon.get(std::string(kAccount) + "/explain?at=2020-01-01T00:00:00Z");
    EXPECT_EQ(before.status, 404);
    EXPECT_THAT(before.body, HasSubstr(" then; its first record in the log is of 20"));
    EXPECT_EQ(daemon.get(std::string(kAccount) + "/explain?at=yesterday").status, 400);
    EXPECT_EQ(daemon.get(std::string(kAccount) + "/explain?language=fr").status, 400);
    EXPECT_EQ(daemon.get("/api/v1/accounts/1/explain").status, 400);

    const auto timeline = daemon.get(std::string(kAccount) + "/timeline");
    for (const char* what : {R"("source":"EVENT","kind":"complaint")", R"("source":"SIGNAL")", R"("kind":"OPENED")"})
        EXPECT_THAT(timeline.body, HasSubstr(what));
    const auto of_case = daemon.get("/api/v1/cases/37140000012-1/timeline");
    EXPECT_EQ(of_case.status, 200);
    EXPECT_THAT(of_case.body, Not(HasSubstr(R"("source":"EVENT")")));
    EXPECT_EQ(daemon.get("/api/v1/cases/37140000012-9/timeline").status, 404);

    const auto asked = run({AW_TOOL, "explain", "37140000012", "--url", daemon.url()});
    EXPECT_EQ(asked.exit_code, 0) << asked.output;
    EXPECT_THAT(asked.output, HasSubstr("未结案件 37140000012-1"));
    const auto english = run({AW_TOOL, "explain", "37140000012", "--url", daemon.url(), "--set", "language=en"});
    EXPECT_THAT(english.output, HasSubstr("Open case 37140000012-1"));
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
}

// What the detectors know and found is in the state of a running daemon, and comes of the log alone.
TEST(ExplainDaemon, ADetectorsFallLiveAndFromTheLog) {
    const DaemonWithAFall running;
    AccountExplanation live = explained(*running.daemon, "?language=en");
    AccountExplanation replayed =
        explained(*running.daemon, "?language=en&at=" + format_utc(SystemClock{}.now() + std::chrono::seconds{1}));
    const auto fall = std::find_if(live.explanations.begin(), live.explanations.end(),
                                   [](const Explanation& says) { return says.rule_id == "sharp-drop"; });
    ASSERT_NE(fall, live.explanations.end());
    EXPECT_EQ(fall->observed, 0);
    EXPECT_FALSE(fall->gates.empty());
    EXPECT_GE(live.explanations.size(), 5U);  // one of each detector
    // Only what says when and from where it was asked may differ.
    EXPECT_TRUE(replayed.log_from.is_set());
    replayed.log_from = live.log_from;
    replayed.log_to = live.log_to;
    replayed.at = live.at;
    replayed.text = live.text;  // of each explanation its own is compared
    EXPECT_EQ(encode(live, Format::json), encode(replayed, Format::json));
    running.daemon->signal(SIGTERM);
    EXPECT_EQ(running.daemon->wait_for_exit(), 0) << running.daemon->log();
}

}  // namespace
}  // namespace aw::test
