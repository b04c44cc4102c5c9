// Files into the log by the tool, on a real Apache Kafka, and read back by a plain client.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "codec/event_decoder.hpp"
#include "codec/event_encoder.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"
#include "system/daemon_process.hpp"
#include "system/kafka_settings.hpp"

namespace aw::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr int kPartitions = 3;

class KafkaSend : public testing::Test {
protected:
    void SetUp() override {
        const Finished created = tool({"topics", "create"});
        ASSERT_EQ(created.exit_code, 0) << created.output;
    }
    [[nodiscard]] Finished tool(std::vector<std::string> arguments) const {
        return run_tool(std::move(arguments), kafka_settings(broker_, prefix_, "tool", kPartitions));
    }

    struct Copy {
        int partition;
        std::string key;
        std::string json;
    };
    // What stands in the log, by event id.
    [[nodiscard]] std::multimap<std::string, Copy> log() const {
        std::multimap<std::string, Copy> found;
        EventDecoder decoder;
        for (const Consumed& record : consume_all(broker_, prefix_ + "events", kPartitions)) {
            EXPECT_THAT(record.headers, IsEmpty()) << "only history declares its time";
            EXPECT_NE(record.value.front(), '{') << "the log of these settings holds protobuf";
            const auto event = decoder.decode(record.value);
            if (!event) {
                ADD_FAILURE() << event.error().detail;
                continue;
            }
            found.insert(
                {std::string((*event)->event_id), {record.partition, record.key, encode_event(**event, Format::json)}});
        }
        return found;
    }

    const std::string broker_ = KafkaBroker::shared();
    const std::string prefix_ = KafkaBroker::unique_prefix();
    const TemporaryFolder folder_;
};

std::string shipment(int n, const std::string& root) {
    return R"({"event_id":"s)" + std::to_string(n) + R"(","account_code":")" + root + R"(001","occurred_at":")" +
           format_utc(SystemClock{}.now()) + R"(","source":"sorting","shipment":{"business_line":"express","items":")" +
           std::to_string(n + 1) + "\"}}";
}

TEST_F(KafkaSend, EachLineIsOneRecordOfItsAccountAndABroadcastIsEverywhere) {
    std::map<std::string, std::string> lines, roots;
    std::string file;
    for (int n = 0; n < 30; ++n) {
        const std::string root = std::to_string(37'140'000'000 + n);
        const std::string id = "s" + std::to_string(n);
        roots[id] = root;
        file += (lines[id] = shipment(n, root)) + "\n";
    }
    file += "{\"event_id\":\"broken\"\n";
    file += lines["w1"] = R"({"event_id":"w1","occurred_at":"2026-11-19T01:00:00Z","source":"sorting",)"
                          R"("watermark":{"feed":"sorting","complete_until":"2026-11-19T00:00:00Z"}})";
    file += "\n";
    const std::string path = folder_.write("events.ndjson", file);
    const Finished sent = tool({"send", path});
    EXPECT_EQ(sent.exit_code, 1) << sent.output;
    EXPECT_THAT(sent.output, HasSubstr(path + ":31: UNDECODABLE"));
    EXPECT_THAT(sent.output, HasSubstr("31 events appended, 1 rejected\n"));

    const auto found = log();
    EXPECT_EQ(found.size(), 30U + kPartitions);
    for (const auto& [id, root] : roots) {
        ASSERT_EQ(found.count(id), 1U) << id;
        const Copy& copy = found.find(id)->second;
        EXPECT_EQ(copy.json, lines[id]);
        EXPECT_EQ(copy.key, root);
        EXPECT_EQ(copy.partition, partition_of(root, kPartitions)) << root;
    }
    std::vector<int> everywhere;
    for (auto [at, end] = found.equal_range("w1"); at != end; ++at) {
        everywhere.push_back(at->second.partition);
        EXPECT_EQ(at->second.json, lines["w1"]);
    }
    EXPECT_THAT(everywhere, UnorderedElementsAre(0, 1, 2));
}

TEST_F(KafkaSend, ATableOfAnotherSystemByAFieldMap) {
    const std::string csv = folder_.write("export.csv",
                                          "运单号,网点,客户编号,收寄时间,业务种类,件数,重量(kg),寄达区划,状态\n"
                                          "P1,甲,37140000012001,2026-11-19 09:12:33,快递包裹,3,12.5,110000,已收寄\n"
                                          "P2,甲,37140000013001,2026-11-19 23:59:59,特快专递,,0.3,,已收寄\n"
                                          "P3,甲,37140000012001,2026-11-19 10:00:00,快递包裹,1,1,,作废\n"
                                          "P4,甲,37140000012001,2026-11-19 10:00:00,快递包裹,三,1,,已收寄\n");
    const Finished sent = tool({"send", "--map", AW_SOURCE_DIR "/config/maps/parcels.yaml", csv});
    EXPECT_EQ(sent.exit_code, 1) << sent.output;
    EXPECT_THAT(sent.output, HasSubstr(csv + ":5: WRONG_TYPE: 件数"));
    EXPECT_THAT(sent.output, HasSubstr("2 events appended, 1 rejected, 1 left out\n"));

    std::vector<std::string> events;
    for (const auto& [id, copy] : log()) {
        events.push_back(copy.key + " " + copy.json);
        EXPECT_EQ(copy.partition, partition_of(copy.key, kPartitions));
    }
    EXPECT_THAT(
        events,
        ElementsAre(
            R"(37140000012 {"event_id":"parcels-P1","account_code":"37140000012001","occurred_at":"2026-11-19T01:12:33Z",)"
            R"("source":"parcels","shipment":{"business_line":"parcel","items":"3","weight_g":"12500",)"
            R"("destination_region":"110000"}})",
            R"(37140000013 {"event_id":"parcels-P2","account_code":"37140000013001","occurred_at":"2026-11-19T15:59:59Z",)"
            R"("source":"parcels","shipment":{"business_line":"express","items":"1","weight_g":"300"}})"));
}

// As another system writes it, one object a line, what is wanted somewhere inside. A file sent twice changes nothing.
TEST_F(KafkaSend, JsonOfAnotherSystemByAFieldMapReachesTheDaemon) {
    const std::string map = folder_.write("pickups.yaml",
                                          "payload: shipment\n"
                                          "event_id: {prefix: crm2-, from: [head.number]}\n"
                                          "where:\n"
                                          "  - {from: head.state, is_not: [void]}\n"
                                          "fields:\n"
                                          "  - {field: account_code, from: client.code}\n"
                                          "  - {field: occurred_at, from: head.at, time: epoch_ms}\n"
                                          "  - {field: source, constant: crm2}\n"
                                          "  - {field: shipment.business_line, constant: express}\n"
                                          "  - {field: shipment.items, from: load.pieces}\n"
                                          "  - {field: shipment.weight_g, from: load.kg, unit: kg}\n");
    const auto at = SystemClock{}.now();
    const auto line = [&](int number, const std::string& state, const std::string& code, const std::string& pieces) {
        return R"({"head":{"number":)" + std::to_string(number) + R"(,"state":")" + state + R"(","at":)" +
               std::to_string(at.ms) + R"(},"client":{"code":")" + code +
               R"(","tags":["a",{"b":null}]},"load":{"pieces":)" + pieces + R"(,"kg":1.25}})" + "\n";
    };
    const std::string file = folder_.write(
        "export.ndjson", line(1, "taken", "37140000012001", "3") + line(2, "taken", "37140000013002", "4") +
                             line(3, "void", "37140000012001", "5") + line(4, "taken", "37140000012001", R"("many")"));
    DaemonProcess daemon(folder_.path(), kafka_settings(broker_, prefix_, "one", kPartitions));
    daemon.start();
    daemon.wait_until_ready();
    for (const auto* outcome : {"applied", "duplicate"}) {
        const Finished sent = tool({"send", "--map", map, file});
        EXPECT_EQ(sent.exit_code, 1) << sent.output;
        EXPECT_THAT(sent.output, HasSubstr(file + ":4: WRONG_TYPE: load.pieces"));
        EXPECT_THAT(sent.output, HasSubstr("2 events appended, 1 rejected, 1 left out\n"));
        daemon.get_until("/metrics", std::string(R"(accountwatch_events_total{kind="shipment",outcome=")") + outcome +
                                         "\"} 2");
    }
    daemon.get_until("/api/v1/accounts/37140000012", R"("account_root":"37140000012")");
    daemon.get_until("/api/v1/accounts/37140000013", R"("account_root":"37140000013")");
    daemon.kill();  // what follows looks at the log alone

    const auto found = log();
    const auto mine = [&](const std::string& id, const std::string& root, const std::string& code, const char* items) {
        EXPECT_EQ(found.count(id), 2U) << id;
        const auto copy = found.find(id);
        if (copy == found.end()) return;
        EXPECT_EQ(copy->second.key, root);
        EXPECT_EQ(copy->second.partition, partition_of(root, kPartitions));
        EXPECT_EQ(copy->second.json,
                  R"({"event_id":")" + id + R"(","account_code":")" + code + R"(","occurred_at":")" + format_utc(at) +
                      R"(","source":"crm2","shipment":{"business_line":"express","items":")" + items +
                      R"(","weight_g":"1250"}})");
    };
    mine("crm2-1", "37140000012", "37140000012001", "3");
    mine("crm2-2", "37140000013", "37140000013002", "4");
    EXPECT_EQ(found.count("crm2-3") + found.count("crm2-4"), 0U);
}

}  // namespace
}  // namespace aw::test
