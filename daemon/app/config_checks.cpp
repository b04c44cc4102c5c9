#include "app/config_checks.hpp"

#include "app/chain_findings.hpp"
#include "eventlog/kafka/kafka_log.hpp"
#include "notify/templates.hpp"

namespace aw::app {

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
    return checks;
}

settings::OutsideChecks all_checks() {
    settings::OutsideChecks checks = outside_checks();
    checks.rules = check_chains;
    return checks;
}

}  // namespace aw::app
