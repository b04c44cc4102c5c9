// Every enumeration of the contract. The numbers equal those of proto/accountwatch/v1 and the names those
// of its JSON (a test compares both), so the codec converts by number and texts print the contract's name.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace aw {
namespace detail {

template <std::size_t N>
constexpr std::array<std::string_view, N> split_names(std::string_view list) {
    std::array<std::string_view, N> names{};
    for (std::size_t i = 0; i < N; ++i) {
        while (!list.empty() && list.front() == ' ') list.remove_prefix(1);
        const std::size_t comma = list.find(',');
        names[i] = list.substr(0, comma);
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    return names;
}

constexpr std::size_t count_names(std::string_view list) {
    std::size_t n = 1;
    for (const char c : list) n += c == ',' ? 1 : 0;
    return n;
}

}  // namespace detail

template <class E>
struct EnumNames;  // EnumNames<Severity>::kList

// Declares enum class NAME { UNSPECIFIED, ... }, its names and name(value).
#define AW_ENUM(NAME, ...)                                                                    \
    enum class NAME : std::uint8_t { UNSPECIFIED, __VA_ARGS__ };                              \
    template <>                                                                               \
    struct EnumNames<NAME> {                                                                  \
        static constexpr std::string_view kText = "UNSPECIFIED, " #__VA_ARGS__;               \
        static constexpr auto kList = detail::split_names<detail::count_names(kText)>(kText); \
    };                                                                                        \
    [[nodiscard]] constexpr std::string_view name(NAME value) {                               \
        return EnumNames<NAME>::kList[static_cast<std::size_t>(value)];                       \
    }                                                                                         \
    /* What the archive takes for a value; beyond it is damage. */                            \
    [[nodiscard]] constexpr std::size_t enum_size(NAME) { return EnumNames<NAME>::kList.size(); }

// The value of that name; nothing for an unknown name and for UNSPECIFIED.
template <class E>
[[nodiscard]] constexpr std::optional<E> parse_enum(std::string_view text) {
    const auto& names = EnumNames<E>::kList;
    for (std::size_t i = 1; i < names.size(); ++i) {
        if (names[i] == text) return static_cast<E>(i);
    }
    return std::nullopt;
}

// --- of input events ---
AW_ENUM(AccountOperation, UPDATE, REGISTER)
AW_ENUM(Importance, STANDARD, IMPORTANT, STRATEGIC, POTENTIAL)
AW_ENUM(Settlement, CASH, CREDIT)
AW_ENUM(Relationship, TRANSACTIONAL, LONG_TERM, EMBEDDED, ALLIANCE)
AW_ENUM(GeographicScope, LOCAL, MULTI_CITY, MULTI_PROVINCE)
AW_ENUM(PickupArea, URBAN, RURAL, SPECIAL)
AW_ENUM(TouchChannel, VISIT, PHONE, MESSAGE, FORUM)
AW_ENUM(TouchPurpose, ROUTINE, FIRST_VISIT, FOLLOW_UP, COMPLAINT, RETENTION)
AW_ENUM(TouchFinding, NORMAL, ABNORMAL, COMPETITOR, NO_CONTACT)
AW_ENUM(PlanKind, VISIT, MAINTENANCE)
AW_ENUM(OpinionKind, SURVEY, SUGGESTION, NEED)
AW_ENUM(UnitFigureKind, TOTAL_REVENUE)
AW_ENUM(ReportStep, SUBMIT, APPROVE)
AW_ENUM(ComplaintCategory, LOSS, DAMAGE, DELAY, SERVICE, CHARGE, OTHER)
AW_ENUM(ComplaintSeverity, MINOR, SERIOUS)
AW_ENUM(ComplaintState, RECORDED, ACCEPTED, REJECTED, ACKED_TO_CUSTOMER, INVESTIGATING, SOLUTION_PROPOSED, ANSWERED,
        FOLLOW_UP, CLOSED)
AW_ENUM(Satisfaction, SATISFIED, DISSATISFIED, UNREACHED)
AW_ENUM(CompetitorEvidence, SEEN_LABEL, CUSTOMER_SAID, WRITTEN_QUOTE, OTHER)
AW_ENUM(ContactRole, DECISION_MAKER, INFLUENCER, DAILY_CONTACT, FINANCE)
AW_ENUM(ServiceStage, PICKUP, PROCESSING, DELIVERY, FEEDBACK)
AW_ENUM(ConditionWindow, MONTH, ROLLING_52_WEEKS)
AW_ENUM(StaffState, ACTIVE, ON_LEAVE, LEAVING, LEFT)
AW_ENUM(ContactLevel, EXECUTIVE, MANAGER, FRONT_LINE)

// --- of outputs ---
AW_ENUM(Severity, INFO, LOW, MEDIUM, HIGH, CRITICAL)
AW_ENUM(CaseClass, WATCH, SUPERVISED_FOLLOW_UP, EMERGENCY)
AW_ENUM(SignalKind, VOLUME_DROP, REVENUE_DROP, GRADUAL_DECLINE, INACTIVITY, DEFECTION, COMPETITOR_SUSPECTED,
        COMPETITOR_CONFIRMED, SHARE_OF_WALLET_DROP, DECISION_MAKER_CHANGED, SERIOUS_COMPLAINT, COMPLAINT_OVERDUE,
        MANUAL, GRADE_DOWNGRADE, ARREARS_OVERDUE, DISCOUNT_CONDITION_FAILED, CADENCE_MISSED, SERVICE_FAILURES,
        TARGET_BEHIND_PACE, PROFILE_MISSING, BRANCH_SHIFT, COHORT_SHIFT, CONTRACT_EXPIRING, OWNERSHIP_CONFLICT,
        ACCOUNT_PROMOTED, ACCOUNT_STATUS_CHANGED, CONTACT_CHANGED, COMPLAINT, SERVICE_TIME_BREACH, RECOVERY)
AW_ENUM(CaseState, NEW, ACKNOWLEDGED, GROUP_FORMED, INVESTIGATING, ACTING, OBSERVING, RESOLVED, REPORT_DUE, CLOSED,
        SUSPENDED, MERGED)
AW_ENUM(Outcome, RECOVERED, PARTIALLY_RECOVERED, LOST, FALSE_ALARM, KNOWN_CHANGE)
AW_ENUM(GroupRole, LEADER, RELEVANT_LEADER, SALES, AFTER_SALES, SPECIALIST)
AW_ENUM(MemberState, INVITED, ACCEPTED, DECLINED, REPLACED)
AW_ENUM(StaffRole, GENERAL_MANAGER, EXECUTIVE_DEPUTY_GM, DEPUTY_GM_IN_CHARGE, DEPARTMENT_DIRECTOR, TEAM_LEADER,
        DEVELOPING_UNIT_HEAD, KEY_ACCOUNT_MANAGER, ACCOUNT_REPRESENTATIVE, PICKUP_COURIER, SERVICE_HEAD,
        KEY_ACCOUNT_CENTRE, MARKET_DEPARTMENT, QUALITY, FINANCE, PROVINCE_COORDINATOR, OPERATIONS)
AW_ENUM(MilestoneKind, ACKNOWLEDGE, FORM_GROUP, FIRST_CONTACT, CAUSE_AND_PLAN, PROGRESS_UPDATE, ANSWER_COMPLAINT,
        RESOLVE, OBSERVE, ANALYSIS_REPORT, FOLLOW_UP, HUMAN_ACTIVITY)
AW_ENUM(TaskKind, ACKNOWLEDGE, FORM_GROUP, ACCEPT_ROLE, CONTACT_CUSTOMER, CAUSE_AND_PLAN, PROGRESS_UPDATE,
        ANSWER_COMPLAINT, ANALYSIS_REPORT, FOLLOW_UP, MEET_DECISION_MAKER, VISIT, SECOND_VISIT, CALL, VISIT_REPORT,
        COMMITMENT, RE_SIGN_CONTRACT, HAND_OVER, EVALUATION_MEETING, SUBMIT_STATISTICS, PICKUP, PLAN, FORUM,
        SERVE_REQUEST, ASSIGNED)
AW_ENUM(TaskState, OPEN, DONE, OVERDUE, CANCELLED)
AW_ENUM(NoticeReason, CASE_OPENED, ROLE_INVITED, ACK_OVERDUE, ESCALATED, SEVERITY_RAISED, SIGNAL_ATTACHED,
        TASK_ASSIGNED, DEADLINE_WARNING, DEADLINE_BREACHED, STALE, WATCH_SIGNAL, RECOVERY_PROPOSED, CASE_RESOLVED,
        CASE_CLOSED, REOPENED, DATA_GAP, DATA_GAP_CLOSED, ROLE_UNFILLED, PICKUP_ON_CALL, CONTRACT_EXPIRING,
        REPORT_READY, HAND_OVER, FILING, REMINDER, OWNERSHIP_CONFLICT, DIGEST, OPERATIONS)
AW_ENUM(DecisionKind, EVALUATION, COMMAND, CASE, GUARD)
AW_ENUM(DecisionOutcome, FIRED, NOT_FIRED, HELD, SUPPRESSED, ACCEPTED, REJECTED)
AW_ENUM(RejectionCode, VERSION_CONFLICT, UNKNOWN_CASE, UNKNOWN_ACTOR, FORBIDDEN, ILLEGAL_TRANSITION, MISSING_FIELD,
        NOT_SATISFIED, CONTACT_MISSING, EXECUTIVE_CONTACT_MISSING, COMPLAINT_OPEN, COMMITMENT_OPEN, REASON_REQUIRED,
        APPROVER_REQUIRED, UNTIL_TOO_FAR)
AW_ENUM(SuppressionCode, NOT_WATCHED, PROSPECT, WARM_UP, SMALL_NUMBERS, NOT_PERSISTENT, SEASONAL, SAME_EPISODE,
        BRANCH_SHIFT, COHORT_SHIFT, FEED_INCOMPLETE, SILENCED, BACKFILL)
AW_ENUM(DeadLetterReason, UNDECODABLE, WRONG_TYPE, UNKNOWN_FIELD, UNKNOWN_ENUM, BAD_UTF8, TOO_LARGE, NO_PAYLOAD,
        MISSING_FIELD, BAD_CUSTOMER_CODE, KEY_MISMATCH, WRONG_PARTITION, BAD_AMOUNT, BAD_COUNT, BAD_TIME, FUTURE,
        TOO_LATE, DUPLICATE_CODE, CODE_IMMUTABLE, RESERVED_KIND)
AW_ENUM(ProductBreadth, SPECIALISED, COMPOSITE)
AW_ENUM(ReceiptOutcome, SENT, FAILED, GAVE_UP, HELD, DIGESTED)
AW_ENUM(Language, ZH, EN)

// --- of policy and organisation ---
AW_ENUM(OfferApproval, WITH_PLAN, COLLECTIVE, MARKET_DEPARTMENT)
AW_ENUM(WatchScope, KEY, REGISTERED, ALL)
AW_ENUM(UnitType, PROVINCE, CITY, COUNTY)
AW_ENUM(ClockKind, REAL, BUSINESS, CALENDAR)
AW_ENUM(Measure, ITEMS, REVENUE, WALLET_SHARE, T12M_REVENUE)
AW_ENUM(WindowKind, DAY, WEEK, MONTH, ROLLING_52_WEEKS)
AW_ENUM(CadencePeriod, DAY, WEEK, MONTH, QUARTER)
AW_ENUM(Scope, ROOT, LINE, BRANCH, INDUSTRY, GROUP)
AW_ENUM(Reference, RECENT, LAST_YEAR, COMMITMENT, TARGET, PREVIOUS, GRADE, KEY_ACCOUNT, AMOUNT)

}  // namespace aw
