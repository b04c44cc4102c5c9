// Shard: what the statistical detectors found last, for "why did this fire" after the evidence has become the level.
#include <algorithm>

#include "core/detect/tail.hpp"
#include "core/shard/detected_gates.hpp"
#include "core/shard/shard_detectors.hpp"
#include "core/shard/shard_explain.hpp"

namespace aw {

// A finding that lasts is not forgotten for one that only came near an alarm, nor what was told for the same again.
void Shard::note_detected(Account& account, const DropFinding& finding, DecisionOutcome outcome,
                          std::optional<SuppressionCode> code) {
    Ledger& ledger = account.story();
    const auto row = finding_row(finding);
    // What only came near an alarm is of that day; a client's lanes change, and would be kept for ever.
    std::erase_if(ledger.detected, [&](const DetectedNote& note) {
        return note.outcome == DecisionOutcome::NOT_FIRED && note.finding.window_to < finding.window_to;
    });
    const auto known = std::find_if(ledger.detected.begin(), ledger.detected.end(),
                                    [&](const DetectedNote& note) { return finding_row(note.finding) == row; });
    const auto episodes = ledger.episodes();
    const bool lasts = std::any_of(episodes.begin(), episodes.end(),
                                   [&](const Episode* episode) { return episode->is_raised_by(row); });
    if (known != ledger.detected.end() && lasts) {
        const bool near = outcome == DecisionOutcome::NOT_FIRED && known->outcome != DecisionOutcome::NOT_FIRED;
        const bool again = code == SuppressionCode::SAME_EPISODE && known->outcome == DecisionOutcome::FIRED;
        if (near || again) return;
    }
    DetectedNote& note = known != ledger.detected.end() ? *known : ledger.detected.emplace_back();
    note = {finding, outcome, code.value_or(SuppressionCode::UNSPECIFIED)};
    note.finding.asked.clear();  // not kept
    touch(account, Account::kLedger);
}

void Shard::Explainer::detected() {
    if (account_.ledger == nullptr || !rules_.policy.detection.enabled) return;
    for (const DetectedNote& note : account_.ledger->detected) {
        const auto row = finding_row(note.finding);
        const auto says = std::find_if(out_.explanations.begin(), out_.explanations.end(), [&](const Explanation& e) {
            if (e.source != "DETECTOR" || e.rule_id != note.finding.rule_id) return false;
            if (note.finding.part == 0 || line_of(note.finding.part))
                return e.business_line == note.finding.business_line;
            return std::any_of(e.inputs.begin(), e.inputs.end(), [&](const NamedValue& input) {
                return input.name == "lane" && input.value == shard_.lane_name(note.finding.part);
            });
        });
        if (says == out_.explanations.end()) continue;
        const auto episodes = account_.ledger->episodes();
        // Its episode does, or the detector's alarm, of which an account that is not watched has no episode.
        const bool lasts = std::any_of(episodes.begin(), episodes.end(),
                                       [&](const Episode* episode) { return episode->is_raised_by(row); }) ||
                           std::any_of(says->inputs.begin(), says->inputs.end(),
                                       [](const NamedValue& input) { return input.name == "level_before_alarm"; });
        const bool just_found = note.finding.window_to + 1 == shard_.evaluated_through_;
        const bool fell = note.outcome != DecisionOutcome::NOT_FIRED;  // and not only came near it
        if (just_found || (fell && lasts)) {
            show_detected(*says, note, lasts);
        } else if (fell) {
            says->inputs.push_back({"found_on", format_day(note.finding.window_to)});
        }
    }
}

// As it was when it was found: the detector has gone on since then.
void Shard::Explainer::show_detected(Explanation& says, const DetectedNote& note, bool lasts) const {
    const DropFinding& f = note.finding;
    says.outcome = note.outcome;
    const bool fired = note.outcome == DecisionOutcome::FIRED;
    says.code = fired                                        ? name(f.kind)
                : note.outcome == DecisionOutcome::NOT_FIRED ? std::string_view("NORMAL")
                                                             : name(note.code);
    if (note.outcome != DecisionOutcome::NOT_FIRED) says.severity = f.base;
    says.window_from = f.window_from;
    says.window_to = f.window_to;
    says.onset_on = f.onset_on;
    says.observed = f.observed;
    says.expected = f.expected;
    // What stands beside the evidence of now is not of this finding's.
    std::erase_if(says.inputs, [](const NamedValue& input) {
        return input.name == "absolute_change_bp" || input.name == "cohort_factor";
    });
    if (f.part_share_bp) {
        for (NamedValue& input : says.inputs) {
            if (input.name == "usual_share") input.value = six_digits(*f.part_share_bp / 10'000.0);
        }
    }
    std::vector<NamedValue> inputs = drop_changes(f);
    if (f.is_against_cohort()) {
        const auto more = shard_.without_cohort(account_, f.window_from, f.window_to, f.observed, f.expected);
        inputs.insert(inputs.end(), more.begin(), more.end());
    }
    inputs.insert(inputs.end(), says.inputs.begin(), says.inputs.end());
    if (lasts) inputs.push_back({"found_on", format_day(f.window_to)});
    says.inputs = std::move(inputs);
    const bool held = note.outcome == DecisionOutcome::SUPPRESSED;
    says.gates = detected_gates(f, note.outcome, held ? std::optional(note.code) : std::nullopt);
    if (fired) {
        const std::string severity(name(f.base));
        says.gates.push_back({"signalled", severity, severity, true});
    }
}

}  // namespace aw
