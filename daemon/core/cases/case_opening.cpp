// CaseDesk: a signal opens a case, attaches to one, raises it, or brings it back.
#include <algorithm>

#include "base/hash.hpp"
#include "core/cases/case_desk.hpp"
#include "core/cases/group_seats.hpp"
#include "core/model/value_at_risk.hpp"
#include "core/policy/grading.hpp"

namespace aw {
namespace {

// Kinds that count as one for "two different emergency kinds meet" (requirements 3.1).
int family(SignalKind kind) {
    switch (kind) {
        case SignalKind::VOLUME_DROP:
        case SignalKind::REVENUE_DROP:
        case SignalKind::GRADUAL_DECLINE:
            return 1;
        case SignalKind::COMPETITOR_SUSPECTED:
        case SignalKind::COMPETITOR_CONFIRMED:
            return 2;
        default:
            return 100 + static_cast<int>(kind);
    }
}

// What the first notice of a case says: what happened, and the first reason in words.
NoticeFacts case_opened(const Signal& signal) {
    return {.signal = signal.kind, .detail = signal.reasons.empty() ? std::string() : signal.reasons.front().text};
}

}  // namespace

bool is_drop(SignalKind kind) { return family(kind) == 1; }

void CaseDesk::take_signal(Signal signal, Severity base, std::string_view complaint_id) {
    place(signal, base, complaint_id);
}

void CaseDesk::take_drop(Signal signal, Severity base, std::uint64_t rule, UsageScope scope, double level) {
    CaseRecord* record = place(signal, base, {});
    if (record == nullptr || !record->is_live()) return;
    const auto known = std::find_if(record->observations.begin(), record->observations.end(),
                                    [&](const Observation& o) { return o.rule == rule && o.scope == scope; });
    Observation& watched =
        known != record->observations.end() ? *known : record->observations.emplace_back(Observation{rule, scope});
    if (watched.level <= 0) watched.level = level;  // a second fall is measured against the same
    for (const ComparisonRow& row : desk_.policy().comparisons) {
        if (hash64(row.id) != rule) continue;
        for (const LadderStep& step : row.ladder) {
            const std::int32_t fell_to = 10'000 + step.change_bp;
            if (step.severity == base && (watched.fell_to_bp == 0 || fell_to < watched.fell_to_bp))
                watched.fell_to_bp = fell_to;
        }
    }
}

// Gives the signal its id and its case. Null: information that no case is open for.
CaseRecord* CaseDesk::place(Signal& signal, Severity base, std::string_view complaint_id) {
    CaseRecord* open = file_.open_case();
    const std::string root = format_root(desk_.account().root);
    signal.signal_id = SignalId(root + "-s" + std::to_string(++file_.last_signal));
    signal.account_root = desk_.account().root;
    signal.config_revision = desk_.rules().revision;
    signal.detected_at = desk_.now();
    if (open == nullptr && signal.severity == Severity::INFO) {
        desk_.effects().emplace_back(signal);
        return nullptr;
    }
    CaseRecord* closed = open == nullptr && !file_.cases.empty() ? &file_.cases.back() : nullptr;
    if (closed != nullptr && !may_reopen(*closed, signal)) closed = nullptr;
    CaseRecord* known = open != nullptr ? open : closed;
    signal.case_id = known != nullptr ? known->view.case_id : CaseId(root + "-" + std::to_string(++file_.last_case));
    desk_.effects().emplace_back(signal);
    if (open != nullptr) {
        attach(*open, signal, base, complaint_id);
        return open;
    }
    if (closed == nullptr) return &open_case(signal, base, complaint_id);
    note_signal(*closed, signal, base, complaint_id);
    reopen(*closed, signal, base);
    save(*closed);
    return closed;
}

CaseClass CaseDesk::class_for(SignalKind kind, Severity severity) const {
    const SeverityRule* rule = severity_rule(desk_.policy(), kind);
    if (rule != nullptr && rule->emergency && severity >= Severity::MEDIUM) return CaseClass::EMERGENCY;
    return is_drop(kind) && severity == Severity::LOW ? CaseClass::WATCH : CaseClass::SUPERVISED_FOLLOW_UP;
}

void CaseDesk::note_signal(CaseRecord& record, const Signal& signal, Severity base, std::string_view complaint_id) {
    Case& view = record.view;
    view.signals.push_back(signal.signal_id);
    if (std::find(view.kinds.begin(), view.kinds.end(), signal.kind) == view.kinds.end())
        view.kinds.push_back(signal.kind);
    record.facts.push_back(
        {signal.kind, base, signal.severity, desk_.now(), signal.window_from ? signal.business_line : std::string()});
    if (is_drop(signal.kind)) record.drop_over = false;
    const std::string complaint(complaint_id);
    const bool known =
        std::find(view.complaint_ids.begin(), view.complaint_ids.end(), complaint) != view.complaint_ids.end();
    if (!complaint.empty() && !known) view.complaint_ids.push_back(complaint);
    take_figures(view, signal);
}

// Ended cases stay for a while so that a late command finds them; the log keeps them all.
void CaseDesk::forget_old_cases() {
    while (file_.cases.size() > CaseFile::kEndedKept) {
        const CaseRecord& oldest = file_.cases.front();
        file_.each(oldest, [&](Obligation& o) {
            if (o.complaint_id.empty()) return desk_.book().finish(o, TaskState::CANCELLED);
            if (!o.is_open()) return;
            o.task.case_id = {};  // what is owed to the customer goes on without the case
            desk_.book().emit(o);
        });
        std::erase_if(file_.obligations, [&](const Obligation& o) { return o.task.case_id == oldest.view.case_id; });
        file_.cases.erase(file_.cases.begin());
    }
}

CaseRecord& CaseDesk::open_case(const Signal& signal, Severity base, std::string_view complaint_id) {
    forget_old_cases();
    CaseRecord& record = file_.cases.emplace_back();
    Case& view = record.view;
    view.case_id = signal.case_id;
    view.account_root = desk_.account().root;
    view.account_name = desk_.account().name;
    view.unit_id = desk_.account().unit;
    view.grade = desk_.account().grade;
    view.case_class = class_for(signal.kind, signal.severity);
    view.severity = signal.severity;
    view.opened_at = desk_.now();
    view.ledger.detected_at = desk_.now();
    view.ledger.notified_at = desk_.now();
    record.live_since = desk_.now();
    note_signal(record, signal, base, complaint_id);
    switch (view.case_class) {
        case CaseClass::EMERGENCY:
            start_emergency(record, signal);
            break;
        case CaseClass::SUPERVISED_FOLLOW_UP:
            start_supervised(record, signal);
            break;
        default:
            view.owner_staff_id = sales(record);
            break;
    }
    observe_by_default(record, signal.kind);
    add_signal_tasks(record, signal, base);
    if (view.case_class == CaseClass::WATCH) {
        desk_.notify(view.owner_staff_id, NoticeReason::WATCH_SIGNAL, &record, nullptr, {.signal = signal.kind});
    }
    desk_.decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "OPENED", view.case_id, signal.rule_id,
                 {{"signal", std::string(name(signal.kind))}});
    save(record);
    return record;
}

// What has nothing of its own to recover is judged by the account's volume: its first comparison of all items.
void CaseDesk::observe_by_default(CaseRecord& record, SignalKind kind) {
    const bool by_volume = kind == SignalKind::COMPETITOR_SUSPECTED || kind == SignalKind::COMPETITOR_CONFIRMED ||
                           kind == SignalKind::MANUAL || kind == SignalKind::INACTIVITY ||
                           kind == SignalKind::DEFECTION;
    if (!by_volume || !record.observations.empty()) return;
    for (const ComparisonRow& row : desk_.policy().comparisons) {
        if (row.per != Scope::ROOT || row.measure != Measure::ITEMS || row.reference != Reference::RECENT) continue;
        const int days = row.window == WindowKind::MONTH ? 31 : 7;
        const Timestamp told_by = desk_.now() + std::chrono::days{days * desk_.policy().cases.recovery_periods};
        record.observations.push_back({.rule = hash64(row.id), .scope = {}, .told_by = told_by});
        return;
    }
}

void CaseDesk::attach(CaseRecord& record, const Signal& signal, Severity base, std::string_view complaint_id) {
    Case& view = record.view;
    note_signal(record, signal, base, complaint_id);
    if (signal.severity == Severity::INFO) return save(record);
    const CaseClass its_class = class_for(signal.kind, signal.severity);
    if (signal.kind == SignalKind::DEFECTION && record.is_live()) return defected(record);
    if (!record.is_live()) return attach_to_ended(record, signal, base);
    observe_by_default(record, signal.kind);
    Severity severity = severity_with_compound(record);
    // Requirements 3.1: an overdue complaint raises an existing case by one.
    if (signal.kind == SignalKind::COMPLAINT_OVERDUE) severity = std::max(severity, raised(view.severity));
    if (view.state == CaseState::SUSPENDED && severity > view.severity) go_on(record);
    if (view.case_class != CaseClass::EMERGENCY && its_class == CaseClass::EMERGENCY) {
        become_emergency(record, signal, severity);
    } else if (view.case_class == CaseClass::WATCH && its_class != CaseClass::WATCH) {
        // WATCH is a LOW drop alone; with anything else beside it the case gets an owner and clocks.
        view.severity = std::max(view.severity, severity);
        view.case_class = CaseClass::SUPERVISED_FOLLOW_UP;
        start_supervised(record, signal);
    } else {
        add_specialists(record, signal.kind);
        if (severity > view.severity) {
            raise_to(record, severity);
        } else {
            tell_attached(record, signal);
        }
    }
    add_signal_tasks(record, signal, base);
    review(record);
    save(record);
}

// While an emergency group works, what would be no emergency by itself is kept with the case and wakes nobody.
void CaseDesk::tell_attached(CaseRecord& record, const Signal& signal) {
    const bool lower = class_for(signal.kind, signal.severity) != CaseClass::EMERGENCY;
    if (record.view.case_class == CaseClass::EMERGENCY && lower && record.is_live()) {
        desk_.decide(DecisionKind::CASE, DecisionOutcome::SUPPRESSED, "INHIBITED", record.view.case_id,
                     signal.rule_id, {{"signal", std::string(name(signal.kind))}});
        return;
    }
    for (const auto& level : record.chain) {
        desk_.notify(level.staff_id, NoticeReason::SIGNAL_ATTACHED, &record, nullptr, {.signal = signal.kind});
    }
}

// A rise of class opens level 1 with fresh milestones and adds no level (requirements 3.2).
void CaseDesk::become_emergency(CaseRecord& record, const Signal& signal, Severity severity) {
    Case& view = record.view;
    view.severity = std::max(view.severity, severity);
    if (view.state == CaseState::SUSPENDED) go_on(record);
    cancel_milestones(record);  // a visit or report owed since the WATCH stays owed
    move(record, CaseTrigger::BECOMES_EMERGENCY);
    view.case_class = CaseClass::EMERGENCY;
    start_emergency(record, signal);
}

// The worst signal; one more if two different emergency kinds of at least MEDIUM meet within the policy's days.
Severity CaseDesk::severity_with_compound(CaseRecord& record) const {
    const Policy& policy = desk_.policy();
    Severity worst = Severity::UNSPECIFIED;
    for (const SignalFact& fact : record.facts) worst = std::max(worst, fact.severity);
    const Duration within = std::chrono::days{policy.severity.compound_days};
    for (const SignalFact& a : record.facts) {
        for (const SignalFact& b : record.facts) {
            const SeverityRule* rule_a = severity_rule(policy, a.kind);
            const SeverityRule* rule_b = severity_rule(policy, b.kind);
            const bool both = rule_a != nullptr && rule_b != nullptr && rule_a->emergency && rule_b->emergency &&
                              a.base >= Severity::MEDIUM && b.base >= Severity::MEDIUM;
            const bool news = !record.lowered_at.is_set() || b.at > record.lowered_at;
            // A fall of one line and the shift away from it are one piece of evidence.
            if (!a.line.empty() && a.line == b.line) continue;
            if (both && news && family(a.kind) != family(b.kind) && b.at >= a.at && b.at - a.at <= within)
                record.compounded = true;
        }
    }
    return record.compounded ? raised(worst) : worst;
}

void CaseDesk::start_emergency(CaseRecord& record, const Signal& signal) {
    Case& view = record.view;
    set_chain(record);
    add_level(record);
    const auto reached =
        std::find_if(record.chain.begin(), record.chain.end(), [](const ChainLevel& l) { return !l.staff_id.empty(); });
    const StaffRole leader_role = reached == record.chain.end() ? record.chain.front().role : reached->role;
    view.leader_role = leader_role;
    view.owner_staff_id = reached == record.chain.end() ? StaffId{} : reached->staff_id;
    view.group.clear();
    owe_milestone(record, MilestoneKind::FORM_GROUP, TaskKind::FORM_GROUP, view.owner_staff_id, leader_role);
    const NoticeFacts about = case_opened(signal);
    desk_.notify(view.owner_staff_id, NoticeReason::CASE_OPENED, &record, last_acknowledge(record), about);
    invite(record, GroupRole::LEADER, leader_role, {view.owner_staff_id});

    const ResponsibilityRow& row = responsibility_for(desk_.policy(), desk_.account().grade);
    std::vector<StaffRole> relevant = row.relevant;
    if (leader_rank(row.leader) > leader_rank(leader_role)) relevant.push_back(row.leader);
    for (const StaffRole role : relevant) {
        const StaffId who = desk_.first(role);
        if (who.empty() || who == view.owner_staff_id) continue;
        add_member(record, GroupRole::RELEVANT_LEADER, role, who);
        desk_.notify(who, NoticeReason::CASE_OPENED, &record, nullptr, about);
    }
    for (const Seat& seat : kWorkingSeats) invite(record, seat.group_role, seat.post, desk_.candidates(seat.post));
    add_specialists(record, signal.kind);
    // R16: an account that ships from several provinces is coordinated.
    if (desk_.account().scope == GeographicScope::MULTI_PROVINCE)
        add_specialist(record, StaffRole::PROVINCE_COORDINATOR, signal.kind);
    const StaffId seller = sales(record);
    owe_milestone(record, MilestoneKind::FIRST_CONTACT, TaskKind::CONTACT_CUSTOMER, seller,
                  StaffRole::KEY_ACCOUNT_MANAGER);
    owe_milestone(record, MilestoneKind::CAUSE_AND_PLAN, TaskKind::CAUSE_AND_PLAN, seller,
                  StaffRole::KEY_ACCOUNT_MANAGER);
    owe_milestone(record, MilestoneKind::RESOLVE, TaskKind::UNSPECIFIED, view.owner_staff_id, leader_role);
}

// A single owner, the grade's leader; the same clocks, no group.
void CaseDesk::start_supervised(CaseRecord& record, const Signal& signal) {
    Case& view = record.view;
    set_chain(record);
    add_level(record);
    const auto reached =
        std::find_if(record.chain.begin(), record.chain.end(), [](const ChainLevel& l) { return !l.staff_id.empty(); });
    if (reached != record.chain.end()) {
        view.owner_staff_id = reached->staff_id;
        view.leader_role = reached->role;
    }
    desk_.notify(view.owner_staff_id, NoticeReason::CASE_OPENED, &record, last_acknowledge(record),
                 case_opened(signal));
    owe_milestone(record, MilestoneKind::FIRST_CONTACT, TaskKind::CONTACT_CUSTOMER, view.owner_staff_id,
                  view.leader_role);
    owe_milestone(record, MilestoneKind::CAUSE_AND_PLAN, TaskKind::CAUSE_AND_PLAN, view.owner_staff_id,
                  view.leader_role);
    owe_milestone(record, MilestoneKind::RESOLVE, TaskKind::UNSPECIFIED, view.owner_staff_id, view.leader_role);
}

// Tasks that a kind of signal brings whatever the case does (R50, R52).
void CaseDesk::add_signal_tasks(CaseRecord& record, const Signal& signal, Severity base) {
    for (const SignalTaskRule& rule : desk_.policy().signal_tasks) {
        if (rule.on != signal.kind || (rule.only_severity && *rule.only_severity != base)) continue;
        const bool there = file_.any(record, [&](const Obligation& o) {
            return o.is_open() && o.task.kind == rule.kind && o.milestone == MilestoneKind::UNSPECIFIED &&
                   !ends_the_case(o);
        });
        if (there) continue;
        const StaffId who = rule.who == StaffRole::KEY_ACCOUNT_MANAGER ? sales(record) : desk_.first(rule.who);
        const Obligation& task = owe(record, rule.kind, who, rule.who, rule.span);
        desk_.notify(who, NoticeReason::TASK_ASSIGNED, &record, &task);
    }
}

// Each unmet milestone gets the earlier of its old deadline and rise + new span; the next level joins; a CRITICAL case
// reaches at least the policy's minimum leader. The leader so far stays (requirements 3.2, 3.3).
void CaseDesk::raise_to(CaseRecord& record, Severity severity) {
    Case& view = record.view;
    view.severity = severity;
    const Policy& policy = desk_.policy();
    file_.each(record, [&](Obligation& obligation) {
        // An open invitation has FORM_GROUP's span (requirements 3.2); a complaint's clocks are its own.
        const bool invitation = obligation.task.kind == TaskKind::ACCEPT_ROLE;
        const MilestoneKind kind = invitation ? MilestoneKind::FORM_GROUP : obligation.milestone;
        if (kind == MilestoneKind::UNSPECIFIED || !obligation.complaint_id.empty()) return;
        if (const Span* span = milestone_span(policy, kind, severity)) desk_.book().pull_forward(obligation, *span);
    });
    for (const auto& level : record.chain) desk_.notify(level.staff_id, NoticeReason::SEVERITY_RAISED, &record);
    if (view.case_class == CaseClass::WATCH || !record.is_live()) return;  // nothing that another level could lead
    const auto top_rank = [&] {
        return view.level == 0 ? 100 : leader_rank(record.chain[static_cast<std::size_t>(view.level) - 1].role);
    };
    escalate(record);
    if (severity != Severity::CRITICAL) return;
    const int minimum = leader_rank(policy.severity.critical_min_leader);
    while (top_rank() > minimum) {
        if (static_cast<std::size_t>(view.level) == record.chain.size())
            record.chain.push_back({policy.severity.critical_min_leader, {}});
        if (!escalate(record)) break;
    }
}

}  // namespace aw
