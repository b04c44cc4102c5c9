// GET /readyz of the real daemon tells the truth while partitions are restored and while they change hands.
#include <algorithm>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/hash.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "support/open_transaction.hpp"
#include "system/complaint_case.hpp"
#include "system/kafka_settings.hpp"
#include "system/series.hpp"

namespace aw::test {
namespace {

using testing::HasSubstr;

constexpr int kPartitions = 4;
constexpr int kWorkers = 2;
constexpr auto kReady = R"({"ready":true})";

class KafkaReady : public testing::Test {
protected:
    void SetUp() override {
        const Finished created = run_tool({"topics", "create"}, settings("tool"));
        ASSERT_EQ(created.exit_code, 0) << created.output;
    }
    [[nodiscard]] std::vector<std::string> settings(const std::string& instance) const {
        return kafka_settings(broker_, prefix_, instance, kPartitions,
                              {"watch.workers=" + std::to_string(kWorkers),
                               "log.kafka.properties={session.timeout.ms: 6000, heartbeat.interval.ms: 500}"});
    }
    [[nodiscard]] DaemonProcess daemon(const std::string& instance) const {
        std::filesystem::create_directory(folder_.path() / instance);
        return {folder_.path() / instance, settings(instance)};
    }
    // Both ready, and between them each partition once.
    [[nodiscard]] static bool share(const DaemonProcess& one, const DaemonProcess& two) {
        const auto first = partitions_of(one);
        auto all = partitions_of(two);
        const std::size_t sum = first.size() + all.size();
        if (first.empty() || all.empty()) return false;
        all.insert(first.begin(), first.end());
        return sum == kPartitions && all.size() == kPartitions && one.get("/readyz").status == 200 &&
               two.get("/readyz").status == 200;
    }

    const std::string broker_ = KafkaBroker::shared();
    const std::string prefix_ = KafkaBroker::unique_prefix();
    const TemporaryFolder folder_;
};

// The end of the changelog is undecided, as after the death of whoever wrote it: what is known may be wrong.
TEST_F(KafkaReady, NotWhileTheEndOfTheStateIsUndecidedAndSoonAfter) {
    DaemonProcess one = daemon("one");
    one.start();
    one.wait_until_ready();
    ASSERT_EQ(one.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
    one.get_until(kCase, R"("state":"NEW")");
    one.signal(SIGTERM);
    ASSERT_EQ(one.wait_for_exit(), 0) << one.log();

    const int home = partition_of("37140000012", kPartitions);
    OpenTransaction other(broker_, prefix_ + "other",
                          {prefix_ + "state", home, "place", "no place at all, and never committed"});
    one.start();
    ASSERT_TRUE(eventually([&] { return partitions_of(one).size() == kPartitions - 1; })) << one.log();
    for (const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{12};
         std::chrono::steady_clock::now() < until;) {  // past the moment when the first attempt is given up
        const auto answer = one.get("/readyz");
        ASSERT_EQ(answer.status, 503) << one.log();
        ASSERT_THAT(answer.body, HasSubstr(R"("ready":false,"why":"the log is not reachable or partitions are being)"));
    }
    EXPECT_EQ(one.get("/healthz").status, 200);
    other.abort();
    one.wait_until_ready();
    EXPECT_EQ(one.get("/readyz").body, kReady);
    EXPECT_EQ(partitions_of(one).size(), static_cast<std::size_t>(kPartitions));
    one.get_until(kCase, R"("state":"NEW")");
    EXPECT_EQ(one.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
    one.get_until("/metrics", R"(accountwatch_events_total{kind="complaint",outcome="duplicate"} 1)");
}

TEST_F(KafkaReady, OfTwoBothAfterTheSharingAndTheOtherWhenOneIsKilled) {
    DaemonProcess one = daemon("one");
    DaemonProcess two = daemon("two");
    one.start();
    one.wait_until_ready();
    EXPECT_TRUE(eventually([&] { return partitions_of(one).size() == kPartitions; })) << one.log();
    two.start();
    EXPECT_TRUE(eventually([&] { return share(one, two); })) << one.log() << two.log();

    two.kill();
    // Nobody knows yet; then it has all of them, and is ready to work on each.
    ASSERT_TRUE(eventually([&] { return partitions_of(one).size() == kPartitions; })) << one.log();
    EXPECT_TRUE(eventually([&] { return one.get("/readyz").body == kReady; })) << one.log();
    for (int i = 0; i < 4 * kPartitions; ++i) {
        const std::string root = std::to_string(37'140'000'100 + i);
        EXPECT_EQ(one.post("/api/v1/events", complaint_of(root + "001", std::to_string(i))).status, 200);
        one.get_until("/api/v1/cases/" + root + "-1", R"("state":"NEW")");
    }
    EXPECT_EQ(one.get("/readyz").body, kReady);
    two.start();
    EXPECT_TRUE(eventually([&] { return share(one, two); })) << one.log() << two.log();
    EXPECT_EQ(two.get("/readyz").body, kReady);
}

}  // namespace
}  // namespace aw::test
