// The drawings of the report, as inline SVG: no script, no font and no picture from outside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/report_data.hpp"

namespace aw::cli {

// Text between tags or in an attribute.
[[nodiscard]] std::string escaped(std::string_view text);

// One bar for each week, in parts from the bottom up.
struct WeekBar {
    Week week;
    std::vector<std::int64_t> parts;
};
// `classes`: the CSS class of each part. Weeks without anything are to be among them.
[[nodiscard]] std::string weeks_chart(const std::vector<WeekBar>& bars, const std::vector<std::string>& classes);

// Observed and expected around a signal: by weeks, or by months where it looked at a month; with its onset, its window
// and its detection. REQUIRES: is_drawable().
[[nodiscard]] bool is_drawable(const Signal& signal);
[[nodiscard]] std::string signal_chart(const Signal& signal, const UsageSeries& usage, const Calendar& calendar,
                                       Day last, std::string_view alternative);

// A small strip of bars against a limit; `limit` 0 = none. What is over it has a class of its own.
[[nodiscard]] std::string strip_chart(const std::vector<int>& values, int limit);

// The measure of a signal's numbers.
[[nodiscard]] Measure measure_of(const Signal& signal);

}  // namespace aw::cli
