// Headers of a trace (W3C Trace Context, level 1), which goes through us and on: we add no span of our own.
#pragma once

#include <cstddef>
#include <string_view>

namespace aw {

inline constexpr std::string_view kTraceparent = "traceparent";
inline constexpr std::string_view kTracestate = "tracestate";

// Longer ones than this are no such thing and are not passed on; bytes.
inline constexpr std::size_t kMaxTraceHeader = 1024;

// 00-<32 hex digits>-<16 hex digits>-<2 hex digits>, all in lower case, neither id all zero; a version to come may have
// more behind it. Whoever gets anything else has to go on as if there were none.
[[nodiscard]] bool is_traceparent(std::string_view text);

}  // namespace aw
