#include "cli/usage_series.hpp"

#include <algorithm>

namespace aw::cli {

UsageSeries::Curve& UsageSeries::curve_of(std::vector<Curve>& curves, std::string_view name) {
    const auto known = std::find_if(curves.begin(), curves.end(), [&](const Curve& c) { return c.name == name; });
    return known != curves.end() ? *known : curves.emplace_back(Curve{std::string(name), {}, {}});
}

void UsageSeries::take(std::string_view bytes) {
    const auto decoded = decoder_.decode(bytes);
    if (!decoded) return;
    const Event& event = **decoded;
    const Day day = calendar_.day_of(event.occurred_at);
    const auto add = [&](std::vector<Point>& points, std::int64_t value) {
        if (!points.empty() && points.back().day == day) {
            points.back().value += value;
        } else {
            points.push_back({day, value});
        }
    };
    if (const auto* shipment = std::get_if<ShipmentEvent>(&event.payload)) {
        Account& account = accounts_[event.code.root];
        add(curve_of(account.lines, shipment->business_line).items, shipment->items);
        if (!shipment->destination_region.empty())
            add(curve_of(account.lanes, shipment->destination_region).items, shipment->items);
    } else if (const auto* revenue = std::get_if<RevenueEvent>(&event.payload)) {
        add(curve_of(accounts_[event.code.root].lines, revenue->business_line).revenue, revenue->amount.minor);
    }
}

std::int64_t UsageSeries::sum(AccountRoot root, Measure measure, const Part& part, Day from, Day to) const {
    const auto found = accounts_.find(root);
    if (found == accounts_.end()) return 0;
    const bool of_lane = !part.lane.empty();
    const std::string_view name = of_lane ? part.lane : part.business_line;
    std::int64_t sum = 0;
    for (const Curve& curve : of_lane ? found->second.lanes : found->second.lines) {
        if (!name.empty() && curve.name != name) continue;
        for (const Point& point : measure == Measure::REVENUE ? curve.revenue : curve.items) {
            if (point.day >= from && point.day < to) sum += point.value;
        }
    }
    return sum;
}

std::optional<Day> UsageSeries::first_day(AccountRoot root) const {
    const auto found = accounts_.find(root);
    if (found == accounts_.end()) return std::nullopt;
    std::optional<Day> first;
    for (const Curve& line : found->second.lines) {
        for (const auto* points : {&line.items, &line.revenue}) {
            for (const Point& point : *points) {
                if (!first || point.day < *first) first = point.day;
            }
        }
    }
    return first;
}

}  // namespace aw::cli
