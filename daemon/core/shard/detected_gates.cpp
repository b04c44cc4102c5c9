#include "core/shard/detected_gates.hpp"

#include <algorithm>
#include <array>

#include "core/detect/drop_detector.hpp"

namespace aw {

// Beside the detector's own gates, what held its finding back.
std::optional<Gate> gate_of(SuppressionCode code) {
    switch (code) {
        case SuppressionCode::WARM_UP:
            return Gate{"history_days", "fewer", std::to_string(DropDetector::kWarmUpDays), false};
        case SuppressionCode::NOT_WATCHED:
        case SuppressionCode::PROSPECT:
            return Gate{"watched", "no", "yes", false};
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
    const std::array<Gate, 4> asked = {{{"watched", "yes", "yes", true},
                                        {"episode", "own", "own", true},
                                        {"live", "live", "live", true},
                                        {"silence", "none", "none", true}}};
    const auto passed = !code                                    ? 4
                        : *code == SuppressionCode::SILENCED     ? 3
                        : *code == SuppressionCode::BACKFILL     ? 2
                        : *code == SuppressionCode::SAME_EPISODE ? 1
                                                                 : 0;
    gates.insert(gates.end(), asked.begin(), asked.begin() + passed);
    if (!code) return gates;
    if (const auto gate = gate_of(*code)) gates.push_back(*gate);
    // For the same reason as another finding, whose gate it was.
    if (std::all_of(gates.begin(), gates.end(), [](const Gate& gate) { return gate.passed; }))
        gates.push_back({"episode", std::string(name(*code)), "own", false});
    return gates;
}

}  // namespace aw
