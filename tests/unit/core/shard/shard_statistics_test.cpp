// R69: the monthly statistics of complaints, unit by unit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_ring.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRing;
using testing::IsEmpty;

std::string code_of(int account) { return "371400000" + std::to_string(10 + account) + "001"; }

class ComplaintStatistics : public testing::TestWithParam<int> {
protected:
    ComplaintStatistics() : ring(GetParam()) {
        for (int i = 1; i <= 3; ++i) {
            AccountEvent change;
            change.name = "a";
            change.annual_revenue_hint = yuan(182'000);
            ring.at("2026-02-02 09:00", code_of(i), change);
        }
    }
    void receive(const char* local, int account, std::string_view id) {
        ComplaintEvent complaint;
        complaint.complaint_id = id;
        complaint.category = ComplaintCategory::DELAY;
        complaint.severity = ComplaintSeverity::MINOR;
        complaint.demand = "refund";
        ring.at(local, code_of(account), complaint);
    }
    void close(const char* local, int account, std::string_view id) {
        ring.at(local, code_of(account),
                ComplaintProgressEvent{id, ComplaintState::CLOSED, Satisfaction::SATISFIED, 1, true});
    }
    // The example of R69: two received, two closed, one of them within seven days.
    void march() {
        receive("2026-03-02 10:00", 1, "CMP-1");
        receive("2026-03-05 15:00", 2, "CMP-2");
        close("2026-03-10 09:00", 2, "CMP-2");
        close("2026-03-11 11:00", 1, "CMP-1");
        ring.advance("2026-04-01 12:00");
    }
    std::vector<std::string> told() const {
        std::vector<std::string> list;
        for (const Notice& notice : ring.all<Notice>()) {
            if (notice.account_root.is_set()) continue;
            list.push_back(std::string(name(notice.reason)) + " " + notice.recipient_staff_id.value + " " +
                           format_utc(notice.created_at));
        }
        return list;
    }
    static std::string value(const Report& report, std::size_t row) { return report.rows.at(row).at(1).value; }

    ShardRing ring;
};

TEST_P(ComplaintStatistics, OfMarch) {
    march();
    const auto reports = ring.all<Report>();
    ASSERT_EQ(reports.size(), 1U);
    const Report& report = reports.front();
    EXPECT_EQ(report.kind, "COMPLAINT_STATISTICS");
    EXPECT_EQ(report.report_id, "city-complaint-statistics-2026-03");
    EXPECT_EQ(report.unit_id.value, "city");
    EXPECT_EQ(report.period, "2026-03");
    EXPECT_EQ(report.version, 1);
    ASSERT_EQ(report.rows.size(), 4U);
    EXPECT_EQ(value(report, 0), "2");     // received
    EXPECT_EQ(value(report, 1), "2");     // closed
    EXPECT_EQ(value(report, 2), "1");     // within seven days
    EXPECT_EQ(value(report, 3), "5000");  // on time, bp
    const auto tasks = ring.tasks(TaskKind::SUBMIT_STATISTICS);
    ASSERT_EQ(tasks.size(), 1U);
    EXPECT_EQ(tasks.front().task_id.value, "city-t1");
    EXPECT_EQ(tasks.front().assignee_staff_id.value, "service");
    EXPECT_EQ(tasks.front().opened_at, shanghai("2026-04-01 08:30"));
    EXPECT_EQ(tasks.front().due_at, shanghai("2026-04-10 23:59:59"));
    EXPECT_THAT(told(), testing::ElementsAre("TASK_ASSIGNED service 2026-04-01T00:30:00Z"));
}

TEST_P(ComplaintStatistics, NotSubmittedIsRemindedAndOverdueOnce) {
    march();
    ring.advance("2026-04-10 23:59:59");
    EXPECT_THAT(told(), testing::ElementsAre("TASK_ASSIGNED service 2026-04-01T00:30:00Z",
                                             "REMINDER service 2026-04-08T00:30:00Z"));
    EXPECT_EQ(ring.tasks(TaskKind::SUBMIT_STATISTICS).back().state, TaskState::OPEN);
    ring.restart();
    ring.advance("2026-04-30 12:00");
    EXPECT_THAT(told(), testing::ElementsAre("TASK_ASSIGNED service 2026-04-01T00:30:00Z",
                                             "REMINDER service 2026-04-08T00:30:00Z",
                                             "DEADLINE_BREACHED service 2026-04-10T16:00:00Z"));
    EXPECT_EQ(ring.tasks(TaskKind::SUBMIT_STATISTICS).back().state, TaskState::OVERDUE);
}

// R92: a task for a unit is handed over like one of an account.
TEST_P(ComplaintStatistics, OfWhoLeavesGoToTheSuccessor) {
    march();
    ring.at("2026-04-02 10:00", {}, StaffChangeEvent{"service", StaffState::LEAVING, "quality", {}});
    EXPECT_EQ(ring.tasks(TaskKind::SUBMIT_STATISTICS).back().assignee_staff_id.value, "quality");
    EXPECT_THAT(told(), testing::Contains("TASK_ASSIGNED quality 2026-04-02T02:00:00Z"));
    const auto reports = ring.all<Report>();
    ASSERT_GE(reports.size(), 2U);
    EXPECT_EQ(reports.back().kind, "HAND_OVER");
    EXPECT_TRUE(reports.back().rows.empty());  // complete
    ring.restart();
}

TEST_P(ComplaintStatistics, OfWhoLeavesWithoutASuccessorStayOnTheListAndAreToldToTheSuperior) {
    march();
    ring.at("2026-04-02 10:00", {}, StaffChangeEvent{"service", StaffState::LEFT, {}, {}});
    const auto reports = ring.all<Report>();
    ASSERT_EQ(reports.back().kind, "HAND_OVER");
    bool listed = false;
    for (const auto& row : reports.back().rows) listed = listed || row.at(1).value == "city-t1";
    EXPECT_TRUE(listed);
    ring.restart();
    ring.advance("2026-04-30 12:00");
    EXPECT_THAT(told(), testing::Contains("REMINDER director 2026-04-08T00:30:00Z"));
    EXPECT_THAT(told(), testing::Contains("DEADLINE_BREACHED director 2026-04-10T16:00:00Z"));
}

TEST_P(ComplaintStatistics, SubmittedAtTheLastSecond) {
    march();
    ring.at("2026-04-10 23:59:59", {},
            ReportActionEvent{"city-complaint-statistics-2026-03", ReportStep::SUBMIT, "service", {}});
    ring.advance("2026-04-30 12:00");
    EXPECT_THAT(told(), testing::Not(testing::Contains(testing::HasSubstr("BREACHED"))));
    EXPECT_EQ(ring.tasks(TaskKind::SUBMIT_STATISTICS).back().state, TaskState::DONE);
}

TEST_P(ComplaintStatistics, SubmittingAnotherReportIsNotEnough) {
    march();
    ring.at("2026-04-03 10:00", {},
            ReportActionEvent{"city-complaint-statistics-2026-02", ReportStep::SUBMIT, "service", {}});
    ring.at("2026-04-03 10:00", {},
            ReportActionEvent{"city-complaint-statistics-2026-03", ReportStep::APPROVE, "gm", {}});
    EXPECT_EQ(ring.tasks(TaskKind::SUBMIT_STATISTICS).back().state, TaskState::OPEN);
}

TEST_P(ComplaintStatistics, AMonthWithoutComplaintsReportsNothing) {
    ring.advance("2026-04-30 12:00");
    EXPECT_TRUE(ring.all<Report>().empty());
    EXPECT_THAT(told(), IsEmpty());
    for (const Shard& shard : ring.shards) {
        for (const StateRecord& record : test::snapshot_of(shard)) EXPECT_NE(record.key.substr(0, 2), "u/");
    }
}

TEST_P(ComplaintStatistics, ReceivedInOneMonthClosedInTheNext) {
    receive("2026-03-30 10:00", 1, "CMP-1");
    close("2026-04-02 10:00", 1, "CMP-1");
    ring.advance("2026-05-01 12:00");
    const auto reports = ring.all<Report>();
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_EQ(value(reports[0], 0) + "/" + value(reports[0], 1) + "/" + value(reports[0], 3), "1/0/");
    EXPECT_EQ(value(reports[1], 0) + "/" + value(reports[1], 1) + "/" + value(reports[1], 3), "0/1/10000");
    EXPECT_EQ(reports[1].period, "2026-04");
}

INSTANTIATE_TEST_SUITE_P(Partitions, ComplaintStatistics, testing::Values(1, 3, 8));

}  // namespace
}  // namespace aw
