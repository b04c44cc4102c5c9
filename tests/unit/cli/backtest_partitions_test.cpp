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
    void backtest(int partitions, const std::string& people) {
        const std::string into = "out-" + std::to_string(partitions) + people;
        const std::string set = "log.partitions=" + std::to_string(partitions);
        ASSERT_EQ(tool(with_config({"backtest"}, {"--events", scenario(), "--out", path(into), "--to",
                                                  "2026-04-20T00:00:00+08:00", "--people", people, "--set", set})),
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
