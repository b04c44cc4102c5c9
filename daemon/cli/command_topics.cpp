// accountwatch topics create|check: what the log must have before anything works.
#include <ostream>

#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "app/open_log.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"

namespace aw::cli {
namespace {

using eventlog::Finding;

int complain(Console& console, const eventlog::LogError& error) {
    console.err << error.message << '\n';
    return app::exit_code_of(error.kind);
}

// Opens the log and hands its administration to `use`.
template <class Use>
int with_admin(const TopicsOptions& options, Console& console, Use use) {
    const auto loaded = load_config(options.config, console);
    if (!loaded) return app::kExitConfiguration;
    const auto tell = [&console](eventlog::LogLevel level, std::string_view text) {
        if (level == eventlog::LogLevel::error) console.err << text << '\n';
    };
    auto log = app::open_log(loaded->settings, console.clock, tell, app::LogUse::tool);
    if (!log) return complain(console, log.error());
    return use((*log)->admin());
}

std::string_view severity(const Finding& finding) {
    return finding.severity == Finding::Severity::error ? "error" : "warning";
}

int report(const std::vector<Finding>& findings, const TopicsOptions& options, Console& console) {
    if (options.json) {
        std::string text;
        for (const Finding& finding : findings) {
            text += fmt::format(R"({}{{"severity":"{}","topic":"{}","text":"{}"}})", text.empty() ? "" : ",",
                                severity(finding), eventlog::topic_name(finding.topic), json_escaped(finding.text));
        }
        console.out << "{\"findings\":[" << text << "]}\n";
    } else {
        for (const Finding& finding : findings) {
            console.out << fmt::format("{}: {}: {}\n", eventlog::topic_name(finding.topic), severity(finding),
                                       finding.text);
        }
        if (findings.empty()) console.out << "all topics are as they should be\n";
    }
    return findings.empty() ? app::kExitFine : app::kExitMistakes;
}

}  // namespace

int run_topics_create(const TopicsOptions& options, Console& console) {
    return with_admin(options, console, [&](eventlog::Admin& admin) {
        if (auto created = admin.create({.replication_factor = options.replication_factor}); !created) {
            return complain(console, created.error());
        }
        auto findings = admin.check();
        if (!findings) return complain(console, findings.error());
        return report(*findings, options, console);
    });
}

int run_topics_check(const TopicsOptions& options, Console& console) {
    return with_admin(options, console, [&](eventlog::Admin& admin) {
        auto findings = admin.check();
        if (!findings) return complain(console, findings.error());
        return report(*findings, options, console);
    });
}

}  // namespace aw::cli
