#include "cli/usage_series.hpp"

#include <algorithm>

namespace aw::cli {

void UsageSeries::take(std::string_view bytes) {
    const auto decoded = decoder_.decode(bytes);
    if (!decoded) return;
    const Event& event = **decoded;
    const auto* shipment = std::get_if<ShipmentEvent>(&event.payload);
    const auto* revenue = std::get_if<RevenueEvent>(&event.payload);
    if (shipment == nullptr && revenue == nullptr) return;
    const std::string_view name = shipment != nullptr ? shipment->business_line : revenue->business_line;
    auto& lines = accounts_[event.code.root];
    auto line = std::find_if(lines.begin(), lines.end(), [&](const Line& known) { return known.name == name; });
    if (line == lines.end()) line = lines.insert(lines.end(), {std::string(name), {}, {}});
    auto& points = shipment != nullptr ? line->items : line->revenue;
    const Day day = calendar_.day_of(event.occurred_at);
    const std::int64_t value = shipment != nullptr ? shipment->items : revenue->amount.minor;
    if (!points.empty() && points.back().day == day) {
        points.back().value += value;
    } else {
        points.push_back({day, value});
    }
}

std::int64_t UsageSeries::sum(AccountRoot root, Measure measure, std::string_view business_line, Day from,
                              Day to) const {
    const auto found = accounts_.find(root);
    if (found == accounts_.end()) return 0;
    std::int64_t sum = 0;
    for (const Line& line : found->second) {
        if (!business_line.empty() && line.name != business_line) continue;
        for (const Point& point : measure == Measure::REVENUE ? line.revenue : line.items) {
            if (point.day >= from && point.day < to) sum += point.value;
        }
    }
    return sum;
}

std::optional<Day> UsageSeries::first_day(AccountRoot root) const {
    const auto found = accounts_.find(root);
    if (found == accounts_.end()) return std::nullopt;
    std::optional<Day> first;
    for (const Line& line : found->second) {
        for (const auto* points : {&line.items, &line.revenue}) {
            for (const Point& point : *points) {
                if (!first || point.day < *first) first = point.day;
            }
        }
    }
    return first;
}

}  // namespace aw::cli
