#include "codec/output_decoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/output_encoder.hpp"

namespace aw {
namespace {

using testing::HasSubstr;

TEST(OutputDecoder, ReadsACaseInBothFormats) {
    Case c;
    c.case_id = CaseId("01000000002-1");
    c.account_root = parse_root("01000000002").value();
    c.state = CaseState::OBSERVING;
    c.version = 9;
    c.milestones = {{MilestoneKind::RESOLVE, {1'786'926'600'000}, {}, {}, 0}};
    c.plan = CasePlan{};
    for (const Format format : {Format::protobuf, Format::json}) {
        const auto again = decode_case(encode(c, format));
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(again->case_id.view(), "01000000002-1");
        EXPECT_EQ(again->account_root, c.account_root);
        EXPECT_EQ(again->state, CaseState::OBSERVING);
        EXPECT_EQ(again->version, 9);
        EXPECT_EQ(again->milestones.at(0).due_at.ms, 1'786'926'600'000);
        EXPECT_FALSE(again->milestones.at(0).met_at.is_set());
        EXPECT_TRUE(again->plan.has_value()) << "an empty plan is a plan";
        EXPECT_FALSE(again->report.has_value());
    }
}

TEST(OutputDecoder, ReadsNoticeAndTask) {
    const auto notice = decode_notice(R"({"notice_id":"n","reason":"FILING","language":"EN","text":"a\u4e2d"})");
    ASSERT_TRUE(notice);
    EXPECT_EQ(notice->reason, NoticeReason::FILING);
    EXPECT_EQ(notice->language, Language::EN);
    EXPECT_EQ(notice->text, "a中");
    const auto task =
        decode_task(R"({"task_id":"u-1-t2","kind":"PICKUP","state":"DONE","warned_at":["2026-01-01T00:00:00Z"]})");
    ASSERT_TRUE(task);
    EXPECT_FALSE(task->account_root.is_set());
    EXPECT_EQ(task->warned_at.size(), 1U);
}

TEST(OutputDecoder, SaysWhatIsWrong) {
    EXPECT_THAT(decode_notice("{\"text\":1}").error().message, HasSubstr("not a Notice: WRONG_TYPE: text: expected"));
    EXPECT_THAT(decode_task("\xff").error().message, HasSubstr("not a Task: UNDECODABLE"));
    EXPECT_THAT(decode_case(R"({"account_root":"123"})").error().message,
                HasSubstr("account_root: expected 11 digits"));
    EXPECT_THAT(decode_case(R"({"milestones":[{"name":"LUNCH"}]})").error().message, HasSubstr("milestones[0].name"));
    EXPECT_THAT(decode_account(R"({"branches":[{"branch":"1"}]})").error().message, HasSubstr("branches[0].branch"));
}

TEST(OutputDecoder, TurnsTopicBytesIntoJson) {
    const DataGap gap{"g", "sorting", "", {}, {}, {}, 3};
    EXPECT_EQ(to_json(OutputKind::data_gap, encode(gap, Format::protobuf)),
              R"({"gap_id":"g","feed":"sorting","accounts_held":3})");
    EXPECT_EQ(to_json(OutputKind::data_gap, " {\"accounts_held\": 3}"), R"({"accounts_held":3})");
    EXPECT_FALSE(to_json(OutputKind::signal, encode(gap, Format::protobuf)));
}

}  // namespace
}  // namespace aw
