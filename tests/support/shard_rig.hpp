// A shard under test, fed with events in words; remembers every effect.
#pragma once

#include <deque>
#include <ostream>
#include <string>
#include <vector>

#include "core/shard/shard.hpp"
#include "support/sample_rules.hpp"
#include "support/two_languages.hpp"

namespace aw {

// How a failing test shows them.
inline void PrintTo(const Signal& s, std::ostream* out) {
    *out << s.signal_id.value << ' ' << name(s.kind) << ' ' << name(s.severity) << ' ' << s.rule_id << ' '
         << format_utc(s.detected_at);
}
inline void PrintTo(const Case& c, std::ostream* out) {
    *out << c.case_id.value << " v" << c.version << ' ' << name(c.state) << ' ' << name(c.severity) << ' '
         << format_utc(c.updated_at);
}
inline void PrintTo(const Notice& n, std::ostream* out) {
    *out << n.notice_id << ' ' << name(n.reason) << " to " << n.recipient_staff_id.value << ' '
         << format_utc(n.created_at);
}
inline void PrintTo(const Decision& d, std::ostream* out) {
    *out << d.decision_id << ' ' << name(d.outcome) << ' ' << d.code << ": " << d.text;
}
inline void PrintTo(const Task& t, std::ostream* out) {
    *out << t.task_id.value << ' ' << name(t.kind) << ' ' << name(t.state) << " due " << format_utc(t.due_at);
}

}  // namespace aw

namespace aw::test {

class ShardRig {
public:
    explicit ShardRig(std::shared_ptr<const Rules> rules = sample_rules()) : shard(std::move(rules)) {}
    ShardRig(ShardRig&&) = default;
    ShardRig& operator=(ShardRig&&) = default;
    virtual ~ShardRig() = default;

    Shard shard;
    Effects effects;
    bool backfilled = true;  // deadlines fire exactly when due
    std::string_view source = "test";

    // Applies an event of the account `code` at `when`, which is both its own and the log's time.
    Applied at(Timestamp when, std::string_view code, EventPayload payload, std::string_view event_id = {}) {
        Event event;
        event.event_id = event_id.empty() ? keep("e" + std::to_string(++n_)) : event_id;
        if (!code.empty()) event.code = *parse_customer_code(code);
        event.occurred_at = when;
        event.source = source;
        event.payload = std::move(payload);
        const std::size_t before = effects.size();
        const Applied applied = take(event, when);
        for (std::size_t i = before; i < effects.size(); ++i) {
            const auto* decision = std::get_if<Decision>(&effects[i]);
            if (decision != nullptr && decision->account_root.is_set())
                expect_both_languages(*decision, shard.rules().calendar);
        }
        return applied;
    }
    // The one door: `when` is the log's time.
    virtual Applied take(const Event& event, Timestamp when) { return shard.apply(event, {when, backfilled}, effects); }
    Applied at(const char* local, std::string_view code, EventPayload payload) {
        return at(shanghai(local), code, std::move(payload));
    }
    Applied command(const char* local, std::string_view case_id, std::string_view actor, CommandAction action,
                    std::string_view reason = {}) {
        return at(local, {}, CommandEvent{case_id, actor, 0, reason, std::move(action)});
    }
    void tick(Timestamp when) { at(when, {}, TickEvent{}); }

    // `items` of a week spread evenly over its days (the remainder on the first ones), at noon.
    void week(std::string_view code, std::string_view line, Week week, int items) {
        for (int d = 0; d < 7; ++d) {
            const int share = items / 7 + (d < items % 7 ? 1 : 0);
            if (share > 0) at(noon(first_day(week) + d), code, ShipmentEvent{line, share, 0, {}, {}, {}});
        }
    }
    static Timestamp noon(Day day) { return shanghai((format_day(day) + " 12:00").c_str()); }

    void annual(std::string_view code, std::string_view name, Money revenue, const char* local,
                Importance importance = Importance::UNSPECIFIED) {
        AccountEvent account;
        account.operation = AccountOperation::REGISTER;
        account.name = name;
        account.annual_revenue_hint = revenue;
        account.importance = importance;
        at(local, code, account);
    }

    template <class T>
    std::vector<T> all() const {
        std::vector<T> found;
        for (const Effect& effect : effects) {
            if (const T* value = std::get_if<T>(&effect)) found.push_back(*value);
        }
        return found;
    }
    std::vector<Notice> notices(NoticeReason reason) const {
        std::vector<Notice> found;
        for (const Notice& notice : all<Notice>()) {
            if (notice.reason == reason) found.push_back(notice);
        }
        return found;
    }
    // Decisions of one code, e.g. SEASONAL or FORBIDDEN.
    std::vector<Decision> decisions(std::string_view code) const {
        std::vector<Decision> found;
        for (const Decision& decision : all<Decision>()) {
            if (decision.code == code) found.push_back(decision);
        }
        return found;
    }
    // Last state of the case that changed last.
    Case last_case() const { return all<Case>().empty() ? Case{} : all<Case>().back(); }

private:
    std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

    std::deque<std::string> texts_;
    int n_ = 0;
};

}  // namespace aw::test
