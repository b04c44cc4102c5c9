// All gates of a statistical detector's finding.
#pragma once

#include <optional>
#include <vector>

#include "core/shard/account.hpp"

namespace aw {

// The gate, beside its own, at which a detector's finding was held back; nothing where it is among them.
[[nodiscard]] std::optional<Gate> gate_of(SuppressionCode code);

// Its own, then what is asked before it is told (watched, episode, live, silence), up to the one that held it back: the
// same for a decision and for whoever asks about it afterwards. Without a code it was told, or only near an alarm.
[[nodiscard]] std::vector<Gate> detected_gates(const DropFinding& finding, DecisionOutcome outcome,
                                               std::optional<SuppressionCode> code);

}  // namespace aw
