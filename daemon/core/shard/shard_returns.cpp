// Shard: how what the detectors found ends: the client is back, the alarm is over, and how far a case has recovered.
#include <algorithm>
#include <utility>

#include "core/shard/detected_gates.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"
#include "core/shard/shard_detection_source.hpp"
#include "core/shard/shard_detectors.hpp"

namespace aw {
namespace {

// A part whose share is so much of what it was, over two weeks, is back.
constexpr double kPartBack = 0.8;
constexpr int kPartBackDays = 14;

// The detector of one line or lane; nullptr if it is not watched.
const ShareDetector* part_detector(const ClientWatch* live, std::uint32_t part) {
    return live == nullptr || live->shares() == nullptr ? nullptr : live->shares()->find(part);
}

}  // namespace

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

// What an item brought in [from, to) as a share of what it brought before it fell. Only of who is billed by the week or
// more often, as only then the invoices of a week are of its items.
std::optional<double> Shard::share_of_yield(const Account& account, Day from, Day to) const {
    if (!is_billed_weekly(account.usage, {}, week_of(to - 1))) return std::nullopt;
    const ClientWatch* sealed = detection_.sealed(static_cast<std::uint32_t>(&account - accounts_.data()));
    const auto items = account.usage.sum(Measure::ITEMS, {}, from, to);
    if (sealed == nullptr || sealed->yield().before() <= 0 || items <= 0) return std::nullopt;
    const auto revenue = account.usage.sum(Measure::REVENUE, {}, from, to);
    return static_cast<double>(revenue) / (static_cast<double>(items) * sealed->yield().before());
}

}  // namespace aw
