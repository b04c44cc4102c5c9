// accountwatch check: every mistake of configuration files, and of the templates that a settings file names.
#include <ostream>

#include <fmt/format.h>

#include "app/config_checks.hpp"
#include "app/exit_codes.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "settings/loader.hpp"

namespace aw::cli {
namespace {

constexpr Duration kChina = std::chrono::hours{8};

// Today where the configuration is at home; in China for a file that has no time zone.
Day today_for(const std::string& path, Timestamp now) {
    const auto loaded = settings::load(path, {}, std::nullopt);
    return loaded.ok() ? loaded.rules->calendar.day_of(now) : TimeZone{}.day_of(now + kChina);
}

std::string mistake_json(const settings::Mistake& mistake) {
    return fmt::format(R"({{"file":"{}","line":{},"column":{},"message":"{}"}})", json_escaped(mistake.file),
                       mistake.line, mistake.column, json_escaped(mistake.message));
}

std::string list_json(const std::vector<settings::Mistake>& list) {
    std::string text;
    for (const auto& mistake : list) text += (text.empty() ? "" : ",") + mistake_json(mistake);
    return "[" + text + "]";
}

}  // namespace

int run_check(const CheckOptions& options, Console& console) {
    settings::CheckReport report;
    const Timestamp now = console.clock.now();
    for (const std::string& path : options.files) {
        const Day today = today_for(path, now);
        const auto one = settings::check_files({path}, today, app::all_checks());
        report.mistakes.insert(report.mistakes.end(), one.mistakes.begin(), one.mistakes.end());
        report.warnings.insert(report.warnings.end(), one.warnings.begin(), one.warnings.end());
    }
    if (options.json) {
        console.out << fmt::format("{{\"mistakes\":{},\"warnings\":{}}}\n", list_json(report.mistakes),
                                   list_json(report.warnings));
    } else {
        for (const auto& mistake : report.mistakes) console.err << settings::to_text(mistake) << '\n';
        for (const auto& warning : report.warnings) console.err << settings::to_text(warning) << " (warning)\n";
        console.out << fmt::format("{} {} checked: {} mistakes, {} warnings\n", options.files.size(),
                                   options.files.size() == 1 ? "file" : "files", report.mistakes.size(),
                                   report.warnings.size());
    }
    return report.mistakes.empty() ? app::kExitFine : app::kExitMistakes;
}

}  // namespace aw::cli
