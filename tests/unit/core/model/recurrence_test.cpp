#include "core/model/recurrence.hpp"

#include <gtest/gtest.h>

namespace aw {
namespace {

TEST(Recurrence, TheGrammar) {
    ASSERT_TRUE(parse_recurrence(""));
    EXPECT_FALSE(parse_recurrence("")->repeats);
    EXPECT_EQ(parse_recurrence("DAILY")->weekdays, Recurrence::kEveryDay);
    EXPECT_EQ(parse_recurrence("WEEKLY")->weekdays, 0);
    EXPECT_EQ(parse_recurrence("WEEKLY:SUN,MON")->weekdays, 0b1000001);
    EXPECT_EQ(parse_recurrence("WEEKLY:TUE;UNTIL=2026-12-31")->last, make_day(2026, 12, 31));
    EXPECT_FALSE(parse_recurrence("DAILY")->last);
    for (const char* wrong : {"daily", "MONTHLY", "WEEKLY:", "WEEKLY:MON,", "WEEKLY:MON TUE", "WEEKLY,MON",
                              "DAILY;UNTIL=", "DAILY;UNTIL=tomorrow", ";UNTIL=2026-12-31", "DAILY:MON", " DAILY"}) {
        EXPECT_FALSE(parse_recurrence(wrong)) << wrong;
    }
}

SilenceEvent silence(Duration length, std::string_view recurrence = {}) {
    SilenceEvent event;
    event.silence_id = "s1";
    event.unit_id = "city";
    event.author_staff_id = "market";
    event.reason = "stocktaking";
    event.from = *parse_rfc3339("2026-08-17T10:00:00+08:00");
    event.until = *event.from + length;
    event.recurrence = recurrence;
    return event;
}

DeadLetterReason verdict(const SilenceEvent& event) {
    const auto refusal = check_silence(event);
    return refusal ? refusal->reason : DeadLetterReason::UNSPECIFIED;
}

constexpr auto kFine = DeadLetterReason::UNSPECIFIED;
using std::chrono::hours;

TEST(Silence, SaysWhoWhyWhereAndWhen) {
    EXPECT_EQ(verdict(silence(hours{4})), kFine);
    for (const auto field :
         {&SilenceEvent::silence_id, &SilenceEvent::unit_id, &SilenceEvent::author_staff_id, &SilenceEvent::reason}) {
        SilenceEvent event = silence(hours{4});
        event.*field = {};
        EXPECT_EQ(verdict(event), DeadLetterReason::MISSING_FIELD);
    }
    for (const auto field : {&SilenceEvent::from, &SilenceEvent::until}) {
        SilenceEvent event = silence(hours{4});
        (event.*field).reset();
        EXPECT_EQ(verdict(event), DeadLetterReason::MISSING_FIELD);
    }
    EXPECT_EQ(verdict(silence(hours{0})), DeadLetterReason::BAD_TIME);
    EXPECT_EQ(verdict(silence(hours{4}, "MONTHLY")), DeadLetterReason::UNKNOWN_ENUM);
    const std::string long_reason(1'001, 'x');
    SilenceEvent event = silence(hours{4});
    event.reason = long_reason;
    EXPECT_EQ(verdict(event), DeadLetterReason::TOO_LARGE);
}

TEST(Silence, ToEndOneItsIdAndWhoDoesItAreEnough) {
    SilenceEvent event;
    event.silence_id = "s1";
    event.ended = true;
    EXPECT_EQ(verdict(event), DeadLetterReason::MISSING_FIELD);
    event.author_staff_id = "market";
    EXPECT_EQ(verdict(event), kFine);
}

TEST(Silence, ARepetitionEndsBeforeTheNextBegins) {
    EXPECT_EQ(verdict(silence(hours{23}, "DAILY")), kFine);
    EXPECT_EQ(verdict(silence(hours{24}, "DAILY")), DeadLetterReason::BAD_TIME);
    EXPECT_EQ(verdict(silence(hours{167}, "WEEKLY")), kFine);
    EXPECT_EQ(verdict(silence(hours{168}, "WEEKLY:WED")), DeadLetterReason::BAD_TIME);
    EXPECT_EQ(verdict(silence(hours{47}, "WEEKLY:MON,WED")), kFine);
    EXPECT_EQ(verdict(silence(hours{48}, "WEEKLY:MON,WED")), DeadLetterReason::BAD_TIME);
    EXPECT_EQ(verdict(silence(hours{24}, "WEEKLY:SUN,MON")), DeadLetterReason::BAD_TIME);  // over the week's end
}

}  // namespace
}  // namespace aw
