// Shard: what the statistical detectors find (detection.hpp) becomes episodes, signals and decisions like the findings
// of the comparisons: the same fall is one episode, whoever saw it first.
#include <algorithm>
#include <cmath>

#include "base/hash.hpp"
#include "core/detect/tail.hpp"
#include "core/shard/detected_gates.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"
#include "core/shard/shard_detectors.hpp"

namespace aw {
namespace {

constexpr std::size_t kMostLaneNames = 4'096;
// A part whose share is so much of what it was, over two weeks, is back.
constexpr double kPartBack = 0.8;
constexpr int kPartBackDays = 14;
// The rest of a client has not fallen if so much of it is left (R48b: the others stay within 10 %).
constexpr double kRestStays = 0.9;

// The detector of one line or lane; nullptr if it is not watched.
const ShareDetector* part_detector(const ClientWatch* live, std::uint32_t part) {
    return live == nullptr || live->shares() == nullptr ? nullptr : live->shares()->find(part);
}

// Why a silence right after a fall gives no signal of its own: the fall did, or for the same reason as the fall.
SuppressionCode code_of_fall(const Account& account, Day day) {
    if (account.ledger == nullptr || account.ledger->volume.is_active()) return SuppressionCode::SAME_EPISODE;
    const DetectedNote* last = nullptr;
    for (const DetectedNote& note : account.ledger->detected) {
        const bool fall = note.finding.rule_id == kSharpDrop || note.finding.rule_id == kGradualDecline;
        const bool of_now = note.finding.window_to + DropDetector::kRestDays >= day;
        if (!fall || !of_now || note.outcome != DecisionOutcome::SUPPRESSED) continue;
        if (last == nullptr || note.finding.window_to > last->finding.window_to) last = &note;
    }
    return last == nullptr ? SuppressionCode::SAME_EPISODE : last->code;
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

class Shard::DetectionSource final : public Detection::Source {
public:
    explicit DetectionSource(const Shard& shard) : shard_(shard) {
        const Rules& rules = *shard.rules_;
        if (rules.live_from) live_from_ = rules.calendar.day_of(*rules.live_from);
    }

    [[nodiscard]] const std::vector<std::uint32_t>& slots_by_root() const override { return shard_.slots_by_root(); }
    [[nodiscard]] double items(std::uint32_t slot, Day day) const override {
        return static_cast<double>(shard_.accounts_[slot].usage.sum(Measure::ITEMS, {}, day, day + 1));
    }
    [[nodiscard]] double revenue(std::uint32_t slot, Day day) const override {
        const Account& account = shard_.accounts_[slot];
        if (!account.usage.has_revenue() || !shard_.complete(account, FeedUse::kRevenue, day + 1)) return -1;
        return static_cast<double>(account.usage.sum(Measure::REVENUE, {}, day, day + 1));
    }
    void parts(std::uint32_t slot, Day day, std::vector<ShareWatch::Part>& parts) const override {
        const AccountUsage& usage = shard_.accounts_[slot].usage;
        const auto& cells = usage.cells();
        // As it was on that day: what comes later says nothing of it, whenever it is asked.
        const AccountUsage::Cell* known_then = nullptr;
        bool several_lines = false;
        for (const AccountUsage::Cell& cell : cells) {
            if (cell.first_day > day) continue;
            if (known_then == nullptr) known_then = &cell;
            several_lines = several_lines || cell.line != known_then->line;
        }
        const std::size_t first = parts.size();
        for (std::size_t i = 0; several_lines && i < cells.size(); ++i) {
            const auto items = static_cast<double>(cells[i].items.sum(day, day + 1));
            if (items <= 0) continue;
            const std::uint32_t id = part_of_line(cells[i].line);
            const auto known = std::find_if(parts.begin() + static_cast<std::ptrdiff_t>(first), parts.end(),
                                            [&](const ShareWatch::Part& part) { return part.id == id; });
            if (known != parts.end()) {
                known->items += items;
            } else {
                parts.push_back({id, items});
            }
        }
        // By name: cells and line numbers are in the order in which their first events came.
        std::sort(parts.begin() + static_cast<std::ptrdiff_t>(first), parts.end(),
                  [&](const ShareWatch::Part& a, const ShareWatch::Part& b) {
                      return shard_.lines_.name(*line_of(a.id)) < shard_.lines_.name(*line_of(b.id));
                  });
        for (const LaneDays::Entry& lane : usage.lanes(day))
            parts.push_back({lane.lane, static_cast<double>(lane.items)});
    }
    [[nodiscard]] bool is_complete(std::uint32_t slot, Day day) const override {
        return shard_.complete(shard_.accounts_[slot], FeedUse::kItems, day + 1);
    }
    [[nodiscard]] Day first_day(std::uint32_t slot) const override {
        const auto first = shard_.accounts_[slot].usage.first_day({});
        return first ? *first : Day{std::numeric_limits<std::int32_t>::max()};
    }
    [[nodiscard]] bool may_tell(std::uint32_t slot, Day day) const override {
        return live_from_ && day >= *live_from_ && !shard_.not_ours(shard_.accounts_[slot], true);
    }
    [[nodiscard]] Cohort cohort(std::uint32_t slot) const override {
        const Account& account = shard_.accounts_[slot];
        const bool named = account.profile != nullptr && !account.profile->industry_code.empty();
        return {region_of(account.root), named ? hash64(account.profile->industry_code) : 0};
    }
    [[nodiscard]] double volume_factor(Day day) const override { return shard_.rules_->calendar.volume_factor(day); }

private:
    const Shard& shard_;
    std::optional<Day> live_from_;
};

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
    if (v.idle.alarm && v.resting) {
        explain_finding(account, inactivity_finding(account, found), code_of_fall(account, found.day), now, awake,
                        effects);
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
    if (finding.part == 0 && !episode.is_active() && finding.window_from <= episode.told_through)
        go_on(account, episode, now, awake, effects);
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
void Shard::go_on(Account& account, Episode& episode, Timestamp now, bool awake, Effects& effects) {
    const CaseRecord* open = account.ledger->file.open_case();
    if (open == nullptr || std::none_of(open->view.kinds.begin(), open->view.kinds.end(), is_drop)) return;
    episode.go_on();
    with_desk(account, now, awake, effects, [](Desks& desks) { desks.cases.drop_goes_on(); });
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

// The client is back at its level.
void Shard::settle_return(Account& account, std::uint64_t rule, std::string_view detector, Day day, Timestamp now,
                          bool awake, Effects& effects, UsageScope scope) {
    if (account.ledger == nullptr) return;
    Episode* episode = episode_raised_by(*account.ledger, rule);
    if (episode == nullptr) return;
    const Severity told = episode->signalled;
    if (!end_raised(account, *episode, {rule, scope}, day + 1, now, awake, effects)) return;
    if (told == Severity::UNSPECIFIED) return;
    auto code = not_ours(account, true);
    if (!code && silence_over(account, SignalKind::RECOVERY, true)) code = SuppressionCode::SILENCED;
    if (code) {
        return with_desk(account, now, awake, effects, [&](Desks& desks) {
            desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::SUPPRESSED, std::string(name(*code)), {},
                              std::string(detector),
                              {{"signal", std::string(name(SignalKind::RECOVERY))}, {"recovered_on", format_day(day)}},
                              {*gate_of(*code)});
        });
    }
    const bool english = rules_->language == Language::EN;
    Signal signal;
    signal.kind = SignalKind::RECOVERY;
    signal.severity = Severity::INFO;
    signal.rule_id = detector;
    signal.window_to = day;
    signal.reasons = {
        {"RECOVERED", (english ? "back at the level before the drop on " : "已恢复至下降前水平:") + format_day(day)}};
    with_desk(account, now, awake, effects, [&](Desks& desks) {
        desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::FIRED, std::string(name(SignalKind::RECOVERY)), {},
                          signal.rule_id, {{"recovered_on", format_day(day)}});
        desks.cases.take_signal(std::move(signal), Severity::INFO);
    });
}

Episode* Shard::episode_raised_by(Ledger& ledger, std::uint64_t rule) {
    for (Episode* episode : ledger.episodes()) {
        if (std::any_of(episode->raised.begin(), episode->raised.end(),
                        [&](const auto& row) { return row.first == rule; }))
            return episode;
    }
    return nullptr;
}

// Episodes last as long as their detector is in alarm: until a return, until the new level has become the ordinary one,
// or until late events have taken the alarm back.
void Shard::end_detections(Account& account, Timestamp now, bool awake, Effects& effects) {
    if (!account.ledger->any_active()) return;
    const auto slot = static_cast<std::uint32_t>(&account - accounts_.data());
    const ClientWatch* live = detection_.live(slot);
    if (live == nullptr) return;
    const Day through = detection_.judged_through(slot);
    std::vector<std::pair<std::uint64_t, UsageScope>> raised;
    for (const Episode* episode : account.ledger->episodes())
        raised.insert(raised.end(), episode->raised.begin(), episode->raised.end());
    for (const auto& [rule, scope] : raised) {
        if (!is_detector_row(rule)) continue;
        if (const auto part = part_of_rule(rule)) {
            // Only of days after the alarm.
            const ShareDetector* detector = part_detector(live, *part);
            const bool long_enough = detector != nullptr && detector->alarm_days() >= kPartBackDays;
            const auto share = share_of_part(account, *part, through - (kPartBackDays - 1), through + 1);
            if (long_enough && share && *share >= kPartBack)
                settle_return(account, rule, kCompetitorShare, through, now, awake, effects, scope);
        }
        if (still_in_alarm(slot, rule)) continue;
        Episode* episode = episode_raised_by(*account.ledger, rule);
        if (episode != nullptr) end_raised(account, *episode, {rule, scope}, through + 1, now, awake, effects);
    }
}

bool Shard::still_in_alarm(std::uint32_t slot, std::uint64_t rule) const {
    const ClientWatch& live = *detection_.live(slot);
    if (rule == kInactivityRule) return live.inactivity().is_in_alarm();
    if (rule == kRevenueYieldRule) return detection_.sealed(slot)->yield().before() > 0;
    if (const auto part = part_of_rule(rule)) {
        const ShareDetector* detector = part_detector(&live, *part);
        return detector != nullptr && detector->share_before() > 0;
    }
    return live.drop().is_in_alarm();
}

// Items of the part in [from, to) as a share of what they would be at its share before the alarm.
std::optional<double> Shard::share_of_part(const Account& account, std::uint32_t part, Day from, Day to) const {
    const auto slot = static_cast<std::uint32_t>(&account - accounts_.data());
    const ClientWatch* live = detection_.live(slot);
    const ShareDetector* detector = part_detector(live, part);
    const double before = detector == nullptr ? 0 : detector->share_before();
    if (before <= 0) return std::nullopt;
    double items = 0;
    double total = 0;
    const DetectionSource source(*this);
    std::vector<ShareWatch::Part> parts;
    for (Day day = from; day < to; ++day) {
        total += source.items(slot, day);
        parts.clear();
        source.parts(slot, day, parts);
        for (const ShareWatch::Part& one : parts) items += one.id == part ? one.items : 0;
    }
    if (total <= 0) return std::nullopt;
    return items / (total * before);
}

// How far an account with a case is back, week by week, by each detector that alarmed.
void Shard::measure_recovery(Account& account, Period period, Timestamp now, bool awake, Effects& effects) {
    if (period.kind != WindowKind::WEEK || account.ledger == nullptr || is_history(period)) return;
    const CaseRecord* open = account.ledger->file.open_case();
    if (open == nullptr || !open->is_live()) return;
    const auto slot = static_cast<std::uint32_t>(&account - accounts_.data());
    std::vector<std::pair<Observation, std::optional<double>>> measured;
    for (const Observation& o : open->observations) {
        if (!is_detector_row(o.rule)) continue;
        if (const auto part = part_of_rule(o.rule)) {
            measured.emplace_back(o, share_of_part(account, *part, period.from(), period.to()));
        } else if (o.rule == kRevenueYieldRule) {
            measured.emplace_back(o, share_of_yield(account, period.from(), period.to()));
        } else {
            measured.emplace_back(
                o, detection_.share_of_level(slot, period.from(), period.to(), o.level, DetectionSource(*this)));
        }
    }
    for (const auto& [o, share] : measured) {
        const auto bp =
            share ? std::optional(static_cast<std::int32_t>(std::min(*share, 100.0) * 10'000)) : std::nullopt;
        with_desk(account, now, awake, effects,
                  [&, &o = o](Desks& desks) { desks.cases.period_passed(o.rule, o.scope, bp); });
    }
}

// What an item brought in [from, to) as a share of what it brought before it fell.
std::optional<double> Shard::share_of_yield(const Account& account, Day from, Day to) const {
    const ClientWatch* sealed = detection_.sealed(static_cast<std::uint32_t>(&account - accounts_.data()));
    const auto items = account.usage.sum(Measure::ITEMS, {}, from, to);
    if (sealed == nullptr || sealed->yield().before() <= 0 || items <= 0) return std::nullopt;
    const auto revenue = account.usage.sum(Measure::REVENUE, {}, from, to);
    return static_cast<double>(revenue) / (static_cast<double>(items) * sealed->yield().before());
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
