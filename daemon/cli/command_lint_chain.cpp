// accountwatch lint-chain: every minute to come in which nobody would answer for a case, and why.
#include <ostream>

#include <fmt/format.h>

#include "app/chain_findings.hpp"
#include "app/exit_codes.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"

namespace aw::cli {
namespace {

constexpr int kMaxDays = 3660;

template <class List, class Text>
std::string json_list(const List& list, const Text& text) {
    std::string out;
    for (const auto& one : list) out += (out.empty() ? "" : ",") + text(one);
    return "[" + out + "]";
}

std::string quoted(std::string_view text) { return "\"" + json_escaped(text) + "\""; }

std::string absence_json(const Absence& away) {
    return fmt::format(R"({{"staff_id":{},"from":"{}","until":"{}"{}}})", quoted(away.who.value), format_day(away.from),
                       format_day(away.until), away.deputy ? R"(,"deputy":true)" : "");
}

std::string step_json(const ChainStep& step) {
    std::string text = fmt::format(R"({{"role":"{}")", name(step.role));
    if (step.is_vacant()) text += R"(,"vacant":true)";
    if (!step.away.empty()) text += R"(,"on_leave":)" + json_list(step.away, absence_json);
    if (step.asked) text += R"(,"asked":)" + absence_json(*step.asked);
    return text + "}";
}

std::string row_json(const app::ChainRow& row) {
    const ChainFinding& finding = row.finding;
    std::string text = fmt::format(R"({{"seat":"{}","units":{})", name(finding.seat), json_list(row.units, quoted));
    if (!row.grades.empty()) text += R"(,"grades":)" + json_list(row.grades, quoted);
    if (!row.severities.empty()) {
        text += R"(,"severities":)" + json_list(row.severities, [](Severity s) { return quoted(name(s)); });
    }
    text += fmt::format(R"(,"from":"{}","to":"{}","tried":{})", format_utc(finding.from), format_utc(finding.to),
                        json_list(finding.tried, step_json));
    if (!finding.instead.empty()) {
        text += fmt::format(R"(,"instead":{{"staff_id":{},"role":"{}"}})", quoted(finding.instead.value),
                            name(finding.instead_role));
    }
    return text + "}";
}

void print_row(const app::ChainRow& row, const ChainReport& report, const TimeZone& zone, std::ostream& out) {
    const ChainFinding& finding = row.finding;
    out << fmt::format("{}  {} to {}  {}\n", finding.gap ? "gap    " : "warning", local_minute(finding.from, zone),
                       local_minute(finding.to, zone), app::chain_subject(row, report));
    for (const ChainStep& step : finding.tried) out << "         " << app::chain_reason(step) << '\n';
    if (finding.instead.empty()) return;
    out << fmt::format("         instead: {} ({})\n", finding.instead.value, name(finding.instead_role));
}

std::string counted(std::size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

}  // namespace

int run_lint_chain(const LintChainOptions& options, Console& console) {
    const auto given = parse_day(options.from);
    if (!options.from.empty() && !given) {
        console.err << "--from " << options.from << ": expected a date such as 2026-08-31\n";
        return app::kExitUsage;
    }
    if (options.days < 1 || options.days > kMaxDays) {
        console.err << fmt::format("--days {}: expected 1 to {}\n", options.days, kMaxDays);
        return app::kExitUsage;
    }
    const auto loaded = load_config(options.config, console);
    if (!loaded) return app::kExitConfiguration;
    const Rules& rules = *loaded->rules;
    const Day from = given ? *given : rules.calendar.day_of(console.clock.now());
    const ChainReport report = lint_chains(rules, from, options.days);

    std::vector<app::ChainRow> gaps;
    std::vector<app::ChainRow> warnings;
    for (app::ChainRow& row : app::chain_rows(report)) (row.finding.gap ? gaps : warnings).push_back(std::move(row));
    const std::vector<std::string> years = calendar_warnings(report.years);
    if (options.json) {
        console.out << fmt::format(
            "{{\"from\":\"{}\",\"days\":{},\"gaps\":{},\"warnings\":{},\"calendar_warnings\":{}}}\n", format_day(from),
            options.days, json_list(gaps, row_json), json_list(warnings, row_json), json_list(years, quoted));
    } else {
        for (const auto* rows : {&gaps, &warnings}) {
            for (const app::ChainRow& row : *rows) print_row(row, report, rules.calendar.zone(), console.out);
        }
        for (const std::string& year : years) console.out << "warning  " << year << '\n';
        console.out << fmt::format("{} from {}, {}, {} (ungraded, too): {}, {}\n",
                                   counted(static_cast<std::size_t>(options.days), "day"), format_day(from),
                                   counted(report.units.size(), "unit"), counted(report.grades.size() - 1, "grade"),
                                   counted(gaps.size(), "gap"), counted(warnings.size() + years.size(), "warning"));
    }
    return gaps.empty() ? app::kExitFine : app::kExitMistakes;
}

}  // namespace aw::cli
