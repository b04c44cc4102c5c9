#include "core/cases/case_desk.hpp"

#include <algorithm>

#include "core/obligations/clock.hpp"
#include "core/policy/grading.hpp"

namespace aw {
namespace {

// Kinds that count as one for "two different emergency kinds meet" (requirements 3.1).
int family(SignalKind kind) {
    switch (kind) {
        case SignalKind::VOLUME_DROP:
        case SignalKind::REVENUE_DROP:
        case SignalKind::GRADUAL_DECLINE: return 1;
        case SignalKind::COMPETITOR_SUSPECTED:
        case SignalKind::COMPETITOR_CONFIRMED: return 2;
        default: return 100 + static_cast<int>(kind);
    }
}

bool is_drop(SignalKind kind) { return family(kind) == 1; }

// What the first notice of a case says: what happened, and the first reason in words.
NoticeFacts case_opened(const Signal& signal) {
    return {.signal = signal.kind, .detail = signal.reasons.empty() ? std::string() : signal.reasons.front().text};
}

template <class T>
bool contains(const std::vector<T>& list, const T& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

CaseDesk::CaseDesk(DeskContext context, const DeskAccount& account, CaseFile& file)
    : context_(context),
      account_(account),
      file_(file),
      staffing_(context.rules.organisation, context.overlay, context.rules.calendar.day_of(context.now)) {}

void CaseDesk::take_signal(Signal signal, Severity base, std::string_view complaint_id) {
    CaseRecord* open = file_.open_case();
    const std::string root = format_root(account_.root);
    signal.signal_id = SignalId(root + "-s" + std::to_string(++file_.last_signal));
    signal.account_root = account_.root;
    signal.config_revision = context_.rules.revision;
    signal.detected_at = context_.now;
    if (open == nullptr && signal.severity == Severity::INFO) {
        context_.effects.emplace_back(std::move(signal));
        return;
    }
    signal.case_id = open != nullptr ? open->view.case_id : CaseId(root + "-" + std::to_string(++file_.last_case));
    context_.effects.emplace_back(signal);
    if (open != nullptr) {
        attach(*open, signal, base, complaint_id);
    } else {
        open_case(signal, base, complaint_id);
    }
}

CaseClass CaseDesk::class_for(SignalKind kind, Severity severity) const {
    const SeverityRule* rule = severity_rule(context_.rules.policy, kind);
    if (rule != nullptr && rule->emergency && severity >= Severity::MEDIUM) return CaseClass::EMERGENCY;
    return is_drop(kind) && severity == Severity::LOW ? CaseClass::WATCH : CaseClass::SUPERVISED_FOLLOW_UP;
}

void CaseDesk::note_signal(CaseRecord& record, const Signal& signal, Severity base, std::string_view complaint_id) {
    record.view.signals.push_back(signal.signal_id);
    if (!contains(record.view.kinds, signal.kind)) record.view.kinds.push_back(signal.kind);
    record.facts.push_back({signal.kind, base, signal.severity, context_.now});
    if (is_drop(signal.kind)) record.drop_over = false;
    if (!complaint_id.empty()) record.view.complaint_ids.emplace_back(complaint_id);
}

void CaseDesk::open_case(const Signal& signal, Severity base, std::string_view complaint_id) {
    // Ended cases stay for a while so that a late command finds them; the log keeps them all.
    if (file_.cases.size() > CaseFile::kEndedKept) file_.cases.erase(file_.cases.begin());
    CaseRecord& record = file_.cases.emplace_back();
    Case& view = record.view;
    view.case_id = signal.case_id;
    view.account_root = account_.root;
    view.account_name = account_.name;
    view.unit_id = account_.unit;
    view.grade = account_.grade;
    view.case_class = class_for(signal.kind, signal.severity);
    view.severity = signal.severity;
    view.opened_at = context_.now;
    view.revenue_at_risk = signal.revenue_at_risk;
    view.probability = signal.probability;
    view.ledger.detected_at = context_.now;
    view.ledger.notified_at = context_.now;
    note_signal(record, signal, base, complaint_id);
    switch (view.case_class) {
        case CaseClass::EMERGENCY: start_emergency(record, signal); break;
        case CaseClass::SUPERVISED_FOLLOW_UP: start_supervised(record, signal); break;
        default: view.owner_staff_id = sales(record); break;
    }
    add_signal_tasks(record, signal, base);
    if (view.case_class == CaseClass::WATCH) notify(view.owner_staff_id, NoticeReason::WATCH_SIGNAL, &record, nullptr, {.signal = signal.kind});
    decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "OPENED",
           "case " + view.case_id.value + " opened for " + std::string(name(signal.kind)), view.case_id, signal.rule_id);
    save(record);
}

void CaseDesk::attach(CaseRecord& record, const Signal& signal, Severity base, std::string_view complaint_id) {
    Case& view = record.view;
    note_signal(record, signal, base, complaint_id);
    view.revenue_at_risk = std::max(view.revenue_at_risk, signal.revenue_at_risk);
    if (signal.severity == Severity::INFO) return save(record);
    const Severity severity = severity_with_compound(record);
    if (view.case_class != CaseClass::EMERGENCY && class_for(signal.kind, signal.severity) == CaseClass::EMERGENCY) {
        // A rise of class opens level 1 with fresh milestones and adds no level (requirements 3.2).
        view.severity = std::max(view.severity, severity);
        cancel_milestones(record);  // a visit or report owed since the WATCH stays owed
        move(record, CaseTrigger::BECOMES_EMERGENCY);
        view.case_class = CaseClass::EMERGENCY;
        start_emergency(record, signal);
    } else if (view.case_class == CaseClass::WATCH && class_for(signal.kind, signal.severity) != CaseClass::WATCH) {
        // WATCH is a LOW drop alone; with anything else beside it the case gets an owner and clocks.
        view.severity = std::max(view.severity, severity);
        view.case_class = CaseClass::SUPERVISED_FOLLOW_UP;
        start_supervised(record, signal);
    } else if (severity > view.severity) {
        add_specialist(record, signal.kind);
        raise_to(record, severity);
    } else {
        add_specialist(record, signal.kind);
        for (const auto& level : record.chain) notify(level.staff_id, NoticeReason::SIGNAL_ATTACHED, &record, nullptr, {.signal = signal.kind});
    }
    add_signal_tasks(record, signal, base);
    save(record);
}

// The worst signal; one more if two different emergency kinds of at least MEDIUM meet within the policy's days.
Severity CaseDesk::severity_with_compound(CaseRecord& record) const {
    const Policy& policy = context_.rules.policy;
    Severity worst = Severity::UNSPECIFIED;
    for (const SignalFact& fact : record.facts) worst = std::max(worst, fact.severity);
    const Duration within = std::chrono::days{policy.severity.compound_days};
    for (const SignalFact& a : record.facts) {
        for (const SignalFact& b : record.facts) {
            const SeverityRule* rule_a = severity_rule(policy, a.kind);
            const SeverityRule* rule_b = severity_rule(policy, b.kind);
            const bool both = rule_a != nullptr && rule_b != nullptr && rule_a->emergency && rule_b->emergency &&
                              a.base >= Severity::MEDIUM && b.base >= Severity::MEDIUM;
            if (both && family(a.kind) != family(b.kind) && b.at >= a.at && b.at - a.at <= within) record.compounded = true;
        }
    }
    return record.compounded ? raised(worst) : worst;
}

// The chain of the grade, fixed now: leader first, then the levels above. A CRITICAL case starts at least at the
// policy's minimum (S1: DEPUTY_GM_IN_CHARGE); leaders below it become relevant leaders.
void CaseDesk::set_chain(CaseRecord& record) {
    const Policy& policy = context_.rules.policy;
    const ResponsibilityRow& row = responsibility_for(policy, account_.grade);
    std::vector<StaffRole> roles{row.leader};
    roles.insert(roles.end(), row.chain.begin(), row.chain.end());
    if (record.view.severity == Severity::CRITICAL) {
        const int minimum = leader_rank(policy.severity.critical_min_leader);
        std::erase_if(roles, [&](StaffRole role) { return leader_rank(role) > minimum; });
        if (roles.empty()) roles.push_back(policy.severity.critical_min_leader);
    }
    record.chain.clear();
    record.view.level = 0;
    for (const StaffRole role : roles) record.chain.push_back({role, {}});
}

// Reaches the next level that somebody holds: its leader joins with an ACKNOWLEDGE of their own.
bool CaseDesk::add_level(CaseRecord& record) {
    Case& view = record.view;
    while (static_cast<std::size_t>(view.level) < record.chain.size()) {
        ChainLevel& level = record.chain[static_cast<std::size_t>(view.level)];
        ++view.level;
        const auto who = candidates(level.role);
        if (who.empty()) {
            notify_operations(NoticeReason::ROLE_UNFILLED, &record, {.detail = std::string(name(level.role))});
            continue;
        }
        level.staff_id = who.front();
        if (view.level > 1 && view.case_class == CaseClass::EMERGENCY && view.owner_staff_id != level.staff_id) {
            add_member(record, GroupRole::RELEVANT_LEADER, level.role, level.staff_id);
        }
        if (Obligation* ack = owe_milestone(record, MilestoneKind::ACKNOWLEDGE, TaskKind::ACKNOWLEDGE, level.staff_id, level.role)) {
            ack->level = view.level;
        }
        return true;
    }
    return false;
}

void CaseDesk::start_emergency(CaseRecord& record, const Signal& signal) {
    Case& view = record.view;
    set_chain(record);
    add_level(record);
    const auto reached = std::find_if(record.chain.begin(), record.chain.end(), [](const ChainLevel& l) { return !l.staff_id.empty(); });
    const StaffRole leader_role = reached == record.chain.end() ? record.chain.front().role : reached->role;
    view.leader_role = leader_role;
    view.owner_staff_id = reached == record.chain.end() ? StaffId{} : reached->staff_id;
    view.group.clear();
    owe_milestone(record, MilestoneKind::FORM_GROUP, TaskKind::FORM_GROUP, view.owner_staff_id, leader_role);
    const NoticeFacts about = case_opened(signal);
    notify(view.owner_staff_id, NoticeReason::CASE_OPENED, &record, last_acknowledge(record), about);
    invite(record, GroupRole::LEADER, leader_role, {view.owner_staff_id});

    const ResponsibilityRow& row = responsibility_for(context_.rules.policy, account_.grade);
    std::vector<StaffRole> relevant = row.relevant;
    if (leader_rank(row.leader) > leader_rank(leader_role)) relevant.push_back(row.leader);
    for (const StaffRole role : relevant) {
        const auto who = candidates(role);
        if (who.empty() || who.front() == view.owner_staff_id) continue;
        add_member(record, GroupRole::RELEVANT_LEADER, role, who.front());
        notify(who.front(), NoticeReason::CASE_OPENED, &record, nullptr, about);
    }
    invite(record, GroupRole::SALES, StaffRole::KEY_ACCOUNT_MANAGER, candidates(StaffRole::KEY_ACCOUNT_MANAGER));
    invite(record, GroupRole::AFTER_SALES, StaffRole::SERVICE_HEAD, candidates(StaffRole::SERVICE_HEAD));
    add_specialist(record, signal.kind);
    const StaffId seller = sales(record);
    owe_milestone(record, MilestoneKind::FIRST_CONTACT, TaskKind::CONTACT_CUSTOMER, seller, StaffRole::KEY_ACCOUNT_MANAGER);
    owe_milestone(record, MilestoneKind::CAUSE_AND_PLAN, TaskKind::CAUSE_AND_PLAN, seller, StaffRole::KEY_ACCOUNT_MANAGER);
}

// A single owner, the grade's leader; the same clocks, no group.
void CaseDesk::start_supervised(CaseRecord& record, const Signal& signal) {
    Case& view = record.view;
    set_chain(record);
    add_level(record);
    const auto reached = std::find_if(record.chain.begin(), record.chain.end(), [](const ChainLevel& l) { return !l.staff_id.empty(); });
    if (reached != record.chain.end()) {
        view.owner_staff_id = reached->staff_id;
        view.leader_role = reached->role;
    }
    notify(view.owner_staff_id, NoticeReason::CASE_OPENED, &record, last_acknowledge(record), case_opened(signal));
    owe_milestone(record, MilestoneKind::FIRST_CONTACT, TaskKind::CONTACT_CUSTOMER, view.owner_staff_id, view.leader_role);
    owe_milestone(record, MilestoneKind::CAUSE_AND_PLAN, TaskKind::CAUSE_AND_PLAN, view.owner_staff_id, view.leader_role);
}

// Tasks that a kind of signal brings whatever the case does (R50, R52).
void CaseDesk::add_signal_tasks(CaseRecord& record, const Signal& signal, Severity base) {
    for (const SignalTaskRule& rule : context_.rules.policy.signal_tasks) {
        if (rule.on != signal.kind || (rule.only_severity && *rule.only_severity != base)) continue;
        const bool there = std::any_of(record.obligations.begin(), record.obligations.end(), [&](const Obligation& o) {
            return o.is_open() && o.task.kind == rule.kind && o.milestone == MilestoneKind::UNSPECIFIED;
        });
        if (there) continue;
        const StaffId who = rule.who == StaffRole::KEY_ACCOUNT_MANAGER ? sales(record) : staffing_.first(rule.who, account_.unit);
        const Obligation& task = owe(record, rule.kind, who, rule.who, rule.span);
        notify(who, NoticeReason::TASK_ASSIGNED, &record, &task);
    }
}

// Each unmet milestone gets the earlier of its old deadline and rise + new span; the next level joins; a CRITICAL case
// reaches at least the policy's minimum leader. The leader so far stays (requirements 3.2, 3.3).
void CaseDesk::raise_to(CaseRecord& record, Severity severity) {
    Case& view = record.view;
    view.severity = severity;
    const Policy& policy = context_.rules.policy;
    for (Obligation& obligation : record.obligations) {
        // An open invitation has FORM_GROUP's span (requirements 3.2).
        const bool invitation = obligation.task.kind == TaskKind::ACCEPT_ROLE;
        const MilestoneKind kind = invitation ? MilestoneKind::FORM_GROUP : obligation.milestone;
        if (!obligation.is_open() || kind == MilestoneKind::UNSPECIFIED || obligation.fired >= 3) continue;
        const Span* span = milestone_span(policy, kind, severity);
        if (span == nullptr) continue;
        if (obligation.waits_for_tick) {
            obligation.span = *span;
        } else if (due_after(context_.rules.calendar, context_.now, *span) < obligation.task.due_at) {
            disarm(obligation);
            obligation.span = *span;
            obligation.fired = 0;
            schedule(obligation, context_.now);
            emit(obligation);
        }
    }
    for (const auto& level : record.chain) notify(level.staff_id, NoticeReason::SEVERITY_RAISED, &record);
    if (view.case_class == CaseClass::WATCH) return;
    const auto top_rank = [&] {
        return view.level == 0 ? 100 : leader_rank(record.chain[static_cast<std::size_t>(view.level) - 1].role);
    };
    const auto join = [&] {
        if (!add_level(record)) return false;
        const StaffId& who = record.chain[static_cast<std::size_t>(view.level) - 1].staff_id;
        notify(who, NoticeReason::ESCALATED, &record, last_acknowledge(record));
        return true;
    };
    join();
    if (severity != Severity::CRITICAL) return;
    const int minimum = leader_rank(policy.severity.critical_min_leader);
    while (top_rank() > minimum) {
        if (static_cast<std::size_t>(view.level) == record.chain.size()) record.chain.push_back({policy.severity.critical_min_leader, {}});
        if (!join()) break;
    }
}

std::vector<StaffId> CaseDesk::candidates(StaffRole role) const {
    std::vector<StaffId> list;
    for (const auto& [assigned, staff] : account_.assignments) {
        const StaffId who = staffing_.active_or_deputy(staff);
        if (assigned == role && !who.empty() && !contains(list, who)) list.push_back(who);
    }
    for (StaffId& who : staffing_.candidates(role, account_.unit)) {
        if (!contains(list, who)) list.push_back(std::move(who));
    }
    return list;
}

// Who sells to this account: the accepted or invited SALES member, else the key account manager.
StaffId CaseDesk::sales(const CaseRecord& record) const {
    for (const GroupMember& member : record.view.group) {
        const bool current = member.state == MemberState::INVITED || member.state == MemberState::ACCEPTED;
        if (member.group_role == GroupRole::SALES && current) return member.staff_id;
    }
    const auto who = candidates(StaffRole::KEY_ACCOUNT_MANAGER);
    return who.empty() ? record.view.owner_staff_id : who.front();
}

void CaseDesk::add_member(CaseRecord& record, GroupRole group_role, StaffRole role, const StaffId& staff) {
    for (const GroupMember& member : record.view.group) {
        if (member.staff_id == staff && member.group_role == group_role) return;
    }
    record.view.group.push_back({group_role, role, staff, MemberState::INVITED});
}

// Asks the first candidate who has not been asked for this seat before; a mandatory seat that nobody can take is told
// to operations.
void CaseDesk::invite(CaseRecord& record, GroupRole group_role, StaffRole role, const std::vector<StaffId>& list) {
    for (const StaffId& who : list) {
        const bool asked = who.empty() || std::any_of(record.view.group.begin(), record.view.group.end(), [&](const GroupMember& m) {
            return m.group_role == group_role && m.staff_id == who;
        });
        if (asked) continue;
        add_member(record, group_role, role, who);
        const Span* span = milestone_span(context_.rules.policy, MilestoneKind::FORM_GROUP, record.view.severity);
        Obligation& task = owe(record, TaskKind::ACCEPT_ROLE, who, role, span == nullptr ? Span{} : *span,
                               MilestoneKind::UNSPECIFIED, std::string(name(group_role)));
        task.group_role = group_role;
        notify(who, NoticeReason::ROLE_INVITED, &record, &task, {.group_role = group_role});
        return;
    }
    notify_operations(NoticeReason::ROLE_UNFILLED, &record, {.group_role = group_role, .detail = std::string(name(role))});
}

// Extra by cause: complaint -> quality, competitor -> marketing (requirements 3.2).
void CaseDesk::add_specialist(CaseRecord& record, SignalKind kind) {
    if (record.view.case_class != CaseClass::EMERGENCY) return;
    StaffRole role = StaffRole::UNSPECIFIED;
    if (kind == SignalKind::SERIOUS_COMPLAINT || kind == SignalKind::COMPLAINT_OVERDUE) role = StaffRole::QUALITY;
    if (kind == SignalKind::COMPETITOR_CONFIRMED || kind == SignalKind::COMPETITOR_SUSPECTED) role = StaffRole::MARKET_DEPARTMENT;
    if (role == StaffRole::UNSPECIFIED) return;
    const StaffId who = staffing_.first(role, account_.unit);
    const auto& group = record.view.group;
    const bool there = std::any_of(group.begin(), group.end(), [&](const GroupMember& m) { return m.staff_id == who; });
    if (who.empty() || there) return;
    add_member(record, GroupRole::SPECIALIST, role, who);
    notify(who, NoticeReason::CASE_OPENED, &record, nullptr, {.signal = kind});
}

}  // namespace aw
