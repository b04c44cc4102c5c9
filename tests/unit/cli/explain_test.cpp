#include <gmock/gmock.h>

#include "rig.hpp"

namespace aw::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class ExplainTool : public ToolTest {
protected:
    // Ten steady weeks of a registered account, then a day's worth in a week; loaded as history.
    void load() {
        std::string text =
            "{\"event_id\":\"r\",\"account_code\":\"37140000012001\",\"occurred_at\":"
            "\"2026-05-29T09:00:00+08:00\",\"source\":\"crm\",\"account\":{\"operation\":\"REGISTER\","
            "\"name\":\"甲\",\"annual_revenue_hint\":{\"currency\":\"CNY\",\"minor\":\"20000000\"}}}\n";
        for (Day day = make_day(2026, 6, 1); day < make_day(2026, 8, 17); ++day) {
            const bool fallen = day >= make_day(2026, 8, 10);
            text += shipment("s-" + format_day(day), format_day(day) + "T12:00:00+08:00", fallen ? 10 : 100);
        }
        const std::string file = write("history.ndjson", text);
        ASSERT_EQ(tool(with_config({"send", "--backfill"}, {file})), 0) << err.str();
    }
    int explain(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "explain");
        return tool(with_config(arguments));
    }
};

TEST_F(ExplainTool, SaysWhyAndWhyNot) {
    load();
    ASSERT_EQ(explain({"37140000012", "--at", "2026-08-17 08:30", "--set", "language=en"}), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr("甲 (37140000012)"));
    EXPECT_THAT(out.str(), HasSubstr("weekly-items (volume drop, 2026-W33): no signal: it is history"));
    EXPECT_THAT(out.str(), HasSubstr("70 items against 700 items expected, -90.0 %"));
    // Every row of the policy answers.
    EXPECT_THAT(out.str(), HasSubstr("2026-07): nothing to tell: it has no revenue"));
    EXPECT_THAT(out.str(), HasSubstr("2026-W33): nothing to tell: it belongs to no group"));
    EXPECT_THAT(out.str(), HasSubstr("2026-07): nothing to tell: its industry is not known"));
    EXPECT_THAT(out.str(), HasSubstr("nothing to tell: it stands to the threshold as it did; revenue of twelve months"));
    EXPECT_THAT(out.str(), HasSubstr("profile-missing (customer file missing): nothing to tell: it has a customer file"));
    EXPECT_THAT(out.str(), HasSubstr("nothing to tell: it is no prospect"));
    ASSERT_EQ(explain({"37140000012001", "--at", "2026-08-10 08:30", "--set", "language=en"}), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr("weekly-items (volume drop, 2026-W32): nothing to tell: no gate is reached"));
    ASSERT_EQ(explain({"37140000012", "--at", "2026-08-17 08:30"}), 0);
    EXPECT_THAT(out.str(), HasSubstr("weekly-items (业务量下滑,2026-W33):未发信号:属于生效前的历史"));
}

// Loaded history goes on beyond its last record; what it says then is no fact.
TEST_F(ExplainTool, SaysThatTheLogEndsBeforeTheInstantAskedAbout) {
    load();
    ASSERT_EQ(explain({"37140000012", "--at", "2026-08-17 08:30", "--set", "language=en"}), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr("The log ends at 2026-08-16 12:00: what follows is what would be if nothing"));
    ASSERT_EQ(explain({"37140000012", "--at", "2026-08-17 08:30"}), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr("日志到 2026-08-16 12:00 为止"));
    ASSERT_EQ(explain({"37140000012", "--at", "2026-08-17 08:30", "-o", "json"}), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr(R"("log_to":"2026-08-16T04:00:00Z")"));
    for (const std::vector<std::string>& within :
         {std::vector<std::string>{"37140000012"}, {"37140000012", "--at", "2026-08-16 12:00"},
          {"37140000012", "--at", "2026-08-10 08:30"}}) {
        ASSERT_EQ(explain(within), 0) << err.str();
        EXPECT_THAT(out.str(), Not(HasSubstr("日志到"))) << within.back();
    }
}

TEST_F(ExplainTool, SaysWhenTheFirstRecordOfTheAccountIs) {
    load();
    EXPECT_EQ(explain({"37140000012", "--at", "2026-05-28"}), 1);
    EXPECT_THAT(err.str(), HasSubstr("nothing was known of 37140000012 on 2026-05-28 00:00 (Asia/Shanghai): its first "
                                     "record in the log is of 2026-05-29 09:00"));
    EXPECT_EQ(explain({"37140000099", "--at", "2026-05-28"}), 1);
    EXPECT_THAT(err.str(), HasSubstr("nothing is known of 37140000099\n"));
}

TEST_F(ExplainTool, AsJson) {
    load();
    ASSERT_EQ(explain({"37140000012", "-o", "json"}), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr(R"("explanations":[{"source":"COMPARISON","rule_id":"weekly-items")"));
    EXPECT_THAT(out.str(), HasSubstr(R"("log_from":"2026-05-29T01:00:00Z")"));
    EXPECT_EQ(out.str().back(), '\n');
}

TEST_F(ExplainTool, SaysWhatIsWrong) {
    EXPECT_EQ(explain({"37140000012"}), 74) << "there is no log yet";
    EXPECT_THAT(err.str(), HasSubstr("there is no log"));
    load();
    EXPECT_EQ(explain({"37140000099"}), 1);
    EXPECT_THAT(err.str(), HasSubstr("nothing is known of 37140000099"));
    EXPECT_EQ(explain({"37140000012", "--at", "2020-01-01"}), 1);
    EXPECT_EQ(explain({"37140000012", "--at", "yesterday"}), 2);
    EXPECT_EQ(explain({"x"}), 2);
    EXPECT_EQ(tool({"explain", "37140000012"}), 2);
    EXPECT_THAT(err.str(), HasSubstr("--config"));
    EXPECT_EQ(tool({"explain", "37140000012", "--url", "http://127.0.0.1:1"}), 69);
    EXPECT_EQ(tool({"explain", "37140000012", "--url", "http://127.0.0.1:1", "--set", "language=en"}), 69);
    EXPECT_EQ(tool({"explain", "37140000012", "--url", "http://127.0.0.1:1", "--set", "policy=x.yaml"}), 2);
    EXPECT_THAT(err.str(), HasSubstr("--set policy=x.yaml: a daemon is asked for language=en or language=zh"));
}

}  // namespace
}  // namespace aw::cli
