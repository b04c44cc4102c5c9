// Topics of others into the log: the real daemon on a real Apache Kafka, with kills in between.
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/hash.hpp"
#include "codec/output_decoder.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "system/source_installation.hpp"

namespace aw::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::Pair;

std::string map_file(const TemporaryFolder& folder, const std::string& name, const std::string& otherwise) {
    return folder.write(name,
                        "payload: shipment\nevent_id: {prefix: w-, from: [waybill]}\nfields:\n"
                        "  - {field: account_code, from: customer.code}\n"
                        "  - {field: occurred_at, from: \"header:ce_time\"}\n"
                        "  - {field: source, constant: parcels}\n"
                        "  - {field: shipment.business_line, from: line, values: {fast: express}" +
                            otherwise + "}\n  - {field: shipment.items, from: pieces}\n");
}

TEST(KafkaSources, OthersTopicsBecomeEventsDeadLettersAndACase) {
    const std::string in = KafkaBroker::unique_prefix() + "in.";
    const std::string parcels = in + "parcels.south";
    const std::string crm = in + "crm";
    const std::string broker = KafkaBroker::shared();
    make_topic(broker, parcels, 1);
    make_topic(broker, crm, 2);
    const TemporaryFolder maps;
    const auto sources = [&](const std::string& map) {
        return "[{name: parcels, topics: [\"^" + in + "parcels\"], format: json, map: " + map +
               "}, {name: crm, topics: [" + crm + "], format: confluent_protobuf}]";
    };
    const std::string strict = sources(map_file(maps, "strict.yaml", ""));
    const Installation installation(strict);
    DaemonProcess daemon = installation.daemon(strict);
    daemon.start();
    daemon.wait_until_ready();

    const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const std::string waybill = R"({"waybill":"7","customer":{"code":")" + kCode + R"("},"line":"fast","pieces":3})";
    const std::string unknown = R"({"waybill":"8","customer":{"code":")" + kCode + R"("},"line":"slow","pieces":4})";
    const Headers headers = {{"ce_time", now()}, {"traceparent", trace}};
    produce(broker, {{crm, 1, "register",
                      confluent(R"({"event_id":"r1","account_code":")" + kCode + R"(","occurred_at":")" + now() +
                                R"(","source":"crm","account":{"operation":"REGISTER","name":"客户",)"
                                R"("annual_revenue_hint":{"currency":"CNY","minor":18250000}}})")},
                     {crm, 0, "poison", "no protobuf"},
                     {parcels, 0, "p-7", waybill, headers},
                     {parcels, 0, "p-8", unknown, headers}});
    daemon.get_until("/api/v1/accounts/" + kRoot, R"("account_root")");
    produce(broker, {{crm, 0, "other",
                      confluent(R"({"event_id":"c1","account_code":")" + kCode + R"(","occurred_at":")" + now() +
                                R"(","source":"crm","complaint":{"complaint_id":"CMP-1","category":"LOSS",)"
                                R"("severity":"SERIOUS","demand":"pay"}})")}});
    daemon.get_until("/api/v1/cases/" + kRoot + "-1", R"("severity":"HIGH")");
    daemon.get_until("/metrics", R"(accountwatch_source_records_total{source="parcels",outcome="refused"} 1)");
    daemon.get_until("/metrics", R"(accountwatch_source_records_total{source="crm",outcome="accepted"} 2)");
    stop(daemon);

    EXPECT_THAT(installation.ids(), testing::UnorderedElementsAre(Pair("r1", 1), Pair("c1", 1), Pair("w-7", 1)));
    for (const Consumed& record : installation.events()) {
        if (record.value.find("\"w-7\"") == std::string::npos) continue;
        EXPECT_EQ(record.key, kRoot);
        EXPECT_EQ(record.partition, partition_of(kRoot, kPartitions));
        EXPECT_THAT(record.headers, ElementsAre(Pair("traceparent", trace)));
    }
    std::map<std::string, std::pair<DeadLetter, Consumed>> letters;
    for (const Consumed& record : installation.letters()) {
        const auto letter = decode_dead_letter(record.value);
        ASSERT_TRUE(letter);
        letters[letter->key] = {*letter, record};
    }
    ASSERT_EQ(letters.size(), 2U);
    const auto& [poison, as_record] = letters["poison"];
    EXPECT_EQ(poison.reason, DeadLetterReason::UNDECODABLE);
    EXPECT_EQ(poison.source, "crm");
    EXPECT_EQ(poison.topic, crm);
    EXPECT_EQ(poison.partition, 0);
    EXPECT_EQ(poison.offset, 0);
    EXPECT_EQ(poison.payload, "no protobuf");
    EXPECT_TRUE(poison.received_at.is_set());
    const auto& [slow, slow_record] = letters["p-8"];
    EXPECT_EQ(slow.reason, DeadLetterReason::UNKNOWN_ENUM) << slow.detail;
    EXPECT_EQ(slow.offset, 1);
    EXPECT_EQ(slow.payload, unknown);
    EXPECT_THAT(slow_record.headers, IsSupersetOf(Headers{headers[1],
                                                          {"original-ce_time", headers[0].second},
                                                          {"ce_type", "accountwatch.dead-letter.v1"},
                                                          {"ce_id", parcels + "/0/1"},
                                                          {"content-type", "application/json"}}));

    // Shown as it came; refused once more by the same map, taken by a better one with its headers of then.
    const Finished list = installation.tool({"dead-letters", "list", "--reason", "UNKNOWN_ENUM", "-o", "json"}, strict);
    EXPECT_THAT(list.output, HasSubstr(R"("topic":")" + parcels));
    const std::string place = list.output.substr(list.output.find(R"("letter":")") + 10);
    const std::string name = place.substr(0, place.find('"'));
    EXPECT_EQ(installation.tool({"dead-letters", "show", name, "--payload"}, strict).output, unknown);
    EXPECT_EQ(installation.tool({"dead-letters", "redrive", name}, strict).exit_code, 1);
    const std::string lenient = sources(map_file(maps, "lenient.yaml", ", otherwise: express"));
    const Finished redriven = installation.tool({"dead-letters", "redrive", name}, lenient);
    EXPECT_EQ(redriven.exit_code, 0) << redriven.output;
    EXPECT_EQ(installation.ids().count("w-8"), 1U);
}

// What the daemon writes must not come back to it, whatever the expression.
TEST(KafkaSources, OurOwnTopicsAreNeverASource) {
    // The topic is so new that the broker may not tell of it at once.
    const Installation installation("[]", {"log.kafka.properties={topic.metadata.refresh.interval.ms: 500}"});
    const std::string topic = installation.prefix + "theirs";
    make_topic(installation.broker, topic, 1);
    const std::string sources = "[{name: all, topics: [\"^" + installation.prefix + "\"], format: json}]";
    DaemonProcess daemon = installation.daemon(sources);
    daemon.start();
    daemon.wait_until_ready();
    produce(installation.broker, {{topic, 0, "", shipment("once")}, {topic, 0, "", "poison"}});
    daemon.get_until("/metrics", R"(accountwatch_source_records_total{source="all",outcome="refused"} 1)");
    // A second one proves that another round was made.
    produce(installation.broker, {{topic, 0, "", shipment("twice")}});
    daemon.get_until("/metrics", R"(accountwatch_source_records_total{source="all",outcome="accepted"} 2)");
    // One that comes later is found.
    const std::string later = installation.prefix + "theirs.too";
    make_topic(installation.broker, later, 1);
    produce(installation.broker, {{later, 0, "", shipment("later")}});
    daemon.get_until("/metrics", R"(accountwatch_source_records_total{source="all",outcome="accepted"} 3)");
    stop(daemon);
    EXPECT_THAT(installation.ids(), ElementsAre(Pair("later", 1), Pair("once", 1), Pair("twice", 1)));
    EXPECT_EQ(installation.letters().size(), 1U);
    EXPECT_EQ(installation.position(installation.prefix + "events", 0), -1001);
}

// No event by its bytes, by the type of a field, by what it says that it is.
std::string poison(int n) {
    std::string event = shipment("p-" + std::to_string(n));
    if (n % 3 == 0) return "\xff\xfe\x80" + std::to_string(n);
    if (n % 3 == 1) return event.replace(event.find(":1}"), 2, ":\"some\"");
    return event.replace(event.find("shipment"), 8, "shipwreck");
}

// Good ones become events, poison in between becomes letters: each of them once.
TEST(KafkaSources, EveryRecordOnceThroughKills) {
    const Installation installation("[]", {"roles=[intake, serve]"});
    const std::string topic = installation.prefix + "in";
    make_topic(installation.broker, topic, 4);
    const std::string sources = "[{name: in, topics: [" + topic + "], format: json}]";
    DaemonProcess daemon = installation.daemon(sources);
    constexpr int kPoisonEvery = 40;
    int made = 0;
    std::multiset<std::string> poisoned;
    const auto sent = [&] { return made + static_cast<int>(poisoned.size()); };
    const auto make = [&](int count) {
        std::vector<Produced> records;
        for (int i = 0; i < count; ++i, ++made) {
            records.push_back({topic, made % 4, std::to_string(made), shipment("e-" + std::to_string(made))});
            if (made % kPoisonEvery != 0) continue;
            const int n = made / kPoisonEvery;
            records.push_back({topic, n % 4, "", *poisoned.insert(poison(n))});
        }
        produce(installation.broker, records);
    };
    const auto taken = [&] { return installation.taken(topic, 4); };
    int unfinished = 0;
    for (int round = 0; round < 5; ++round) {
        make(20'000);
        const std::int64_t before = taken();
        daemon.start();
        ASSERT_TRUE(eventually([&] {
            make(200);  // the producer never rests
            return taken() > before;
        })) << daemon.log();
        daemon.kill();
        if (taken() < sent()) ++unfinished;
    }
    daemon.start();
    make(1'000);
    ASSERT_TRUE(eventually([&] { return taken() >= sent(); }, std::chrono::seconds{60})) << daemon.log();
    stop(daemon);
    EXPECT_GE(unfinished, 3);  // the kills came in the middle
    installation.expect_each_once(made);
    std::multiset<std::string> refused;
    std::map<DeadLetterReason, int> reasons;
    for (const Consumed& record : installation.letters()) {
        const auto letter = decode_dead_letter(record.value);
        ASSERT_TRUE(letter);
        refused.insert(letter->payload);
        ++reasons[letter->reason];
    }
    EXPECT_EQ(refused.size(), poisoned.size());
    EXPECT_TRUE(refused == poisoned);
    for (const auto& [reason, times] : reasons) std::cout << "[ refused  ] " << times << " " << name(reason) << "\n";
    std::cout << "[ aborted  ] " << installation.events(true).size() - installation.events().size() << " records\n";
}

// A second process joins and leaves while records come: partitions move in the middle of work, by agreement and by
// force.
TEST(KafkaSources, EveryRecordOnceWhilePartitionsMove) {
    const Installation installation("[]", {"roles=[intake, serve]"});
    const std::string topic = installation.prefix + "in";
    make_topic(installation.broker, topic, 4);
    const std::string sources = "[{name: in, topics: [" + topic + "], format: json}]";
    std::vector<std::string> first = installation.settings(sources);
    first.push_back("log.kafka.properties={session.timeout.ms: 6000}");
    const TemporaryFolder first_folder;
    DaemonProcess one(first_folder.path(), first);
    std::vector<std::string> other = installation.settings(sources);
    other.insert(other.end(), {"log.kafka.instance_id=two", "log.kafka.properties={session.timeout.ms: 6000}"});
    const TemporaryFolder folder;
    DaemonProcess two(folder.path(), other);
    int made = 0;
    const auto make = [&](int count) {
        std::vector<Produced> records;
        for (int i = 0; i < count; ++i, ++made)
            records.push_back({topic, made % 4, std::to_string(made), shipment("e-" + std::to_string(made))});
        produce(installation.broker, records);
    };
    const auto taken_by = [](const DaemonProcess& daemon) {
        const std::string body = daemon.get("/metrics").body;
        const std::string name = R"(accountwatch_source_records_total{source="in",outcome="accepted"} )";
        const std::size_t at = body.find(name);
        return at == std::string::npos ? 0L : std::stol(body.substr(at + name.size()));
    };
    make(20'000);
    one.start();
    ASSERT_TRUE(eventually([&] { return taken_by(one) > 0; })) << one.log();
    two.start();
    make(20'000);
    ASSERT_TRUE(eventually([&] {
        make(100);
        return taken_by(two) > 0;
    })) << two.log();
    two.kill();  // its partitions come back when its session has ended
    make(5'000);
    two.start();
    ASSERT_TRUE(eventually([&] {
        make(100);
        return taken_by(two) > 0;
    })) << two.log();
    stop(one);
    const auto taken = [&] { return installation.taken(topic, 4); };
    // A static member that stopped in order keeps its seat until its session ends.
    ASSERT_TRUE(eventually([&] { return taken() >= made; }, std::chrono::seconds{60})) << two.log();
    stop(two);
    installation.expect_each_once(made);
}

// The broker is killed while records come, and is away for longer than a transaction lasts: the process may have to
// start anew (75), nothing else.
TEST(KafkaSources, ABrokerThatGoesAwayCostsNoRecord) {
    KafkaBroker broker;
    const Installation installation(
        "[]", {"roles=[intake, serve]", "log.kafka.properties={transaction.timeout.ms: 1000}"}, broker.address());
    const std::string topic = installation.prefix + "in";
    make_topic(broker.address(), topic, 2);
    const std::string sources = "[{name: in, topics: [" + topic + "], format: json}]";
    int made = 0;
    const auto make = [&](int count) {
        std::vector<Produced> records;
        for (int i = 0; i < count; ++i, ++made)
            records.push_back({topic, made % 2, "", shipment("e-" + std::to_string(made))});
        produce(broker.address(), records);
    };
    const auto taken = [&] { return installation.taken(topic, 2); };
    DaemonProcess daemon = installation.daemon(sources);
    make(30'000);
    daemon.start();
    ASSERT_TRUE(eventually([&] { return taken() > 0; })) << daemon.log();
    broker.kill();
    daemon.get_until("/readyz", "the log is not reachable");
    broker.start();
    make(1'000);
    const bool all = eventually([&] { return !daemon.running() || taken() >= made; }, std::chrono::seconds{60});
    EXPECT_TRUE(all) << daemon.log();
    if (!daemon.running()) {
        EXPECT_EQ(daemon.wait_for_exit(), 75) << daemon.log();
        daemon.start();
    }
    ASSERT_TRUE(eventually([&] { return taken() >= made; }, std::chrono::seconds{60})) << daemon.log();
    stop(daemon);
    installation.expect_each_once(made);
}

TEST(KafkaSources, ASourceThatIsMostlyRefusedIsStoppedAndNothingOfItIsLost) {
    const Installation installation("[]");
    const std::string bad = installation.prefix + "bad";
    const std::string good = installation.prefix + "good";
    make_topic(installation.broker, bad, 1);
    make_topic(installation.broker, good, 1);
    const auto sources = [&](const std::string& format) {
        return "[{name: bad, topics: [" + bad + "], format: " + format +
               ", breaker: {records: 50, pause: 1s}}, {name: good, topics: [" + good + "], format: json}]";
    };
    std::vector<Produced> records;
    for (int i = 0; i < 500; ++i) records.push_back({bad, 0, "", confluent(shipment("b-" + std::to_string(i)))});
    produce(installation.broker, records);
    DaemonProcess daemon = installation.daemon(sources("json"));
    daemon.start();
    daemon.get_until("/readyz", "source bad is stopped: most of it is refused");
    EXPECT_EQ(daemon.get("/readyz").status, 503);
    daemon.get_until("/metrics", R"(accountwatch_source_stopped{source="bad"} 1)");
    produce(installation.broker, {{good, 0, "", shipment("g-1")}});  // others go on
    daemon.get_until("/metrics", R"(accountwatch_source_records_total{source="good",outcome="accepted"} 1)");
    // It tries again by itself, more than once, and finds the same.
    EXPECT_TRUE(eventually([&] {
        const std::string log = daemon.log();
        std::size_t n = 0;
        for (std::size_t at = log.find("source bad is stopped"); at != std::string::npos;
             at = log.find("source bad is stopped", at + 1))
            ++n;
        return n >= 3;
    })) << daemon.log();
    EXPECT_EQ(installation.position(bad, 0), -1001);
    EXPECT_THAT(installation.letters(), IsEmpty());
    stop(daemon);

    DaemonProcess repaired = installation.daemon(sources("confluent_protobuf"));
    repaired.start();
    repaired.wait_until_ready();
    repaired.get_until("/metrics", R"(accountwatch_source_records_total{source="bad",outcome="accepted"} 500)");
    EXPECT_THAT(repaired.get("/metrics").body, HasSubstr(R"(accountwatch_source_stopped{source="bad"} 0)"));
    stop(repaired);
    EXPECT_EQ(installation.ids().size(), 501U);
    EXPECT_THAT(installation.letters(), IsEmpty());
}

}  // namespace
}  // namespace aw::test
