// Running sums of the last N days, in a ring.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace aw::bench {

template <std::size_t N>
class Window {
public:
    // Returns the day that falls out (0 while the window fills).
    std::uint32_t push(std::uint32_t count) {
        const std::uint32_t out = days_[next_];
        days_[next_] = count;
        next_ = next_ + 1 == N ? 0 : next_ + 1;
        filled_ += filled_ < N ? 1 : 0;
        sum_ += count;
        sum_ -= out;
        squares_ += std::uint64_t{count} * count;
        squares_ -= std::uint64_t{out} * out;
        return out;
    }
    [[nodiscard]] bool full() const { return filled_ == N; }
    [[nodiscard]] std::size_t size() const { return filled_; }
    [[nodiscard]] double sum() const { return static_cast<double>(sum_); }
    [[nodiscard]] double mean() const { return filled_ == 0 ? 0 : sum() / static_cast<double>(filled_); }
    [[nodiscard]] double standard_deviation() const {
        if (filled_ < 2) return 0;
        const auto n = static_cast<double>(filled_);
        return std::sqrt(std::max(0.0, (static_cast<double>(squares_) - sum() * sum() / n) / (n - 1.0)));
    }

private:
    std::array<std::uint32_t, N> days_{};
    std::size_t next_ = 0;
    std::size_t filled_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t squares_ = 0;
};

}  // namespace aw::bench
