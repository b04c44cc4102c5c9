// A broker that is killed in the middle of a commit and away for longer than a transaction may be open: whatever the
// daemon was at, everything is in the topics once. The broker is this test's own.
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "app/open_log.hpp"
#include "base/hash.hpp"
#include "chaos/verdict.hpp"
#include "settings/loader.hpp"
#include "support/bare_client.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "support/log_work.hpp"
#include "system/complaint_case.hpp"
#include "system/kafka_settings.hpp"

namespace aw::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kPartitions = 2;
constexpr int kAccounts = 500;
constexpr int kShipmentsEach = 60;
constexpr int kStartAgain = 75;
constexpr milliseconds kTransactionTimeout{4'000};

const SystemClock kClock;

class KafkaLongOutage : public testing::Test {
protected:
    // Acknowledgements fall due while nobody answers.
    [[nodiscard]] std::vector<std::string> settings() const {
        return kafka_settings(
            broker_.address(), prefix_, "one", kPartitions,
            {"watch.workers=1", "watch.commit_interval=20ms",
             fmt::format("log.kafka.properties={{transaction.timeout.ms: {}}}", kTransactionTimeout.count()),
             "policy.milestones=[{kind: ACKNOWLEDGE, severity: HIGH, span: 6s, clock: REAL}]"});
    }
    // Of every account a serious complaint among its shipments.
    [[nodiscard]] std::vector<Produced> load(int round) const {
        std::vector<Produced> records;
        for (int item = 0; item < kShipmentsEach; ++item) {
            for (int i = 0; i < kAccounts; ++i) {
                const std::string root = std::to_string(37'140'000'000 + round * kAccounts + i);
                const std::string id = root + "-" + std::to_string(item);
                const auto add = [&](const std::string& value) {
                    records.push_back({prefix_ + "events", partition_of(root, kPartitions), root, value});
                };
                add(R"({"event_id":"s-)" + id + R"(","account_code":")" + root + R"(001","occurred_at":")" + now() +
                    R"(","source":"sorting","shipment":{"business_line":"express","items":1}})");
                if (item != i % kShipmentsEach) continue;
                const std::string both = complaint_of(root + "001", id);
                const std::size_t end = both.find('\n');
                add(both.substr(0, end));
                add(both.substr(end + 1, both.size() - end - 2));
            }
        }
        return records;
    }
    // Stops it in the middle of a commit: it is still undecided when the process stands still.
    [[nodiscard]] bool freeze_in_a_commit(const DaemonProcess& daemon) const {
        const auto in_hand = [&] { return !undecided(broker_.address(), prefix_ + "state", kPartitions).empty(); };
        return eventually([&] {
            if (!in_hand()) return false;
            daemon.signal(SIGSTOP);
            if (in_hand()) return true;
            daemon.signal(SIGCONT);
            return false;
        });
    }
    [[nodiscard]] std::map<int, std::int64_t> positions() const {
        return committed_positions(broker_.address(), prefix_ + "group", prefix_ + "events", kPartitions);
    }
    // Without waiting for what is undecided.
    [[nodiscard]] std::map<int, std::int64_t> positions_by_then() const {
        const BareClient any(broker_.address(), RD_KAFKA_CONSUMER,
                             {{"group.id", prefix_ + "group"}, {"isolation.level", "read_uncommitted"}});
        return committed_positions(any, prefix_ + "events", kPartitions);
    }
    // As systemd does.
    void keep_up(DaemonProcess& daemon) {
        if (daemon.running()) return;
        exits_.push_back(daemon.wait_for_exit());
        daemon.start();
    }
    [[nodiscard]] Verdict verdict() const {
        const auto loaded = settings::load(AW_SOURCE_DIR "/config/accountwatch.yaml", settings(), std::nullopt);
        EXPECT_TRUE(loaded.ok());
        const auto log = must(app::open_log(loaded.settings, kClock, {}, app::LogUse::tool));
        const std::multiset<std::string> unasked;  // all of the load was acknowledged, and none came from a source
        return judge({*log, prefix_, loaded.rules, positions(), {}, {}, {}}, {unasked, unasked});
    }

    KafkaBroker broker_;
    const std::string prefix_ = KafkaBroker::unique_prefix();
    const TemporaryFolder folder_;
    std::vector<int> exits_;
};

TEST_F(KafkaLongOutage, LongerThanATransactionInTheMiddleOfLoadLosesAndDoublesNothing) {
    const Finished created = run_tool({"topics", "create"}, settings());
    ASSERT_EQ(created.exit_code, 0) << created.output;
    DaemonProcess daemon(folder_.path(), settings());
    daemon.start();
    daemon.wait_until_ready();  // what comes from now on is no history
    daemon.signal(SIGTERM);
    ASSERT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
    produce(broker_.address(), load(0));
    const auto ends = log_ends(broker_.address(), prefix_ + "events", kPartitions);

    daemon.start();
    ASSERT_TRUE(freeze_in_a_commit(daemon)) << "no commit was ever hit\n" << daemon.log();
    ASSERT_FALSE(reaches(positions_by_then(), ends)) << "there was no load left: it needs more events";
    broker_.kill();
    daemon.signal(SIGCONT);
    const auto back = steady_clock::now() + 2 * kTransactionTimeout;
    EXPECT_TRUE(eventually([&] { return daemon.get("/readyz").status == 503; })) << daemon.log();
    std::this_thread::sleep_until(back);  // the length of the outage is what is tested
    keep_up(daemon);
    broker_.start();
    // It goes on while more comes.
    produce(broker_.address(), load(1));
    const auto goal = log_ends(broker_.address(), prefix_ + "events", kPartitions);
    const auto done = [&] {
        keep_up(daemon);
        return reaches(positions(), goal);
    };
    ASSERT_TRUE(eventually(done, std::chrono::seconds{120})) << daemon.log();
    const auto due = [&] {
        keep_up(daemon);
        return daemon.get("/api/v1/cases?limit=1").status == 200 && daemon.get("/readyz").status == 200;
    };
    EXPECT_TRUE(eventually(due, std::chrono::seconds{60})) << daemon.log();
    daemon.signal(SIGTERM);
    ASSERT_EQ(daemon.wait_for_exit(), 0) << daemon.log();

    for (const int code : exits_) EXPECT_EQ(code, kStartAgain) << daemon.log();
    std::uint64_t aborted = 0;
    for (const char* topic : {"signals", "cases", "tasks", "notices", "state"}) {
        aborted += count_records(broker_.address(), prefix_ + topic, kPartitions, true) -
                   count_records(broker_.address(), prefix_ + topic, kPartitions, false);
    }
    // The transaction in hand is given up by the broker, or ended by the daemon before the broker looks: both are right,
    // and how many records were aborted says which it was.
    const Verdict found = verdict();
    std::cout << fmt::format("{} events, {} outputs, {} aborted; exit codes {}\n", found.events, found.outputs, aborted,
                             exits_);
    EXPECT_TRUE(found.same()) << found.lost << " lost, " << found.doubled << " doubled, " << found.moved
                              << " in another order, " << found.wrong_states << " wrong states\n"
                              << fmt::format("{}", fmt::join(found.first, "\n"));
    EXPECT_GT(found.outputs, 2U * kAccounts);
}

}  // namespace
}  // namespace aw::test
