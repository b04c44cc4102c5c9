// explain() is no second opinion: right after an evaluation it says of every rule what the shard has just decided.
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/shard/shard_detectors.hpp"
#include "random_log.hpp"

namespace aw {
namespace {

using test::any_choices;
using test::build_log;
using test::random_rules;
using test::RandomLog;

std::string input(const std::vector<NamedValue>& inputs, std::string_view name) {
    for (const NamedValue& value : inputs) {
        if (value.name == name) return value.value;
    }
    return {};
}

bool is_detector(std::string_view rule) {
    return rule == kSharpDrop || rule == kGradualDecline || rule == kInactiveClient || rule == kCompetitorShare ||
           rule == kRevenueYield;
}

// The day on which the evidence of a detector's decision ends: "2026-08-25 to 2026-08-27: ...".
std::string last_day(const Decision& decision) { return decision.text.substr(14, 10); }

std::string shown(const std::vector<Gate>& gates) {
    std::string text;
    for (const Gate& gate : gates)
        text += " " + gate.name + " " + gate.value + " of " + gate.limit + (gate.passed ? ";" : " no;");
    return text;
}

// The gates of the row or detector, without those of the episode and of what was told of it.
std::string of_row(std::vector<Gate> gates) {
    const auto end = std::find_if(gates.begin(), gates.end(),
                                  [](const Gate& gate) { return gate.name == "episode" || gate.name == "signalled"; });
    gates.erase(end, gates.end());
    return shown(gates);
}

// The gates of the decision, and behind them what held it back. Which episode it was, a row that is judged later at the
// same instant may have changed; of a signal "signalled" stands in the place of what was asked before it was given,
// which is not kept of one that waited.
bool same_gates(const Decision& decision, const Explanation& says) {
    const bool told = !says.gates.empty() && says.gates.back().name == "signalled";
    if (told || decision.code == "SAME_EPISODE") return of_row(says.gates) == of_row(decision.gates);
    return shown(says.gates).starts_with(shown(decision.gates));
}

// What the explanation may call a decision of that code. Where both claim the same, they do for the same reasons.
bool agrees(const Decision& decision, const Explanation& says) {
    if (decision.outcome == DecisionOutcome::FIRED)
        return says.outcome == DecisionOutcome::FIRED && same_gates(decision, says);
    // A detector came near an alarm: nothing to tell, beside what lasts from before.
    if (is_detector(decision.rule_id) && decision.outcome == DecisionOutcome::NOT_FIRED) {
        if (says.outcome == DecisionOutcome::NOT_FIRED) return same_gates(decision, says);
        const std::string found_on = input(says.inputs, "found_on");
        return !found_on.empty() && found_on < last_day(decision);
    }
    if (says.code == decision.code) return same_gates(decision, says);
    // A row that was judged later at the same instant has begun the episode, or ended it: another reason of the same
    // silence is the first one then.
    const bool episode = says.code == "SAME_EPISODE" || decision.code == "SAME_EPISODE";
    if (episode && decision.outcome == DecisionOutcome::SUPPRESSED && says.outcome == DecisionOutcome::SUPPRESSED)
        return true;
    // The rule holds, and its signal was given before.
    if (decision.code != "SAME_EPISODE") return false;
    return says.outcome == DecisionOutcome::FIRED || says.code == "BACKFILL";  // ... or would have been
}

std::string_view observed_in(const Decision& decision) {
    for (const NamedValue& value : decision.inputs) {
        if (value.name == "observed") return value.value;
    }
    return {};
}

// Days that were waited for are made up one after the other: the last word on them counts.
bool is_last_word(const Decision& decision, const Effects& effects) {
    const Decision* last = nullptr;
    for (const Effect& effect : effects) {
        const auto* other = std::get_if<Decision>(&effect);
        const bool same = other != nullptr && other->rule_id == decision.rule_id &&
                          other->account_root == decision.account_root && !observed_in(*other).empty();
        if (same) last = other;
    }
    return last == &decision;
}

// About a period that was held and is made up, or a fall from history of which the signal comes now.
bool is_of_another_time(const Decision& decision, const Explanation& says) {
    if (is_detector(decision.rule_id)) {  // days that are made up are over by now
        static const auto rules = random_rules();
        return last_day(decision) != format_day(rules->calendar.day_of(decision.at) - 1);
    }
    if (decision.outcome == DecisionOutcome::FIRED) return !decision.text.starts_with(format_day(*says.window_from));
    const std::string period = input(decision.inputs, "period");
    return !period.empty() && says.period != period;
}

std::string compared_text(const Decision& decision, const std::vector<Explanation>& explanations) {
    std::string text = test::shown(decision) + "\nis explained as";
    for (const Explanation& says : explanations)
        text += "\n" + says.period + (says.window_to ? format_day(*says.window_to) : std::string()) + " " +
                std::string(name(says.outcome)) + " " + says.code + shown(says.gates) + " found on " +
                input(says.inputs, "found_on");
    return text + "\nwith the gates" + shown(decision.gates);
}

// Decisions about the rules, and about the detectors, that were compared.
struct Compared {
    std::size_t of_rows = 0;
    std::size_t of_detectors = 0;
};

void compare_with_explanation(const Shard& shard, const Decision& decision, Compared& compared) {
    const auto about = shard.explain(decision.account_root);
    RC_ASSERT(about.has_value());
    std::vector<Explanation> of_rule;
    for (const Explanation& says : about->explanations) {
        if (says.rule_id == decision.rule_id) of_rule.push_back(says);
    }
    RC_ASSERT(!of_rule.empty());
    if (is_of_another_time(decision, of_rule.front())) return;
    if (std::none_of(of_rule.begin(), of_rule.end(), [&](const Explanation& says) { return agrees(decision, says); }))
        RC_FAIL(compared_text(decision, of_rule));
    ++(is_detector(decision.rule_id) ? compared.of_detectors : compared.of_rows);
}

void explain_what_is_decided(const RandomLog& log, Compared& compared) {
    Shard shard(random_rules());
    for (const auto& [event, time] : log.records) {
        // Only what the evaluation of one instant decides, asked before anything else happens.
        while (shard.next_deadline() && *shard.next_deadline() < time.at && time.backfilled) {
            Effects effects;
            shard.advance(*shard.next_deadline(), effects);
            // The detectors look last, and what they find changes what the comparisons would say after it.
            const bool detected = std::any_of(effects.begin(), effects.end(), [](const Effect& effect) {
                const auto* decision = std::get_if<Decision>(&effect);
                return decision != nullptr && is_detector(decision->rule_id);
            });
            for (const Effect& effect : effects) {
                const auto* decision = std::get_if<Decision>(&effect);
                if (decision == nullptr || decision->kind != DecisionKind::EVALUATION || observed_in(*decision).empty())
                    continue;
                if (detected && (!is_detector(decision->rule_id) || !is_last_word(*decision, effects))) continue;
                compare_with_explanation(shard, *decision, compared);
            }
        }
        Effects effects;
        shard.apply(event, time, effects);
    }
}

// A run may have nothing to compare; all of them together have.
TEST(ShardExplain, SaysWhatWasJustDecided) {
    Compared compared;
    EXPECT_TRUE(rc::check("explains what was just decided", [&compared] {
        explain_what_is_decided(build_log(*any_choices(), *rc::gen::arbitrary<bool>()), compared);
    }));
    EXPECT_GT(compared.of_rows, 0U);
    EXPECT_GT(compared.of_detectors, 0U);
}

RC_GTEST_PROP(ShardExplain, ChangesNothing, ()) {
    const RandomLog log = build_log(*any_choices(), *rc::gen::arbitrary<bool>());
    Shard asked(random_rules());
    Shard plain(random_rules());
    for (std::size_t i = 0; i < log.records.size(); ++i) {
        RC_ASSERT(run(asked, log, i, i + 1) == run(plain, log, i, i + 1));
        for (int account = 0; account < test::kAccounts; ++account) {
            if (i % 50 == 0) static_cast<void>(asked.explain(*parse_root(test::root_text(account))));
        }
    }
    RC_ASSERT(asked.state_hash() == plain.state_hash());
    RC_ASSERT(asked.next_deadline() == plain.next_deadline());
}

}  // namespace
}  // namespace aw
