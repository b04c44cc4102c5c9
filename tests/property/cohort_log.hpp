// Logs for the statistical detectors: the clients of one region over half a year, enough of them for a pooled day
// factor, with storms, three weeks in which everybody sends little, and clients that stop, send half, pay less or send
// elsewhere. Beside them stands a tick after every daily evaluation.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "property/random_log.hpp"

namespace aw::test {

struct CohortSize {
    int clients = 26;  // DayPool::kLeastClients and some
    int days = 170;
};

inline constexpr int kLookHour = 9;  // the evaluation of 08:30 is over

// Everything is read on the day on which it happens; the same roots get the same past, whatever else there is.
RandomLog cohort_log(const std::vector<AccountRoot>& roots, int days, std::mt19937& random);
std::vector<AccountRoot> cohort_roots(int clients);

// The same events, some of those since `from` as late as a shard takes them, and those of one day in any order. All have
// come when the log ends. Borrows from `log`.
RandomLog arriving_late(const RandomLog& log, std::mt19937& random, Timestamp from = {});

[[nodiscard]] bool is_usage(const Event& event);

}  // namespace aw::test
