#include "mapping/time_form.hpp"

#include <gtest/gtest.h>

namespace aw {
namespace {

const TimeZone kChina("Asia/Shanghai", {{Timestamp{0}, 8 * 3600}});

std::string utc(const std::string& form, const std::string& text) {
    const auto parsed = TimeForm::parse(form);
    EXPECT_TRUE(parsed) << form << ": " << (parsed ? "" : parsed.error().message);
    const auto instant = parsed ? parsed->read(text, kChina) : std::nullopt;
    return instant ? format_utc(*instant) : "none";
}

TEST(TimeForm, ReadsPatternsInTheZoneOfTheMap) {
    EXPECT_EQ(utc("%Y-%m-%d %H:%M:%S", "2026-08-17 08:30:05"), "2026-08-17T00:30:05Z");
    EXPECT_EQ(utc("%Y/%m/%d %H:%M", "2026/8/7 9:05"), "2026-08-07T01:05:00Z");
    EXPECT_EQ(utc("%Y%m%d%H%M%S", "20260817083005"), "2026-08-17T00:30:05Z");
    EXPECT_EQ(utc("%Y年%m月%d日", "2026年8月17日"), "2026-08-16T16:00:00Z");
    EXPECT_EQ(utc("%Y-%m-%d %H:%M:%S.%f", "2026-08-17 08:30:05.1239"), "2026-08-17T00:30:05.123Z");
    EXPECT_EQ(utc("%Y-%m-%d 100%%", "2026-08-17 100%"), "2026-08-16T16:00:00Z");
}

TEST(TimeForm, AZoneInTheTextCounts) {
    EXPECT_EQ(utc("%Y-%m-%d %H:%M%z", "2026-08-17 08:30+0100"), "2026-08-17T07:30:00Z");
    EXPECT_EQ(utc("%Y-%m-%d %H:%M%z", "2026-08-17 08:30-01:30"), "2026-08-17T10:00:00Z");
    EXPECT_EQ(utc("%Y-%m-%d %H:%M%z", "2026-08-17 08:30Z"), "2026-08-17T08:30:00Z");
    EXPECT_TRUE(TimeForm::parse("%Y%m%d")->needs_zone());
    EXPECT_FALSE(TimeForm::parse("%Y%m%d%z")->needs_zone());
    EXPECT_FALSE(TimeForm::parse("epoch_s")->needs_zone());
}

TEST(TimeForm, ReadsNumbersSinceTheEpoch) {
    EXPECT_EQ(utc("epoch_s", "1786926605"), "2026-08-17T00:30:05Z");
    EXPECT_EQ(utc("epoch_s", "1786926605.25"), "2026-08-17T00:30:05.250Z");
    EXPECT_EQ(utc("epoch_ms", "1786926605007"), "2026-08-17T00:30:05.007Z");
    EXPECT_EQ(utc("rfc3339", "2026-08-17T08:30:05+08:00"), "2026-08-17T00:30:05Z");
}

TEST(TimeForm, RefusesWhatDoesNotFit) {
    for (const char* text : {"2026-02-30 00:00", "2026-08-17 24:00", "2026-08-17 08:60", "2026-08-17", "x",
                             "2026-08-17 08:30 ", "26-08-17 08:30", "2026-08-17T08:30", "2026-8-17 :30", ""}) {
        EXPECT_EQ(utc("%Y-%m-%d %H:%M", text), "none") << text;
    }
    EXPECT_EQ(utc("%Y-%m-%d %z", "2026-08-17 +08"), "none");
    EXPECT_EQ(utc("epoch_s", "soon"), "none");
    EXPECT_EQ(utc("epoch_s", "99999999999999999"), "none");
}

TEST(TimeForm, ADayIsTheOneThatIsWritten) {
    const auto day = [](const char* form, const char* text) {
        const auto found = TimeForm::parse(form)->read_day(text, kChina);
        return found ? format_day(*found) : "none";
    };
    EXPECT_EQ(day("%Y/%m/%d", "2026/8/17"), "2026-08-17");
    EXPECT_EQ(day("epoch_s", "1786926605"), "2026-08-17");
    EXPECT_EQ(day("epoch_s", "1786896000"), "2026-08-17") << "midnight in China is still the 16th in UTC";
    EXPECT_EQ(day("epoch_ms", "-5"), "none");
    EXPECT_EQ(day("%Y/%m/%d", "2026/13/17"), "none");
}

TEST(TimeForm, SaysWhatIsWrongWithAPattern) {
    const auto mistake = [](const char* form) {
        const auto parsed = TimeForm::parse(form);
        return parsed ? "none" : parsed.error().message;
    };
    EXPECT_EQ(mistake("%Y-%m-%q"), "does not know '%q' (known: %Y %m %d %H %M %S %f %z %%)");
    EXPECT_EQ(mistake("%Y-%m-%d%"), "does not know '%' (known: %Y %m %d %H %M %S %f %z %%)");
    EXPECT_EQ(mistake("%Y-%m-%m %d"), "holds '%m' twice");
    EXPECT_EQ(mistake("%H:%M"), "lacks %Y: no day without it");
    EXPECT_EQ(mistake("epoch"), "must be rfc3339, epoch_s, epoch_ms or a pattern like %Y-%m-%d %H:%M:%S, not 'epoch'");
}

}  // namespace
}  // namespace aw
