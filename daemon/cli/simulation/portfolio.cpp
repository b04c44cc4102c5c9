#include "cli/simulation/portfolio.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace aw::simulation {
namespace {

struct Region {
    std::uint32_t code;
    double share;
};
// The city's district first, then its counties (GB/T 2260).
constexpr std::array<Region, 11> kRegions = {{{371402, .30},
                                              {371403, .10},
                                              {371422, .06},
                                              {371423, .05},
                                              {371424, .07},
                                              {371425, .10},
                                              {371426, .06},
                                              {371427, .06},
                                              {371428, .05},
                                              {371481, .07},
                                              {371482, .08}}};

// GB/T 4754 divisions that each rhythm is typical of.
constexpr std::array<std::string_view, 4> kOfficeIndustries = {"J66", "L72", "P83", "S92"};
constexpr std::array<std::string_view, 4> kFactoryIndustries = {"C14", "C26", "C35", "C39"};
constexpr std::array<std::string_view, 3> kShopIndustries = {"F51", "F52", "I64"};

// Monday ... Sunday, mean 1.
using Week = std::array<double, 7>;
constexpr Week kOfficeWeek = {1.42, 1.40, 1.38, 1.36, 1.24, 0.16, 0.04};
constexpr Week kFactoryWeek = {1.26, 1.24, 1.22, 1.20, 1.18, 0.70, 0.20};
constexpr Week kShopWeek = {1.12, 1.06, 1.02, 1.00, 1.00, 0.92, 0.88};

const Week& week_of_rhythm(Rhythm rhythm) {
    switch (rhythm) {
        case Rhythm::office:
            return kOfficeWeek;
        case Rhythm::factory:
            return kFactoryWeek;
        case Rhythm::online_shop:
            return kShopWeek;
    }
    return kOfficeWeek;
}

// A weekend day that is worked because of a holiday: the same weekday is free a week before and after.
bool is_makeup_workday(const Calendar& calendar, Day day) {
    return weekday(day) >= 6 && calendar.is_business_day(day) && !calendar.is_business_day(day - 7) &&
           !calendar.is_business_day(day + 7);
}

// Work is done in advance of a long closure and starts slowly after it.
double holiday_shoulder(const Calendar& calendar, Day day) {
    constexpr double kDeep = 0.5;
    if (calendar.volume_factor(day) < kDeep) return 1;
    for (int distance = 1; distance <= 4; ++distance) {
        if (calendar.volume_factor(day + distance) < kDeep) return 0.70 + 0.06 * distance;
        if (distance <= 3 && calendar.volume_factor(day - distance) < kDeep) return 0.72 + 0.08 * distance;
    }
    return 1;
}

// The two sales of the year. A calendar that knows them itself has the say.
double sales_peak(const Calendar& calendar, const SimulatedAccount& account, Day day) {
    if (calendar.volume_factor(day) > 1) return 1;
    const int in_month = day - first_day(month_of(day)) + 1;
    const int month = month_of(day).n % 12 + 1;
    double peak = 1;
    if (month == 11 && in_month >= 10 && in_month <= 13) peak = 1.9;
    if (month == 11 && in_month >= 14 && in_month <= 16) peak = 1.35;
    if (month == 6 && in_month >= 17 && in_month <= 20) peak = 1.4;
    return account.rhythm == Rhythm::online_shop ? peak : 1 + 0.1 * (peak - 1);
}

AccountRoot next_root(Random& random, std::array<std::uint32_t, kRegions.size()>& used) {
    double u = random.uniform();
    std::size_t i = 0;
    while (i + 1 < kRegions.size() && u >= kRegions[i].share) u -= kRegions[i++].share;
    return {std::uint64_t{kRegions[i].code} * 100'000 + ++used[i]};
}

void choose_rhythm(Random& random, SimulatedAccount& account) {
    const double u = random.uniform();
    if (u < 0.35) {
        account.rhythm = Rhythm::office;
        account.industry_code = kOfficeIndustries[random.below(kOfficeIndustries.size())];
    } else if (u < 0.65) {
        account.rhythm = Rhythm::factory;
        account.industry_code = kFactoryIndustries[random.below(kFactoryIndustries.size())];
    } else {
        account.rhythm = Rhythm::online_shop;
        account.industry_code = kShopIndustries[random.below(kShopIndustries.size())];
    }
    if (account.industry_code == "S92") account.importance = Importance::IMPORTANT;
}

void choose_lines(Random& random, SimulatedAccount& account) {
    constexpr std::array<std::string_view, 4> kNames = {"express", "parcel", "logistics", "international"};
    constexpr std::array<double, 4> kPricesYuan = {12, 5.5, 28, 90};
    const std::size_t first = account.rhythm == Rhythm::online_shop ? 1 : account.rhythm == Rhythm::factory ? 2 : 0;
    const std::size_t count = 1 + (random.chance(0.45) ? 1 : 0) + (random.chance(0.15) ? 1 : 0);
    // The line that fits the client, then express and international beside it.
    std::vector<std::size_t> order = {first};
    for (const std::size_t other : {std::size_t{0}, std::size_t{3}, std::size_t{1}}) {
        if (other != first) order.push_back(other);
    }
    constexpr std::array<std::array<double, 3>, 3> kShares = {{{1, 0, 0}, {.65, .35, 0}, {.60, .30, .10}}};
    for (std::size_t i = 0; i < count; ++i) {
        const double price = kPricesYuan[order[i]] * random.uniform(0.8, 1.25);
        account.lines.push_back({kNames[order[i]], kShares[count - 1][i], std::llround(price * 100)});
    }
}

void choose_branches(Random& random, SimulatedAccount& account) {
    const double u = random.uniform();
    if (u < 0.75) {
        account.branch_shares = {1};
    } else if (u < 0.93) {
        account.branch_shares = {.7, .3};
    } else {
        account.branch_shares = {.5, .3, .2};
    }
}

// A year's revenue, log-normal: about a fifth of the accounts in G1, one in twenty in G6.
void choose_size(Random& random, SimulatedAccount& account) {
    constexpr double kMedianYuan = 60'000;
    constexpr double kSigma = 1.3;
    const double yuan = std::clamp(kMedianYuan * std::exp(kSigma * random.normal()), 1'200.0, 5'000'000.0);
    account.annual_revenue_fen = std::llround(yuan) * 100;
    double fen_per_item = 0;
    for (const auto& line : account.lines) fen_per_item += line.share * static_cast<double>(line.price_fen);
    account.items_per_day = static_cast<double>(account.annual_revenue_fen) / fen_per_item / 365;
    account.settlement = yuan > 30'000 ? Settlement::CREDIT : Settlement::CASH;
    if (yuan > 500'000 && random.chance(0.3)) account.importance = Importance::STRATEGIC;
    account.monthly_invoice = random.chance(0.5);
}

// Provinces and cities that the items go to, with how often.
constexpr std::array<Region, 18> kDestinations = {{{110000, .12}, {310000, .11}, {440100, .09}, {440300, .08},
                                                   {330100, .08}, {320100, .06}, {320500, .05}, {120000, .06},
                                                   {370100, .07}, {370200, .05}, {130100, .05}, {410100, .04},
                                                   {420100, .03}, {510100, .03}, {610100, .02}, {350200, .02},
                                                   {210100, .02}, {340100, .02}}};

// The more a line ships, the more lanes it has; the first is the largest.
void choose_lanes(Random& random, const SimulatedAccount& account, LineProfile& line) {
    if (line.name == "international") return;
    constexpr double kItemsPerLane = 4;
    const auto count = std::clamp<std::size_t>(
        1 + static_cast<std::size_t>(account.items_per_day * line.share / kItemsPerLane), 1, 5);
    line.lanes.clear();
    double sum = 0;
    while (line.lanes.size() < count) {
        double u = random.uniform();
        std::size_t i = 0;
        while (i + 1 < kDestinations.size() && u >= kDestinations[i].share) u -= kDestinations[i++].share;
        const std::uint32_t region = kDestinations[i].code;
        if (std::any_of(line.lanes.begin(), line.lanes.end(), [&](const Lane& l) { return l.region == region; }))
            continue;
        line.lanes.push_back({region, random.uniform(0.5, 1.5) / static_cast<double>(line.lanes.size() + 1)});
        sum += line.lanes.back().share;
    }
    for (Lane& lane : line.lanes) lane.share /= sum;
}

// What makes a client hard to watch: its own week, a level that wanders, sending in bursts, and being booked late.
void choose_habits(Random& random, SimulatedAccount& account) {
    double sum = 0;
    for (double& tilt : account.weekday_tilt) sum += tilt = std::exp(0.12 * random.normal());
    for (double& tilt : account.weekday_tilt) tilt *= 7 / sum;
    account.drift = random.uniform(0.005, 0.03);
    const bool bursty = random.chance(0.12);
    const double share = random.uniform(0.2, 0.6);  // drawn in any case: a later draw does not depend on the dice
    if (bursty && account.importance == Importance::STANDARD) account.shipping_days = share;
    account.late_share = kLateShare * random.uniform(0.6, 1.4);
    for (LineProfile& line : account.lines) choose_lanes(random, account, line);
}

}  // namespace

std::vector<SimulatedAccount> make_portfolio(int accounts, std::uint64_t seed) {
    Random random(seed, 1);
    Random habits(seed, 4);
    std::array<std::uint32_t, kRegions.size()> used{};
    std::vector<SimulatedAccount> portfolio(static_cast<std::size_t>(accounts));
    std::uint32_t number = 0;
    for (auto& account : portfolio) {
        account.root = next_root(random, used);
        account.number = ++number;
        choose_rhythm(random, account);
        choose_lines(random, account);
        choose_branches(random, account);
        choose_size(random, account);
        account.growth_per_year = std::clamp(0.04 + 0.08 * random.normal(), -0.15, 0.25);
        account.phi = std::clamp(0.05 * std::exp(0.7 * random.normal()), 0.01, 0.4);
        account.holiday_sensitivity = random.uniform(0.8, 1.2);
        choose_habits(habits, account);
    }
    return portfolio;
}

double expected_factor(const SimulatedAccount& account, const Calendar& calendar, Day first, Day day) {
    const int of_week = is_makeup_workday(calendar, day) ? 5 : weekday(day);
    const auto at = static_cast<std::size_t>(of_week - 1);
    const double rhythm = week_of_rhythm(account.rhythm)[at] * account.weekday_tilt[at];
    const double holiday = std::pow(calendar.volume_factor(day), account.holiday_sensitivity);
    const double growth = std::exp(account.growth_per_year * (day - first) / 365.0);
    return rhythm * holiday * holiday_shoulder(calendar, day) * sales_peak(calendar, account, day) * growth;
}

}  // namespace aw::simulation
