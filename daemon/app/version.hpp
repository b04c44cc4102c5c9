// What this build is.
#pragma once

#include <string_view>

namespace aw::app {

inline constexpr std::string_view kVersion = AW_VERSION;

}  // namespace aw::app
