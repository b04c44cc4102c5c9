// Exit codes of both programs (contract section 1).
#pragma once

#include "eventlog/error.hpp"

namespace aw::app {

inline constexpr int kExitFine = 0;
inline constexpr int kExitMistakes = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitUnreachable = 69;
inline constexpr int kExitStorage = 74;
inline constexpr int kExitStartAgain = 75;
inline constexpr int kExitConfiguration = 78;

[[nodiscard]] constexpr int exit_code_of(eventlog::LogError::Kind kind) {
    using Kind = eventlog::LogError::Kind;
    switch (kind) {
        case Kind::retriable:
        case Kind::unreachable: return kExitUnreachable;
        case Kind::storage_full:
        case Kind::storage: return kExitStorage;
        case Kind::bad_configuration: return kExitConfiguration;
        default: return kExitStartAgain;
    }
}

}  // namespace aw::app
