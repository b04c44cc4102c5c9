#include "core/shard/detected_gates.hpp"

#include <algorithm>
#include <array>

#include "core/detect/drop_detector.hpp"

namespace aw {

std::optional<Gate> gate_of(SuppressionCode code) {
    switch (code) {
        case SuppressionCode::WARM_UP:
            return Gate{"history_days", "fewer", std::to_string(DropDetector::kWarmUpDays), false};
        case SuppressionCode::NOT_WATCHED:
        case SuppressionCode::PROSPECT:
            return Gate{"watched", "no", "yes", false};
        case SuppressionCode::NOT_PERSISTENT:
            return Gate{"lasts", "no", "yes", false};
        case SuppressionCode::SAME_EPISODE:
            return Gate{"episode", "told", "own", false};
        case SuppressionCode::BACKFILL:
            return Gate{"live", "history", "live", false};
        case SuppressionCode::SILENCED:
            return Gate{"silence", "silenced", "none", false};
        default:
            return std::nullopt;
    }
}

std::vector<Gate> detected_gates(const DropFinding& finding, DecisionOutcome outcome,
                                 std::optional<SuppressionCode> code) {
    std::vector<Gate> gates = drop_gates(finding);
    if (outcome == DecisionOutcome::NOT_FIRED) return gates;
    const auto held_at = code ? gate_of(*code) : std::nullopt;
    const std::array<Gate, 5> asked = {{{"watched", "yes", "yes", true},
                                        {"lasts", "yes", "yes", true},
                                        {"episode", "own", "own", true},
                                        {"live", "live", "live", true},
                                        {"silence", "none", "none", true}}};
    const auto last = std::ranges::find_if(asked, [&](const Gate& g) { return held_at && g.name == held_at->name; });
    // What was held back at none of these came to none of them.
    if (!code || last != asked.end()) gates.insert(gates.end(), asked.begin(), last);
    if (!code) return gates;
    if (held_at) gates.push_back(*held_at);
    // For the same reason as another finding, whose gate it was.
    if (std::all_of(gates.begin(), gates.end(), [](const Gate& gate) { return gate.passed; }))
        gates.push_back({"episode", std::string(name(*code)), "own", false});
    return gates;
}

}  // namespace aw
