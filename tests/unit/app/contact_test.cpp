// When a log counts as gone, and when as back, by what its client delivers and by what the log says when it is asked.
#include "app/contact.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_log.hpp"
#include "support/sample_rules.hpp"

namespace aw::app {
namespace {

class ContactTest : public testing::Test {
protected:
    test::OwnPace pace;
    test::FakeLog log;  // does not answer until told to
    test::FixedClock clock{test::shanghai("2026-12-01 12:00")};
    test::QuietTelemetry quiet{clock};
    Contact contact{log, quiet.telemetry, pace};
};

TEST_F(ContactTest, ShortSilenceIsNotAskedAbout) {
    pace.pass(Contact::kSilence - Duration{1});
    EXPECT_FALSE(contact.polled(false));
    EXPECT_TRUE(contact.there());
}

TEST_F(ContactTest, SilenceThatLastsAndHasNoAnswerIsALoss) {
    pace.pass(Contact::kSilence);
    EXPECT_FALSE(contact.polled(false));
    EXPECT_FALSE(contact.there());
    EXPECT_FALSE(contact.polled(false));
    log.reachable = true;
    EXPECT_TRUE(contact.polled(false));
    EXPECT_TRUE(contact.there());
    EXPECT_FALSE(contact.polled(false)) << "it comes back once";
}

TEST_F(ContactTest, WhatIsDeliveredAndAnAnswerBothEndTheSilence) {
    pace.pass(Contact::kSilence - Duration{1});
    EXPECT_FALSE(contact.polled(true));
    pace.pass(Contact::kSilence - Duration{1});
    EXPECT_FALSE(contact.polled(false));
    EXPECT_TRUE(contact.there());
    log.reachable = true;
    pace.pass(Duration{1});
    EXPECT_FALSE(contact.polled(false)) << "it had not been lost";
    log.reachable = false;
    pace.pass(Contact::kSilence - Duration{1});
    EXPECT_FALSE(contact.polled(false));
    EXPECT_TRUE(contact.there());
}

TEST_F(ContactTest, AfterAnErrorAnEmptyPollProvesNothing) {
    contact.lost("reading: nobody there");
    EXPECT_FALSE(contact.polled(false));
    EXPECT_FALSE(contact.there());
    EXPECT_TRUE(contact.polled(true));
    EXPECT_TRUE(contact.there());
}

}  // namespace
}  // namespace aw::app
