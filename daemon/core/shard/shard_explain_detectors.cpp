// Shard: explain, of the statistical detectors: what they have in hand between two alarms.
#include <algorithm>
#include <cmath>

#include "core/detect/tail.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_detectors.hpp"
#include "core/shard/shard_explain.hpp"

namespace aw {

Explanation Shard::Explainer::of_detector(std::string_view rule, SignalKind kind) const {
    Explanation says;
    says.source = "DETECTOR";
    says.rule_id = rule;
    says.kind = kind;
    says.measure = kind == SignalKind::REVENUE_DROP ? Measure::REVENUE : Measure::ITEMS;
    says.next_at = shard_.next_evaluation_;
    says.outcome = DecisionOutcome::NOT_FIRED;
    says.code = "NORMAL";
    return says;
}

void Shard::Explainer::detectors() {
    const auto slot = static_cast<std::uint32_t>(&account_ - shard_.accounts_.data());
    const ClientWatch* live = shard_.detection_.live(slot);
    const DetectionRules& rules = rules_.policy.detection;
    if (!rules.enabled || live == nullptr) {
        Explanation says = of_detector(kSharpDrop, SignalKind::VOLUME_DROP);
        says.code = rules.enabled ? "NOTHING_TO_COMPARE" : "OFF";
        out_.explanations.push_back(std::move(says));
        return;
    }
    const Day through = shard_.detection_.judged_through(slot);
    const ClientSize size = Certainty::size_of(live->drop().expectation().level());
    const Thresholds limits =
        thresholds_of(detectors_rate(rules_.policy), shard_.budget_.offset(size, shard_.evaluated_through_));
    sharp_drop(*live, limits, through);
    gradual_decline(*live, limits, through);
    inactivity(*live, limits, through);
    shares(*live, limits, through);
    yield(*shard_.detection_.sealed(slot), limits);
}

void Shard::Explainer::sharp_drop(const ClientWatch& watch, const Thresholds& limits, Day through) {
    const DropDetector& drop = watch.drop();
    Explanation says = of_detector(kSharpDrop, SignalKind::VOLUME_DROP);
    if (drop.days_known() <= DropDetector::kWarmUpDays) says.code = name(SuppressionCode::WARM_UP);
    says.inputs = {{"level_per_day", six_digits(drop.expectation().level())},
                   {"judged_through", format_day(through)},
                   {"days_known", std::to_string(drop.days_known())},
                   {"state", std::string(name(watch.state()))}};
    if (drop.is_in_alarm()) says.inputs.push_back({"level_before_alarm", six_digits(drop.level_before())});
    if (drop.is_resting()) says.inputs.push_back({"resting_after_alarm", "yes"});
    const Expectation::Evidence& evidence = drop.pending();
    if (evidence.days > 0) {
        says.window_from = through - (evidence.days - 1);
        says.window_to = through;
        says.observed = std::lround(evidence.items);
        says.expected = std::lround(evidence.exposure * drop.expectation().level());
        for (NamedValue& input :
             shard_.without_cohort(account_, *says.window_from, through, *says.observed, *says.expected))
            says.inputs.push_back(std::move(input));
    }
    says.gates = {{"score", six_digits(drop.score()), six_digits(drop.threshold(limits.drop)), false}};
    out_.explanations.push_back(std::move(says));
}

void Shard::Explainer::gradual_decline(const ClientWatch& watch, const Thresholds& limits, Day through) {
    Explanation says = of_detector(kGradualDecline, SignalKind::GRADUAL_DECLINE);
    if (watch.drop().days_known() <= DeclineDetector::kWarmUpDays) says.code = name(SuppressionCode::WARM_UP);
    says.inputs = {{"level_per_day", six_digits(watch.decline().level())},
                   {"judged_through", format_day(through)},
                   {"wander", six_digits(watch.decline().wander())}};
    says.gates = {{"score", six_digits(watch.decline().score()), six_digits(limits.decline), false}};
    out_.explanations.push_back(std::move(says));
}

void Shard::Explainer::inactivity(const ClientWatch& watch, const Thresholds& limits, Day through) {
    const Inactivity& idle = watch.inactivity();
    Explanation says = of_detector(kInactiveClient, SignalKind::INACTIVITY);
    if (idle.usual_gap() <= 0) says.code = "NOTHING_TO_COMPARE";
    says.inputs = {{"silent_ordinary_days", six_digits(idle.silence())},
                   {"usual_gap_days", six_digits(idle.usual_gap())},
                   {"judged_through", format_day(through)}};
    says.gates = {{"return_years", six_digits(idle.return_years()), six_digits(limits.inactivity_years),
                   idle.return_years() >= limits.inactivity_years}};
    out_.explanations.push_back(std::move(says));
}

void Shard::Explainer::shares(const ClientWatch& watch, const Thresholds& limits, Day through) {
    Explanation none = of_detector(kCompetitorShare, SignalKind::COMPETITOR_SUSPECTED);
    none.code = "NOTHING_TO_COMPARE";
    const std::size_t before = out_.explanations.size();
    int known = 0;
    if (watch.shares() != nullptr) watch.shares()->each_known([&](std::uint32_t, const ShareDetector&) { ++known; });
    if (watch.shares() != nullptr) {
        // Also one that fell, and of whose new share little is known yet.
        const double limit = limits.shares + std::log(std::max(1, known));
        watch.shares()->each([&](std::uint32_t id, const ShareDetector& part) {
            if (part.is_known() || part.share_before() > 0) share(id, part, limit, through);
        });
    }
    if (out_.explanations.size() == before) out_.explanations.push_back(std::move(none));
}

void Shard::Explainer::share(std::uint32_t id, const ShareDetector& part, double limit, Day through) {
    Explanation says = of_detector(kCompetitorShare, SignalKind::COMPETITOR_SUSPECTED);
    if (const auto line = line_of(id)) {
        says.business_line = shard_.lines_.name(*line);
    } else {
        says.inputs.push_back({"lane", shard_.lane_name(id)});
    }
    says.inputs.push_back({"usual_share", six_digits(part.is_known() ? part.share() : part.share_before())});
    says.inputs.push_back({"judged_through", format_day(through)});
    says.gates = {{"score", six_digits(part.score()), six_digits(limit), false}};
    out_.explanations.push_back(std::move(says));
}

void Shard::Explainer::yield(const ClientWatch& sealed, const Thresholds& limits) {
    const YieldDetector& yield = sealed.yield();
    Explanation says = of_detector(kRevenueYield, SignalKind::REVENUE_DROP);
    if (yield.days_known() == 0) {
        says.code = "NOTHING_TO_COMPARE";
    } else if (yield.days_known() <= YieldDetector::kWarmUpDays) {
        says.code = name(SuppressionCode::WARM_UP);
    }
    says.inputs = {{"fen_per_item", six_digits(yield.usual())}, {"days_known", std::to_string(yield.days_known())}};
    says.gates = {{"score", six_digits(yield.score()), six_digits(limits.yield), false}};
    out_.explanations.push_back(std::move(says));
}

}  // namespace aw
