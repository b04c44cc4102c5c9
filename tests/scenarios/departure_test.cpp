// What requirements section 4 says of the departure in scenario F (R92), literally; the folder runs through every log.
#include "codec/output_decoder.hpp"
#include "scenarios/scenario_facts.hpp"

namespace aw {
namespace {

using test::at;
using test::expect_due;
using test::milestones_of;
using test::shanghai;
using test::tasks_of;
using test::told;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Departure : public testing::TestWithParam<int> {
protected:
    Departure() : said(test::run_in_memory(test::load_scenario("f-departure"), GetParam())) {}
    std::vector<Report> lists() const {
        std::vector<Report> found;
        for (const std::string& text : said.reports) {
            const auto report = decode_report(text);
            if (report && report->kind == "HAND_OVER") found.push_back(*report);
        }
        return found;
    }
    test::Said said;
};

// A manager with seven accounts, two open cases and five tasks: a list of fourteen; reassigned, it is complete.
TEST_P(Departure, AListOfFourteenUntilNothingIsLeft) {
    const auto reports = lists();
    ASSERT_THAT(reports, SizeIs(2));
    EXPECT_EQ(reports[0].version, 1);
    std::map<std::string, int> rows;
    for (const auto& row : reports[0].rows) ++rows[row.at(0).value];
    EXPECT_EQ(rows, (std::map<std::string, int>{{"ACCOUNT", 7}, {"CASE", 2}, {"TASK", 5}}));
    EXPECT_EQ(reports[1].version, 2);
    EXPECT_THAT(reports[1].rows, IsEmpty());
    EXPECT_THAT(told(said.notices_for(NoticeReason::HAND_OVER)),
                ElementsAre(at("dept-director-1", "2026-03-11 15:00"), at("dept-director-1", "2026-03-11 16:30")));
    const auto tasks = tasks_of(said, TaskKind::HAND_OVER);
    ASSERT_THAT(tasks, SizeIs(1));
    EXPECT_EQ(tasks[0].state, TaskState::DONE);
    EXPECT_EQ(tasks[0].opened_at, shanghai("2026-03-11 15:00"));
    EXPECT_EQ(tasks[0].due_at, shanghai("2026-03-12 15:00"));  // 1 bd
    EXPECT_EQ(tasks[0].closed_at, shanghai("2026-03-11 16:30"));
}

TEST_P(Departure, CasesKeepTheirDeadlines) {
    ASSERT_THAT(said.cases, SizeIs(2));
    for (const Case& view : said.cases) {
        EXPECT_EQ(view.opened_at, shanghai("2026-03-11 10:00"));
        const auto first = [&](MilestoneKind kind, const char* due) {
            const auto list = milestones_of(view, kind);
            ASSERT_FALSE(list.empty()) << name(kind);
            expect_due(list.front(), due);
        };
        first(MilestoneKind::ACKNOWLEDGE, "2026-03-11 12:00");
        first(MilestoneKind::FORM_GROUP, "2026-03-11 14:00");
        first(MilestoneKind::FIRST_CONTACT, "2026-03-12 10:00");
        first(MilestoneKind::CAUSE_AND_PLAN, "2026-03-13 10:00");
        EXPECT_TRUE(test::has_seat(view, "key-account-manager-2", GroupRole::SALES));
    }
    test::expect_no_duplicates(said);
}

INSTANTIATE_TEST_SUITE_P(Partitions, Departure, testing::Values(1, 4));

}  // namespace
}  // namespace aw
