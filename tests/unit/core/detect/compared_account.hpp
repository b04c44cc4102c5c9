// An account for tests of the comparisons: its weeks and months, judged one after the other.
#pragma once

#include <gtest/gtest.h>

#include "core/detect/comparison.hpp"
#include "support/sample_rules.hpp"

namespace aw::test {

inline const Rules& rules() {
    static const auto value = sample_rules();
    return *value;
}

inline ComparisonRow row(const char* id) {
    for (const ComparisonRow& r : rules().policy.comparisons) {
        if (r.id == id) return r;
    }
    ADD_FAILURE() << id;
    return {};
}

// Usage of one account, week by week or month by month, judged period by period with its memory.
class Account {
public:
    explicit Account(const char* rule = "items-week") : rule_(row(rule)) {}

    void week(Week week, int items, std::uint8_t line = 0) { spread(first_day(week), end_day(week), items, line); }
    void weeks(Week from, Week to, int items) {
        for (Week w = from; w <= to; ++w.n) week(w, items);
    }
    void revenue(Week week, int fen) { usage.add_revenue(1, 0, first_day(week), Money{fen}, first_day(week)); }
    void month(Month month, int items) { spread(first_day(month), end_day(month), items, 0); }

    ComparisonResult judge(Week week, bool drop_case_open = false) {
        return judge(Period{WindowKind::WEEK, week.n}, drop_case_open);
    }
    ComparisonResult judge(Month month) { return judge(Period{WindowKind::MONTH, month.n}, false); }

    ComparisonRow& rule() { return rule_; }
    AccountUsage usage;
    ComparisonState state;
    UsageScope scope;

private:
    void spread(Day from, Day to, int items, std::uint8_t line) {
        const int days = to - from;
        for (int d = 0; d < days; ++d) {
            const auto share = static_cast<std::uint32_t>(items / days + (d < items % days ? 1 : 0));
            if (share > 0) usage.add_items(1, line, from + d, share, from + d);
        }
    }
    ComparisonResult judge(Period period, bool drop_case_open) {
        return compare({rules().calendar, usage, drop_case_open}, rule_, scope, period, state);
    }
    ComparisonRow rule_;
};

inline constexpr int kW = 33;
inline Week w(int week, int year = 2026) { return make_week(year, week); }
inline Month m(int year, int month) { return {year * 12 + month - 1}; }

// Four weeks of the same number, then the one that counts.
inline ComparisonResult after_four(int level, int items, const char* rule = "items-week") {
    Account a(rule);
    a.weeks(w(kW - 4), w(kW - 1), level);
    a.week(w(kW), items);
    return a.judge(w(kW));
}

}  // namespace aw::test
