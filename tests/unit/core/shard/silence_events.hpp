// What tests of silences share: the events, and an account that a case opens for.
#pragma once

#include <string>
#include <vector>

#include "support/shard_rig.hpp"

namespace aw::test {

constexpr auto kCode = "37140000012001";
constexpr auto kRoot = "37140000012";
constexpr auto kCase = "37140000012-1";
inline const Day kMonday = make_day(2026, 8, 17);

inline SilenceEvent silence(const char* from, const char* until, std::string_view id = "works") {
    SilenceEvent event;
    event.silence_id = id;
    event.account_root = kRoot;
    event.author_staff_id = "market";
    event.reason = "stocktaking";
    event.from = shanghai(from);
    event.until = shanghai(until);
    return event;
}
inline SilenceEvent of_unit(SilenceEvent event, std::string_view unit) {
    event.account_root = {};
    event.unit_id = unit;
    return event;
}
inline SilenceEvent of_case(SilenceEvent event, std::string_view case_id) {
    event.account_root = {};
    event.case_id = case_id;
    return event;
}
inline SilenceEvent of_kind(SilenceEvent event, SignalKind kind) {
    event.kinds = {kind};
    return event;
}
inline SilenceEvent ended(std::string_view id = "works") {
    SilenceEvent event;
    event.silence_id = id;
    event.author_staff_id = "market";
    event.ended = true;
    return event;
}
inline CompetitorSightingEvent sighting() { return {"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}}; }

// G4: HIGH, acknowledged within 2 business hours, director -> deputy -> executive deputy.
inline void watched(ShardRig& rig) {
    rig.at("2026-08-17 08:00", kCode, RevenueEvent{"express", yuan(200'000), {}, {}});
}

inline std::vector<std::string> told(const ShardRig& rig) {
    std::vector<std::string> list;
    for (const Notice& notice : rig.all<Notice>())
        list.push_back(std::string(name(notice.reason)) + " " + notice.recipient_staff_id.value);
    return list;
}

}  // namespace aw::test
