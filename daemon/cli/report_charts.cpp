#include "cli/report_charts.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace aw::cli {
namespace {

constexpr int kWidth = 460;
constexpr int kHeight = 186;
constexpr int kLeft = 46;
constexpr int kRight = 8;
constexpr int kTop = 30;
constexpr int kBottom = 22;
constexpr int kWeeksBefore = 18;
constexpr int kWeeksAfter = 8;
constexpr int kMonthsBefore = 12;
constexpr int kMonthsAfter = 3;

// The smallest of 1, 2, 2.5, 5 x 10^n that is not below `most` / 4: four lines at most.
double step_for(double most) {
    if (most <= 0) return 1;
    const double power = std::pow(10, std::floor(std::log10(most / 4)));
    for (const double times : {1.0, 2.0, 2.5, 5.0, 10.0}) {
        if (times * power * 4 >= most) return std::max(1.0, times * power);
    }
    return std::max(1.0, 10 * power);
}

std::string short_number(double value) {
    if (value >= 1e6) return fmt::format("{:.3g}M", value / 1e6);
    if (value >= 1e4) return fmt::format("{:.3g}k", value / 1e3);
    return fmt::format("{:g}", value);
}

// Where things lie: time from left to right, amounts from the bottom up.
class Plane {
public:
    Plane(Day from, Day to, double most, int width, int height)
        : from_(from), days_(std::max(1, to - from)), step_(step_for(most)), width_(width), height_(height) {
        top_value_ = step_ * std::max(1.0, std::ceil(most / step_));
    }

    [[nodiscard]] double x(Day day) const {
        return kLeft + static_cast<double>(day - from_) * (width_ - kLeft - kRight) / days_;
    }
    [[nodiscard]] double y(double value) const {
        return height_ - kBottom - value / top_value_ * (height_ - kTop - kBottom);
    }
    [[nodiscard]] std::string grid() const {
        std::string svg;
        for (double value = 0; value <= top_value_ * 1.001; value += step_) {
            svg += fmt::format("<line class=grid x1={} x2={} y1={:.1f} y2={:.1f} />", kLeft, width_ - kRight, y(value),
                               y(value));
            svg += fmt::format("<text class=axis text-anchor=end x={} y={:.1f}>{}</text>", kLeft - 5, y(value) + 3.5,
                               short_number(value));
        }
        return svg;
    }
    // Months by their number, the year where it begins; as many as there is room for.
    [[nodiscard]] std::string months() const {
        std::string svg;
        const int every = std::max(1, days_ / 30 / 12);
        bool first = true;
        for (Month month{month_of(from_).n + 1}; first_day(month) < from_ + days_; ++month.n) {
            const double at = x(first_day(month));
            svg += fmt::format("<line class=tick x1={:.1f} x2={:.1f} y1={} y2={} />", at, at, height_ - kBottom,
                               height_ - kBottom + 4);
            const int number = month.n % 12 + 1;
            if (month.n % every != 0 || at > width_ - 34) continue;
            const std::string text = first || number == 1 ? format_month(month) : fmt::format("{:02}", number);
            svg += fmt::format("<text class=axis x={:.1f} y={}>{}</text>", at + 2, height_ - 8, text);
            first = false;
        }
        return svg;
    }
    [[nodiscard]] int bottom() const { return height_ - kBottom; }

private:
    Day from_;
    int days_;
    double step_;
    double top_value_ = 1;
    int width_;
    int height_;
};

std::string open_svg(int width, int height, std::string_view alternative) {
    return fmt::format("<svg viewBox=\"0 0 {} {}\" role=img aria-label=\"{}\">", width, height, escaped(alternative));
}

struct Bar {
    Day from;
    Day to;  // exclusive
    double observed = 0;
    double expected = 0;
    bool whole = true;
};

bool by_month(const Signal& signal) { return *signal.window_to - *signal.window_from >= 27; }

std::vector<std::pair<Day, Day>> periods(const Signal& signal) {
    std::vector<std::pair<Day, Day>> list;
    const Day first = std::min(signal.onset_on.value_or(*signal.window_from), *signal.window_from);
    if (by_month(signal)) {
        const Month end = month_of(*signal.window_to);
        for (Month m{month_of(first).n - kMonthsBefore}; m.n <= end.n + kMonthsAfter; ++m.n)
            list.emplace_back(first_day(m), end_day(m));
    } else {
        const Week end = week_of(*signal.window_to);
        for (Week w{week_of(first).n - kWeeksBefore}; w.n <= end.n + kWeeksAfter; ++w.n)
            list.emplace_back(first_day(w), end_day(w));
    }
    return list;
}

// The level expected in the window, carried over the chart by each period's share of normal days.
std::vector<Bar> bars_of(const Signal& signal, const UsageSeries& usage, const Calendar& calendar, Day last) {
    const Measure measure = measure_of(signal);
    const double unit = measure == Measure::REVENUE ? 100 : 1;  // yuan
    const auto window = static_cast<double>(
        std::max<std::int64_t>(1, calendar.exposure_milli(*signal.window_from, *signal.window_to + 1)));
    const auto known_from = usage.first_day(signal.account_root);
    std::vector<Bar> bars;
    for (const auto& [from, to] : periods(signal)) {
        if (from > last || !known_from || to <= *known_from) continue;
        Bar bar{from, to, 0, 0, to <= last + 1 && from >= *known_from};
        const UsageSeries::Part part{signal.business_line, signal.lane};
        bar.observed = static_cast<double>(usage.sum(signal.account_root, measure, part, from, to)) / unit;
        bar.expected = static_cast<double>(*signal.expected) / unit *
                       static_cast<double>(calendar.exposure_milli(from, to)) / window;
        bars.push_back(bar);
    }
    return bars;
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

Measure measure_of(const Signal& signal) {
    return signal.kind == SignalKind::REVENUE_DROP ? Measure::REVENUE : Measure::ITEMS;
}

// The curves are items and revenue of an account, one of its lines or one of its lanes; what is about a share or a
// branch has none.
bool is_drawable(const Signal& signal) {
    const SignalKind kind = signal.kind;
    const bool of_usage = kind == SignalKind::VOLUME_DROP || kind == SignalKind::REVENUE_DROP ||
                          kind == SignalKind::GRADUAL_DECLINE || kind == SignalKind::INACTIVITY ||
                          (kind == SignalKind::COMPETITOR_SUSPECTED && !(signal.business_line + signal.lane).empty());
    return of_usage && signal.window_from && signal.window_to && signal.observed && signal.expected;
}

std::string signal_chart(const Signal& signal, const UsageSeries& usage, const Calendar& calendar, Day last,
                         std::string_view alternative) {
    const std::vector<Bar> bars = bars_of(signal, usage, calendar, last);
    if (bars.empty()) return {};
    double most = 0;
    for (const Bar& bar : bars) most = std::max({most, bar.observed, bar.expected});
    const Plane plane(bars.front().from, bars.back().to, most, kWidth, kHeight);
    std::string svg = open_svg(kWidth, kHeight, alternative) + plane.grid() + plane.months();
    svg += fmt::format("<rect class=window x={:.1f} y={} width={:.1f} height={} />", plane.x(*signal.window_from), kTop,
                       plane.x(*signal.window_to + 1) - plane.x(*signal.window_from), plane.bottom() - kTop);
    std::string expected;
    for (const Bar& bar : bars) {
        const double left = plane.x(bar.from) + 1;
        const double top = plane.y(bar.observed);
        svg += fmt::format("<rect class={} x={:.1f} y={:.1f} width={:.1f} height={:.1f} />",
                           bar.whole ? "observed" : "\"observed part\"", left, top, plane.x(bar.to) - left - 1,
                           plane.bottom() - top);
        expected += fmt::format("{}{:.1f},{:.1f} {:.1f},{:.1f}", expected.empty() ? "" : " ", plane.x(bar.from),
                                plane.y(bar.expected), plane.x(bar.to), plane.y(bar.expected));
    }
    svg += fmt::format("<polyline class=expected points=\"{}\" />", expected);
    // The onset's date stands left of its line, the detection's right of it, so that they meet only at the edges.
    const auto mark = [&](const char* kind, Day day, int label_y, bool left) {
        const Day at = std::clamp(day, bars.front().from, bars.back().to);
        const double x = plane.x(at);
        if (x < kLeft + 40) left = false;
        if (x > kWidth - 42) left = true;
        svg +=
            fmt::format("<line class={} x1={:.1f} x2={:.1f} y1={} y2={} />", kind, x, x, label_y - 8, plane.bottom());
        svg += fmt::format("<text class={} x={:.1f} y={} text-anchor={}>{}</text>", kind, left ? x - 4 : x + 4, label_y,
                           left ? "end" : "start", format_day(day).substr(5));
    };
    if (signal.onset_on) mark("onset", *signal.onset_on, 13, true);
    mark("detected", calendar.day_of(signal.detected_at), 25, false);
    return svg + "</svg>";
}

std::string weeks_chart(const std::vector<WeekBar>& bars, const std::vector<std::string>& classes) {
    if (bars.empty()) return {};
    constexpr int kWide = 940;
    constexpr int kHigh = 190;
    double most = 0;
    for (const WeekBar& bar : bars) {
        double sum = 0;
        for (const std::int64_t part : bar.parts) sum += static_cast<double>(part);
        most = std::max(most, sum);
    }
    const Plane plane(first_day(bars.front().week), end_day(bars.back().week), most, kWide, kHigh);
    std::string svg = open_svg(kWide, kHigh, "weeks") + plane.grid() + plane.months();
    for (const WeekBar& bar : bars) {
        double below = 0;
        const double left = plane.x(first_day(bar.week)) + 1;
        const double width = std::max(1.0, plane.x(end_day(bar.week)) - left - 1);
        for (std::size_t i = 0; i < bar.parts.size(); ++i) {
            if (bar.parts[i] == 0) continue;
            const double above = below + static_cast<double>(bar.parts[i]);
            svg += fmt::format("<rect class={} x={:.1f} y={:.1f} width={:.1f} height={:.1f} />", classes[i], left,
                               plane.y(above), width, plane.y(below) - plane.y(above));
            below = above;
        }
    }
    return svg + "</svg>";
}

std::string strip_chart(const std::vector<int>& values, int limit) {
    constexpr int kWide = 240;
    constexpr int kHigh = 26;
    int most = std::max(1, limit);
    for (const int value : values) most = std::max(most, value);
    const double width = static_cast<double>(kWide) / static_cast<double>(std::max<std::size_t>(1, values.size()));
    const auto height = [&](int value) { return static_cast<double>(value) * (kHigh - 2) / most; };
    std::string svg =
        fmt::format("<svg class=strip viewBox=\"0 0 {} {}\" role=img aria-label=\"{}\">", kWide, kHigh, most);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] == 0) continue;
        const bool over = limit > 0 && values[i] > limit;
        svg += fmt::format("<rect class={} x={:.1f} y={:.1f} width={:.1f} height={:.1f} />", over ? "over" : "observed",
                           static_cast<double>(i) * width, kHigh - height(values[i]), std::max(0.8, width - 0.8),
                           height(values[i]));
    }
    if (limit > 0)
        svg += fmt::format("<line class=limit x1=0 x2={} y1={:.1f} y2={:.1f} />", kWide, kHigh - height(limit),
                           kHigh - height(limit));
    return svg + "</svg>";
}

}  // namespace aw::cli
