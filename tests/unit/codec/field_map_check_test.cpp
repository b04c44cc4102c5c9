#include "codec/field_map_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/payload_shape.hpp"

namespace aw {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

FieldMapRow filled(const std::string& field, const std::string& constant = "") {
    FieldMapRow row;
    row.field = field;
    if (constant.empty()) row.from = "column";
    if (!constant.empty()) row.constant = constant;
    return row;
}

FieldMap map_of(const std::string& payload, std::vector<FieldMapRow> rows) {
    FieldMap map;
    map.payload = payload;
    map.id_from = {"no"};
    map.fields = {filled("account_code"), filled("occurred_at"), filled("source", "crm")};
    map.fields.insert(map.fields.end(), rows.begin(), rows.end());
    return map;
}

// "path: message" each.
std::vector<std::string> problems(const FieldMap& map) {
    std::vector<std::string> list;
    for (const auto& problem : check_field_map(map)) list.push_back(problem.path + ": " + problem.message);
    return list;
}

std::vector<std::string> of_shipment(FieldMapRow row) {
    return problems(map_of("shipment", {filled("shipment.items"), std::move(row)}));
}

TEST(FieldMapCheck, KnowsEveryPayloadThatOthersMaySend) {
    EXPECT_THAT(codec::payload_names(), Contains("silence"));
    EXPECT_THAT(codec::payload_names(), Not(Contains("tick")));
    EXPECT_EQ(codec::payload_names().size(), 24U);
    for (const std::string& name : codec::payload_names()) EXPECT_TRUE(codec::payload_shape(name)) << name;
    const auto wrong = check_field_map(map_of("shipmnet", {}));
    ASSERT_EQ(wrong.size(), 1U);
    EXPECT_EQ(wrong[0].path, "payload");
    EXPECT_EQ(wrong[0].given, "shipmnet");
    EXPECT_THAT(wrong[0].known, Contains("shipment"));
    EXPECT_THAT(problems(map_of("tick", {})), ElementsAre("payload: 'tick' is no payload that can be sent"));
}

TEST(FieldMapCheck, TellsWhatIsRequiredAndNotFilled) {
    FieldMap map = map_of("complaint", {filled("complaint.category")});
    map.fields.erase(map.fields.begin(), map.fields.begin() + 3);
    EXPECT_THAT(problems(map), ElementsAre("fields: nothing fills 'occurred_at', which is required",
                                           "fields: nothing fills 'source', which is required",
                                           "fields: nothing fills 'account_code', which is required",
                                           "fields: nothing fills 'complaint.complaint_id', which is required",
                                           "fields: nothing fills 'complaint.demand', which is required"));
}

TEST(FieldMapCheck, AnIdIsPrintable) {
    FieldMap map = map_of("shipment", {filled("shipment.items")});
    map.id_prefix = "包裹-";
    EXPECT_THAT(problems(map), ElementsAre("event_id.prefix: '包裹-': an id is printable ASCII of at most 128 bytes"));
    map.id_prefix = "parcels-";
    EXPECT_THAT(problems(map), IsEmpty());
}

TEST(FieldMapCheck, KnowsWhoConcernsAnAccount) {
    const std::vector<FieldMapRow> plan{filled("plan.kind", "VISIT"), filled("plan.unit_id")};
    EXPECT_THAT(problems(map_of("plan", plan)),
                ElementsAre("payload: a plan concerns no single account: 'account_code' must not be filled"));
    FieldMap forum = map_of("touchpoint", {filled("touchpoint.touchpoint_id"), filled("touchpoint.staff_id"),
                                           filled("touchpoint.channel", "FORUM"), filled("touchpoint.unit_id")});
    forum.fields.erase(forum.fields.begin());
    EXPECT_THAT(problems(forum), IsEmpty());
}

TEST(FieldMapCheck, TellsFieldsThatAreNone) {
    EXPECT_THAT(of_shipment(filled("shipment.weigth_g")),
                ElementsAre("fields[4].field: 'shipment.weigth_g': ShipmentEvent has no field 'weigth_g'"));
    EXPECT_THAT(of_shipment(filled("revenue.amount")),
                ElementsAre("fields[4].field: 'revenue.amount' is no field of shipment"));
    EXPECT_THAT(of_shipment(filled("event_id")),
                ElementsAre("fields[4].field: has a rule of its own: 'event_id' beside 'fields'"));
    EXPECT_THAT(of_shipment(filled("shipment")), ElementsAre("fields[4].field: 'shipment' is no field of shipment"));
    EXPECT_THAT(problems(map_of("account", {filled("account.assignments")})).front(),
                testing::HasSubstr("assignments is a list"));
    FieldMapRow amount = filled("revenue.amount", "5");
    EXPECT_THAT(problems(map_of("revenue", {amount, filled("revenue.amount.minor")})),
                ElementsAre("fields[4].field: 'revenue.amount.minor' is filled twice"));
}

TEST(FieldMapCheck, SuggestsFromTheFieldsOfThePayload) {
    const auto wrong = check_field_map(map_of("revenue", {filled("revenue.amount", "1"), filled("revenue.due")}));
    ASSERT_EQ(wrong.size(), 1U);
    EXPECT_THAT(wrong[0].known,
                ElementsAre("account_code", "occurred_at", "recorded_at", "source", "revenue.business_line",
                            "revenue.amount", "revenue.invoice_id", "revenue.due_on"));
}

TEST(FieldMapCheck, TellsConversionsThatDoNotFit) {
    FieldMapRow row = filled("shipment.product");
    row.time = *TimeForm::parse("epoch_s");
    EXPECT_THAT(of_shipment(row), ElementsAre("fields[4].time: 'shipment.product' is no time"));
    row = filled("shipment.product");
    row.factor = Decimal{2, 0};
    EXPECT_THAT(of_shipment(row), ElementsAre("fields[4].factor: 'shipment.product' is no number"));
    row = filled("shipment.weight_g");
    row.unit = "yuan";
    EXPECT_THAT(of_shipment(row),
                ElementsAre("fields[4].unit: 'yuan' is a unit of money, and 'shipment.weight_g' is none"));
    row = filled("revenue.amount");
    EXPECT_THAT(problems(map_of("revenue", {row})),
                ElementsAre("fields[3]: 'revenue.amount' is an amount and needs its 'unit': fen, yuan or wan_yuan"));
    row.unit = "kg";
    EXPECT_THAT(problems(map_of("revenue", {row})),
                ElementsAre("fields[3].unit: 'kg' is a unit of weight, and 'revenue.amount' is none"));
}

TEST(FieldMapCheck, TellsWordsOfOursThatAreNone) {
    EXPECT_THAT(
        of_shipment(filled("shipment.weight_g", "heavy")),
        ElementsAre("fields[4].constant: does not fit 'shipment.weight_g': expected a whole number, got 'heavy'"));
    FieldMapRow row = filled("complaint.category");
    row.values = {{"丢失", "LOSS"}, {"破损", "DAMAGED"}};
    row.otherwise = "OTHERS";
    row.fallback = "other";
    const FieldMap map = map_of("complaint", {filled("complaint.complaint_id"), filled("complaint.demand"), row});
    EXPECT_THAT(
        problems(map),
        ElementsAre(
            "fields[5].default: does not fit 'complaint.category': expected a ComplaintCategory, got 'other'",
            "fields[5].otherwise: does not fit 'complaint.category': expected a ComplaintCategory, got 'OTHERS'",
            "fields[5].values/破损: does not fit 'complaint.category': expected a ComplaintCategory, got 'DAMAGED'"));
    EXPECT_THAT(check_field_map(map).back().known,
                ElementsAre("LOSS", "DAMAGE", "DELAY", "SERVICE", "CHARGE", "OTHER"));
    EXPECT_THAT(
        problems(map_of("revenue", {filled("revenue.amount", "1"), filled("revenue.due_on", "soon")})),
        ElementsAre(
            "fields[4].constant: does not fit 'revenue.due_on': expected a day such as 2026-08-17, got 'soon'"));
}

}  // namespace
}  // namespace aw
