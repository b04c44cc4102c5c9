#include "settings/scalars.hpp"

#include <gtest/gtest.h>

#include "settings/nearest.hpp"

namespace aw::settings {
namespace {

TEST(Scalars, Durations) {
    EXPECT_EQ(parse_duration("200ms"), 200);
    EXPECT_EQ(parse_duration("90s"), 90'000);
    EXPECT_EQ(parse_duration("30m"), 1'800'000);
    EXPECT_EQ(parse_duration("4h"), 14'400'000);
    EXPECT_EQ(parse_duration("7d"), 604'800'000);
    for (const char* bad : {"", "5", "h", "1.5h", "-1h", "1h30m", "4 h", "2bd", "9999999999s"}) {
        EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
    }
    for (const char* text : {"200ms", "90s", "30m", "4h", "7d", "0s"}) {
        EXPECT_EQ(format_duration(*parse_duration(text)), text);
    }
    EXPECT_EQ(format_duration(*parse_duration("120s")), "2m");
}

TEST(Scalars, Spans) {
    EXPECT_EQ(parse_span("2bd")->business_days, 2);
    EXPECT_EQ(parse_span("2bd")->ms, 0);
    EXPECT_EQ(parse_span("4h")->ms, 14'400'000);
    EXPECT_FALSE(parse_span("200ms").has_value());
    EXPECT_FALSE(parse_span("bd").has_value());
    EXPECT_FALSE(parse_span("999999bd").has_value());
}

TEST(Scalars, Amounts) {
    EXPECT_EQ(parse_hundredths("10000", true), 1'000'000);
    EXPECT_EQ(parse_hundredths("10,000.00", true), 1'000'000);
    EXPECT_EQ(parse_hundredths("1,234,567.8", true), 123'456'780);
    EXPECT_EQ(parse_hundredths("-5.25", true), -525);
    EXPECT_EQ(parse_hundredths("-0.5", false), -50);
    for (const char* bad :
         {"", "-", ".5", "5.", "1.234", "10,00", ",100", "1000,000", "1,,000", "1e3", "99999999999999"}) {
        EXPECT_EQ(parse_hundredths(bad, true), std::nullopt) << bad;
    }
    EXPECT_EQ(parse_hundredths("1,000", false), std::nullopt);
    EXPECT_EQ(format_hundredths(1'000'000, true), "10000.00");
    EXPECT_EQ(format_hundredths(-50, false), "-0.50");
    EXPECT_EQ(format_hundredths(-3000, false), "-30");
}

TEST(Scalars, TimesAndHours) {
    EXPECT_EQ(parse_time_of_day("08:30"), 510);
    EXPECT_EQ(parse_time_of_day("24:00"), std::nullopt);
    EXPECT_EQ(parse_time_of_day("8:30"), std::nullopt);
    EXPECT_EQ(format_time_of_day(510), "08:30");
    EXPECT_EQ(parse_hours("08:30-17:30")->to_minute, 1050);
    EXPECT_EQ(parse_hours("00:00-24:00")->to_minute, 1440);
    EXPECT_FALSE(parse_hours("17:30-08:30").has_value());
    EXPECT_FALSE(parse_hours("08:30").has_value());
}

TEST(Scalars, Addresses) {
    EXPECT_EQ(parse_address("127.0.0.1:8480")->host, "127.0.0.1");
    EXPECT_EQ(parse_address("[::1]:0")->host, "::1");
    EXPECT_EQ(parse_address("broker-1.example:9092")->port, 9092);
    for (const char* bad : {"", ":80", "host", "host:", "host:x", "host:65536", "::1:80", "ho st:80"}) {
        EXPECT_FALSE(parse_address(bad).has_value()) << bad;
    }
    EXPECT_TRUE(is_loopback("127.0.0.1") && is_loopback("::1") && is_loopback("localhost"));
    EXPECT_FALSE(is_loopback("0.0.0.0") || is_loopback("10.0.0.1"));
}

TEST(Scalars, Urls) {
    EXPECT_EQ(url_scheme("http://127.0.0.1:9000/notices"), "http");
    EXPECT_EQ(url_scheme("https://desk.example"), "https");
    EXPECT_EQ(url_scheme("http://[::1]:80/x?y=z"), "http");
    for (const char* bad : {"", "desk.example", "://x", "http://", "http:// x/", "http://x:port/"}) {
        EXPECT_FALSE(url_scheme(bad).has_value()) << bad;
    }
    EXPECT_EQ(masked_url("http://x/y"), "http://x/y");
    EXPECT_EQ(masked_url("http://u:p@x/y?k=v"), "http://*****@x/y?*****");
}

TEST(Nearest, FindsWhatWasMeant) {
    EXPECT_EQ(nearest("partiton", {"path", "partitions"}), "partitions");
    EXPECT_EQ(nearest("lsiten", {"listen", "level"}), "listen");
    EXPECT_EQ(nearest("commit-interval", {"commit_interval"}), "commit_interval");
    EXPECT_EQ(nearest("HIHG", {"LOW", "HIGH"}), "HIGH");
    EXPECT_EQ(nearest("colour", {"listen", "level"}), "");
    EXPECT_EQ(nearest(std::string(5000, 'x'), {"listen"}), "");
}

}  // namespace
}  // namespace aw::settings
