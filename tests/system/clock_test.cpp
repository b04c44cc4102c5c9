// The real daemon on a machine whose clock is set: what fell due is told once, and nothing is told twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "support/shifted_clock.hpp"
#include "system/complaint_case.hpp"
#include "system/series.hpp"
#include "system/webhook_receiver.hpp"

namespace aw::test {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;

constexpr minutes kSpan{30};  // for an acknowledgement, at each level anew
constexpr auto kShipments = R"(kind="shipment",outcome="applied")";

class ClockSet : public testing::Test {
protected:
    void SetUp() override {
        if (!ShiftedClock::kPossible) GTEST_SKIP() << "a sanitizer wants to be the first library itself";
        daemon_.start();
        daemon_.wait_until_ready();
        ASSERT_EQ(daemon_.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
        daemon_.get_until(kCase, R"("level":1)");
    }
    // Something happens after the clock was set and is known: what was to follow from that has followed.
    void pass_an_event(const std::string& id) {
        const auto before = series(daemon_, "accountwatch_events_total")[kShipments];
        const std::string event = R"({"event_id":")" + id + R"(","account_code":")" + kCode + R"(","occurred_at":")" +
                                  now() +
                                  R"(","source":"sorting","shipment":{"business_line":"express","items":1}})";
        ASSERT_EQ(daemon_.post("/api/v1/events", event).status, 200);
        ASSERT_TRUE(eventually([&] { return series(daemon_, "accountwatch_events_total")[kShipments] > before; }))
            << daemon_.log();
    }
    // Of the director, his superior, and hers: how many have been told that nobody acknowledged, and that it is theirs.
    void expect_told(std::size_t overdue, std::size_t escalated) {
        EXPECT_TRUE(eventually([&] { return receiver_.with("\"ACK_OVERDUE\"").size() >= overdue; })) << daemon_.log();
        EXPECT_TRUE(eventually([&] { return receiver_.with("\"ESCALATED\"").size() >= escalated; })) << daemon_.log();
        EXPECT_EQ(receiver_.with("\"ACK_OVERDUE\"").size(), overdue);
        EXPECT_EQ(receiver_.with("\"ESCALATED\"").size(), escalated);
    }

    const TemporaryFolder folder_;
    const WebhookReceiver receiver_;
    ShiftedClock clock_{folder_.path() / "clock"};
    DaemonProcess daemon_{folder_.path(),
                          {"policy.milestones=[{kind: ACKNOWLEDGE, severity: HIGH, span: 30m, clock: REAL}]",
                           "notify.channels=[{id: desk, kind: webhook, url: \"" + receiver_.url() + "\"}]"},
                          clock_.environment()};
};

TEST_F(ClockSet, ForwardAndWhatFellDueIsToldOnceAndBackAndNothingIsToldTwice) {
    expect_told(0, 0);
    clock_.set_apart(kSpan + minutes{1});
    daemon_.get_until(kCase, R"("level":2)");  // no event came
    expect_told(1, 1);

    clock_.set_apart(minutes{0});
    pass_an_event("s-1");
    EXPECT_THAT(daemon_.get(kCase).body, HasSubstr(R"("level":2)"));
    clock_.set_apart(kSpan + minutes{1});  // where it has been
    pass_an_event("s-2");
    EXPECT_THAT(daemon_.get(kCase).body, HasSubstr(R"("level":2)"));
    expect_told(1, 1);
    EXPECT_EQ(daemon_.get("/readyz").status, 200);

    clock_.set_apart(2 * (kSpan + minutes{1}));
    daemon_.get_until(kCase, R"("level":3)");
    expect_told(2, 2);
    daemon_.signal(SIGTERM);
    EXPECT_EQ(daemon_.wait_for_exit(), 0) << daemon_.log();
}

TEST_F(ClockSet, BackAcrossARestart) {
    clock_.set_apart(kSpan + minutes{1});
    daemon_.get_until(kCase, R"("level":2)");
    expect_told(1, 1);
    // In order: who is killed between the delivery of a notice and the commit of its receipt tells it again.
    daemon_.signal(SIGTERM);
    ASSERT_EQ(daemon_.wait_for_exit(), 0) << daemon_.log();
    clock_.set_apart(-2 * kSpan);
    daemon_.start();
    daemon_.wait_until_ready();
    pass_an_event("s-1");
    EXPECT_THAT(daemon_.get(kCase).body, HasSubstr(R"("level":2)"));
    expect_told(1, 1);
}

}  // namespace
}  // namespace aw::test
