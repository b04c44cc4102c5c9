#include "core/cases/desk.hpp"

#include <algorithm>

#include "core/cases/audit.hpp"
#include "core/cases/decision_text.hpp"

namespace aw {
namespace {

constexpr std::string_view kNobodysPost = "operations";

}  // namespace

std::vector<StaffId> Desk::candidates(StaffRole role) const {
    std::vector<StaffId> list;
    const auto add = [&](StaffId who) {
        if (!who.empty() && std::find(list.begin(), list.end(), who) == list.end()) list.push_back(std::move(who));
    };
    for (const auto& [assigned, staff] : account_.assignments) {
        if (assigned == role) add(staffing_.active_or_deputy(staff));
    }
    for (StaffId& who : staffing_.candidates(role, account_.unit)) add(std::move(who));
    return list;
}

StaffId Desk::first(StaffRole role) const {
    const auto all = candidates(role);
    return all.empty() ? StaffId{} : all.front();
}

// The notice that a further one of the same instant is added to.
Notice* Desk::told_just_now(const StaffId& recipient, NoticeReason reason, const CaseRecord* record) {
    const bool gathers = reason == NoticeReason::DEADLINE_BREACHED || reason == NoticeReason::DEADLINE_WARNING ||
                         reason == NoticeReason::OPERATIONS;
    if (!gathers) return nullptr;
    const CaseId case_id = record == nullptr ? CaseId{} : record->view.case_id;
    for (std::size_t i = context_.effects.size(); i > context_.told_from; --i) {
        Notice* notice = std::get_if<Notice>(&context_.effects[i - 1]);
        if (notice == nullptr) continue;
        if (notice->created_at != context_.now) return nullptr;
        const bool same_person = notice->recipient_staff_id == recipient ||
                                 (notice->recipient_staff_id.empty() && recipient.value == kNobodysPost);
        if (same_person && notice->reason == reason && notice->case_id == case_id &&
            notice->account_root == account_.root)
            return notice;
    }
    return nullptr;
}

void Desk::notify(const StaffId& recipient, NoticeReason reason, const CaseRecord* record, const Obligation* obligation,
                  NoticeFacts facts) {
    if (recipient.empty() || withhold(recipient, reason, record, obligation, facts)) return;
    Told about{recipient, reason, record == nullptr ? CaseId{} : record->view.case_id,
               obligation == nullptr ? TaskId{} : obligation->task.task_id, facts.detail};
    if (std::find(told_.begin(), told_.end(), about) != told_.end()) return;
    told_.push_back(std::move(about));

    Notice* earlier = told_just_now(recipient, reason, record);
    const Staff* person = staffing_.organisation().find_staff(recipient.value);
    const Language wanted = person == nullptr ? Language::UNSPECIFIED : person->language;
    Notice notice;
    notice.recipient_staff_id = recipient;
    notice.reason = reason;
    notice.account_root = account_.root;
    notice.language = wanted == Language::UNSPECIFIED ? context_.rules.language : wanted;
    notice.created_at = context_.now;
    facts.reason = reason;
    facts.account_name = account_.name;
    if (record != nullptr) {
        notice.case_id = record->view.case_id;
        notice.severity = record->view.severity;
        notice.case_class = record->view.case_class;
        facts.case_id = record->view.case_id.value;
        facts.severity = record->view.severity;
        facts.case_class = record->view.case_class;
        facts.outcome =
            record->view.outcome == Outcome::UNSPECIFIED ? record->view.proposed_outcome : record->view.outcome;
        if (facts.signal == SignalKind::UNSPECIFIED && !record->facts.empty()) facts.signal = record->facts.back().kind;
    }
    if (obligation != nullptr) {
        if (obligation->task.kind != TaskKind::UNSPECIFIED) notice.task_id = obligation->task.task_id;
        notice.due_at = obligation->task.due_at;
        facts.task = obligation->task.kind;
        if (facts.group_role == GroupRole::UNSPECIFIED) facts.group_role = obligation->group_role;
        if (ends_the_case(*obligation)) facts.waits_for = obligation->task.detail;
        facts.milestone = obligation->milestone;
        facts.due_at = obligation->task.due_at;
    }
    if (earlier != nullptr) {
        earlier->text += also_wording(notice.language, facts);
        return;
    }
    notice.notice_id = format_root(account_.root) + "-n" + std::to_string(++file_.last_notice);
    Wording wording = notice_wording(notice.language, facts, context_.rules.calendar);
    notice.subject = std::move(wording.subject);
    notice.text = std::move(wording.text);
    context_.effects.emplace_back(std::move(notice));
}

// To whoever holds OPERATIONS; if nobody does, with an empty recipient, which the notifier sends to every channel.
void Desk::notify_operations(NoticeReason reason, const CaseRecord* record, NoticeFacts facts) {
    const StaffId operations = staffing_.first(StaffRole::OPERATIONS, account_.unit);
    if (!operations.empty()) return notify(operations, reason, record, nullptr, std::move(facts));
    const std::size_t before = context_.effects.size();
    notify(StaffId(std::string(kNobodysPost)), reason, record, nullptr, std::move(facts));
    if (context_.effects.size() > before) std::get<Notice>(context_.effects.back()).recipient_staff_id = StaffId{};
}

void Desk::decide(DecisionKind kind, DecisionOutcome outcome, std::string code, CaseId case_id, std::string rule_id,
                  std::vector<NamedValue> inputs, std::vector<Gate> gates) {
    Decision decision;
    decision.decision_id = format_root(account_.root) + "-d" + std::to_string(++file_.last_decision);
    decision.kind = kind;
    decision.outcome = outcome;
    decision.code = std::move(code);
    decision.account_root = account_.root;
    decision.case_id = std::move(case_id);
    decision.rule_id = std::move(rule_id);
    decision.config_revision = context_.rules.revision;
    decision.at = context_.now;
    decision.inputs = std::move(inputs);
    decision.gates = std::move(gates);
    decision.text = decision_text(rules().language, calendar(), decision).value_or(std::string());
    decision.digest = audit_digest(file_.last_digest, decision);
    file_.last_digest = decision.digest;
    context_.effects.emplace_back(std::move(decision));
}

void Desk::reject(DecisionKind kind, const Refused& refused, CaseId case_id, std::vector<NamedValue> inputs) {
    add_reason(inputs, refused);
    decide(kind, DecisionOutcome::REJECTED, std::string(name(refused.code)), std::move(case_id), {}, std::move(inputs));
}

}  // namespace aw
