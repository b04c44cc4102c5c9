// What concerns more than one account comes out the same whatever the number of partitions: shards answer each other by
// way of the log, in a backtest in memory.
#include <map>
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "codec/output_decoder.hpp"
#include "rig.hpp"

namespace aw::cli {
namespace {

using testing::HasSubstr;

class BacktestPartitions : public ToolTest {
protected:
    static std::string scenario() { return std::string(AW_SOURCE_DIR) + "/tests/scenarios/f-departure/events.ndjson"; }

    // The lines of one output, sorted: the order among partitions at one instant is no promise.
    std::multiset<std::string> lines(const std::string& file) const {
        std::istringstream in(read(path(file)));
        std::multiset<std::string> list;
        for (std::string line; std::getline(in, line);) list.insert(line);
        return list;
    }
    void backtest(int partitions, const std::string& people, const std::string& events = scenario(),
                  const std::string& to = "2026-04-20T00:00:00+08:00") {
        const std::string into = "out-" + std::to_string(partitions) + people;
        const std::string set = "log.partitions=" + std::to_string(partitions);
        ASSERT_EQ(tool(with_config({"backtest"}, {"--events", events, "--out", path(into), "--to", to, "--people",
                                                  people, "--set", set})),
                  0)
            << err.str();
    }
};

TEST_F(BacktestPartitions, ReportsTasksAndNoticesAreTheSame) {
    for (const int partitions : {1, 3, 8}) backtest(partitions, "none");
    const auto reports = lines("out-1none/reports.ndjson");
    ASSERT_EQ(reports.size(), 3U);  // the list, its end, the statistics of March
    const std::string& list = *std::next(reports.begin());
    EXPECT_THAT(list, HasSubstr("\"kind\":\"HAND_OVER\""));
    EXPECT_THAT(*reports.begin(), HasSubstr("{\"name\":\"value\",\"value\":\"10000\"}"));
    for (const char* other : {"out-3none", "out-8none"}) {
        for (const char* file : {"reports", "tasks", "notices", "cases"}) {
            EXPECT_EQ(lines(std::string(other) + "/" + file + ".ndjson"),
                      lines(std::string("out-1none/") + file + ".ndjson"))
                << other << ' ' << file;
        }
        EXPECT_TRUE(lines(std::string(other) + "/dead-letters.ndjson").empty());
    }
}

// The accounts of all partitions are held by one gap, of which the last state is written.
TEST_F(BacktestPartitions, DataGapsAreTheSame) {
    std::string events;
    for (int n = 100; n < 140; ++n) {
        events += "{\"event_id\":\"s" + std::to_string(n) + "\",\"account_code\":\"37140000" + std::to_string(n) +
                  "001\",\"occurred_at\":\"2026-03-10T12:00:00+08:00\",\"source\":\"sorting\",\"shipment\":"
                  "{\"business_line\":\"express\",\"items\":5}}\n";
    }
    for (const char* at : {"2026-03-11T10:00:00+08:00", "2026-03-11T14:30:00+08:00"}) {
        events += std::string("{\"event_id\":\"w") + at + "\",\"occurred_at\":\"" + at +
                  "\",\"source\":\"sorting\",\"watermark\":{\"feed\":\"sorting\",\"region_code\":\"371400\","
                  "\"complete_until\":\"" +
                  at + "\"}}\n";
    }
    const std::string file = write("events.ndjson", events);
    for (const int partitions : {1, 4}) {
        backtest(partitions, "none", file, "2026-03-11T14:40:00+08:00");
        const std::string into = "out-" + std::to_string(partitions) + "none/";
        EXPECT_EQ(read(path(into + "data-gaps.ndjson")),
                  "{\"gap_id\":\"sorting-371400-2026-03-11T020000Z\",\"feed\":\"sorting\",\"region_code\":\"371400\","
                  "\"began_at\":\"2026-03-11T02:00:00Z\",\"opened_at\":\"2026-03-11T02:15:00Z\","
                  "\"closed_at\":\"2026-03-11T06:30:00Z\",\"accounts_held\":40}\n");
        EXPECT_THAT(read(path(into + "summary.json")), HasSubstr("\"notices\":2,\"data_gaps\":1,"));
    }
    EXPECT_EQ(lines("out-1none/notices.ndjson"), lines("out-4none/notices.ndjson"));
}

TEST_F(BacktestPartitions, PromptPeopleSubmitTheStatistics) {
    for (const int partitions : {1, 8}) {
        backtest(partitions, "prompt");
        std::map<TaskKind, Task> tasks;
        for (const auto& line : lines("out-" + std::to_string(partitions) + "prompt/tasks.ndjson")) {
            const Task task = *decode_task(line);
            tasks[task.kind] = task;
        }
        const Task& task = tasks.at(TaskKind::SUBMIT_STATISTICS);
        EXPECT_EQ(task.state, TaskState::DONE);
        EXPECT_LT(task.closed_at, task.due_at);
        EXPECT_THAT(task.warned_at, testing::IsEmpty());
    }
}

}  // namespace
}  // namespace aw::cli
