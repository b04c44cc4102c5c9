#include "core/cases/figures.hpp"

#include <gtest/gtest.h>

namespace aw {
namespace {

TEST(Figures, PercentagesAreRounded) {
    EXPECT_EQ(bp_text("-6336"), "-63.4 %");
    EXPECT_EQ(bp_text("57"), "+0.6 %");
    EXPECT_EQ(bp_text("-3000"), "-30.0 %");
    EXPECT_EQ(share_text("-6336"), "63.4 %");
    EXPECT_EQ(points_text("-1184"), "-11.8");
}

TEST(Figures, AGateThatIsMissedByAHairDoesNotLookReached) {
    const Say en(Language::EN);
    EXPECT_NE(gate_words(en, {"change_bp", "-2998", "-3000", false}).find("-29.98 % (gate -30.00 %)"),
              std::string::npos);
    EXPECT_NE(gate_words(en, {"change_bp", "-2990", "-3000", false}).find("-29.9 % (gate -30.0 %)"), std::string::npos);
    EXPECT_NE(gate_words(en, {"change_bp", "-3000", "-3000", true}).find("-30.0 % (gate -30.0 %)"), std::string::npos);
}

}  // namespace
}  // namespace aw
