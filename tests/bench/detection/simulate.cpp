#include "bench/detection/simulate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "bench/detection/holidays.hpp"
#include "bench/detection/random.hpp"

namespace aw::bench {
namespace {

using Profile = std::array<double, 7>;  // logarithms, Monday first

constexpr double kShoppingLogFactor = 0.45;  // 11.11 and 6.18
constexpr double kMostWobble = 0.4;
constexpr double kRunUpDays = 12;            // counts fall before the long festival and come back after it

struct Days {
    std::vector<float> holiday;       // exposure, as detectors may know it
    std::vector<double> festival;     // 0..1 weight of the long festival with run-up and return
    std::vector<int> festival_day;    // 0 = its first day; -1 outside of it
    std::vector<double> shopping;     // ln
    std::vector<std::vector<double>> shock;  // [region][day], ln, whole portfolio's shock included
};

Days draw_days(const SimulationKind& kind, std::span<const HolidaySpan> holidays, Random& random) {
    Days days;
    days.holiday.assign(kind.days, 0.0F);
    days.festival.assign(kind.days, 0.0);
    days.festival_day.assign(kind.days, -1);
    days.shopping.assign(kind.days, 0.0);
    for (std::size_t day = 0; day < kind.days; ++day) {
        const std::int32_t civil = kind.first_day + static_cast<std::int32_t>(day);
        for (const auto& span : holidays) {
            const bool inside = civil >= span.first && civil <= span.last;
            if (inside) days.holiday[day] = 1.0F;
            if (!span.long_festival) continue;
            if (inside) days.festival_day[day] = civil - span.first;
            const double before = span.first - civil;
            const double after = civil - span.last;
            const double away = std::max({before, after, 0.0});
            days.festival[day] = std::max(days.festival[day], std::max(0.0, 1.0 - away / kRunUpDays));
        }
        if (kind.new_year_log_factor != 0.0 && is_shopping_day(civil)) days.shopping[day] = kShoppingLogFactor;
    }
    // Weather lasts: the shock of a day keeps a part of yesterday's.
    std::vector<double> common(kind.days);
    double state = 0.0;
    for (auto& value : common) value = state = 0.35 * state + random.normal(0.0, kind.day_shock);
    days.shock.assign(kind.regions, common);
    for (auto& region : days.shock) {
        double own = 0.0;
        for (auto& value : region) value += own = 0.35 * own + random.normal(0.0, kind.region_shock);
    }
    return days;
}

struct Habits {
    double log_base = 0;
    Profile weekday{};
    int rest_day = -1;
    double phi = 0;
    double drift = 0;
    double wobble = 0;
    double growth = 0;
    double season = 0;
    double season_phase = 0;
    double holiday = 0;
    double festival = 0;
    bool closes_for_festival = false;
    double active = 1;
    std::int32_t start = 0;
    std::int32_t end = 0;
};

Habits draw_habits(const SimulationKind& kind, const Profile& industry, Random& random) {
    Habits habits;
    habits.log_base = std::log(kind.items_median) + random.normal(0.0, kind.items_sigma);
    double mean = 0.0;
    for (std::size_t day = 0; day < 7; ++day) {
        habits.weekday[day] = industry[day] + random.normal(0.0, kind.weekday_own);
        mean += std::exp(habits.weekday[day]) / 7.0;
    }
    for (auto& value : habits.weekday) value -= std::log(mean);
    if (random.uniform() < kind.rest_day_share) habits.rest_day = static_cast<int>(random.below(7));
    habits.phi = kind.phi_median > 0.0
                     ? std::clamp(random.log_normal(kind.phi_median, kind.phi_sigma), kind.phi_low, kind.phi_high)
                     : 0.0;
    habits.drift = kind.drift_median > 0.0 ? random.log_normal(kind.drift_median, kind.drift_sigma) : 0.0;
    if (kind.wobble_median > 0.0)
        habits.wobble = std::min(kMostWobble, random.log_normal(kind.wobble_median, kind.wobble_sigma));
    habits.growth = random.normal(0.0, kind.growth_per_year) / 365.0;
    habits.season = random.normal(0.0, kind.season_amplitude);
    habits.season_phase = random.uniform() * 2.0 * std::numbers::pi;
    habits.holiday = kind.holiday_log_factor + random.normal(0.0, kind.holiday_spread);
    habits.festival = kind.new_year_log_factor + random.normal(0.0, kind.festival_spread);
    habits.closes_for_festival = random.uniform() < kind.festival_closed;
    habits.active = kind.active_share < 1.0 ? kind.active_share + (1.0 - kind.active_share) * random.uniform() : 1.0;
    const auto days = static_cast<std::int32_t>(kind.days);
    const auto latest = static_cast<std::uint32_t>(std::max(1, days - 260));
    habits.start = random.uniform() < kind.late_share ? static_cast<std::int32_t>(random.below(latest)) : 0;
    habits.end = days;
    if (random.uniform() < kind.leaver_share)
        habits.end = std::min(days, habits.start + 200 + static_cast<std::int32_t>(random.below(250)));
    return habits;
}

// Closures that nobody announced: mostly one day, seldom up to five. Only the oracle knows them.
std::vector<bool> draw_closures(const SimulationKind& kind, Random& random) {
    std::vector<bool> closed(kind.days, false);
    for (std::size_t day = 0; day < kind.days; ++day) {
        if (random.uniform() >= kind.closures_per_year / 365.0) continue;
        const double u = random.uniform();
        const std::size_t length = u < 0.75 ? 1 : u < 0.92 ? 2 : 3 + random.below(3);
        for (std::size_t i = day; i < std::min(kind.days, day + length); ++i) closed[i] = true;
    }
    return closed;
}

void draw_account(const SimulationKind& kind, const Days& days, std::size_t region, const Habits& habits,
                  Random& random, World& world) {
    const auto closed = draw_closures(kind, random);
    const double pull = std::exp(-1.0 / kind.drift_return_days);
    double walk = random.normal(0.0, habits.drift / std::sqrt(std::max(1e-9, 1.0 - pull * pull)));
    const double short_pull = std::exp(-1.0 / kind.wobble_days);
    const double short_step = habits.wobble * std::sqrt(1.0 - short_pull * short_pull);
    double wobble = random.normal(0.0, habits.wobble);
    const int closed_days = 2 + static_cast<int>(random.below(6));
    for (std::size_t day = 0; day < kind.days; ++day) {
        walk = pull * walk + random.normal(0.0, habits.drift);
        wobble = short_pull * wobble + random.normal(0.0, short_step);
        if (random.uniform() < kind.jumps_per_year / 365.0) walk += random.normal(0.0, kind.jump_size);
        const auto index = static_cast<std::int32_t>(day);
        const int weekday = world.portfolio.weekday(day);
        const bool holiday = days.holiday[day] > 0.0F;
        double log_mean = habits.log_base + walk + wobble + habits.growth * index + days.shock[region][day] +
                          habits.weekday[static_cast<std::size_t>(weekday)] + days.shopping[day] +
                          habits.season * std::sin(2.0 * std::numbers::pi * index / 365.0 + habits.season_phase);
        if (days.festival[day] > 0.0)
            log_mean += habits.festival * days.festival[day];
        else if (holiday)
            log_mean += habits.holiday;
        const bool festival_rest =
            habits.closes_for_festival && days.festival_day[day] >= 0 && days.festival_day[day] < closed_days;
        const bool off = index < habits.start || index >= habits.end || weekday == habits.rest_day || festival_rest;
        double mean = off || closed[day] ? 0.0 : std::exp(log_mean);
        world.truth.mean.push_back(static_cast<float>(mean));
        // Bursty clients: the week's items come on some of the days; the mean stays what it is.
        if (habits.active < 1.0) mean = random.uniform() < habits.active ? mean / habits.active : 0.0;
        world.portfolio.counts.push_back(random.negative_binomial(mean, habits.phi));
    }
}

// Dispersion around the mean path once idle days are a part of the noise: E[x^2] of a mean that is on with chance q.
double whole_phi(const Habits& habits) {
    return (1.0 + habits.phi) / habits.active - 1.0;
}

}  // namespace

World simulate(const SimulationKind& kind, std::uint64_t seed) {
    World world;
    Portfolio& portfolio = world.portfolio;
    portfolio.name = kind.name;
    portfolio.first_day = kind.first_day;
    portfolio.accounts = kind.accounts;
    portfolio.days = kind.days;
    Random pooled(mix_seed(seed, 1));
    const bool japan = kind.name == "restaurants-jp";
    const Days days = draw_days(kind, japan ? holidays_jp() : holidays_cn(), pooled);
    portfolio.holiday = days.holiday;
    std::vector<Profile> industries(kind.industries);
    for (auto& profile : industries)
        for (auto& value : profile) value = pooled.normal(0.0, kind.weekday_industry);
    for (std::size_t account = 0; account < kind.accounts; ++account) {
        Random random(mix_seed(seed, 1000 + account));
        const CohortKey key{static_cast<std::uint16_t>(random.below(kind.regions)),
                            static_cast<std::uint16_t>(random.below(kind.industries))};
        const Habits habits = draw_habits(kind, industries[key.industry], random);
        portfolio.cohorts.push_back(key);
        portfolio.starts.push_back(habits.start);
        world.truth.phi.push_back(static_cast<float>(whole_phi(habits)));
        world.truth.ends.push_back(habits.end);
        draw_account(kind, days, key.region, habits, random, world);
    }
    return world;
}

std::vector<DayRange> spring_festivals(const Portfolio& portfolio) {
    std::vector<DayRange> ranges;
    if (!portfolio.name.ends_with("-cn")) return ranges;
    for (const auto& span : holidays_cn()) {
        if (!span.long_festival) continue;
        const auto days = static_cast<std::int32_t>(portfolio.days);
        const DayRange range{span.first - 7 - portfolio.first_day,
                             std::min(days, span.last + 15 - portfolio.first_day)};
        if (range.from >= kWarmUpDays && range.to > range.from) ranges.push_back(range);  // after the warm-up
    }
    return ranges;
}

}  // namespace aw::bench
