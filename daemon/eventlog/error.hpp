// Why a call on the log failed. The kind decides what the caller does; the message is for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace aw::eventlog {

struct LogError {
    enum class Kind : std::uint8_t {
        retriable,          // the same call again with the same arguments, after a moment
        unreachable,        // as retriable; the log does not answer at all (exit 69 where nobody waits for it)
        fenced,             // another process took this one's place: close everything and exit 75
        fatal,              // the client cannot go on: close everything and exit 75
        storage_full,       // nothing was written; the same call works once there is room (exit 74 where nobody waits)
        storage,            // the storage is damaged or refuses: exit 74
        bad_configuration,  // exit 78
    };
    Kind kind = Kind::fatal;
    std::string message;

    // May the same call be made again on the same object?
    [[nodiscard]] bool can_retry() const {
        return kind == Kind::retriable || kind == Kind::unreachable || kind == Kind::storage_full;
    }
};

template <class T>
using LogResult = Result<T, LogError>;

[[nodiscard]] std::string_view name(LogError::Kind kind);

[[nodiscard]] inline tl::unexpected<LogError> log_failure(LogError::Kind kind, std::string message) {
    return tl::unexpected<LogError>(LogError{kind, std::move(message)});
}

// What a restore() ends with that was given up.
[[nodiscard]] inline tl::unexpected<LogError> restore_given_up() {
    return log_failure(LogError::Kind::retriable, "restoring was given up for a stop");
}

}  // namespace aw::eventlog
