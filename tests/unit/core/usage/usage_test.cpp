#include "core/usage/usage.hpp"

#include <gtest/gtest.h>

namespace aw {
namespace {

constexpr Day kToday = Day{20'682};

TEST(AccountUsage, BranchLineAndRootAreSumsOfTheSameCells) {
    AccountUsage usage;
    usage.add_items(1, 0, kToday, 10, kToday);
    usage.add_items(1, 1, kToday, 20, kToday);
    usage.add_items(2, 0, kToday, 40, kToday);
    usage.add_revenue(2, 1, kToday, Money{700}, kToday);
    const auto items = [&](UsageScope scope) { return usage.sum(Measure::ITEMS, scope, kToday, kToday + 1); };
    EXPECT_EQ(items({}), 70);
    EXPECT_EQ(items({Scope::BRANCH, 1}), 30);
    EXPECT_EQ(items({Scope::BRANCH, 2}), 40);
    EXPECT_EQ(items({Scope::LINE, 0}), 50);
    EXPECT_EQ(items({Scope::LINE, 1}), 20);
    EXPECT_EQ(usage.sum(Measure::REVENUE, {Scope::LINE, 1}, kToday, kToday + 1), 700);
    EXPECT_EQ(usage.branches(), (std::vector<std::uint16_t>{1, 2}));
    EXPECT_EQ(usage.lines(), (std::vector<std::uint8_t>{0, 1}));
}

TEST(AccountUsage, FirstDayIsTheEarliestWhateverArrivedFirst) {
    AccountUsage usage;
    EXPECT_EQ(usage.first_day({}), std::nullopt);
    usage.add_items(1, 0, kToday, 1, kToday);
    usage.add_items(1, 0, kToday - 9, 1, kToday);
    usage.add_items(2, 0, kToday - 5, 1, kToday);
    EXPECT_EQ(usage.first_day({}), kToday - 9);
    EXPECT_EQ(usage.first_day({Scope::BRANCH, 2}), kToday - 5);
    EXPECT_EQ(usage.first_day({Scope::LINE, 7}), std::nullopt);
}

TEST(AccountUsage, TwelveMonthsToTheFenOnEveryDay) {
    AccountUsage usage;
    const Day begin = kToday - 500;
    for (Day day = begin; day <= kToday; ++day) {
        usage.add_revenue(1, 0, day, Money{101}, day);
        usage.seal(day);
        const int days = std::min(day - begin + 1, AccountUsage::kYearDays);
        ASSERT_EQ(usage.revenue_365d(day).minor, 101LL * days) << format_day(day);
    }
    // Also on the days behind, at which a late invoice may still be looked at.
    EXPECT_EQ(usage.revenue_365d(kToday - 16).minor, 101LL * 365);
    usage.add_revenue(1, 0, kToday - 16, Money{-101}, kToday);  // a credit note
    EXPECT_EQ(usage.revenue_365d(kToday).minor, 101LL * 364);
}

// Twelve of 25,500.00 a year, each on the first working day of its month, which is the 1st to the 3rd, and October's on
// the 8th: whoever looks before it has come sees twelve, not eleven.
TEST(AccountUsage, TwelveMonthsOfMonthlyInvoicesAreTwelveInvoices) {
    AccountUsage usage;
    const auto first_working_day = [](int year, int month) {
        if (month == 10) return make_day(year, 10, 8);
        Day day = make_day(year, month, 1);
        while (weekday(day) > 5) day = day + 1;
        return day;
    };
    const Day end = make_day(2027, 3, 31);
    int month = 1, year = 2024;
    Day next = first_working_day(year, month);
    for (Day day = make_day(2024, 1, 1); day <= end; ++day) {
        if (day >= make_day(2025, 6, 1)) {
            ASSERT_GE(usage.revenue_365d(day).minor, 12 * 2'550'000) << format_day(day);
            ASSERT_LE(usage.revenue_365d(day).minor, 13 * 2'550'000) << format_day(day);
        }
        usage.seal(day);
        if (day != next) continue;
        usage.add_revenue(1, 0, day, Money{2'550'000}, day);
        if (++month == 13) month = 1, ++year;
        next = first_working_day(year, month);
    }
}

// ... until the next one is overdue, and the crossing is foretold no later than it comes.
TEST(AccountUsage, AMonthlyInvoiceThatStaysAwayIsMissed) {
    AccountUsage usage;
    const Day last = make_day(2026, 7, 1);
    for (int month = 0; month < 24; ++month)
        usage.add_revenue(1, 0, make_day(2024 + (7 + month) / 12, (7 + month) % 12 + 1, 1), Money{100'000}, last);
    const Money limit{1'200'000};
    Day wake = last;
    Day day = last;
    for (; usage.revenue_365d(day) >= limit; ++day) {
        if (day < wake) continue;
        const auto next = usage.next_crossing(day, limit);
        ASSERT_TRUE(next);
        ASSERT_GT(*next, day);
        wake = *next;
    }
    EXPECT_EQ(day, wake);
    EXPECT_EQ(day, last + 46);  // one and a half months
}

TEST(AccountUsage, CellsAreBounded) {
    AccountUsage usage;
    for (std::uint16_t branch = 0; branch < 999; ++branch) usage.add_items(branch, 0, kToday, 1, kToday);
    EXPECT_EQ(usage.cells().size(), AccountUsage::kMaxCells);
    EXPECT_EQ(usage.sum(Measure::ITEMS, {}, kToday, kToday + 1), 999);
}

TEST(LineTable, NamesBeyondTheLastAreOther) {
    LineTable lines;
    EXPECT_EQ(lines.intern("express"), 0);
    EXPECT_EQ(lines.intern("letters"), 1);
    EXPECT_EQ(lines.intern("express"), 0);
    for (int i = 0; i < 100; ++i) static_cast<void>(lines.intern("line" + std::to_string(i)));
    EXPECT_EQ(lines.size(), LineTable::kMaxLines);
    EXPECT_EQ(lines.name(lines.intern("never seen")), "other");
    EXPECT_EQ(lines.intern("letters"), 1);
    EXPECT_EQ(lines.find("never seen"), std::nullopt);
}

TEST(AccountUsage, DamagedPartsDoNotCrash) {
    AccountUsage usage;
    for (int back = 300; back >= 0; --back)
        usage.add_items(static_cast<std::uint16_t>(back % 3), 0, kToday - back, 5, kToday - back);
    std::string bytes;
    ArchiveWriter writer(bytes);
    usage.write_part(writer, Day{-1'000'000}, Day{1'000'000});
    for (std::size_t n = 0; n < bytes.size(); n += 7) {
        AccountUsage read;
        ArchiveReader archive(std::string_view(bytes).substr(0, n));
        read.read_part(archive);
        EXPECT_FALSE(archive.finished());
    }
    ArchiveReader archive(bytes);
    AccountUsage read;
    read.read_part(archive);
    EXPECT_TRUE(archive.finished());
    EXPECT_EQ(read.sum(Measure::ITEMS, {}, kToday - 300, kToday + 1), 301 * 5);
}

}  // namespace
}  // namespace aw
