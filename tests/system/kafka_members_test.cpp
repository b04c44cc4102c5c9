// Who owns which partition while instances die and come back.
#include <chrono>
#include <iostream>

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "system/kafka_settings.hpp"
#include "system/series.hpp"

namespace aw::test {
namespace {

constexpr int kPartitions = 4;
constexpr int kWorkers = 2;

std::size_t count(const std::string& text, const std::string& words) {
    std::size_t n = 0;
    for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++n;
    return n;
}

// All that an instance tells of rebalances: its own lines, the client's lines, its counters.
struct Moves {
    explicit Moves(const DaemonProcess& daemon)
        : handed_over(happened(daemon, "partition_revoked")),
          assigned(happened(daemon, "partition_assigned")),
          given_back(count(daemon.log(), ": gives back ")),
          got(count(daemon.log(), ": gets ")) {}
    bool operator==(const Moves&) const = default;

    int handed_over;
    int assigned;
    std::size_t given_back;
    std::size_t got;
};

// Static membership. One of the two is the group's leader, so each of them is killed once.
TEST(KafkaMembers, WhoIsKilledAndStartedAtOnceHasItsPartitionsAndNobodyElseNotices) {
    const std::string broker = KafkaBroker::shared();
    const std::string prefix = KafkaBroker::unique_prefix();
    const auto settings = [&](const std::string& name) {
        return kafka_settings(broker, prefix, name, kPartitions, {"watch.workers=" + std::to_string(kWorkers)});
    };
    const Finished created = run_tool({"topics", "create"}, settings("tool"));
    ASSERT_EQ(created.exit_code, 0) << created.output;
    const TemporaryFolder first, second;
    DaemonProcess one(first.path(), settings("one"));
    DaemonProcess two(second.path(), settings("two"));
    one.start();
    one.wait_until_ready();
    two.start();
    // Workers join one after another: only with all of them is the sharing the last one.
    ASSERT_TRUE(eventually([&] { return owners_of(broker, prefix + "group") == 2 * kWorkers; })) << two.log();
    for (const DaemonProcess* daemon : {&one, &two})
        ASSERT_TRUE(eventually([&] { return partitions_of(*daemon).size() == kWorkers; })) << daemon->log();
    EXPECT_GT(Moves(one).given_back, 0U) << "it had all of them: a rebalance that is not told would prove nothing";
    EXPECT_GT(Moves(one).handed_over, 0);

    int made = 0;
    const auto ship = [&](int events) {
        std::vector<Produced> records;
        for (int i = 0; i < events; ++i, ++made) {
            const std::string root = std::to_string(37'140'000'000 + made % 200);
            records.push_back({.topic = prefix + "events",
                               .partition = partition_of(root, kPartitions),
                               .key = root,
                               .value = R"({"event_id":"s)" + std::to_string(made) + R"(","account_code":")" + root +
                                        R"(001","occurred_at":")" + format_utc(SystemClock{}.now()) +
                                        R"(","source":"sorting","shipment":{"business_line":"express","items":1}})"});
        }
        produce(broker, records);
    };
    const auto applied = [](const DaemonProcess& daemon) {
        return series(daemon, "accountwatch_events_total").count(R"(kind="shipment",outcome="applied")") != 0;
    };
    for (const auto& [victim, other] : {std::pair{&one, &two}, std::pair{&two, &one}}) {
        ship(2'000);
        ASSERT_TRUE(eventually([&] { return applied(*victim); })) << victim->log();
        const auto owned = partitions_of(*victim);
        const Moves before(*other);
        victim->kill();
        const auto began = std::chrono::steady_clock::now();
        victim->start();
        ASSERT_TRUE(eventually([&] {
            ship(20);  // nobody rests
            return applied(*victim);
        })) << victim->log();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        std::cout << "[ restart  ] first event applied after " << took.count() << " s\n";
        ASSERT_TRUE(eventually([&] { return partitions_of(*victim).size() == kWorkers; })) << victim->log();
        EXPECT_EQ(partitions_of(*victim), owned);
        EXPECT_TRUE(Moves(*other) == before) << other->log();
    }
}

}  // namespace
}  // namespace aw::test
