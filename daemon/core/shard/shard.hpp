// Shard: the accounts of one partition and everything that is known of them. A pure, single-threaded state machine
// over an ordered log: apply() is the one door, log time its only clock, effects are values. The same records give the
// same bytes, live, after a restart, in `backtest` and in `explain` (design section 2).
//
// Owner: one worker. Not thread-safe. Bad input is refused with a reason and changes nothing else; a broken invariant
// aborts.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/result.hpp"
#include "core/cases/desks.hpp"
#include "core/cases/silences.hpp"
#include "core/model/event.hpp"
#include "core/model/explanation.hpp"
#include "core/obligations/timer_queue.hpp"
#include "core/policy/rules.hpp"
#include "core/shard/account.hpp"
#include "core/shard/cohorts.hpp"
#include "core/shard/departures.hpp"
#include "core/shard/detection.hpp"
#include "core/shard/feeds.hpp"
#include "core/shard/ownership.hpp"
#include "core/shard/portfolio.hpp"
#include "core/shard/reload_plan.hpp"
#include "core/shard/seen_ids.hpp"
#include "core/shard/shard_counts.hpp"
#include "core/shard/subjects.hpp"

namespace aw {

// Turns the document of a stored activation back into rules; given by the owner, because only an edge can parse it.
using RulesReader = std::function<Result<std::shared_ptr<const Rules>>(std::string_view document)>;

// Which of how many partitions: part of a shard's identity, like the log it reads.
struct ShardPlace {
    std::int32_t partition = 0;
    std::int32_t partitions = 1;
};

class Shard {
public:
    // `rules` are in force until the log brings an activation.
    explicit Shard(std::shared_ptr<const Rules> rules, ShardPlace place = {});

    // Applies one record; appends what follows to `effects`. First fires every deadline due up to its log time.
    Applied apply(const Event& event, LogTime time, Effects& effects);
    // In the effects of the last apply(): where what the event itself brought begins. Before it stands what deadlines
    // did.
    [[nodiscard]] std::size_t first_of_event() const { return first_of_event_; }
    // Fires everything due up to `until` as if a tick stood at every due time (end of a backtest).
    void advance(Timestamp until, Effects& effects);
    // When the next deadline falls due; nothing if none is pending.
    [[nodiscard]] std::optional<Timestamp> next_deadline() const { return timers_.next_due(); }
    // Highest log time read so far.
    [[nodiscard]] Timestamp clock() const { return clock_; }
    [[nodiscard]] Timestamp last_tick() const { return last_tick_; }

    // --- state: records by key, for the changelog ---
    void collect_changes(std::vector<StateRecord>& out);  // since the last call
    void snapshot(std::vector<StateRecord>& out) const;   // everything
    // One stored record; false if it is damaged or of a newer version. Records may come in any order.
    [[nodiscard]] bool restore(std::string_view key, std::string_view value, const RulesReader& reader);
    void finish_restore();
    [[nodiscard]] std::size_t stored_accounts() const;  // whose hot and cold records were all collected or restored
    [[nodiscard]] std::uint64_t state_hash() const;

    // --- questions, between batches ---
    [[nodiscard]] std::optional<AccountView> account(AccountRoot root) const;
    [[nodiscard]] const CaseFile* case_file(AccountRoot root) const;
    // What is known of the account and what every rule says of it now; nothing if it is unknown. Changes nothing.
    [[nodiscard]] std::optional<AccountExplanation> explain(AccountRoot root) const;
    [[nodiscard]] const Rules& rules() const { return *rules_; }
    // Revision and document of the activation in force; empty if the log has none yet.
    [[nodiscard]] const std::string& activation_document() const { return activation_document_; }
    // The document of the activation before it, for a roll back; empty if there is none, or after a roll back.
    [[nodiscard]] const std::string& previous_document() const { return previous_document_; }
    // The revision that was rolled back and comes back only by force; empty = none.
    [[nodiscard]] const std::string& refused_revision() const { return refused_revision_; }
    // What would be otherwise if `next` were in force now (reload_plan.hpp). Changes nothing; walks all accounts.
    [[nodiscard]] ReloadPlan plan(const Rules& next, std::size_t examples = ReloadPlan::kExamples) const;
    [[nodiscard]] ShardCounts counts() const;  // walks all accounts
    [[nodiscard]] std::vector<Feeds::Watermark> watermarks() const { return feeds_.watermarks(); }
    // Those that are in force or will be, by id, and why one would be refused now; the same in every shard.
    [[nodiscard]] std::vector<Silence> silences() const { return silences_.list(rules_->calendar.zone(), clock_); }
    [[nodiscard]] std::optional<Refusal> refuses(const SilenceEvent& silence) const;
    [[nodiscard]] Staffing staffing() const { return {rules_->organisation, overlay_, today()}; }
    [[nodiscard]] std::size_t memory_bytes() const;  // estimate of what the accounts hold

private:
    class Planner;          // shard_plan.cpp
    class Explainer;        // shard_explain.cpp
    class DetectionSource;  // shard_detection_source.hpp

    // --- time (shard.cpp) ---
    void fire_until(Timestamp until, bool dense, Effects& effects);
    void fire(const Timer& timer, bool dense, Timestamp read_at, Effects& effects);
    void arm_schedule();
    [[nodiscard]] Day today() const;

    // --- events (shard_events.cpp) ---
    [[nodiscard]] std::optional<Refusal> check_time(const Event& event, Day day) const;
    Applied dispatch(const Event& event, Effects& effects);
    Applied on_shipment(const Event& event, const ShipmentEvent& shipment, Day day);
    Applied on_revenue(const Event& event, const RevenueEvent& revenue, Day day);
    [[nodiscard]] std::optional<Refusal> check_registration(const Event& event, const AccountEvent& change) const;
    void on_account(const Event& event, const AccountEvent& change, Effects& effects);
    void on_complaint(Account& account, const Event& event, const ComplaintEvent& complaint, Effects& effects);
    void on_complaint_progress(Account& account, const ComplaintProgressEvent& progress, Effects& effects);
    void on_sighting(Account& account, const Event& event, const CompetitorSightingEvent& sighting, Effects& effects);
    void on_contact_change(Account& account, const Event& event, const ContactChangeEvent& change, Effects& effects);
    void on_manual_signal(Account& account, const Event& event, const ManualSignalEvent& manual, Effects& effects);
    void on_staff_change(const Event& event, const StaffChangeEvent& change, Effects& effects);
    void on_command(const Event& event, const CommandEvent& command, Effects& effects);
    void accept_level(Account& account);
    // --- activations (shard_activation.cpp) ---
    void on_activation(const Event& event, const ActivationEvent& activation, Effects& effects);  // shard.cpp
    void note_activation(const Event& event, const ActivationEvent& activation, Effects& effects);
    void carry_grades(const GradeScheme& next);
    void forget_removed_rows(Account& account, Timestamp now, bool awake, Effects& effects);
    void on_tick(Effects& effects);

    // --- signals (shard_signals.cpp) ---
    struct Trigger {
        SignalKind kind;
        Severity base;
        std::string rule_id;
        std::vector<Reason> reasons;
        Timestamp occurred_at;
        std::string business_line;
        std::string_view complaint_id;
    };
    // True if it is to be acted upon: it gave a signal, or only a silence kept it from that.
    bool take_trigger(Account& account, Trigger trigger, Effects& effects);
    void take_drop(Account& account, const DropFinding& finding, Timestamp now, bool awake, Effects& effects);
    [[nodiscard]] bool is_watched(const Account& account) const { return is_watched(account, *rules_); }
    [[nodiscard]] bool is_watched(const Account& account, const Rules& rules) const;
    [[nodiscard]] std::optional<SuppressionCode> not_ours(const Account& account, bool detection) const;
    [[nodiscard]] DeskAccount desk_account(const Account& account) const;
    template <class F>
    void with_desk(Account& account, Timestamp now, bool awake, Effects& effects, F&& use);

    // --- scheduled evaluations (shard_evaluation.cpp) ---
    void evaluate_day(Day day, Timestamp now, bool awake, Effects& effects);
    void evaluate_period(Period period, Timestamp now, bool awake, Effects& effects);
    void evaluate(Account& account, Period period, bool items, bool revenue, Timestamp now, bool awake,
                  Effects& effects);
    // `usage` is the account's own, or the sum of a group.
    void judge_row(Account& account, const AccountUsage& usage, const ComparisonRow& row, UsageScope scope,
                   Period period, Timestamp now, bool awake, Effects& effects);
    [[nodiscard]] ComparisonContext context_of(const Account& account, const AccountUsage& usage, bool frozen,
                                               Period period) const;
    [[nodiscard]] std::optional<SuppressionCode> excuse_of_items(const Account& account, const ComparisonRow& money,
                                                                 UsageScope scope, Period period) const;
    [[nodiscard]] DropFinding finding_of(const ComparisonRow& row, UsageScope scope, const ComparisonResult& result,
                                         const ComparisonState& after) const;
    // --- from a verdict to a signal (shard_episodes.cpp) ---
    void end_row(Account& account, const ComparisonRow& row, UsageScope scope, Day period_from, Timestamp now,
                 bool awake, Effects& effects);
    bool end_raised(Account& account, Episode& episode, const std::pair<std::uint64_t, UsageScope>& row, Day over_on,
                    Timestamp now, bool awake, Effects& effects);
    [[nodiscard]] std::optional<SuppressionCode> give(Account& account, Episode& episode, const DropFinding& finding,
                                                      bool history, Timestamp now, bool awake, Effects& effects);
    // What is asked of a finding that has passed the gates of its row: in this order, until an answer holds it back.
    // The same for a judgement and for whoever asks about it afterwards.
    struct Settled {
        std::vector<Gate> gates;
        std::optional<SuppressionCode> code;  // why it gives no signal; nothing = it gives one
        bool ours = false;                    // it lasts: the row counts as below its gate
        bool repeats = false;                 // its signal, or a worse one, was given
    };
    [[nodiscard]] Settled settle(const Account& account, const ComparisonRow& row, UsageScope scope,
                                 const ComparisonResult& result) const;
    [[nodiscard]] bool is_told(const Account& account, const ComparisonRow& row, UsageScope scope,
                               const ComparisonResult& result) const;
    void settle_drop(Account& account, const ComparisonRow& row, UsageScope scope, const ComparisonResult& result,
                     DropFinding finding, Timestamp now, bool awake, Effects& effects);
    void settle_shift(Account& account, const ComparisonRow& row, UsageScope scope, const ComparisonResult& result,
                      DropFinding finding, Timestamp now, bool awake, Effects& effects);
    void settle_share(Account& account, const ComparisonRow& row, const ComparisonResult& result, DropFinding finding,
                      Timestamp now, bool awake, Effects& effects);
    void go_live(Timestamp now, bool awake, Effects& effects);
    // --- one row about one account (shard_judge.cpp) ---
    void explain_suppressed(Account& account, const DropFinding& finding, SuppressionCode code, Timestamp now,
                            bool awake, Effects& effects);
    // use(row, scope) for every row that is asked about the account at the end of such a period (shard_rows.hpp).
    template <class F>
    void each_row(const Account& account, const Policy& policy, Period period, bool items, bool revenue, F&& use) const;
    template <class F>
    void each_scope(const Account& account, const ComparisonRow& row, F&& use) const;
    [[nodiscard]] const std::vector<std::uint32_t>& slots_by_root() const;
    [[nodiscard]] bool is_history(Period period) const;
    [[nodiscard]] Day history_from(const Account& account) const;
    void retry_held(Account& account, Timestamp now, bool awake, Effects& effects);
    void find_defections(Day day, Timestamp now, bool awake, Effects& effects);
    void judge_defection(Account& account, Day day, Timestamp now, bool awake, Effects& effects);
    void retry_defection(Account& account, Timestamp now, bool awake, Effects& effects);

    // --- what is complete, and gaps (shard_gaps.cpp) ---
    static constexpr std::uint64_t kGapDue = 4;  // timer: the next feed reaches its limit
    Applied on_watermark(const WatermarkEvent& watermark, Effects& effects);
    // Whether everything of these kinds (FeedUse) that happened to the account before the day `to` is known. The door
    // for whoever judges: what is not is held, with code FEED_INCOMPLETE, and asked again when a watermark comes
    // (retry_held). A few ns for an account none of whose sources is under control.
    [[nodiscard]] bool complete(const Account& account, std::uint8_t kinds, Day to) const;
    // The latest such day; nothing if none of the sources is under control.
    [[nodiscard]] std::optional<Day> complete_to(const Account& account, std::uint8_t kinds) const;
    [[nodiscard]] std::vector<std::string> held_feeds(const Account& account, std::uint8_t kinds) const;
    void retry_held(std::uint32_t region, Effects& effects);
    void look_at_gaps(Timestamp opened_at, Timestamp now, std::int64_t late_s, Effects& effects);
    void arm_gaps();
    [[nodiscard]] std::int64_t count_held(const std::string& feed, const Feeds::Mark& mark) const;
    void answer_gap(const std::string& feed, std::uint32_t region, const GapShare& share, Effects& effects) const;
    [[nodiscard]] static bool is_gap_share(std::string_view topic);
    Applied on_gap_share(const PartialEvent& event, Effects& effects);
    [[nodiscard]] bool concerns_us(const FeedGap& gap) const;
    void tell_gap(const std::string& feed, std::uint32_t region, Subject& subject, FeedGap& gap, Timestamp now,
                  Effects& effects);
    void tell_lasting_gaps(Timestamp now, Effects& effects);

    // --- statistical detectors (shard_detection.cpp) ---
    void note_items(Account& account, const ShipmentEvent& shipment, Day day);
    [[nodiscard]] std::string lane_name(std::uint32_t lane) const;
    void detect(Timestamp now, bool awake, Effects& effects);
    void settle_finding(const Detection::Finding& found, Timestamp now, bool awake, Effects& effects);
    void settle_alarm(Account& account, const DropFinding& finding, bool alarm, Timestamp now, bool awake,
                      Effects& effects);
    [[nodiscard]] bool is_part_of_fall(const Account& account, const DropFinding& finding) const;
    bool go_on(Account& account, Episode& episode, Timestamp now, bool awake, Effects& effects);
    [[nodiscard]] static std::pair<std::uint64_t, UsageScope> finding_row(const DropFinding& finding);
    void settle_return(Account& account, std::uint64_t rule, std::string_view detector, Day day, Timestamp now,
                       bool awake, Effects& effects, UsageScope scope = {});
    [[nodiscard]] static Episode* episode_raised_by(Ledger& ledger, std::uint64_t rule);
    void end_detections(Account& account, Timestamp now, bool awake, Effects& effects);
    [[nodiscard]] bool still_in_alarm(std::uint32_t slot, std::uint64_t rule) const;
    [[nodiscard]] std::optional<double> share_of_part(const Account&, std::uint32_t part, Day from, Day to) const;
    [[nodiscard]] std::optional<double> share_of_yield(const Account& account, Day from, Day to) const;
    void measure_recovery(Account& account, Period period, Timestamp now, bool awake, Effects& effects);
    // As findings (shard_findings.cpp).
    [[nodiscard]] DropFinding drop_finding(const Account& account, const Detection::Finding& found) const;
    [[nodiscard]] DropFinding decline_finding(const Account& account, const Detection::Finding& found) const;
    [[nodiscard]] DropFinding inactivity_finding(const Account& account, const Detection::Finding& found) const;
    [[nodiscard]] DropFinding share_finding(const Account&, const Detection::Finding&, const ShareWatch::Found&) const;
    [[nodiscard]] DropFinding yield_finding(const Account& account, const Detection::Finding& found) const;
    [[nodiscard]] std::vector<NamedValue> inputs_of(const Account& account, const DropFinding& finding) const;
    [[nodiscard]] std::vector<NamedValue> without_cohort(const Account&, Day from, Day through, std::int64_t observed,
                                                         std::int64_t expected) const;
    void weigh_fall(const Account& account, DropFinding& finding) const;
    [[nodiscard]] std::optional<double> last_years_change(const Account& account, const DropFinding& f) const;
    void explain_finding(Account& account, const DropFinding& finding, std::optional<SuppressionCode> code,
                         Timestamp now, bool awake, Effects& effects);
    // Whether its alarm was real is known once its case has ended.
    void learn_outcome(Ledger& ledger);
    void settle_budget(Day day);
    [[nodiscard]] double offset_of(const Account& account, const DropFinding& finding) const;
    [[nodiscard]] bool is_detector_row(std::uint64_t rule) const;
    // What was found stays known to whoever asks (shard_explain_detected.cpp).
    void note_detected(Account&, const DropFinding&, DecisionOutcome outcome, std::optional<SuppressionCode> code);

    // --- how an account stands to a threshold (shard_standing.cpp) ---
    struct StandingFacts {
        bool holds = false;  // what the row looks for is there
        std::int64_t observed = 0;
        std::optional<std::int64_t> expected;  // the threshold
        std::optional<std::int32_t> change_bp;
        std::vector<Reason> reasons;
        std::vector<NamedValue> inputs;
        std::vector<Gate> gates;
    };
    // What a row finds on a day: the same for whoever looks and for whoever asks about it.
    [[nodiscard]] StandingFacts key_status(const Account& account, Day day) const;
    [[nodiscard]] StandingFacts missing_file(const Account& account, const ComparisonRow& row, Day day) const;
    [[nodiscard]] StandingFacts lost_grade(const Account& account) const;
    [[nodiscard]] std::optional<SuppressionCode> standing_held_back(const Account& account,
                                                                    const ComparisonRow& row) const;
    void look_at_standing(Day day, Timestamp now, bool awake, Effects& effects);
    Day judge_key_status(Account& account, const ComparisonRow* status, const ComparisonRow* promoted, Day day,
                         Timestamp now, bool awake, Effects& effects);
    Day judge_profile(Account& account, const ComparisonRow& row, Day day, Timestamp now, bool awake, Effects& effects);
    void regrade_all(Timestamp now, bool awake, Effects& effects);
    bool tell_standing(Account& account, const ComparisonRow& row, StandingFacts facts, bool quiet, Timestamp now,
                       bool awake, Effects& effects);
    void note_standing(Account& account, const ComparisonRow& row, const StandingFacts& facts,
                       std::optional<SuppressionCode> code);
    [[nodiscard]] bool is_closed(const Account& account) const {
        return account.profile != nullptr && account.profile->closed_on && *account.profile->closed_on <= today();
    }

    // --- what is owed in every period (shard_cadence.cpp) ---
    void note_touch(Account& account, const Event& event, const TouchpointEvent& touch, Day day);
    void note_pickup(Account& account, const Event& event, Day day);
    void evaluate_cadences(Day day, Timestamp now, bool awake, Effects& effects);
    void judge_cadence(Account& account, const CadenceRow& row, const CadenceSpan& span, Timestamp now, bool awake,
                       Effects& effects);
    void settle_cadence(Account& account, const CadenceRow& row, const CadenceSpan& span, Timestamp now, bool awake,
                        Effects& effects);
    void retry_cadences(Effects& effects);
    [[nodiscard]] bool cadence_complete(const Account& account, const CadenceRow& row, const CadenceSpan& span) const;

    // --- silences (shard_silences.cpp) ---
    static constexpr std::uint64_t kSilenceEnd = 3;  // timer: the window of a silence ends
    void on_silence(const SilenceEvent& silence, Effects& effects);
    void silences_changed(Timestamp now, bool awake, Effects& effects);
    void arm_silences();
    void signal_silenced(Timestamp now, bool awake, Effects& effects);
    [[nodiscard]] std::optional<SilenceCover> silence_over(const Account& of, SignalKind kind, bool scheduled) const;
    [[nodiscard]] static bool keeps_back(const Account& account);

    // --- what concerns more than one account (shard_reports.cpp) ---
    [[nodiscard]] Partial partial_about(std::string_view topic, std::string_view subject, Timestamp due_at) const;
    Applied on_partial(const PartialEvent& event, Effects& effects);
    void fire_subject(const Timer& timer, Timestamp now, bool awake, std::int64_t late_s, Effects& effects);
    void answer_statistics(Day first, Effects& effects);
    void statistics_answered(const std::string& unit, Subject& subject, Gathering& gathering, Effects& effects);
    void on_report_action(const ReportActionEvent& action, Effects& effects);
    void approve_complaint(const ReportActionEvent& action, Effects& effects);

    // --- rows about several accounts (shard_shared_rows.cpp) ---
    void answer_shared_rows(Period period, Effects& effects);
    void answer_waiting_groups(const std::set<Period>& waited, Effects& effects);
    [[nodiscard]] std::set<Period> periods_waited_for() const;  // by members of groups
    void answer_cohorts(const ComparisonRow& row, Period period, Effects& effects);
    void cohorts_answered(const std::string& key, Subject& subject, Gathering& gathering, Effects& effects);
    void tell_cohort(const ComparisonRow& row, Subject& subject, const std::string& industry,
                     const CohortVerdict& verdict, Period period, Effects& effects);
    void spread_cohorts(const ComparisonRow& row, Timestamp end, const CohortVerdicts& verdicts,
                        Effects& effects) const;
    void note_cohorts(const PartialEvent& event);
    // What the account counts as in its industry; nothing if it does not count.
    [[nodiscard]] std::optional<ComparisonResult> compare_in_cohort(const Account& account, const ComparisonRow& row,
                                                                    Period period) const;
    [[nodiscard]] static bool is_fallen(const ComparisonResult& result);
    [[nodiscard]] static std::vector<Gate> cohort_gates(const ComparisonRow& row, const CohortVerdict& verdict);
    [[nodiscard]] static AccountUsage usage_of(const ComparisonRow& row, const GroupSums& sums);
    void answer_groups(const ComparisonRow& row, Period period, Effects& effects);
    void groups_answered(const std::string& key, Subject& subject, Gathering& gathering, Effects& effects);
    void judge_group(const PartialEvent& event, Effects& effects);
    // --- falls that a whole cohort shares (shard_portfolio.cpp) ---
    void answer_portfolio(Effects& effects);
    [[nodiscard]] std::string cohort_name(const Detection::CohortDay& day) const;
    void portfolio_answered(Subject& subject, Gathering& gathering, Effects& effects);
    void watch_cohort(const std::string& name, const DaySums& sums, const DaySums* parent, Day day, Effects& effects);

    // --- two units that claim one client (shard_ownership.cpp) ---
    void claim_name(const Account& account, std::string_view called, Effects& effects);
    void on_claim(const PartialEvent& event, Effects& effects);
    void on_ownership_conflict(const PartialEvent& event, Effects& effects);

    // --- a case that goes on in another account's (shard_merges.cpp) ---
    [[nodiscard]] Elsewhere seen_elsewhere(std::string_view case_id) const;
    void tell_merged(std::string_view from, std::string_view into, Effects& effects) const;
    void on_merged(const PartialEvent& event, Effects& effects);

    // --- people who leave (shard_handover.cpp) ---
    [[nodiscard]] Departures::TasksByPerson tasks_of_leavers() const;
    [[nodiscard]] UnitId unit_of_subject(const std::string& key) const;
    void begin_hand_over(const std::string& person, Timestamp due_at, Effects& effects);
    void answer_hand_over(const std::string& person, Partial partial, Effects& effects);
    void answer_departures_again(Effects& effects);
    void hand_to_successor(const std::string& person, const StaffId& successor, Effects& effects);
    void hand_over_answered(const std::string& person, Subject& subject, Gathering& gathering, Effects& effects);
    [[nodiscard]] Report hand_over_report(const std::string& person, const Gathering& gathering) const;
    void tell_hand_over(const std::string& person, Subject& subject, Gathering& gathering, Effects& effects);
    void complete_hand_over(const std::string& person, Subject& subject, Gathering& gathering, Effects& effects);
    void stays(const std::string& person, Timestamp at, Effects& effects);

    // --- accounts (shard_state.cpp) ---
    Account& account_of(AccountRoot root, Day first_day);
    std::size_t first_of_event_ = 0;  // no state
    std::size_t told_from_ = 0;       // in the effects of the record at hand (DeskContext); no state
    [[nodiscard]] Account* find(AccountRoot root);
    [[nodiscard]] const Account* find(AccountRoot root) const;
    void touch(Account& account, std::uint8_t part);
    void touch_usage(Account& account, Day day);
    [[nodiscard]] const Unit* unit_of(const Account& account) const { return unit_of(account, *rules_); }
    [[nodiscard]] const Unit* unit_of(const Account& account, const Rules& rules) const;
    [[nodiscard]] std::int8_t current_grade(const Account& account) const { return current_grade(account, *rules_); }
    [[nodiscard]] std::int8_t current_grade(const Account& account, const Rules& rules) const;
    void write_shard(std::vector<StateRecord>& out) const;
    void write_feeds(std::vector<StateRecord>& out) const;
    void write_detection(bool shared, bool lateness, std::vector<StateRecord>& out) const;
    void write_silences(std::vector<StateRecord>& out) const;
    void write_lanes(std::vector<StateRecord>& out) const;
    void write_certainty(std::vector<StateRecord>& out) const;
    void write_cadence_feeds(std::vector<StateRecord>& out) const;
    void write_cohorts(std::vector<StateRecord>& out) const;
    void write_account(const Account& account, std::uint8_t parts, std::vector<StateRecord>& out) const;
    [[nodiscard]] bool restore_account(char part, AccountRoot root, std::string_view value);

    std::shared_ptr<const Rules> rules_;
    ShardPlace place_;
    std::string activation_document_;
    std::string previous_document_;
    std::string refused_revision_;
    Timestamp clock_;
    Timestamp last_tick_;
    bool started_ = false;  // the schedule is armed

    std::vector<Account> accounts_;
    boost::unordered_flat_map<AccountRoot, std::uint32_t, std::hash<AccountRoot>> index_;
    mutable std::vector<std::uint32_t> by_root_;  // all slots in the order of their roots, as of the last question
    std::vector<std::uint32_t> dirty_;
    LineTable lines_;
    Feeds feeds_;
    StaffOverlay overlay_;
    Departures departures_;
    Subjects subjects_;
    Cohorts cohorts_;
    bool cohorts_changed_ = false;
    Ownership ownership_;
    Portfolio portfolio_;
    SeenIds seen_;
    Detection detection_;
    bool detection_changed_ = false;
    bool lateness_changed_ = false;
    std::map<std::uint32_t, std::string> lane_names_;  // of lanes that are no division code
    bool lanes_changed_ = false;
    Certainty certainty_;
    FalseAlarmBudget budget_;
    bool certainty_changed_ = false;  // or the budget
    Silences silences_;
    Timestamp gap_due_;               // when the next feed reaches its gap limit; not set = none
    Timestamp silence_end_;           // when the next window of a silence ends; not set = none
    std::set<AccountRoot> silenced_;  // accounts for which a silence keeps something back
    bool silences_dirty_ = false;
    TimerQueue timers_;
    std::set<AccountRoot> held_;  // accounts with verdicts that wait for a feed
    CadenceFeeds cadence_feeds_;
    bool cadence_changed_ = false;
    std::set<AccountRoot> held_cadences_;  // accounts with periods that wait for their feed
    std::set<AccountRoot> waiting_;        // have clocks that start at the next tick
    Timestamp next_evaluation_;
    Day evaluated_through_;  // last business day whose daily evaluation took place; 0 = none yet
    mutable Day today_cache_;
    mutable Timestamp today_until_;
    mutable Timestamp today_from_;
    bool activation_changed_ = false;
};

}  // namespace aw
