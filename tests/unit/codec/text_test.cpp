#include "codec/text.hpp"

#include <gtest/gtest.h>

namespace aw::codec {
namespace {

TEST(Utf8, TakesWhatIsWellFormed) {
    for (const std::string_view good : {"", "abcdefghij", "示例公司", "aé示😀z", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"}) {
        EXPECT_TRUE(valid_utf8(good)) << good;
    }
    EXPECT_TRUE(valid_utf8(std::string_view("a\0b", 3)));
}

TEST(Utf8, RefusesWhatIsNot) {
    const std::string_view bad[] = {"\x80",
                                    "\xC3",
                                    "\xC0\x80",
                                    "\xE0\x9F\xBF",
                                    "\xED\xA0\x80",
                                    "\xE7\xA4",
                                    "\xF0\x8F\xBF\xBF",
                                    "\xF4\x90\x80\x80",
                                    "\xF5\x80\x80\x80",
                                    "\xFF",
                                    "\xE7\x28\xA4"};
    for (const std::string_view text : bad) {
        EXPECT_FALSE(valid_utf8(text)) << show_text(text);
        EXPECT_EQ(utf8_error("0123456789" + std::string(text)), 10U) << show_text(text);
        EXPECT_TRUE(valid_utf8(repair_utf8(text)));
    }
    EXPECT_EQ(repair_utf8("a\xFF"
                          "b"),
              "a\xEF\xBF\xBD"
              "b");
}

TEST(Base64, ThereAndBack) {
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("foob"), "Zm9vYg==");
    std::string all;
    for (int i = 0; i < 256; ++i) {
        all.push_back(static_cast<char>(i));
        EXPECT_EQ(unbase64(base64(all)), all);
    }
    EXPECT_EQ(unbase64("Zm8"), "fo");
    EXPECT_EQ(unbase64("_-8"), unbase64("/+8="));
    EXPECT_FALSE(unbase64("Z"));
    EXPECT_FALSE(unbase64("Zm 8"));
    EXPECT_FALSE(unbase64("====="));
}

TEST(ShowText, ShowsWhatPrints) {
    EXPECT_EQ(show_text("a\n\x7f示"), "'a\\x0a\\x7f示'");
    EXPECT_EQ(show_text(std::string(100, 'x')), "'" + std::string(40, 'x') + "...'");
    EXPECT_EQ(show_text("\xE7"), "'\\xe7'");
}

}  // namespace
}  // namespace aw::codec
