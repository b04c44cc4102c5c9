#include "core/detect/tail.hpp"

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cstdio>

namespace aw {

double lower_tail(std::int64_t observed, double expected, double phi) {
    if (expected <= 0) return 1;
    if (observed < 0) observed = 0;  // credit notes cannot make a count negative, but be safe
    const double next = static_cast<double>(observed) + 1;
    if (phi <= 0) return boost::math::gamma_q(next, expected);
    const double r = 1 / phi;
    return boost::math::ibeta(r, next, r / (r + expected));
}

double lower_tail_of_money(double observed, double expected, double phi) {
    if (expected <= 0) return 1;
    if (phi <= 0) return observed < expected ? 0 : 1;
    if (observed <= 0) return 0;  // credit notes: no gamma variable is that low
    return boost::math::gamma_p(1 / phi, observed / (expected * phi));
}

std::string six_digits(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

}  // namespace aw
