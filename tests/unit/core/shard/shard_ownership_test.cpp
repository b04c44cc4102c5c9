// R23: two registrations, the same name, two units: one conflict for the market department, across any number of
// partitions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_ring.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRing;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class OwnershipConflict : public testing::TestWithParam<int> {
protected:
    OwnershipConflict() : ring(GetParam()) {}

    void registers(const char* local, std::string_view code, std::string_view name, std::string_view unit = {}) {
        AccountEvent account;
        account.operation = AccountOperation::REGISTER;
        account.name = name;
        account.unit_id = unit;
        ring.at(local, code, account);
    }
    std::vector<Notice> told() const {
        std::vector<Notice> found;
        for (const Notice& notice : ring.all<Notice>()) {
            if (notice.reason == NoticeReason::OWNERSHIP_CONFLICT) found.push_back(notice);
        }
        return found;
    }

    ShardRing ring;
};

TEST_P(OwnershipConflict, TheSameUnitMayHaveTwoAndAnotherNameIsAnother) {
    registers("2026-03-02 09:00", "37140000012001", "Morning Star");
    registers("2026-03-02 10:00", "37140000013001", "Morning Star");
    registers("2026-03-02 11:00", "37142200007001", "Evening Star");
    registers("2026-03-02 12:00", "37140000012002", "Morning Star");  // a branch of the first
    EXPECT_THAT(told(), IsEmpty());
}

TEST_P(OwnershipConflict, AMoveToAnotherUnitMayMakeOneAndClaimsSurviveARestart) {
    registers("2026-03-02 09:00", "37140000012001", "Morning Star");
    registers("2026-03-02 10:00", "37140000013001", "Morning Star");
    ring.restart();
    EXPECT_THAT(told(), IsEmpty());
    AccountEvent move;
    move.unit_id = "county";
    ring.at("2026-03-02 11:00", "37140000013001", move);
    EXPECT_THAT(told(), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(Partitions, OwnershipConflict, testing::Values(1, 3));

}  // namespace
}  // namespace aw
