// The report of a backtest as one page of HTML.
#include <fmt/format.h>

#include "cli/backtest_files.hpp"
#include "cli/config_file.hpp"

namespace aw::cli {
namespace {

constexpr std::size_t kMostRows = 5000;  // of a table; more belongs into the .ndjson files

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>accountwatch backtest</title><style>
body { font: 14px/1.4 system-ui, "Noto Sans CJK SC", sans-serif; margin: 2em auto; max-width: 70em; color: #222; }
table { border-collapse: collapse; margin: 0 0 2em; } th, td { padding: .2em .8em .2em 0; text-align: left; vertical-align: top; }
th { border-bottom: 1px solid #888; } td.n { text-align: right; } tr { break-inside: avoid; }
.bar { display: inline-block; height: .7em; background: #b33; } .CRITICAL, .HIGH { color: #a00; font-weight: 600; }
@media print { body { margin: 0; max-width: none; } a { color: inherit; } }
</style></head><body>
)";

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

std::string percent(std::optional<std::int32_t> bp) { return bp ? fmt::format("{:+.1f} %", *bp / 100.0) : ""; }

std::string cut_note(std::size_t rows) {
    return rows <= kMostRows
               ? ""
               : fmt::format("<p>The first {} of {}; all of them are in the .ndjson files.</p>\n", kMostRows, rows);
}

// Signals of MEDIUM and higher by ISO week, the weeks between them too.
std::string weeks_table(const ReportData& data) {
    std::map<Week, std::uint64_t> weeks;
    std::uint64_t most = 1;
    for (const Signal& signal : data.signals) {
        if (signal.severity < Severity::MEDIUM) continue;
        most = std::max(most, ++weeks[week_of(data.summary.calendar->day_of(signal.detected_at))]);
    }
    std::string html =
        "<h2>Alarms by week</h2>\n<p>Signals of MEDIUM and higher.</p>\n<table><tr><th>Week<th>Alarms<th></tr>\n";
    if (weeks.empty()) return html + "<tr><td>none</td></tr></table>\n";
    for (Week week = weeks.begin()->first; week <= weeks.rbegin()->first; ++week.n) {
        const auto found = weeks.find(week);
        const std::uint64_t count = found == weeks.end() ? 0 : found->second;
        html += fmt::format("<tr><td>{}<td class=n>{}<td><span class=bar style=\"width:{}em\"></span></tr>\n",
                            format_week(week), count, static_cast<double>(count) * 20 / static_cast<double>(most));
    }
    return html + "</table>\n";
}

std::string signals_table(const ReportData& data) {
    std::string html =
        "<h2>Signals</h2>\n" + cut_note(data.signals.size()) +
        "<table><tr><th>When<th>Account<th>Kind<th>Severity<th>Change<th>Year over year<th>Why<th>Case</tr>\n";
    std::size_t rows = 0;
    for (const Signal& signal : data.signals) {
        if (++rows > kMostRows) break;
        std::string why;
        for (const Reason& reason : signal.reasons) why += (why.empty() ? "" : "; ") + reason.text;
        html += fmt::format("<tr><td>{}<td>{}<td>{}<td class={}>{}<td class=n>{}<td class=n>{}<td>{}<td>{}</tr>\n",
                            local_minute(signal.detected_at, data.summary.calendar->zone()),
                            format_root(signal.account_root), name(signal.kind), name(signal.severity),
                            name(signal.severity), percent(signal.recent_change_bp), percent(signal.yoy_change_bp),
                            escaped(why), escaped(signal.case_id.value));
    }
    return html + "</table>\n";
}

std::string cases_table(const ReportData& data) {
    std::string html =
        "<h2>Cases</h2>\n" + cut_note(data.cases.size()) +
        "<table><tr><th>Case<th>Account<th>Grade<th>Class<th>Severity<th>State<th>Outcome<th>Opened<th>Owner</tr>\n";
    std::size_t rows = 0;
    for (const Case* view : data.cases) {
        if (++rows > kMostRows) break;
        html += fmt::format(
            "<tr><td>{}<td>{}<td>{}<td>{}<td class={}>{}<td>{}<td>{}<td>{}<td>{}</tr>\n", escaped(view->case_id.value),
            escaped(view->account_name), escaped(view->grade), name(view->case_class), name(view->severity),
            name(view->severity), name(view->state), view->outcome == Outcome::UNSPECIFIED ? "" : name(view->outcome),
            local_minute(view->opened_at, data.summary.calendar->zone()), escaped(view->owner_staff_id.value));
    }
    return html + "</table>\n";
}

}  // namespace

std::string report_html(const ReportData& data) {
    const TimeZone& zone = data.summary.calendar->zone();
    std::string html(kHead);
    html += fmt::format("<h1>accountwatch backtest</h1>\n<p>{} to {} ({}), configuration {}</p>\n<table>\n",
                        local_minute(data.summary.from, zone), local_minute(data.summary.to, zone),
                        escaped(zone.name()), escaped(data.summary.config_revision));
    for (const auto& [name, value] : data.figures) {
        html += fmt::format("<tr><td>{}<td class=n>{}</tr>\n", name, value);
    }
    html += "</table>\n" + weeks_table(data) + signals_table(data) + cases_table(data);
    return html + "</body></html>";
}

}  // namespace aw::cli
