#include "eventlog/record.hpp"

#include <gtest/gtest.h>

namespace aw::eventlog {
namespace {

TEST(LogTime, IsMillisecondsOrRfc3339) {
    EXPECT_EQ(parse_log_time("1700000000123"), Timestamp{1'700'000'000'123});
    EXPECT_EQ(parse_log_time("-5"), Timestamp{-5});
    EXPECT_EQ(parse_log_time("2023-11-14T22:13:20.123Z"), Timestamp{1'700'000'000'123});
    EXPECT_EQ(parse_log_time("2023-11-15T06:13:20.123+08:00"), Timestamp{1'700'000'000'123});
}

TEST(LogTime, AnythingElseIsNone) {
    for (const char* const text : {"", "now", "17000000001 ", "0x10", "99999999999999999999", "2023-11-14", "1.5"}) {
        EXPECT_EQ(parse_log_time(text), std::nullopt) << text;
    }
}

TEST(LogTime, IsDeclaredOnce) {
    OutRecord record;
    record.headers = {{"traceparent", "00-1"}};
    declare_log_time(record, Timestamp{1});
    declare_log_time(record, Timestamp{2});
    EXPECT_EQ(record.headers, (std::vector<Header>{{"traceparent", "00-1"}, {std::string(kLogTimeHeader), "2"}}));
}

}  // namespace
}  // namespace aw::eventlog
