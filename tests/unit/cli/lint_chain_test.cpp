#include <gmock/gmock.h>

#include "rig.hpp"

namespace aw::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kConfig = AW_SOURCE_DIR "/config/";

class LintChain : public ToolTest {
protected:
    // The shipped settings with an organisation in which each `was` reads `is`.
    [[nodiscard]] std::string settings(const std::vector<std::pair<std::string, std::string>>& changes) const {
        std::string text = read(kConfig + "organisation.yaml");
        for (const auto& [was, is] : changes) {
            const std::size_t at = text.find(was);
            EXPECT_NE(at, std::string::npos) << was;
            text.replace(at, was.size(), is);
        }
        write("organisation.yaml", text);
        return write("settings.yaml", "policy: " + kConfig + "policies/dezhou.yaml\norganisation: organisation.yaml\n" +
                                          "calendars: [" + kConfig + "calendars/cn.yaml]\n");
    }
    // Nobody for after-sales on a Monday and a Tuesday, but in the district with a service head of its own.
    [[nodiscard]] std::string nobody_serves() const {
        return settings({{"roles: [SERVICE_HEAD], deputy: quality-1}",
                          "roles: [SERVICE_HEAD], deputy: quality-1, leave: [{from: 2026-10-12, to: 2026-10-13}]}"},
                         {"roles: [QUALITY]}", "roles: [QUALITY], leave: [{from: 2026-10-08, to: 2026-10-13}]}"}});
    }
};

TEST_F(LintChain, TheShippedOrganisationHasNoGapIn2026) {
    EXPECT_EQ(tool({"lint-chain", "--config", kConfig + "accountwatch.yaml", "--from", "2026-01-01"}), 0) << out.str();
    EXPECT_EQ(out.str(), "365 days from 2026-01-01, 12 units, 6 grades (ungraded, too): 0 gaps, 0 warnings\n");
}

TEST_F(LintChain, TheYearToComeBeginsToday) {
    clock.at = test::shanghai("2026-11-20 00:30");  // the day before in UTC
    EXPECT_EQ(tool({"lint-chain", "--config", kConfig + "accountwatch.yaml"}), 0);
    EXPECT_EQ(out.str(),
              "warning  2027 is provisional: holidays are not known, only weekdays count\n"
              "365 days from 2026-11-20, 12 units, 6 grades (ungraded, too): 0 gaps, 1 warning\n");
    EXPECT_EQ(tool({"lint-chain", "--config", kConfig + "accountwatch.yaml", "--days", "1200"}), 0);
    EXPECT_THAT(out.str(), HasSubstr("warning  no calendar has 2028: its holidays"));
}

TEST_F(LintChain, GapsWithTimeAndReason) {
    const std::string file = nobody_serves();
    EXPECT_EQ(tool({"lint-chain", "--config", file, "--from", "2026-10-01", "--days", "31"}), 1);
    EXPECT_EQ(
        out.str(),
        "gap      2026-10-10 17:30 to 2026-10-12 00:00  AFTER_SALES in all 12 units but 371402 (HIGH, MEDIUM)\n"
        "         SERVICE_HEAD: service-head-1 is asked, but on leave from 2026-10-12 until 2026-10-13, as long as "
        "the clock runs\n"
        "gap      2026-10-12 00:00 to 2026-10-14 00:00  AFTER_SALES in all 12 units but 371402 (CRITICAL, HIGH, "
        "MEDIUM)\n"
        "         SERVICE_HEAD: service-head-1 is on leave until 2026-10-13, deputy quality-1 is on leave until "
        "2026-10-13\n"
        "31 days from 2026-10-01, 12 units, 6 grades (ungraded, too): 2 gaps, 0 warnings\n");
}

TEST_F(LintChain, JsonForPrograms) {
    const std::string file = nobody_serves();
    EXPECT_EQ(tool({"lint-chain", "--config", file, "--from", "2026-10-12", "--days", "1", "-o", "json"}), 1);
    EXPECT_EQ(out.str(),
              R"({"from":"2026-10-12","days":1,"gaps":[{"seat":"AFTER_SALES","units":["371400","371403","371422",)"
              R"("371423","371424","371425","371426","371427","371428","371481","371482"],)"
              R"("severities":["CRITICAL","HIGH","MEDIUM"],"from":"2026-10-11T16:00:00Z","to":"2026-10-12T16:00:00Z",)"
              R"("tried":[{"role":"SERVICE_HEAD","on_leave":[{"staff_id":"service-head-1","from":"2026-10-12",)"
              R"("until":"2026-10-13"},{"staff_id":"quality-1","from":"2026-10-08","until":"2026-10-13",)"
              R"("deputy":true}]}]}],"warnings":[],"calendar_warnings":[]})"
              "\n");
}

TEST_F(LintChain, AWarningIsNoFailure) {
    const std::string file =
        settings({{"roles: [DEVELOPING_UNIT_HEAD, KEY_ACCOUNT_CENTRE, PROVINCE_COORDINATOR], deputy: team-leader-1}",
                   "roles: [DEVELOPING_UNIT_HEAD], leave: [{from: 2026-10-12, to: 2026-10-13}]}"},
                  {"roles: [OPERATIONS]", "roles: [FINANCE]"}});
    EXPECT_EQ(tool({"lint-chain", "--config", file, "--from", "2026-10-12", "--days", "1"}), 0);
    EXPECT_EQ(
        out.str(),
        "warning  2026-10-12 00:00 to 2026-10-13 00:00  LEADER of G1, G2, ungraded in 371400 (HIGH, MEDIUM, LOW)\n"
        "         DEVELOPING_UNIT_HEAD: unit-head-1 is on leave until 2026-10-13\n"
        "         instead: dept-director-1 (DEPARTMENT_DIRECTOR)\n"
        "warning  2026-10-12 00:00 to 2026-10-13 00:00  OPERATIONS in all 12 units\n"
        "         OPERATIONS: vacant, in the unit and above it\n"
        "1 day from 2026-10-12, 12 units, 6 grades (ungraded, too): 0 gaps, 2 warnings\n");
    EXPECT_EQ(tool({"lint-chain", "--config", file, "--from", "2026-10-12", "--days", "1", "-o", "json"}), 0);
    EXPECT_THAT(out.str(), HasSubstr(R"("grades":["G1","G2",""],"severities":["HIGH","MEDIUM","LOW"])"));
    EXPECT_THAT(out.str(), HasSubstr(R"("instead":{"staff_id":"dept-director-1","role":"DEPARTMENT_DIRECTOR"}})"));
    EXPECT_THAT(out.str(), HasSubstr(R"({"role":"OPERATIONS","vacant":true})"));
}

TEST_F(LintChain, WrongUsageAndBadConfiguration) {
    const std::string file = kConfig + "accountwatch.yaml";
    EXPECT_EQ(tool({"lint-chain"}), 2);
    EXPECT_EQ(tool({"lint-chain", "--config", file, "--from", "tomorrow"}), 2);
    EXPECT_THAT(err.str(), HasSubstr("--from tomorrow: expected a date"));
    EXPECT_EQ(tool({"lint-chain", "--config", file, "--days", "0"}), 2);
    EXPECT_EQ(tool({"lint-chain", "--config", file, "--days", "3661"}), 2);
    EXPECT_EQ(tool({"lint-chain", "--config", file, "--set", "language=xx"}), 78);
    EXPECT_EQ(tool({"lint-chain", "--config", path("nowhere.yaml")}), 78);
}

TEST_F(LintChain, CheckWarnsOfGapsAtTheLeaveThatMakesThem) {
    clock.at = test::shanghai("2026-09-01 09:00");
    const std::string file = nobody_serves();
    EXPECT_EQ(tool({"check", file}), 0) << err.str();
    const std::string place = path("organisation.yaml") + ":42:105: nobody answers as AFTER_SALES in all 12 units but ";
    EXPECT_THAT(err.str(),
                HasSubstr(place + "371402 (CRITICAL, HIGH, MEDIUM) from 2026-10-12 00:00 to 2026-10-14 00:00; "
                                  "SERVICE_HEAD: service-head-1 is on leave until 2026-10-13, deputy "
                                  "quality-1 is on leave until 2026-10-13 (warning)\n"));
    EXPECT_THAT(out.str(), HasSubstr("0 mistakes, 5 warnings"));  // the night before, the calendar's, rows that are off
    clock.at = test::shanghai("2026-10-14 09:00");
    EXPECT_EQ(tool({"check", file}), 0);
    EXPECT_THAT(err.str(), Not(HasSubstr("SERVICE_HEAD"))) << "it is over";
}

TEST_F(LintChain, CheckRefusesAChainThatNobodyEverHolds) {
    const std::string file = settings({{"  - {id: 371402,",
                                        "  - {id: 370000, name: 省公司, type: PROVINCE, region_codes: [370000]}\n"
                                        "  - {id: 371402,"}});
    EXPECT_EQ(tool({"check", file}), 1);
    EXPECT_THAT(err.str(), HasSubstr(kConfig + "policies/dezhou.yaml:43:25: nobody answers as LEADER of G6 in 370000 "
                                               "(CRITICAL, HIGH, MEDIUM, LOW); EXECUTIVE_DEPUTY_GM: vacant, in the "
                                               "unit and above it\n"));
    EXPECT_THAT(err.str(), HasSubstr("nobody answers as SALES in 370000 (CRITICAL, HIGH, MEDIUM); KEY_ACCOUNT_MANAGER: "
                                     "vacant, in the unit and above it\n"));
    EXPECT_THAT(out.str(), HasSubstr("9 mistakes, 3 warnings"));
}

}  // namespace
}  // namespace aw::cli
