#include "core/detect/ratio.hpp"

#include <algorithm>
#include <limits>

#include "base/check.hpp"

namespace aw {
namespace {

__extension__ typedef __int128 Wide;

Wide magnitude(Wide v) { return v < 0 ? -v : v; }

Wide common_divisor(Wide a, Wide b) {
    a = magnitude(a);
    b = magnitude(b);
    while (b != 0) {
        const Wide rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// a / b rounded half away from zero; b > 0.
Wide rounded_quotient(Wide a, Wide b) { return a >= 0 ? (a + b / 2) / b : -((-a + b / 2) / b); }

// Factors below 2^62 may be multiplied, and the product with 10,000 of one below 2^113 still fits.
constexpr Wide kLargest = Wide{1} << 62;

}  // namespace

Ratio::Ratio(std::int64_t num, std::int64_t den) : num_(num), den_(den) {
    AW_CHECK(den != 0);
    if (den_ < 0) {
        num_ = -num_;
        den_ = -den_;
    }
}

// Nearly every product of real accounts fits as it is; the divisor of 128-bit numbers is dear.
void Ratio::fit() {
    if (magnitude(num_) < kLargest && den_ < kLargest) return;
    if (const Wide divisor = common_divisor(num_, den_); divisor > 1) {
        num_ /= divisor;
        den_ /= divisor;
    }
    while (magnitude(num_) >= kLargest || den_ >= kLargest) {
        num_ /= 2;
        den_ = std::max<Wide>(den_ / 2, 1);
    }
}

Ratio Ratio::times(const Ratio& other) const {
    Ratio product;
    product.num_ = num_ * other.num_;  // both sides stay below 2^64, so the product has room
    product.den_ = den_ * other.den_;
    product.fit();
    return product;
}

Ratio Ratio::divided_by(const Ratio& other) const {
    AW_CHECK(!other.is_zero());
    Ratio inverse;
    inverse.num_ = other.num_ < 0 ? -other.den_ : other.den_;
    inverse.den_ = magnitude(other.num_);
    return times(inverse);
}

bool Ratio::change_at_most(std::int32_t change_bp) const { return num_ * 10'000 <= den_ * (10'000 + Wide{change_bp}); }

bool Ratio::change_below(std::int32_t change_bp) const { return num_ * 10'000 < den_ * (10'000 + Wide{change_bp}); }

bool Ratio::operator<(const Ratio& other) const { return num_ * other.den_ < other.num_ * den_; }

std::int32_t Ratio::floor_bp() const {
    const Wide scaled = num_ * 10'000;
    Wide bp = scaled / den_;
    if (scaled % den_ != 0 && scaled < 0) --bp;
    return static_cast<std::int32_t>(
        std::clamp<Wide>(bp, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

std::int32_t Ratio::change_bp() const {
    const Wide bp = rounded_quotient((num_ - den_) * 10'000, den_);
    const Wide limit = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(std::clamp(bp, -limit, limit));
}

std::int64_t Ratio::scale(std::int64_t value) const {
    return static_cast<std::int64_t>(rounded_quotient(num_ * value, den_));
}

double Ratio::value() const { return static_cast<double>(num_) / static_cast<double>(den_); }

}  // namespace aw
