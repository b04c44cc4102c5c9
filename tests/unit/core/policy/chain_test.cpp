#include "core/policy/chain.hpp"

#include <gtest/gtest.h>

#include "support/sample_rules.hpp"

namespace aw {
namespace {

using R = StaffRole;
using Roles = std::vector<R>;

TEST(Chain, ThatOfTheGrade) {
    const auto rules = test::sample_rules();
    const Policy& policy = rules->policy;
    EXPECT_EQ(chain_roles(policy, "G4", Severity::HIGH),
              (Roles{R::DEPARTMENT_DIRECTOR, R::DEPUTY_GM_IN_CHARGE, R::EXECUTIVE_DEPUTY_GM}));
    EXPECT_EQ(chain_roles(policy, "G6", Severity::LOW), Roles{R::EXECUTIVE_DEPUTY_GM});
    EXPECT_EQ(chain_roles(policy, "", Severity::MEDIUM), (Roles{R::DEVELOPING_UNIT_HEAD, R::DEPARTMENT_DIRECTOR}));
    EXPECT_EQ(chain_roles(policy, "no such grade", Severity::MEDIUM), chain_roles(policy, "", Severity::MEDIUM));
}

TEST(Chain, ACriticalCaseBeginsAtThePolicysMinimum) {
    const auto rules = test::sample_rules();
    const Policy& policy = rules->policy;
    EXPECT_EQ(chain_roles(policy, "G4", Severity::CRITICAL), (Roles{R::DEPUTY_GM_IN_CHARGE, R::EXECUTIVE_DEPUTY_GM}));
    EXPECT_EQ(chain_roles(policy, "G3", Severity::CRITICAL), Roles{R::DEPUTY_GM_IN_CHARGE});
    EXPECT_EQ(chain_roles(policy, "G1", Severity::CRITICAL), Roles{R::DEPUTY_GM_IN_CHARGE})
        << "none of its own is high enough";
    EXPECT_EQ(chain_roles(policy, "G6", Severity::CRITICAL), Roles{R::EXECUTIVE_DEPUTY_GM});
}

}  // namespace
}  // namespace aw
