// A case goes on in a case of another account: only where there is one, and that one hears of it, across any number of
// partitions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_ring.hpp"

namespace aw {
namespace {

using test::ShardRing;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Merges : public testing::TestWithParam<int> {
protected:
    Merges() : ring(GetParam()) { opens("37140000012001"); }

    void opens(std::string_view code) {
        ring.at("2026-08-17 09:00", code, RevenueEvent{"express", yuan(200'000), {}, {}});
        ring.at("2026-08-17 10:00", code, CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
    }
    void merge(const char* local, std::string_view into) {
        ring.command(local, "37140000012-1", "director", MergeAction{into}, "one client");
    }
    Case last(std::string_view case_id) const {
        Case found;
        for (const Case& c : ring.all<Case>()) {
            if (c.case_id.value == case_id) found = c;
        }
        return found;
    }
    std::vector<std::string> codes() const {
        std::vector<std::string> list;
        for (const Decision& d : ring.all<Decision>()) list.push_back(d.code);
        return list;
    }
    // "who: text" of the notices of that reason about the case.
    std::vector<std::string> told(NoticeReason reason, std::string_view case_id) const {
        std::vector<std::string> list;
        for (const Notice& n : ring.all<Notice>()) {
            if (n.reason == reason && n.case_id.value == case_id)
                list.push_back(n.recipient_staff_id.value + ": " + n.text);
        }
        return list;
    }
    ShardRing ring;
};

TEST_P(Merges, TheOtherCaseHearsOfIt) {
    opens("37140000099001");
    const std::int32_t version = last("37140000099-1").version;
    merge("2026-08-17 11:00", "37140000099-1");
    EXPECT_EQ(last("37140000012-1").state, CaseState::MERGED);
    EXPECT_THAT(codes(), Contains("MERGED_HERE"));
    EXPECT_THAT(told(NoticeReason::FILING, "37140000099-1"),
                Contains(HasSubstr("director: 37140000012-1 -> 37140000099-1")));
    EXPECT_EQ(last("37140000099-1").version, version + 1);
    ring.restart();
}

TEST_P(Merges, IntoNothingIsRefusedOrToldAtOnce) {
    merge("2026-08-17 11:00", "37140000099-1");
    EXPECT_THAT(codes(), Contains("UNKNOWN_CASE"));
    if (GetParam() == 1) {
        EXPECT_EQ(last("37140000012-1").state, CaseState::NEW);
        return;
    }
    // Where the other account may lie elsewhere it is taken on its word; whoever merged it hears of the mistake.
    if (last("37140000012-1").state != CaseState::MERGED) return;
    EXPECT_THAT(told(NoticeReason::FILING, "37140000012-1"), Contains(HasSubstr("director: 37140000099-1")));
    EXPECT_THAT(told(NoticeReason::OPERATIONS, "37140000012-1"), Contains(HasSubstr("ops: 37140000099-1")));
}

TEST_P(Merges, NotIntoACaseThatIsOver) {
    opens("37140000099001");
    ring.command("2026-08-17 10:30", "37140000099-1", "kam", ResolveAction{Outcome::FALSE_ALARM, {}, "director"}, "no");
    merge("2026-08-17 11:00", "37140000099-1");
    EXPECT_THAT(codes(), Contains("UNKNOWN_CASE"));
    EXPECT_THAT(codes(), Not(Contains("MERGED_HERE")));
}

INSTANTIATE_TEST_SUITE_P(Partitions, Merges, testing::Values(1, 3));

}  // namespace
}  // namespace aw
