#include "intake/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace aw::intake {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;

class Source {
public:
    explicit Source(CircuitBreaker::Limits limits = {10, 90, 60s}) : breaker(limits) {}
    void take(int refused, int good = 0) {
        for (int i = 0; i < good; ++i) breaker.add(false, now);
        for (int i = 0; i < refused; ++i) breaker.add(true, now);
    }
    bool look_after(std::chrono::milliseconds passed) {
        now += passed;
        return breaker.look(now);
    }

    CircuitBreaker breaker;
    CircuitBreaker::Time now{};
};

TEST(CircuitBreaker, OpensWhenMostOfTheLastRecordsAreRefused) {
    Source source;
    source.take(9);
    EXPECT_EQ(source.breaker.state(), State::closed);  // too few to judge
    source.take(1);
    EXPECT_EQ(source.breaker.state(), State::open);
}

TEST(CircuitBreaker, NineOfTenAreMostEightAreNot) {
    Source source;
    source.take(8, 2);
    EXPECT_EQ(source.breaker.state(), State::closed);
    source.take(1);  // pushes a good one out
    EXPECT_EQ(source.breaker.state(), State::open);
}

TEST(CircuitBreaker, OldRecordsDoNotCount) {
    Source source;
    source.take(5, 0);
    source.take(0, 10);
    source.take(8);
    EXPECT_EQ(source.breaker.state(), State::closed);
    source.take(1);
    EXPECT_EQ(source.breaker.state(), State::open);
}

TEST(CircuitBreaker, NeverOpensWithoutALimit) {
    Source source({0, 1, 1s});
    source.take(10'000);
    EXPECT_EQ(source.breaker.state(), State::closed);
}

TEST(CircuitBreaker, WhatComesAgainCountsOnce) {
    Source source;
    source.take(5);
    source.breaker.rewound();
    source.take(5);
    EXPECT_EQ(source.breaker.state(), State::closed);
    source.breaker.committed();
    source.take(4);
    source.breaker.rewound();
    EXPECT_EQ(source.breaker.state(), State::closed);
    source.take(5);
    EXPECT_EQ(source.breaker.state(), State::open);
}

TEST(CircuitBreaker, TriesAfterAPauseAndClosesWhenItIsRepaired) {
    Source source;
    source.take(10);
    EXPECT_FALSE(source.look_after(59s));
    EXPECT_EQ(source.breaker.next_look(), source.now + 1s);
    EXPECT_TRUE(source.look_after(1s));
    EXPECT_EQ(source.breaker.state(), State::trying);
    source.take(8, 1);
    EXPECT_EQ(source.breaker.state(), State::trying);
    source.take(0, 1);
    EXPECT_EQ(source.breaker.state(), State::closed);
    source.take(9);  // counted from anew
    EXPECT_EQ(source.breaker.state(), State::closed);
}

TEST(CircuitBreaker, OpensAgainWhileTheTrialIsRefused) {
    Source source;
    source.take(10);
    EXPECT_TRUE(source.look_after(60s));
    source.take(9, 1);
    EXPECT_EQ(source.breaker.state(), State::open);
    EXPECT_FALSE(source.look_after(59s));
    EXPECT_TRUE(source.look_after(1s));
}

TEST(CircuitBreaker, ATrialOfFewRecordsIsJudgedByWhatHasCome) {
    Source source;
    source.take(10);
    EXPECT_TRUE(source.look_after(60s));
    EXPECT_FALSE(source.look_after(3600s));  // nothing has come: it goes on waiting
    source.take(0, 1);
    EXPECT_FALSE(source.look_after(1999ms));
    EXPECT_TRUE(source.look_after(1ms));
    EXPECT_EQ(source.breaker.state(), State::closed);
    source.take(10);
    EXPECT_TRUE(source.look_after(60s));
    source.take(1);
    EXPECT_TRUE(source.look_after(2s));
    EXPECT_EQ(source.breaker.state(), State::open);
}

TEST(CircuitBreaker, ATrialThatComesAgainBeginsAgain) {
    Source source;
    source.take(10);
    EXPECT_TRUE(source.look_after(60s));
    source.take(5);
    source.breaker.rewound();
    source.take(5);
    EXPECT_EQ(source.breaker.state(), State::trying);
}

}  // namespace
}  // namespace aw::intake
