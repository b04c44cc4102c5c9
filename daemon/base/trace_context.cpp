#include "base/trace_context.hpp"

#include <algorithm>

namespace aw {
namespace {

constexpr std::size_t kLength = 55;  // of version 00

bool is_hex(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) { return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos; }

}  // namespace

bool is_traceparent(std::string_view text) {
    if (text.size() < kLength || text.size() > kMaxTraceHeader) return false;
    const std::string_view version = text.substr(0, 2);
    if (!is_hex(version) || version == "ff") return false;
    if (text.size() > kLength && (version == "00" || text[kLength] != '-')) return false;
    return text[2] == '-' && is_id(text.substr(3, 32)) && text[35] == '-' && is_id(text.substr(36, 16)) &&
           text[52] == '-' && is_hex(text.substr(53, 2));
}

}  // namespace aw
