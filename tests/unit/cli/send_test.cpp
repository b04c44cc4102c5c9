#include <map>

#include <gmock/gmock.h>

#include "app/open_log.hpp"
#include "base/hash.hpp"
#include "cli/simulation/gzip_lines.hpp"
#include "codec/event_decoder.hpp"
#include "rig.hpp"
#include "settings/activation.hpp"
#include "settings/loader.hpp"

namespace aw::cli {
namespace {

using eventlog::Topic;
using testing::ElementsAre;
using testing::HasSubstr;

struct Appended {
    int partition;
    std::string id;
    std::string key;
    std::optional<Timestamp> declared;
};

class Send : public ToolTest {
protected:
    std::vector<Appended> log(int partitions = 1) {
        std::vector<Appended> list;
        each_event(
            [&](const eventlog::Record& record, const Result<const Event*, Refusal>& event) {
                list.push_back({record.partition, event ? std::string((*event)->event_id) : event.error().detail,
                                std::string(record.key), record.declared_time});
            },
            partitions);
        return list;
    }
    std::vector<std::string> ids(int partitions = 1) {
        std::vector<std::string> list;
        for (const auto& record : log(partitions)) list.push_back(record.id);
        return list;
    }
};

TEST_F(Send, GoesOnAfterABadLineAndNamesIt) {
    const std::string file = write("e.ndjson", shipment("e-1", "2026-11-20T09:00:00+08:00") + "\nnonsense\n" +
                                                   shipment("e-2", "2026-11-20T09:00:00+08:00", 5, "3714000001200") +
                                                   shipment("e-3", "2026-11-20T09:01:00+08:00"));
    EXPECT_EQ(tool(with_config({"send"}, {file})), 1);
    EXPECT_EQ(out.str(), "2 events appended, 2 rejected\n");
    EXPECT_THAT(err.str(), HasSubstr(file + ":3: UNDECODABLE: "));
    EXPECT_THAT(err.str(), HasSubstr(file + ":4: BAD_CUSTOMER_CODE: "));
    EXPECT_THAT(ids(), ElementsAre("e-1", "e-3"));
    EXPECT_EQ(log()[0].key, "37140000012");
    EXPECT_FALSE(log()[0].declared.has_value()) << "log time is the append time";
    EXPECT_EQ(tool(with_config({"send"}, {"-o", "json", file})), 1);
    EXPECT_EQ(out.str(), "{\"appended\":2,\"rejected\":2}\n");
}

TEST_F(Send, ReadsCsvAndGzip) {
    const std::string header =
        "event_id,account_code,occurred_at,source,complaint.complaint_id,complaint.category,complaint.severity,"
        "complaint.demand\n";
    const std::string file = write(
        "e.csv",
        header + "c-1,37140000012001,2026-11-20T09:00:00+08:00,crm,CMP-1,LOSS,MINOR,\"two\nlines, \"\"quoted\"\"\"\n" +
            "c-2,37140000012001,2026-11-20T09:00:00+08:00,crm,CMP-2,LOSS,MINOR\n" +
            "c-3,37140000012001,2026-11-20T09:00:00+08:00,crm,CMP-3,LOSS,MINOR,pay\n");
    EXPECT_EQ(tool(with_config({"send"}, {file})), 1);
    EXPECT_THAT(err.str(), HasSubstr(file + ":4: UNDECODABLE: ")) << "the record before took two lines";
    const std::string zipped = path("e.ndjson.gz");
    auto writer = LineWriter::open(zipped);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->write(shipment("z-1", "2026-11-20T09:00:00+08:00")
                                  .substr(0, shipment("z-1", "2026-11-20T09:00:00+08:00").size() - 1)));
    ASSERT_TRUE(writer->close());
    EXPECT_EQ(tool(with_config({"send"}, {zipped})), 0) << err.str();
    EXPECT_THAT(ids(), ElementsAre("c-1", "c-3", "z-1"));
}

// A forgotten quotation mark costs its own line: what follows is read, up to the end of the file and beyond 1 MiB.
TEST_F(Send, AStrayQuotationMarkCostsOneLine) {
    const std::string header = "event_id,account_code,occurred_at,source,shipment.business_line,shipment.items\n";
    const auto row = [](const std::string& id, const std::string& line) {
        return id + ",37140000012001,2026-11-20T09:00:00+08:00,sorting," + line + ",5\n";
    };
    std::string many;
    for (int n = 0; n < 20'000; ++n) many += row("m" + std::to_string(n), "express");
    const std::string file =
        write("e.csv", header + row("e-1", "express") + row("bad-1", "\"express") + row("e-2", "express") +
                           row("bad-2", "express\"") + row("e-3", "express") + row("two", "\"ex\npress\"") +
                           row("bad-3", "\"express") + many);
    ASSERT_GT(many.size(), 1U << 20);
    EXPECT_EQ(tool(with_config({"send"}, {file})), 1);
    EXPECT_EQ(out.str(), "20004 events appended, 3 rejected\n");
    EXPECT_THAT(err.str(), HasSubstr(file + ":3: UNDECODABLE: broken quotation\n"));
    EXPECT_THAT(err.str(), HasSubstr(file + ":5: UNDECODABLE: broken quotation\n"));
    EXPECT_THAT(err.str(), HasSubstr(file + ":9: UNDECODABLE: broken quotation: no end of it in 1048576 bytes\n"));
    const auto found = ids();
    EXPECT_EQ(std::vector<std::string>(found.begin(), found.begin() + 5),
              (std::vector<std::string>{"e-1", "e-2", "e-3", "two", "m0"}));
}

TEST_F(Send, AWrongHeaderOrAnUnreadableFileIsAMistake) {
    const std::string file = write("e.csv", "event_id,colour\ne-1,red\n");
    EXPECT_EQ(tool(with_config({"send"}, {file})), 1);
    EXPECT_THAT(err.str(), HasSubstr(file + ":1: UNKNOWN_FIELD: "));
    EXPECT_EQ(tool(with_config({"send"},
                               {path("nowhere"), write("ok.ndjson", shipment("e-1", "2026-11-20T09:00:00+08:00"))})),
              1);
    EXPECT_EQ(out.str(), "1 events appended, 0 rejected\n");
    const std::string cut = write("cut.gz", std::string("\x1f\x8b\x08\0\0\0\0\0\0\3\x4b", 11));
    EXPECT_EQ(tool(with_config({"send"}, {cut})), 1);
    EXPECT_THAT(err.str(), HasSubstr(cut + ":1: UNDECODABLE: the gzip data ends too early"));
    EXPECT_EQ(out.str(), "0 events appended, 1 rejected\n");
}

TEST_F(Send, WhatFollowsTheGzipDataIsRejectedAndCounted) {
    const std::string zipped = path("more.ndjson.gz");
    auto writer = LineWriter::open(zipped);
    ASSERT_TRUE(writer);
    std::string line = shipment("e-1", "2026-11-20T09:00:00+08:00");
    line.pop_back();
    ASSERT_TRUE(writer->write(line));
    ASSERT_TRUE(writer->close());
    std::ofstream(zipped, std::ios::binary | std::ios::app) << shipment("e-2", "2026-11-20T09:00:00+08:00");
    EXPECT_EQ(tool(with_config({"send"}, {zipped})), 1);
    EXPECT_THAT(err.str(), HasSubstr(zipped + ":2: UNDECODABLE: the gzip data ends at byte "));
    EXPECT_EQ(out.str(), "1 events appended, 1 rejected\n");
}

TEST_F(Send, BackfillSortsAndDeclaresItsTime) {
    const std::string first = write(
        "1.ndjson", shipment("late", "2026-06-02T09:00:00+08:00") + shipment("same-1", "2026-06-01T09:00:00+08:00"));
    std::string recorded = shipment("recorded", "2026-05-01T09:00:00+08:00");
    recorded.insert(recorded.find("\"source\""), "\"recorded_at\":\"2026-06-01T10:00:00+08:00\",");
    const std::string second =
        write("2.ndjson", shipment("same-2", "2026-06-01T09:00:00+08:00") + recorded +
                              "{\"event_id\":\"mark\",\"occurred_at\":\"2026-06-01T12:00:00+08:00\",\"source\":\"s\","
                              "\"watermark\":{\"feed\":\"s\",\"complete_until\":\"2026-06-01T12:00:00+08:00\"}}\n");
    const auto arguments = with_config({"send"}, {"--set", "log.partitions=2", "--backfill", first, second});
    ASSERT_EQ(tool(arguments), 0) << err.str();
    EXPECT_EQ(out.str(), "5 events appended, 0 rejected\n");
    std::map<int, std::vector<std::string>> partitions;
    for (const Appended& record : log(2)) {
        const bool activation = record.id.starts_with("activation-");
        partitions[record.partition].push_back(activation ? "activation" : record.id);
        ASSERT_TRUE(record.declared.has_value());
        if (activation) {
            EXPECT_EQ(*record.declared, test::shanghai("2026-06-01 09:00")) << "the first record's";
        }
        if (record.id == "recorded") {
            EXPECT_EQ(*record.declared, test::shanghai("2026-06-01 10:00"));
        }
    }
    // Each partition begins with the configuration and has the watermark; the account lives in one of them.
    const int home = partition_of("37140000012", 2);
    EXPECT_THAT(partitions[home], ElementsAre("activation", "same-1", "same-2", "recorded", "mark", "late"));
    EXPECT_THAT(partitions[1 - home], ElementsAre("activation", "mark"));
}

TEST_F(Send, BackfillIsRefusedOnALogThatHoldsEvents) {
    const std::string file = write("e.ndjson", shipment("e-1", "2026-11-20T09:00:00+08:00"));
    ASSERT_EQ(tool(with_config({"send"}, {file})), 0);
    EXPECT_EQ(tool(with_config({"send"}, {"--backfill", file})), 1);
    EXPECT_THAT(err.str(), HasSubstr("--backfill is for an empty one"));
    EXPECT_THAT(ids(), ElementsAre("e-1"));
}

TEST_F(Send, ExitCodesOfTheLog) {
    const std::string file = write("e.ndjson", shipment("e-1", "2026-11-20T09:00:00+08:00"));
    EXPECT_EQ(tool({"send", "--config", path("nowhere.yaml"), file}), 78);
    EXPECT_EQ(tool({"send", "--config", AW_SOURCE_DIR "/config/accountwatch.yaml", "--set",
                    "log.embedded.path=" + path("no/folder/log.db"), file}),
              74);
    ASSERT_EQ(tool(with_config({"send"}, {file})), 0);
    EXPECT_EQ(tool(with_config({"send"}, {"--set", "log.partitions=7", file})), 78) << "another number than the log's";
    write("broken.db", "this is no log");
    EXPECT_EQ(tool({"send", "--config", AW_SOURCE_DIR "/config/accountwatch.yaml", "--set",
                    "log.embedded.path=" + path("broken.db"), file}),
              74);
}

TEST_F(Send, KafkaThatDoesNotAnswerIsUnreachable) {
    const std::string file = write("e.ndjson", shipment("e-1", "2026-11-20T09:00:00+08:00"));
    // Nobody listens on the discard port of loopback.
    EXPECT_EQ(tool(with_config({"send"},
                               {"--set", "log.backend=kafka", "--set", "log.kafka.bootstrap_servers=[\"127.0.0.1:9\"]",
                                "--set", "log.kafka.properties={message.timeout.ms: 1000}", file})),
              69)
        << err.str();
    EXPECT_THAT(out.str(), HasSubstr("0 events appended"));
}

TEST_F(Send, TopicsOfTheEmbeddedLogAreFine) {
    EXPECT_EQ(tool(with_config({"topics", "create"})), 0) << err.str();
    EXPECT_EQ(tool(with_config({"topics", "check"}, {"-o", "json"})), 0) << err.str();
    EXPECT_EQ(out.str(), "{\"findings\":[]}\n");
}

}  // namespace
}  // namespace aw::cli
