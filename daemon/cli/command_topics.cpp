// accountwatch topics create|check: what the log must have before anything works.
#include <ostream>

#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"
#include "cli/tool_log.hpp"

namespace aw::cli {
namespace {

using eventlog::Finding;

// Opens the log and hands its administration to `use`.
template <class Use>
int with_admin(const TopicsOptions& options, Console& console, Use use) {
    const auto loaded = load_config(options.config, console);
    if (!loaded) return app::kExitConfiguration;
    auto log = open_tool_log(loaded->settings, eventlog::LogLevel::error, console);
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
