// The fields of every event payload, in the order of the .proto: one line each, used to read and to
// write. `io` is a ProtoReader or a ProtoWriter; the writer only reads the struct. Keep in step with
// proto/accountwatch/v1/event.proto, whose names and order are checked at every use.
#pragma once

#include "codec/command_fields.hpp"
#include "codec/field_rule.hpp"
#include "core/model/event.hpp"

namespace aw::codec {

template <class Io>
void fields(Io& io, ShipmentEvent& e) {
    io("business_line", e.business_line, kId);
    io("items", e.items, kItems);
    io("weight_g", e.weight_g, kCount);
    io("origin_region", e.origin_region, kId);
    io("destination_region", e.destination_region, kId);
    io("product", e.product, kId);
}

template <class Io>
void fields(Io& io, RevenueEvent& e) {
    io("business_line", e.business_line, kId);
    io("amount", e.amount, kRequired);
    io("invoice_id", e.invoice_id, kId);
    io("due_on", e.due_on);
}

template <class Io>
void fields(Io& io, Assignment& e) {
    io("role", e.role, kRequired);
    io("staff_id", e.staff_id, kRequiredId);
}

template <class Io>
void fields(Io& io, AccountEvent& e) {
    io("operation", e.operation);
    io("previous_code", e.previous_code, kId);
    io("group_root", e.group_root, kId);
    io("closed_on", e.closed_on);
    io("profile_filled", e.profile_filled, kCount);
    io("profile_fields", e.profile_fields, kCount);
    io("name", e.name);
    io("unit_id", e.unit_id, kId);
    io("importance", e.importance);
    io("settlement", e.settlement);
    io("relationship", e.relationship);
    io("scope", e.scope);
    io("industry_code", e.industry_code, kId);
    io("resident_service", e.resident_service);
    io("first_trade_on", e.first_trade_on);
    io("assignments", e.assignments);
    io("annual_revenue_hint", e.annual_revenue_hint);
    if constexpr (Io::kReading) {
        const bool code_fine = e.previous_code.empty() || parse_customer_code(e.previous_code);
        io.check(code_fine, "previous_code", DeadLetterReason::BAD_CUSTOMER_CODE, "14 digits", e.previous_code);
        const bool root_fine = e.group_root.empty() || parse_root(e.group_root);
        io.check(root_fine, "group_root", DeadLetterReason::BAD_CUSTOMER_CODE, "11 digits", e.group_root);
    }
}

template <class Io>
void fields(Io& io, PaymentEvent& e) {
    io("invoice_id", e.invoice_id, kRequiredId);
    io("amount", e.amount);
}

template <class Io>
void fields(Io& io, PickupRequestEvent& e) {
    io("on_call", e.on_call);
    io("area", e.area, kRequired);
}

template <class Io>
void fields(Io& io, PickupEvent& e) {
    io("staff_id", e.staff_id, kId);
    io("items", e.items, kSomeItems);
}

template <class Io>
void fields(Io& io, CommitmentMade& e) {
    io("commitment_id", e.commitment_id, kRequiredId);
    io("text", e.text);
    io("due_at", e.due_at);
    io("done", e.done);
}

template <class Io>
void fields(Io& io, TouchpointEvent& e) {
    io("touchpoint_id", e.touchpoint_id, kRequiredId);
    io("unit_id", e.unit_id, kId);
    io("staff_id", e.staff_id, kRequiredId);
    io("role", e.role);
    io("channel", e.channel, kRequired);
    io("leader_led", e.leader_led);
    io("purpose", e.purpose);
    io("finding", e.finding);
    io("commitments", e.commitments);
    io("report_filed", e.report_filed);
}

template <class Io>
void fields(Io& io, PlanEvent& e) {
    io("kind", e.kind, kRequired);
    io("unit_id", e.unit_id, kId);
    io("staff_id", e.staff_id, kId);
    io("year_month", e.year_month);
    io("planned_visits", e.planned_visits, kCount);
    if constexpr (Io::kReading) {
        io.check(!e.unit_id.empty() || !e.staff_id.empty(), "unit_id", DeadLetterReason::MISSING_FIELD,
                 "unit_id or staff_id", "");
    }
}

template <class Io>
void fields(Io& io, OpinionEvent& e) {
    io("kind", e.kind, kRequired);
    io("satisfaction_pct", e.satisfaction_pct, kPercent);
    io("topic", e.topic);
}

template <class Io>
void fields(Io& io, UnitFigureEvent& e) {
    io("unit_id", e.unit_id, kRequiredId);
    io("year_month", e.year_month);
    io("kind", e.kind, kRequired);
    io("amount", e.amount);
}

template <class Io>
void fields(Io& io, ReportActionEvent& e) {
    io("report_id", e.report_id, kRequiredId);
    io("action", e.action, kRequired);
    io("staff_id", e.staff_id, kRequiredId);
    io("minutes_id", e.minutes_id, kId);
}

template <class Io>
void fields(Io& io, ComplaintEvent& e) {
    io("complaint_id", e.complaint_id, kRequiredId);
    io("category", e.category, kRequired);
    io("severity", e.severity);
    io("demand", e.demand, kRequired);
    io("claimed", e.claimed);
    if constexpr (Io::kReading) {
        const bool claims = !e.claimed || e.claimed->minor >= 0;
        io.check(claims, "claimed", DeadLetterReason::BAD_AMOUNT, "nothing or more", claims ? "" : "less than nothing");
    }
    io("accepting_unit", e.accepting_unit, kId);
    io("regulator_appeal", e.regulator_appeal);
    io("media", e.media);
    io("threatens_to_leave", e.threatens_to_leave);
}

template <class Io>
void fields(Io& io, ComplaintProgressEvent& e) {
    io("complaint_id", e.complaint_id, kRequiredId);
    io("state", e.state, kRequired);
    io("satisfaction", e.satisfaction);
    io("contact_attempts", e.contact_attempts, kCount);
    io("customer_informed", e.customer_informed);
}

template <class Io>
void fields(Io& io, CompetitorSightingEvent& e) {
    io("competitor", e.competitor);
    io("evidence", e.evidence, kRequired);
    io("confidence_pct", e.confidence_pct, kPercent);
    io("competitor_monthly_revenue", e.competitor_monthly_revenue);
    io("business_line", e.business_line, kId);
}

template <class Io>
void fields(Io& io, ContactChangeEvent& e) {
    io("role", e.role, kRequired);
    io("old_contact_id", e.old_contact_id, kId);
    io("new_contact_id", e.new_contact_id, kId);
}

template <class Io>
void fields(Io& io, ServiceRequestEvent& e) {
    io("request_id", e.request_id, kRequiredId);
    io("area", e.area, kRequired);
    io("special", e.special);
}

template <class Io>
void fields(Io& io, ServiceCompletionEvent& e) {
    io("request_id", e.request_id, kRequiredId);
}

template <class Io>
void fields(Io& io, ServiceFailureEvent& e) {
    io("stage", e.stage, kRequired);
    io("items", e.items, kSomeItems);
}

template <class Io>
void fields(Io& io, ContractCondition& e) {
    io("business_line", e.business_line, kId);
    io("window", e.window, kRequired);
    io("committed_revenue", e.committed_revenue);
    io("discount_bp", e.discount_bp, kBasisPoints);
}

template <class Io>
void fields(Io& io, ContractEvent& e) {
    io("contract_id", e.contract_id, kRequiredId);
    io("starts_on", e.starts_on);
    io("ends_on", e.ends_on);
    io("conditions", e.conditions);
}

template <class Io>
void fields(Io& io, StaffChangeEvent& e) {
    io("staff_id", e.staff_id, kRequiredId);
    io("state", e.state, kRequired);
    io("successor_staff_id", e.successor_staff_id, kId);
    io("until", e.until);
}

template <class Io>
void fields(Io& io, ManualSignalEvent& e) {
    io("staff_id", e.staff_id, kRequiredId);
    io("kind", e.kind, kRequired);
    io("severity", e.severity, kRequired);
    io("reason", e.reason);
}

template <class Io>
void fields(Io& io, WatermarkEvent& e) {
    io("feed", e.feed, kRequiredId);
    io("region_code", e.region_code, kId);
    io("complete_until", e.complete_until, kRequired);
}

// The scope is a message of its own in the .proto, and part of the struct in the model.
struct SilenceScope {
    SilenceEvent& silence;
};

template <class Io>
void fields(Io& io, SilenceScope& e) {
    io("account_root", e.silence.account_root, kId);
    io("unit_id", e.silence.unit_id, kId);
    io("case_id", e.silence.case_id, kId);
    if constexpr (Io::kReading) {
        const bool root_fine = e.silence.account_root.empty() || parse_root(e.silence.account_root);
        io.check(root_fine, "account_root", DeadLetterReason::BAD_CUSTOMER_CODE, "11 digits", e.silence.account_root);
    }
}

template <class Io>
void fields(Io& io, SilenceEvent& e) {
    SilenceScope scope{e};
    io("silence_id", e.silence_id, kRequiredId);
    io("scope", scope);
    io("kinds", e.kinds);
    io("from", e.from);
    io("until", e.until);
    io("recurrence", e.recurrence);
    io("author_staff_id", e.author_staff_id, kRequiredId);
    io("reason", e.reason);
    io("ended", e.ended);
    if constexpr (Io::kReading) {
        const bool scoped = !e.account_root.empty() || !e.unit_id.empty() || !e.case_id.empty();
        io.check(scoped || e.ended, "scope", DeadLetterReason::MISSING_FIELD, "account_root, unit_id or case_id", "");
    }
}

template <class Io>
void fields(Io&, TickEvent&) {}

template <class Io>
void fields(Io& io, PartialEventItem& e) {
    io("kind", e.kind, kId);
    io("id", e.id, kId);
    io("account_root", e.account_root, kId);
}

template <class Io>
void fields(Io& io, PartialEvent& e) {
    // Nothing is required: from outside both kinds are refused as such (RESERVED_KIND), whatever they hold.
    io("topic", e.topic, kId);
    io("subject", e.subject, kId);
    io("due_at", e.due_at);
    io("partition", e.partition, kCount);
    io("counts", e.counts);
    io("sequence", e.sequence, kCount);
    io("items", e.items);
}

template <class Io>
void fields(Io& io, ActivationEvent& e) {
    io("revision", e.revision, kId);
    io("document", e.document);
    io("refused_revision", e.refused_revision, kId);
    io("actor_staff_id", e.actor_staff_id, kId);
    io("forced", e.forced);
}

}  // namespace aw::codec
