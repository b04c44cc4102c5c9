// What became of one attempt to deliver a notice: the delivery ledger (topic `receipts`).
#pragma once

#include "core/model/output.hpp"

namespace aw::notify {

using aw::Receipt;

// Channel of the receipt that says: no channel is left, operations have been told in the log.
inline constexpr char kOpsChannel[] = "ops-log";
// Channel of the receipts HELD (attempt 1) and DIGESTED (attempt 2).
inline constexpr char kDigestChannel[] = "digest";

}  // namespace aw::notify
