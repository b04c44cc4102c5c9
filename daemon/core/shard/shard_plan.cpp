// Shard::plan: the same questions about the same state, asked under the rules in force and under those to come.
#include <algorithm>

#include "base/hash.hpp"
#include "core/obligations/clock.hpp"
#include "core/shard/shard_planner.hpp"
#include "core/shard/shard_rows.hpp"

namespace aw {
namespace {

// The days that a judgement or a running deadline may look at.
constexpr int kDaysAhead = 400;

bool same_days(const Calendar& a, const Calendar& b, Day today) {
    if (a.zone().name() != b.zone().name()) return false;
    for (Day day = today - kHistoryDays; day < today + kDaysAhead; ++day) {
        const BusinessHours ours = a.hours(day);
        const BusinessHours theirs = b.hours(day);
        const bool same = a.exposure_milli(day, day + 1) == b.exposure_milli(day, day + 1) &&
                          a.is_business_day(day) == b.is_business_day(day) && ours.from_minute == theirs.from_minute &&
                          ours.to_minute == theirs.to_minute && a.zone().at(day, 0) == b.zone().at(day, 0);
        if (!same) return false;
    }
    return true;
}

const char* yes_no(bool value) { return value ? "yes" : "no"; }

bool is_about_a_drop(const CaseRecord& record) {
    return std::any_of(record.facts.begin(), record.facts.end(),
                       [](const SignalFact& fact) { return is_drop(fact.kind); });
}

}  // namespace

ReloadPlan Shard::Planner::run() {
    totals();
    if (plan_.changes_nothing) return std::move(plan_);
    for (const std::uint32_t slot : shard_.slots_by_root()) look_at(shard_.accounts_[slot]);
    return std::move(plan_);
}

bool Shard::Planner::judges_otherwise(const Rules& next) const {
    return old_.policy().comparisons != next.policy.comparisons ||
           !same_days(old_.rules.calendar, next.calendar, shard_.today());
}

bool Shard::Planner::compare_answers(ReloadKind kind, const Account& account, const CaseRecord* record,
                                     std::string what, std::string from, std::string to, const TaskId& task) {
    if (from == to) return false;
    plan_.add(kind,
              {account.root, record == nullptr ? CaseId{} : record->view.case_id, task, std::move(what),
               std::move(from), std::move(to)},
              examples_);
    return true;
}

void Shard::Planner::totals() {
    // As arm_schedule() will set it.
    const auto evaluation = [&](const Rules& rules) {
        const TimeZone& zone = rules.calendar.zone();
        const int minute = rules.policy.evaluation_minute;
        if (shard_.evaluated_through_.n != 0) return zone.at(shard_.evaluated_through_ + 1, minute);
        Day day = zone.day_of(shard_.clock_);
        while (zone.at(day, minute) <= shard_.clock_) ++day;
        return zone.at(day, minute);
    };
    plan_.revision_from = old_.rules.revision;
    plan_.revision_to = new_.rules.revision;
    plan_.changes_nothing = plan_.revision_from == plan_.revision_to && old_.rules.live_from == new_.rules.live_from;
    plan_.rolled_back = !plan_.changes_nothing && plan_.revision_to == shard_.refused_revision_;
    plan_.evaluation_from = evaluation(old_.rules);
    plan_.evaluation_to = evaluation(new_.rules);
    plan_.accounts = shard_.accounts_.size();
}

void Shard::Planner::look_at(const Account& account) {
    const bool watched = shard_.is_watched(account, old_.rules) || shard_.is_watched(account, new_.rules);
    if (watched) {
        ++plan_.accounts_watched;
        if (look_at_account(account)) ++plan_.accounts_affected;
        look_at_cadences(account);
    }
    const CaseRecord* open = account.ledger == nullptr ? nullptr : account.ledger->file.open_case();
    bool affected = open != nullptr && look_at_case(account, *open);
    const bool finds = look_at_findings(account, open);
    affected = affected || finds;
    if (open != nullptr || finds) ++plan_.cases;
    if (affected) ++plan_.cases_affected;
    look_at_deadlines(account);
}

// True if what it is changes.
bool Shard::Planner::look_at_account(const Account& account) {
    bool affected =
        compare_answers(ReloadKind::WATCHED, account, nullptr, {}, yes_no(shard_.is_watched(account, old_.rules)),
                        yes_no(shard_.is_watched(account, new_.rules)));
    const auto differs = [&](ReloadKind kind, std::string from, std::string to) {
        affected = compare_answers(kind, account, nullptr, {}, std::move(from), std::move(to)) || affected;
    };
    differs(ReloadKind::KEY_ACCOUNT, yes_no(old_.is_key(account)), yes_no(new_.is_key(account)));
    differs(ReloadKind::GRADE, old_.grade(account), new_.grade(account));
    differs(ReloadKind::UNIT, old_.unit(account).value, new_.unit(account).value);
    const StaffId leader = new_.leader(account);
    if (compare_answers(ReloadKind::LEADER, account, nullptr, {}, old_.leader(account).value, leader.value))
        affected = affected || leader.empty();
    return affected;
}

// True if it is closed or re-routed.
bool Shard::Planner::look_at_case(const Account& account, const CaseRecord& record) {
    bool affected = look_at_people(account, record);
    if (ends_by_itself(account, record)) {
        plan_.add(ReloadKind::CASE_CLOSES,
                  {account.root, record.view.case_id, {}, {}, std::string(name(record.view.state)), "CLOSED"},
                  examples_);
        affected = true;
    }
    look_at_measures(account, record);
    return affected;
}

// Who answers for those who hold something, and who is asked next.
bool Shard::Planner::look_at_people(const Account& account, const CaseRecord& record) {
    bool affected = false;
    std::vector<StaffId> told;
    const auto person = [&](ReloadKind kind, const StaffId& who, std::string_view what, const TaskId& task = {}) {
        if (who.empty() || std::find(told.begin(), told.end(), who) != told.end()) return;
        const bool differs =
            compare_answers(kind, account, &record, std::string(what), old_.staffing.active_or_deputy(who).value,
                            new_.staffing.active_or_deputy(who).value, task);
        if (differs) told.push_back(who);
        affected = affected || differs;
    };
    person(ReloadKind::OWNER, record.view.owner_staff_id, {});
    for (const GroupMember& member : record.view.group) {
        if (member.state == MemberState::INVITED || member.state == MemberState::ACCEPTED)
            person(ReloadKind::SEAT, member.staff_id, name(member.group_role));
    }
    for (const Obligation& owed : account.ledger->file.obligations) {
        const bool task = owed.is_open() && owed.task.kind != TaskKind::UNSPECIFIED;
        if (task && owed.task.case_id == record.view.case_id)
            person(ReloadKind::TASK_HOLDER, owed.task.assignee_staff_id, name(owed.task.kind), owed.task.task_id);
    }
    if (!record.is_live()) return affected;
    // The chain's posts are fixed with the case; who holds them is looked up when it goes up.
    const auto next = [&](const Side& side) {
        for (auto at = static_cast<std::size_t>(record.view.level); at < record.chain.size(); ++at) {
            StaffId who = side.first(account, record.chain[at].role);
            const bool asked = std::any_of(record.chain.begin(), record.chain.end(),
                                           [&](const ChainLevel& level) { return level.staff_id == who; });
            if (!who.empty() && !asked) return who;
        }
        return StaffId{};
    };
    const auto level = static_cast<std::size_t>(record.view.level);
    std::string post = level < record.chain.size() ? std::string(name(record.chain[level].role)) : std::string();
    const bool other_level =
        compare_answers(ReloadKind::NEXT_LEVEL, account, &record, std::move(post), next(old_).value, next(new_).value);
    return affected || other_level;
}

bool Shard::Planner::is_gone(std::uint64_t rule) const {
    const auto& rows = new_.policy().comparisons;
    return std::none_of(rows.begin(), rows.end(), [&](const ComparisonRow& row) { return hash64(row.id) == rule; });
}

// A WATCH case whose tasks are done waits only for the end of its episodes, and those end with their rows.
bool Shard::Planner::ends_by_itself(const Account& account, const CaseRecord& record) const {
    if (record.view.case_class != CaseClass::WATCH || !record.is_live()) return false;
    const Ledger& ledger = *account.ledger;
    if (!ledger.any_active()) return false;
    for (const Episode* episode : ledger.episodes()) {
        const auto& raised = episode->raised;
        if (std::any_of(raised.begin(), raised.end(), [&](const auto& row) { return !is_gone(row.first); }))
            return false;
    }
    return !ledger.file.any(record, [](const Obligation& owed) { return owed.is_open(); });
}

void Shard::Planner::look_at_measures(const Account& account, const CaseRecord& record) {
    if (!record.is_live()) return;
    for (const Observation& seen : record.observations) {
        if (!is_gone(seen.rule)) continue;
        std::string row;
        for (const ComparisonRow& known : old_.policy().comparisons) {
            if (hash64(known.id) == seen.rule) row = known.id;
        }
        if (!row.empty()) compare_answers(ReloadKind::UNMEASURED, account, &record, row, "measured", {});
    }
    const auto worst = [&](const Side& side) {
        Severity severity = Severity::UNSPECIFIED;
        for (const SignalFact& fact : record.facts) {
            severity = std::max(severity,
                                signal_severity(side.policy(), fact.base, side.grade(account), account.importance()));
        }
        return severity == Severity::UNSPECIFIED ? std::string() : std::string(name(severity));
    };
    compare_answers(ReloadKind::SEVERITY, account, &record, {}, worst(old_), worst(new_));
}

// True if a case would open or rise.
bool Shard::Planner::look_at_findings(const Account& account, const CaseRecord* open) {
    Finding now = finding_of_going_live(account);
    const bool other_account = old_.is_ours(account) != new_.is_ours(account);
    Finding before;
    if (now.row == nullptr && now.severity == Severity::UNSPECIFIED && (judged_otherwise_ || other_account)) {
        now = next_finding(account, new_);
        before = next_finding(account, old_);
    }
    const auto worth = [&](const Finding& finding, const Side& side) {
        return signal_severity(side.policy(), finding.severity, side.grade(account), account.importance());
    };
    if (now.severity <= before.severity || now.severity == Severity::UNSPECIFIED) return false;
    const Severity severity = worth(now, new_);
    if (severity <= Severity::INFO) return false;
    if (open != nullptr && (!open->is_live() || severity <= open->view.severity)) return false;
    const Severity from = open != nullptr ? open->view.severity : Severity::UNSPECIFIED;
    return compare_answers(open == nullptr ? ReloadKind::CASE_OPENS : ReloadKind::CASE_RISES, account, open,
                           now.row == nullptr ? std::string() : now.row->id,
                           from == Severity::UNSPECIFIED ? std::string() : std::string(name(from)),
                           std::string(name(severity)));
}

// An episode of the history that lasts when the daemon goes live opens its case then.
Shard::Planner::Finding Shard::Planner::finding_of_going_live(const Account& account) const {
    const bool goes_live = !old_.rules.is_live(shard_.clock_) && new_.rules.is_live(shard_.clock_);
    if (account.ledger == nullptr || !goes_live || !new_.is_ours(account)) return {};
    Finding worst;
    for (const Episode* episode : account.ledger->episodes()) {
        if (episode->is_active() && episode->unsignalled)
            worst.severity = std::max(worst.severity, episode->unsignalled->base);
    }
    return worst;
}

// What the next evaluations would tell if the period that ends is like the last one that was judged.
Shard::Planner::Finding Shard::Planner::next_finding(const Account& account, const Side& side) const {
    Finding worst;
    const bool live = side.rules.is_live(shard_.clock_);
    if (!live || shard_.evaluated_through_.n == 0 || account.usage.cells().empty() || !side.is_ours(account)) return {};
    const CaseRecord* open = account.ledger == nullptr ? nullptr : account.ledger->file.open_case();
    const bool drop_case = open != nullptr && open->is_live() && is_about_a_drop(*open);
    const Day through = shard_.evaluated_through_;
    const ComparisonContext context{side.rules.calendar,          account.usage, drop_case,
                                    shard_.history_from(account), nullptr,       shard_.budget_.tail_share(through)};
    for (const Period period :
         {Period{WindowKind::WEEK, week_of(through).n - 1}, Period{WindowKind::MONTH, month_of(through).n - 1}}) {
        shard_.each_row(account, side.policy(), period, true, true, [&](const ComparisonRow& row, UsageScope scope) {
            if (row.kind == SignalKind::BRANCH_SHIFT || row.kind == SignalKind::SHARE_OF_WALLET_DROP) return;
            ComparisonState state;
            state.rule = hash64(row.id);
            state.scope = scope;
            Severity told = Severity::UNSPECIFIED;
            if (account.ledger != nullptr) {
                const Ledger& ledger = *account.ledger;
                if (row.measure == Measure::REVENUE && ledger.is_told_of_items(scope)) return;
                told = ledger.episode_of(row).signalled;
                for (const ComparisonState& known : ledger.comparisons) {
                    if (known.rule == state.rule && known.scope == scope) state = known;
                }
            }
            // As if the period came once more: its runs go on, its own mark in the frozen baseline does not count.
            if (state.last_period == period.n) {
                --state.last_period;
                state.excluded >>= 1;
            }
            const ComparisonResult result = compare(context, row, scope, period, state);
            if (result.verdict != Verdict::fires || result.severity <= told || result.severity <= worst.severity)
                return;
            if (account.ledger != nullptr && account.ledger->is_superseded(row.kind, scope, result.severity)) return;
            worst = {&row, result.severity};
        });
    }
    return worst;
}

// The span that a policy sets for what is owed; null where it sets none.
const Span* Shard::Planner::span_of(const Account& account, const Obligation& owed, const Policy& policy) const {
    const CaseFile& file = account.ledger->file;
    Severity severity = Severity::UNSPECIFIED;
    for (const CaseRecord& record : file.cases) {
        if (record.view.case_id == owed.task.case_id) severity = record.view.severity;
    }
    for (const Complaint& complaint : file.complaints) {
        if (!owed.complaint_id.empty() && complaint.complaint_id == owed.complaint_id) severity = complaint.severity;
    }
    const bool invitation = owed.task.kind == TaskKind::ACCEPT_ROLE;
    const MilestoneKind milestone = invitation ? MilestoneKind::FORM_GROUP : owed.milestone;
    if (milestone != MilestoneKind::UNSPECIFIED) return milestone_span(policy, milestone, severity);
    for (const SignalTaskRule& rule : policy.signal_tasks) {
        if (rule.kind == owed.task.kind && rule.who == owed.task.assignee_role) return &rule.span;
    }
    return nullptr;
}

// Only clocks that run on a span of the policy in force: what somebody set by hand is no rule's.
void Shard::Planner::look_at_deadlines(const Account& account) {
    if (account.ledger == nullptr) return;
    for (const Obligation& owed : account.ledger->file.obligations) {
        if (!owed.is_queued() || owed.fired >= Obligation::kBreached || !owed.started_at.is_set()) continue;
        const Span* before = span_of(account, owed, old_.policy());
        if (before == nullptr || *before != owed.span) continue;
        const Span* after = span_of(account, owed, new_.policy());
        const Timestamp was = due_after(old_.rules.calendar, owed.started_at, *before);
        const Timestamp is = after == nullptr ? Timestamp{} : due_after(new_.rules.calendar, owed.started_at, *after);
        if (was == is) continue;
        const bool task = owed.task.kind != TaskKind::UNSPECIFIED;
        plan_.add(ReloadKind::DEADLINE,
                  {account.root, owed.task.case_id, task ? owed.task.task_id : TaskId{},
                   std::string(task ? name(owed.task.kind) : name(owed.milestone)), format_utc(owed.task.due_at),
                   after == nullptr ? std::string() : format_utc(is)},
                  examples_);
    }
}

ReloadPlan Shard::plan(const Rules& next, std::size_t examples) const { return Planner(*this, next, examples).run(); }

}  // namespace aw
