// Version of the state records: each begins with it. Raise it when a layout changes, teach the readers the older ones,
// and store an example (tests/property/stored_state_test.cpp). A record is written anew when it changes, so that
// records of several versions stand side by side; one of a version to come is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/archive.hpp"

namespace aw {

// 2: the ids seen (seen_ids.cpp) say their version, too. 3: what a client sends on holidays (expectation.hpp). 4: the
// detectors of whole cohorts (portfolio.hpp). 5: the level that a case is measured against, and of a recovery its days.
// 6: up to which record of the log the state of a partition goes. 7: of which open days a detector's findings were
// told. 8: how many accounts a partition has, which signal the episode before gave, and the alarms of an open case by
// stratum; what was counted before of how the budget is kept is forgotten. 9: what of the false-alarm budget is earned
// and spent (false_alarm_budget.hpp). 10: whether a fall was accepted as a known change, and what of an invoice's days
// is not billed yet.
inline constexpr std::uint32_t kStateVersion = 10;
inline constexpr std::uint32_t kOldestStateVersion = 1;

template <class Write>
[[nodiscard]] std::string versioned(Write&& write) {
    std::string bytes;
    ArchiveWriter archive(bytes);
    archive(kStateVersion);
    write(archive);
    return bytes;
}

// Of a record; 0 if none can be read.
[[nodiscard]] inline std::uint32_t state_version_of(std::string_view value) {
    ArchiveReader archive(value);
    std::uint32_t version = 0;
    archive(version);
    return archive.ok() ? version : 0;
}

// Reads on behind the version; nothing if that is not one of ours.
[[nodiscard]] inline std::optional<ArchiveReader> open_state(std::string_view value) {
    ArchiveReader archive(value);
    std::uint32_t version = 0;
    archive(version);
    if (version < kOldestStateVersion || version > kStateVersion) return std::nullopt;
    archive.set_version(version);
    return archive;
}

}  // namespace aw
