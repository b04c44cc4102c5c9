// Who the simulated clients are, and the rhythm they ship in.
#include "cli/simulation/portfolio.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

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

// Most clients grow, a fifth or so shrink: by a few per cent a year, so that no year is like the last one.
TEST(Portfolio, ClientsGrowYearByYear) {
    double sum = 0;
    int shrinking = 0;
    constexpr int kClients = 2'000;
    const Calendar calendar = china();
    const Day day = make_day(2026, 5, 20);  // no holiday and no sale is near
    for (const auto& account : make_portfolio(kClients, 7)) {
        const double in_a_year = std::log(expected_factor(account, calendar, day - 364, day) /
                                          expected_factor(account, calendar, day, day)) *
                                 365 / 364;
        EXPECT_NEAR(in_a_year, account.growth_per_year, 1e-9);
        sum += in_a_year;
        shrinking += in_a_year < 0 ? 1 : 0;
    }
    EXPECT_NEAR(sum / kClients, 0.04, 0.01);
    EXPECT_NEAR(shrinking, 0.31 * kClients, 0.05 * kClients);
}

// Growth reaches the events: those who grow fastest send more in the last two months than in the same ones of the first
// year, compared with those who grow least.
TEST(Portfolio, WhoGrowsSendsMoreAYearLater) {
    std::vector<SimulatedAccount> clients = make_portfolio(60, 7);
    std::erase_if(clients, [](const SimulatedAccount& account) { return account.shipping_days < 1; });
    std::sort(clients.begin(), clients.end(), [](const SimulatedAccount& a, const SimulatedAccount& b) {
        return a.growth_per_year < b.growth_per_year;
    });
    const auto change_of = [&](std::size_t from, std::size_t to) {
        std::vector<double> changes;
        for (std::size_t i = from; i < to; ++i) {
            const std::string root = format_root(clients[i].root);
            const auto in = [&](Day first) {
                return sum_items(shared_shipments(), [&](const Shipped& s) {
                    return s.root == root && s.day >= first && s.day < first + 49;
                });
            };
            changes.push_back(std::log((in(kEnd - 48) + 1) / (in(kEnd - 48 - 364) + 1)));
        }
        std::nth_element(changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(changes.size() / 2),
                         changes.end());
        return changes[changes.size() / 2];  // troubles move a few by much
    };
    EXPECT_GT(change_of(clients.size() / 2, clients.size()), change_of(0, clients.size() / 2) + 0.03);
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
