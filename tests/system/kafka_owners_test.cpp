// Two instances share the partitions: each of them answers for every account, case and command.
#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/clock.hpp"
#include "support/kafka_broker.hpp"
#include "system/daemon_process.hpp"
#include "system/kafka_settings.hpp"

namespace aw::test {
namespace {

using testing::HasSubstr;

constexpr int kAccounts = 8;

std::string root_of(int account) { return "3714000001" + std::to_string(account); }

// A client and its serious complaint.
std::string events_of(int account) {
    const std::string head = R"("account_code":")" + root_of(account) + R"(001","occurred_at":")" +
                             format_utc(SystemClock{}.now()) + R"(","source":"crm",)";
    const std::string n = std::to_string(account);
    return R"({"event_id":"r)" + n + "\"," + head +
           R"("account":{"operation":"REGISTER","name":"C","annual_revenue_hint":{"currency":"CNY","minor":18250000}}})"
           "\n"
           R"({"event_id":"c)" +
           n + "\"," + head +
           R"("complaint":{"complaint_id":"CMP-1","category":"LOSS","severity":"SERIOUS","demand":"pay"}})"
           "\n";
}

// Instances of one group, up and ready: two that share the partitions, and a third that owns nothing, ever.
class Three {
public:
    explicit Three(int partitions, std::vector<std::string> more = {})
        : partitions_(partitions),
          more_(std::move(more)),
          one(in("one")),
          two(in("two")),
          three(in("three", {"roles=[serve]"})) {
        const Finished created = run_tool({"topics", "create"}, settings("tool"));
        if (created.exit_code != 0) throw std::runtime_error(created.output);
        for (DaemonProcess* daemon : {&one, &two, &three}) daemon->start();
        for (DaemonProcess* daemon : {&one, &two, &three}) daemon->wait_until_ready();
    }

private:
    [[nodiscard]] std::vector<std::string> settings(const std::string& instance) const {
        return kafka_settings(broker_, prefix_, instance, partitions_, more_);
    }
    [[nodiscard]] DaemonProcess in(const std::string& name, const std::vector<std::string>& besides = {}) const {
        std::filesystem::create_directory(folder_.path() / name);
        auto all = settings(name);
        all.insert(all.end(), besides.begin(), besides.end());
        return {folder_.path() / name, all};
    }

    const std::string broker_ = KafkaBroker::shared();
    const std::string prefix_ = KafkaBroker::unique_prefix();
    const TemporaryFolder folder_;
    int partitions_;
    std::vector<std::string> more_;

public:
    DaemonProcess one;
    DaemonProcess two;
    DaemonProcess three;
};

TEST(KafkaOwners, EveryInstanceAnswersForEveryAccount) {
    Three instances(4, {"watch.workers=1"});
    auto& one = instances.one;
    auto& two = instances.two;
    auto& three = instances.three;
    std::string events;
    for (int i = 0; i < kAccounts; ++i) events += events_of(i);
    ASSERT_THAT(one.post("/api/v1/events", events).body, HasSubstr(R"("accepted":16)"));

    const std::string last = root_of(kAccounts - 1);
    for (const DaemonProcess* daemon : {&one, &two, &three}) {
        for (int i = 0; i < kAccounts; ++i) {
            daemon->get_until("/api/v1/cases?limit=50", root_of(i) + "-1");
            daemon->get_until("/api/v1/tasks", root_of(i) + "-t1");
        }
    }
    // Who does not own it says who does.
    const auto plain = [](const DaemonProcess& daemon, const std::string& target) {
        return cli::HttpClient::make({.url = daemon.url(), .token = {}, .follow = false})->get(target)->status;
    };
    int moved = 0;
    for (int i = 0; i < kAccounts; ++i) {
        const std::string path = "/api/v1/accounts/" + root_of(i);
        const int at_one = plain(one, path);
        const int at_two = plain(two, path);
        EXPECT_TRUE((at_one == 200 && at_two == 307) || (at_one == 307 && at_two == 200)) << at_one << " " << at_two;
        EXPECT_EQ(plain(three, path), 307);
        moved += at_one == 307 ? 1 : 0;
        for (const DaemonProcess* daemon : {&one, &two, &three}) {
            EXPECT_THAT(daemon->get(path).body, HasSubstr(root_of(i) + "-1"));
            EXPECT_THAT(daemon->get(path + "/explain").body, HasSubstr(root_of(i)));
        }
    }
    EXPECT_GT(moved, 0);
    EXPECT_LT(moved, kAccounts);
    // A plan knows how much of it all it speaks of.
    for (const DaemonProcess* daemon : {&one, &two}) {
        EXPECT_THAT(daemon->post("/api/v1/reload?plan=true", "").body,
                    HasSubstr(R"("plan":{"partitions":2,"partitions_total":4,)"));
    }
    EXPECT_THAT(three.post("/api/v1/reload?plan=true", "").body, HasSubstr(R"("partitions":0,"partitions_total":4,)"));
    // A command is carried out once, whoever is asked.
    for (int i = 0; i < kAccounts; ++i) {
        const std::string path = "/api/v1/cases/" + root_of(i) + "-1/commands";
        const std::string body = R"({"actor_staff_id":"dept-director-1","ack":{}})";
        const DaemonProcess& asked = i % 3 == 0 ? one : i % 3 == 1 ? two : three;
        EXPECT_THAT(asked.post(path, body).body, HasSubstr(R"("state":"ACKNOWLEDGED")")) << i;
    }
    // Without its owner an account has none until the session ends; nobody is kept waiting.
    two.kill();
    for (int i = 0; i < kAccounts; ++i) EXPECT_NE(plain(one, "/api/v1/accounts/" + root_of(i)), 504);
    for (DaemonProcess* daemon : {&one, &three}) {
        daemon->signal(SIGTERM);
        EXPECT_EQ(daemon->wait_for_exit(), 0) << daemon->log();
    }
}

// The accounts behind a feed live in all partitions and its gap is told by one of them: every instance has the whole of
// it, the one without partitions, too.
TEST(KafkaOwners, EveryInstanceKnowsTheGapsOfAllFeeds) {
    const std::vector<std::string> feeds = {"billing", "delivery", "returns", "sorting"};
    std::string setting = "feeds=[";
    for (const std::string& feed : feeds) setting += "{name: " + feed + ", heartbeat: 1s, gap_limit: 3s},";
    setting.back() = ']';
    Three instances(4, {"watch.workers=1", setting});
    const auto tell = [&](DaemonProcess& daemon, const std::string& round, Timestamp until) {
        std::string lines;
        for (const std::string& feed : feeds) {
            const std::string head =
                R"("occurred_at":")" + format_utc(SystemClock{}.now()) + R"(","source":")" + feed + "\",";
            for (int i = 0; i < kAccounts; ++i) {
                lines += R"({"event_id":"s)" + round + feed + std::to_string(i) + R"(","account_code":")" + root_of(i) +
                         "001\"," + head + R"("shipment":{"business_line":"express","items":5}})" + "\n";
            }
            lines += R"({"event_id":"w)" + round + feed + "\"," + head + R"("watermark":{"feed":")" + feed +
                     R"(","complete_until":")" + format_utc(until) + "\"}}\n";
        }
        EXPECT_THAT(daemon.post("/api/v1/events", lines).body,
                    HasSubstr("\"accepted\":" + std::to_string(feeds.size() * (kAccounts + 1)))) << daemon.log();
    };
    const auto expect_everywhere = [&](const std::string& what) {
        std::string same;
        for (const DaemonProcess* daemon : {&instances.one, &instances.two, &instances.three}) {
            std::string body;
            const bool all = eventually([&] {
                body = daemon->get("/api/v1/data-gaps").body;
                return std::ranges::all_of(feeds, [&](const std::string& feed) {
                    const std::size_t at = body.find(R"("feed":")" + feed + '"');
                    const std::string gap = at == std::string::npos ? "" : body.substr(at, body.find('}', at) - at);
                    return gap.find(what) != std::string::npos &&
                           gap.find("\"accounts_held\":" + std::to_string(kAccounts)) != std::string::npos;
                });
            });
            EXPECT_TRUE(all) << body << daemon->log();
            if (same.empty()) same = body;
            EXPECT_EQ(body, same);
        }
    };
    tell(instances.one, "1", SystemClock{}.now());
    expect_everywhere("began_at");
    tell(instances.two, "2", SystemClock{}.now() + std::chrono::minutes{59});  // as far ahead as is taken
    expect_everywhere("closed_at");
}

// With one partition one of the two has nothing: it is asked all the same.
TEST(KafkaOwners, AnInstanceWithoutPartitionsSendsToOneThatKnows) {
    Three instances(1);
    auto& one = instances.one;
    auto& two = instances.two;
    auto& three = instances.three;
    const SystemClock clock;
    const std::string silence =
        R"({"event_id":"s-1","occurred_at":")" + format_utc(clock.now()) +
        R"(","source":"crm","silence":{"silence_id":"quiet-1","scope":{"account_root":"37140000012"},"from":")" +
        format_utc(clock.now()) + R"(","until":")" + format_utc(clock.now() + std::chrono::hours{8}) +
        R"(","author_staff_id":"dept-director-1","reason":"stocktaking"}})";
    EXPECT_THAT(two.post("/api/v1/events", silence + "\n").body, HasSubstr(R"("accepted":1)"));
    int others = 0;
    for (const DaemonProcess* daemon : {&one, &two, &three}) {
        daemon->get_until("/api/v1/silences", "quiet-1");
        const auto plain =
            cli::HttpClient::make({.url = daemon->url(), .token = {}, .follow = false})->get("/api/v1/silences");
        others += plain->status == 307 ? 1 : 0;
    }
    EXPECT_EQ(others, 2);
    // Nothing was judged where nothing is, and nobody is told otherwise.
    std::vector<std::string> spoke_of;
    for (const DaemonProcess* daemon : {&one, &two}) {
        const std::string plan = daemon->post("/api/v1/reload?plan=true", "").body;
        spoke_of.push_back(plan.substr(plan.find(R"("partitions")"), 36));
    }
    EXPECT_THAT(spoke_of, testing::UnorderedElementsAre(R"("partitions":0,"partitions_total":1,)",
                                                        R"("partitions":1,"partitions_total":1,)"));
    for (DaemonProcess* daemon : {&one, &two, &three}) {
        daemon->signal(SIGTERM);
        EXPECT_EQ(daemon->wait_for_exit(), 0) << daemon->log();
    }
}

}  // namespace
}  // namespace aw::test
