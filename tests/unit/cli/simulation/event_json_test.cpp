// The lines of a simulated history as events of the contract.
#include "cli/simulation/event_json.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "history.hpp"

namespace aw::simulation {
namespace {

TEST(SimulatedEvents, EveryLineIsAnEventOfTheContractInOrderOfRecording) {
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

TEST(SimulatedEvents, RegistersEveryAccountFirst) {
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

TEST(SimulatedEvents, SomeEventsAreRecordedLate) {
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

// Invoices are the items at the line's price, so that revenue falls with the items.
TEST(SimulatedEvents, InvoicesAddUpToTheItems) {
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

}  // namespace
}  // namespace aw::simulation
