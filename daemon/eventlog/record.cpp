#include "eventlog/record.hpp"

#include <charconv>

#include "base/trace_context.hpp"

namespace aw::eventlog {

std::optional<Timestamp> parse_log_time(std::string_view text) {
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
    if (error == std::errc{} && end == text.data() + text.size()) return Timestamp{ms};
    return parse_rfc3339(text);
}

bool pass_trace(OutRecord& record, std::string_view traceparent, std::string_view tracestate) {
    if (!is_traceparent(traceparent)) return false;
    record.headers.push_back({std::string(kTraceparent), std::string(traceparent)});
    if (!tracestate.empty() && tracestate.size() <= kMaxTraceHeader)
        record.headers.push_back({std::string(kTracestate), std::string(tracestate)});
    return true;
}

void pass_trace(OutRecord& record, std::span<const HeaderView> from) {
    std::string_view parent;
    std::string_view state;
    for (const HeaderView& header : from) {
        if (header.name == kTraceparent) parent = header.value;
        if (header.name == kTracestate) state = header.value;
    }
    if (!parent.empty()) pass_trace(record, parent, state);
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
