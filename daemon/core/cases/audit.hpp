// The evidence chain (R87, R90, R95): every decision about an account carries a digest over its own content and the
// digest of the decision before it, so that a record that was changed, added or left out later shows.
#pragma once

#include <string>
#include <string_view>

#include "core/model/output.hpp"

namespace aw {

// At the end of a decision's id: it stands alone in the evidence ledger and follows no other (`accountwatch audit`).
inline constexpr std::string_view kAlone = "-d2147483648";

// SHA-256 in hex over the previous digest (empty for the first) and the decision's fields, each written as
// "<length in bytes>:<text>,": decision_id, kind, outcome, code, account_root, case_id, rule_id, config_revision, at
// (RFC 3339, UTC), text, then every input's name and value, then every gate's name, value, limit and true or false.
[[nodiscard]] std::string audit_digest(std::string_view previous, const Decision& decision);

}  // namespace aw
