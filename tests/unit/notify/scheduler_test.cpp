#include "notify/scheduler.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace aw::notify {
namespace {

TEST(AsioScheduler, DoesThingsInOrderOfTheirTime) {
    boost::asio::io_context io;
    AsioScheduler scheduler(io);
    std::string order;
    scheduler.after(std::chrono::milliseconds(20), [&] { order += 'b'; });
    scheduler.after(std::chrono::milliseconds(1), [&] {
        order += 'a';
        scheduler.after(std::chrono::milliseconds(60), [&] { order += 'c'; });
    });
    io.run();
    EXPECT_EQ(order, "abc");
}

TEST(AsioScheduler, WhatIsLeftAtTheEndIsNotDoneAndHoldsNothingUp) {
    boost::asio::io_context io;
    bool done = false;
    {
        AsioScheduler scheduler(io);
        scheduler.after(std::chrono::hours(1), [&] { done = true; });
    }
    io.run();
    EXPECT_FALSE(done);
}

}  // namespace
}  // namespace aw::notify
