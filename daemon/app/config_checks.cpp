#include "app/config_checks.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "app/chain_findings.hpp"
#include "codec/field_map_check.hpp"
#include "eventlog/kafka/kafka_log.hpp"
#include "http/auth.hpp"
#include "notify/templates.hpp"

namespace aw::app {

namespace {

// "FILE:LINE: what" or "FILE: what", as Tokens tells it.
settings::Mistake token_mistake(const std::string& file, const std::string& text) {
    std::size_t at = std::min(text.size(), file.size() + 1);
    int line = 0;
    const auto number = std::from_chars(text.data() + at, text.data() + text.size(), line);
    if (number.ec == std::errc()) at = static_cast<std::size_t>(number.ptr - text.data()) + 1;
    at = std::min(text.size(), text.find_first_not_of(' ', at));
    return {file, line, line == 0 ? 0 : 1, text.substr(at)};
}

settings::OutsideChecks::TokensReport check_tokens(const std::string& file, const std::set<std::string>& staff) {
    settings::OutsideChecks::TokensReport report;
    const auto tokens = http::Tokens::load(file);
    if (!tokens) {
        for (const std::string& text : tokens.error()) report.mistakes.push_back(token_mistake(file, text));
        return report;
    }
    constexpr auto kActs =
        static_cast<std::uint8_t>(static_cast<int>(http::Scope::command) | static_cast<int>(http::Scope::operate));
    for (const auto& [principal, line] : tokens->owners()) {
        // A token that only reads or delivers may be a machine's.
        if ((principal.scopes & kActs) == 0 || staff.empty() || staff.contains(principal.staff_id)) continue;
        report.warnings.push_back(
            {file, line, 1,
             fmt::format("'{}' is nobody of the organisation: its commands will be refused (UNKNOWN_ACTOR)",
                         principal.staff_id)});
    }
    return report;
}

}  // namespace

settings::OutsideChecks outside_checks() {
    settings::OutsideChecks checks;
    checks.kafka_properties = [](const std::map<std::string, std::string>& properties) {
        std::vector<settings::OutsideChecks::RefusedProperty> list;
        for (const auto& refused : eventlog::refused_properties(properties)) {
            list.push_back({refused.name, refused.reason, refused.by_name});
        }
        return list;
    };
    checks.templates = [](const std::string& folder) {
        std::vector<settings::Mistake> list;
        for (const auto& mistake : notify::check_templates(folder)) {
            list.push_back({mistake.file, mistake.line, mistake.column, mistake.message});
        }
        return list;
    };
    checks.tokens = check_tokens;
    checks.own_topics = [](const std::string& prefix) {
        std::vector<std::string> list;
        for (const eventlog::Topic topic : eventlog::all_topics()) list.push_back(topic_name(prefix, topic));
        return list;
    };
    checks.field_map = [](const FieldMap& map) {
        std::vector<settings::OutsideChecks::MapProblem> list;
        for (auto& problem : check_field_map(map)) {
            list.push_back({std::move(problem.path), std::move(problem.message), std::move(problem.given),
                            std::move(problem.known)});
        }
        return list;
    };
    return checks;
}

settings::OutsideChecks all_checks() {
    settings::OutsideChecks checks = outside_checks();
    checks.rules = check_chains;
    checks.kafka_properties = [refused = checks.kafka_properties](const auto& properties) {
        auto list = refused(properties);
        for (auto& doubtful : eventlog::doubtful_properties(properties))
            list.push_back({std::move(doubtful.name), std::move(doubtful.reason), false, true});
        return list;
    };
    return checks;
}

}  // namespace aw::app
