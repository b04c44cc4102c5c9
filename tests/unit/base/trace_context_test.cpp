// What is a traceparent and what only looks like one (W3C Trace Context, 3.2.2).
#include "base/trace_context.hpp"

#include <string>

#include <gtest/gtest.h>

namespace aw {
namespace {

const std::string kGood = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

std::string with(std::size_t at, const std::string& text) {
    std::string changed = kGood;
    return changed.replace(at, text.size(), text);
}

TEST(Traceparent, IsOneInItsForm) {
    EXPECT_TRUE(is_traceparent(kGood));
    EXPECT_TRUE(is_traceparent(with(53, "00")));
    EXPECT_TRUE(is_traceparent(with(53, "ff")));
}

TEST(Traceparent, OfAVersionToComeMayHaveMoreBehindIt) {
    EXPECT_TRUE(is_traceparent(with(0, "cc")));
    EXPECT_TRUE(is_traceparent(with(0, "cc") + "-what-the-future-will-be-like"));
    EXPECT_FALSE(is_traceparent(with(0, "cc") + "."));
    EXPECT_FALSE(is_traceparent(kGood + "-01"));
    EXPECT_FALSE(is_traceparent(with(0, "cc") + "-" + std::string(2000, 'x')));
}

TEST(Traceparent, IsNoneInAnyOther) {
    for (const std::string& text :
         {std::string(), std::string("00-1"), kGood.substr(0, 54), " " + kGood, kGood + " ", with(0, "ff"),
          with(0, "0x"), with(2, "_"), with(35, "_"), with(52, "_"), with(3, std::string(32, '0')),
          with(36, std::string(16, '0')), with(3, "0A"), with(36, "G7"), with(53, "0g"), std::string(55, '-')}) {
        EXPECT_FALSE(is_traceparent(text)) << text;
    }
}

}  // namespace
}  // namespace aw
