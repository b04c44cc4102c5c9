#include "bench/detection/report.hpp"

#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "bench/detection/options.hpp"
#include "unit/bench_detection/worlds.hpp"

namespace aw::bench {
namespace {

std::string printed(const Table& table, bool markdown) {
    std::ostringstream out;
    print(out, table, markdown);
    return out.str();
}

TEST(BenchTable, AlignsColumnsAndKnowsMarkdown) {
    const Table table{{"a", "ratio"}, {{"name", "–"}, {"b", "12.50"}}};
    EXPECT_EQ(printed(table, false), "a     ratio\n----  -----\nname      –\nb     12.50\n");
    EXPECT_EQ(printed(table, true), "| a    | ratio |\n| ---- | ----: |\n| name |     – |\n| b    | 12.50 |\n");
}

TEST(BenchOptions, ReadTheCommandLineAndRefuseWhatTheyDoNotKnow) {
    const char* good[] = {"x", "--only", "EWMA", "--portfolio", "jp", "--quick", "--markdown", "--seed", "9"};
    const Options options = parse_options(9, good);
    EXPECT_EQ(options.error, "");
    EXPECT_TRUE(options.quick && options.markdown && !options.detail);
    EXPECT_EQ(options.seed, 9U);
    EXPECT_TRUE(chosen(options.only, "EWMA 0.08"));
    EXPECT_FALSE(chosen(options.only, "ADWIN"));
    EXPECT_TRUE(chosen({}, "ADWIN"));
    const char* unknown[] = {"x", "--fast"};
    EXPECT_NE(parse_options(2, unknown).error, "");
    const char* missing[] = {"x", "--data"};
    EXPECT_NE(parse_options(2, missing).error, "");
    const char* seed[] = {"x", "--seed", "one"};
    EXPECT_NE(parse_options(3, seed).error, "");
}

// What a detector cannot do is a dash, never a zero that looks like a result.
TEST(BenchReport, ShowsADashForWhatADetectorCannotDo) {
    const World world = steady_world(40, 420, 12, 0.1, 51);
    const Stratum stratum = make_stratum(world, 10.0, 2, 52);
    const ScenarioSet scenarios = make_scenarios(stratum.world, 2, true, 53);
    const Script detector({});
    Evaluation evaluation = begin_evaluation(detector);
    evaluate_stratum(detector, stratum, &scenarios, evaluation);
    const Table table = summary({evaluation});
    ASSERT_EQ(table.rows.size(), 1U);
    ASSERT_EQ(table.rows[0].size(), table.head.size());
    std::map<std::string, std::string> cells;
    for (std::size_t i = 0; i < table.head.size(); ++i) cells[table.head[i]] = table.rows[0][i];
    for (const char* head : {"cal.err", "right", "recov.", "early", "untuned FA", "gaps", "collapses", "festival"})
        EXPECT_EQ(cells.at(head), nothing()) << head;
    EXPECT_EQ(cells.at("miss 50"), "100%");
    EXPECT_EQ(cells.at("leavers"), "0%");
    EXPECT_EQ(cells.at("lane d"), "60.0");
    EXPECT_EQ(detail({evaluation}).rows.size(), 1U);
}

}  // namespace
}  // namespace aw::bench
