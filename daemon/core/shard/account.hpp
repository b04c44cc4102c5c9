// What a shard knows of one account root. The slot itself is small and contiguous; what few accounts have (a profile,
// a case, a comparison below its gate) hangs behind pointers.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/cases/case_file.hpp"
#include "core/detect/certainty.hpp"
#include "core/detect/comparison.hpp"
#include "core/detect/wallet.hpp"
#include "core/obligations/cadence.hpp"
#include "core/policy/grading.hpp"
#include "core/usage/usage.hpp"

namespace aw {

// What `account` events said; later ones override field by field.
struct Profile {
    std::map<std::uint16_t, std::string> names;  // by branch, for R11
    UnitId unit_id;                              // empty = by region code
    Importance importance = Importance::UNSPECIFIED;
    Settlement settlement = Settlement::UNSPECIFIED;
    Relationship relationship = Relationship::UNSPECIFIED;
    GeographicScope scope = GeographicScope::UNSPECIFIED;
    std::string industry_code;
    std::string group_root;
    bool resident_service = false;
    std::optional<Day> closed_on;
    std::optional<Day> first_trade_on;
    std::int32_t profile_filled = 0;
    std::int32_t profile_fields = 0;
    Money annual_revenue_hint;
    std::vector<std::pair<StaffRole, StaffId>> assignments;

    template <class Archive>
    void fields(Archive& archive) {
        archive(names, unit_id, importance, settlement, relationship, scope, industry_code, group_root,
                resident_service, closed_on, first_trade_on, profile_filled, profile_fields, annual_revenue_hint,
                assignments);
    }
};

// One source that delivers for the account, and when it last delivered which kind of event.
struct FeedUse {
    static constexpr std::uint8_t kItems = 1;  // kinds, to be combined
    static constexpr std::uint8_t kRevenue = 2;

    std::uint8_t source = 0;
    Day last_items;  // 0 = never; both: free
    Day last_revenue;

    [[nodiscard]] bool is_free() const { return last_items.n == 0 && last_revenue.n == 0; }
    [[nodiscard]] Day last_day() const { return std::max(last_items, last_revenue); }
    template <class Archive>
    void fields(Archive& archive) {
        archive(source, last_items, last_revenue);
    }
};

// On which days the account sent or paid anything: for the defection, which is told from the client's own rhythm.
struct Activity {
    Day last;                                 // 0 = none yet
    std::uint16_t longest_gap = 0;            // days without anything between two active ones
    std::array<std::uint8_t, 12> by_month{};  // active days of the twelve months that end with the last, at month % 12

    // Days are counted as they come; one that comes late fills no gap.
    void active(Day day) {
        if (day > last) note(day);
    }
    [[nodiscard]] int days_in_year() const;

    template <class Archive>
    void fields(Archive& archive) {
        archive(last, longest_gap, by_month);
    }

private:
    void note(Day day);
};

// What the judgement of a drop, a shift or a share rests on, whatever it came to. Of those that fired it is kept, so
// that an episode that began in history can open its case when the daemon goes live.
struct DropFinding {
    SignalKind kind = SignalKind::UNSPECIFIED;
    Severity base = Severity::UNSPECIFIED;
    Measure measure = Measure::UNSPECIFIED;
    std::string rule_id;
    std::string business_line;
    std::string period;  // of a comparison: 2026-W33 or 2026-08
    Day window_from;
    Day window_to;  // inclusive
    std::optional<Day> onset_on;
    std::int64_t observed = 0;
    std::int64_t expected = 0;
    std::int32_t change_bp = 0;
    std::optional<std::int32_t> recent_change_bp;
    std::optional<std::int32_t> yoy_change_bp;
    std::optional<std::int32_t> last_year_change_bp;
    std::optional<std::int32_t> previous_change_bp;  // against the period before
    std::optional<std::int32_t> adjusted_change_bp;  // after the seasonal guard
    double tail = 1;                                 // probability of so few items by chance; 1 = not asked
    double tail_limit = 0;                           // its gate
    double phi = 0;                                  // dispersion it was computed with
    double score = 0;                                // of a statistical detector ...
    double threshold = 0;                            // ... and its gate; 0 = a comparison
    UsageScope scope;
    std::int32_t limit_bp = 0;                      // the step of the ladder that was reached, else the mildest ...
    std::int32_t run = 1;                           // ... in so many consecutive periods ...
    std::int32_t periods = 1;                       // ... of the so many that it asks for
    std::optional<std::int32_t> rest_change_bp;     // of all other lines together (R48b) ...
    std::int32_t rest_within_bp = 0;                // ... and its gate
    std::optional<std::int32_t> share_bp;           // of the customer's spending (R49) ...
    std::optional<std::int32_t> previous_share_bp;  // ... and before
    std::uint32_t part = 0;                     // line or lane that fell (shard_detectors.hpp); 0 = the whole client
    std::optional<std::int32_t> part_share_bp;  // its usual share of the client's items
    std::optional<double> usual_gap_days;       // INACTIVITY: ordinary days between two active ones
    std::optional<Certainty::Cell> cell;        // what its probability is told from
    double level = 0;                           // of a detector: items on an ordinary day before the fall

    // Not kept: what is kept has fired.
    Verdict verdict = Verdict::fires;
    bool below_lowest = true;                    // past the guards: how long it lasts is asked
    std::int32_t lowest_bp = 0;                  // the mildest step of the ladder
    std::int32_t history_periods = 0;            // so many periods of history are asked for
    std::optional<std::int32_t> root_change_bp;  // BRANCH_SHIFT: of the whole account over the same periods (R10)
    std::vector<Gate> asked;                     // of the shard after the gates of the row, up to the first that failed

    // What was expected is of a detector, with the day factors in it; of a part, or of a price, there are none.
    [[nodiscard]] bool is_against_cohort() const { return threshold > 0 && part == 0 && measure == Measure::ITEMS; }

    template <class Archive>
    void fields(Archive& archive) {
        archive(kind, base, measure, rule_id, business_line, period, window_from, window_to, onset_on, observed,
                expected, change_bp, recent_change_bp, yoy_change_bp, last_year_change_bp, previous_change_bp,
                adjusted_change_bp, tail, tail_limit, phi, score, threshold, scope, limit_bp, run, periods,
                rest_change_bp, rest_within_bp, share_bp, previous_share_bp, part, part_share_bp, usual_gap_days, cell);
        if (archive.version() >= 5) archive(level);
    }
};

// The evidence of a judgement, the same whether it gives a signal, gives none, or is asked about: for decisions and
// explanations. Gates stand in the order in which they are asked, none after one that failed.
[[nodiscard]] std::vector<NamedValue> drop_inputs(const DropFinding& finding);
[[nodiscard]] std::vector<NamedValue> drop_changes(const DropFinding& finding);  // without period and amounts
[[nodiscard]] std::vector<Gate> drop_gates(const DropFinding& finding);

// One episode per root and measure, whichever row saw it first (requirements 3.1). It lasts while any row is below.
// A shift of the mix is an episode of its own: another kind, and it takes the place of the line drop it is made of.
struct Episode {
    std::vector<std::pair<std::uint64_t, UsageScope>> raised;  // rows (hash64 of the id) now below their gate
    Severity signalled = Severity::UNSPECIFIED;                // base severity of the last signal given
    std::unique_ptr<DropFinding> unsignalled;                  // worst finding that gave no signal yet (history)
    bool silenced = false;                                     // it gave none for a silence, not for its age

    Day told_through;                                 // last day of the evidence told, or kept back, so far
    Day over_on;                                      // the episode before this one was over by then, ...
    Severity over_signalled = Severity::UNSPECIFIED;  // ... and this severe
    Severity over_given =
        Severity::UNSPECIFIED;  // base severity of the last signal that it gave, or of what was accepted
    bool accepted = false;                            // it ended as a known change

    [[nodiscard]] bool is_active() const { return !raised.empty(); }
    void raise(const std::pair<std::uint64_t, UsageScope>& row) {
        if (!is_raised_by(row)) raised.push_back(row);
    }
    // A longer window still holds days of the episode that is over: the same evidence.
    [[nodiscard]] bool was_told(Day window_from, Severity severity) const {
        return !is_active() && window_from < over_on && severity <= over_signalled;
    }
    [[nodiscard]] bool is_raised_by(const std::pair<std::uint64_t, UsageScope>& row) const {
        return std::find(raised.begin(), raised.end(), row) != raised.end();
    }
    [[nodiscard]] bool is_raised(UsageScope scope) const {
        return std::any_of(raised.begin(), raised.end(), [&](const auto& row) { return row.second == scope; });
    }
    // Of what was told, or kept back.
    [[nodiscard]] Severity worst_found() const {
        return unsignalled ? std::max(signalled, unsignalled->base) : signalled;
    }
    // An alarm over days that were told in an episode that is over, no severer than what was told: nothing new if most
    // of its days are those, and however far the fall goes on if people have accepted it.
    [[nodiscard]] bool was_answered(Day window_from, Day window_to, Severity severity) const {
        const bool same = accepted || window_to - told_through <= told_through - window_from;
        return !is_active() && window_from <= told_through && same && severity <= over_given;
    }
    // The fall is a known change: what it rests on is told, and everything else is judged anew.
    void accept() {
        const Severity worst = is_active() ? worst_found() : over_signalled;
        const Day told = told_through;
        *this = {};
        told_through = told;
        over_given = worst;
        accepted = true;
    }
    void end(Day on) {
        const Severity worst = worst_found();
        const Severity given = signalled;
        const Day told = told_through;
        *this = {};
        told_through = told;
        over_given = given;
        over_on = on;
        over_signalled = worst;
    }

    // The evidence of the one before comes again: late events had taken its alarm back.
    void go_on() { signalled = over_given; }

    template <class Archive>
    void fields(Archive& archive) {
        archive(raised, signalled, unsignalled, silenced, told_through, over_on, over_signalled);
        if (archive.version() >= 8) archive(over_given);
        if (archive.version() >= 10) archive(accepted);
    }
};

// A verdict that waits until its feed is complete.
struct HeldVerdict {
    Period period;
    bool items = false;
    bool revenue = false;

    template <class Archive>
    void fields(Archive& archive) {
        archive(period.kind, period.n, items, revenue);
    }
};

// R102: an account that others are watched under, too: what they are together, as of the last judgement.
struct GroupFacts {
    std::int32_t members = 0;  // 0 = no group
    Money t12m;

    template <class Archive>
    void fields(Archive& archive) {
        archive(members, t12m);
    }
};

// R102: what a row per GROUP added up, for the period it judged last; asked about, it is judged again on that.
struct GroupSums {
    std::uint64_t rule = 0;           // hash64 of the row's id
    std::int32_t period = 0;          // Period::n
    Day first_day;                    // before it nothing is known of any member
    std::vector<std::int64_t> items;  // of the period and those before it, the latest first

    template <class Archive>
    void fields(Archive& archive) {
        archive(rule, period, first_day, items);
    }
};

// What a statistical detector found last: after an alarm it learns the new level, and its evidence is gone.
struct DetectedNote {
    DropFinding finding;
    DecisionOutcome outcome = DecisionOutcome::UNSPECIFIED;
    SuppressionCode code = SuppressionCode::UNSPECIFIED;  // where it is SUPPRESSED

    template <class Archive>
    void fields(Archive& archive) {
        archive(finding, outcome, code);
    }
};

// What a row about a threshold (R1, R3, R9, R13) found last: of a change nothing is left to see the day after.
struct StandingNote {
    std::uint64_t rule = 0;  // hash64 of the row's id
    Day day;
    SuppressionCode code = SuppressionCode::UNSPECIFIED;  // why it gave no signal; UNSPECIFIED = it gave one
    std::int64_t observed = 0;
    std::int64_t expected = 0;
    std::string change;  // of the grade

    template <class Archive>
    void fields(Archive& archive) {
        archive(rule, day, code, observed, expected, change);
    }
};

// Everything that only accounts with a story have.
struct Ledger {
    CaseFile file;
    Episode volume;
    Episode revenue;
    Episode mix;       // R48b: lines that fall while the others stay
    Episode together;  // R102: of the group whose root this is
    GroupFacts group;
    std::vector<std::pair<std::uint32_t, Day>> told_parts;  // lines and lanes whose fall was told, and through when
    std::vector<GroupSums> group_sums;                      // by row
    std::vector<StandingNote> standings;                    // by row
    std::vector<DetectedNote> detected;                     // by detector, and by line or lane where it looks at each
    std::vector<CompetitorReport> reports;                  // R49, ascending by day
    std::vector<ComparisonState> comparisons;
    std::vector<std::uint16_t> shifted_branches;          // branches whose shift was told (R10), until they are back
    std::vector<std::pair<std::uint64_t, Day>> invoices;  // seen ids (hash64), 13 months
    std::vector<HeldVerdict> held;                        // oldest first
    bool defected = false;                                // the defection was told; over with the next item or revenue
    Day silenced_defection;                // last active day of a defection that a silence suppresses: told once
    Day held_defection;                    // the day of a defection that waits for a feed; 0 = none
    std::optional<Certainty::Cell> alarm;  // the statistical alarm of the open case: its end says whether it was real
    std::array<std::uint8_t, Certainty::kStrata> alarms{};  // of MEDIUM and higher in the open case, by stratum ...
    std::uint8_t compared = 0;                              // ... and those of comparisons
    Day known_since;  // a known change was approved: what came before it is no measure any more; 0 = none

    [[nodiscard]] std::array<Episode*, 4> episodes() { return {&volume, &revenue, &mix, &together}; }
    [[nodiscard]] std::array<const Episode*, 4> episodes() const { return {&volume, &revenue, &mix, &together}; }
    // The episode that the row belongs to.
    [[nodiscard]] Episode& episode_of(const ComparisonRow& row) {
        if (row.per == Scope::GROUP) return together;
        if (row.kind == SignalKind::COMPETITOR_SUSPECTED) return mix;
        return row.kind == SignalKind::REVENUE_DROP ? revenue : volume;
    }
    [[nodiscard]] const Episode& episode_of(const ComparisonRow& row) const {
        return const_cast<Ledger*>(this)->episode_of(row);
    }
    // A shift of the mix supersedes the fall of the line it is made of, up to its own severity (requirements 3.1).
    [[nodiscard]] bool is_superseded(SignalKind kind, UsageScope scope, Severity severity) const {
        return kind == SignalKind::VOLUME_DROP && scope.kind == Scope::LINE && mix.is_raised(scope) &&
               severity <= mix.worst_found();
    }
    // The items of the client, or of that line, are an episode already, of which the money they bring is a part.
    [[nodiscard]] bool is_told_of_items(UsageScope scope) const {
        return volume.is_active() || (scope.kind == Scope::LINE && mix.is_raised(scope));
    }
    [[nodiscard]] bool any_active() const {
        const auto all = episodes();
        return std::any_of(all.begin(), all.end(), [](const Episode* episode) { return episode->is_active(); });
    }

    template <class Archive>
    void fields(Archive& archive) {
        archive(file, volume, revenue, mix, together, group, told_parts, group_sums, standings, detected, reports,
                comparisons, shifted_branches, invoices, held, defected, silenced_defection, held_defection, alarm,
                known_since);
        if (archive.version() >= 8) archive(alarms);
        if (archive.version() >= 10) archive(compared);
    }
};

struct Account {
    static constexpr std::uint8_t kHot = 1;   // usage of the open days changed
    static constexpr std::uint8_t kCold = 2;  // sealed usage, profile, grade
    static constexpr std::uint8_t kLedger = 4;
    static constexpr std::uint8_t kDetector = 8;  // what its statistical detectors know
    static constexpr std::uint8_t kCadence = 16;

    static constexpr std::uint8_t kKeyKnown = 1;       // whether it is a key account was looked at, ...
    static constexpr std::uint8_t kKey = 2;            // ... and it was one
    static constexpr std::uint8_t kPromoted = 4;       // R3: told
    static constexpr std::uint8_t kPromotionHeld = 8;  // why it was not told is said
    static constexpr std::uint8_t kFileAsked = 16;     // R13: told
    static constexpr std::uint8_t kFileHeld = 32;      // why it was not told is said
    static constexpr std::uint8_t kTwoProvinces = 64;  // R16: has shipped from another province than its own

    AccountRoot root;
    AccountUsage usage;
    Activity activity;
    Timestamp last_event_at;
    Day first_event_day;
    Day hot_from;  // entries from this day on are in the hot record
    Day wake;      // before this day the daily look has nothing to do here; not stored, 0 = look and see
    std::array<FeedUse, 4> feeds{};
    Day standing_next;  // before this day its standing is what it was; not stored, 0 = look and see
    std::int8_t grade = kUngraded;
    std::uint8_t standing = 0;  // bits of what is known and was told of its standing (shard_standing.cpp)
    std::uint8_t dirty = 0;
    std::unique_ptr<Profile> profile;
    std::unique_ptr<Ledger> ledger;
    std::unique_ptr<CadenceBook> cadence;

    [[nodiscard]] Importance importance() const {
        return profile == nullptr ? Importance::UNSPECIFIED : profile->importance;
    }
    // R16: as the register tells it, else by what was shipped.
    [[nodiscard]] GeographicScope scope() const {
        const auto told = profile == nullptr ? GeographicScope::UNSPECIFIED : profile->scope;
        if (told != GeographicScope::UNSPECIFIED || (standing & kTwoProvinces) == 0) return told;
        return GeographicScope::MULTI_PROVINCE;
    }
    [[nodiscard]] std::string display_name() const;  // the name, else the 11 digits
    [[nodiscard]] Ledger& story();                   // creates it
    [[nodiscard]] CadenceBook& cadences();           // creates it
    // Is what the row asks for owed to an account of that grade?
    [[nodiscard]] bool is_owed(const CadenceRow& row, std::string_view its_grade) const;
    // T12M: billed revenue of the 365 days that end today + the hint's share for the days before our history began.
    [[nodiscard]] Money t12m(Day today) const;
    // Whether a change of it is the client's doing: the hint has no share in it any more, or never had, and some
    // revenue was ever reported. A hint that fades day by day says nothing of the client.
    [[nodiscard]] bool t12m_is_measured(Day today) const;
    // Notes that `source` delivered this kind of event; at most four sources are kept, the one longest silent goes.
    void used_feed(std::uint8_t source, std::uint8_t kind, Day day);
    // Whether a verdict about these kinds of event needs the source: it delivered one of them within the 28 days that
    // end with the last delivery of that kind. Counted from there and not from today, so that a feed that stalls for a
    // month does not turn into a client that stopped.
    [[nodiscard]] bool needs_feed(const FeedUse& use, std::uint8_t kinds) const;
    // Whether the source delivered anything within the 28 days that end with `last`.
    [[nodiscard]] bool had_from(std::uint8_t source, Day last) const;
};

// R46: the baseline stays frozen while a case of a drop kind is open, and while one measures its recovery by this row.
[[nodiscard]] bool is_frozen_by_case(const Account& account, std::uint64_t rule, UsageScope scope);

}  // namespace aw
