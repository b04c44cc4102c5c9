#include "core/cases/audit.hpp"

#include "base/digest.hpp"

namespace aw {

std::string audit_digest(std::string_view previous, const Decision& decision) {
    std::string content;
    const auto add = [&](std::string_view text) { content.append(std::to_string(text.size())).append(":").append(text).append(","); };
    add(previous);
    add(decision.decision_id);
    add(name(decision.kind));
    add(name(decision.outcome));
    add(decision.code);
    add(format_root(decision.account_root));
    add(decision.case_id.value);
    add(decision.rule_id);
    add(decision.config_revision);
    add(format_utc(decision.at));
    add(decision.text);
    for (const NamedValue& input : decision.inputs) {
        add(input.name);
        add(input.value);
    }
    for (const Gate& gate : decision.gates) {
        add(gate.name);
        add(gate.value);
        add(gate.limit);
        add(gate.passed ? "true" : "false");
    }
    return sha256_hex(content);
}

}  // namespace aw
