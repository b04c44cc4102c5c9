// A simulated history as the tests of the simulation look at it.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "accountwatch/v1/event.pb.h"
#include "cli/simulation/portfolio.hpp"
#include "cli/simulation/simulate.hpp"

namespace aw::simulation {

namespace v1 = accountwatch::v1;

inline const Day kEnd = make_day(2026, 7, 26);  // a Sunday

inline Calendar china() {
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

inline History history(const SimulationOptions& options) {
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

inline SimulationOptions quick(std::uint64_t seed = 7) {
    SimulationOptions options;
    options.accounts = 60;
    options.days = 420;
    options.seed = seed;
    options.end = kEnd;
    return options;
}

// The history of the quickstart, made once for all tests that only read it.
inline const History& shared_history() {
    static const History h = history(quick());
    return h;
}

// Strict: unknown fields, wrong types and unknown enumeration names are refused.
inline v1::Event parsed(const std::string& line) {
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

inline std::vector<Shipped> shipments(const History& h) {
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

inline const std::vector<Shipped>& shared_shipments() {
    static const std::vector<Shipped> list = shipments(shared_history());
    return list;
}

template <class Where>
double sum_items(const std::vector<Shipped>& list, Where where) {
    double sum = 0;
    for (const auto& s : list) sum += where(s) ? s.items : 0;
    return sum;
}

inline std::string field(const std::string& json, const std::string& name) {
    const auto at = json.find("\"" + name + "\":");
    if (at == std::string::npos) return {};
    auto from = at + name.size() + 3;
    if (json[from] == '"') ++from;
    return json.substr(from, json.find_first_of("\",}", from) - from);
}

}  // namespace aw::simulation
