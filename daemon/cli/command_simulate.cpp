// accountwatch simulate: a realistic history with known troubles.
#include <filesystem>
#include <ostream>

#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "cli/answers.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"
#include "cli/simulation/simulate.hpp"

namespace aw::cli {
namespace {

namespace fs = std::filesystem;

struct FoundCalendar {
    Calendar calendar;
    std::string told;  // which one it is
};

// A week of five working days, nothing else, in China.
Calendar plain_calendar() {
    std::array<BusinessHours, 7> hours{};
    std::fill_n(hours.begin(), 5, BusinessHours{8 * 60 + 30, 17 * 60 + 30});
    return {TimeZone("Asia/Shanghai", {{Timestamp{}, 8 * 3600}}), {}, hours};
}

// The shipped configuration as it lies beside the program: in the source tree of a build, or in /etc when installed.
std::vector<fs::path> likely_configs() {
    std::vector<fs::path> list;
    std::error_code error;
    fs::path at = fs::read_symlink("/proc/self/exe", error).parent_path();
    for (int up = 0; up < 4 && at.has_relative_path(); ++up, at = at.parent_path()) {
        list.push_back(at / "config" / "accountwatch.yaml");
    }
    list.emplace_back("/etc/accountwatch/accountwatch.yaml");
    return list;
}

// Nothing if the given file has mistakes.
std::optional<FoundCalendar> find_calendar(const std::string& config, Console& console) {
    if (!config.empty()) {
        const auto loaded = load_config({config, {}}, console);
        if (!loaded) return std::nullopt;
        return FoundCalendar{loaded->rules->calendar, "the calendar of " + config};
    }
    for (const fs::path& path : likely_configs()) {
        std::error_code error;
        if (!fs::exists(path, error)) continue;
        const auto loaded = settings::load(path.string(), {}, std::nullopt);
        if (loaded.ok()) return FoundCalendar{loaded.rules->calendar, "the calendar of " + path.string()};
    }
    return FoundCalendar{plain_calendar(), "a plain calendar without holidays (no configuration found; give --config)"};
}

// The staff answer from the first of the last weeks on, which hold the troubles.
int answer(const SimulateOptions& options, const simulation::SimulationOptions& history, const Calendar& calendar,
           Console& console) {
    const auto loaded = load_config({options.config, {}}, console);
    if (!loaded) return app::kExitConfiguration;
    const Timestamp live_from = calendar.zone().at(history.end - (history.live_weeks * 7 - 1), 0);
    const auto commands = write_answers(options.out, *loaded, live_from, options.answers, console);
    if (!commands) {
        console.err << commands.error().message << '\n';
        return app::kExitMistakes;
    }
    console.out << fmt::format("{} commands of the staff, live from {}\n", *commands, format_utc(live_from));
    return app::kExitFine;
}

}  // namespace

int run_simulate(const SimulateOptions& options, Console& console) {
    if (options.answers > 0 && options.config.empty()) {
        console.err << "--answers needs --config: it says who the staff are and what they are asked\n";
        return app::kExitUsage;
    }
    const auto found = find_calendar(options.config, console);
    if (!found) return app::kExitConfiguration;
    simulation::SimulationOptions history{.accounts = options.accounts, .days = options.days, .seed = options.seed};
    history.late_up_to_days = options.late_up_to;
    history.end = found->calendar.day_of(console.clock.now()) - 1;
    if (!options.end.empty()) {
        const auto end = parse_day(options.end);
        if (!end) {
            console.err << "--end " << options.end << ": expected a date such as 2026-08-31\n";
            return app::kExitUsage;
        }
        history.end = *end;
    }
    Progress progress(console, "simulating");
    const auto summary = simulation::simulate_into(history, found->calendar, options.out, [&](int day, int days) {
        progress.show(static_cast<std::uint64_t>(day), "days", static_cast<std::uint64_t>(day),
                      static_cast<std::uint64_t>(days));
    });
    progress.wipe();
    if (!summary) {  // the arguments were checked: what is left is a folder that cannot be written
        console.err << summary.error().message << '\n';
        return app::kExitStorage;
    }
    console.out << fmt::format(
        "{} to {}, with {}\n{} events ({} shipment events, {} items; {} invoices), {} known changes in {}\n",
        format_day(summary->first), format_day(summary->last), found->told, summary->events, summary->shipments,
        summary->items, summary->invoices, summary->troubles, options.out);
    const auto years = years_without_holidays(found->calendar, summary->first, summary->last);
    for (const std::string& warning : calendar_warnings(years)) console.err << warning << " (warning)\n";
    return options.answers > 0 ? answer(options, history, found->calendar, console) : app::kExitFine;
}

}  // namespace aw::cli
