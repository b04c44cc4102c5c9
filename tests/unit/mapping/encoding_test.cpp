#include "mapping/encoding.hpp"

#include <gtest/gtest.h>

namespace aw {
namespace {

TEST(ToUtf8, ReadsOneTwoAndFourBytesOfGb18030) {
    auto gb18030 = ToUtf8::open("gb18030");
    ASSERT_TRUE(gb18030);
    EXPECT_EQ(gb18030->convert(""), "");
    EXPECT_EQ(gb18030->convert("P1,a"), "P1,a");
    EXPECT_EQ(gb18030->convert("\xb5\xc2\xd6\xdd"), "德州");
    EXPECT_EQ(gb18030->convert("\x81\x30\x84\x36x\x90\x30\x81\x30"), "¥x𐀀");
}

TEST(ToUtf8, SaysWhichByteIsNoneAndForgetsIt) {
    auto gb18030 = ToUtf8::open("gb18030");
    ASSERT_TRUE(gb18030);
    for (const auto& [text, at] : {std::pair{"ab\xff", 2U}, {"\xb5\xc2\xd6", 2U}, {"\xb5\xc2\x81\x20z", 2U}}) {
        EXPECT_FALSE(gb18030->convert(text)) << text;
        EXPECT_EQ(gb18030->failed_at(), at);
        EXPECT_EQ(gb18030->convert("\xb5\xc2"), "德");
    }
}

TEST(ToUtf8, AnEncodingThatNobodyKnowsIsAnError) {
    const auto opened = ToUtf8::open("klingon");
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("cannot read 'klingon'"), std::string::npos);
}

}  // namespace
}  // namespace aw
