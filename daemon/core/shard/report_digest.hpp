// What a report's sha256 is taken over, so that whoever got it can check it.
#pragma once

#include <string>
#include <vector>

#include "core/model/output.hpp"

namespace aw {

// SHA-256 in hex over the rows: per cell "<length in bytes>:<text>," of its name, then of its value; "\n" after a row.
[[nodiscard]] std::string report_digest(const std::vector<std::vector<NamedValue>>& rows);

}  // namespace aw
