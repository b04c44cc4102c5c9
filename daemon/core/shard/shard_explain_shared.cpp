// Shard: what the rows say of an account that are about several accounts (R15, R102), and those that hold it against a
// threshold (R1, R3, R9, R13).
#include <algorithm>

#include "base/hash.hpp"
#include "core/shard/shard_explain.hpp"

namespace aw {

// R102. The owner of the group's root judges the sum; a member can only say what it brings and where to ask.
void Shard::Explainer::group(const ComparisonRow& row) {
    const Period due = judged(row.window);
    if (account_.ledger != nullptr) {
        for (const GroupSums& sums : account_.ledger->group_sums) {
            if (sums.rule != hash64(row.id)) continue;
            const Period period{row.window, sums.period};
            ask(row, {Scope::GROUP, 0}, period, usage_of(row, sums));
            std::vector<NamedValue>& inputs = out_.explanations.back().inputs;
            inputs.push_back({"members", std::to_string(account_.ledger->group.members)});
            inputs.push_back({"group_t12m_revenue_fen", std::to_string(account_.ledger->group.t12m.minor)});
            // A feed of a member is behind, or the group has no members any more.
            if (period.n < due.n) inputs.push_back({"not_answered", due.name()});
            return;
        }
    }
    Explanation says = begin(row, {}, due);
    const std::string group_root = account_.profile == nullptr ? std::string() : account_.profile->group_root;
    says.code = group_root.empty() ? "NO_GROUP" : "ASKED_OF_GROUP";
    if (!group_root.empty()) {
        says.inputs.push_back({"group_root", group_root});
        says.observed = account_.usage.sum(row.measure, {}, due.from(), due.to());
    }
    out_.explanations.push_back(std::move(says));
}

// R15. Its industry, and what the account counts as in it.
void Shard::Explainer::industry(const ComparisonRow& row) {
    const Period period = judged(row.window);
    Explanation says = begin(row, {}, period);
    const std::string industry = account_.profile == nullptr ? std::string() : account_.profile->industry_code;
    if (industry.empty()) {
        says.code = "NO_INDUSTRY";
        out_.explanations.push_back(std::move(says));
        return;
    }
    says.inputs.push_back({"industry_code", industry});
    count_in_industry(says, row, period);
    const auto verdicts = shard_.cohorts_.find(hash64(row.id));
    if (verdicts == shard_.cohorts_.end() || verdicts->second.period != period.n) {
        says.code = "NOT_ANSWERED";
    } else if (const auto found = verdicts->second.industries.find(industry);
               found == verdicts->second.industries.end() || found->second.measured == 0) {
        says.code = "NOTHING_TO_COMPARE";
    } else {
        const CohortVerdict& verdict = found->second;
        says.observed = verdict.observed;
        says.expected = verdict.expected;
        if (verdict.expected > 0)
            says.inputs.push_back({"change_bp", std::to_string(Ratio(verdict.observed, verdict.expected).change_bp())});
        says.inputs.push_back({"fell", std::to_string(verdict.fell)});
        says.inputs.push_back({"accounts", std::to_string(verdict.measured)});
        says.gates = cohort_gates(row, verdict);
        says.outcome = verdict.outcome;
        const bool few = says.gates.front().passed;  // the share is there, the accounts are not
        says.code = verdict.outcome == DecisionOutcome::FIRED        ? name(row.kind)
                    : verdict.outcome == DecisionOutcome::SUPPRESSED ? name(verdict.code)
                    : few                                            ? "TOO_FEW_ACCOUNTS"
                                                                     : "NORMAL";
        if (verdict.outcome != DecisionOutcome::NOT_FIRED) says.severity = row.ladder.front().severity;
    }
    out_.explanations.push_back(std::move(says));
}

void Shard::Explainer::count_in_industry(Explanation& says, const ComparisonRow& row, Period period) const {
    const auto compared = shard_.compare_in_cohort(account_, row, period);
    if (compared) {
        says.inputs.push_back({"counts_as", is_fallen(*compared) ? "fallen" : "not fallen"});
        says.inputs.push_back({"own_observed", std::to_string(compared->evidence.observed)});
        says.inputs.push_back({"own_expected", std::to_string(compared->evidence.expected)});
        says.inputs.push_back({"own_change_bp", std::to_string(compared->evidence.change_bp)});
        return;
    }
    const std::uint8_t kinds =
        FeedUse::kItems | (row.measure == Measure::REVENUE ? FeedUse::kRevenue : std::uint8_t{0});
    const char* why = shard_.is_closed(account_)                       ? "closed"
                      : account_.usage.cells().empty()                 ? "nothing to compare"
                      : !shard_.complete(account_, kinds, period.to()) ? "feed behind"
                                                                       : "nothing to compare";
    says.inputs.push_back({"counts_as", why});
}

// What the row finds now; nothing, with the code that says why, if it has no question about the account.
std::optional<Shard::StandingFacts> Shard::Explainer::stand(Explanation& says, const ComparisonRow& row) const {
    const Day day = shard_.today();
    const bool prospect = account_.importance() == Importance::POTENTIAL;
    const auto none = [&](const char* code) {
        says.code = code;
        return std::nullopt;
    };
    switch (row.kind) {
        case SignalKind::GRADE_DOWNGRADE: {
            const auto grades = rules_.policy.grade_scheme.grades.size();
            if (account_.grade < 0 || static_cast<std::size_t>(account_.grade) >= grades) return none("NO_GRADE");
            return shard_.lost_grade(account_);
        }
        case SignalKind::PROFILE_MISSING:
            if (account_.profile != nullptr) return none("REGISTERED");
            if (account_.usage.cells().empty()) return none("NOTHING_TO_COMPARE");
            return shard_.missing_file(account_, row, day);
        case SignalKind::ACCOUNT_PROMOTED:
            if (!prospect) return none("NO_PROSPECT");
            return shard_.key_status(account_, day);
        default: {
            if (prospect) return none("PROSPECT");
            StandingFacts facts = shard_.key_status(account_, day);
            const bool was_key = (account_.standing & Account::kKey) != 0;
            const bool was_known = (account_.standing & Account::kKeyKnown) != 0;
            facts.holds = was_known && facts.holds != was_key && account_.t12m_is_measured(day);
            return facts;
        }
    }
}

// A change is there on the day, or in the month, in which it is found; a prospect and a file that is missing stay what
// they are until somebody registers them.
void Shard::Explainer::standing(const ComparisonRow& row) {
    Explanation says = begin(row);
    const bool monthly = row.window == WindowKind::MONTH;
    const Day evaluated = shard_.evaluated_through_.n != 0 ? shard_.evaluated_through_ : shard_.today();
    const Day next_month = first_day(Month{month_of(evaluated).n + 1});
    says.next_at =
        monthly ? rules_.calendar.zone().at(next_month, rules_.policy.evaluation_minute) : shard_.next_evaluation_;
    const auto facts = stand(says, row);
    if (facts) {
        says.observed = facts->observed;
        says.expected = facts->expected;
        says.inputs = facts->inputs;
        says.gates = facts->gates;
        says.code = row.kind == SignalKind::ACCOUNT_STATUS_CHANGED ? "UNCHANGED" : "NORMAL";
    }
    const StandingNote* note = nullptr;
    if (account_.ledger != nullptr) {
        for (const StandingNote& known : account_.ledger->standings) {
            if (known.rule == hash64(row.id)) note = &known;
        }
    }
    const bool holds = facts && facts->holds;
    const bool stays = row.kind == SignalKind::ACCOUNT_PROMOTED || row.kind == SignalKind::PROFILE_MISSING;
    const bool given = note != nullptr && note->code == SuppressionCode::UNSPECIFIED;
    const bool found =
        note != nullptr && (monthly ? month_of(note->day) == month_of(evaluated) : note->day == evaluated);
    if (found ? !stays || given : stays && holds && given) {
        found_standing(says, row, *note);
    } else if (holds) {
        const bool needs_revenue = monthly || (!stays && (account_.standing & Account::kKey) != 0);
        const auto code = needs_revenue && !shard_.complete(account_, FeedUse::kRevenue, shard_.today())
                              ? std::optional(SuppressionCode::FEED_INCOMPLETE)
                              : shard_.standing_held_back(account_, row);
        says.outcome = !code                                       ? DecisionOutcome::FIRED
                       : *code == SuppressionCode::FEED_INCOMPLETE ? DecisionOutcome::HELD
                                                                   : DecisionOutcome::SUPPRESSED;
        says.code = code ? name(*code) : name(row.kind);
        says.severity = severity_of(row);
    }
    if (note != nullptr) says.inputs.push_back({"found_on", format_day(note->day)});
    out_.explanations.push_back(std::move(says));
}

// As it was when it was found: afterwards the change is the ordinary state.
void Shard::Explainer::found_standing(Explanation& says, const ComparisonRow& row, const StandingNote& note) const {
    says.observed = note.observed;
    says.expected = note.expected;
    if (!note.change.empty()) says.inputs = {{"grade", note.change}};
    const bool given = note.code == SuppressionCode::UNSPECIFIED;
    says.outcome = given ? DecisionOutcome::FIRED : DecisionOutcome::SUPPRESSED;
    says.code = given ? name(row.kind) : name(note.code);
    says.severity = severity_of(row);
    if (!given) return;
    const std::string severity(name(says.severity));
    says.gates.push_back({"signalled", severity, severity, true});
}

Severity Shard::Explainer::severity_of(const ComparisonRow& row) const {
    const SeverityRule* rule = severity_rule(rules_.policy, row.kind);
    return rule == nullptr ? Severity::INFO : rule->base;
}

}  // namespace aw
