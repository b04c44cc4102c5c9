// What the daemon says: the output records of contract section 2, as values. A Case and a Task are also state:
// their fields() line is how they are stored.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/money.hpp"
#include "base/time.hpp"
#include "core/model/enums.hpp"
#include "core/model/ids.hpp"

namespace aw {

struct Reason {
    std::string code;
    std::string text;

    template <class Archive>
    void fields(Archive& archive) {
        archive(code, text);
    }
};

struct Signal {
    SignalId signal_id;
    AccountRoot account_root;
    SignalKind kind = SignalKind::UNSPECIFIED;
    Severity severity = Severity::UNSPECIFIED;
    std::string business_line;  // where the finding is about one line
    std::string lane;           // destination region code, where one fell
    std::string rule_id;
    std::string config_revision;
    std::optional<Day> onset_on;
    Timestamp detected_at;
    std::optional<Day> window_from;        // first day looked at
    std::optional<Day> window_to;          // last day looked at
    std::optional<std::int64_t> observed;  // items, or fen where the measure is money
    std::optional<std::int64_t> expected;
    std::optional<std::int32_t> recent_change_bp;
    std::optional<std::int32_t> yoy_change_bp;
    double score = 0;
    double probability = 0;
    Money revenue_at_risk;
    std::vector<Reason> reasons;
    CaseId case_id;
};

struct GroupMember {
    GroupRole group_role = GroupRole::UNSPECIFIED;
    StaffRole role = StaffRole::UNSPECIFIED;
    StaffId staff_id;
    MemberState state = MemberState::INVITED;

    template <class Archive>
    void fields(Archive& archive) {
        archive(group_role, role, staff_id, state);
    }
};

struct Milestone {
    MilestoneKind name = MilestoneKind::UNSPECIFIED;
    Timestamp due_at;
    Timestamp met_at;       // not set = not met
    Timestamp breached_at;  // not set = not breached; the due time, however late it fired
    std::int32_t fired_late_s = 0;

    template <class Archive>
    void fields(Archive& archive) {
        archive(name, due_at, met_at, breached_at, fired_late_s);
    }
};

struct CustomerContact {
    Timestamp at;
    ContactLevel level = ContactLevel::UNSPECIFIED;
    TouchChannel channel = TouchChannel::UNSPECIFIED;
    StaffId staff_id;

    template <class Archive>
    void fields(Archive& archive) {
        archive(at, level, channel, staff_id);
    }
};

struct Countermeasure {
    std::string text;
    StaffId owner_staff_id;
    Timestamp due_at;
    TaskId task_id;

    template <class Archive>
    void fields(Archive& archive) {
        archive(text, owner_staff_id, due_at, task_id);
    }
};

struct CasePlan {
    std::string cause;
    std::vector<Countermeasure> countermeasures;
    StaffId submitted_by;
    Timestamp submitted_at;
    StaffId approved_by;
    Timestamp approved_at;  // not set = not approved

    template <class Archive>
    void fields(Archive& archive) {
        archive(cause, countermeasures, submitted_by, submitted_at, approved_by, approved_at);
    }
};

struct Lost {
    std::string reason;
    std::string destination;
    std::string own_shortcomings;

    template <class Archive>
    void fields(Archive& archive) {
        archive(reason, destination, own_shortcomings);
    }
};

struct CaseReport {
    std::string cause;
    std::string course;
    std::string responsible;
    std::string conclusion;
    std::string countermeasures;
    std::string prevention;
    StaffId submitted_by;
    Timestamp submitted_at;
    StaffId approved_by;
    Timestamp approved_at;

    template <class Archive>
    void fields(Archive& archive) {
        archive(cause, course, responsible, conclusion, countermeasures, prevention, submitted_by, submitted_at,
                approved_by, approved_at);
    }
};

// R85: what was offered to keep the client, and who has to agree.
struct Offer {
    Timestamp at;
    StaffId staff_id;
    Money amount;
    std::string text;
    OfferApproval approval = OfferApproval::UNSPECIFIED;

    template <class Archive>
    void fields(Archive& archive) {
        archive(at, staff_id, amount, text, approval);
    }
};

// R87: when was what known and done.
struct EvidenceLedger {
    Timestamp detected_at;
    Timestamp notified_at;
    Timestamp acked_at;
    Timestamp reported_at;
    Timestamp analysed_at;
    bool unreported_churn = false;
    bool accountability = false;

    template <class Archive>
    void fields(Archive& archive) {
        archive(detected_at, notified_at, acked_at, reported_at, analysed_at, unreported_churn, accountability);
    }
};

struct Case {
    CaseId case_id;
    AccountRoot account_root;
    std::string account_name;
    UnitId unit_id;
    std::string grade;
    CaseClass case_class = CaseClass::UNSPECIFIED;
    Severity severity = Severity::UNSPECIFIED;
    CaseState state = CaseState::NEW;
    Outcome outcome = Outcome::UNSPECIFIED;
    Outcome proposed_outcome = Outcome::UNSPECIFIED;
    std::int32_t version = 0;  // raised by every change; what expected_version means
    Timestamp opened_at;
    Timestamp updated_at;
    std::int32_t level = 0;  // level of the chain reached, from 1; 0 = no chain (WATCH)
    StaffId owner_staff_id;
    StaffRole leader_role = StaffRole::UNSPECIFIED;
    std::vector<GroupMember> group;
    std::vector<SignalId> signals;
    std::vector<SignalKind> kinds;  // of the signals, each once, in order of first appearance
    std::vector<Milestone> milestones;
    Money revenue_at_risk;
    double probability = 0;
    std::vector<std::string> complaint_ids;
    std::vector<CustomerContact> contacts;
    std::optional<CasePlan> plan;
    std::optional<CaseReport> report;
    std::int32_t reopen_count = 0;
    Lost lost;
    EvidenceLedger ledger;
    CaseId merged_into;         // MERGED: the case that goes on
    Timestamp suspended_until;  // SUSPENDED: when it goes on by itself
    std::vector<Offer> offers;

    template <class Archive>
    void fields(Archive& archive) {
        archive(case_id, account_root, account_name, unit_id, grade, case_class, severity, state, outcome,
                proposed_outcome, version, opened_at, updated_at, level, owner_staff_id, leader_role, group, signals,
                kinds, milestones, revenue_at_risk, probability, complaint_ids, contacts, plan, report, reopen_count,
                lost, ledger, merged_into, suspended_until, offers);
    }
};

struct Task {
    TaskId task_id;
    CaseId case_id;
    AccountRoot account_root;
    TaskKind kind = TaskKind::UNSPECIFIED;
    StaffId assignee_staff_id;
    StaffRole assignee_role = StaffRole::UNSPECIFIED;
    TaskState state = TaskState::OPEN;
    Timestamp opened_at;
    Timestamp due_at;  // not set = waits for the first tick (see core/obligations)
    std::vector<Timestamp> warned_at;
    Timestamp closed_at;
    std::string detail;

    template <class Archive>
    void fields(Archive& archive) {
        archive(task_id, case_id, account_root, kind, assignee_staff_id, assignee_role, state, opened_at, due_at,
                warned_at, closed_at, detail);
    }
};

struct Notice {
    std::string notice_id;
    StaffId recipient_staff_id;  // empty = operations (no person holds that role)
    NoticeReason reason = NoticeReason::UNSPECIFIED;
    Severity severity = Severity::UNSPECIFIED;
    CaseId case_id;
    TaskId task_id;
    AccountRoot account_root;
    std::string subject;
    std::string text;
    Language language = Language::ZH;
    Timestamp created_at;
    Timestamp due_at;
    CaseClass case_class = CaseClass::UNSPECIFIED;  // of the case; what an EMERGENCY needs is never held back
};

// One attempt to deliver a notice. SENT: the channel took it. FAILED: will be tried again. GAVE_UP: the last attempt on
// this channel; the next channel of the recipient follows. HELD: over the attention budget, kept for the recipient's
// digest. DIGESTED: it stands in the digest whose notice id is the detail.
struct Receipt {
    std::string receipt_id;  // <notice_id>/<channel>/<attempt>
    std::string notice_id;
    StaffId recipient_staff_id;  // empty = operations
    std::string channel;
    ReceiptOutcome outcome = ReceiptOutcome::UNSPECIFIED;
    std::int32_t attempt = 0;  // on this channel, from 1; counts one not made because the channel was down, too
    Timestamp at;
    std::string detail;       // the provider's answer or what failed; valid UTF-8, at most 500 bytes
    bool plain_text = false;  // the template was broken; the notice's own words were sent
    NoticeReason reason = NoticeReason::UNSPECIFIED;  // of the notice
    // HELD only: what the digest says about the notice, and its partition in its topic.
    CaseId case_id;
    std::string subject;
    std::int32_t partition = 0;
};

struct NamedValue {
    std::string name;
    std::string value;
};

struct Gate {
    std::string name;
    std::string value;
    std::string limit;
    bool passed = false;
};

struct Decision {
    std::string decision_id;
    DecisionKind kind = DecisionKind::UNSPECIFIED;
    DecisionOutcome outcome = DecisionOutcome::UNSPECIFIED;
    std::string code;  // a SuppressionCode, RejectionCode, SignalKind or transition, by kind
    AccountRoot account_root;
    CaseId case_id;
    std::string rule_id;
    std::string config_revision;
    Timestamp at;
    std::vector<NamedValue> inputs;
    std::vector<Gate> gates;
    std::string text;
    std::string digest;  // the evidence chain of the account, see core/cases/audit.hpp
};

// The shard's refusal of a record: the edge adds topic, partition, offset, key and the original bytes.
struct Refusal {
    DeadLetterReason reason = DeadLetterReason::UNSPECIFIED;
    std::string detail;
};

struct DataGap {
    std::string gap_id;
    std::string feed;
    std::string region_code;
    Timestamp began_at;
    Timestamp opened_at;
    Timestamp closed_at;  // not set = open
    std::int32_t accounts_held = 0;
};

struct Report {
    std::string report_id;
    std::string kind;
    UnitId unit_id;
    std::string period;
    std::int32_t version = 1;
    std::string sha256;
    std::vector<std::vector<NamedValue>> rows;
};

// One shard's share of an answer that needs several (design section 2, "loops go through the log"): written into the
// log of events in the same commit, keyed by its subject, and added up by the shard that owns this key.
struct PartialItem {
    std::string kind;  // ACCOUNT, CASE, TASK
    std::string id;
    AccountRoot account_root;

    auto operator<=>(const PartialItem&) const = default;
    template <class Archive>
    void fields(Archive& archive) {
        archive(kind, id, account_root);
    }
};

struct Partial {
    std::string topic;    // the question, e.g. "hand-over"
    std::string subject;  // feed, unit or person: the key
    Timestamp due_at;     // what is answered for; with topic and subject it names the question
    std::int32_t partition = 0;
    std::int64_t sequence = 1;  // which answer of this partition; a later one replaces the earlier
    std::vector<std::int64_t> counts;
    std::vector<PartialItem> items;  // what was counted, where it is to be listed
    Timestamp at;                    // log time of the answer
};

// What is to be kept quiet, where and when; of the three scopes one is set. Also state of the shard.
struct Silence {
    std::string silence_id;
    AccountRoot account_root;
    UnitId unit_id;  // and the units below it
    CaseId case_id;
    std::vector<SignalKind> kinds;  // empty = all
    Timestamp from;
    Timestamp until;
    std::string recurrence;  // see core/model/recurrence.hpp
    StaffId author_staff_id;
    std::string reason;
    Timestamp active_until;  // answers only: it is active now, until then

    template <class Archive>
    void fields(Archive& archive) {
        archive(silence_id, account_root, unit_id, case_id, kinds, from, until, recurrence, author_staff_id, reason);
    }
};

// A milestone's deadline passed unmet, once each. For the counter deadlines_breached_total{milestone} alone: it has no
// topic, and what follows from it are effects of their own.
struct Breach {
    MilestoneKind milestone = MilestoneKind::UNSPECIFIED;
};

// One effect of applying a record. Order is the order in which things happened.
using Effect = std::variant<Signal, Case, Task, Notice, Decision, Refusal, DataGap, Report, Partial, Breach>;
using Effects = std::vector<Effect>;

// What became of a record, for the counter events_total{kind,outcome}.
enum class Applied : std::uint8_t { applied, duplicate, late, refused };

// Live view of an account, for GET /accounts/{code}.
struct LineUsage {
    std::string business_line;
    std::int64_t items_28d = 0;
};
struct BranchUsage {
    std::uint16_t branch = 0;
    std::int64_t items_28d = 0;
};
struct AccountView {
    AccountRoot account_root;
    std::string account_name;
    UnitId unit_id;
    Importance importance = Importance::UNSPECIFIED;
    bool is_key_account = false;
    std::string grade;
    Money t12m_revenue;
    std::int64_t items_28d = 0;
    Money revenue_28d;
    Timestamp last_event_at;
    std::vector<LineUsage> lines;
    std::vector<BranchUsage> branches;
    CaseId open_case_id;
    std::vector<std::string> held_feeds;
    ProductBreadth product_breadth = ProductBreadth::UNSPECIFIED;
};

}  // namespace aw
