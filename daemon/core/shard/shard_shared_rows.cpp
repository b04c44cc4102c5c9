// Shard: what several accounts have in common (design section 2, "loops go through the log"). Rows per INDUSTRY (R15):
// every shard says how many of each industry's accounts it compared and how many fell; the owner of the row adds up,
// and tells a fall of the industry once. Rows per GROUP (R102): every shard gives the usage of its members; the owner
// of the row adds up, and hands the sum to the shard that owns the group's root, where it is judged like an account's.
#include <algorithm>
#include <limits>

#include "base/check.hpp"
#include "base/hash.hpp"
#include "core/cases/audit.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"

namespace aw {
namespace {

// What is counted for one industry.
enum Count : std::size_t { kMeasured, kFell, kObserved, kExpected, kCohortCounts };
// What is given for one group: members, T12M of all, days of its first event and of the period, then the sums of the
// periods, the one under judgement first.
enum Sum : std::size_t { kMembers, kT12m, kFirstDay, kGroupHead };

constexpr const char* kAlone = "-d2147483648";  // follows no other decision in the evidence ledger

// As far back as days are remembered.
int periods_remembered(WindowKind window) { return window == WindowKind::MONTH ? kHistoryDays / 31 : kHistoryDays / 7; }

bool is_fallen(const ComparisonResult& result) {
    return result.verdict == Verdict::fires || result.verdict == Verdict::not_persistent;
}

const ComparisonRow* row_with(const Policy& policy, std::string_view id) {
    const auto found = std::find_if(policy.comparisons.begin(), policy.comparisons.end(),
                                    [&](const ComparisonRow& row) { return row.id == id; });
    return found == policy.comparisons.end() ? nullptr : &*found;
}

// The period that ended with this instant.
Period ended_with(WindowKind window, const Calendar& calendar, Timestamp end) {
    const Day last = calendar.day_of(end) - 1;
    return {window, window == WindowKind::MONTH ? month_of(last).n : week_of(last).n};
}

// The latest answers of all partitions, added up by the name of what they are about.
std::map<std::string, std::vector<std::int64_t>> added_up(const Gathering& gathering, std::size_t counts,
                                                          std::size_t least_of) {
    std::map<std::string, std::vector<std::int64_t>> sums;
    for (const auto& [partition, answer] : gathering.answers) {
        for (std::size_t i = 0; i < answer.items.size(); ++i) {
            if ((i + 1) * counts > answer.counts.size()) break;
            const auto from = answer.counts.begin() + static_cast<std::ptrdiff_t>(i * counts);
            auto [at, added] = sums.try_emplace(answer.items[i].id, from, from + static_cast<std::ptrdiff_t>(counts));
            if (added) continue;
            for (std::size_t n = 0; n < counts; ++n) {
                std::int64_t& sum = at->second[n];
                const std::int64_t more = *(from + static_cast<std::ptrdiff_t>(n));
                sum = n == least_of ? std::min(sum, more) : sum + more;
            }
        }
    }
    return sums;
}

}  // namespace

void Shard::answer_shared_rows(Period period, Effects& effects) {
    const auto waited = periods_waited_for();
    for (const ComparisonRow& row : rules_->policy.comparisons) {
        if (row.window != period.kind) continue;
        if (row.per == Scope::INDUSTRY) answer_cohorts(row, period, effects);
        if (row.per == Scope::GROUP && waited.count(period) == 0) answer_groups(row, period, effects);
    }
}

// A group waits for the feeds of its members: this shard answers when all that it has to say is known.
std::set<Period> Shard::periods_waited_for() const {
    std::set<Period> periods;
    for (const AccountRoot root : held_) {
        const Account* account = find(root);
        if (account == nullptr || account->profile == nullptr || account->profile->group_root.empty()) continue;
        for (const HeldVerdict& held : account->ledger->held) {
            if (held.items) periods.insert(held.period);
        }
    }
    return periods;
}

// `waited`: the periods that members waited for until now.
void Shard::answer_waiting_groups(const std::set<Period>& waited, Effects& effects) {
    if (waited.empty()) return;
    const auto still = periods_waited_for();
    for (const Period period : waited) {
        if (still.count(period) != 0) continue;
        for (const ComparisonRow& row : rules_->policy.comparisons) {
            if (row.per == Scope::GROUP && row.window == period.kind) answer_groups(row, period, effects);
        }
    }
}

// Accounts whose feed is behind do not count: neither as fallen nor as standing.
void Shard::answer_cohorts(const ComparisonRow& row, Period period, Effects& effects) {
    std::map<std::string, std::array<std::int64_t, kCohortCounts>> industries;
    const std::uint8_t kind = row.measure == Measure::REVENUE ? FeedUse::kRevenue : FeedUse::kItems;
    for (const std::uint32_t slot : slots_by_root()) {
        const Account& account = accounts_[slot];
        const bool known = account.profile != nullptr && !account.profile->industry_code.empty();
        if (!known || account.usage.cells().empty() || is_closed(account)) continue;
        if (!complete(account, FeedUse::kItems, period.to()) || !complete(account, kind, period.to())) continue;
        ComparisonState blank;
        const ComparisonResult result =
            compare({rules_->calendar, account.usage, false, history_from(account)}, row, {}, period, blank);
        if (!result.share) continue;  // nothing to compare with
        auto& counts = industries[account.profile->industry_code];
        ++counts[kMeasured];
        if (is_fallen(result)) ++counts[kFell];
        counts[kObserved] += result.evidence.observed;
        counts[kExpected] += result.evidence.expected;
    }
    Partial partial = partial_about(kCohort, row.id, rules_->calendar.zone().at(period.to(), 0));
    for (const auto& [industry, counts] : industries) {
        partial.items.push_back({"INDUSTRY", industry, {}});
        partial.counts.insert(partial.counts.end(), counts.begin(), counts.end());
    }
    effects.emplace_back(std::move(partial));
}

// Told when it falls, not while it lasts: subject.marks are the industries that were down in the period before.
void Shard::cohorts_answered(const std::string& key, Subject& subject, Gathering& gathering, Effects& effects) {
    const ComparisonRow* row = row_with(rules_->policy, key);
    const auto industries = added_up(gathering, kCohortCounts, kCohortCounts);
    const Timestamp end = gathering.due_at;
    std::erase_if(subject.gatherings, [&](const Gathering& g) { return &g == &gathering; });
    if (row == nullptr || row->per != Scope::INDUSTRY) return;
    std::vector<std::string> down;
    for (const auto& [industry, counts] : industries) {
        const bool share = counts[kFell] * 10'000 >= counts[kMeasured] * row->cohort_bp && counts[kFell] > 0;
        if (!share) continue;
        if (counts[kMeasured] >= row->cohort_min_accounts) down.push_back(industry);
        const bool lasts = std::find(subject.marks.begin(), subject.marks.end(), industry) != subject.marks.end();
        tell_cohort(*row, subject, industry, counts, end, lasts, effects);
    }
    subject.marks = std::move(down);
}

void Shard::tell_cohort(const ComparisonRow& row, Subject& subject, const std::string& industry,
                        const std::vector<std::int64_t>& counts, Timestamp end, bool lasts, Effects& effects) {
    const Period period = ended_with(row.window, rules_->calendar, end);
    const bool enough = counts[kMeasured] >= row.cohort_min_accounts;
    const bool history = is_history(period);
    const std::string limit = std::to_string(row.ladder.front().change_bp);
    const std::string fell = std::to_string(counts[kFell]);
    const std::string measured = std::to_string(counts[kMeasured]);
    Decision decision;
    decision.decision_id = row.id + "-" + industry + "-" + period.name() + kAlone;
    decision.kind = DecisionKind::EVALUATION;
    decision.outcome = !enough            ? DecisionOutcome::NOT_FIRED
                       : lasts || history ? DecisionOutcome::SUPPRESSED
                                          : DecisionOutcome::FIRED;
    decision.code = std::string(decision.outcome != DecisionOutcome::SUPPRESSED ? name(row.kind)
                                : lasts                                         ? name(SuppressionCode::SAME_EPISODE)
                                                                                : name(SuppressionCode::BACKFILL));
    decision.rule_id = row.id;
    decision.config_revision = rules_->revision;
    decision.at = clock_;
    decision.inputs = {{"industry_code", industry}, {"period", period.name()}, {"fell", fell}, {"accounts", measured}};
    decision.gates = {{"fell_bp", std::to_string(Ratio(counts[kFell], counts[kMeasured]).floor_bp()),
                       std::to_string(row.cohort_bp), true},
                      {"accounts", measured, std::to_string(row.cohort_min_accounts), enough}};
    decision.text = "industry " + industry + ", " + period.name() + ": " + fell + " of " + measured +
                    " accounts changed by " + limit + " bp or less";
    decision.digest = audit_digest({}, decision);
    const bool fires = decision.outcome == DecisionOutcome::FIRED;
    effects.emplace_back(std::move(decision));
    if (!fires) return;
    const bool en = rules_->language == Language::EN;
    Signal signal;
    signal.signal_id = SignalId(row.id + "-s" + std::to_string(++subject.last_signal));
    signal.kind = row.kind;
    signal.severity = row.ladder.front().severity;
    signal.rule_id = row.id;
    signal.config_revision = rules_->revision;
    signal.onset_on = period.from();
    signal.detected_at = clock_;
    signal.window_from = period.from();
    signal.window_to = period.to() - 1;
    signal.observed = counts[kObserved];
    signal.expected = counts[kExpected];
    if (counts[kExpected] > 0) signal.recent_change_bp = Ratio(counts[kObserved], counts[kExpected]).change_bp();
    signal.reasons = {{"COHORT", en ? "industry " + industry + ": " + fell + " of " + measured + " accounts fell"
                                    : "行业 " + industry + ":" + measured + " 户中 " + fell + " 户下滑"}};
    effects.emplace_back(std::move(signal));
}

void Shard::answer_groups(const ComparisonRow& row, Period period, Effects& effects) {
    const auto periods = static_cast<std::size_t>(periods_remembered(row.window));
    std::map<std::string, std::vector<std::int64_t>> groups;
    for (const Account& account : accounts_) {
        const bool member = account.profile != nullptr && !account.profile->group_root.empty();
        if (!member || is_closed(account)) continue;
        auto& sums = groups[account.profile->group_root];
        if (sums.empty()) {
            sums.resize(kGroupHead + periods);
            sums[kFirstDay] = std::numeric_limits<std::int32_t>::max();
        }
        ++sums[kMembers];
        sums[kT12m] += account.t12m(today()).minor;
        if (const auto first = account.usage.first_day({}))
            sums[kFirstDay] = std::min<std::int64_t>(sums[kFirstDay], first->n);
        for (std::size_t back = 0; back < periods; ++back) {
            const Period p = period.back(static_cast<int>(back));
            sums[kGroupHead + back] += account.usage.sum(row.measure, {}, p.from(), p.to());
        }
    }
    Partial partial = partial_about(kGroupUsage, row.id, rules_->calendar.zone().at(period.to(), 0));
    for (const auto& [group, sums] : groups) {
        partial.items.push_back({"GROUP", group, parse_root(group).value_or(AccountRoot{})});
        partial.counts.insert(partial.counts.end(), sums.begin(), sums.end());
    }
    effects.emplace_back(std::move(partial));
}

void Shard::groups_answered(const std::string& key, Subject& subject, Gathering& gathering, Effects& effects) {
    const ComparisonRow* row = row_with(rules_->policy, key);
    const Timestamp end = gathering.due_at;
    std::map<std::string, std::vector<std::int64_t>> groups;
    if (row != nullptr && row->per == Scope::GROUP) {
        groups = added_up(gathering, kGroupHead + static_cast<std::size_t>(periods_remembered(row->window)), kFirstDay);
    }
    std::erase_if(subject.gatherings, [&](const Gathering& g) { return &g == &gathering; });
    for (auto& [group, sums] : groups) {
        // One topic for each row: an answer is known by topic, subject, due time and partition.
        Partial sum = partial_about(std::string(kGroupSum) + key, group, end);
        sum.counts = std::move(sums);
        effects.emplace_back(std::move(sum));
    }
}

// The sum of a group, for the shard that owns the group's root.
void Shard::judge_group(const PartialEvent& event, Effects& effects) {
    const ComparisonRow* row = row_with(rules_->policy, event.topic.substr(kGroupSum.size()));
    const auto root = parse_root(event.subject);
    if (row == nullptr || row->per != Scope::GROUP || !root) return;
    const auto periods = static_cast<std::size_t>(periods_remembered(row->window));
    if (event.counts.size() != kGroupHead + periods) return;
    const Period period = ended_with(row->window, rules_->calendar, *event.due_at);
    const Day first_day_known{static_cast<std::int32_t>(event.counts[kFirstDay])};
    AccountUsage usage;
    for (std::size_t back = periods; back-- > 0;) {
        const Period p = period.back(static_cast<int>(back));
        if (p.from() < first_day_known) continue;  // begun in the middle: no measure
        const std::int64_t items = std::clamp<std::int64_t>(event.counts[kGroupHead + back], 0, UINT32_MAX);
        usage.add_items(0, 0, p.from(), static_cast<std::uint32_t>(items), p.from());
    }
    if (usage.cells().empty()) return;
    Account& account = account_of(*root, today());
    account.story().group = {static_cast<std::int32_t>(event.counts[kMembers]), Money{event.counts[kT12m]}};
    touch(account, Account::kLedger);
    forget_removed_rows(account, clock_, true, effects);
    judge_row(account, usage, *row, {Scope::GROUP, 0}, period, clock_, true, effects);
}

}  // namespace aw
