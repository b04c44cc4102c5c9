#include "eventlog/error.hpp"

#include "base/check.hpp"

namespace aw::eventlog {

std::string_view name(LogError::Kind kind) {
    switch (kind) {
        case LogError::Kind::retriable:
            return "retriable";
        case LogError::Kind::unreachable:
            return "unreachable";
        case LogError::Kind::fenced:
            return "fenced";
        case LogError::Kind::fatal:
            return "fatal";
        case LogError::Kind::storage_full:
            return "storage_full";
        case LogError::Kind::storage:
            return "storage";
        case LogError::Kind::bad_configuration:
            return "bad_configuration";
    }
    AW_CHECK(false);
}

}  // namespace aw::eventlog
