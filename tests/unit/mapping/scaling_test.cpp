#include "mapping/scaling.hpp"

#include <gtest/gtest.h>

namespace aw {
namespace {

std::int64_t times(const char* number, const char* factor, Rounding rounding = Rounding::nearest) {
    const auto n = parse_decimal(number);
    const auto f = parse_decimal(factor);
    EXPECT_TRUE(n && f) << number << " x " << factor;
    return n && f ? scaled(*n, *f, rounding).value.value_or(-999) : -1;
}

TEST(Scaling, IsExactWhereADoubleIsNot) {
    EXPECT_EQ(times("12.5", "1000"), 12'500);
    EXPECT_EQ(times("0.29", "100", Rounding::exact), 29);  // 28.999999999999996 in doubles
    EXPECT_EQ(times("1,234,567.89", "100", Rounding::exact), 123'456'789);
    EXPECT_EQ(times("-1.15", "100", Rounding::exact), -115);
    EXPECT_EQ(times("1.50000", "100", Rounding::exact), 150);
    EXPECT_EQ(times("12e-1", "10", Rounding::exact), 12);
    EXPECT_EQ(times("1.5E+3", "1", Rounding::exact), 1500);
    EXPECT_EQ(times("+7", "0.5"), 4);
    EXPECT_EQ(times("0", "1000"), 0);
    EXPECT_EQ(times("000.000", "1000"), 0);
}

TEST(Scaling, RoundsHalfAwayFromZeroOrNotAtAll) {
    EXPECT_EQ(times("0.0005", "1000"), 1);
    EXPECT_EQ(times("-0.0005", "1000"), -1);
    EXPECT_EQ(times("0.0004", "1000"), 0);
    const auto refused = scaled(*parse_decimal("12.345"), Decimal{100, 0}, Rounding::exact);
    EXPECT_FALSE(refused.value);
    EXPECT_EQ(refused.why, NotWhole::has_fraction);
}

TEST(Scaling, TellsWhatIsTooLarge) {
    const auto refused = scaled(*parse_decimal("999999999999999999"), Decimal{1000, 0}, Rounding::nearest);
    EXPECT_FALSE(refused.value);
    EXPECT_EQ(refused.why, NotWhole::too_large);
    EXPECT_FALSE(parse_decimal("1234567890123456789"));
    EXPECT_FALSE(parse_decimal("1e50"));
}

TEST(Scaling, RefusesWhatIsNoNumber) {
    for (const char* text :
         {"", "-", ".", "5.", "1,23", ",123", "12,3456", "1 2", "0x5", "1.2.3", "12kg", "e5", "1e", "nan"}) {
        EXPECT_FALSE(parse_decimal(text)) << text;
    }
    EXPECT_TRUE(parse_decimal(".5"));
}

TEST(Scaling, KnowsItsUnits) {
    EXPECT_EQ(find_unit("kg")->of_ours, 1000);
    EXPECT_EQ(find_unit("yuan")->of_ours, 100);
    EXPECT_EQ(find_unit("wan_yuan")->of_ours, 1'000'000);
    EXPECT_EQ(find_unit("jin")->of_ours, 500);
    EXPECT_EQ(find_unit("stone"), nullptr);
}

}  // namespace
}  // namespace aw
