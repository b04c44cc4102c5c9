#include "core/cases/silences.hpp"

#include <algorithm>

#include "core/model/recurrence.hpp"

namespace aw {
namespace {

constexpr int kWeek = 7;

struct Window {
    Timestamp from;
    Timestamp until;
};

// Windows that end after `now`, the first of them; nothing if it is over for good.
std::optional<Window> window_ending_after(const Silence& silence, const TimeZone& zone, Timestamp now) {
    const Recurrence recurrence = parse_recurrence(silence.recurrence).value_or(Recurrence{});
    if (!recurrence.repeats) {
        if (now >= silence.until) return std::nullopt;
        return Window{silence.from, silence.until};
    }
    const Day first = zone.day_of(silence.from);
    const Duration length = silence.until - silence.from;
    // The time of day by the clock on the wall: it stays where the offset from UTC changes.
    const Duration of_day{silence.from.ms + std::int64_t{zone.offset_s(silence.from)} * 1000 -
                          std::int64_t{first.n} * 86'400'000};
    const auto minutes = std::chrono::floor<std::chrono::minutes>(of_day);
    const std::uint8_t days =
        recurrence.weekdays != 0 ? recurrence.weekdays : static_cast<std::uint8_t>(1U << (weekday(first) - 1));
    // A window is shorter than a week, and the next begins within one.
    Day day = std::max(first, zone.day_of(now) - (kWeek + 1));
    for (int left = 3 * kWeek; left > 0; --left, ++day) {
        if (recurrence.last && day > *recurrence.last) break;
        if ((days >> (weekday(day) - 1) & 1) == 0) continue;
        const Timestamp from = zone.at(day, static_cast<int>(minutes.count())) + (of_day - minutes);
        if (from + length > now) return Window{from, from + length};
    }
    return std::nullopt;
}

bool covers_unit(const Silence& silence, const SilenceSubject& subject, const Organisation& organisation) {
    if (silence.unit_id.empty()) return false;
    if (silence.unit_id == subject.unit) return true;
    const Unit* at = organisation.find_unit(subject.unit);
    for (std::size_t left = organisation.units.size(); at != nullptr && left > 0; --left) {  // a circle ends, too
        if (at->id == silence.unit_id) return true;
        at = organisation.find_unit(at->parent);
    }
    return false;
}

bool in_scope(const Silence& silence, const SilenceSubject& subject, const Organisation& organisation) {
    if (silence.account_root.is_set()) return silence.account_root == subject.root;
    if (!silence.case_id.empty()) return silence.case_id == subject.case_id;
    return covers_unit(silence, subject, organisation);
}

}  // namespace

std::optional<Timestamp> active_until(const Silence& silence, const TimeZone& zone, Timestamp now) {
    const auto window = window_ending_after(silence, zone, now);
    if (!window || window->from > now) return std::nullopt;
    return window->until;
}

std::optional<Refusal> Silences::check(const SilenceEvent& silence, int longest_days) const {
    if (auto wrong = check_silence(silence)) return wrong;
    if (!silence.ended && *silence.until - *silence.from > std::chrono::days{longest_days}) {
        return Refusal{DeadLetterReason::BAD_TIME, "silence.until: expected at most " + std::to_string(longest_days) +
                                                       " days after from " + format_utc(*silence.from) +
                                                       " (noise.silence_days), got " + format_utc(*silence.until)};
    }
    const bool known = silences_.find(std::string(silence.silence_id)) != silences_.end();
    if (known || silence.ended || silences_.size() < kMost) return std::nullopt;
    return Refusal{DeadLetterReason::BAD_COUNT,
                   "silence.silence_id: there are " + std::to_string(kMost) + " silences already, end one first"};
}

void Silences::take(const SilenceEvent& event) {
    const std::string id(event.silence_id);
    if (event.ended) {
        silences_.erase(id);
        return;
    }
    Silence silence;
    silence.silence_id = id;
    // The wire has one of them; of several the first counts.
    if (const auto root = parse_root(event.account_root)) {
        silence.account_root = *root;
    } else if (!event.unit_id.empty()) {
        silence.unit_id = UnitId(event.unit_id);
    } else {
        silence.case_id = CaseId(event.case_id);
    }
    for (const SignalKind kind : event.kinds) {
        if (std::find(silence.kinds.begin(), silence.kinds.end(), kind) == silence.kinds.end())
            silence.kinds.push_back(kind);
    }
    silence.from = *event.from;
    silence.until = *event.until;
    silence.recurrence = event.recurrence;
    silence.author_staff_id = StaffId(event.author_staff_id);
    silence.reason = event.reason;
    silences_.insert_or_assign(id, std::move(silence));
}

void Silences::prune(const TimeZone& zone, Timestamp now) {
    std::erase_if(silences_, [&](const auto& entry) { return !window_ending_after(entry.second, zone, now); });
}

template <class Counts>
std::optional<SilenceCover> Silences::cover(const SilenceSubject& subject, const SilenceContext& at,
                                            Counts&& counts) const {
    std::optional<SilenceCover> found;
    for (const auto& [id, silence] : silences_) {
        if (!counts(silence) || !in_scope(silence, subject, at.organisation)) continue;
        const auto until = active_until(silence, at.zone, at.now);
        if (until && (!found || *until > found->until)) found = SilenceCover{&silence, *until};
    }
    return found;
}

std::optional<SilenceCover> Silences::over_case(const SilenceSubject& subject, const SilenceContext& at) const {
    return cover(subject, at, [](const Silence& silence) { return silence.kinds.empty(); });
}

std::optional<SilenceCover> Silences::over_signal(SignalKind kind, bool scheduled, const SilenceSubject& subject,
                                                  const SilenceContext& at) const {
    return cover(subject, at, [&](const Silence& silence) {
        if (silence.kinds.empty()) return scheduled;
        return std::find(silence.kinds.begin(), silence.kinds.end(), kind) != silence.kinds.end();
    });
}

Timestamp Silences::next_end(const TimeZone& zone, Timestamp after) const {
    Timestamp first;
    for (const auto& [id, silence] : silences_) {
        const auto window = window_ending_after(silence, zone, after);
        if (window && (!first.is_set() || window->until < first)) first = window->until;
    }
    return first;
}

std::vector<Silence> Silences::list(const TimeZone& zone, Timestamp now) const {
    std::vector<Silence> all;
    for (const auto& [id, silence] : silences_) {
        if (!window_ending_after(silence, zone, now)) continue;
        all.push_back(silence);
        all.back().active_until = active_until(silence, zone, now).value_or(Timestamp{});
    }
    return all;
}

}  // namespace aw
