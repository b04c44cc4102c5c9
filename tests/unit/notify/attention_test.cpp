#include "notify/attention.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notify/digest.hpp"

namespace aw::notify {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr Duration kShanghai = std::chrono::hours{8};
const Term kOne{0, 1};

Day local_day(Timestamp at) { return Day{static_cast<std::int32_t>((at + kShanghai).ms / 86'400'000)}; }
Timestamp local(Day day, int minute) {
    return Timestamp{std::int64_t{day.n} * 86'400'000 + std::int64_t{minute} * 60'000} - kShanghai;
}
const Day kMonday = make_day(2026, 8, 17);
Timestamp at(int hour, int minute = 0) { return local(kMonday, hour * 60 + minute); }

Notice notice_for(const std::string& id, NoticeReason reason = NoticeReason::TASK_ASSIGNED,
                  CaseClass case_class = CaseClass::SUPERVISED_FOLLOW_UP) {
    Notice notice;
    notice.notice_id = id;
    notice.recipient_staff_id = StaffId("manager-1");
    notice.reason = reason;
    notice.case_id = CaseId("37140000012-1");
    notice.case_class = case_class;
    notice.subject = "about " + id;
    return notice;
}

Receipt sent(const std::string& id, Timestamp when, NoticeReason reason = NoticeReason::TASK_ASSIGNED) {
    Receipt receipt;
    receipt.notice_id = id;
    receipt.recipient_staff_id = StaffId("manager-1");
    receipt.channel = "mail";
    receipt.outcome = ReceiptOutcome::SENT;
    receipt.at = when;
    receipt.reason = reason;
    return receipt;
}

class AttentionTest : public ::testing::Test {
protected:
    void begin(const std::vector<Receipt>& ledger, Timestamp now = at(9), const Term& term = kOne) {
        attention.begin(
            {term}, ledger, [](const std::string&) { return false; }, now);
    }
    [[nodiscard]] std::vector<std::string> due(Timestamp now) {
        std::vector<std::string> list;
        for (const auto& one : attention.take_due(now)) {
            for (const Held& held : one.held) list.push_back(one.digest_id + ": " + held.notice_id);
        }
        return list;
    }

    AttentionRules rules{2, 17 * 60, Language::ZH};
    Attention attention{{[this] { return rules; }, local_day, local}};
};

TEST_F(AttentionTest, TheBudgetIsOfOnePersonAndOneLocalDay) {
    begin({});
    EXPECT_FALSE(attention.must_hold(notice_for("n1"), 0, at(9)));
    attention.attempted(sent("n1", at(9)), at(9));
    attention.attempted(sent("n1", at(9)), at(9));  // by a second channel, or read again: the same notice
    EXPECT_FALSE(attention.must_hold(notice_for("n2"), 0, at(9)));
    EXPECT_TRUE(attention.must_hold(notice_for("n3"), 1, at(9)));  // one on the way counts
    attention.attempted(sent("n2", at(23, 59)), at(23, 59));
    EXPECT_TRUE(attention.must_hold(notice_for("n3"), 0, at(23, 59)));
    EXPECT_FALSE(attention.must_hold(notice_for("n3"), 0, at(24)));  // local midnight, 16:00 UTC
    Notice other = notice_for("n3");
    other.recipient_staff_id = StaffId("manager-2");
    EXPECT_FALSE(attention.must_hold(other, 0, at(23, 59)));
}

TEST_F(AttentionTest, WithoutABudgetNothingIsHeld) {
    begin({});
    rules.per_day = 0;
    EXPECT_FALSE(attention.must_hold(notice_for("n1"), 1000, at(9)));
    const Attention off{{}};
    EXPECT_FALSE(off.must_hold(notice_for("n1"), 1000, at(9)));
}

TEST_F(AttentionTest, WhatAnEmergencyNeedsIsNeverHeld) {
    using R = NoticeReason;
    for (std::size_t i = 1; i < EnumNames<R>::kList.size(); ++i) {
        const auto reason = static_cast<R>(i);
        const bool always = reason == R::DIGEST || reason == R::OPERATIONS || reason == R::ROLE_UNFILLED;
        const bool needed = reason == R::CASE_OPENED || reason == R::ROLE_INVITED || reason == R::ESCALATED ||
                            reason == R::DEADLINE_BREACHED || reason == R::CASE_RESOLVED || reason == R::CASE_CLOSED ||
                            reason == R::REOPENED || reason == R::STALE || reason == R::ACK_OVERDUE;
        EXPECT_EQ(never_held(notice_for("n1", reason, CaseClass::EMERGENCY)), always || needed) << name(reason);
        EXPECT_EQ(never_held(notice_for("n1", reason, CaseClass::SUPERVISED_FOLLOW_UP)), always) << name(reason);
        EXPECT_EQ(never_held(notice_for("n1", reason, CaseClass::UNSPECIFIED)), always) << name(reason);
    }
    Notice nobody = notice_for("n1");
    nobody.recipient_staff_id = StaffId{};
    EXPECT_TRUE(never_held(nobody));
    // They count, though.
    begin({});
    attention.attempted(sent("e1", at(9), R::CASE_OPENED), at(9));
    attention.attempted(sent("e2", at(9), R::ESCALATED), at(9));
    attention.attempted(sent("d1", at(9), R::DIGEST), at(9));
    EXPECT_TRUE(attention.must_hold(notice_for("n1"), 0, at(9)));
}

TEST_F(AttentionTest, TheDigestDoesNotCount) {
    begin({});
    attention.attempted(sent("d1", at(9), NoticeReason::DIGEST), at(9));
    attention.attempted(sent("n1", at(9)), at(9));
    EXPECT_FALSE(attention.must_hold(notice_for("n2"), 0, at(9)));
}

TEST_F(AttentionTest, WhatIsHeldIsDueAtTheNextTimeOfDigestAndOnce) {
    begin({});
    const Receipt receipt = attention.hold(kOne, notice_for("n1"), at(9));
    EXPECT_EQ(receipt.receipt_id, "n1/digest/1");
    EXPECT_EQ(receipt.outcome, ReceiptOutcome::HELD);
    EXPECT_EQ(receipt.subject, "about n1");
    EXPECT_TRUE(attention.is_held(kOne, "n1"));
    EXPECT_EQ(attention.next_digest(at(9)), at(17));
    EXPECT_THAT(due(at(16, 59)), IsEmpty());
    (void)attention.hold(kOne, notice_for("n2"), at(16, 59));
    EXPECT_THAT(due(at(17)),
                ElementsAre("manager-1-digest-2026-08-17-1700: n1", "manager-1-digest-2026-08-17-1700: n2"));
    EXPECT_TRUE(attention.is_held(kOne, "n1"));  // it stands in the digest
    (void)attention.hold(kOne, notice_for("n3"), at(17));
    EXPECT_THAT(due(at(23, 59)), IsEmpty());
    EXPECT_EQ(attention.next_digest(at(17)), at(17 + 24));
    EXPECT_THAT(due(at(17 + 24)), ElementsAre("manager-1-digest-2026-08-18-1700: n3"));
    EXPECT_THAT(due(at(17 + 48)), IsEmpty());
}

TEST_F(AttentionTest, AfterARestartTheLedgerSaysWhatIsHeldAndWhoWasTold) {
    begin({});
    std::vector<Receipt> ledger{sent("n0", at(-1)), sent("n1", at(9)), sent("n2", at(9))};
    for (const char* id : {"n3", "n4", "n5"}) ledger.push_back(attention.hold(kOne, notice_for(id), at(10)));
    Receipt digested = ledger[3];
    digested.outcome = ReceiptOutcome::DIGESTED;
    digested.detail = "manager-1-digest-2026-08-17-0900";
    ledger.push_back(digested);
    Receipt elsewhere = ledger[4];  // of another partition
    elsewhere.notice_id = "n6";
    elsewhere.partition = 1;
    ledger.push_back(elsewhere);
    ledger.push_back(ledger[4]);  // once more

    attention = Attention{{[this] { return rules; }, local_day, local}};
    attention.begin(
        {kOne}, ledger, [](const std::string& id) { return id == "n5"; }, at(11));
    EXPECT_TRUE(attention.must_hold(notice_for("n7"), 0, at(11)));  // n1 and n2 of today
    for (const char* id : {"n3", "n4", "n5"}) EXPECT_TRUE(attention.is_held(kOne, id)) << id;
    EXPECT_FALSE(attention.is_held(kOne, "n6"));
    EXPECT_THAT(due(at(17)), ElementsAre("manager-1-digest-2026-08-17-1700: n4"));
}

TEST_F(AttentionTest, WhatWasDecidedInATermThatEndedHasNeverHappened) {
    begin({});
    (void)attention.hold(kOne, notice_for("n1"), at(9));
    attention.end(kOne);
    EXPECT_FALSE(attention.has(kOne));
    EXPECT_FALSE(attention.is_held(kOne, "n1"));
    EXPECT_THAT(due(at(17)), IsEmpty());
    begin({}, at(18), {0, 2});
    EXPECT_FALSE(attention.is_held({0, 2}, "n1"));
}

TEST_F(AttentionTest, OnceLetGoItIsNeverHeld) {
    Receipt failed = sent("n1", at(9));
    failed.outcome = ReceiptOutcome::FAILED;
    begin({failed, sent("e1", at(9)), sent("e2", at(9))}, at(10));
    EXPECT_FALSE(attention.must_hold(notice_for("n1"), 0, at(10)));
    EXPECT_TRUE(attention.must_hold(notice_for("n2"), 0, at(10)));
}

TEST_F(AttentionTest, AReloadCountsAtOnce) {
    begin({sent("n1", at(9)), sent("n2", at(9))});
    (void)attention.hold(kOne, notice_for("n3"), at(9));
    rules.per_day = 3;
    EXPECT_FALSE(attention.must_hold(notice_for("n4"), 0, at(9)));
    rules = {0, 10 * 60, Language::ZH};  // no budget any more: what is held still comes
    EXPECT_EQ(attention.next_digest(at(9)), at(10));
    EXPECT_THAT(due(at(10)), ElementsAre("manager-1-digest-2026-08-17-1000: n3"));
}

TEST_F(AttentionTest, ADigestThatCameTooEarlyLeavesItsNameToNobodyElse) {
    begin({});
    (void)attention.hold(kOne, notice_for("n1"), at(16));
    EXPECT_THAT(due(at(17)), SizeIs(1));
    (void)attention.hold(kOne, notice_for("n2"), at(16, 30));  // the clock went back
    begin({[&] {
               Receipt held = attention.hold(kOne, notice_for("n2"), at(16, 30));
               return held;
           }(),
           [] {
               Receipt digested = sent("n1", at(17));
               digested.outcome = ReceiptOutcome::DIGESTED;
               digested.detail = "manager-1-digest-2026-08-17-1700";
               return digested;
           }()},
          at(16, 31));
    EXPECT_THAT(due(at(17)), ElementsAre("manager-1-digest-2026-08-17-1700-2: n2"));
}

Attention::Due some_due(std::size_t cases) {
    Attention::Due due{kOne, StaffId("manager-1"), "manager-1-digest-2026-08-17-1700", {}};
    for (std::size_t i = 1; i <= cases; ++i) {
        const std::string id = std::to_string(i);
        due.held.push_back({"n" + id, NoticeReason::TASK_ASSIGNED, CaseId("37140000012-" + id), "待办" + id, at(9)});
    }
    return due;
}

TEST(Digest, CountsByReasonAndOneLineForEachCase) {
    Attention::Due due = some_due(2);
    due.held.push_back({"n3", NoticeReason::DEADLINE_WARNING, CaseId("37140000012-1"), "即将到期", at(10)});
    due.held.push_back({"n4", NoticeReason::DATA_GAP, {}, "数据中断 sorting", at(11)});
    const Notice zh = digest_notice(due, Language::ZH, at(17));
    EXPECT_EQ(zh.subject, "通知汇总：4 条");
    EXPECT_EQ(zh.text,
              "任务 2，即将到期 1，数据中断 1\n"
              "37140000012-1 即将到期（2 条）\n"
              "37140000012-2 待办2\n"
              "数据中断 sorting");
    EXPECT_EQ(zh.notice_id, due.digest_id);
    EXPECT_EQ(zh.reason, NoticeReason::DIGEST);
    EXPECT_EQ(zh.recipient_staff_id, StaffId("manager-1"));
    const Notice en = digest_notice(due, Language::EN, at(17));
    EXPECT_EQ(en.subject, "Digest: 4 notices");
    EXPECT_THAT(en.text, HasSubstr("task 2, deadline near 1, data gap 1\n37140000012-1 即将到期 (2 notices)\n"));
    EXPECT_EQ(en.language, Language::EN);
    const auto receipts = digested_receipts(due, at(17));
    ASSERT_THAT(receipts, SizeIs(4));
    EXPECT_EQ(receipts[3].receipt_id, "n4/digest/2");
    EXPECT_EQ(receipts[3].outcome, ReceiptOutcome::DIGESTED);
    EXPECT_EQ(receipts[3].detail, due.digest_id);
}

TEST(Digest, IsBounded) {
    EXPECT_THAT(digest_notice(some_due(20), Language::EN, at(17)).text, Not(HasSubstr("more")));
    const Notice notice = digest_notice(some_due(5000), Language::ZH, at(17));
    EXPECT_THAT(notice.text, ::testing::EndsWith("37140000012-20 待办20\n另有 4980 项"));
    EXPECT_EQ(notice.subject, "通知汇总：5000 条");
    EXPECT_THAT(digest_notice(some_due(27), Language::EN, at(17)).text, ::testing::EndsWith("\nand 7 more"));
}

TEST(Digest, EveryReasonHasWordsOfItsOwn) {
    for (const Language language : {Language::ZH, Language::EN}) {
        std::set<std::string_view> words;
        for (std::size_t i = 0; i < EnumNames<NoticeReason>::kList.size(); ++i) {
            words.insert(reason_text(static_cast<NoticeReason>(i), language));
        }
        EXPECT_EQ(words.size(), EnumNames<NoticeReason>::kList.size());
    }
    EXPECT_EQ(reason_text(NoticeReason::OPERATIONS, Language::EN), "operations");
    EXPECT_EQ(reason_text(NoticeReason::REMINDER, Language::EN), "reminder");
    EXPECT_EQ(reason_text(NoticeReason::STALE, Language::ZH), "长期无进展");
}

}  // namespace
}  // namespace aw::notify
