// Shard: rows that hold an account against a threshold of the policy: key account or not (R1), a prospect that has
// become one (R3), a customer file that is missing (R13), a grade that is lost (R9). Looked at every day; nearly all
// accounts are left after one comparison, because the next day on which something can change is known.
#include <algorithm>
#include <limits>

#include "base/hash.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"

namespace aw {
namespace {

constexpr Day kNever{std::numeric_limits<std::int32_t>::max()};

const ComparisonRow* row_of(const Policy& policy, SignalKind kind) {
    const auto found = std::find_if(policy.comparisons.begin(), policy.comparisons.end(),
                                    [&](const ComparisonRow& row) { return row.kind == kind; });
    return found == policy.comparisons.end() ? nullptr : &*found;
}

// Nothing if a unit of this type has none.
const KeyAccountRule* key_threshold(const Policy& policy, UnitType type) {
    const auto found = std::find_if(policy.key_account.begin(), policy.key_account.end(),
                                    [&](const KeyAccountRule& rule) { return rule.unit_type == type; });
    return found == policy.key_account.end() ? nullptr : &*found;
}

std::string yuan_text(std::int64_t fen) {
    const std::int64_t cents = std::abs(fen % 100);
    return std::to_string(fen / 100) + (cents < 10 ? ".0" : ".") + std::to_string(cents);
}

// Where the code of a decision is not the kind.
std::vector<NamedValue> with_signal(SignalKind kind, std::vector<NamedValue> inputs) {
    inputs.push_back({"signal", std::string(name(kind))});
    return inputs;
}

// R13: the register has said something about it.
bool is_registered(const Account& account) { return account.profile != nullptr; }

}  // namespace

void Shard::look_at_standing(Day day, Timestamp now, bool awake, Effects& effects) {
    const Policy& policy = rules_->policy;
    const ComparisonRow* status = row_of(policy, SignalKind::ACCOUNT_STATUS_CHANGED);
    const ComparisonRow* promoted = row_of(policy, SignalKind::ACCOUNT_PROMOTED);
    const ComparisonRow* file = row_of(policy, SignalKind::PROFILE_MISSING);
    if (status == nullptr && promoted == nullptr && file == nullptr) return;
    std::vector<std::uint32_t> due;
    for (std::uint32_t slot = 0; slot < accounts_.size(); ++slot) {
        if (day >= accounts_[slot].standing_next) due.push_back(slot);
    }
    std::sort(due.begin(), due.end(),
              [&](std::uint32_t a, std::uint32_t b) { return accounts_[a].root < accounts_[b].root; });
    for (const std::uint32_t slot : due) {
        Account& account = accounts_[slot];
        Day next = judge_key_status(account, status, promoted, day, now, awake, effects);
        if (file != nullptr) next = std::min(next, judge_profile(account, *file, day, now, awake, effects));
        account.standing_next = next;
    }
}

// R1: whether it is a key account, against the threshold of its unit.
Shard::StandingFacts Shard::key_status(const Account& account, Day day) const {
    const Policy& policy = rules_->policy;
    const Unit* unit = unit_of(account);
    const UnitType type = unit == nullptr ? UnitType::UNSPECIFIED : unit->type;
    const Money t12m = account.t12m(day);
    StandingFacts facts;
    facts.holds = is_key_account(policy, type, account.importance(), t12m);
    facts.observed = t12m.minor;
    if (const KeyAccountRule* threshold = key_threshold(policy, type))
        facts.expected = threshold->min_t12m_revenue.minor;
    facts.inputs = {{"t12m_revenue", yuan_text(t12m.minor)}, {"is_key_account", facts.holds ? "true" : "false"}};
    if (facts.expected) {
        facts.gates = {{"t12m_revenue", yuan_text(t12m.minor), yuan_text(*facts.expected), facts.holds}};
    }
    return facts;
}

// Returns the next day on which the answer may be another if nothing happens until then.
Day Shard::judge_key_status(Account& account, const ComparisonRow* status, const ComparisonRow* promoted, Day day,
                            Timestamp now, bool awake, Effects& effects) {
    if (status == nullptr && promoted == nullptr) return kNever;
    const Unit* unit = unit_of(account);
    const KeyAccountRule* threshold =
        key_threshold(rules_->policy, unit == nullptr ? UnitType::UNSPECIFIED : unit->type);
    StandingFacts facts = key_status(account, day);
    const Money t12m{facts.observed};
    const bool key = facts.holds;
    const auto next = [&] {
        if (threshold == nullptr || is_important(account.importance())) return kNever;
        // The hint's share melts day by day.
        if (account.profile != nullptr && account.profile->annual_revenue_hint.minor != 0) return day + 1;
        return account.usage.next_crossing(day, threshold->min_t12m_revenue).value_or(kNever);
    };
    const bool en = rules_->language == Language::EN;
    const std::uint8_t before = account.standing;
    const bool was_known = (before & Account::kKeyKnown) != 0;
    const bool was_key = (before & Account::kKey) != 0;
    const bool prospect = account.importance() == Importance::POTENTIAL;
    if (was_known && was_key && !key && !complete(account, FeedUse::kRevenue, day)) {
        with_desk(account, now, awake, effects, [&](Desks& desks) {
            const ComparisonRow& row = status == nullptr ? *promoted : *status;
            desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::HELD,
                              std::string(name(SuppressionCode::FEED_INCOMPLETE)), {}, row.id,
                              with_signal(row.kind, facts.inputs), facts.gates);
        });
        return day + 1;
    }
    // The first revenue that is ever known, and the first hint, tell what the account is and not that it has changed.
    if (t12m.minor > 0 || key) account.standing |= Account::kKeyKnown;
    account.standing =
        static_cast<std::uint8_t>(key ? account.standing | Account::kKey : account.standing & ~Account::kKey);
    if (!prospect) account.standing &= static_cast<std::uint8_t>(~(Account::kPromoted | Account::kPromotionHeld));
    if (account.standing != before) touch(account, Account::kHot);
    if (prospect) {
        // Told once, whatever the revenue does afterwards, until somebody registers it as what it is.
        if (promoted == nullptr || !key || (account.standing & Account::kPromoted) != 0) return next();
        facts.reasons = {
            {"PROMOTED", (en ? "a prospect has the revenue of a key account: " : "潜在客户已达到大客户标准:") +
                             yuan_text(t12m.minor)}};
        const bool told = tell_standing(account, *promoted, std::move(facts),
                                        (account.standing & Account::kPromotionHeld) != 0, now, awake, effects);
        account.standing |= told ? Account::kPromoted : Account::kPromotionHeld;
        touch(account, Account::kHot);
        return told ? next() : day + 1;
    }
    if (status == nullptr || !was_known || key == was_key || !account.t12m_is_measured(day)) return next();
    facts.reasons = {
        {"KEY_ACCOUNT", key ? (en ? "is a key account now: " : "成为大客户:") + yuan_text(t12m.minor)
                            : (en ? "is no key account any more: " : "不再是大客户:") + yuan_text(t12m.minor)}};
    tell_standing(account, *status, std::move(facts), false, now, awake, effects);
    return next();
}

// R13: it is an old client, or worth something.
Shard::StandingFacts Shard::missing_file(const Account& account, const ComparisonRow& row, Day day) const {
    const int age = day - account.first_event_day;
    const Month last{month_of(day).n - 1};
    const Month first{last.n - (row.recent_periods - 1)};
    const std::int64_t revenue = account.usage.sum(Measure::REVENUE, {}, first_day(first), end_day(last));
    const bool old = age >= row.min_age_days;
    const bool worth = revenue >= row.min_amount.minor * row.recent_periods;
    StandingFacts facts;
    facts.holds = !is_registered(account) && !account.usage.cells().empty() && (old || worth);
    facts.observed = Ratio(revenue, row.recent_periods).scale(1);
    facts.expected = row.min_amount.minor;
    facts.inputs = {{"monthly_mean", yuan_text(facts.observed)}, {"first_seen", format_day(account.first_event_day)}};
    facts.gates = {{"monthly_mean", yuan_text(facts.observed), yuan_text(row.min_amount.minor), worth},
                   {"age_days", std::to_string(age), std::to_string(row.min_age_days), old}};
    return facts;
}

// A code that ships without being registered must be registered then.
Day Shard::judge_profile(Account& account, const ComparisonRow& row, Day day, Timestamp now, bool awake,
                         Effects& effects) {
    if (is_registered(account)) {
        const auto cleared = static_cast<std::uint8_t>(account.standing & ~(Account::kFileAsked | Account::kFileHeld));
        if (cleared != account.standing) touch(account, Account::kHot);
        account.standing = cleared;
        return kNever;
    }
    if ((account.standing & Account::kFileAsked) != 0) return kNever;
    if (account.usage.cells().empty()) return first_day(Month{month_of(day).n + 1});  // nothing shipped yet
    StandingFacts facts = missing_file(account, row, day);
    if (!facts.holds) {
        return std::min(first_day(Month{month_of(day).n + 1}), account.first_event_day + row.min_age_days);
    }
    const std::int64_t mean = facts.observed;
    const bool en = rules_->language == Language::EN;
    facts.reasons = {{"NOT_REGISTERED",
                      en ? "ships without being registered, since " + format_day(account.first_event_day) + ", " +
                               yuan_text(mean) + " a month"
                         : "未建档客户,首次用邮 " + format_day(account.first_event_day) + ",月均 " + yuan_text(mean)}};
    const bool told = tell_standing(account, row, std::move(facts), (account.standing & Account::kFileHeld) != 0, now,
                                    awake, effects);
    account.standing |= told ? Account::kFileAsked : Account::kFileHeld;
    touch(account, Account::kHot);
    return told ? kNever : day + 1;
}

// R9: what it takes to keep the grade, and whether it is there. REQUIRES: the grade is one of the scheme.
Shard::StandingFacts Shard::lost_grade(const Account& account) const {
    const Policy& policy = rules_->policy;
    const Money t12m = account.t12m(today());
    const std::int8_t before = account.grade;
    const std::int8_t grade = regrade(policy, before, t12m);
    const std::int64_t boundary = policy.grade_scheme.grades[static_cast<std::size_t>(before)].above.minor;
    StandingFacts facts;
    facts.holds = grade < before;
    const std::string held = grade_name(policy.grade_scheme, before);
    const std::string change =
        facts.holds ? held + " -> " + (grade == kUngraded ? "-" : grade_name(policy.grade_scheme, grade)) : held;
    facts.observed = t12m.minor;
    facts.expected = boundary;
    if (boundary > 0 && t12m.minor > 0) facts.change_bp = Ratio(t12m.minor, boundary).change_bp();
    facts.inputs = {{"t12m_revenue", yuan_text(t12m.minor)}, {"grade", change}};
    facts.gates = {{"t12m_revenue", yuan_text(t12m.minor),
                    yuan_text(boundary - boundary / 10'000 * policy.downgrade_hysteresis_bp), facts.holds}};
    facts.reasons = {{"GRADE", change + ", " + yuan_text(t12m.minor)}};
    return facts;
}

// R9: once a month, with hysteresis; upgrades count at once (current_grade). A downgrade is made on complete revenue
// only: what is not there yet would cost the client its grade.
void Shard::regrade_all(Timestamp now, bool awake, Effects& effects) {
    const Policy& policy = rules_->policy;
    const ComparisonRow* row = row_of(policy, SignalKind::GRADE_DOWNGRADE);
    for (const std::uint32_t slot : slots_by_root()) {
        Account& account = accounts_[slot];
        const Money t12m = account.t12m(today());
        const std::int8_t before = account.grade;
        const std::int8_t grade = regrade(policy, before, t12m);
        if (grade == before) continue;
        const bool lost = grade < before && static_cast<std::size_t>(before) < policy.grade_scheme.grades.size();
        if (lost) {
            StandingFacts facts = lost_grade(account);
            if (!complete(account, FeedUse::kRevenue, today())) {
                with_desk(account, now, awake, effects, [&](Desks& desks) {
                    desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::HELD,
                                      std::string(name(SuppressionCode::FEED_INCOMPLETE)), {},
                                      row == nullptr ? std::string() : row->id,
                                      with_signal(SignalKind::GRADE_DOWNGRADE, facts.inputs), facts.gates);
                });
                continue;
            }
            account.grade = grade;
            touch(account, Account::kCold);
            if (row != nullptr && account.t12m_is_measured(today()))
                tell_standing(account, *row, std::move(facts), false, now, awake, effects);
            continue;
        }
        account.grade = grade;
        touch(account, Account::kCold);
    }
}

// A grade that is lost is a risk of a watched account; the others say who is one, and who ought to be.
std::optional<SuppressionCode> Shard::standing_held_back(const Account& account, const ComparisonRow& row) const {
    if (row.kind == SignalKind::GRADE_DOWNGRADE) {
        if (const auto code = not_ours(account, true)) return code;
    } else if (is_closed(account)) {
        return SuppressionCode::NOT_WATCHED;
    }
    if (!rules_->is_live(clock_)) return SuppressionCode::BACKFILL;
    if (silence_over(account, row.kind, true)) return SuppressionCode::SILENCED;
    return std::nullopt;
}

// Gives the signal, or the decision that says why not (once: `quiet` = it was said). True if it was told.
bool Shard::tell_standing(Account& account, const ComparisonRow& row, StandingFacts facts, bool quiet, Timestamp now,
                          bool awake, Effects& effects) {
    const SeverityRule* rule = severity_rule(rules_->policy, row.kind);
    const Severity base = rule == nullptr ? Severity::INFO : rule->base;
    const std::string kind(name(row.kind));
    const auto suppressed = standing_held_back(account, row);
    if (suppressed && quiet) return false;
    note_standing(account, row, facts, suppressed);
    if (suppressed) {
        with_desk(account, now, awake, effects, [&](Desks& desks) {
            desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::SUPPRESSED, std::string(name(*suppressed)), {},
                              row.id, with_signal(row.kind, std::move(facts.inputs)), std::move(facts.gates));
        });
        return false;
    }
    const DeskAccount about = desk_account(account);
    Signal signal;
    signal.kind = row.kind;
    signal.severity = signal_severity(rules_->policy, base, about.grade, about.importance);
    signal.rule_id = row.id;
    signal.observed = facts.observed;
    signal.expected = facts.expected;
    signal.recent_change_bp = facts.change_bp;
    signal.reasons = std::move(facts.reasons);
    with_desk(account, now, awake, effects, [&](Desks& desks) {
        desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::FIRED, kind, {}, row.id,
                          std::move(facts.inputs), std::move(facts.gates));
        desks.cases.take_signal(std::move(signal), base);
    });
    return true;
}

void Shard::note_standing(Account& account, const ComparisonRow& row, const StandingFacts& facts,
                          std::optional<SuppressionCode> code) {
    StandingNote note{hash64(row.id),
                      today(),
                      code.value_or(SuppressionCode::UNSPECIFIED),
                      facts.observed,
                      facts.expected.value_or(0),
                      {}};
    for (const NamedValue& input : facts.inputs) {
        if (input.name == "grade") note.change = input.value;
    }
    auto& notes = account.story().standings;
    std::erase_if(notes, [&](const StandingNote& known) {
        const auto& rows = rules_->policy.comparisons;
        return known.rule == note.rule ||
               std::none_of(rows.begin(), rows.end(), [&](const auto& r) { return hash64(r.id) == known.rule; });
    });
    notes.push_back(std::move(note));
    touch(account, Account::kLedger);
}

}  // namespace aw
