// Public holidays of the simulated countries.
#pragma once

#include <cstdint>
#include <span>

namespace aw::bench {

struct HolidaySpan {
    std::int32_t first = 0;  // civil days from 1970-01-01, both inclusive
    std::int32_t last = 0;
    bool long_festival = false;  // Spring Festival; New Year and Obon in Japan
};

// The State Council's notices for 2024-2026.
[[nodiscard]] std::span<const HolidaySpan> holidays_cn();
// The holidays that move restaurants' counts, 2024-2026.
[[nodiscard]] std::span<const HolidaySpan> holidays_jp();
// Days on which the wholesaler of the real history was closed or nearly so, 2010-2011.
[[nodiscard]] std::span<const HolidaySpan> holidays_uk();
// Days of online shopping: 11 November and 18 June.
[[nodiscard]] bool is_shopping_day(std::int32_t civil_day);

[[nodiscard]] std::int32_t civil_day(int year, unsigned month, unsigned day);

}  // namespace aw::bench
