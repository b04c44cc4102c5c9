// The real daemon on a disk that is full: it stays, says so, loses nothing, and goes on when there is room.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/clock.hpp"
#include "support/small_disk.hpp"
#include "system/daemon_process.hpp"

namespace aw::test {
namespace {

using testing::HasSubstr;

const std::string kRoot = "37140000012";

std::string registration() {
    return R"({"event_id":"r1","account_code":")" + kRoot + R"(001","occurred_at":")" +
           format_utc(SystemClock{}.now()) + R"(","source":"crm","account":{"operation":"REGISTER","name":"客户"}})";
}

std::string shipments(int from, int count) {
    std::string lines;
    for (int n = from; n < from + count; ++n) {
        lines += R"({"event_id":"s)" + std::to_string(n) + R"(","account_code":")" + kRoot + R"(001","occurred_at":")" +
                 format_utc(SystemClock{}.now()) +
                 R"(","source":"sorting","shipment":{"business_line":"express","items":1}})" + "\n";
    }
    return lines;
}

TEST(FullDisk, IsWaitedForAndNothingThatWasTakenIsLost) {
    const SmallDisk disk(8);
    if (!disk.missing().empty()) GTEST_SKIP() << "NOT TESTED, a full disk: " << disk.missing();
    const TemporaryFolder folder;
    DaemonProcess daemon(folder.path(), {"log.embedded.path=" + (disk.path() / "log.db").string()});
    daemon.start_behind(disk.enter());
    daemon.start();
    daemon.wait_until_ready();
    const std::string account = "/api/v1/accounts/" + kRoot;
    ASSERT_EQ(daemon.post("/api/v1/events", registration()).status, 200);
    daemon.get_until(account, kRoot);
    const auto items = [](int n) { return "\"items_28d\":\"" + std::to_string(n) + "\""; };

    int taken = 0;
    for (int round = 0; round < 2; ++round) {
        disk.fill();
        cli::Answer answer;
        ASSERT_TRUE(eventually([&] {
            answer = daemon.post("/api/v1/events", shipments(taken, 10));
            if (answer.status == 200) taken += 10;  // there was room left in the file
            return answer.status != 200;
        })) << daemon.log();
        EXPECT_EQ(answer.status, 503) << answer.body;
        EXPECT_THAT(answer.body, HasSubstr("disk is full"));
        daemon.get_until("/readyz", "the disk of the log is full");
        EXPECT_EQ(daemon.get("/healthz").status, 200);
        EXPECT_THAT(daemon.get(account).body, HasSubstr(kRoot)) << "reads go on";

        disk.make_room();
        daemon.wait_until_ready();
        ASSERT_EQ(daemon.post("/api/v1/events", shipments(taken, 10)).status, 200) << "what was refused, sent again";
        taken += 10;
        daemon.get_until(account + "/explain", items(taken));
        daemon.kill();
        daemon.start();
        daemon.wait_until_ready();
        daemon.get_until(account + "/explain", items(taken));
    }
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
}

// No worker has anything to commit: only whoever posts meets the full disk, and a balancer that looks at readiness
// posts nothing any more.
TEST(FullDisk, IsToldWhereNothingIsWatchedToo) {
    const SmallDisk disk(8);
    if (!disk.missing().empty()) GTEST_SKIP() << "NOT TESTED, a full disk: " << disk.missing();
    const TemporaryFolder folder;
    DaemonProcess daemon(folder.path(),
                         {"log.embedded.path=" + (disk.path() / "log.db").string(), "roles=[intake, serve]"});
    daemon.start_behind(disk.enter());
    daemon.start();
    daemon.wait_until_ready();
    disk.fill();
    ASSERT_TRUE(eventually([&] { return daemon.post("/api/v1/events", shipments(0, 10)).status == 503; }));
    daemon.get_until("/readyz", "the disk of the log is full");
    EXPECT_THAT(daemon.log(), HasSubstr("storage_full"));
    disk.make_room();
    daemon.wait_until_ready();
    EXPECT_EQ(daemon.post("/api/v1/events", shipments(0, 10)).status, 200);
    EXPECT_EQ(daemon.get("/readyz").status, 200);
}

}  // namespace
}  // namespace aw::test
