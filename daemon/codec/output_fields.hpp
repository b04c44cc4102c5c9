// The fields of every output record, in the order of proto/accountwatch/v1/output.proto: one line each, used to read
// and to write (see event_fields.hpp).
#pragma once

#include "codec/records.hpp"
#include "core/model/output.hpp"

namespace aw::codec {

template <class Io>
void fields(Io& io, Reason& r) {
    io("code", r.code);
    io("text", r.text);
}

template <class Io>
void fields(Io& io, Signal& r) {
    io("signal_id", r.signal_id);
    io("account_root", r.account_root);
    io("kind", r.kind);
    io("severity", r.severity);
    io("business_line", r.business_line);
    io("lane", r.lane);
    io("rule_id", r.rule_id);
    io("config_revision", r.config_revision);
    io("onset_on", r.onset_on);
    io("detected_at", r.detected_at);
    io("window_from", r.window_from);
    io("window_to", r.window_to);
    io("observed", r.observed);
    io("expected", r.expected);
    io("recent_change_bp", r.recent_change_bp);
    io("yoy_change_bp", r.yoy_change_bp);
    io("score", r.score);
    io("probability", r.probability);
    io("revenue_at_risk", r.revenue_at_risk);
    io("reasons", r.reasons);
    io("case_id", r.case_id);
}

template <class Io>
void fields(Io& io, GroupMember& r) {
    io("group_role", r.group_role);
    io("role", r.role);
    io("staff_id", r.staff_id);
    io("state", r.state);
}

template <class Io>
void fields(Io& io, Milestone& r) {
    io("name", r.name);
    io("due_at", r.due_at);
    io("met_at", r.met_at);
    io("breached_at", r.breached_at);
    io("fired_late_s", r.fired_late_s);
}

template <class Io>
void fields(Io& io, CustomerContact& r) {
    io("at", r.at);
    io("level", r.level);
    io("channel", r.channel);
    io("staff_id", r.staff_id);
}

template <class Io>
void fields(Io& io, Countermeasure& r) {
    io("text", r.text);
    io("owner_staff_id", r.owner_staff_id);
    io("due_at", r.due_at);
    io("task_id", r.task_id);
}

template <class Io>
void fields(Io& io, CasePlan& r) {
    io("cause", r.cause);
    io("countermeasures", r.countermeasures);
    io("submitted_by", r.submitted_by);
    io("submitted_at", r.submitted_at);
    io("approved_by", r.approved_by);
    io("approved_at", r.approved_at);
}

template <class Io>
void fields(Io& io, CaseReport& r) {
    io("cause", r.cause);
    io("course", r.course);
    io("responsible", r.responsible);
    io("conclusion", r.conclusion);
    io("countermeasures", r.countermeasures);
    io("prevention", r.prevention);
    io("submitted_by", r.submitted_by);
    io("submitted_at", r.submitted_at);
    io("approved_by", r.approved_by);
    io("approved_at", r.approved_at);
}

template <class Io>
void fields(Io& io, Lost& r) {
    io("reason", r.reason);
    io("destination", r.destination);
    io("own_shortcomings", r.own_shortcomings);
}

template <class Io>
void fields(Io& io, Offer& r) {
    io("at", r.at);
    io("staff_id", r.staff_id);
    io("amount", r.amount);
    io("text", r.text);
    io("approval", r.approval);
}

template <class Io>
void fields(Io& io, EvidenceLedger& r) {
    io("detected_at", r.detected_at);
    io("notified_at", r.notified_at);
    io("acked_at", r.acked_at);
    io("reported_at", r.reported_at);
    io("analysed_at", r.analysed_at);
    io("unreported_churn", r.unreported_churn);
    io("accountability", r.accountability);
}

template <class Io>
void fields(Io& io, Case& r) {
    io("case_id", r.case_id);
    io("account_root", r.account_root);
    io("account_name", r.account_name);
    io("unit_id", r.unit_id);
    io("grade", r.grade);
    io("case_class", r.case_class);
    io("severity", r.severity);
    io("state", r.state);
    io("outcome", r.outcome);
    io("proposed_outcome", r.proposed_outcome);
    io("version", r.version);
    io("opened_at", r.opened_at);
    io("updated_at", r.updated_at);
    io("level", r.level);
    io("owner_staff_id", r.owner_staff_id);
    io("leader_role", r.leader_role);
    io("group", r.group);
    io("signals", r.signals);
    io("milestones", r.milestones);
    io("revenue_at_risk", r.revenue_at_risk);
    io("probability", r.probability);
    io("complaint_ids", r.complaint_ids);
    io("contacts", r.contacts);
    io("plan", r.plan);
    io("report", r.report);
    io("reopen_count", r.reopen_count);
    io("lost", r.lost);
    io("ledger", r.ledger);
    io("kinds", r.kinds);
    io("merged_into", r.merged_into);
    io("suspended_until", r.suspended_until);
    io("offers", r.offers);
}

template <class Io>
void fields(Io& io, Task& r) {
    io("task_id", r.task_id);
    io("case_id", r.case_id);
    io("account_root", r.account_root);
    io("kind", r.kind);
    io("assignee_staff_id", r.assignee_staff_id);
    io("assignee_role", r.assignee_role);
    io("state", r.state);
    io("opened_at", r.opened_at);
    io("due_at", r.due_at);
    io("warned_at", r.warned_at);
    io("closed_at", r.closed_at);
    io("detail", r.detail);
}

template <class Io>
void fields(Io& io, Notice& r) {
    io("notice_id", r.notice_id);
    io("recipient_staff_id", r.recipient_staff_id);
    io("reason", r.reason);
    io("severity", r.severity);
    io("case_id", r.case_id);
    io("task_id", r.task_id);
    io("account_root", r.account_root);
    io("subject", r.subject);
    io("text", r.text);
    io("language", r.language);
    io("created_at", r.created_at);
    io("due_at", r.due_at);
    io("case_class", r.case_class);
}

template <class Io>
void fields(Io& io, NamedValue& r) {
    io("name", r.name);
    io("value", r.value);
}

template <class Io>
void fields(Io& io, Gate& r) {
    io("name", r.name);
    io("value", r.value);
    io("limit", r.limit);
    io("passed", r.passed);
}

template <class Io>
void fields(Io& io, Decision& r) {
    io("decision_id", r.decision_id);
    io("kind", r.kind);
    io("outcome", r.outcome);
    io("code", r.code);
    io("account_root", r.account_root);
    io("case_id", r.case_id);
    io("rule_id", r.rule_id);
    io("config_revision", r.config_revision);
    io("at", r.at);
    io("inputs", r.inputs);
    io("gates", r.gates);
    io("text", r.text);
    io("digest", r.digest);
}

template <class Io>
void fields(Io& io, DataGap& r) {
    io("gap_id", r.gap_id);
    io("feed", r.feed);
    io("region_code", r.region_code);
    io("began_at", r.began_at);
    io("opened_at", r.opened_at);
    io("closed_at", r.closed_at);
    io("accounts_held", r.accounts_held);
}

// A row is a message of its own in the .proto: protobuf has no list of lists.
template <class Io>
void fields(Io& io, std::vector<NamedValue>& row) {
    io("cells", row);
}

template <class Io>
void fields(Io& io, Report& r) {
    io("report_id", r.report_id);
    io("kind", r.kind);
    io("unit_id", r.unit_id);
    io("period", r.period);
    io("version", r.version);
    io("sha256", r.sha256);
    io("rows", r.rows);
}

template <class Io>
void fields(Io& io, LineUsage& r) {
    io("business_line", r.business_line);
    io("items_28d", r.items_28d);
}

template <class Io>
void fields(Io& io, BranchUsage& r) {
    io("branch", r.branch);
    io("items_28d", r.items_28d);
}

template <class Io>
void fields(Io& io, AccountView& r) {
    io("account_root", r.account_root);
    io("account_name", r.account_name);
    io("unit_id", r.unit_id);
    io("importance", r.importance);
    io("is_key_account", r.is_key_account);
    io("grade", r.grade);
    io("t12m_revenue", r.t12m_revenue);
    io("items_28d", r.items_28d);
    io("revenue_28d", r.revenue_28d);
    io("last_event_at", r.last_event_at);
    io("lines", r.lines);
    io("branches", r.branches);
    io("open_case_id", r.open_case_id);
    io("held_feeds", r.held_feeds);
    io("product_breadth", r.product_breadth);
}

template <class Io>
void fields(Io& io, Silence& r) {
    io("silence_id", r.silence_id);
    io("account_root", r.account_root);
    io("unit_id", r.unit_id);
    io("case_id", r.case_id);
    io("kinds", r.kinds);
    io("from", r.from);
    io("until", r.until);
    io("recurrence", r.recurrence);
    io("author_staff_id", r.author_staff_id);
    io("reason", r.reason);
    io("active_until", r.active_until);
}

template <class Io>
void fields(Io& io, DeadLetter& r) {
    io("reason", r.reason);
    io("detail", r.detail);
    io("source", r.source);
    io("topic", r.topic);
    io("partition", r.partition);
    io("offset", r.offset);
    io("key", r.key);
    io("payload", r.payload);
    io("received_at", r.received_at);
}

template <class Io>
void fields(Io& io, Receipt& r) {
    io("receipt_id", r.receipt_id);
    io("notice_id", r.notice_id);
    io("recipient_staff_id", r.recipient_staff_id);
    io("channel", r.channel);
    io("outcome", r.outcome);
    io("attempt", r.attempt);
    io("at", r.at);
    io("detail", r.detail);
    io("plain_text", r.plain_text);
    io("reason", r.reason);
    io("case_id", r.case_id);
    io("subject", r.subject);
    io("partition", r.partition);
}

}  // namespace aw::codec
