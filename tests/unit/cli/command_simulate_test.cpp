#include <gmock/gmock.h>

#include "rig.hpp"

namespace aw::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class SimulateTool : public ToolTest {
protected:
    int simulate(const std::string& days, const std::string& end) {
        return tool({"simulate", "--accounts", "1", "--days", days, "--seed", "1", "--end", end, "--out", path("h"),
                     "--config", AW_SOURCE_DIR "/config/accountwatch.yaml"});
    }
};

TEST_F(SimulateTool, WarnsOfYearsWhoseHolidaysAreNotKnown) {
    ASSERT_EQ(simulate("28", "2026-08-31"), 0);
    EXPECT_EQ(err.str(), "");
    ASSERT_EQ(simulate("40", "2024-01-20"), 0);
    EXPECT_EQ(err.str(), "no calendar has 2023: its holidays are not known, only weekdays count (warning)\n");
    ASSERT_EQ(simulate("400", "2028-01-20"), 0);
    EXPECT_EQ(err.str(),
              "no calendar has 2028: its holidays are not known, only weekdays count (warning)\n"
              "2027 is provisional: holidays are not known, only weekdays count (warning)\n");
}

}  // namespace
}  // namespace aw::cli
