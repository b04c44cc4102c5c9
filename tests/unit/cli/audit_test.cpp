#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/output_encoder.hpp"
#include "core/cases/audit.hpp"
#include "rig.hpp"

namespace aw::cli {
namespace {

using testing::HasSubstr;

class AuditTool : public ToolTest {
protected:
    // A chain of five decisions about one account, as lines.
    static std::vector<Decision> chain() {
        std::vector<Decision> made;
        std::string last;
        for (int n = 1; n <= 5; ++n) {
            Decision decision;
            decision.decision_id = "37140000012-d" + std::to_string(n);
            decision.kind = DecisionKind::COMMAND;
            decision.outcome = DecisionOutcome::ACCEPTED;
            decision.code = "ack";
            decision.account_root = *parse_root("37140000012");
            decision.at = test::shanghai("2026-08-17 09:00");
            decision.inputs = {{"actor_staff_id", "deputy-gm"}};
            decision.gates = {{"periods", "2", "2", true}};
            decision.text = "ack by deputy-gm";
            decision.digest = audit_digest(last, decision);
            last = decision.digest;
            made.push_back(decision);
        }
        return made;
    }
    int audit(const std::vector<Decision>& decisions) {
        std::string text;
        for (const Decision& decision : decisions) text += encode(decision, Format::json) + "\n";
        return tool({"audit", write("decisions.ndjson", text)});
    }
};

TEST_F(AuditTool, AWholeChainHolds) {
    EXPECT_EQ(audit(chain()), 0) << err.str();
    EXPECT_EQ(out.str(), "5 decisions of 1 accounts, 0 chains broken\n");
}

TEST_F(AuditTool, ACopyMayBeginAnywhereAndHoldARecordTwice) {
    auto decisions = chain();
    decisions.erase(decisions.begin());
    decisions.push_back(decisions.front());
    EXPECT_EQ(audit(decisions), 0) << err.str();
}

TEST_F(AuditTool, ChangedMissingAndAddedRecordsAreNamed) {
    auto changed = chain();
    changed[2].inputs[0].value = "somebody-else";
    EXPECT_EQ(audit(changed), 1);
    EXPECT_THAT(err.str(), HasSubstr("decisions.ndjson:3: 37140000012-d3 was changed"));
    auto missing = chain();
    missing.erase(missing.begin() + 3);
    EXPECT_EQ(audit(missing), 1);
    EXPECT_THAT(err.str(), HasSubstr("decisions.ndjson:4: 1 decisions before 37140000012-d5 are missing"));
    auto forged = chain();  // changed with a digest of its own, but what follows rests on the old one
    forged[2].text = "ack by somebody else";
    forged[2].digest = audit_digest(forged[1].digest, forged[2]);
    EXPECT_EQ(audit(forged), 1);
    EXPECT_THAT(err.str(), HasSubstr("37140000012-d4 was changed, or follows something else"));
}

}  // namespace
}  // namespace aw::cli
