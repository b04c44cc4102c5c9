// What a complaint says of itself (R51).
#pragma once

#include <vector>

#include "core/model/event.hpp"
#include "core/model/output.hpp"
#include "core/policy/rules.hpp"
#include "core/shard/account.hpp"

namespace aw {

// What makes it serious, in words; nothing if it is not, but for the count of complaints.
[[nodiscard]] std::vector<Reason> serious_by_itself(const ComplaintEvent& complaint, const ComplaintRules& rules,
                                                    Language language);

// Its number is known, and nothing in it makes it more serious than it is known to be.
[[nodiscard]] bool says_nothing_new(const Account& account, const ComplaintEvent& complaint, const Rules& rules);

}  // namespace aw
