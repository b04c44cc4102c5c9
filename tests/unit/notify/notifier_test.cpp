#include "notify/notifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/notify/fakes.hpp"

namespace aw::notify {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class NotifierTest : public ::testing::Test {
protected:
    void start(const std::vector<std::string>& ids, NotifierOptions options = {}) {
        options.jitter_pct = jitter_pct;
        std::vector<std::unique_ptr<Channel>> list;
        for (const std::string& id : ids) {
            auto channel = std::make_unique<FakeChannel>(id);
            channels[id] = channel.get();
            list.push_back(std::move(channel));
        }
        NotifierSinks sinks;
        sinks.receipt = [this](const Receipt& receipt) {
            receipts.push_back(receipt);
            ledger.push_back(receipt.receipt_id + " " + std::string(name(receipt.outcome)));
        };
        sinks.template_broken = [this](const Notice& notice, Language language) {
            happenings.push_back("broken " + notice.notice_id + " " + std::string(name(language)));
        };
        sinks.channel_down = [this](const std::string& id, const std::string&) { happenings.push_back("down " + id); };
        sinks.channel_up = [this](const std::string& id) { happenings.push_back("up " + id); };
        sinks.undelivered = [this](const Notice& notice, const std::string& detail) {
            happenings.push_back("undelivered " + notice.notice_id + ": " + detail);
        };
        std::vector<TemplateMistake> mistakes;
        notifier = std::make_unique<Notifier>(
            options, time, time, Templates::load(AW_SOURCE_DIR "/config/templates", {}, mistakes), std::move(list),
            [this](const StaffId& id) { return people[id.value]; }, std::move(sinks));
        notifier->begin({kTerm}, {});
    }
    void deliver(const std::string& id, const std::string& recipient = "leader-1", const Term& term = kTerm) {
        notifier->deliver(make_notice(id, recipient), term, [this, id] { settled.push_back(id); });
    }

    FakeTime time;
    std::int32_t jitter_pct = 0;
    std::map<std::string, FakeChannel*> channels;
    std::map<std::string, Person> people;
    std::vector<Receipt> receipts;
    std::vector<std::string> ledger;
    std::vector<std::string> happenings;
    std::vector<std::string> settled;
    std::unique_ptr<Notifier> notifier;
};

TEST_F(NotifierTest, DeliversOnceAndWritesTheReceiptBeforeItSettles) {
    start({"wecom", "mail"});
    notifier->deliver(make_notice("n1"), kTerm, [this] { ledger.push_back("settled"); });
    EXPECT_THAT(ledger, ElementsAre("n1/wecom/1 SENT", "settled"));
    EXPECT_THAT(channels["mail"]->sent, IsEmpty());
    ASSERT_EQ(receipts.size(), 1U);
    EXPECT_EQ(receipts[0].notice_id, "n1");
    EXPECT_EQ(receipts[0].recipient_staff_id.value, "leader-1");
    EXPECT_EQ(receipts[0].channel, "wecom");
    EXPECT_EQ(receipts[0].attempt, 1);
    EXPECT_EQ(receipts[0].at, time.now());
    EXPECT_EQ(receipts[0].detail, "fine");
    EXPECT_FALSE(receipts[0].plain_text);
    EXPECT_EQ(notifier->pending(), 0U);
}

TEST_F(NotifierTest, APersonsOwnChannelsAndLanguageAreUsed) {
    start({"wecom", "mail"});
    people["leader-1"] = {.channels = {"mail", "unknown"}, .language = Language::EN};
    deliver("n1");
    EXPECT_THAT(channels["wecom"]->sent, IsEmpty());
    ASSERT_EQ(channels["mail"]->sent.size(), 1U);
    EXPECT_EQ(channels["mail"]->sent[0].notice.language, Language::EN);
    EXPECT_THAT(channels["mail"]->sent[0].notice.text, ::testing::StartsWith("This client may be slipping away"));
}

TEST_F(NotifierTest, TriesAgainWithDoublingPauses) {
    start({"wecom"}, {.first_pause = seconds(1), .max_pause = seconds(5)});
    channels["wecom"]->script = {kRetry, kRetry, kRetry, kRetry, kRetry};
    deliver("n1");
    EXPECT_THAT(ledger, ElementsAre("n1/wecom/1 FAILED"));
    time.advance(milliseconds(999));
    EXPECT_EQ(ledger.size(), 1U);
    time.advance(milliseconds(1));
    EXPECT_EQ(ledger.size(), 2U);
    EXPECT_THAT(settled, IsEmpty());
    time.advance(minutes(1));
    EXPECT_THAT(time.delays, ElementsAre(seconds(1), seconds(2), seconds(4), seconds(5), seconds(5)));
    EXPECT_EQ(ledger.back(), "n1/wecom/6 SENT");
    EXPECT_THAT(settled, ElementsAre("n1"));
}

TEST_F(NotifierTest, JitterSpreadsThePausesAndIsTheSameEachTime) {
    jitter_pct = 20;
    std::vector<std::vector<Duration>> runs;
    for (const std::uint64_t seed : {1U, 1U, 2U}) {
        start({"wecom"}, {.first_pause = seconds(10), .seed = seed});
        channels["wecom"]->script = {kRetry, kRetry};
        time.delays.clear();
        deliver("n1");
        deliver("n2");
        runs.push_back(time.delays);
    }
    EXPECT_EQ(runs[0], runs[1]);
    EXPECT_NE(runs[0], runs[2]);
    EXPECT_NE(runs[0][0], runs[0][1]);
    for (const Duration pause : runs[0]) {
        EXPECT_GE(pause, seconds(8));
        EXPECT_LE(pause, seconds(12));
    }
}

TEST_F(NotifierTest, AProvidersWishForALaterTryIsHeard) {
    start({"wecom"});
    channels["wecom"]->script = {{SendResult::retry, "HTTP 429", seconds(90)},
                                 {SendResult::retry, "HTTP 429", std::chrono::hours(50)}};
    deliver("n1");
    time.advance(seconds(90));
    EXPECT_THAT(time.delays, ElementsAre(seconds(90), minutes(15)));
}

TEST_F(NotifierTest, AGivenUpChannelIsFollowedByTheNextAndThenByOperations) {
    start({"wecom", "mail", "sms"}, {.attempts = 2, .last_attempts = 3});
    people["leader-1"].channels = {"wecom", "mail"};
    channels["wecom"]->otherwise = kRetry;
    channels["mail"]->otherwise = kRetry;
    deliver("n1");
    time.advance(minutes(10));
    EXPECT_THAT(ledger, ElementsAre("n1/wecom/1 FAILED", "n1/wecom/2 GAVE_UP", "n1/mail/1 FAILED", "n1/mail/2 FAILED",
                                    "n1/mail/3 GAVE_UP", "n1/ops-log/1 GAVE_UP"));
    EXPECT_THAT(happenings, ElementsAre("undelivered n1: HTTP 500"));
    EXPECT_THAT(settled, ElementsAre("n1"));
    EXPECT_THAT(channels["sms"]->sent, IsEmpty());
}

TEST_F(NotifierTest, APermanentRefusalGoesToTheNextChannelAtOnce) {
    start({"wecom", "mail"});
    channels["wecom"]->otherwise = kPermanent;
    deliver("n1");
    EXPECT_THAT(ledger, ElementsAre("n1/wecom/1 GAVE_UP", "n1/mail/1 SENT"));
    EXPECT_THAT(time.delays, IsEmpty());
}

TEST_F(NotifierTest, WithoutAnyChannelOperationsAreTold) {
    start({"wecom"});
    people["leader-1"].channels = {"pager"};
    deliver("n1");
    EXPECT_THAT(ledger, ElementsAre("n1/ops-log/1 GAVE_UP"));
    EXPECT_THAT(happenings, ElementsAre("undelivered n1: no channel is configured for this person"));
    EXPECT_THAT(settled, ElementsAre("n1"));
}

TEST_F(NotifierTest, ANoticeWithoutRecipientGoesToEveryChannel) {
    start({"wecom", "mail"}, {.attempts = 2, .last_attempts = 9});
    channels["mail"]->otherwise = kRetry;
    deliver("n1", "");
    EXPECT_THAT(ledger, ElementsAre("n1/wecom/1 SENT", "n1/mail/1 FAILED"));
    EXPECT_THAT(settled, IsEmpty());
    time.advance(minutes(1));  // another channel took it, so the dead one does not hold it up for long
    EXPECT_EQ(ledger.back(), "n1/mail/2 GAVE_UP");
    EXPECT_THAT(happenings, IsEmpty());
    EXPECT_THAT(settled, ElementsAre("n1"));
}

TEST_F(NotifierTest, ADeadChannelDoesNotHoldUpAnother) {
    start({"dead", "mail"}, {.in_flight = 2});
    people["a"].channels = {"dead"};
    people["b"].channels = {"mail"};
    channels["dead"]->hold = true;
    for (int i = 0; i < 10; ++i) {
        deliver("a" + std::to_string(i), "a");
        deliver("b" + std::to_string(i), "b");
    }
    EXPECT_EQ(channels["dead"]->sent.size(), 2U);  // bounded
    EXPECT_EQ(channels["mail"]->sent.size(), 10U);
    EXPECT_EQ(settled.size(), 10U);
    EXPECT_EQ(notifier->pending(), 10U);
}

TEST_F(NotifierTest, NoticesWaitInOrderOfArrivalAndRestingOnesHoldNoPlace) {
    start({"wecom"}, {.in_flight = 1});
    channels["wecom"]->hold = true;
    for (const char* id : {"n1", "n2", "n3"}) deliver(id);
    EXPECT_THAT(channels["wecom"]->ids(), ElementsAre("n1"));
    channels["wecom"]->release(kRetry);
    EXPECT_THAT(channels["wecom"]->ids(), ElementsAre("n1", "n2"));
    time.advance(seconds(1));  // n1 is back, before n3
    channels["wecom"]->release(kOk);
    EXPECT_THAT(channels["wecom"]->ids(), ElementsAre("n1", "n2", "n1"));
    channels["wecom"]->release(kOk);
    channels["wecom"]->release(kOk);
    EXPECT_THAT(settled, ElementsAre("n2", "n1", "n3"));
}

TEST_F(NotifierTest, ADownChannelIsProbedByOneNoticeAndLeftByThoseWhoHaveAnother) {
    start({"wecom", "mail"}, {.attempts = 3, .in_flight = 4, .down_after = 2, .patience = seconds(30)});
    channels["wecom"]->hold = true;
    people["only"].channels = {"wecom"};
    for (const char* id : {"n1", "n2", "n3"}) deliver(id);
    deliver("only1", "only");
    deliver("n4");
    EXPECT_EQ(channels["wecom"]->held.size(), 4U);
    time.advance(seconds(10));
    channels["wecom"]->release(kRetry);
    channels["wecom"]->release(kRetry);
    EXPECT_THAT(happenings, ElementsAre("down wecom"));
    EXPECT_TRUE(notifier->is_down("wecom"));
    channels["wecom"]->release(kRetry);
    channels["wecom"]->release(kRetry);
    EXPECT_EQ(channels["wecom"]->held.size(), 1U);  // one probe at a time
    time.advance(seconds(25));
    channels["wecom"]->release(kRetry);
    // n1, n2, n3 had rested and waited; n4's probe has just failed and rests.
    EXPECT_THAT(channels["mail"]->ids(), ElementsAre("n1", "n2", "n3"));
    EXPECT_THAT(ledger, ::testing::Contains("n1/wecom/2 GAVE_UP"));
    EXPECT_THAT(ledger, ::testing::Contains("n1/mail/1 SENT"));
    EXPECT_EQ(channels["wecom"]->sent.back().notice.notice_id, "only1");
    channels["wecom"]->hold = false;
    channels["wecom"]->release(kOk);
    EXPECT_THAT(happenings, ElementsAre("down wecom", "up wecom"));
    // Up again: what was resting goes at once.
    EXPECT_EQ(channels["wecom"]->sent.back().notice.notice_id, "n4");
    EXPECT_EQ(notifier->pending(), 0U);
    time.advance(minutes(30));  // the timer of n4's rest finds nothing to do
    EXPECT_EQ(settled.size(), 5U);
    EXPECT_EQ(channels["wecom"]->ids().size() + channels["mail"]->ids().size(), receipts.size() - 3);  // 3 left untried
}

TEST_F(NotifierTest, WhatTheLedgerShowsAsSentIsNotSentAgain) {
    start({"wecom", "mail"});
    channels["wecom"]->script = {kRetry};
    deliver("n1");
    time.advance(seconds(1));
    deliver("n2");
    channels["wecom"]->otherwise = kRetry;
    deliver("n3");
    const std::vector<Receipt> before = receipts;
    // The process dies here. The caller had committed nothing and reads all three again, and the ledger with them.
    start({"wecom", "mail"});
    settled.clear();
    ledger.clear();
    notifier->begin({kTerm}, before);
    for (const char* id : {"n1", "n2", "n3"}) deliver(id);
    EXPECT_THAT(channels["wecom"]->ids(), ElementsAre("n3"));
    EXPECT_THAT(ledger, ElementsAre("n3/wecom/1 SENT"));
    EXPECT_THAT(settled, ElementsAre("n1", "n2", "n3"));
}

TEST_F(NotifierTest, OfANoticeToAllOnlyTheChannelsThatTookItAreSkipped) {
    start({"wecom", "mail"});
    Receipt receipt;
    receipt.notice_id = "n1";
    receipt.channel = "wecom";
    receipt.outcome = ReceiptOutcome::SENT;
    notifier->begin({kTerm}, {receipt});
    deliver("n1", "");
    EXPECT_THAT(ledger, ElementsAre("n1/mail/1 SENT"));
    receipt.channel = "mail";
    Receipt other = receipt;
    other.channel = "wecom";
    notifier->begin({kTerm}, {receipt, other});
    deliver("n1", "");
    EXPECT_EQ(ledger.size(), 1U);
    EXPECT_THAT(settled, ElementsAre("n1", "n1"));
}

TEST_F(NotifierTest, ANoticeOnItsWayIsNotSentTwice) {
    start({"wecom"});
    channels["wecom"]->hold = true;
    deliver("n1");
    deliver("n1");
    EXPECT_EQ(channels["wecom"]->sent.size(), 1U);
    channels["wecom"]->release(kOk);
    EXPECT_THAT(settled, ElementsAre("n1", "n1"));
}

TEST_F(NotifierTest, AnAnswerOrATimerAfterTheEndIsIgnored) {
    start({"wecom"});
    channels["wecom"]->script = {kRetry};
    deliver("n1");
    channels["wecom"]->hold = true;
    deliver("n2");
    const Channel::Done late = channels["wecom"]->held.front();
    notifier.reset();
    late(kOk);
    time.advance(minutes(10));
    EXPECT_THAT(settled, IsEmpty());
}

TEST_F(NotifierTest, AThousandNoticesThroughAChannelThatAnswersAtOnce) {
    start({"wecom"}, {.in_flight = 1});
    channels["wecom"]->hold = true;
    for (int i = 0; i < 1000; ++i) deliver("n" + std::to_string(i));
    channels["wecom"]->hold = false;
    channels["wecom"]->release(kOk);
    EXPECT_EQ(settled.size(), 1000U);
    EXPECT_EQ(settled.back(), "n999");
}

TEST_F(NotifierTest, ABrokenTemplateSendsTheNoticesOwnWordsAndIsTold) {
    start({"wecom"});
    notifier->set_templates(Templates());
    deliver("n1");
    EXPECT_THAT(happenings, ElementsAre("broken n1 ZH"));
    EXPECT_EQ(channels["wecom"]->sent[0].notice.subject, "own subject");
    EXPECT_EQ(channels["wecom"]->sent[0].notice.text, "own text");
    EXPECT_TRUE(receipts.at(0).plain_text);
    EXPECT_EQ(receipts[0].outcome, ReceiptOutcome::SENT);
}

TEST_F(NotifierTest, DetailsInTheLedgerAreShortOneLineUtf8) {
    start({"wecom"});
    std::string detail = "line\nbad \xff ";
    for (int i = 0; i < 300; ++i) detail += "德";
    channels["wecom"]->otherwise = {SendResult::ok, detail, Duration{0}};
    deliver("n1");
    EXPECT_THAT(receipts.at(0).detail, ::testing::StartsWith("line bad \xef\xbf\xbd 德"));
    EXPECT_LE(receipts[0].detail.size(), 500U);
    EXPECT_THAT(receipts[0].detail, ::testing::EndsWith("德"));
}

}  // namespace
}  // namespace aw::notify
