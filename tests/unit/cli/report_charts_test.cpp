#include "cli/report_charts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/event_encoder.hpp"
#include "support/sample_rules.hpp"

namespace aw::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto kCode = "37140000012001";

Signal fall() {
    Signal s;
    s.account_root = parse_customer_code(kCode)->root;
    s.kind = SignalKind::VOLUME_DROP;
    s.window_from = make_day(2026, 8, 10);
    s.window_to = make_day(2026, 8, 16);
    s.onset_on = make_day(2026, 8, 10);
    s.detected_at = test::shanghai("2026-08-17 08:30");
    s.observed = 70;
    s.expected = 700;
    return s;
}

TEST(ReportCharts, OnlyUsageOfAnAccountALineOrALaneHasACurve) {
    EXPECT_TRUE(is_drawable(fall()));
    const auto without = [](auto change) {
        Signal s = fall();
        change(s);
        return !is_drawable(s);
    };
    EXPECT_TRUE(without([](Signal& s) { s.kind = SignalKind::BRANCH_SHIFT; }));
    EXPECT_TRUE(without([](Signal& s) { s.kind = SignalKind::SHARE_OF_WALLET_DROP; }));
    EXPECT_TRUE(without([](Signal& s) { s.kind = SignalKind::SERIOUS_COMPLAINT; }));
    EXPECT_TRUE(without([](Signal& s) { s.kind = SignalKind::COMPETITOR_SUSPECTED; }));  // somebody has said so
    EXPECT_FALSE(without([](Signal& s) { s.kind = SignalKind::COMPETITOR_SUSPECTED, s.lane = "110000"; }));
    EXPECT_TRUE(without([](Signal& s) { s.expected.reset(); }));
    EXPECT_TRUE(without([](Signal& s) { s.window_to.reset(); }));
}

TEST(ReportCharts, DrawsWhatWasShippedAndWhatWasExpected) {
    const auto rules = test::sample_rules();
    UsageSeries usage(rules->calendar);
    for (Day day = make_day(2026, 6, 1); day < make_day(2026, 8, 24); ++day) {
        Event event;
        const std::string id = format_day(day);
        event.event_id = id;
        event.code = *parse_customer_code(kCode);
        event.occurred_at = test::shanghai((id + " 12:00").c_str());
        event.source = "test";
        event.payload = ShipmentEvent{"express", day < make_day(2026, 8, 10) ? 100 : 10, 0, {}, {}, {}};
        usage.take(encode_event(event, Format::protobuf));
        event.payload = ShipmentEvent{"parcels", 3, 0, {}, "110000", {}};
        if (day < make_day(2026, 6, 8)) usage.take(encode_event(event, Format::protobuf));
    }
    const AccountRoot root = parse_customer_code(kCode)->root;
    EXPECT_EQ(usage.sum(root, Measure::ITEMS, {}, make_day(2026, 8, 10), make_day(2026, 8, 17)), 70);
    EXPECT_EQ(
        usage.sum(root, Measure::ITEMS, {.business_line = "letters"}, make_day(2026, 8, 10), make_day(2026, 8, 17)), 0);
    EXPECT_EQ(usage.sum(root, Measure::REVENUE, {}, make_day(2026, 8, 10), make_day(2026, 8, 17)), 0);
    EXPECT_EQ(usage.sum(root, Measure::ITEMS, {.lane = "110000"}, make_day(2026, 6, 1), make_day(2026, 7, 1)), 21);
    EXPECT_EQ(usage.sum(root, Measure::ITEMS, {}, make_day(2026, 6, 1), make_day(2026, 6, 2)), 103);
    EXPECT_EQ(usage.first_day(root), make_day(2026, 6, 1));
    const std::string svg = signal_chart(fall(), usage, rules->calendar, make_day(2026, 8, 23), "<A>");
    EXPECT_THAT(svg, HasSubstr("aria-label=\"&lt;A&gt;\""));
    EXPECT_THAT(svg, HasSubstr("class=window"));
    EXPECT_THAT(svg, HasSubstr("<text class=onset"));
    EXPECT_THAT(svg, HasSubstr(">08-10</text>"));
    EXPECT_THAT(svg, HasSubstr(">08-17</text>"));
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    std::size_t bars = 0;
    for (std::size_t at = svg.find("rect class=observed"); at != std::string::npos;
         at = svg.find("rect class=observed", at + 1))
        ++bars;
    EXPECT_EQ(bars, 12U) << "the weeks from 2026-06-01 to 2026-08-23";
}

}  // namespace
}  // namespace aw::cli
