// Headers as one column of bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "eventlog/record.hpp"

namespace aw::eventlog {

[[nodiscard]] std::string encode_headers(const std::vector<Header>& headers);
[[nodiscard]] std::vector<Header> decode_headers(std::string_view bytes);  // damaged: none

}  // namespace aw::eventlog
