#include "cli/policy_comparison.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/cases/case_desk.hpp"

namespace aw::cli {
namespace {

constexpr Duration kOneEpisode = std::chrono::hours{45 * 24};

std::string family_of(SignalKind kind) {
    const bool usage = is_drop(kind) || kind == SignalKind::INACTIVITY || kind == SignalKind::DEFECTION ||
                       kind == SignalKind::GRADUAL_DECLINE;
    return usage ? "DROP" : std::string(name(kind));
}

std::pair<AccountRoot, std::string> key_of(const Alarm& alarm) { return {alarm.account_root, alarm.family}; }

// Had it begun by then? What does not say when it began has.
bool had_begun(const std::optional<Day>& onset, Timestamp at) {
    return !onset || Timestamp{std::int64_t{onset->n} * 86'400'000} <= at;
}

// Of the same case, or soon after and about something that had begun by then: else the client has fallen once more.
bool is_same_fall(const Alarm& before, const Signal& signal) {
    if (signal.detected_at - before.last_at > kOneEpisode) return false;
    const bool one_case = !before.case_id.value.empty() && before.case_id == signal.case_id;
    return one_case || had_begun(signal.onset_on, before.last_at);
}

// Two policies date the same fall differently, by a week of a comparison's window.
bool is_of_one_time(const Alarm& a, const Alarm& b) {
    constexpr Duration kSlack = std::chrono::hours{7 * 24};
    return had_begun(a.onset_on, b.last_at + kSlack) && had_begun(b.onset_on, a.last_at + kSlack);
}

std::string side_json(const std::optional<Alarm>& alarm) {
    if (!alarm) return "null";
    const std::string onset = alarm->onset_on ? fmt::format(R"(,"onset_on":"{}")", format_day(*alarm->onset_on)) : "";
    return fmt::format(R"({{"signal_id":"{}","kind":"{}","severity":"{}","detected_at":"{}"{}}})",
                       alarm->signal_id.value, name(alarm->kind), name(alarm->severity), format_utc(alarm->detected_at),
                       onset);
}

}  // namespace

std::vector<Alarm> alarms_of(const std::vector<Signal>& signals) {
    std::map<std::pair<AccountRoot, std::string>, std::vector<Alarm>> found;
    std::vector<const Signal*> ordered;
    for (const Signal& signal : signals) {
        if (is_alarm(signal)) ordered.push_back(&signal);
    }
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const Signal* a, const Signal* b) { return a->detected_at < b->detected_at; });
    for (const Signal* signal : ordered) {
        auto& alarms = found[{signal->account_root, family_of(signal->kind)}];
        if (!alarms.empty() && is_same_fall(alarms.back(), *signal)) {
            Alarm& same = alarms.back();
            same.last_at = signal->detected_at;
            same.case_id = signal->case_id;
            same.severity = std::max(same.severity, signal->severity);
            same.revenue_at_risk.minor = std::max(same.revenue_at_risk.minor, signal->revenue_at_risk.minor);
            continue;
        }
        alarms.push_back({signal->account_root, family_of(signal->kind), signal->kind, signal->severity,
                          signal->detected_at, signal->detected_at, signal->onset_on, signal->signal_id,
                          signal->revenue_at_risk, signal->case_id});
    }
    std::vector<Alarm> all;
    for (auto& [key, alarms] : found) all.insert(all.end(), alarms.begin(), alarms.end());
    return all;
}

double AlarmChange::days() const {
    if (!before || !after) return 0;
    return static_cast<double>((after->detected_at - before->detected_at).count()) / 86'400'000.0;
}

std::size_t PolicyComparison::count(Change change) const {
    return static_cast<std::size_t>(
        std::count_if(changes.begin(), changes.end(), [&](const AlarmChange& c) { return c.change == change; }));
}

std::vector<AlarmChange> compare_alarms(const std::vector<Alarm>& before, const std::vector<Alarm>& after) {
    std::vector<AlarmChange> changes;
    std::vector<bool> used(after.size());
    std::map<std::pair<AccountRoot, std::string>, std::vector<std::size_t>> alike;
    for (std::size_t i = 0; i < after.size(); ++i) alike[key_of(after[i])].push_back(i);
    for (const Alarm& alarm : before) {
        std::optional<std::size_t> nearest;
        const auto distance = [&](std::size_t i) { return std::chrono::abs(after[i].detected_at - alarm.detected_at); };
        for (const std::size_t i : alike[key_of(alarm)]) {
            if (used[i] || distance(i) > kOneEpisode || !is_of_one_time(alarm, after[i])) continue;
            if (!nearest || distance(i) < distance(*nearest)) nearest = i;
        }
        AlarmChange change{Change::missed, alarm, {}};
        if (nearest) {
            used[*nearest] = true;
            change.after = after[*nearest];
            change.change = change.days() < 0 ? Change::earlier : change.days() > 0 ? Change::later : Change::same;
        }
        changes.push_back(std::move(change));
    }
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (!used[i]) changes.push_back({Change::opened, {}, after[i]});
    }
    std::stable_sort(changes.begin(), changes.end(), [](const AlarmChange& a, const AlarmChange& b) {
        const auto key = [](const AlarmChange& c) {
            const Alarm& alarm = c.before ? *c.before : *c.after;
            return std::pair(alarm.account_root, alarm.detected_at);
        };
        return key(a) < key(b);
    });
    return changes;
}

std::string_view change_name(Change change) {
    switch (change) {
        case Change::opened:
            return "opened";
        case Change::missed:
            return "missed";
        case Change::earlier:
            return "earlier";
        case Change::later:
            return "later";
        default:
            return "same";
    }
}

std::string comparison_json(const PolicyComparison& comparison) {
    std::string counts;
    for (const Change change : {Change::opened, Change::missed, Change::earlier, Change::later, Change::same})
        counts += fmt::format("{}\"{}\":{}", counts.empty() ? "" : ",", change_name(change), comparison.count(change));
    std::string alarms;
    for (const AlarmChange& change : comparison.changes) {
        const Alarm& alarm = change.before ? *change.before : *change.after;
        alarms += fmt::format(
            "{}\n{{\"account_root\":\"{}\",\"family\":\"{}\",\"change\":\"{}\",\"days\":{:.1f},\"before\":{},\"after\":"
            "{}}}",
            alarms.empty() ? "" : ",", format_root(alarm.account_root), alarm.family, change_name(change.change),
            change.days(), side_json(change.before), side_json(change.after));
    }
    return fmt::format(
        "{{\"policy\":\"{}\",\"policy_id\":\"{}\",\"config_revision\":\"{}\",\"counts\":{{{}}},\"alarms\":[{}]}}",
        json_escaped(comparison.policy), json_escaped(comparison.policy_id), comparison.config_revision, counts,
        alarms);
}

}  // namespace aw::cli
