#include "telemetry/logging.hpp"

#include <cstdlib>
#include <sstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/stat.h>
#include <unistd.h>

#include "telemetry/happenings.hpp"

namespace aw::telemetry {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class FixedClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return at; }
    Timestamp at{1'000'000};
};

struct Fixture {
    explicit Fixture(LogSettings settings = {})
        : log(settings, clock, std::make_shared<spdlog::sinks::ostream_sink_mt>(out)) {}
    std::string take() {
        std::string text = out.str();
        out.str("");
        return text;
    }
    FixedClock clock;
    std::ostringstream out;
    Log log;
};

TEST(Log, TextLineHasTimeLevelEventAndFields) {
    Fixture f;
    f.log.write(Level::warning, "commit_failed", "aborted", {{"worker", "1"}, {"detail", "two words"}, {"empty", ""}});
    EXPECT_THAT(f.take(),
                MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z warning commit_failed: aborted "
                             "worker=1 detail=\"two words\" empty=\"\"\n"));
}

TEST(Log, JournalGetsPriorities) {
    LogSettings settings;
    settings.journal = true;
    settings.level = Level::debug;
    Fixture f(settings);
    f.log.write(Level::debug, "a", "m");
    f.log.write(Level::info, "a", "m");
    f.log.write(Level::warning, "a", "m");
    f.log.write(Level::error, "a", "m");
    f.log.write(Level::critical, "a", "m");
    EXPECT_EQ(f.take(), "<7>a: m\n<6>a: m\n<4>a: m\n<3>a: m\n<2>a: m\n");
}

TEST(Log, JsonLineIsEscapedAndAlwaysOneLine) {
    LogSettings settings;
    settings.format = Format::json;
    Fixture f(settings);
    f.log.write(Level::info, "dead_letter", "say \"hi\"\n{}", {{"source", "a\\b\x01 \xff 德州"}});
    EXPECT_THAT(f.take(),
                MatchesRegex(".*\"level\":\"info\",\"event\":\"dead_letter\",\"message\":\"say "
                             "\\\\\"hi\\\\\"\\\\n\\{\\}\",\"source\":\"a\\\\\\\\b\\\\u0001 \xef\xbf\xbd 德州\"\\}\n"));
}

TEST(Log, InputCannotForgeATextLine) {
    Fixture f;
    f.log.write(Level::info, "x", "first\n2026-01-01 error forged", {{"v", "a\nb"}});
    const std::string text = f.take();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
    EXPECT_THAT(text, HasSubstr("x: first 2026-01-01 error forged v=\"a\\nb\""));
}

TEST(Log, BelowTheLevelNothingIsWritten) {
    LogSettings settings;
    settings.level = Level::warning;
    Fixture f(settings);
    f.log.write(Level::info, "x", "m");
    EXPECT_EQ(f.take(), "");
    EXPECT_FALSE(f.log.enabled(Level::info));
    EXPECT_EQ(parse_level("warning"), Level::warning);
    EXPECT_EQ(parse_level("loud"), std::nullopt);
    EXPECT_EQ(parse_format("json"), Format::json);
}

TEST(Log, RepetitionIsLimitedBySubjectAndReported) {
    LogSettings settings;
    settings.burst = 2;
    settings.journal = true;
    Fixture f(settings);
    for (int i = 0; i < 5; ++i) f.log.write(Level::error, "channel_down", "refused", {}, "ops");
    f.log.write(Level::error, "channel_down", "refused", {}, "other");
    EXPECT_EQ(f.take(), "<3>channel_down: refused\n<3>channel_down: refused\n<3>channel_down: refused\n");
    f.clock.at = f.clock.at + std::chrono::seconds(60);
    f.log.write(Level::error, "channel_down", "refused", {}, "ops");
    EXPECT_EQ(f.take(), "<3>channel_down: refused left_out=3\n");
    for (int i = 0; i < 3; ++i) f.log.write(Level::error, "channel_down", "refused", {}, "ops");
    f.take();
    f.log.report_suppressed();
    EXPECT_EQ(f.take(), "<6>channel_down: repeated left_out=2 subject=ops\n");
    f.log.report_suppressed();
    EXPECT_EQ(f.take(), "");
}

TEST(Log, AClockSetBackDoesNotSilenceIt) {
    LogSettings settings;
    settings.burst = 1;
    Fixture f(settings);
    f.log.write(Level::info, "x", "one", {}, "");
    f.clock.at = f.clock.at - std::chrono::hours(5);
    f.log.write(Level::info, "x", "two", {}, "");
    EXPECT_THAT(f.take(), HasSubstr("two"));
}

TEST(Log, StderrIsTheJournalOnlyWhenTheStreamIsTheSame) {
    struct stat status {};
    ASSERT_EQ(::fstat(STDERR_FILENO, &status), 0);
    ::setenv("JOURNAL_STREAM", (std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino)).c_str(), 1);
    EXPECT_TRUE(stderr_is_journal());
    ::setenv("JOURNAL_STREAM", "1:1", 1);
    EXPECT_FALSE(stderr_is_journal());
    ::unsetenv("JOURNAL_STREAM");
    EXPECT_FALSE(stderr_is_journal());
}

TEST(Happenings, LogAndCount) {
    LogSettings settings;
    settings.journal = true;
    Fixture f(settings);
    Registry registry;
    Metrics metrics(registry);
    Telemetry telemetry(f.log, metrics);
    telemetry.report(DeadLettered{
        .reason = "FUTURE", .detail = "2 h ahead", .source = "sorting", .topic = "t", .partition = 3, .offset = 9});
    EXPECT_EQ(f.take(), "<4>dead_letter: FUTURE: 2 h ahead source=sorting topic=t partition=3 offset=9\n");
    telemetry.report(NoticeAttempted{
        .notice_id = "37140000012-n1", .channel = "ops", .outcome = "failed", .attempt = 1, .detail = "HTTP 500"});
    EXPECT_EQ(f.take(), "");  // only in debug, yet counted
    telemetry.report(PartitionRestored{.partition = 0, .records = 12, .seconds = 0.25, .accounts = 7});
    metrics.log_lag_records.with({"0"}).set(4);
    telemetry.report(PartitionRevoked{.partition = 0, .lost = true});
    const std::string text = registry.expose();
    EXPECT_THAT(text, HasSubstr("accountwatch_dead_letters_total{reason=\"FUTURE\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("accountwatch_notices_total{channel=\"ops\",outcome=\"failed\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("accountwatch_restore_records_total 12\n"));
    EXPECT_THAT(text, HasSubstr("accountwatch_happenings_total{happening=\"partition_revoked\"} 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("log_lag_records{")));
}

TEST(Happenings, AuditLinesAreNeverLeftOut) {
    LogSettings settings;
    settings.burst = 1;
    Fixture f(settings);
    Registry registry;
    Metrics metrics(registry);
    Telemetry telemetry(f.log, metrics);
    for (int i = 0; i < 5; ++i) {
        telemetry.report(CommandTaken{
            .actor = "s1", .case_id = "37140000012-1", .action = "ack", .outcome = "ACCEPTED", .reason = ""});
    }
    const std::string text = f.take();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5);
}

}  // namespace
}  // namespace aw::telemetry
