#include "base/archive.hpp"

#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "base/strong.hpp"
#include "base/time.hpp"

namespace aw {
namespace {

enum class Colour : std::uint8_t { red, green, blue };
constexpr std::size_t enum_size(Colour) { return 3; }

struct Inner {
    std::int64_t number = 0;
    std::string text;
    bool operator==(const Inner&) const = default;

    template <class Archive>
    void fields(Archive& archive) {
        archive(number, text);
    }
};

struct Everything {
    bool flag = false;
    std::int8_t tiny = 0;
    std::uint8_t byte = 0;
    std::int32_t small = 0;
    std::int64_t large = 0;
    std::uint64_t huge = 0;
    double real = 0;
    Colour colour = Colour::red;
    std::string text;
    std::vector<Inner> list;
    std::map<std::string, Inner> map;
    std::optional<Inner> maybe;
    std::unique_ptr<Inner> owned;
    std::array<std::int32_t, 3> fixed{};
    std::pair<std::int32_t, std::string> pair;

    template <class Archive>
    void fields(Archive& archive) {
        archive(flag, tiny, byte, small, large, huge, real, colour, text, list, map, maybe, owned, fixed, pair);
    }
};

Everything sample() {
    Everything e;
    e.flag = true;
    e.tiny = -128;
    e.byte = 255;
    e.small = std::numeric_limits<std::int32_t>::min();
    e.large = std::numeric_limits<std::int64_t>::min();
    e.huge = std::numeric_limits<std::uint64_t>::max();
    e.real = -0.1;
    e.colour = Colour::blue;
    e.text = std::string("\0\xff", 2);
    e.list = {{1, "a"}, {-1, ""}};
    e.map = {{"k", {7, "v"}}};
    e.maybe = Inner{9, "m"};
    e.owned = std::make_unique<Inner>(Inner{10, "o"});
    e.fixed = {1, -2, 3};
    e.pair = {4, "four"};
    return e;
}

TEST(Archive, WhatIsWrittenIsRead) {
    const std::string bytes = archived(sample());
    Everything read;
    ASSERT_TRUE(unarchive(bytes, read));
    EXPECT_EQ(archived(read), bytes);
    EXPECT_EQ(read.large, std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(read.huge, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(read.tiny, -128);
    EXPECT_EQ(read.real, -0.1);
    EXPECT_EQ(read.list, sample().list);
    EXPECT_EQ(*read.owned, (Inner{10, "o"}));
}

TEST(Archive, SmallNumbersAreSmall) {
    EXPECT_EQ(archived(std::int64_t{-3}).size(), 1U);
    EXPECT_EQ(archived(std::int64_t{0}).size(), 1U);
    EXPECT_EQ(archived(std::uint64_t{127}).size(), 1U);
    EXPECT_EQ(archived(std::uint64_t{128}).size(), 2U);
}

TEST(Archive, EveryTruncationIsDamage) {
    const std::string bytes = archived(sample());
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        Everything read;
        EXPECT_FALSE(unarchive(std::string_view(bytes).substr(0, n), read)) << n;
    }
    Everything read;
    EXPECT_FALSE(unarchive(bytes + "x", read));
}

TEST(Archive, NoDamageCrashes) {
    const std::string bytes = archived(sample());
    std::mt19937 random(7);
    for (int round = 0; round < 20'000; ++round) {
        std::string damaged = bytes;
        for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
        Everything read;
        if (!unarchive(damaged, read)) continue;
        EXPECT_LE(static_cast<int>(read.colour), 2);
        EXPECT_LE(read.list.size(), bytes.size());
    }
}

TEST(Archive, ADamagedLengthDoesNotTakeTheMemory) {
    // A list that claims as many elements as bytes follow, of a type a hundred times as large.
    std::string bytes = archived(std::uint64_t{1} << 20);
    bytes.append(1 << 20, '\xff');
    std::vector<std::array<Everything, 8>> list;
    EXPECT_FALSE(unarchive(bytes, list));
    EXPECT_LE(list.capacity(), 2048U);
}

TEST(Archive, ValuesBeyondTheirTypeAreDamage) {
    std::uint8_t byte = 1;
    EXPECT_FALSE(unarchive(archived(std::uint64_t{256}), byte));
    EXPECT_EQ(byte, 0);
    std::int32_t small = 1;
    EXPECT_FALSE(unarchive(archived(std::int64_t{1} << 31), small));
    EXPECT_FALSE(unarchive(archived(-(std::int64_t{1} << 31) - 1), small));
    EXPECT_TRUE(unarchive(archived(-(std::int64_t{1} << 31)), small));
    Colour colour = Colour::green;
    EXPECT_FALSE(unarchive(archived(std::uint64_t{3}), colour));
    EXPECT_EQ(colour, Colour::red);
    EXPECT_FALSE(unarchive(std::string(11, '\xff'), byte));  // a varint without an end
}

}  // namespace
}  // namespace aw
