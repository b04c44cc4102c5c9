#include "core/model/recurrence.hpp"

#include <algorithm>
#include <array>

namespace aw {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};
constexpr std::size_t kMostReason = 1'000;  // bytes; it is kept in every shard

std::optional<std::uint8_t> parse_weekdays(std::string_view text) {
    std::uint8_t days = 0;
    while (true) {
        const std::size_t comma = text.find(',');
        const auto found = std::find(kWeekdays.begin(), kWeekdays.end(), text.substr(0, comma));
        if (found == kWeekdays.end()) return std::nullopt;
        days = static_cast<std::uint8_t>(days | (1U << (found - kWeekdays.begin())));
        if (comma == std::string_view::npos) return days;
        text.remove_prefix(comma + 1);
    }
}

// From one beginning to the next, at least.
Duration shortest_gap(const Recurrence& recurrence) {
    if (recurrence.weekdays == 0) return std::chrono::days{7};
    int gap = 7;
    for (int from = 0; from < 7; ++from) {
        if ((recurrence.weekdays >> from & 1) == 0) continue;
        int next = 1;
        while ((recurrence.weekdays >> (from + next) % 7 & 1) == 0) ++next;
        gap = std::min(gap, next);
    }
    return std::chrono::days{gap};
}

Refusal refusal(DeadLetterReason reason, std::string detail) { return {reason, "silence." + std::move(detail)}; }

}  // namespace

std::optional<Recurrence> parse_recurrence(std::string_view text) {
    Recurrence recurrence;
    if (text.empty()) return recurrence;
    recurrence.repeats = true;
    if (const std::size_t at = text.find(";UNTIL="); at != std::string_view::npos) {
        recurrence.last = parse_day(text.substr(at + 7));
        if (!recurrence.last) return std::nullopt;
        text = text.substr(0, at);
    }
    if (text == "WEEKLY") return recurrence;
    if (text == "DAILY") {
        recurrence.weekdays = Recurrence::kEveryDay;
        return recurrence;
    }
    if (text.substr(0, 7) != "WEEKLY:") return std::nullopt;
    const auto days = parse_weekdays(text.substr(7));
    if (!days) return std::nullopt;
    recurrence.weekdays = *days;
    return recurrence;
}

std::optional<Refusal> check_silence(const SilenceEvent& silence) {
    using Why = DeadLetterReason;
    if (silence.silence_id.empty()) return refusal(Why::MISSING_FIELD, "silence_id: required, not given");
    if (silence.author_staff_id.empty()) return refusal(Why::MISSING_FIELD, "author_staff_id: required, not given");
    if (silence.reason.size() > kMostReason) {
        return refusal(Why::TOO_LARGE, "reason: expected at most " + std::to_string(kMostReason) + " bytes, got " +
                                           std::to_string(silence.reason.size()));
    }
    if (silence.ended) return std::nullopt;
    if (silence.account_root.empty() && silence.unit_id.empty() && silence.case_id.empty())
        return refusal(Why::MISSING_FIELD, "scope: required: account_root, unit_id or case_id");
    if (silence.reason.empty()) return refusal(Why::MISSING_FIELD, "reason: required, not given");
    if (!silence.from) return refusal(Why::MISSING_FIELD, "from: required, not given");
    if (!silence.until) return refusal(Why::MISSING_FIELD, "until: required, not given");
    if (*silence.from >= *silence.until) {
        return refusal(Why::BAD_TIME, "until: expected a time after from " + format_utc(*silence.from) + ", got " +
                                          format_utc(*silence.until));
    }
    const auto recurrence = parse_recurrence(silence.recurrence);
    if (!recurrence) {
        return refusal(Why::UNKNOWN_ENUM,
                       "recurrence: expected nothing, DAILY, WEEKLY or WEEKLY:MON,TUE, each with ;UNTIL=YYYY-MM-DD if "
                       "it is to end, got '" +
                           std::string(silence.recurrence.substr(0, 60)) + "'");
    }
    if (recurrence->repeats && *silence.until - *silence.from >= shortest_gap(*recurrence)) {
        return refusal(Why::BAD_TIME, "until: a repetition must end before the next one begins: expected less than " +
                                          std::to_string(shortest_gap(*recurrence) / std::chrono::hours{1}) +
                                          " h after from");
    }
    return std::nullopt;
}

}  // namespace aw
