// What every account shipped and paid, day by day, as far as the shards have taken it: the curves of the report.
//
// Some 16 bytes for each account, line and day with business, and for each lane and day. One owner, one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "codec/event_decoder.hpp"
#include "core/calendar/calendar.hpp"
#include "core/model/enums.hpp"

namespace aw::cli {

class UsageSeries {
public:
    explicit UsageSeries(const Calendar& calendar) : calendar_(calendar) {}

    // An event that was applied, as it stands in the log; what is neither items nor revenue is passed over.
    void take(std::string_view event);

    // Of an account: one of its lines, or where it sends to; both empty = all of it.
    struct Part {
        std::string_view business_line;
        std::string_view lane;  // of items only
    };
    // Items, or fen, in [from, to).
    [[nodiscard]] std::int64_t sum(AccountRoot root, Measure measure, const Part& part, Day from, Day to) const;
    // First day with anything; nothing if there is none.
    [[nodiscard]] std::optional<Day> first_day(AccountRoot root) const;

private:
    struct Point {
        Day day;
        std::int64_t value = 0;
    };
    struct Curve {
        std::string name;
        std::vector<Point> items;  // in order of arrival; a day may stand more than once
        std::vector<Point> revenue;
    };
    struct Account {
        std::vector<Curve> lines;
        std::vector<Curve> lanes;
    };
    [[nodiscard]] static Curve& curve_of(std::vector<Curve>& curves, std::string_view name);

    const Calendar& calendar_;
    EventDecoder decoder_;
    std::unordered_map<AccountRoot, Account> accounts_;
};

}  // namespace aw::cli
