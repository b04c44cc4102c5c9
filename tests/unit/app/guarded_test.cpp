#include "app/guarded.hpp"

#include <gtest/gtest.h>

namespace aw::app {
namespace {

TEST(Guarded, WhatHangsIsToldAndWhatEndsIsNot) {
    std::promise<void> released;
    int told = 0;
    guarded(
        Duration{1}, [&] { released.get_future().wait(); },
        [&] {
            ++told;
            released.set_value();
        });
    EXPECT_EQ(told, 1);
    guarded(
        std::chrono::minutes{10}, [] {}, [&] { ++told; });
    EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace aw::app
