#include "base/text.hpp"

#include <gtest/gtest.h>

namespace aw {
namespace {

TEST(Text, KnowsUtf8Characters) {
    EXPECT_EQ(utf8_character("a"), 1U);
    EXPECT_EQ(utf8_character("\xc3\xa9"), 2U);
    EXPECT_EQ(utf8_character("\xe5\xbe\xb7x"), 3U);
    EXPECT_EQ(utf8_character("\xf0\x9f\x93\xa6"), 4U);
    for (const char* bad : {"", "\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                            "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe5\xbe", "\xe5\xbex"}) {
        EXPECT_EQ(utf8_character(bad), 0U) << bad;
    }
    EXPECT_EQ(utf8_character("\xed\x9f\xbf"), 3U);      // last before the surrogates
    EXPECT_EQ(utf8_character("\xf4\x8f\xbf\xbf"), 4U);  // U+10FFFF
}

TEST(Text, JsonEscaping) {
    EXPECT_EQ(json_escaped("a\"b\\c\nd\te\x7f/"), "a\\\"b\\\\c\\nd\\u0009e\\u007f/");
    EXPECT_EQ(json_escaped("\xe5\xbe\xb7\xff."), "\xe5\xbe\xb7\xef\xbf\xbd.");
    EXPECT_EQ(json_escaped(std::string_view("\0", 1)), "\\u0000");
}

TEST(Text, OneLineIsCutAtACharacter) {
    EXPECT_EQ(one_line("a\r\nb"), "a  b");
    EXPECT_EQ(one_line("\xe5\xbe\xb7\xe5\xb7\x9e", 5), "\xe5\xbe\xb7");
    EXPECT_EQ(one_line("\xe5\xbe\xb7\xe5\xb7\x9e", 6), "\xe5\xbe\xb7\xe5\xb7\x9e");
    EXPECT_EQ(one_line("abc", 0), "");
}

}  // namespace
}  // namespace aw
