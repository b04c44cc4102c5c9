#include "settings/outside_checks.hpp"

#include <filesystem>

#include <accountwatch/config/v1/organisation.pb.h>
#include <accountwatch/config/v1/settings.pb.h>
#include <fmt/format.h>

#include "settings/checks.hpp"
#include "settings/documents.hpp"
#include "settings/secrets.hpp"

namespace aw::settings {

namespace pb = accountwatch::config::v1;

namespace {

void check_properties(const pb::KafkaLog& kafka, const std::string& file, const OutsideChecks& outside,
                      Findings& findings) {
    std::map<std::string, std::string> properties;
    std::map<std::string, std::string> paths;
    for (int i = 0; i < kafka.properties_size(); ++i) {
        const auto& property = kafka.properties(i);
        const std::string path = fmt::format("settings/log.kafka.properties[{}]", i);
        const auto value = secret_value(property.value(), file);
        if (!value) continue;  // has been reported
        properties[property.name()] = *value;
        paths[property.name()] = path;
    }
    for (const auto& refused : outside.kafka_properties(properties)) {
        if (refused.warning) {
            findings.warning(paths[refused.name] + ".value", refused.reason);
            continue;
        }
        findings.mistake(paths[refused.name] + (refused.by_name ? "" : ".value"),
                         fmt::format("'log.kafka.properties.{}' is refused: {}", refused.name, refused.reason));
    }
}

// What cannot be read has been reported.
void check_tokens(const std::string& file, const pb::Organisation& organisation, const OutsideChecks& outside,
                  Findings& findings) {
    if (!read_text_file(file)) return;
    std::set<std::string> staff;
    for (const auto& person : organisation.staff()) staff.insert(person.id());
    auto report = outside.tokens(file, staff);
    for (auto& mistake : report.mistakes) findings.mistakes.push_back(std::move(mistake));
    for (auto& warning : report.warnings) findings.warnings.push_back(std::move(warning));
}

}  // namespace

void check_outside(const pb::Settings& settings, const pb::Organisation& organisation, const std::string& file,
                   const OutsideChecks& outside, Findings& findings) {
    const std::string tokens = resolved(file, settings.http().tokens_file());
    if (outside.tokens && !tokens.empty()) check_tokens(tokens, organisation, outside, findings);
    if (outside.kafka_properties) check_properties(settings.log().kafka(), file, outside, findings);
    const std::string templates = resolved(file, settings.notify().templates());
    std::error_code error;
    // What is no folder has been reported.
    if (!outside.templates || templates.empty() || !std::filesystem::is_directory(templates, error)) return;
    for (auto& mistake : outside.templates(templates)) findings.mistakes.push_back(std::move(mistake));
}

void check_rules(const Rules& rules, Day today, const OutsideChecks& outside, Findings& findings) {
    if (!outside.rules) return;
    for (auto& found : outside.rules(rules, today)) {
        if (found.mistake) {
            findings.mistake(found.path, std::move(found.message));
        } else {
            findings.warning(found.path, std::move(found.message));
        }
    }
}

}  // namespace aw::settings
