// An exact ratio of whole numbers, so that a gate of -30 % means -30 % and not -29.999999 %.
#pragma once

#include <cstdint>

namespace aw {

// num / den with den > 0 after construction. Products that grow large are reduced by their common divisor; if they
// still do not fit, both sides lose their lowest bits together (relative error below 2^-60, far beyond any real
// account).
class Ratio {
public:
    // REQUIRES: den != 0.
    Ratio(std::int64_t num, std::int64_t den);

    [[nodiscard]] Ratio times(const Ratio& other) const;
    [[nodiscard]] Ratio divided_by(const Ratio& other) const;  // REQUIRES: other is not zero
    [[nodiscard]] bool is_zero() const { return num_ == 0; }

    // this - 1 <= change_bp / 10000, compared exactly.
    [[nodiscard]] bool change_at_most(std::int32_t change_bp) const;
    [[nodiscard]] bool change_below(std::int32_t change_bp) const;  // the same with <
    [[nodiscard]] bool operator<(const Ratio& other) const;
    // (this - 1) in basis points, rounded half away from zero, limited to what 32 bits hold.
    [[nodiscard]] std::int32_t change_bp() const;
    // this in basis points, rounded down: 9000 = at least 90 %. Limited to what 32 bits hold.
    [[nodiscard]] std::int32_t floor_bp() const;
    // this * value, rounded half away from zero.
    [[nodiscard]] std::int64_t scale(std::int64_t value) const;
    [[nodiscard]] double value() const;

private:
    __extension__ typedef __int128 Wide;

    Ratio() = default;
    void fit();

    Wide num_ = 0;
    Wide den_ = 1;
};

}  // namespace aw
