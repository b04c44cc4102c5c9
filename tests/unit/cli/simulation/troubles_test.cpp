// The script of troubles, and that the truth about them is in the counts.
#include "cli/simulation/troubles.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "history.hpp"

namespace aw::simulation {
namespace {

struct Truth {
    std::string root;
    std::string kind;
    Day onset;
    std::optional<Day> end;
    double remaining = 0;
    std::string line;
};

std::vector<Truth> truths(const History& h) {
    std::vector<Truth> list;
    for (const auto& line : h.truth) {
        list.push_back({field(line, "account_root"), field(line, "kind"), parse_day(field(line, "onset_on")).value(),
                        parse_day(field(line, "ends_on")), std::stod(field(line, "remaining_bp")) / 10'000,
                        field(line, "business_line")});
    }
    return list;
}

TEST(Troubles, TheScriptIsADozenWithinTheLastWeeks) {
    const auto list = truths(shared_history());
    std::map<std::string, int> kinds;
    for (const auto& t : list) {
        ++kinds[t.kind];
        if (t.kind == "OUTAGE") {
            EXPECT_LT(t.end.value(), kEnd - 55);
        } else {
            EXPECT_GT(t.onset, kEnd - 56);
            EXPECT_LE(t.onset, kEnd);
        }
    }
    EXPECT_EQ(kinds["DROP"], 5);  // one of them with a RECOVERY, one after a competitor was seen
    EXPECT_EQ(kinds["RECOVERY"], 1);
    EXPECT_EQ(kinds["STOP"], 1);
    EXPECT_EQ(kinds["SWITCH"], 1);
    EXPECT_EQ(kinds["RAMP"], 1);
    EXPECT_GE(kinds["OUTAGE"], 1);
    EXPECT_EQ(shared_history().summary.troubles, static_cast<std::int64_t>(list.size()));
}

// Items of an account (and line) in the days [from, to], as a multiple of what the calendar and the rhythm expect.
class Levels {
public:
    Levels() : Levels(quick(), shared_shipments()) {}
    Levels(const SimulationOptions& options, std::vector<Shipped> list) : list_(std::move(list)) {
        for (const auto& account : make_portfolio(options.accounts, options.seed))
            accounts_[format_root(account.root)] = account;
    }
    double items(const Truth& t, Day from, Day to) const {
        return sum_items(list_, [&](const Shipped& s) {
            return s.root == t.root && s.day >= from && s.day <= to && (t.line.empty() || s.line == t.line);
        });
    }
    double exposure(const Truth& t, Day from, Day to) const {
        double sum = 0;
        for (Day day = from; day <= to; ++day) sum += expected_factor(accounts_.at(t.root), calendar_, from, day);
        return sum;
    }
    double level(const Truth& t, Day from, Day to) const { return items(t, from, to) / exposure(t, from, to); }

private:
    Calendar calendar_ = china();
    std::vector<Shipped> list_;
    std::map<std::string, SimulatedAccount> accounts_;
};

// What the truth says is really in the counts: of each account roughly (it is one client with its own irregularity), of
// all of them together closely.
TEST(Troubles, TheTruthIsInTheCounts) {
    auto options = quick(11);
    options.accounts = 240;
    options.days = 300;
    options.live_weeks = 16;
    const History h = history(options);
    const Levels levels(options, shipments(h));
    double found = 0;
    double told = 0;
    int checked = 0;
    for (const auto& t : truths(h)) {
        if (t.kind != "DROP" && t.kind != "STOP" && t.kind != "SWITCH") continue;
        const Day end = std::min(t.end.value_or(kEnd), kEnd - 16);  // the last days are still being recorded
        if (end < t.onset + 20) continue;
        const double change = levels.level(t, t.onset, end) / levels.level(t, t.onset - 84, t.onset - 1);
        EXPECT_NEAR(change, t.remaining, 0.6 * std::max(t.remaining, 0.15)) << t.root << " " << t.kind;
        found += change;
        told += t.remaining;
        ++checked;
    }
    EXPECT_GT(checked, 12);
    EXPECT_NEAR(found / told, 1, 0.1);
}

TEST(Troubles, ARecoveryBringsTheVolumeBack) {
    const Levels levels;
    for (const auto& t : truths(shared_history())) {
        if (t.kind != "RECOVERY") continue;
        const Day drop = kEnd - 56;
        const double before = levels.level(t, drop - 56, drop);
        EXPECT_NEAR(levels.level(t, t.onset, kEnd - 4) / before, t.remaining, 0.25);
        EXPECT_LT(levels.level(t, t.onset - 10, t.onset - 1) / before, 0.6);
    }
}

TEST(Troubles, AnOutageHitsItsWholeRegion) {
    const Levels levels;
    double during = 0;
    double expected = 0;
    std::set<std::string> regions;
    for (const auto& t : truths(shared_history())) {
        if (t.kind != "OUTAGE") continue;
        regions.insert(t.root.substr(0, 6));
        during += levels.items(t, t.onset, t.end.value());
        expected += levels.level(t, t.onset - 28, t.onset - 1) * levels.exposure(t, t.onset, t.end.value());
    }
    EXPECT_EQ(regions.size(), 1U);
    EXPECT_NEAR(during / expected, 0.3, 0.1);
}

TEST(Troubles, ARampGoesDownDayByDayAndStays) {
    const Day onset = make_day(2026, 6, 1);
    const std::vector<Trouble> ramp = {{0, TroubleKind::ramp, onset, onset + 39, 0.2, {}}};
    EXPECT_DOUBLE_EQ(remaining_share(ramp, 0, onset - 1), 1);
    EXPECT_DOUBLE_EQ(remaining_share(ramp, 0, onset + 19), 0.6);
    EXPECT_DOUBLE_EQ(remaining_share(ramp, 0, onset + 39), 0.2);
    EXPECT_DOUBLE_EQ(remaining_share(ramp, 0, onset + 400), 0.2);
}

TEST(Troubles, ASwitchLeavesTheOtherLinesAlone) {
    const Day onset = make_day(2026, 6, 1);
    const std::vector<Trouble> script = {{0, TroubleKind::line_switch, onset, {}, 0.1, 0}};
    EXPECT_DOUBLE_EQ(remaining_share(script, 0, onset), 0.1);
    EXPECT_DOUBLE_EQ(remaining_share(script, 1, onset), 1);
}

}  // namespace
}  // namespace aw::simulation
