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
#include "eventlog/kafka/kafka_log.hpp"
#include "system/complaint_case.hpp"
#include "system/daemon_process.hpp"
#include "system/webhook_receiver.hpp"

namespace aw::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

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
    // As a start does; whether it fits is for the library in use to say.
    const Finished scram = run({AW_DAEMON, "--config", config, "--check-config", "--set",
                                "log.kafka.properties={sasl.mechanism: SCRAM-SHA-512}"});
    EXPECT_EQ(scram.exit_code, 0) << scram.output;
    const bool old = !eventlog::doubtful_properties({{"sasl.mechanism", "SCRAM-SHA-512"}}).empty();
    EXPECT_EQ(scram.output.find("SCRAM-SHA-512 needs librdkafka 2.6.1 or newer") != std::string::npos, old)
        << scram.output;
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
