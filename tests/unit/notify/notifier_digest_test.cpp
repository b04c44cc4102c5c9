// The notifier with an attention budget; the caller's topic is a vector here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notify/notifier.hpp"
#include "unit/notify/fakes.hpp"

namespace aw::notify {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// FakeTime begins at 2026-08-16T23:50:00Z. The zone here is UTC+8, so it is Monday 07:50.
constexpr Duration kShanghai = hours{8};
constexpr const char* kDigest = "manager-1-digest-2026-08-17-1700";

class DigestTest : public ::testing::Test {
protected:
    // What the process knew is gone; the ledger and the topic are not.
    void start(const Term& term = kTerm) {
        std::vector<std::unique_ptr<Channel>> list;
        for (const char* id : {"mail", "wecom"}) {
            auto channel = std::make_unique<FakeChannel>(id);
            channels[id] = channel.get();
            list.push_back(std::move(channel));
        }
        NotifierSinks sinks;
        sinks.receipt = [this](const Receipt& receipt) { ledger.push_back(receipt); };
        sinks.decided = [this](const Term&, const std::vector<Receipt>& receipts, const std::optional<Notice>& digest) {
            ledger.insert(ledger.end(), receipts.begin(), receipts.end());
            if (digest) topic.push_back(*digest);
        };
        sinks.undelivered = [this](const Notice& notice, const std::string&) {
            undelivered.push_back(notice.notice_id);
        };
        std::vector<TemplateMistake> mistakes;
        AttentionContext attention{
            [this] { return rules; },
            [](Timestamp at) { return Day{static_cast<std::int32_t>((at + kShanghai).ms / 86'400'000)}; },
            [](Day day, int minute) {
                return Timestamp{std::int64_t{day.n} * 86'400'000 + std::int64_t{minute} * 60'000} - kShanghai;
            }};
        notifier = std::make_unique<Notifier>(
            NotifierOptions{.jitter_pct = 0}, time, time,
            Templates::load(AW_SOURCE_DIR "/config/templates", {}, mistakes), std::move(list),
            [this](const StaffId& id) { return people[id.value]; }, std::move(sinks), std::move(attention));
        notifier->begin({term}, std::vector<Receipt>(ledger));
    }
    void deliver(const Notice& notice, const Term& term = kTerm) {
        notifier->deliver(notice, term, [this, id = notice.notice_id] { settled.push_back(id); });
    }
    static Notice task(const std::string& id) {
        Notice notice = make_notice(id, "manager-1");
        notice.reason = NoticeReason::TASK_ASSIGNED;
        notice.subject = "about " + id;
        notice.case_class = CaseClass::EMERGENCY;
        return notice;
    }
    [[nodiscard]] std::vector<std::string> outcomes() const {
        std::vector<std::string> list;
        for (const Receipt& receipt : ledger)
            list.push_back(receipt.receipt_id + " " + std::string(name(receipt.outcome)));
        return list;
    }

    FakeTime time;
    AttentionRules rules{1, 17 * 60, Language::ZH};
    std::map<std::string, FakeChannel*> channels;
    std::map<std::string, Person> people;
    std::vector<Receipt> ledger;
    std::vector<Notice> topic;
    std::vector<std::string> settled;
    std::vector<std::string> undelivered;
    std::unique_ptr<Notifier> notifier;
};

TEST_F(DigestTest, WhatIsOverTheBudgetComesInOneDigestAtItsTime) {
    start();
    for (const char* id : {"n1", "n2", "n3"}) deliver(task(id));
    EXPECT_THAT(channels["mail"]->ids(), ElementsAre("n1"));
    EXPECT_THAT(settled, ElementsAre("n1", "n2", "n3"));
    EXPECT_THAT(outcomes(), ElementsAre("n1/mail/1 SENT", "n2/digest/1 HELD", "n3/digest/1 HELD"));
    time.advance(hours(9) + minutes(9));
    EXPECT_THAT(topic, IsEmpty());
    time.advance(minutes(1));  // 17:00
    ASSERT_THAT(topic, SizeIs(1));
    EXPECT_EQ(topic[0].notice_id, kDigest);
    EXPECT_THAT(topic[0].text, HasSubstr("37140000012-1 about n3（2 条）"));
    deliver(topic[0]);  // over the budget as well, but never held
    EXPECT_THAT(channels["mail"]->ids(), ElementsAre("n1", kDigest));
    EXPECT_THAT(channels["mail"]->sent[1].notice.text, HasSubstr("汇总如下"));
    time.advance(hours(48));  // nothing was held: no digest
    EXPECT_THAT(topic, SizeIs(1));
}

TEST_F(DigestTest, AnEmergencyGoesOutAtOnceWhateverTheBudget) {
    start();
    deliver(task("n1"));
    for (const NoticeReason reason : {NoticeReason::CASE_OPENED, NoticeReason::ROLE_INVITED, NoticeReason::ESCALATED,
                                      NoticeReason::DEADLINE_BREACHED, NoticeReason::CASE_RESOLVED}) {
        Notice notice = task(std::string(name(reason)));
        notice.reason = reason;
        deliver(notice);
        notice.notice_id += "-supervised";
        notice.case_class = CaseClass::SUPERVISED_FOLLOW_UP;
        deliver(notice);
    }
    EXPECT_THAT(channels["mail"]->ids(),
                ElementsAre("n1", "CASE_OPENED", "ROLE_INVITED", "ESCALATED", "DEADLINE_BREACHED", "CASE_RESOLVED"));
}

TEST_F(DigestTest, NoticesOnTheWayCountAgainstTheBudget) {
    start();
    channels["mail"]->hold = true;
    deliver(task("n1"));
    deliver(task("n2"));
    EXPECT_THAT(outcomes(), ElementsAre("n2/digest/1 HELD"));
    channels["mail"]->release(kOk);
    deliver(task("n1"));  // the record twice in the topic
    deliver(task("n2"));
    EXPECT_THAT(outcomes(), ElementsAre("n2/digest/1 HELD", "n1/mail/1 SENT"));
    EXPECT_THAT(channels["mail"]->ids(), ElementsAre("n1"));
    EXPECT_THAT(settled, ElementsAre("n2", "n1", "n1", "n2"));
}

TEST_F(DigestTest, TheFirstNoticeAfterItsTimeBringsTheDigestWhenTheTimerIsLate) {
    start();
    deliver(task("n1"));
    deliver(task("n2"));
    time.jump(hours(10));  // the machine slept
    EXPECT_THAT(topic, IsEmpty());
    Notice other = make_notice("m1", "manager-2");
    deliver(other);
    ASSERT_THAT(topic, SizeIs(1));
    EXPECT_EQ(topic[0].recipient_staff_id, StaffId("manager-1"));
    time.advance(hours(10));
    EXPECT_THAT(topic, SizeIs(1));
}

TEST_F(DigestTest, ARestartKeepsTheCountAndWhatIsHeld) {
    start();
    deliver(task("n1"));
    deliver(task("n2"));
    start();
    for (const char* id : {"n1", "n2", "n3"}) deliver(task(id));  // nothing had been committed
    EXPECT_THAT(channels["mail"]->ids(), IsEmpty());
    EXPECT_THAT(outcomes(), ElementsAre("n1/mail/1 SENT", "n2/digest/1 HELD", "n3/digest/1 HELD"));
    time.jump(hours(30));  // nobody was there at 17:00
    start();
    ASSERT_THAT(topic, SizeIs(1));
    EXPECT_EQ(topic[0].notice_id, kDigest);
    EXPECT_EQ(topic[0].subject, "通知汇总：2 条");
    start();
    EXPECT_THAT(topic, SizeIs(1));
    for (const char* id : {"n1", "n2", "n3"}) deliver(task(id));
    EXPECT_THAT(channels["mail"]->ids(), IsEmpty());
}

TEST_F(DigestTest, TheDigestSpeaksThePersonsLanguageAndTakesThePersonsChannels) {
    people["manager-1"] = {{"wecom"}, Language::EN};
    start();
    deliver(task("n1"));
    deliver(task("n2"));
    time.advance(hours(10));
    ASSERT_THAT(topic, SizeIs(1));
    EXPECT_EQ(topic[0].subject, "Digest: 1 notice");
    deliver(topic[0]);
    EXPECT_THAT(channels["wecom"]->ids(), ElementsAre("n1", kDigest));
    EXPECT_THAT(channels["wecom"]->sent[1].notice.text, HasSubstr("one line a case"));
}

TEST_F(DigestTest, TheDigestIsTriedAgainAndThenGoesToTheNextChannel) {
    start();
    deliver(task("n1"));
    deliver(task("n2"));
    time.advance(hours(10));
    channels["mail"]->script = {kRetry, kPermanent};
    deliver(topic.at(0));
    time.advance(seconds(1));
    const std::string id = kDigest;
    const auto all = outcomes();
    EXPECT_THAT(std::vector(all.end() - 3, all.end()),
                ElementsAre(id + "/mail/1 FAILED", id + "/mail/2 GAVE_UP", id + "/wecom/1 SENT"));
    EXPECT_THAT(undelivered, IsEmpty());
}

TEST_F(DigestTest, ABrokenTemplateSendsTheDigestInItsPlainWords) {
    start();
    notifier->set_templates(Templates());
    deliver(task("n1"));
    deliver(task("n2"));
    time.advance(hours(10));
    deliver(topic.at(0));
    EXPECT_EQ(channels["mail"]->sent[1].notice.subject, "通知汇总：1 条");
    EXPECT_EQ(channels["mail"]->sent[1].notice.text, "任务 1\n37140000012-1 about n2");
    EXPECT_TRUE(ledger.back().plain_text);
}

TEST_F(DigestTest, AChangedTimeOfDigestCountsAtOnce) {
    start();
    deliver(task("n1"));
    deliver(task("n2"));
    rules.digest_minute = 8 * 60;
    notifier->rules_changed();
    time.advance(minutes(10));
    ASSERT_THAT(topic, SizeIs(1));
    EXPECT_EQ(topic[0].notice_id, "manager-1-digest-2026-08-17-0800");
}

TEST_F(DigestTest, WhatRestsIsLeftToWhoeverHasThePartitionNext) {
    start();
    rules.per_day = 0;
    channels["mail"]->script = {kRetry};
    deliver(task("n1"));
    notifier->end(kTerm);
    EXPECT_EQ(notifier->pending(), 0U);
    deliver(task("n2"));  // was on its way to the notifier
    time.advance(hours(1));
    EXPECT_THAT(channels["mail"]->ids(), ElementsAre("n1"));
    EXPECT_THAT(settled, IsEmpty());
    const Term next{0, 2};
    notifier->begin({next}, ledger);
    deliver(task("n1"), next);
    EXPECT_THAT(channels["mail"]->ids(), ElementsAre("n1", "n1"));
    EXPECT_THAT(settled, ElementsAre("n1"));
}

TEST_F(DigestTest, AnAttemptUnderWayAtTheEndOfATermIsWaitedForBeforeTheNext) {
    start();
    rules.per_day = 0;
    channels["mail"]->hold = true;
    deliver(task("n1"));
    deliver(task("n2"));
    Notice to_all = make_notice("all", "");
    deliver(to_all);
    const Term next{0, 2};
    notifier->end(kTerm);
    notifier->begin({next}, ledger);
    for (const char* id : {"n1", "n2"}) deliver(task(id), next);
    deliver(to_all, next);
    EXPECT_THAT(channels["mail"]->ids(), ElementsAre("n1", "n2", "all"));
    channels["mail"]->hold = false;
    channels["mail"]->release(kOk);     // n1: done
    channels["mail"]->release(kRetry);  // n2: not tried again in the old term, but in the new one
    channels["mail"]->release(kOk);     // all: wecom had taken it before
    EXPECT_THAT(channels["mail"]->ids(), ElementsAre("n1", "n2", "all", "n2"));
    EXPECT_THAT(channels["wecom"]->ids(), ElementsAre("all"));
    EXPECT_THAT(settled, ElementsAre("n1", "n2", "all"));
    EXPECT_EQ(notifier->pending(), 0U);
}

}  // namespace
}  // namespace aw::notify
