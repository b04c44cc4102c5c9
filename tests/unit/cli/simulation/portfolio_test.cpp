// Who the simulated clients are, and the rhythm they ship in.
#include "cli/simulation/portfolio.hpp"

#include <array>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "history.hpp"

namespace aw::simulation {
namespace {

TEST(Portfolio, WeekendsAreQuieterAndGradesAreMixed) {
    std::array<double, 8> of_weekday{};
    for (const auto& s : shared_shipments()) of_weekday[static_cast<std::size_t>(weekday(s.day))] += s.items;
    EXPECT_GT(of_weekday[1], 1.05 * of_weekday[6]);
    EXPECT_GT(of_weekday[6], of_weekday[7]);

    int small = 0;
    int large = 0;
    for (const auto& account : make_portfolio(2'000, 7)) {
        small += account.annual_revenue_fen <= 2'000'000 ? 1 : 0;
        large += account.annual_revenue_fen > 50'000'000 ? 1 : 0;
    }
    EXPECT_NEAR(small, 400, 80);  // G1
    EXPECT_NEAR(large, 100, 35);  // G6
}

TEST(Portfolio, SpringFestivalIsATroughAndElevenElevenAPeak) {
    auto in = [](Day from, Day to) { return [=](const Shipped& s) { return s.day >= from && s.day <= to; }; };
    const auto& list = shared_shipments();
    const double trough = sum_items(list, in(make_day(2026, 2, 16), make_day(2026, 2, 22)));
    const double normal = sum_items(list, in(make_day(2026, 1, 19), make_day(2026, 1, 25)));
    EXPECT_LT(trough, 0.2 * normal);
    EXPECT_GT(trough, 0);

    std::set<std::string> shops;
    for (const auto& account : make_portfolio(60, 7)) {
        if (account.rhythm == Rhythm::online_shop) shops.insert(format_root(account.root));
    }
    auto shop_days = [&](Day from, Day to) {
        return sum_items(list, [&](const Shipped& s) { return in(from, to)(s) && shops.contains(s.root); });
    };
    EXPECT_GT(shop_days(make_day(2025, 11, 10), make_day(2025, 11, 13)),
              1.5 * shop_days(make_day(2025, 10, 27), make_day(2025, 10, 30)));
}

TEST(Portfolio, MakeupWorkdaysAreWorked) {
    SimulatedAccount office;
    office.rhythm = Rhythm::office;
    const Calendar calendar = china();
    const Day makeup = make_day(2026, 2, 28);  // a Saturday
    EXPECT_GT(expected_factor(office, calendar, makeup, makeup),
              3 * expected_factor(office, calendar, makeup, makeup + 7));
}

// Clients differ: each has its own week, some send in bursts, and their days vary more than by chance.
TEST(Portfolio, SomeClientsSendInBursts) {
    int bursty = 0;
    std::set<double> tilts;
    for (const auto& account : make_portfolio(2'000, 7)) {
        bursty += account.shipping_days < 1 ? 1 : 0;
        tilts.insert(account.weekday_tilt[0]);
    }
    EXPECT_NEAR(bursty, 225, 50);
    EXPECT_EQ(tilts.size(), 2'000U);

    std::map<std::string, std::map<int, double>> by_day;
    for (const auto& s : shared_shipments()) by_day[s.root][s.day.n] += s.items;
    int seen = 0;
    for (const auto& account : make_portfolio(60, 7)) {
        if (account.items_per_day < 8) continue;
        const auto& days = by_day[format_root(account.root)];
        double sum = 0;
        double squares = 0;
        int sending = 0;
        for (Day day = kEnd - 300; day < kEnd - 20; ++day) {
            if (weekday(day) > 5) continue;
            const auto found = days.find(day.n);
            const double items = found == days.end() ? 0 : found->second;
            sum += items;
            squares += items * items;
            sending += items > 0 ? 1 : 0;
        }
        const double mean = sum / 200;
        EXPECT_GT(squares / 200 - mean * mean, 1.2 * mean) << "as irregular as by chance only: " << account.number;
        if (account.shipping_days < 1) {
            EXPECT_LT(sending, 150) << account.number;
            ++seen;
        } else {
            EXPECT_GT(sending, 170) << account.number;
        }
    }
    EXPECT_GT(seen, 0);
}

// The hint is what a year brought before the history, and the history goes on at about that level.
TEST(Portfolio, ThePortfolioEarnsWhatTheHintsSay) {
    double hints = 0;
    for (const auto& account : make_portfolio(60, 7)) hints += static_cast<double>(account.annual_revenue_fen);
    double billed = 0;
    for (const auto& line : shared_history().events) {
        if (line.find("\"revenue\"") == std::string::npos) continue;
        billed += std::stod(field(line, "minor"));
    }
    EXPECT_NEAR(billed / (hints * 420 / 365), 0.95, 0.15);
}

}  // namespace
}  // namespace aw::simulation
