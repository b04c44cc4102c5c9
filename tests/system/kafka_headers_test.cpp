// What stands around the records in Kafka: CloudEvents in binary mode on every output, the trace of what caused it, and
// nothing else on events and changelog.
#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "codec/event_decoder.hpp"
#include "codec/output_decoder.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "system/complaint_case.hpp"
#include "system/kafka_settings.hpp"
#include "system/raw_http.hpp"

namespace aw::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kPartitions = 4;
const std::string kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

using Headers = std::map<std::string, std::string>;

Headers headers_of(const Consumed& record) {
    Headers headers;
    for (const auto& [name, value] : record.headers) EXPECT_TRUE(headers.emplace(name, value).second) << name;
    return headers;
}

class KafkaHeaders : public testing::Test {
protected:
    KafkaHeaders() {
        const Finished created = run_tool({"topics", "create"}, settings());
        if (created.exit_code != 0) throw std::runtime_error(created.output);
    }
    [[nodiscard]] std::vector<std::string> settings() const {
        return kafka_settings(broker, prefix, "one", kPartitions,
                              {"log.kafka.output_format=json", "notify.channels=[{id: ops, kind: log}]"});
    }
    [[nodiscard]] std::vector<Consumed> all_of(const std::string& topic) const {
        return consume_all(broker, prefix + topic, kPartitions);
    }
    // Every one of the topic is told what it is, each under another name.
    std::vector<Headers> expect_described(const std::string& topic, const std::string& type,
                                          const std::string& content_type = "application/json") const {
        std::vector<Headers> list;
        std::set<std::string> names;
        for (const Consumed& record : all_of(topic)) {
            Headers headers = headers_of(record);
            EXPECT_EQ(headers["content-type"], content_type) << topic;
            EXPECT_EQ(headers["ce_specversion"], "1.0") << topic;
            EXPECT_EQ(headers["ce_type"], "accountwatch." + type + ".v1");
            EXPECT_TRUE(parse_rfc3339(headers["ce_time"])) << headers["ce_time"];
            EXPECT_EQ(headers["ce_source"], "accountwatch");
            EXPECT_TRUE(names.insert(headers["ce_id"]).second) << headers["ce_id"];
            list.push_back(std::move(headers));
        }
        EXPECT_FALSE(list.empty()) << topic;
        return list;
    }

    const std::string broker = KafkaBroker::shared();
    const std::string prefix = KafkaBroker::unique_prefix();
    const TemporaryFolder folder;
};

TEST_F(KafkaHeaders, EveryOutputSaysWhatItIsAndWhoseTraceItBelongsTo) {
    DaemonProcess daemon(folder.path(), settings());
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_THAT(post_raw(daemon.url(), "/api/v1/events", {{"traceparent", kTrace}}, complaint_of(kCode, "1") + "?\n"),
                AllOf(HasSubstr("200 OK"), HasSubstr(R"("accepted":2,"rejected":1)")));
    daemon.get_until(kCase, "EMERGENCY");
    daemon.get_until("/metrics", R"(accountwatch_notices_total{channel="ops",outcome="sent"})");
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();

    // All that was found comes of the one complaint.
    for (const auto& [topic, type] :
         {std::pair("signals", "signal"), std::pair("cases", "case"), std::pair("tasks", "task"),
          std::pair("notices", "notice"), std::pair("dead-letters", "dead-letter")}) {
        for (Headers& headers : expect_described(topic, type)) EXPECT_EQ(headers["traceparent"], kTrace) << topic;
    }
    (void)expect_described("decisions", "decision");
    for (Headers& headers : expect_described("receipts", "receipt", "application/protobuf"))
        EXPECT_EQ(headers["traceparent"], kTrace);
    EXPECT_EQ(expect_described("signals", "signal")[0]["ce_id"], "37140000012-s1");

    EventDecoder decoder;
    std::size_t traced = 0;
    for (const Consumed& record : all_of("events")) {
        Headers headers = headers_of(record);
        const auto event = decoder.decode(record.value);
        ASSERT_TRUE(event);
        EXPECT_THAT(headers, testing::Each(testing::Key("traceparent"))) << (*event)->event_id;
        traced += headers.count("traceparent");
        if ((*event)->source == "crm") {
            EXPECT_EQ(headers["traceparent"], kTrace);
        }
    }
    EXPECT_GE(traced, 2U);  // and what shards tell each other of it
    const auto state = all_of("state");
    EXPECT_FALSE(state.empty());
    for (const Consumed& record : state) EXPECT_THAT(record.headers, IsEmpty()) << record.key;
}

// Written to every partition and refused in each of them: told once.
TEST_F(KafkaHeaders, WhatEveryPartitionRefusesIsOneDeadLetter) {
    DaemonProcess daemon(folder.path(), settings());
    daemon.start();
    daemon.wait_until_ready();
    const std::string watermark = R"({"event_id":"w-1","occurred_at":"2099-01-01T00:00:00Z","source":"sorting",)"
                                  R"("watermark":{"feed":"sorting","complete_until":"2099-01-01T00:00:00Z"}})";
    EXPECT_EQ(daemon.post("/api/v1/events", watermark + "\n").status, 200);
    // Read everywhere before anybody counts.
    daemon.get_until("/metrics", R"(accountwatch_events_total{kind="watermark",outcome="dead_letter"} )" +
                                     std::to_string(kPartitions));
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
    const auto letters = all_of("dead-letters");
    ASSERT_EQ(letters.size(), 1U);
    const auto letter = decode_dead_letter(letters[0].value);
    ASSERT_TRUE(letter);
    EXPECT_EQ(letter->reason, DeadLetterReason::FUTURE);
    EXPECT_EQ(headers_of(letters[0])["ce_id"],
              prefix + "events/" + std::to_string(letter->partition) + "/" + std::to_string(letter->offset));
}

}  // namespace
}  // namespace aw::test
