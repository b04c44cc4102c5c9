// Lateness: how much of a day's items is usually known after so many daily looks (detection.md section 3, C(lag)).
// Learned over all accounts of a shard when a day is sealed; until then a day counts as known at once.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.hpp"

namespace aw {

class Lateness {
public:
    static constexpr int kLags = 17;  // looks until a day is sealed

    // Items of `day` that come before its look number `lag` (1 = the first one after the day's end).
    void add(Day day, int lag, std::int64_t items);
    // `day` can change no more. Days come in order; one that was sealed stays so.
    void seal(Day day);
    // Share of the final count that is known at that look, (0, 1].
    [[nodiscard]] double known(int lag) const;

    [[nodiscard]] Day sealed_through() const { return sealed_through_; }

    template <class Archive>
    void fields(Archive& archive) {
        archive(open_days_, open_, sum_, total_, sealed_through_);
    }

private:
    using Row = std::array<std::int64_t, kLags>;
    static constexpr std::size_t kRing = 20;  // open days, and some

    std::array<Day, kRing> open_days_{};
    std::array<Row, kRing> open_{};     // by day: items by lag
    std::array<double, kLags> sum_{};   // discounted, of sealed days
    double total_ = 0;
    Day sealed_through_;
};

}  // namespace aw
