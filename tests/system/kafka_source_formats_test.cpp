// In what formats topics of others are read: the real daemon on a real Apache Kafka. JSON through a map and Confluent's
// frame are in kafka_sources_test.cpp.
#include <map>
#include <string>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/output_decoder.hpp"
#include "system/source_installation.hpp"

namespace aw::test {
namespace {

using testing::HasSubstr;
using testing::Pair;

// Bare protobuf, and topics in which each record says by its header what it is.
TEST(KafkaSourceFormats, EachIsReadAsTheSourceOrTheRecordSays) {
    const Installation installation("[]");
    const std::string bare = installation.prefix + "bare";
    const std::string mixed = installation.prefix + "mixed";
    for (const std::string& topic : {bare, mixed}) make_topic(installation.broker, topic, 1);
    const std::string sources = "[{name: bare, topics: [" + bare + "], format: protobuf}, {name: mixed, topics: [" +
                                mixed + "], format: auto}]";
    const auto of_type = [](const std::string& type) { return Headers{{"Content-Type", type}}; };
    produce(installation.broker, {{bare, 0, "", protobuf(shipment("bare"))},
                                  {bare, 0, "framed", confluent(shipment("framed"))},
                                  {bare, 0, "text", shipment("text")},
                                  {mixed, 0, "", protobuf(shipment("mixed-1")), of_type("application/x-protobuf")},
                                  {mixed, 0, "", shipment("mixed-2"), of_type("application/json; charset=utf-8")},
                                  {mixed, 0, "silent", shipment("silent")},
                                  {mixed, 0, "wrong", protobuf(shipment("wrong")), of_type("application/json")},
                                  {mixed, 0, "other", shipment("other"), of_type("text/csv")}});
    DaemonProcess daemon = installation.daemon(sources);
    daemon.start();
    for (const auto& [source, accepted, refused] : {std::tuple{"bare", 1, 2}, std::tuple{"mixed", 2, 3}}) {
        const std::string of = "accountwatch_source_records_total{source=\"" + std::string(source) + "\",outcome=";
        daemon.get_until("/metrics", of + "\"accepted\"} " + std::to_string(accepted));
        daemon.get_until("/metrics", of + "\"refused\"} " + std::to_string(refused));
    }
    daemon.wait_until_ready();
    stop(daemon);
    EXPECT_THAT(installation.ids(),
                testing::UnorderedElementsAre(Pair("bare", 1), Pair("mixed-1", 1), Pair("mixed-2", 1)));
    std::map<std::string, std::string> why;
    for (const Consumed& record : installation.letters()) {
        const auto letter = decode_dead_letter(record.value);
        ASSERT_TRUE(letter);
        EXPECT_EQ(letter->reason, DeadLetterReason::UNDECODABLE) << letter->key;
        why[letter->key] = letter->detail;
    }
    EXPECT_THAT(why, testing::UnorderedElementsAre(
                         Pair("framed", testing::_), Pair("text", HasSubstr("expected protobuf, got JSON")),
                         Pair("silent", "no header content-type says the format"), Pair("wrong", testing::_),
                         Pair("other", HasSubstr("content-type 'text/csv' is neither JSON nor protobuf"))));
}

}  // namespace
}  // namespace aw::test
