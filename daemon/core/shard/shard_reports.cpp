// Shard: what concerns more than one account (design section 2). Every shard answers for every (subject, due time),
// zero too; the owner of the subject's key adds up and gives the result once, when all partitions have answered. Here
// also the monthly statistics of complaints, unit by unit (R69).
#include <algorithm>

#include "base/check.hpp"
#include "core/obligations/clock.hpp"
#include "core/shard/report_digest.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"
#include "core/shard/shard_topics.hpp"
#include "core/shard/subject_desk.hpp"

namespace aw {
namespace {

constexpr Duration kUnansweredKept = std::chrono::days{100};

std::string on_time_bp(std::int64_t within, std::int64_t closed) {
    return closed == 0 ? "" : std::to_string((within * 10'000 + closed / 2) / closed);
}

}  // namespace

Partial Shard::partial_about(std::string_view topic, std::string_view subject, Timestamp due_at) const {
    Partial partial;
    partial.topic = topic;
    partial.subject = subject;
    partial.due_at = due_at;
    partial.partition = place_.partition;
    partial.at = clock_;
    return partial;
}

Applied Shard::on_partial(const PartialEvent& event, Effects& effects) {
    if (is_gap_share(event.topic)) return on_gap_share(event, effects);
    if (event.topic.starts_with(kCohortResult)) {
        if (event.due_at) note_cohorts(event);
        return Applied::applied;
    }
    const bool sum = event.topic.starts_with(kGroupSum);
    const bool claim = event.topic == kOwnership || event.topic == kOwnershipConflict;
    const bool merge = event.topic == kMerged || event.topic == kMergedNowhere;
    const bool known = sum || claim || merge || event.topic == kHandOver || event.topic == kComplaintStatistics ||
                       event.topic == kCohort || event.topic == kGroupUsage || event.topic == kPortfolio;
    if (!known || !event.due_at || event.subject.empty() || event.partition < 0 || event.partition >= place_.partitions)
        return Applied::applied;
    if (sum || claim || merge) {  // one shard has added up already, or nothing is to be added up
        if (sum) judge_group(event, effects);
        if (event.topic == kOwnership) on_claim(event, effects);
        if (merge) on_merged(event, effects);
        if (event.topic == kOwnershipConflict) on_ownership_conflict(event, effects);
        return Applied::applied;
    }
    const std::string key(event.subject);
    Subject& subject = subjects_.change(key);
    Gathering& gathering = subject.gathering(event.topic, *event.due_at);
    if (gathering.closed) return Applied::applied;
    Answer& answer = gathering.answers[event.partition];
    if (event.sequence <= answer.sequence) return Applied::duplicate;
    answer.sequence = event.sequence;
    answer.counts = event.counts;
    // Only the first answer lists; the later ones count.
    for (const PartialEventItem& item : event.items) {
        if (gathering.told) break;
        answer.items.push_back(
            {std::string(item.kind), std::string(item.id), parse_root(item.account_root).value_or(AccountRoot{})});
    }
    if (gathering.answers.size() < static_cast<std::size_t>(place_.partitions)) return Applied::applied;
    if (event.topic == kHandOver) {
        hand_over_answered(key, subject, gathering, effects);
    } else if (event.topic == kCohort) {
        cohorts_answered(key, subject, gathering, effects);
    } else if (event.topic == kPortfolio) {
        portfolio_answered(subject, gathering, effects);
    } else if (event.topic == kGroupUsage) {
        groups_answered(key, subject, gathering, effects);
    } else {
        statistics_answered(key, subject, gathering, effects);
    }
    subjects_.drop_if_empty(key);
    return Applied::applied;
}

void Shard::fire_subject(const Timer& timer, Timestamp now, bool awake, std::int64_t late_s, Effects& effects) {
    const std::string key = subjects_.key_of(timer.root);
    Subject& subject = subjects_.change(key);
    SubjectDesk desk({*rules_, overlay_, timers_, effects, now, awake}, key, unit_of_subject(key), subject);
    Obligation* task = subject.find_task(timer.id);
    AW_CHECK(task != nullptr);  // finish() takes closed ones out of the queue
    desk.timer(*task, late_s);
}

// On the 1st: what every unit received and closed in the month that has ended. The month's end is what is answered for,
// so that the answers of all partitions meet whatever their evaluation time was.
void Shard::answer_statistics(Day first, Effects& effects) {
    if (rules_->policy.complaints.statistics_due_day <= 0) return;
    const Timestamp due = rules_->calendar.zone().at(first, 0);
    subjects_.forget_before(due - kUnansweredKept);
    const Month month{month_of(first).n - 1};
    const auto in_month = [&](Timestamp at) { return month_of(rules_->calendar.day_of(at)) == month; };
    std::map<UnitId, std::array<std::int64_t, 3>> counts;
    for (const Account& account : accounts_) {
        if (account.ledger == nullptr) continue;
        for (const Complaint& complaint : account.ledger->file.complaints) {
            auto& [received, closed, within] = counts[complaint.unit_id];
            if (in_month(complaint.received_at)) ++received;
            if (complaint.is_open() || !in_month(complaint.closed_at)) continue;
            ++closed;
            const Span* span = milestone_span(rules_->policy, MilestoneKind::ANSWER_COMPLAINT, complaint.severity);
            const bool in_time =
                span == nullptr || complaint.closed_at <= due_after(rules_->calendar, complaint.received_at, *span);
            if (in_time) ++within;
        }
    }
    for (const Unit& unit : rules_->organisation.units) {
        Partial partial = partial_about(kComplaintStatistics, unit.id.value, due);
        const auto& of_unit = counts[unit.id];
        partial.counts.assign(of_unit.begin(), of_unit.end());
        effects.emplace_back(std::move(partial));
    }
}

// A unit without complaints reports nothing, and neither does one before the first start.
void Shard::statistics_answered(const std::string& unit, Subject& subject, Gathering& gathering, Effects& effects) {
    const std::int64_t received = gathering.sum(0);
    const std::int64_t closed = gathering.sum(1);
    const std::int64_t within = gathering.sum(2);
    const Timestamp end = gathering.due_at;
    std::erase_if(subject.gatherings, [&](const Gathering& g) { return &g == &gathering; });
    const ComplaintRules& rules = rules_->policy.complaints;
    const bool history = !rules_->live_from || end < *rules_->live_from;
    if (history || received + closed == 0 || rules.statistics_due_day <= 0) return;

    const Calendar& calendar = rules_->calendar;
    const Day first = calendar.day_of(end);
    Report report;
    report.kind = "COMPLAINT_STATISTICS";
    report.unit_id = UnitId(unit);
    report.period = format_month(Month{month_of(first).n - 1});
    report.report_id = unit + "-complaint-statistics-" + report.period;
    report.rows = {{{"measure", "received"}, {"value", std::to_string(received)}},
                   {{"measure", "closed"}, {"value", std::to_string(closed)}},
                   {{"measure", "closed_in_time"}, {"value", std::to_string(within)}},
                   {{"measure", "on_time_bp"}, {"value", on_time_bp(within, closed)}}};
    report.sha256 = report_digest(report.rows);
    SubjectDesk desk({*rules_, overlay_, timers_, effects, clock_, true}, unit, report.unit_id, subject);
    const auto who = desk.first(StaffRole::SERVICE_HEAD, StaffRole::QUALITY);
    subject.forget_closed_tasks();
    effects.emplace_back(report);
    const Timestamp due = calendar.zone().at(first + rules.statistics_due_day, 0) - std::chrono::seconds{1};
    Obligation& task = desk.book().owe_since({.case_id = {},
                                              .kind = TaskKind::SUBMIT_STATISTICS,
                                              .who = who.who,
                                              .role = who.role,
                                              .span = {ClockKind::REAL, due - end, 0},
                                              .detail = report.report_id,
                                              .complaint_id = {}},
                                             end);
    const int remind = rules.statistics_remind_day;
    desk.book().remind_at(
        task, remind <= 0 ? Timestamp{} : calendar.zone().at(first + (remind - 1), rules_->policy.evaluation_minute));
    desk.notify(who.who, NoticeReason::TASK_ASSIGNED, &task);
}

// R74: of a complaint's investigation report the complaint's number is the id. It is broadcast, so that only the shard
// of the account knows it.
void Shard::approve_complaint(const ReportActionEvent& action, Effects& effects) {
    for (const std::uint32_t slot : slots_by_root()) {
        Account& account = accounts_[slot];
        Complaint* complaint =
            account.ledger == nullptr ? nullptr : account.ledger->file.find_complaint(action.report_id);
        if (complaint == nullptr) continue;
        with_desk(account, clock_, true, effects,
                  [&](Desks& desks) { desks.complaints.approve(*complaint, StaffId(action.staff_id)); });
    }
}

// Only the owner of the report has a task with its id.
void Shard::on_report_action(const ReportActionEvent& action, Effects& effects) {
    if (action.action == ReportStep::APPROVE) return approve_complaint(action, effects);
    if (action.action != ReportStep::SUBMIT) return;
    for (const auto& [key, known] : subjects_.all()) {
        const auto owed = [&](const Obligation& o) {
            return o.is_open() && o.task.kind == TaskKind::SUBMIT_STATISTICS && o.task.detail == action.report_id;
        };
        if (std::none_of(known.obligations.begin(), known.obligations.end(), owed)) continue;
        Subject& subject = subjects_.change(key);
        SubjectDesk desk({*rules_, overlay_, timers_, effects, clock_, true}, key, UnitId(key), subject);
        for (Obligation& o : subject.obligations) {
            if (owed(o)) desk.book().finish(o, TaskState::DONE);
        }
    }
}

}  // namespace aw
