// Topics of `partial` records: the questions that shards answer each other (design section 2), and what follows from the
// answers. Gaps of feeds have their own (shard_gaps.cpp).
#pragma once

#include <string_view>

namespace aw {

inline constexpr std::string_view kHandOver = "hand-over";
inline constexpr std::string_view kComplaintStatistics = "complaint-statistics";
inline constexpr std::string_view kCohort = "cohort";                // subject: the row
inline constexpr std::string_view kCohortResult = "cohort-result/";  // and the row; subject: any of the partition's
inline constexpr std::string_view kGroupUsage = "group-usage";       // subject: the row
inline constexpr std::string_view kGroupSum = "group-sum/";          // and the row; subject: the group's root
inline constexpr std::string_view kPortfolio = "portfolio";          // the subject, too
inline constexpr std::string_view kOwnership = "ownership";
inline constexpr std::string_view kOwnershipConflict = "ownership-conflict";
inline constexpr std::string_view kMerged = "merged";
inline constexpr std::string_view kMergedNowhere = "merged-nowhere";

}  // namespace aw
