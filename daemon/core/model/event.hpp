// Event: one fact that happened to an account, a feed, a unit or a person (contract section 2).
//
// An Event borrows its text: every string_view points into the record it was decoded from and is valid while
// that record is. Whoever keeps something copies it. So decoding a shipment allocates nothing.
// Fields mean what proto/accountwatch/v1/event.proto says; UNSPECIFIED and empty mean "not given".
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/money.hpp"
#include "base/time.hpp"
#include "core/model/enums.hpp"
#include "core/model/ids.hpp"

namespace aw {

struct Rules;  // core/policy/rules.hpp

struct Assignment {
    StaffRole role = StaffRole::UNSPECIFIED;
    std::string_view staff_id;
};

struct AccountEvent {
    AccountOperation operation = AccountOperation::UPDATE;
    std::string_view previous_code;
    std::string_view group_root;
    std::optional<Day> closed_on;
    std::int32_t profile_filled = 0;  // fields of the customer file that are filled ...
    std::int32_t profile_fields = 0;  // ... of so many (R104)
    std::string_view name;
    std::string_view unit_id;
    Importance importance = Importance::UNSPECIFIED;
    Settlement settlement = Settlement::UNSPECIFIED;
    Relationship relationship = Relationship::UNSPECIFIED;
    GeographicScope scope = GeographicScope::UNSPECIFIED;
    std::string_view industry_code;
    std::optional<bool> resident_service;
    std::optional<Day> first_trade_on;
    std::vector<Assignment> assignments;
    std::optional<Money> annual_revenue_hint;
};

struct ShipmentEvent {
    std::string_view business_line;
    std::int64_t items = 0;
    std::int64_t weight_g = 0;
    std::string_view origin_region;
    std::string_view destination_region;
    std::string_view product;
};

struct RevenueEvent {
    std::string_view business_line;
    Money amount;
    std::string_view invoice_id;
    std::optional<Day> due_on;
};

struct PaymentEvent {
    std::string_view invoice_id;
    Money amount;
};

struct PickupRequestEvent {
    bool on_call = false;
    PickupArea area = PickupArea::UNSPECIFIED;
};

struct PickupEvent {
    std::string_view staff_id;
    std::int64_t items = 0;
};

struct CommitmentMade {
    std::string_view commitment_id;
    std::string_view text;
    std::optional<Timestamp> due_at;
    bool done = false;
};

struct TouchpointEvent {
    std::string_view touchpoint_id;
    std::string_view unit_id;
    std::string_view staff_id;
    StaffRole role = StaffRole::UNSPECIFIED;
    TouchChannel channel = TouchChannel::UNSPECIFIED;
    bool leader_led = false;
    TouchPurpose purpose = TouchPurpose::UNSPECIFIED;
    TouchFinding finding = TouchFinding::UNSPECIFIED;
    std::vector<CommitmentMade> commitments;
    bool report_filed = false;
};

struct PlanEvent {
    PlanKind kind = PlanKind::UNSPECIFIED;
    std::string_view unit_id;
    std::string_view staff_id;
    std::optional<Month> year_month;
    std::int32_t planned_visits = 0;
};

struct OpinionEvent {
    OpinionKind kind = OpinionKind::UNSPECIFIED;
    std::optional<std::int32_t> satisfaction_pct;
    std::string_view topic;
};

struct UnitFigureEvent {
    std::string_view unit_id;
    std::optional<Month> year_month;
    UnitFigureKind kind = UnitFigureKind::UNSPECIFIED;
    Money amount;
};

struct ReportActionEvent {
    std::string_view report_id;
    ReportStep action = ReportStep::UNSPECIFIED;
    std::string_view staff_id;
    std::string_view minutes_id;
};

struct ComplaintEvent {
    std::string_view complaint_id;
    ComplaintCategory category = ComplaintCategory::UNSPECIFIED;
    ComplaintSeverity severity = ComplaintSeverity::UNSPECIFIED;
    std::string_view demand;
    std::optional<Money> claimed;
    std::string_view accepting_unit;
    bool regulator_appeal = false;
    bool media = false;
    bool threatens_to_leave = false;
};

struct ComplaintProgressEvent {
    std::string_view complaint_id;
    ComplaintState state = ComplaintState::UNSPECIFIED;
    Satisfaction satisfaction = Satisfaction::UNSPECIFIED;
    std::int32_t contact_attempts = 0;
    std::optional<bool> customer_informed;
};

struct CompetitorSightingEvent {
    std::string_view competitor;
    CompetitorEvidence evidence = CompetitorEvidence::UNSPECIFIED;
    std::optional<std::int32_t> confidence_pct;
    std::optional<Money> competitor_monthly_revenue;
    std::string_view business_line;
};

struct ContactChangeEvent {
    ContactRole role = ContactRole::UNSPECIFIED;
    std::string_view old_contact_id;
    std::string_view new_contact_id;
};

struct ServiceRequestEvent {
    std::string_view request_id;
    PickupArea area = PickupArea::UNSPECIFIED;
    bool special = false;
};

struct ServiceCompletionEvent {
    std::string_view request_id;
};

struct ServiceFailureEvent {
    ServiceStage stage = ServiceStage::UNSPECIFIED;
    std::int64_t items = 0;
};

struct ContractCondition {
    std::string_view business_line;
    ConditionWindow window = ConditionWindow::UNSPECIFIED;
    std::optional<Money> committed_revenue;
    std::int32_t discount_bp = 0;
};

struct ContractEvent {
    std::string_view contract_id;
    std::optional<Day> starts_on;
    std::optional<Day> ends_on;
    std::vector<ContractCondition> conditions;
};

struct StaffChangeEvent {
    std::string_view staff_id;
    StaffState state = StaffState::UNSPECIFIED;
    std::string_view successor_staff_id;
    std::optional<Day> until;  // last day of the leave
};

struct ManualSignalEvent {
    std::string_view staff_id;
    SignalKind kind = SignalKind::UNSPECIFIED;
    Severity severity = Severity::UNSPECIFIED;
    std::string_view reason;
};

struct WatermarkEvent {
    std::string_view feed;
    std::string_view region_code;  // empty = every region
    std::optional<Timestamp> complete_until;
};

struct SilenceEvent {
    std::string_view silence_id;
    std::string_view account_root;  // exactly one of account_root, unit_id, case_id
    std::string_view unit_id;
    std::string_view case_id;
    std::vector<SignalKind> kinds;
    std::optional<Timestamp> from;
    std::optional<Timestamp> until;
    std::string_view recurrence;
    std::string_view author_staff_id;
    std::string_view reason;
    bool ended = false;
};

// --- actions of a command ---
struct AckAction {};
struct AcceptAction {
    GroupRole group_role = GroupRole::UNSPECIFIED;
};
struct DeclineAction {
    GroupRole group_role = GroupRole::UNSPECIFIED;
};
struct StartAction {};
struct PlannedMeasure {
    std::string_view text;
    std::string_view owner_staff_id;
    std::optional<Timestamp> due_at;
};
struct PlanAction {
    std::string_view cause;
    std::vector<PlannedMeasure> countermeasures;
};
struct ApprovePlanAction {};
struct ContactAction {
    ContactLevel level = ContactLevel::UNSPECIFIED;
    TouchChannel channel = TouchChannel::UNSPECIFIED;
};
struct UpdateAction {
    std::string_view text;
};
struct DoneAction {
    std::string_view task_id;
};
struct SuspendAction {
    std::optional<Timestamp> until;
};
struct ResumeAction {};
struct LossAnalysis {  // R65: the three fields a lost case owes
    std::string_view reason;
    std::string_view destination;
    std::string_view own_shortcomings;
};
struct ResolveAction {
    Outcome outcome = Outcome::UNSPECIFIED;
    LossAnalysis lost;
    std::string_view approver_staff_id;
};
struct ReportAction {  // R76: six fields
    std::string_view cause;
    std::string_view course;
    std::string_view responsible;
    std::string_view conclusion;
    std::string_view countermeasures;
    std::string_view prevention;
    LossAnalysis lost;
};
struct ApproveReportAction {};
struct CloseAction {};
struct MergeAction {
    std::string_view into_case_id;
};
struct LowerSeverityAction {
    Severity severity = Severity::UNSPECIFIED;
};
struct TransferAction {
    std::string_view to_staff_id;
};
struct AcceptTransferAction {};
struct AssignTaskAction {
    std::string_view staff_id;
    std::string_view text;
    std::optional<Timestamp> due_at;
};
struct AddMemberAction {
    std::string_view staff_id;
    GroupRole group_role = GroupRole::UNSPECIFIED;
};
struct OfferAction {
    std::optional<Money> amount;
    std::string_view text;
};

using CommandAction =
    std::variant<std::monostate, AckAction, AcceptAction, DeclineAction, StartAction, PlanAction, ApprovePlanAction,
                 ContactAction, UpdateAction, DoneAction, SuspendAction, ResumeAction, ResolveAction, ReportAction,
                 ApproveReportAction, CloseAction, MergeAction, LowerSeverityAction, TransferAction,
                 AcceptTransferAction, AssignTaskAction, AddMemberAction, OfferAction>;

struct CommandEvent {
    std::string_view case_id;
    std::string_view actor_staff_id;
    std::int32_t expected_version = 0;  // 0 = any
    std::string_view reason;
    CommandAction action;
};

// --- written by the daemon itself only ---

// Proof that somebody was awake; carries no fact of its own. The log's time is what counts.
struct TickEvent {};

struct PartialEventItem {
    std::string_view kind;
    std::string_view id;
    std::string_view account_root;
};

// One shard's share of an answer about a subject that spans partitions (design section 2, "loops go through the
// log"). Owner of the subject's key adds them up.
struct PartialEvent {
    std::string_view topic;    // what is being counted, e.g. "data-gap"
    std::string_view subject;  // feed, unit or person
    std::optional<Timestamp> due_at;
    std::int32_t partition = 0;
    std::vector<std::int64_t> counts;
    std::int64_t sequence = 0;  // which answer of that shard, from 1; a later one replaces the earlier
    std::vector<PartialEventItem> items;
};

// The configuration in force from this record on. `rules` is what `document` says, built by the decoder.
struct ActivationEvent {
    std::string_view revision;
    std::string_view document;  // accountwatch.config.v1.Activation, serialised
    std::shared_ptr<const Rules> rules;
    // Set by a roll back: the revision that was left. It does not come back by itself, only by force.
    std::string_view refused_revision = {};
    std::string_view actor_staff_id = {};  // who wanted it; empty = the daemon's start or SIGHUP
    bool forced = false;                   // over the limit of `reload`, or over a roll back
};

using EventPayload =
    std::variant<std::monostate, ShipmentEvent, RevenueEvent, AccountEvent, PaymentEvent, PickupRequestEvent,
                 PickupEvent, TouchpointEvent, PlanEvent, OpinionEvent, UnitFigureEvent, ReportActionEvent,
                 ComplaintEvent, ComplaintProgressEvent, CompetitorSightingEvent, ContactChangeEvent,
                 ServiceRequestEvent, ServiceCompletionEvent, ServiceFailureEvent, ContractEvent, StaffChangeEvent,
                 ManualSignalEvent, WatermarkEvent, CommandEvent, SilenceEvent, TickEvent, PartialEvent,
                 ActivationEvent>;

struct Event {
    std::string_view event_id;
    CustomerCode code;  // not set for broadcast events and for commands
    Timestamp occurred_at;
    Timestamp recorded_at;  // not set = append time
    std::string_view source;
    EventPayload payload;
};

// The field name of the payload in the contract: "shipment", "command" ... "" for none.
[[nodiscard]] std::string_view payload_name(const EventPayload& payload);
// The field name of a command's action: "approve_plan" ... "" for none.
[[nodiscard]] std::string_view action_name(const CommandAction& action);
// Goes to every partition: about a feed, a unit or a person, not about one account.
[[nodiscard]] bool is_broadcast(const Event& event);
// Written by the daemon only; refused from outside with RESERVED_KIND.
[[nodiscard]] bool is_reserved(const EventPayload& payload);
// The account root that the event belongs to: of its code, or of a command's case or task; not set if neither.
[[nodiscard]] AccountRoot root_of(const Event& event);

// Where a record stands in time.
struct LogTime {
    Timestamp at;
    // Loaded history: the shard acts as if a tick stood at every due time, so everything fires on time.
    bool backfilled = false;
};

}  // namespace aw
