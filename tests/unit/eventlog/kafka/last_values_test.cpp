#include "eventlog/kafka/last_values.hpp"

#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace aw::eventlog {
namespace {

TEST(LastValues, AreThoseOfAMap) {
    std::mt19937 random(7);
    LastValues values;
    std::map<std::string, std::string> expected;
    for (int i = 0; i < 200'000; ++i) {
        // As long as two words, longer and shorter, one the beginning of another, and bytes beyond 127.
        std::string key = "h/371400" + std::to_string(random() % 5'000);
        if (random() % 3 == 0) key += std::string(random() % 12, i % 2 == 0 ? '\0' : '\xe5');
        if (random() % 7 == 0) {
            values.erase(key);
            expected.erase(key);
            continue;
        }
        const std::string value(random() % 60, static_cast<char>(random()));  // longer and shorter than before
        values.set(key, value);
        expected[key] = value;
    }
    values.set("large", std::string(3 << 20, 'x'));
    expected["large"] = std::string(3 << 20, 'x');
    auto next = expected.begin();
    values.for_each([&](std::string_view key, std::string_view value) {
        ASSERT_NE(next, expected.end());
        EXPECT_EQ(key, next->first);
        EXPECT_EQ(value, next->second);
        ++next;
    });
    EXPECT_EQ(next, expected.end());
}

}  // namespace
}  // namespace aw::eventlog
