#include "core/model/ids.hpp"

#include <gtest/gtest.h>

#include "core/model/enums.hpp"
#include "core/model/event.hpp"

namespace aw {
namespace {

TEST(CustomerCode, ThreePartsOfR10) {
    const auto code = parse_customer_code("37140000012001");
    ASSERT_TRUE(code);
    EXPECT_EQ(region_of(code->root), 371'400U);
    EXPECT_EQ(code->root.n % 100'000, 12U);
    EXPECT_EQ(code->branch, 1);
    EXPECT_EQ(format_root(code->root), "37140000012");
    EXPECT_EQ(format_code(*code), "37140000012001");
}

TEST(CustomerCode, RefusesEverythingElse) {
    for (const char* text : {"", "3714000001200", "371400000120011", "3714000001200a", "37140000012 01",
                             "+7140000012001", "00000000012001", "３７１４０００００１２００１"}) {
        EXPECT_EQ(parse_customer_code(text), std::nullopt) << text;
    }
    EXPECT_TRUE(parse_customer_code("01000000000000"));  // a leading zero and sequence 0 are digits like others
    EXPECT_EQ(format_root(parse_customer_code("01000000000000")->root), "01000000000");
}

TEST(AccountRoot, OfTheIdsThatBeginWithIt) {
    EXPECT_EQ(root_of_id("37140000012-1"), parse_root("37140000012"));
    EXPECT_EQ(root_of_id("37140000012-t17"), parse_root("37140000012"));
    EXPECT_EQ(root_of_id("37140000012"), std::nullopt);
    EXPECT_EQ(root_of_id("37140000012-"), std::nullopt);
    EXPECT_EQ(root_of_id("37140000012x1"), std::nullopt);
    EXPECT_EQ(root_of_id("county-t1"), std::nullopt);
}

TEST(Region, AncestorsInTheDivisionCode) {
    EXPECT_EQ(parent_region(371'402), 371'400U);
    EXPECT_EQ(parent_region(371'400), 370'000U);
    EXPECT_EQ(parent_region(370'000), std::nullopt);
    EXPECT_EQ(parse_region("371400"), 371'400U);
    EXPECT_EQ(parse_region("000000"), std::nullopt);
    EXPECT_EQ(parse_region("37140"), std::nullopt);
    EXPECT_EQ(parse_region("37140a"), std::nullopt);
    EXPECT_EQ(format_region(10'000), "010000");
}

TEST(Enums, NamesAreReadBack) {
    EXPECT_EQ(parse_enum<Severity>("CRITICAL"), Severity::CRITICAL);
    EXPECT_EQ(parse_enum<Severity>("UNSPECIFIED"), std::nullopt);
    EXPECT_EQ(parse_enum<Severity>("critical"), std::nullopt);
    EXPECT_EQ(name(SignalKind::RECOVERY), "RECOVERY");
    EXPECT_EQ(enum_size(Severity{}), 6U);
    EXPECT_LT(Severity::INFO, Severity::LOW);
}

TEST(Event, PayloadAndActionNamesFollowTheVariants) {
    EXPECT_EQ(payload_name(ShipmentEvent{}), "shipment");
    EXPECT_EQ(payload_name(ComplaintProgressEvent{}), "complaint_progress");
    EXPECT_EQ(payload_name(WatermarkEvent{}), "watermark");
    EXPECT_EQ(payload_name(ActivationEvent{}), "activation");
    EXPECT_EQ(action_name(ApprovePlanAction{}), "approve_plan");
    EXPECT_EQ(action_name(OfferAction{}), "offer");
}

TEST(Event, RootOfACommandIsThatOfItsCaseOrTask) {
    Event event;
    event.payload = CommandEvent{"37140000012-1", "x", 0, {}, AckAction{}};
    EXPECT_EQ(root_of(event), parse_root("37140000012"));
    event.payload = CommandEvent{{}, "x", 0, {}, DoneAction{"37140000013-t2"}};
    EXPECT_EQ(root_of(event), parse_root("37140000013"));
    event.payload = CommandEvent{{}, "x", 0, {}, AckAction{}};
    EXPECT_FALSE(root_of(event).is_set());
}

}  // namespace
}  // namespace aw
