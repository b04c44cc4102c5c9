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
#include "core/shard/shard_topics.hpp"

namespace aw {
namespace {

// What is counted for one industry, and what the result says beside it.
enum Count : std::size_t { kMeasured, kFell, kObserved, kExpected, kCohortCounts };
enum Result : std::size_t { kOutcome = kCohortCounts, kCode, kCohortResultCounts };
// What is given for one group: members, T12M of all, days of its first event and of the period, then the sums of the
// periods, the one under judgement first.
enum Sum : std::size_t { kMembers, kT12m, kFirstDay, kGroupHead };

// As far back as days are remembered.
int periods_remembered(WindowKind window) { return window == WindowKind::MONTH ? kHistoryDays / 31 : kHistoryDays / 7; }

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

bool Shard::is_fallen(const ComparisonResult& result) {
    return result.verdict == Verdict::fires || result.verdict == Verdict::not_persistent;
}

// Accounts whose feed is behind do not count: neither as fallen nor as standing.
std::optional<ComparisonResult> Shard::compare_in_cohort(const Account& account, const ComparisonRow& row,
                                                         Period period) const {
    const std::uint8_t kind = row.measure == Measure::REVENUE ? FeedUse::kRevenue : FeedUse::kItems;
    const bool known = account.profile != nullptr && !account.profile->industry_code.empty();
    if (!known || account.usage.cells().empty() || is_closed(account)) return std::nullopt;
    if (!complete(account, FeedUse::kItems, period.to()) || !complete(account, kind, period.to())) return std::nullopt;
    ComparisonState blank;
    ComparisonResult result =
        compare({rules_->calendar, account.usage, false, history_from(account)}, row, {}, period, blank);
    if (!result.share) return std::nullopt;  // nothing to compare with
    return result;
}

void Shard::answer_cohorts(const ComparisonRow& row, Period period, Effects& effects) {
    std::map<std::string, std::array<std::int64_t, kCohortCounts>> industries;
    for (const std::uint32_t slot : slots_by_root()) {
        const Account& account = accounts_[slot];
        const auto compared = compare_in_cohort(account, row, period);
        if (!compared) continue;
        auto& counts = industries[account.profile->industry_code];
        ++counts[kMeasured];
        if (is_fallen(*compared)) ++counts[kFell];
        counts[kObserved] += compared->evidence.observed;
        counts[kExpected] += compared->evidence.expected;
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
    const auto industries = gathering.sums(kCohortCounts);
    const Timestamp end = gathering.due_at;
    std::erase_if(subject.gatherings, [&](const Gathering& g) { return &g == &gathering; });
    if (row == nullptr || row->per != Scope::INDUSTRY) return;
    const Period period = ended_with(row->window, rules_->calendar, end);
    CohortVerdicts verdicts{period.n, {}};
    std::vector<std::string> down;
    for (const auto& [industry, counts] : industries) {
        CohortVerdict& verdict = verdicts.industries[industry];
        verdict = {counts[kMeasured], counts[kFell], counts[kObserved], counts[kExpected]};
        if (counts[kFell] * 10'000 < counts[kMeasured] * row->cohort_bp || counts[kFell] == 0) continue;
        if (counts[kMeasured] >= row->cohort_min_accounts) {
            const bool lasts = std::find(subject.marks.begin(), subject.marks.end(), industry) != subject.marks.end();
            down.push_back(industry);
            verdict.outcome = lasts || is_history(period) ? DecisionOutcome::SUPPRESSED : DecisionOutcome::FIRED;
            if (verdict.outcome == DecisionOutcome::SUPPRESSED)
                verdict.code = lasts ? SuppressionCode::SAME_EPISODE : SuppressionCode::BACKFILL;
        }
        tell_cohort(*row, subject, industry, verdict, period, effects);
    }
    subject.marks = std::move(down);
    spread_cohorts(*row, end, verdicts, effects);
}

std::vector<Gate> Shard::cohort_gates(const ComparisonRow& row, const CohortVerdict& verdict) {
    const bool share = verdict.fell > 0 && verdict.fell * 10'000 >= verdict.measured * row.cohort_bp;
    std::vector<Gate> gates = {{"fell_bp", std::to_string(Ratio(verdict.fell, verdict.measured).floor_bp()),
                                std::to_string(row.cohort_bp), share}};
    if (share) {
        gates.push_back({"accounts", std::to_string(verdict.measured), std::to_string(row.cohort_min_accounts),
                         verdict.measured >= row.cohort_min_accounts});
    }
    return gates;
}

// To every partition, under a name that lies in it: each can say of its accounts what their industry came to.
void Shard::spread_cohorts(const ComparisonRow& row, Timestamp end, const CohortVerdicts& verdicts,
                           Effects& effects) const {
    std::vector<bool> reached(static_cast<std::size_t>(place_.partitions));
    for (std::int32_t n = 0, left = place_.partitions; left > 0; ++n) {
        const std::string subject = row.id + "/" + std::to_string(n);
        const auto partition = static_cast<std::size_t>(partition_of(subject, place_.partitions));
        if (reached[partition]) continue;
        reached[partition] = true;
        --left;
        Partial result = partial_about(std::string(kCohortResult) + row.id, subject, end);
        for (const auto& [industry, v] : verdicts.industries) {
            result.items.push_back({"INDUSTRY", industry, {}});
            result.counts.insert(result.counts.end(), {v.measured, v.fell, v.observed, v.expected,
                                                       static_cast<int>(v.outcome), static_cast<int>(v.code)});
        }
        effects.emplace_back(std::move(result));
    }
}

void Shard::note_cohorts(const PartialEvent& event) {
    const ComparisonRow* row = row_with(rules_->policy, event.topic.substr(kCohortResult.size()));
    if (row == nullptr || row->per != Scope::INDUSTRY) return;
    const Period period = ended_with(row->window, rules_->calendar, *event.due_at);
    CohortVerdicts verdicts{period.n, {}};
    for (std::size_t i = 0; i < event.items.size() && (i + 1) * kCohortResultCounts <= event.counts.size(); ++i) {
        const std::int64_t* counts = event.counts.data() + i * kCohortResultCounts;
        const auto known = [](std::int64_t value, std::size_t values) {
            return value >= 0 && value < static_cast<std::int64_t>(values);
        };
        if (!known(counts[kOutcome], enum_size(DecisionOutcome{})) ||
            !known(counts[kCode], enum_size(SuppressionCode{})))
            return;  // written by a newer version
        verdicts.industries[std::string(event.items[i].id)] = {counts[kMeasured],
                                                               counts[kFell],
                                                               counts[kObserved],
                                                               counts[kExpected],
                                                               static_cast<DecisionOutcome>(counts[kOutcome]),
                                                               static_cast<SuppressionCode>(counts[kCode])};
    }
    std::erase_if(cohorts_, [&](const auto& known) {
        const auto& rows = rules_->policy.comparisons;
        return std::none_of(rows.begin(), rows.end(), [&](const auto& r) { return hash64(r.id) == known.first; });
    });
    cohorts_[hash64(row->id)] = std::move(verdicts);
    cohorts_changed_ = true;
}

void Shard::tell_cohort(const ComparisonRow& row, Subject& subject, const std::string& industry,
                        const CohortVerdict& verdict, Period period, Effects& effects) {
    const std::string limit = std::to_string(row.ladder.front().change_bp);
    const std::string fell = std::to_string(verdict.fell);
    const std::string measured = std::to_string(verdict.measured);
    Decision decision;
    decision.decision_id = row.id + "-" + industry + "-" + period.name() + std::string(kAlone);
    decision.kind = DecisionKind::EVALUATION;
    decision.outcome = verdict.outcome;
    decision.code = verdict.outcome == DecisionOutcome::SUPPRESSED ? name(verdict.code) : name(row.kind);
    decision.rule_id = row.id;
    decision.config_revision = rules_->revision;
    decision.at = clock_;
    decision.inputs = {{"industry_code", industry}, {"period", period.name()}, {"fell", fell}, {"accounts", measured}};
    decision.gates = cohort_gates(row, verdict);
    const bool en = rules_->language == Language::EN;
    decision.text = en ? "industry " + industry + ", " + period.name() + ": " + fell + " of " + measured +
                             " accounts changed by " + limit + " bp or less"
                       : "行业 " + industry + "," + period.name() + ":" + measured + " 户中 " + fell +
                             " 户变化不高于 " + limit + " bp";
    decision.digest = audit_digest({}, decision);
    const bool fires = decision.outcome == DecisionOutcome::FIRED;
    effects.emplace_back(std::move(decision));
    if (!fires) return;
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
    signal.observed = verdict.observed;
    signal.expected = verdict.expected;
    if (verdict.expected > 0) signal.recent_change_bp = Ratio(verdict.observed, verdict.expected).change_bp();
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
        groups = gathering.sums(kGroupHead + static_cast<std::size_t>(periods_remembered(row->window)), kFirstDay);
    }
    std::erase_if(subject.gatherings, [&](const Gathering& g) { return &g == &gathering; });
    for (auto& [group, sums] : groups) {
        // One topic for each row: an answer is known by topic, subject, due time and partition.
        Partial sum = partial_about(std::string(kGroupSum) + key, group, end);
        sum.counts = std::move(sums);
        effects.emplace_back(std::move(sum));
    }
}

// A group as an account of one line.
AccountUsage Shard::usage_of(const ComparisonRow& row, const GroupSums& sums) {
    const Period period{row.window, sums.period};
    AccountUsage usage;
    for (std::size_t back = sums.items.size(); back-- > 0;) {
        const Period p = period.back(static_cast<int>(back));
        if (p.from() < sums.first_day) continue;  // begun in the middle: no measure
        const std::int64_t items = std::clamp<std::int64_t>(sums.items[back], 0, UINT32_MAX);
        usage.add_items(0, 0, p.from(), static_cast<std::uint32_t>(items), p.from());
    }
    return usage;
}

// The sum of a group, for the shard that owns the group's root.
void Shard::judge_group(const PartialEvent& event, Effects& effects) {
    const ComparisonRow* row = row_with(rules_->policy, event.topic.substr(kGroupSum.size()));
    const auto root = parse_root(event.subject);
    if (row == nullptr || row->per != Scope::GROUP || !root) return;
    const auto periods = static_cast<std::size_t>(periods_remembered(row->window));
    if (event.counts.size() != kGroupHead + periods) return;
    const Period period = ended_with(row->window, rules_->calendar, *event.due_at);
    GroupSums sums;
    sums.rule = hash64(row->id);
    sums.period = period.n;
    sums.first_day = Day{static_cast<std::int32_t>(event.counts[kFirstDay])};
    sums.items.assign(event.counts.begin() + kGroupHead, event.counts.end());
    const AccountUsage usage = usage_of(*row, sums);
    if (usage.cells().empty()) return;
    Account& account = account_of(*root, today());
    Ledger& ledger = account.story();
    ledger.group = {static_cast<std::int32_t>(event.counts[kMembers]), Money{event.counts[kT12m]}};
    std::erase_if(ledger.group_sums, [&](const GroupSums& known) {
        const auto& rows = rules_->policy.comparisons;
        return known.rule == sums.rule || std::none_of(rows.begin(), rows.end(), [&](const ComparisonRow& r) {
                   return r.per == Scope::GROUP && hash64(r.id) == known.rule;
               });
    });
    ledger.group_sums.push_back(std::move(sums));
    touch(account, Account::kLedger);
    forget_removed_rows(account, clock_, true, effects);
    judge_row(account, usage, *row, {Scope::GROUP, 0}, period, clock_, true, effects);
}

}  // namespace aw
