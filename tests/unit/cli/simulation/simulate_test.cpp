#include "cli/simulation/simulate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "accountwatch/v1/event.pb.h"
#include "cli/simulation/event_json.hpp"
#include "cli/simulation/gzip_lines.hpp"
#include "cli/simulation/portfolio.hpp"

namespace aw::simulation {
namespace {

namespace v1 = accountwatch::v1;

const Day kEnd = make_day(2026, 7, 26);  // a Sunday

Calendar china() {
    CalendarYear y2025;
    y2025.year = 2025;
    y2025.holidays = {{"Spring Festival", make_day(2025, 1, 28), make_day(2025, 2, 4), .067}};
    CalendarYear y2026;
    y2026.year = 2026;
    y2026.holidays = {{"Spring Festival", make_day(2026, 2, 15), make_day(2026, 2, 23), .067}};
    y2026.makeup_workdays = {make_day(2026, 2, 28)};
    std::array<BusinessHours, 7> hours{};
    std::fill_n(hours.begin(), 5, BusinessHours{510, 1050});
    return {TimeZone("Asia/Shanghai", {{Timestamp{}, 8 * 3600}}), {y2025, y2026}, hours};
}

struct History {
    std::vector<std::string> events;
    std::vector<std::string> truth;
    SimulationSummary summary;
};

History history(const SimulationOptions& options) {
    const Calendar calendar = china();
    History h;
    auto into = [](std::vector<std::string>& list) {
        return [&list](std::string_view line) -> Result<void> {
            list.emplace_back(line);
            return {};
        };
    };
    const auto summary = simulate(options, calendar, into(h.events), into(h.truth));
    EXPECT_TRUE(summary) << (summary ? "" : summary.error().message);
    if (summary) h.summary = *summary;
    return h;
}

SimulationOptions quick(std::uint64_t seed = 7) {
    SimulationOptions options;
    options.accounts = 60;
    options.days = 420;
    options.seed = seed;
    options.end = kEnd;
    return options;
}

// The history of the quickstart, made once for all tests that only read it.
const History& shared_history() {
    static const History h = history(quick());
    return h;
}

// Strict: unknown fields, wrong types and unknown enumeration names are refused.
v1::Event parsed(const std::string& line) {
    v1::Event event;
    const auto status = google::protobuf::util::JsonStringToMessage(line, &event);
    EXPECT_TRUE(status.ok()) << line << "\n" << status.ToString();
    return event;
}

struct Shipped {
    Day day;
    std::string root;
    std::string line;
    double items = 0;
};

std::vector<Shipped> shipments(const History& h) {
    const Calendar calendar = china();
    std::vector<Shipped> list;
    for (const auto& line : h.events) {
        if (line.find("\"shipment\"") == std::string::npos) continue;
        const v1::Event event = parsed(line);
        const Timestamp at{event.occurred_at().seconds() * 1'000};
        list.push_back({calendar.day_of(at), event.account_code().substr(0, 11), event.shipment().business_line(),
                        static_cast<double>(event.shipment().items())});
    }
    return list;
}

const std::vector<Shipped>& shared_shipments() {
    static const std::vector<Shipped> list = shipments(shared_history());
    return list;
}

template <class Where>
double sum_items(const std::vector<Shipped>& list, Where where) {
    double sum = 0;
    for (const auto& s : list) sum += where(s) ? s.items : 0;
    return sum;
}

struct Truth {
    std::string root;
    std::string kind;
    Day onset;
    std::optional<Day> end;
    double remaining = 0;
    std::string line;
};

std::string field(const std::string& json, const std::string& name) {
    const auto at = json.find("\"" + name + "\":");
    if (at == std::string::npos) return {};
    auto from = at + name.size() + 3;
    if (json[from] == '"') ++from;
    return json.substr(from, json.find_first_of("\",}", from) - from);
}

std::vector<Truth> truths(const History& h) {
    std::vector<Truth> list;
    for (const auto& line : h.truth) {
        list.push_back({field(line, "account_root"), field(line, "kind"), parse_day(field(line, "onset_on")).value(),
                        parse_day(field(line, "ends_on")), std::stod(field(line, "remaining_bp")) / 10'000,
                        field(line, "business_line")});
    }
    return list;
}

TEST(Simulate, SameSeedSameBytes) {
    const History again = history(quick());
    EXPECT_EQ(again.events, shared_history().events);
    EXPECT_EQ(again.truth, shared_history().truth);
}

TEST(Simulate, AnotherSeedIsAnotherHistory) {
    EXPECT_NE(history(quick(8)).events, shared_history().events);
    EXPECT_NE(history(quick(8)).truth, shared_history().truth);
}

TEST(Simulate, AnAccountsHistoryDoesNotDependOnTheLengthOfThePortfolio) {
    auto options = quick();
    options.trouble_share = 0;
    options.outage = false;
    options.days = 60;
    const auto few = shipments(history(options));
    options.accounts = 80;
    const auto more = shipments(history(options));
    const std::string root = few.front().root;
    auto of_root = [&](const Shipped& s) { return s.root == root; };
    EXPECT_EQ(sum_items(few, of_root), sum_items(more, of_root));
}

TEST(Simulate, EveryLineIsAnEventOfTheContractInOrderOfRecording) {
    const Calendar calendar = china();
    std::set<std::string> ids;
    std::map<std::string, int> kinds;
    Timestamp before;
    const Day first = kEnd - 419;
    for (const auto& line : shared_history().events) {
        const v1::Event event = parsed(line);
        EXPECT_TRUE(ids.insert(event.event_id()).second) << line;
        if (event.has_watermark()) {  // about a feed, not about an account
            EXPECT_EQ(event.account_code(), "") << line;
            EXPECT_EQ(event.watermark().feed(), "billing") << line;
        } else {
            EXPECT_TRUE(parse_customer_code(event.account_code())) << line;
            EXPECT_EQ(event.account_code().substr(0, 4), "3714");
        }
        EXPECT_FALSE(event.source().empty());
        const Timestamp occurred = parse_rfc3339(field(line, "occurred_at")).value();
        const Timestamp recorded = parse_rfc3339(field(line, "recorded_at")).value();
        EXPECT_LE(before, recorded) << line;
        EXPECT_LE(occurred, recorded) << line;
        EXPECT_LT(calendar.day_of(recorded) - calendar.day_of(occurred), 15) << line;
        EXPECT_GE(calendar.day_of(occurred), first);
        EXPECT_LE(calendar.day_of(recorded), kEnd);
        before = recorded;
        ++kinds[event.has_watermark() ? "watermark" : field(line, "source")];
        if (event.has_shipment()) {
            EXPECT_GE(event.shipment().items(), 1);
        }
    }
    EXPECT_EQ(kinds["complaints"], 1);
    EXPECT_EQ(kinds["crm"], 60 + 4);  // registrations; competitor twice, decision maker, manual
    EXPECT_GT(kinds["billing"], 1'000);
    EXPECT_EQ(kinds["watermark"], 420);  // one a day
    EXPECT_GT(kinds["sorting"], 15'000);
    EXPECT_EQ(shared_history().summary.events, static_cast<std::int64_t>(shared_history().events.size()));
    EXPECT_EQ(shared_history().summary.shipments, kinds["sorting"]);
    EXPECT_EQ(shared_history().summary.invoices, kinds["billing"]);
}

TEST(Simulate, RegistersEveryAccountFirst) {
    const auto& events = shared_history().events;
    std::set<std::string> roots;
    for (int i = 0; i < 60; ++i) {
        const v1::Event event = parsed(events[static_cast<std::size_t>(i)]);
        ASSERT_TRUE(event.has_account());
        EXPECT_EQ(field(events[static_cast<std::size_t>(i)], "operation"), "REGISTER");
        EXPECT_GT(event.account().annual_revenue_hint().minor(), 0);
        EXPECT_FALSE(event.account().industry_code().empty());
        roots.insert(event.account_code().substr(0, 11));
    }
    EXPECT_EQ(roots.size(), 60U);
}

TEST(Simulate, SomeEventsAreRecordedLate) {
    const Calendar calendar = china();
    double late = 0;
    double very_late = 0;
    double all = 0;
    for (const auto& line : shared_history().events) {
        if (field(line, "source") != "sorting") continue;
        const int days = calendar.day_of(*parse_rfc3339(field(line, "recorded_at"))) -
                         calendar.day_of(*parse_rfc3339(field(line, "occurred_at")));
        all += 1;
        late += days >= 1 ? 1 : 0;
        very_late += days >= 4 ? 1 : 0;
    }
    EXPECT_NEAR(late / all, 0.07, 0.02);
    EXPECT_GT(very_late, 0);
    EXPECT_LT(very_late / all, 0.01);
}

TEST(Simulate, WeekendsAreQuieterAndGradesAreMixed) {
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

TEST(Simulate, SpringFestivalIsATroughAndElevenElevenAPeak) {
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

TEST(Simulate, MakeupWorkdaysAreWorked) {
    SimulatedAccount office;
    office.rhythm = Rhythm::office;
    const Calendar calendar = china();
    const Day makeup = make_day(2026, 2, 28);  // a Saturday
    EXPECT_GT(expected_factor(office, calendar, makeup, makeup),
              3 * expected_factor(office, calendar, makeup, makeup + 7));
}

TEST(Simulate, TheScriptIsADozenWithinTheLastWeeks) {
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
    Levels() {
        for (const auto& account : make_portfolio(60, 7)) accounts_[format_root(account.root)] = account;
    }
    double items(const Truth& t, Day from, Day to) const {
        return sum_items(shared_shipments(), [&](const Shipped& s) {
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
    std::map<std::string, SimulatedAccount> accounts_;
};

// What the truth says is really in the counts.
TEST(Simulate, TheTruthIsInTheCounts) {
    const Levels levels;
    int checked = 0;
    for (const auto& t : truths(shared_history())) {
        if (t.kind != "DROP" && t.kind != "STOP" && t.kind != "SWITCH") continue;
        const Day end = std::min(t.end.value_or(kEnd - 4), kEnd - 4);  // the last days are still being recorded
        const double change = levels.level(t, t.onset, end) / levels.level(t, t.onset - 56, t.onset - 1);
        EXPECT_NEAR(change, t.remaining, 0.25 * std::max(t.remaining, 0.2)) << t.root << " " << t.kind;
        ++checked;
    }
    EXPECT_EQ(checked, 7);
}

TEST(Simulate, ARecoveryBringsTheVolumeBack) {
    const Levels levels;
    for (const auto& t : truths(shared_history())) {
        if (t.kind != "RECOVERY") continue;
        const Day drop = kEnd - 56;
        const double before = levels.level(t, drop - 56, drop);
        EXPECT_NEAR(levels.level(t, t.onset, kEnd - 4) / before, t.remaining, 0.25);
        EXPECT_LT(levels.level(t, t.onset - 10, t.onset - 1) / before, 0.6);
    }
}

TEST(Simulate, AnOutageHitsItsWholeRegion) {
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

TEST(Simulate, ARampGoesDownDayByDayAndStays) {
    const Day onset = make_day(2026, 6, 1);
    const std::vector<Trouble> ramp = {{0, TroubleKind::ramp, onset, onset + 39, 0.2, {}}};
    EXPECT_DOUBLE_EQ(remaining_share(ramp, 0, onset - 1), 1);
    EXPECT_DOUBLE_EQ(remaining_share(ramp, 0, onset + 19), 0.6);
    EXPECT_DOUBLE_EQ(remaining_share(ramp, 0, onset + 39), 0.2);
    EXPECT_DOUBLE_EQ(remaining_share(ramp, 0, onset + 400), 0.2);
}

TEST(Simulate, ASwitchLeavesTheOtherLinesAlone) {
    const Day onset = make_day(2026, 6, 1);
    const std::vector<Trouble> script = {{0, TroubleKind::line_switch, onset, {}, 0.1, 0}};
    EXPECT_DOUBLE_EQ(remaining_share(script, 0, onset), 0.1);
    EXPECT_DOUBLE_EQ(remaining_share(script, 1, onset), 1);
}

// Invoices are the items at the line's price, so that revenue falls with the items.
TEST(Simulate, InvoicesAddUpToTheItems) {
    std::map<std::string, std::int64_t> billed;
    std::set<std::string> invoices;
    std::map<std::string, Day> billed_to;
    const Calendar calendar = china();
    for (const auto& line : shared_history().events) {
        if (line.find("\"revenue\"") == std::string::npos) continue;
        const v1::Event event = parsed(line);
        const std::string root = event.account_code().substr(0, 11);
        EXPECT_TRUE(invoices.insert(event.revenue().invoice_id()).second) << line;
        EXPECT_GT(event.revenue().amount().minor(), 0);
        billed[root] += event.revenue().amount().minor();
        billed_to[root] = std::max(billed_to[root], calendar.day_of(*parse_rfc3339(field(line, "occurred_at"))));
    }
    int compared = 0;
    for (const auto& account : make_portfolio(60, 7)) {
        if (!account.monthly_invoice) continue;  // the last week's items are not all recorded yet
        const std::string root = format_root(account.root);
        std::int64_t shipped = 0;
        for (const auto& s : shared_shipments()) {
            if (s.root != root || s.day > billed_to[root]) continue;
            const auto line = std::find_if(account.lines.begin(), account.lines.end(),
                                           [&](const LineProfile& l) { return l.name == s.line; });
            ASSERT_NE(line, account.lines.end());
            shipped += std::llround(s.items) * line->price_fen;
        }
        EXPECT_EQ(billed[root], shipped) << root;
        ++compared;
    }
    EXPECT_GT(compared, 15);
}

// The hint is what a year brought before the history, and the history goes on at about that level.
TEST(Simulate, ThePortfolioEarnsWhatTheHintsSay) {
    double hints = 0;
    for (const auto& account : make_portfolio(60, 7)) hints += static_cast<double>(account.annual_revenue_fen);
    double billed = 0;
    for (const auto& line : shared_history().events) {
        if (line.find("\"revenue\"") == std::string::npos) continue;
        billed += std::stod(field(line, "minor"));
    }
    EXPECT_NEAR(billed / (hints * 420 / 365), 0.95, 0.15);
}

TEST(Simulate, RefusesNonsense) {
    const Calendar calendar;
    auto refused = [&](auto change) {
        SimulationOptions options = quick();
        change(options);
        const LineSink sink = [](std::string_view) -> Result<void> { return {}; };
        return !simulate(options, calendar, sink, sink);
    };
    EXPECT_TRUE(refused([](auto& o) { o.accounts = 0; }));
    EXPECT_TRUE(refused([](auto& o) { o.accounts = 200'001; }));
    EXPECT_TRUE(refused([](auto& o) { o.days = 27; }));
    EXPECT_TRUE(refused([](auto& o) { o.live_weeks = 0; }));
    EXPECT_TRUE(refused([](auto& o) { o.trouble_share = 1.5; }));
    EXPECT_TRUE(refused([](auto& o) { o.end = Day{}; }));
}

TEST(Simulate, AFailingSinkEndsItWithItsReason) {
    const Calendar calendar = china();
    const LineSink full = [](std::string_view) -> Result<void> { return fail_with("disk full"); };
    const LineSink fine = [](std::string_view) -> Result<void> { return {}; };
    const auto result = simulate(quick(), calendar, full, fine);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "disk full");
}

TEST(Simulate, WritesTheTwoFiles) {
    const auto folder = std::filesystem::temp_directory_path() / ("simulate " + std::to_string(getpid()));
    auto options = quick();
    int last = 0;
    const auto summary = simulate_into(options, china(), folder / "deep", [&](int day, int) { last = day; });
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(last, 420);
    for (const auto& [name, expected] : {std::pair("events.ndjson.gz", &shared_history().events),
                                         std::pair("truth.ndjson", &shared_history().truth)}) {
        auto reader = LineReader::open((folder / "deep" / name).string());
        ASSERT_TRUE(reader);
        std::vector<std::string> lines;
        for (auto line = reader->next(); line && *line; line = reader->next()) lines.emplace_back((*line)->text);
        EXPECT_EQ(lines, *expected) << name;
    }
    std::filesystem::remove_all(folder);
}

// Memory does not grow with the days: after each of them all that is recorded by then has been handed out.
TEST(Simulate, LinesAreHandedOutDayByDay) {
    const Calendar calendar = china();
    auto options = quick();
    std::int64_t written = 0;
    std::vector<std::int64_t> by_day;
    const LineSink count = [&](std::string_view) -> Result<void> {
        ++written;
        return {};
    };
    const LineSink ignore = [](std::string_view) -> Result<void> { return {}; };
    ASSERT_TRUE(simulate(options, calendar, count, ignore, [&](int, int) { by_day.push_back(written); }));
    const double daily = static_cast<double>(written) / options.days;
    for (std::size_t i = 60; i < by_day.size(); ++i) {
        EXPECT_GT(static_cast<double>(by_day[i]), daily * 0.7 * static_cast<double>(i)) << i;
    }
}

}  // namespace
}  // namespace aw::simulation
