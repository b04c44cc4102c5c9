// Shard: what the statistical detectors find (detection.hpp) becomes episodes, signals and decisions like the findings
// of the comparisons: the same fall is one episode, whoever saw it first.
#include <algorithm>
#include <cmath>

#include "base/hash.hpp"
#include "core/detect/tail.hpp"
#include "core/shard/detected_gates.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"
#include "core/shard/shard_detection_source.hpp"
#include "core/shard/shard_detectors.hpp"

namespace aw {
namespace {

constexpr std::size_t kMostLaneNames = 4'096;
// The rest of a client has not fallen if so much of it is left (R48b: the others stay within 10 %).
constexpr double kRestStays = 0.9;

// Why a silence right after a fall gives no signal of its own: the fall did, or for the same reason as the fall.
// Nothing where that fall was over: the silence is another.
std::optional<SuppressionCode> code_of_fall(const Account& account, Day day) {
    if (account.ledger == nullptr || account.ledger->volume.is_active()) return SuppressionCode::SAME_EPISODE;
    const DetectedNote* last = nullptr;
    for (const DetectedNote& note : account.ledger->detected) {
        const bool fall = note.finding.rule_id == kSharpDrop || note.finding.rule_id == kGradualDecline;
        const bool of_now = note.finding.window_to + DropDetector::kRestDays >= day;
        if (!fall || !of_now || note.outcome != DecisionOutcome::SUPPRESSED) continue;
        if (last == nullptr || note.finding.window_to > last->finding.window_to) last = &note;
    }
    if (last == nullptr) return SuppressionCode::SAME_EPISODE;
    return last->code == SuppressionCode::NOT_PERSISTENT ? std::nullopt : std::optional(last->code);
}

// A line and a lane that fall together are the same items, told already as the other.
bool is_told_as_another(const Ledger& ledger, const DropFinding& finding) {
    const auto is_line = [](std::uint32_t part) { return line_of(part).has_value(); };
    bool as_another = false;
    for (const auto& [part, window_to] : ledger.told_parts) {
        if (part == finding.part) return false;
        as_another = as_another || (is_line(part) != is_line(finding.part) && window_to >= finding.window_from);
    }
    return as_another;
}

// Each part falls by itself; it is told once, also if late events make it fall once more.
bool part_is_news(Ledger& ledger, const DropFinding& finding) {
    std::erase_if(ledger.told_parts,
                  [&](const auto& told) { return told.second < finding.window_from && told.first == finding.part; });
    const bool told = std::any_of(ledger.told_parts.begin(), ledger.told_parts.end(),
                                  [&](const auto& known) { return known.first == finding.part; });
    if (!told) ledger.told_parts.emplace_back(finding.part, finding.window_to);
    constexpr std::size_t kMostTold = 2 * ShareWatch::kParts;
    if (ledger.told_parts.size() > kMostTold) ledger.told_parts.erase(ledger.told_parts.begin());
    return !told;
}

}  // namespace

// Items have come: late ones for days that were judged, too.
void Shard::note_items(Account& account, const ShipmentEvent& shipment, Day day) {
    const auto slot = static_cast<std::uint32_t>(&account - accounts_.data());
    detection_.note(slot, day, evaluated_through_.n == 0 ? Day{} : evaluated_through_ + 1, shipment.items);
    lateness_changed_ = true;
    if (detection_.is_changed(slot)) touch(account, Account::kDetector);
    const std::uint32_t lane = lane_id(shipment.destination_region);
    if (lane == 0) return;
    account.usage.add_lane(lane, day, static_cast<std::uint32_t>(shipment.items), today());
    if (is_division_code(lane) || lane_names_.size() >= kMostLaneNames) return;
    if (lane_names_.find(lane) != lane_names_.end()) return;
    lane_names_.emplace(lane, std::string(shipment.destination_region));
    lanes_changed_ = true;
}

std::string Shard::lane_name(std::uint32_t lane) const {
    if (is_division_code(lane)) return std::to_string(lane);
    const auto known = lane_names_.find(lane);
    return known == lane_names_.end() ? std::string() : known->second;
}

// Every day after the evaluation of the comparisons, and when a feed has come back.
void Shard::detect(Timestamp now, bool awake, Effects& effects) {
    const DetectionRules& rules = rules_->policy.detection;
    if (!rules.enabled) return;
    std::vector<Detection::Finding> findings;
    const DetectionSource source(*this);
    detection_.advance(evaluated_through_ - 1, detectors_rate(rules_->policy), budget_, source, findings);
    certainty_.note_days(detection_.small_days(), detection_.large_days());
    for (const ClientSize size : {ClientSize::kSmall, ClientSize::kLarge}) {
        const Detection::SealedDays sealed = detection_.sealed_days(size);
        budget_.note_detectors(size, sealed.days, sealed.alarms);
    }
    certainty_changed_ = true;
    answer_portfolio(effects);
    for (const Detection::Finding& finding : findings) settle_finding(finding, now, awake, effects);
    for (const std::uint32_t slot : slots_by_root()) {
        if (accounts_[slot].ledger != nullptr) end_detections(accounts_[slot], now, awake, effects);
        if (detection_.is_changed(slot)) touch(accounts_[slot], Account::kDetector);
    }
    detection_changed_ = true;
    lateness_changed_ = true;  // days were sealed
}

void Shard::settle_finding(const Detection::Finding& found, Timestamp now, bool awake, Effects& effects) {
    Account& account = accounts_[found.slot];
    const ClientWatch::Verdict& v = found.verdict;
    if (v.drop.recovered) {
        settle_return(account, kSharpDropRule, kSharpDrop, found.day, now, awake, effects);
        settle_return(account, kGradualDeclineRule, kGradualDecline, found.day, now, awake, effects);
    }
    if (v.active_again) settle_return(account, kInactivityRule, kInactiveClient, found.day, now, awake, effects);
    if (v.yield.change == YieldDetector::Change::kMore)
        settle_return(account, kRevenueYieldRule, kRevenueYield, found.day, now, awake, effects);

    const auto tell = [&](const DropFinding& finding, bool alarm) {
        settle_alarm(account, finding, alarm, now, awake, effects);
    };
    if (v.decline.alarm) {  // never hidden behind a sharp drop that may be coming
        tell(decline_finding(account, found), true);
    } else if (v.drop.warming_up) {
        explain_finding(account, drop_finding(account, found), SuppressionCode::WARM_UP, now, awake, effects);
    } else {
        const bool drop = is_near(v.drop.score, v.drop.threshold);
        const bool decline = is_near(v.decline.score, v.decline.threshold);
        if (drop) tell(drop_finding(account, found), v.drop.alarm);
        if (decline) tell(decline_finding(account, found), false);
        // Between the score that begins it and the one that ends it: of the one that has more in hand.
        if (v.state == WatchState::kWatch && !drop && !decline) {
            const bool sharp = v.drop.score / v.drop.threshold >= v.decline.score / v.decline.threshold;
            tell(sharp ? drop_finding(account, found) : decline_finding(account, found), false);
        }
    }
    const auto of_fall = v.idle.alarm && v.resting ? code_of_fall(account, found.day) : std::nullopt;
    if (of_fall) {
        explain_finding(account, inactivity_finding(account, found), of_fall, now, awake, effects);
    } else if (v.idle.is_near()) {
        tell(inactivity_finding(account, found), v.idle.alarm);
    }
    for (const ShareWatch::Found& part : v.shares) tell(share_finding(account, found, part), part.verdict.alarm);
    if (v.yield.is_near()) tell(yield_finding(account, found), v.yield.change == YieldDetector::Change::kLess);
}

// An alarm, or what came near one.
void Shard::settle_alarm(Account& account, const DropFinding& finding, bool alarm, Timestamp now, bool awake,
                         Effects& effects) {
    const auto explain = [&](std::optional<SuppressionCode> code) {
        explain_finding(account, finding, code, now, awake, effects);
    };
    const auto code = not_ours(account, true);
    if (!alarm) {
        if (!code) explain(std::nullopt);
        return;
    }
    if (code) return explain(*code);
    if (finding.adjusted_change_bp && *finding.adjusted_change_bp > kSeasonalBp)
        return explain(SuppressionCode::SEASONAL);
    Ledger& ledger = account.story();
    if (finding.part != 0 && (is_part_of_fall(account, finding) || is_told_as_another(ledger, finding)))
        return explain(SuppressionCode::SAME_EPISODE);
    Episode& episode = finding.part != 0                          ? ledger.mix
                       : finding.kind == SignalKind::REVENUE_DROP ? ledger.revenue
                                                                  : ledger.volume;
    if (finding.part == 0 && !episode.is_active()) {
        // Late items, or a feed that was behind: by the time that it is found, nobody needs to be told of it.
        const auto slot = static_cast<std::uint32_t>(&account - accounts_.data());
        if (!still_in_alarm(slot, finding_row(finding).first)) return explain(SuppressionCode::NOT_PERSISTENT);
        const bool told = finding.window_from <= episode.told_through;
        const bool goes_on = told && !episode.accepted && go_on(account, episode, now, awake, effects);
        if (!goes_on && episode.was_answered(finding.window_from, finding.window_to, finding.base))
            return explain(SuppressionCode::SAME_EPISODE);
    }
    const bool news = finding.part != 0
                          ? part_is_news(ledger, finding)
                          : finding.window_from > episode.told_through || finding.base > episode.worst_found();
    episode.raise(finding_row(finding));
    touch(account, Account::kLedger);
    if (!news) return explain(SuppressionCode::SAME_EPISODE);
    const Timestamp ended = rules_->calendar.zone().at(finding.window_to + 1, 0);
    const bool history = !rules_->is_live(clock_) || ended < *rules_->live_from;
    if (const auto held = give(account, episode, finding, history, now, awake, effects)) explain(*held);
}

// An alarm that late events took back and that comes again with days that were told: the same fall, and no second
// signal as long as somebody works on the case of a fall.
bool Shard::go_on(Account& account, Episode& episode, Timestamp now, bool awake, Effects& effects) {
    const CaseRecord* open = account.ledger->file.open_case();
    const auto of_usage = [](SignalKind kind) { return is_drop(kind) || kind == SignalKind::INACTIVITY; };
    if (open == nullptr || std::none_of(open->view.kinds.begin(), open->view.kinds.end(), of_usage)) return false;
    episode.go_on();
    with_desk(account, now, awake, effects, [](Desks& desks) { desks.cases.drop_goes_on(); });
    return true;
}

// A part that is gone while the rest falls, too, is of the fall of the whole client, which was told; one that is gone
// alone says where that comes from. Against the level before the fall: the detector's own follows it.
bool Shard::is_part_of_fall(const Account& account, const DropFinding& finding) const {
    if (account.ledger == nullptr || !account.ledger->volume.is_active()) return false;
    const auto slot = static_cast<std::uint32_t>(&account - accounts_.data());
    const Day to = finding.window_to + 1;
    const auto whole = detection_.share_of_level(slot, finding.window_from, to, 0, DetectionSource(*this));
    if (!whole || *whole <= 0) return true;
    const auto items = static_cast<double>(account.usage.sum(Measure::ITEMS, {}, finding.window_from, to));
    const double usual_rest = items / *whole * (1 - finding.part_share_bp.value_or(0) / 10'000.0);
    return items - static_cast<double>(finding.observed) < kRestStays * usual_rest;
}

// What episodes and cases know the finding by.
std::pair<std::uint64_t, UsageScope> Shard::finding_row(const DropFinding& finding) {
    return {finding.part != 0 ? share_rule(finding.part) : hash64(finding.rule_id), finding.scope};
}

// What a cohort shares is nobody's fall, and hides a part of it: the change without the day factors, and what these
// made of the expectation (Detection::cohort_factor). Nothing of days that are forgotten.
std::vector<NamedValue> Shard::without_cohort(const Account& account, Day from, Day through, std::int64_t observed,
                                              std::int64_t expected) const {
    const auto slot = static_cast<std::uint32_t>(&account - accounts_.data());
    const auto factor = detection_.cohort_factor(slot, from, through + 1, DetectionSource(*this));
    if (!factor || *factor <= 0) return {};
    const std::int64_t ordinary = std::max<std::int64_t>(1, std::llround(static_cast<double>(expected) / *factor));
    return {{"absolute_change_bp", std::to_string(Ratio(observed, ordinary).change_bp())},
            {"cohort_factor", six_digits(*factor)}};
}

bool Shard::is_detector_row(std::uint64_t rule) const {
    if (!rules_->policy.detection.enabled) return false;
    return rule == kSharpDropRule || rule == kGradualDeclineRule || rule == kInactivityRule ||
           rule == kRevenueYieldRule || part_of_rule(rule).has_value();
}

}  // namespace aw
