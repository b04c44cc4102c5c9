// Who the simulated clients are, and the rhythm they ship in.
#include "cli/simulation/portfolio.hpp"

#include <array>
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
