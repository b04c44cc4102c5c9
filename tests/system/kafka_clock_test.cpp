// The real daemon on Kafka with a wall clock of its own: deadlines follow the broker's time, whatever the machine's
// clock is set to.
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "support/shifted_clock.hpp"
#include "system/complaint_case.hpp"
#include "system/kafka_settings.hpp"

namespace aw::test {
namespace {

using std::chrono::hours;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr int kPartitions = 2;
constexpr std::chrono::seconds kSpan{3};     // for an acknowledgement, at each level anew
constexpr std::chrono::minutes kAhead{45};  // a broker takes records of an hour ahead at most
// So soon a tick shows by how much the clock is wrong, and then the deadline is met.
constexpr std::chrono::seconds kNoticed{45};

TEST(KafkaClock, DeadlinesFollowTheBrokersTimeWhateverTheMachinesClockIsSetTo) {
    if (!ShiftedClock::kPossible) GTEST_SKIP() << "a sanitizer wants to be the first library itself";
    const std::string broker = KafkaBroker::shared();
    const std::string prefix = KafkaBroker::unique_prefix();
    const TemporaryFolder folder;
    const auto settings =
        kafka_settings(broker, prefix, "one", kPartitions,
                       {"log.kafka.output_format=json",
                        "policy.milestones=[{kind: ACKNOWLEDGE, severity: HIGH, span: 3s, clock: REAL},"
                        "{kind: FIRST_CONTACT, severity: HIGH, span: 30m, clock: REAL}]"});
    const Finished created = run_tool({"topics", "create"}, settings);
    ASSERT_EQ(created.exit_code, 0) << created.output;
    ShiftedClock clock(folder.path() / "clock");
    DaemonProcess daemon(folder.path(), settings, clock.environment());
    daemon.start();
    daemon.wait_until_ready();
    const auto began = steady_clock::now();
    ASSERT_EQ(daemon.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
    daemon.get_until(kCase, R"("level":1)");
    const auto reaches_level = [&](const std::string& level) {
        return eventually([&] { return daemon.get(kCase).body.find(R"("level":)" + level) != std::string::npos; },
                          kNoticed);
    };
    clock.set_apart(kAhead);  // by it, everything is due
    EXPECT_TRUE(reaches_level("2")) << daemon.log();
    EXPECT_GE(steady_clock::now() - began, kSpan) << "before its time";
    clock.set_apart(-hours{24});  // by it, nothing is
    EXPECT_TRUE(reaches_level("3")) << daemon.log();
    EXPECT_GE(steady_clock::now() - began, 2 * kSpan) << "before its time";
    const auto overdue = [&] {
        std::size_t count = 0;
        const std::string tasks = daemon.get("/api/v1/tasks?state=OVERDUE").body;
        for (std::size_t at = tasks.find(R"("kind":)"); at != std::string::npos; at = tasks.find(R"("kind":)", at + 1))
            ++count;
        return count;
    };
    EXPECT_TRUE(eventually([&] { return overdue() == 3; }, kNoticed)) << daemon.get("/api/v1/tasks").body;
    clock.set_apart(kAhead);
    ASSERT_EQ(daemon.post("/api/v1/events", complaint_of("37140000013001", "2")).status, 200);
    daemon.get_until("/api/v1/cases/37140000013-1", R"("level":1)");
    EXPECT_EQ(daemon.get("/api/v1/cases/37140000012-1").body.find("FIRST_CONTACT_OVERDUE"), std::string::npos);
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();

    // Who was told that the first case is not acknowledged: each level once.
    std::map<std::string, std::vector<std::string>> told;
    for (const Consumed& notice : consume_all(broker, prefix + "notices", kPartitions)) {
        if (notice.value.find("37140000012-1") == std::string::npos) continue;
        for (const char* reason : {"ACK_OVERDUE", "ESCALATED"}) {
            if (notice.value.find(std::string(R"("reason":")") + reason + '"') != std::string::npos)
                told[reason].push_back(notice.key);
        }
    }
    EXPECT_THAT(told["ACK_OVERDUE"], UnorderedElementsAre("dept-director-1", "deputy-gm", "executive-deputy-gm"));
    EXPECT_THAT(told["ESCALATED"], UnorderedElementsAre("deputy-gm", "executive-deputy-gm"));
}

}  // namespace
}  // namespace aw::test
