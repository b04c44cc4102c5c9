// A silence covers an account by its unit of now: also of an account that moves while something is kept back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_rig.hpp"

namespace aw {
namespace {

using test::CaseRig;
using test::shanghai;
using testing::Contains;
using testing::IsEmpty;

SilenceEvent of_city(const char* from, const char* until) {
    SilenceEvent event;
    event.silence_id = "works";
    event.unit_id = "city";
    event.author_staff_id = "market";
    event.reason = "stocktaking";
    event.from = shanghai(from);
    event.until = shanghai(until);
    return event;
}

std::shared_ptr<Rules> with_a_second_city() {
    auto rules = test::sample_rules();
    rules->organisation.units.push_back({UnitId("elsewhere"), "Elsewhere", UnitType::CITY, {371500}, {}});
    return rules;
}

TEST(SilenceOfAUnit, LetsGoOfAnAccountThatLeavesTheUnit) {
    CaseRig rig(with_a_second_city());
    rig.watched(yuan(200'000));
    rig.at("2026-08-17 09:30", {}, of_city("2026-08-17 09:00", "2026-08-17 20:00"));
    rig.sighting("2026-08-17 10:00");  // acknowledged within two hours
    rig.tick_at("2026-08-17 12:30");
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    AccountEvent move;
    move.unit_id = "elsewhere";
    rig.at("2026-08-17 13:00", CaseRig::kCode, move);
    EXPECT_THAT(rig.told(NoticeReason::CASE_OPENED), Contains("director"));
    rig.tick_at("2026-08-17 13:00");
    EXPECT_THAT(rig.told(NoticeReason::ACK_OVERDUE), testing::ElementsAre("director"));
    for (const Notice& notice : rig.notices(NoticeReason::ACK_OVERDUE))
        EXPECT_EQ(notice.created_at, shanghai("2026-08-17 13:00"));
}

}  // namespace
}  // namespace aw
