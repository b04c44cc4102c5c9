// The fields of a command and of its actions, in the order of proto/accountwatch/v1/command.proto (see
// event_fields.hpp).
#pragma once

#include "codec/field_rule.hpp"
#include "core/model/event.hpp"

namespace aw::codec {

template <class Io>
void fields(Io&, AckAction&) {}

template <class Io>
void fields(Io& io, AcceptAction& e) {
    io("group_role", e.group_role, kRequired);
}

template <class Io>
void fields(Io& io, DeclineAction& e) {
    io("group_role", e.group_role, kRequired);
}

template <class Io>
void fields(Io&, StartAction&) {}

template <class Io>
void fields(Io& io, PlannedMeasure& e) {
    io("text", e.text);
    io("owner_staff_id", e.owner_staff_id, kId);
    io("due_at", e.due_at);
}

template <class Io>
void fields(Io& io, PlanAction& e) {
    io("cause", e.cause);
    io("countermeasures", e.countermeasures);
}

template <class Io>
void fields(Io&, ApprovePlanAction&) {}

template <class Io>
void fields(Io& io, ContactAction& e) {
    io("level", e.level, kRequired);
    io("channel", e.channel);
}

template <class Io>
void fields(Io& io, UpdateAction& e) {
    io("text", e.text);
}

template <class Io>
void fields(Io& io, DoneAction& e) {
    io("task_id", e.task_id, kRequiredId);
}

template <class Io>
void fields(Io& io, SuspendAction& e) {
    io("until", e.until);
}

template <class Io>
void fields(Io&, ResumeAction&) {}

template <class Io>
void fields(Io& io, LossAnalysis& e) {
    io("reason", e.reason);
    io("destination", e.destination);
    io("own_shortcomings", e.own_shortcomings);
}

template <class Io>
void fields(Io& io, ResolveAction& e) {
    io("outcome", e.outcome, kRequired);
    io("lost", e.lost);
    io("approver_staff_id", e.approver_staff_id, kId);
}

template <class Io>
void fields(Io& io, ReportAction& e) {
    io("cause", e.cause);
    io("course", e.course);
    io("responsible", e.responsible);
    io("conclusion", e.conclusion);
    io("countermeasures", e.countermeasures);
    io("prevention", e.prevention);
    io("lost", e.lost);
}

template <class Io>
void fields(Io&, ApproveReportAction&) {}

template <class Io>
void fields(Io&, CloseAction&) {}

template <class Io>
void fields(Io& io, MergeAction& e) {
    io("into_case_id", e.into_case_id, kRequiredId);
}

template <class Io>
void fields(Io& io, LowerSeverityAction& e) {
    io("severity", e.severity, kRequired);
}

template <class Io>
void fields(Io& io, TransferAction& e) {
    io("to_staff_id", e.to_staff_id, kRequiredId);
}

template <class Io>
void fields(Io&, AcceptTransferAction&) {}

template <class Io>
void fields(Io& io, AssignTaskAction& e) {
    io("staff_id", e.staff_id, kRequiredId);
    io("text", e.text);
    io("due_at", e.due_at);
}

template <class Io>
void fields(Io& io, AddMemberAction& e) {
    io("staff_id", e.staff_id, kRequiredId);
    io("group_role", e.group_role, kRequired);
}

template <class Io>
void fields(Io& io, OfferAction& e) {
    io("amount", e.amount);
    io("text", e.text);
}

template <class Io>
void fields(Io& io, CommandEvent& e) {
    io("case_id", e.case_id, kId);
    io("actor_staff_id", e.actor_staff_id, kRequiredId);
    io("expected_version", e.expected_version);
    io("reason", e.reason);
    io.choice("action", e.action, [](const CommandAction& action) { return action_name(action); });
}

}  // namespace aw::codec
