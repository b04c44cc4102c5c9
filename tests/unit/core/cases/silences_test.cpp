#include "core/cases/silences.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/archive.hpp"
#include "support/sample_rules.hpp"

namespace aw {
namespace {

using std::chrono::hours;
using test::shanghai;
using testing::SizeIs;

constexpr auto kRoot = "37140000012";

class SilencesTest : public testing::Test {
protected:
    SilenceEvent event(std::string_view id, const char* from, Duration length, std::string_view recurrence = {}) {
        SilenceEvent silence;
        silence.silence_id = id;
        silence.account_root = kRoot;
        silence.author_staff_id = "market";
        silence.reason = "stocktaking";
        silence.from = shanghai(from);
        silence.until = *silence.from + length;
        silence.recurrence = recurrence;
        return silence;
    }
    std::optional<SilenceCover> cover(const char* local, const SilenceSubject& whom) const {
        return silences.over_case(whom, {rules->organisation, rules->calendar.zone(), shanghai(local)});
    }
    bool quiet(const char* local) const { return cover(local, subject).has_value(); }

    std::shared_ptr<Rules> rules = test::sample_rules();
    SilenceSubject subject{*parse_root(kRoot), UnitId("county"), CaseId("37140000012-1")};
    Silences silences;
};

TEST_F(SilencesTest, OnceFromItsBeginningUntilBeforeItsEnd) {
    silences.take(event("s", "2026-08-17 10:00", hours{2}));
    EXPECT_FALSE(quiet("2026-08-17 09:59"));
    EXPECT_TRUE(quiet("2026-08-17 10:00"));
    EXPECT_TRUE(quiet("2026-08-17 11:59"));
    EXPECT_FALSE(quiet("2026-08-17 12:00"));
    EXPECT_FALSE(quiet("2026-08-18 10:00"));
    EXPECT_EQ(cover("2026-08-17 10:00", subject)->until, shanghai("2026-08-17 12:00"));
}

TEST_F(SilencesTest, DailyOverMidnightThroughItsLastDay) {
    silences.take(event("s", "2026-08-17 22:00", hours{8}, "DAILY;UNTIL=2026-08-19"));
    EXPECT_FALSE(quiet("2026-08-17 05:00"));  // not before its first day
    EXPECT_TRUE(quiet("2026-08-18 05:00"));
    EXPECT_FALSE(quiet("2026-08-18 06:00"));
    EXPECT_TRUE(quiet("2026-08-19 22:00"));
    EXPECT_TRUE(quiet("2026-08-20 05:59"));  // began on the last day
    EXPECT_FALSE(quiet("2026-08-20 22:00"));
}

TEST_F(SilencesTest, WeeklyOnTheWeekdayOfItsBeginningOrOnThoseListed) {
    silences.take(event("s", "2026-08-17 10:00", hours{2}, "WEEKLY"));  // a Monday
    EXPECT_TRUE(quiet("2026-08-24 11:00"));
    EXPECT_FALSE(quiet("2026-08-25 11:00"));
    silences.take(event("s", "2026-08-17 10:00", hours{2}, "WEEKLY:SAT,SUN"));
    EXPECT_FALSE(quiet("2026-08-17 11:00"));  // the first one is on Saturday
    EXPECT_TRUE(quiet("2026-08-22 11:00"));
    EXPECT_TRUE(quiet("2026-08-23 11:00"));
    EXPECT_TRUE(quiet("2027-08-21 11:00"));
    EXPECT_FALSE(quiet("2027-08-23 11:00"));
}

// The clock on the wall counts: eight in the morning stays eight where summer time begins.
TEST_F(SilencesTest, StaysAtItsLocalTimeWhenTheOffsetChanges) {
    const auto utc = [](const char* text) { return *parse_rfc3339(text); };
    const TimeZone zone("Somewhere", {{utc("2026-01-01T00:00:00Z"), 3600}, {utc("2026-03-29T01:00:00Z"), 7200}});
    Silence silence;
    silence.from = utc("2026-03-27T08:00:00+01:00");
    silence.until = utc("2026-03-27T10:00:00+01:00");
    silence.recurrence = "DAILY";
    EXPECT_EQ(active_until(silence, zone, utc("2026-03-28T09:00:00+01:00")), utc("2026-03-28T10:00:00+01:00"));
    EXPECT_EQ(active_until(silence, zone, utc("2026-03-30T08:00:00+02:00")), utc("2026-03-30T10:00:00+02:00"));
    EXPECT_FALSE(active_until(silence, zone, utc("2026-03-30T10:00:00+02:00")));
}

TEST_F(SilencesTest, AUnitCoversTheUnitsBelowItAndNotThoseAbove) {
    SilenceEvent city = event("s", "2026-08-17 10:00", hours{2});
    city.account_root = {};
    city.unit_id = "city";
    silences.take(city);
    EXPECT_TRUE(quiet("2026-08-17 10:00"));
    EXPECT_FALSE(cover("2026-08-17 10:00", {subject.root, UnitId("elsewhere"), {}}));
    city.unit_id = "county";
    silences.take(city);
    EXPECT_TRUE(quiet("2026-08-17 10:00"));
    EXPECT_FALSE(cover("2026-08-17 10:00", {subject.root, UnitId("city"), {}}));
}

TEST_F(SilencesTest, ACaseIsThatCaseAndNotItsAccount) {
    SilenceEvent one = event("s", "2026-08-17 10:00", hours{2});
    one.account_root = {};
    one.case_id = "37140000012-1";
    silences.take(one);
    EXPECT_TRUE(quiet("2026-08-17 10:00"));
    EXPECT_FALSE(cover("2026-08-17 10:00", {subject.root, subject.unit, {}}));
    EXPECT_FALSE(cover("2026-08-17 10:00", {subject.root, subject.unit, CaseId("37140000012-2")}));
}

TEST_F(SilencesTest, KindsSuppressSignalsAndNothingElse) {
    SilenceEvent drops = event("s", "2026-08-17 10:00", hours{2});
    drops.kinds = {SignalKind::VOLUME_DROP, SignalKind::VOLUME_DROP};
    silences.take(drops);
    const SilenceContext at{rules->organisation, rules->calendar.zone(), shanghai("2026-08-17 10:00")};
    EXPECT_FALSE(silences.over_case(subject, at));
    EXPECT_TRUE(silences.over_signal(SignalKind::VOLUME_DROP, true, subject, at));
    EXPECT_TRUE(silences.over_signal(SignalKind::VOLUME_DROP, false, subject, at));
    EXPECT_FALSE(silences.over_signal(SignalKind::REVENUE_DROP, true, subject, at));
    EXPECT_THAT(silences.list(at.zone, at.now).front().kinds, SizeIs(1));
    silences.take(event("s", "2026-08-17 10:00", hours{2}));  // now all kinds: what is told still counts
    EXPECT_TRUE(silences.over_signal(SignalKind::REVENUE_DROP, true, subject, at));
    EXPECT_FALSE(silences.over_signal(SignalKind::REVENUE_DROP, false, subject, at));
}

TEST_F(SilencesTest, OfSeveralTheOneThatEndsLastCounts) {
    silences.take(event("a", "2026-08-17 10:00", hours{4}));
    silences.take(event("b", "2026-08-17 10:00", hours{2}));
    EXPECT_EQ(cover("2026-08-17 11:00", subject)->silence->silence_id, "a");
    EXPECT_EQ(silences.next_end(rules->calendar.zone(), shanghai("2026-08-17 10:00")), shanghai("2026-08-17 12:00"));
    EXPECT_EQ(silences.next_end(rules->calendar.zone(), shanghai("2026-08-17 12:00")), shanghai("2026-08-17 14:00"));
    EXPECT_FALSE(silences.next_end(rules->calendar.zone(), shanghai("2026-08-17 14:00")).is_set());
}

TEST_F(SilencesTest, OneThatIsOverIsForgottenAndOneThatComesAgainIsNot) {
    silences.take(event("once", "2026-08-17 10:00", hours{2}));
    silences.take(event("daily", "2026-08-17 10:00", hours{2}, "DAILY"));
    silences.take(event("ending", "2026-08-17 10:00", hours{2}, "DAILY;UNTIL=2026-08-18"));
    silences.prune(rules->calendar.zone(), shanghai("2026-08-18 11:59"));
    EXPECT_THAT(silences.list(rules->calendar.zone(), shanghai("2026-08-18 11:59")), SizeIs(2));
    silences.prune(rules->calendar.zone(), shanghai("2026-08-18 12:00"));
    EXPECT_THAT(silences.list(rules->calendar.zone(), shanghai("2026-08-18 12:00")), SizeIs(1));
    SilenceEvent end;
    end.silence_id = "daily";
    end.ended = true;
    silences.take(end);
    EXPECT_TRUE(silences.empty());
}

TEST_F(SilencesTest, ThereIsRoomForSoManyAndForEveryChangeOfThem) {
    for (std::size_t n = 0; n < Silences::kMost; ++n)
        silences.take(event("s" + std::to_string(n), "2026-08-17 10:00", hours{2}));
    const auto one_more = silences.check(event("more", "2026-08-17 10:00", hours{2}), 400);
    ASSERT_TRUE(one_more);
    EXPECT_EQ(one_more->reason, DeadLetterReason::BAD_COUNT);
    EXPECT_FALSE(silences.check(event("s7", "2026-08-17 10:00", hours{3}), 400));
    SilenceEvent end;
    end.silence_id = "s7";
    end.author_staff_id = "market";
    end.ended = true;
    EXPECT_FALSE(silences.check(end, 400));
}

TEST_F(SilencesTest, AreWrittenAndReadAsTheyAre) {
    SilenceEvent silence = event("s", "2026-08-17 10:00", hours{2}, "DAILY");
    silence.kinds = {SignalKind::DEFECTION};
    silences.take(silence);
    Silences again;
    ASSERT_TRUE(unarchive(archived(silences), again));
    const Silence read = again.list(rules->calendar.zone(), shanghai("2026-08-17 11:00")).front();
    EXPECT_EQ(read.account_root, subject.root);
    EXPECT_EQ(read.recurrence, "DAILY");
    EXPECT_EQ(read.reason, "stocktaking");
    EXPECT_EQ(read.author_staff_id, StaffId("market"));
    EXPECT_EQ(read.active_until, shanghai("2026-08-17 12:00"));
    EXPECT_EQ(archived(again), archived(silences));
}

}  // namespace
}  // namespace aw
