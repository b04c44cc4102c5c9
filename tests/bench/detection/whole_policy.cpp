#include "bench/detection/whole_policy.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "bench/detection/lanes.hpp"
#include "bench/detection/prices.hpp"
#include "bench/detection/random.hpp"
#include "core/shard/shard.hpp"
#include "settings/loader.hpp"

namespace aw::bench {
namespace {

constexpr int kNoon = 12 * 60;
constexpr int kAfterEvaluation = 9 * 60;
constexpr double kLeastAsked = 0.02;  // false alarms per account-year, when calibrating
constexpr double kMostAsked = 12;
constexpr int kSteps = 7;
constexpr std::array kLines = {"express", "parcel", "freight"};

// An account's events, as a source would write them.
class Writer {
public:
    Writer(const Rules& rules, const Portfolio& portfolio) : rules_(rules), portfolio_(portfolio) {}

    [[nodiscard]] Timestamp at(std::size_t day, int minute) const {
        return rules_.calendar.zone().at(Day{portfolio_.first_day + static_cast<std::int32_t>(day)}, minute);
    }
    [[nodiscard]] static std::uint32_t account_of(AccountRoot root) {
        return static_cast<std::uint32_t>(root.n % 100'000);
    }

    // The event lives until the next call.
    const Event& event(std::size_t account, std::size_t day, EventPayload payload) {
        id_ = std::to_string(++last_id_);
        event_.event_id = id_;
        event_.code = {AccountRoot{region_code(portfolio_.cohorts[account].region) * 100'000ULL + account}, 1};
        event_.occurred_at = at(day, kNoon);
        event_.source = "bench";
        event_.payload = std::move(payload);
        return event_;
    }

private:
    const Rules& rules_;
    const Portfolio& portfolio_;
    std::uint64_t last_id_ = 0;
    std::string id_;
    Event event_;
};

// What the shard answers itself comes back as the log would bring it.
void bring_back(Shard& shard, const Partial& partial, Effects& effects) {
    PartialEvent answer{partial.topic,  partial.subject,  partial.due_at, partial.partition,
                        partial.counts, partial.sequence, {}};
    for (const PartialItem& item : partial.items) answer.items.push_back({item.kind, item.id, {}});
    const std::string id = partial.topic + partial.subject + std::to_string(partial.due_at.ms);
    Event event;
    event.event_id = id;
    event.occurred_at = partial.at;
    event.source = "accountwatch";
    event.payload = std::move(answer);
    shard.apply(event, {partial.at, true}, effects);
}

// Appends the signals; everything else is brought back or forgotten.
void take_signals(Shard& shard, Effects& effects, std::vector<Signal>& signals) {
    for (std::size_t i = 0; i < effects.size(); ++i) {
        if (auto* signal = std::get_if<Signal>(&effects[i])) signals.push_back(std::move(*signal));
        if (const auto* partial = std::get_if<Partial>(&effects[i])) {
            const Partial read = *partial;  // more effects come
            bring_back(shard, read, effects);
        }
    }
    effects.clear();
}

// On the last day that the signal rests on (detection.md section 1), not the morning after, when it is told.
Alarm alarm_of(const Rules& rules, const Portfolio& portfolio, const Signal& signal) {
    const Day day = signal.window_to ? *signal.window_to : rules.calendar.zone().day_of(signal.detected_at);
    return {Writer::account_of(signal.account_root), day.n - portfolio.first_day};
}

// Several of the dealt parts are one line.
std::uint32_t items_of_line(const LanePortfolio& dealt, std::size_t account, std::size_t line, std::size_t day) {
    std::uint32_t items = 0;
    for (std::size_t lane = line; lane < dealt.lanes; lane += kLines.size()) items += dealt.series(account, lane)[day];
    return items;
}

const char* name(Measures measures) {
    constexpr std::array kNames = {"items", "items and revenue", "items of three lines", "both of three lines"};
    return kNames[static_cast<std::size_t>(measures)];
}

// Signals of an undisturbed portfolio, MEDIUM and higher by rule, all of them (after one of any rule an account is
// silent for kPauseDays), and those of LOW.
struct ToldSignals {
    std::map<std::string, std::vector<Alarm>> by_rule;
    std::vector<Alarm> all;
    std::vector<Alarm> low;
};

ToldSignals tell(const std::shared_ptr<const Rules>& rules, const Portfolio& portfolio, Measures measures,
                 std::uint64_t seed) {
    ToldSignals told;
    std::vector<std::int32_t> silent_until(portfolio.accounts, 0);
    for (const Signal& signal : signals_of(rules, portfolio, measures, seed)) {
        const Alarm alarm = alarm_of(*rules, portfolio, signal);
        if (signal.severity == Severity::LOW) told.low.push_back(alarm);
        if (signal.severity < Severity::MEDIUM) continue;
        told.by_rule[signal.rule_id].push_back(alarm);
        if (alarm.day < silent_until[alarm.account]) continue;
        silent_until[alarm.account] = alarm.day + kPauseDays;
        told.all.push_back(alarm);
    }
    return told;
}

// A few drops at a time where the policy's detectors pool; its rows look at one account at a time.
DepthFigures found_drops(const std::shared_ptr<const Rules>& rules, const World& world, double depth,
                         std::uint64_t seed) {
    Delays delays;
    const DepthCase its = make_depth(world, depth, kRuns, seed);
    for_each_run(its.runs, rules->policy.detection.enabled, [&](const auto& drops, const Portfolio& portfolio) {
        std::vector<Alarm> alarms;
        for (const Signal& signal : signals_of(rules, portfolio, Measures::kItems, seed)) {
            if (signal.severity >= Severity::MEDIUM) alarms.push_back(alarm_of(*rules, portfolio, signal));
        }
        delays.add(drops, alarms);
    });
    return {depth, delays.mean_days(), its.oracle_days, delays.missed_share()};
}

}  // namespace

std::uint32_t region_code(std::size_t region) { return 371'401U + static_cast<std::uint32_t>(region); }

std::vector<Signal> signals_of(const std::shared_ptr<const Rules>& rules, const Portfolio& p, Measures measures,
                               std::uint64_t seed) {
    const bool in_lines = measures == Measures::kItemsOfLines || measures == Measures::kItemsAndRevenueOfLines;
    const bool paid = measures == Measures::kItemsAndRevenue || measures == Measures::kItemsAndRevenueOfLines;
    const std::size_t lines = in_lines ? kLines.size() : 1;
    std::vector<Prices> prices;  // of each account's lines
    for (std::size_t line = 0; line < p.accounts * lines; ++line) prices.emplace_back(seed, line);
    const LanePortfolio dealt = in_lines ? split_into_lanes(p, seed) : LanePortfolio{};
    std::vector<Signal> signals;
    Effects effects;
    Shard shard(rules);
    Writer writer(*rules, p);
    const auto tell = [&](std::size_t account, std::size_t day, EventPayload payload) {
        shard.apply(writer.event(account, day, std::move(payload)), {writer.at(day, kNoon), true}, effects);
    };
    for (std::size_t day = 0; day < p.days; ++day) {
        shard.advance(writer.at(day, kAfterEvaluation), effects);
        take_signals(shard, effects, signals);
        for (std::size_t a = 0; a < p.accounts; ++a) {
            if (static_cast<std::int32_t>(day) == p.starts[a]) {
                const std::string industry = "I" + std::to_string(p.cohorts[a].industry);
                AccountEvent profile;
                profile.operation = AccountOperation::REGISTER;
                profile.industry_code = industry;
                tell(a, day, std::move(profile));
            }
            const std::uint32_t items = p.series(a)[day];
            for (std::size_t line = 0; line < lines; ++line) {
                const std::uint32_t its = in_lines ? items_of_line(dealt, a, line, day) : items;
                const double revenue = prices[a * lines + line].of(its);
                if (its == 0 || static_cast<std::int32_t>(day) < p.starts[a]) continue;
                tell(a, day, ShipmentEvent{kLines[line], its, 0, {}, {}, {}});
                if (paid) tell(a, day, RevenueEvent{kLines[line], Money{std::llround(revenue * 100)}, {}, {}});
            }
        }
        take_signals(shard, effects, signals);
    }
    return signals;
}

PolicyRow measure_policy(const std::shared_ptr<const Rules>& rules, const World& world, double rate, Measures measures,
                         std::uint64_t seed) {
    PolicyRow row{.policy = rules->policy.id, .portfolio = world.portfolio.name, .rate = rate, .measures = measures};
    row.asked = rules->policy.detection.false_alarms_per_account_year;
    const ToldSignals told = tell(rules, world.portfolio, measures, seed);
    const auto rate_of = [&](const std::vector<Alarm>& alarms) {
        return false_alarms_of_both_halves(world, alarms).per_account_year();
    };
    for (const auto& [rule, alarms] : told.by_rule) row.by_rule[rule] = rate_of(alarms);
    row.sum = rate_of(told.all);
    row.low = rate_of(told.low);
    if (measures == Measures::kItems) {
        for (const double depth : kDepths) row.drops.push_back(found_drops(rules, world, depth, mix_seed(seed, 1)));
    }
    return row;
}

std::shared_ptr<const Rules> calibrated(const std::shared_ptr<const Rules>& rules, const World& world,
                                        Measures measures, std::uint64_t seed) {
    const auto at = [&](double ln_setting) {
        auto other = std::make_shared<Rules>(*rules);
        other->policy.detection.false_alarms_per_account_year = std::exp(ln_setting);
        return other;
    };
    // Bisection wants a rate that falls.
    const auto found = calibrate(
        {-std::log(kMostAsked), -std::log(kLeastAsked)}, kTargetPerAccountYear,
        [&](double setting) {
            const ToldSignals told = tell(at(-setting), world.portfolio, measures, seed);
            return false_alarms(world, told.all, Half::kCalibrates).per_account_year();
        },
        kSteps);
    return at(-found.threshold);
}

Table policies(const std::vector<PolicyRow>& rows) {
    Table table;
    table.head = {"policy", "asked", "portfolio", "rate", "of"};
    std::map<std::string, double> rules;
    for (const PolicyRow& row : rows) {
        for (const auto& [rule, rate] : row.by_rule) rules[rule] += rate;
    }
    for (const auto& [rule, total] : rules) table.head.push_back(rule);
    table.head.insert(table.head.end(), {"sum", "LOW"});
    for (const double depth : kDepths) {
        table.head.push_back(decimals(100 * depth, 0) + " d");
        table.head.emplace_back("miss");
        table.head.emplace_back("oracle");
    }
    table.head.emplace_back("ratio");
    for (const PolicyRow& row : rows) {
        std::vector<std::string> cells{row.policy, decimals(row.asked, 2), row.portfolio, decimals(row.rate, 0),
                                       name(row.measures)};
        for (const auto& [rule, total] : rules) {
            const auto known = row.by_rule.find(rule);
            cells.push_back(known == row.by_rule.end() ? nothing() : decimals(known->second, 3));
        }
        cells.push_back(decimals(row.sum, 2));
        cells.push_back(decimals(row.low, 2));
        for (std::size_t i = 0; i < std::size(kDepths); ++i) {
            const bool known = i < row.drops.size();
            cells.push_back(known ? decimals(row.drops[i].delay_days, 1) : nothing());
            cells.push_back(known ? percent(row.drops[i].missed_share) : nothing());
            cells.push_back(known ? decimals(row.drops[i].oracle_days, 1) : nothing());
        }
        cells.push_back(row.drops.empty() ? nothing() : decimals(delay_ratio(row.drops), 2));
        table.rows.push_back(std::move(cells));
    }
    return table;
}

std::shared_ptr<const Rules> shipped_policy(const std::string& name, const std::vector<std::string>& overrides) {
    std::vector<std::string> set{"policy=policies/" + name + ".yaml", "policy.watch=ALL"};
    set.insert(set.end(), overrides.begin(), overrides.end());
    const auto loaded = settings::load(AW_SOURCE_DIR "/config/accountwatch.yaml", set, std::nullopt);
    for (const auto& mistake : loaded.mistakes) std::fprintf(stderr, "%s\n", to_text(mistake).c_str());
    if (!loaded.ok()) std::exit(66);
    const auto document = settings::with_live_from(loaded.document, Timestamp{1});
    const auto rules = document ? settings::rules_from_document(*document) : settings::rules_from_document({});
    if (rules) return *rules;
    std::fprintf(stderr, "%s\n", rules.error().message.c_str());
    std::exit(66);
}

}  // namespace aw::bench
