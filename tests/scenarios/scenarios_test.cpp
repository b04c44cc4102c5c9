// Every scenario, run in every way, says what its expected.ndjson says. ACCEPT=1 rewrites that file and is reported as
// skipped, never as passed; requirements_test.cpp holds the times of the requirements, which no ACCEPT changes.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include <gtest/gtest.h>

#include "support/scenario.hpp"

namespace aw {
namespace {

enum class Way { Memory, Sqlite, Kafka };
struct Run {
    const char* scenario;
    Way way;
    bool restart = false;
    int partitions = test::kScenarioPartitions;
};

std::string way_name(Way way) { return way == Way::Memory ? "Memory" : way == Way::Sqlite ? "Sqlite" : "Kafka"; }

void PrintTo(const Run& run, std::ostream* out) {
    *out << run.scenario << (run.restart ? " restarted, " : ", ") << way_name(run.way) << " on " << run.partitions;
}

std::vector<Run> all_runs() {
    std::vector<Run> runs;
    for (const char* scenario :
         {"a-sharp-drop", "b-no-false-alarms", "c-serious-complaint", "d-competitor", "d-from-the-sighting",
          "f-departure", "f-outage"}) {
        for (const Way way : {Way::Memory, Way::Sqlite, Way::Kafka}) runs.push_back({scenario, way});
    }
    // Whatever concerns more than one account, on one partition and on more.
    for (const char* scenario : {"b-no-false-alarms", "f-outage"}) {
        for (const int partitions : {1, 4}) runs.push_back({scenario, Way::Memory, false, partitions});
    }
    for (const int partitions : {1, 4}) runs.push_back({"f-outage", Way::Sqlite, true, partitions});
    runs.push_back({"f-outage", Way::Kafka, true, 4});
    for (const Way way : {Way::Sqlite, Way::Kafka}) runs.push_back({"a-sharp-drop", way, true});
    for (const Way way : {Way::Sqlite, Way::Kafka}) runs.push_back({"f-departure", way, true});
    for (const Way way : {Way::Sqlite, Way::Kafka}) runs.push_back({"d-from-the-sighting", way, true});
    return runs;
}

std::string test_name(const testing::TestParamInfo<Run>& info) {
    std::string name = info.param.scenario;
    std::replace(name.begin(), name.end(), '-', '_');
    if (info.param.partitions != test::kScenarioPartitions) name += "_on_" + std::to_string(info.param.partitions);
    return name + (info.param.restart ? "_restarted_" : "_") + way_name(info.param.way);
}

test::Said run(const test::Scenario& scenario, const Run& how) {
    if (how.way == Way::Memory) return test::run_in_memory(scenario, how.partitions);
    const auto backends = test::all_backends();
    const auto kind =
        std::find_if(backends.begin(), backends.end(), [&](const auto& b) { return b.name == way_name(how.way); });
    const auto backend = kind->make(how.partitions);
    return test::run_through_log(scenario, *backend, how.restart);
}

class Scenarios : public testing::TestWithParam<Run> {};

TEST_P(Scenarios, SayWhatIsExpected) {
    const test::Scenario scenario = test::load_scenario(GetParam().scenario);
    const test::Said said = run(scenario, GetParam());
    EXPECT_EQ(said.dead_letters, 0U);
    const std::string path = scenario.folder + "/expected.ndjson";
    if (std::getenv("ACCEPT") != nullptr && GetParam().way == Way::Memory) {
        std::ofstream(path) << said.text();
        GTEST_SKIP() << "rewrote " << path;
    }
    std::ifstream file(path);
    ASSERT_TRUE(file.is_open()) << path;
    std::istringstream expected(std::string(std::istreambuf_iterator<char>(file), {}));
    std::istringstream actual(said.text());
    std::string left;
    std::string right;
    for (int line = 1;; ++line) {
        const bool more_left = static_cast<bool>(std::getline(expected, left));
        const bool more_right = static_cast<bool>(std::getline(actual, right));
        if (!more_left && !more_right) break;
        ASSERT_EQ(more_left ? left : "", more_right ? right : "") << "expected.ndjson:" << line;
    }
}

INSTANTIATE_TEST_SUITE_P(All, Scenarios, testing::ValuesIn(all_runs()), test_name);

}  // namespace
}  // namespace aw
