#include "eventlog/record.hpp"

#include <charconv>

namespace aw::eventlog {

std::optional<Timestamp> parse_log_time(std::string_view text) {
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
    if (error == std::errc{} && end == text.data() + text.size()) return Timestamp{ms};
    return parse_rfc3339(text);
}

void declare_log_time(OutRecord& record, Timestamp when) {
    std::erase_if(record.headers, [](const Header& header) { return header.name == kLogTimeHeader; });
    record.headers.push_back({std::string(kLogTimeHeader), std::to_string(when.ms)});
}

void Commit::clear() {
    outputs.clear();
    state.clear();
    positions.clear();
}

}  // namespace aw::eventlog
