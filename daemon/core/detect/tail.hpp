// The small-number gate of R47: how likely is a count, or an amount, this low by chance alone?
#pragma once

#include <cstdint>
#include <string>

namespace aw {

// P(X <= observed) for a negative binomial with mean `expected` > 0 and dispersion phi >= 0 (variance = mean +
// phi mean^2); Poisson when phi = 0. R47: expected 100, observed 70, phi 0 -> 0.00097.
[[nodiscard]] double lower_tail(std::int64_t observed, double expected, double phi);

// The same for money, which is no count: P(X <= observed) for a gamma variable with mean `expected` > 0 and variance
// phi expected^2. Without irregularity (phi = 0) nothing below `expected` is chance.
[[nodiscard]] double lower_tail_of_money(double observed, double expected, double phi);

// A probability or dispersion as evidence shows it: six significant digits.
[[nodiscard]] std::string six_digits(double value);

}  // namespace aw
