#include "core/obligations/chain_lint.hpp"

#include <array>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "support/sample_rules.hpp"

namespace aw {
namespace {

using R = StaffRole;
using S = Severity;

Day day(const char* text) { return *parse_day(text); }

struct ChainLint : testing::Test {
    std::shared_ptr<Rules> rules = test::sample_rules();

    Staff& person(const char* id) {
        for (Staff& staff : rules->organisation.staff) {
            if (staff.id.value == id) return staff;
        }
        throw std::runtime_error(id);
    }
    void away(const char* id, const char* from, const char* to) { person(id).leave.push_back({day(from), day(to)}); }
    void fire(const char* id) { person(id).roles = {R::FINANCE}; }

    // Those of one subject: "GAP 2026-03-09 00:00 - 2026-03-12 00:00".
    std::vector<std::string> found(const ChainReport& report, ChainSeat seat, const char* unit, const char* grade,
                                   S severity) const {
        std::vector<std::string> out;
        for (const ChainFinding& f : report.findings) {
            if (f.seat != seat || f.unit.value != unit || f.grade != grade || f.severity != severity) continue;
            out.push_back((f.gap ? "GAP " : "warning ") + local(f.from) + " - " + local(f.to));
        }
        return out;
    }
    [[nodiscard]] static std::string local(Timestamp at) {
        std::string text = format_utc(at + std::chrono::hours{8});
        text[10] = ' ';
        return text.substr(0, 16);
    }
    static const ChainFinding& of(const ChainReport& report, ChainSeat seat, const char* unit, const char* grade,
                                  S severity) {
        for (const ChainFinding& f : report.findings) {
            if (f.seat == seat && f.unit.value == unit && f.grade == grade && f.severity == severity) return f;
        }
        throw std::runtime_error("no such finding");
    }
};

using Lines = std::vector<std::string>;

TEST_F(ChainLint, SomebodyInEveryPostAndNobodyAwayIsFine) {
    const ChainReport report = lint_chains(*rules, day("2026-01-01"), 365);
    EXPECT_TRUE(report.findings.empty());
    EXPECT_FALSE(report.has_gap());
    EXPECT_EQ(report.units.size(), 2U);
    EXPECT_EQ(report.grades.size(), 7U);
    EXPECT_EQ(report.to - report.from, std::chrono::days{365});
}

TEST_F(ChainLint, ALeaderOnLeaveIsAWarningAndTheNextLevelAnswers) {
    away("team", "2026-03-09", "2026-03-11");  // Monday to Wednesday
    const ChainReport report = lint_chains(*rules, day("2026-01-01"), 365);
    EXPECT_FALSE(report.has_gap());
    // A clock that waits for the office: who is asked after Friday's end of business is away when it opens.
    EXPECT_EQ(found(report, ChainSeat::LEADER, "city", "G3", S::MEDIUM),
              (Lines{"warning 2026-03-06 17:30 - 2026-03-09 00:00", "warning 2026-03-09 00:00 - 2026-03-12 00:00"}));
    // A CRITICAL case is led from further up; its own leaders are there.
    EXPECT_EQ(found(report, ChainSeat::LEADER, "city", "G3", S::CRITICAL), Lines{});
    EXPECT_EQ(found(report, ChainSeat::LEADER, "city", "G4", S::MEDIUM), Lines{});

    const ChainFinding& asked = of(report, ChainSeat::LEADER, "county", "G3", S::MEDIUM);
    ASSERT_EQ(asked.tried.size(), 1U);
    EXPECT_EQ(asked.tried[0].role, R::TEAM_LEADER);
    EXPECT_TRUE(asked.tried[0].away.empty());
    EXPECT_EQ(asked.tried[0].asked, (Absence{StaffId("team"), day("2026-03-09"), day("2026-03-11"), false}));
    EXPECT_EQ(asked.instead, StaffId("county-director"));
    EXPECT_EQ(asked.instead_role, R::DEPARTMENT_DIRECTOR);
}

// Only who was asked after the last end of business is gone in the morning, and nobody tells the deputy.
TEST_F(ChainLint, ADeputyStandsIn) {
    away("kam", "2026-03-10", "2026-03-11");  // from a Tuesday on; kam2 is the deputy
    const ChainReport report = lint_chains(*rules, day("2026-01-01"), 365);
    EXPECT_FALSE(report.has_gap());
    EXPECT_EQ(found(report, ChainSeat::SALES, "city", "", S::CRITICAL), Lines{});
    EXPECT_EQ(found(report, ChainSeat::SALES, "city", "", S::HIGH),
              Lines{"warning 2026-03-09 17:30 - 2026-03-10 00:00"});
    const ChainFinding& f = of(report, ChainSeat::SALES, "city", "", S::HIGH);
    EXPECT_EQ(f.instead, StaffId("kam2"));
    EXPECT_EQ(f.instead_role, R::KEY_ACCOUNT_MANAGER);
    ASSERT_EQ(f.tried.size(), 1U);
    EXPECT_EQ(f.tried[0].asked, (Absence{StaffId("kam"), day("2026-03-10"), day("2026-03-11"), false}));
    person("kam").deputy = {};
    EXPECT_TRUE(lint_chains(*rules, day("2026-01-01"), 365).has_gap()) << "kam2 is not kam's deputy any more";
}

TEST_F(ChainLint, AWholeChainAwayIsAGap) {
    away("exec", "2026-07-06", "2026-07-10");
    away("deputy", "2026-07-08", "2026-07-20");
    const ChainReport report = lint_chains(*rules, day("2026-01-01"), 365);
    EXPECT_TRUE(report.has_gap());
    // Day and night: exactly while both are away. G6 has one level only.
    EXPECT_EQ(found(report, ChainSeat::LEADER, "city", "G5", S::CRITICAL),
              Lines{"GAP 2026-07-08 00:00 - 2026-07-11 00:00"});
    EXPECT_EQ(found(report, ChainSeat::LEADER, "city", "G6", S::CRITICAL),
              Lines{"GAP 2026-07-06 00:00 - 2026-07-11 00:00"});
    EXPECT_EQ(found(report, ChainSeat::LEADER, "city", "G1", S::CRITICAL),
              Lines{"GAP 2026-07-08 00:00 - 2026-07-11 00:00"});
    EXPECT_EQ(found(report, ChainSeat::LEADER, "city", "G1", S::HIGH), Lines{});
    const ChainFinding& gap = of(report, ChainSeat::LEADER, "city", "G5", S::CRITICAL);
    ASSERT_EQ(gap.tried.size(), 2U);
    EXPECT_EQ(gap.tried[0].away, (std::vector<Absence>{{StaffId("deputy"), day("2026-07-08"), day("2026-07-20"), false},
                                                       {StaffId("exec"), day("2026-07-06"), day("2026-07-10"), true}}));
    EXPECT_FALSE(gap.tried[0].is_vacant());
}

// Asked late on Friday: the leader is gone on Monday; when the deadline passes, the next one has gone, too.
TEST_F(ChainLint, TheNextLevelIsAskedWhenTheDeadlinePasses) {
    away("deputy", "2026-07-06", "2026-07-06");  // Monday
    person("deputy").deputy = {};
    away("exec", "2026-07-07", "2026-07-31");
    const ChainReport report = lint_chains(*rules, day("2026-07-01"), 31);
    // MEDIUM waits four hours of business: until Monday 12:30, when exec is at work.
    EXPECT_EQ(found(report, ChainSeat::LEADER, "city", "G5", S::MEDIUM),
              (Lines{"warning 2026-07-03 17:30 - 2026-07-06 00:00", "warning 2026-07-06 00:00 - 2026-07-06 17:30",
                     "GAP 2026-07-06 17:30 - 2026-07-07 00:00"}));
    // LOW waits a whole business day. Asked on Sunday, the deputy's day is over on Monday 17:30, and the day of exec
    // begins on Tuesday, when he is away.
    const Lines low = found(report, ChainSeat::LEADER, "city", "G5", S::LOW);
    ASSERT_FALSE(low.empty());
    EXPECT_EQ(low.front(), "GAP 2026-07-03 17:30 - 2026-07-06 00:00");
}

// Back for a weekend only, when the clock does not run.
TEST_F(ChainLint, WorkingDaysCountNotDays) {
    for (MilestoneRule& rule : rules->policy.milestones) {
        if (rule.kind == MilestoneKind::ACKNOWLEDGE && rule.severity == S::LOW) rule.span.business_days = 6;
    }
    away("exec", "2026-07-06", "2026-07-10");  // Monday to Friday
    away("exec", "2026-07-13", "2026-07-17");
    const Lines low = found(lint_chains(*rules, day("2026-07-01"), 31), ChainSeat::LEADER, "city", "G6", S::LOW);
    ASSERT_FALSE(low.empty());
    EXPECT_EQ(low.front(), "GAP 2026-07-03 17:30 - 2026-07-06 00:00");
}

// The deadline itself is too late.
TEST_F(ChainLint, BackWhenTheDeadlinePasses) {
    std::array<BusinessHours, 7> hours{};
    for (std::size_t i = 0; i < 5; ++i) hours[i] = {0, 24 * 60};
    rules->calendar = Calendar(rules->calendar.zone(), {{2026, false, {}, {}, {}}}, hours);
    away("exec", "2026-07-06", "2026-07-06");  // Monday, on which one business day runs out at midnight
    const ChainReport report = lint_chains(*rules, day("2026-07-05"), 1);
    EXPECT_EQ(found(report, ChainSeat::LEADER, "city", "G6", S::LOW), Lines{"GAP 2026-07-05 00:00 - 2026-07-06 00:00"});
}

TEST_F(ChainLint, AWeekendAndAHolidayAreNoGap) {
    rules->policy.milestones.clear();
    rules->policy.milestones.push_back(
        {MilestoneKind::ACKNOWLEDGE, S::HIGH, {ClockKind::BUSINESS, std::chrono::hours{2}, 0}, false});
    EXPECT_TRUE(lint_chains(*rules, day("2026-02-01"), 28).findings.empty());
}

TEST_F(ChainLint, APostThatNobodyHolds) {
    fire("director");
    const ChainReport report = lint_chains(*rules, day("2026-01-01"), 10);
    // The county has a director of its own; the city's is looked up nowhere else.
    EXPECT_EQ(found(report, ChainSeat::LEADER, "county", "G4", S::HIGH), Lines{});
    EXPECT_EQ(found(report, ChainSeat::LEADER, "city", "G4", S::HIGH),
              Lines{"warning 2026-01-01 00:00 - 2026-01-11 00:00"});
    EXPECT_TRUE(of(report, ChainSeat::LEADER, "city", "G4", S::HIGH).tried[0].is_vacant());
    EXPECT_FALSE(report.has_gap());
    fire("unit-head");
    EXPECT_EQ(found(lint_chains(*rules, day("2026-01-01"), 10), ChainSeat::LEADER, "city", "", S::LOW),
              Lines{"GAP 2026-01-01 00:00 - 2026-01-11 00:00"});
}

TEST_F(ChainLint, ACircleOfDeputiesOnLeaveEnds) {
    person("director").deputy = StaffId("team");
    person("team").deputy = StaffId("director");
    away("director", "2026-03-09", "2026-03-11");
    EXPECT_FALSE(lint_chains(*rules, day("2026-01-01"), 365).has_gap());
    away("team", "2026-03-11", "2026-03-13");
    const ChainReport report = lint_chains(*rules, day("2026-03-10"), 365);
    EXPECT_FALSE(report.has_gap());
    const ChainFinding& f = of(report, ChainSeat::LEADER, "city", "G4", S::HIGH);
    EXPECT_EQ(local(f.from), "2026-03-10 17:30");  // the deputy who is asked after hours is away in the morning
    EXPECT_EQ(f.tried[0].away, (std::vector<Absence>{{StaffId("director"), day("2026-03-09"), day("2026-03-11")}}));
    EXPECT_EQ(f.tried[0].asked, (Absence{StaffId("team"), day("2026-03-11"), day("2026-03-13"), true}));
    EXPECT_EQ(f.instead, StaffId("deputy"));
}

TEST_F(ChainLint, TheMandatorySeatsAndOperations) {
    away("service", "2026-03-09", "2026-03-11");
    away("ops", "2026-03-09", "2026-03-11");
    const ChainReport report = lint_chains(*rules, day("2026-01-01"), 365);
    const Lines day_and_night{"GAP 2026-03-09 00:00 - 2026-03-12 00:00"};
    EXPECT_EQ(found(report, ChainSeat::AFTER_SALES, "county", "", S::CRITICAL), day_and_night);
    EXPECT_EQ(found(report, ChainSeat::AFTER_SALES, "city", "", S::HIGH),
              (Lines{"GAP 2026-03-06 17:30 - 2026-03-09 00:00", "GAP 2026-03-09 00:00 - 2026-03-12 00:00"}));
    EXPECT_EQ(found(report, ChainSeat::AFTER_SALES, "city", "", S::LOW), Lines{}) << "a LOW case has no group";
    EXPECT_EQ(found(report, ChainSeat::SALES, "city", "", S::CRITICAL), Lines{});
    EXPECT_EQ(found(report, ChainSeat::OPERATIONS, "city", "", S::UNSPECIFIED),
              Lines{"warning 2026-03-09 00:00 - 2026-03-12 00:00"});
}

TEST_F(ChainLint, OnlyTheWalkedDaysCount) {
    away("service", "2026-03-09", "2026-03-11");
    EXPECT_TRUE(lint_chains(*rules, day("2026-03-12"), 365).findings.empty());
    EXPECT_TRUE(lint_chains(*rules, day("2026-03-01"), 5).findings.empty());  // until Thursday 24:00
    EXPECT_EQ(found(lint_chains(*rules, day("2026-03-10"), 1), ChainSeat::AFTER_SALES, "city", "", S::CRITICAL),
              Lines{"GAP 2026-03-10 00:00 - 2026-03-11 00:00"});
}

TEST_F(ChainLint, YearsThatTheCalendarDoesNotKnow) {
    const ChainReport report = lint_chains(*rules, day("2026-12-30"), 2 * 365);
    EXPECT_EQ(report.years.provisional, std::vector<int>{2027});
    EXPECT_EQ(report.years.missing, std::vector<int>{2028});
    EXPECT_TRUE(lint_chains(*rules, day("2026-01-01"), 365).years.provisional.empty());
}

// --- the same, minute by minute ---

// Nothing here is shared with the code under test but the calendar's hours of a day.
class BruteForce {
public:
    BruteForce(const Rules& rules, Day from, int days) : rules_(rules), from_(from), minutes_(days * 1440) {
        for (int minute = 0; minute < minutes_ + 60 * 1440; ++minute) {
            const BusinessHours hours = rules.calendar.hours(from + minute / 1440);
            if (minute % 1440 >= hours.from_minute && minute % 1440 < hours.to_minute) open_.push_back(minute);
        }
    }
    [[nodiscard]] int minutes() const { return minutes_; }

    // 0 fine, 1 not by the first post, 2 not at all.
    int look(const std::vector<R>& roles, const UnitId& unit, const Span* span, int minute) {
        for (std::size_t level = 0; level < roles.size(); ++level) {
            const Staff* who = holder(roles[level], unit, minute / 1440);
            if (who == nullptr) continue;
            if (span == nullptr || span->clock != ClockKind::BUSINESS) return level == 0 ? 0 : 1;
            const BusinessHours hours = rules_.calendar.hours(day("2026-01-05"));
            const auto length = static_cast<std::size_t>(span->time.count() / 60'000 +
                                                         span->business_days * (hours.to_minute - hours.from_minute));
            const auto first = std::lower_bound(open_.begin(), open_.end(), minute);
            bool deputy = false;
            for (auto at = first; at != first + static_cast<std::ptrdiff_t>(length); ++at) {
                if (works(*who, *at / 1440)) return level == 0 ? 0 : 1;
                deputy = deputy || stand_in(who, *at / 1440) != nullptr;
            }
            if (deputy) return 1;
            minute = *(first + static_cast<std::ptrdiff_t>(length) - 1) + 1;
        }
        return 2;
    }

private:
    [[nodiscard]] bool works(const Staff& who, int day) const {
        for (const Leave& leave : who.leave) {
            if (leave.from <= from_ + day && from_ + day <= leave.to) return false;
        }
        return true;
    }
    [[nodiscard]] const Staff* stand_in(const Staff* person, int day) const {
        for (int steps = 0; steps < 20 && person != nullptr; ++steps) {
            if (works(*person, day)) return person;
            person = rules_.organisation.find_staff(person->deputy.value);
        }
        return nullptr;
    }
    const Staff* holder(R role, const UnitId& unit, int day) {
        const auto [known, fresh] = holders_.try_emplace({role, unit.value, day}, nullptr);
        if (!fresh) return known->second;
        for (std::string at = unit.value; !at.empty(); at = rules_.organisation.find_unit(UnitId(at))->parent.value) {
            for (const Staff& person : rules_.organisation.staff) {
                if (person.unit.value != at || std::count(person.roles.begin(), person.roles.end(), role) == 0)
                    continue;
                if (const Staff* who = stand_in(&person, day)) return known->second = who;
            }
        }
        return nullptr;
    }

    const Rules& rules_;
    Day from_;
    int minutes_;
    std::vector<int> open_;  // minutes of office hours
    std::map<std::tuple<R, std::string, int>, const Staff*> holders_;
};

// A small organisation in which much is wrong: vacancies, leave of all lengths, deputies of deputies and circles.
void shuffle_people(Rules& rules, std::mt19937& random, Day from, int days) {
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    auto& staff = rules.organisation.staff;
    staff.clear();
    const R roles[] = {R::EXECUTIVE_DEPUTY_GM,  R::DEPUTY_GM_IN_CHARGE, R::DEPARTMENT_DIRECTOR, R::TEAM_LEADER,
                       R::DEVELOPING_UNIT_HEAD, R::KEY_ACCOUNT_MANAGER, R::SERVICE_HEAD,        R::OPERATIONS};
    for (int i = 0; i < 9; ++i) {
        Staff person;
        person.id = StaffId("p" + std::to_string(i));
        person.unit = UnitId(below(3) == 0 ? "county" : "city");
        person.roles = {roles[i % 8]};
        if (below(2) == 0) person.deputy = StaffId("p" + std::to_string(below(9)));
        Day at = from - 4;
        for (int n = below(4); n > 0; --n) {
            const Leave leave{at + below(days), {}};
            person.leave.push_back({leave.from, leave.from + below(10)});
            at = person.leave.back().to + 1;
        }
        staff.push_back(std::move(person));
    }
}

TEST(ChainLintProperty, StretchesEqualAWalkMinuteByMinute) {
    std::mt19937 random(20260817);
    std::map<int, int> seen;
    int asked_in_vain = 0;
    for (int round = 0; round < 8; ++round) {
        const auto rules = test::sample_rules();
        rules->policy.grade_scheme.grades.erase(
            rules->policy.grade_scheme.grades.begin() + 1,
            rules->policy.grade_scheme.grades.begin() + 3);                  // G1, G4 ... G6, ungraded
        const Day from = day(round % 2 == 0 ? "2026-02-04" : "2026-02-23");  // Spring Festival and make-up workdays
        const int days = 24;
        if (round % 4 == 3) {  // an office that closes at the weekend only: deadlines at midnight
            std::array<BusinessHours, 7> hours{};
            for (std::size_t i = 0; i < 5; ++i) hours[i] = {0, 24 * 60};
            rules->calendar = Calendar(rules->calendar.zone(), {{2026, false, {}, {}, {}}}, hours);
        }
        shuffle_people(*rules, random, from, days);
        const ChainReport report = lint_chains(*rules, from, days);
        BruteForce brute(*rules, from, days);

        std::map<std::tuple<ChainSeat, std::string, std::string, S>, std::vector<int>> told;
        for (const ChainFinding& f : report.findings) {
            auto& minutes = told[{f.seat, f.unit.value, f.grade, f.severity}];
            minutes.resize(static_cast<std::size_t>(brute.minutes()));
            ASSERT_LT(f.from, f.to);
            for (Timestamp at = f.from; at < f.to; at = at + std::chrono::minutes{1}) {
                int& minute = minutes.at(static_cast<std::size_t>((at - report.from).count() / 60'000));
                ASSERT_EQ(minute, 0) << "told twice";
                minute = f.gap ? 2 : 1;
            }
            for (const ChainStep& step : f.tried) asked_in_vain += step.asked ? 1 : 0;
        }
        const auto compare = [&](ChainSeat seat, const UnitId& unit, const std::string& grade, S severity,
                                 const std::vector<R>& roles, MilestoneKind milestone) {
            const Span* span = milestone_span(rules->policy, milestone, severity);
            const auto& minutes = told[{seat, unit.value, grade, severity}];
            for (int minute = 0; minute < brute.minutes(); ++minute) {
                int expected = brute.look(roles, unit, span, minute);
                if (seat == ChainSeat::OPERATIONS) expected = std::min(expected, 1);
                const int is = minutes.empty() ? 0 : minutes[static_cast<std::size_t>(minute)];
                ++seen[expected];
                ASSERT_EQ(is, expected) << "round " << round << ", " << name(seat) << " of " << unit.value << " "
                                        << grade << " " << name(severity) << ", "
                                        << ChainLint::local(report.from + std::chrono::minutes{minute});
            }
        };
        for (const char* unit : {"city", "county"}) {
            for (const S severity : {S::LOW, S::MEDIUM, S::HIGH}) {
                using K = MilestoneKind;
                const auto leaders = [&](const char* grade, const std::vector<R>& roles) {
                    compare(ChainSeat::LEADER, UnitId(unit), grade, severity, roles, K::ACKNOWLEDGE);
                };
                leaders("G6", {R::EXECUTIVE_DEPUTY_GM});
                leaders("G5", {R::DEPUTY_GM_IN_CHARGE, R::EXECUTIVE_DEPUTY_GM});
                leaders("G4", {R::DEPARTMENT_DIRECTOR, R::DEPUTY_GM_IN_CHARGE, R::EXECUTIVE_DEPUTY_GM});
                leaders("G1", {R::DEVELOPING_UNIT_HEAD, R::DEPARTMENT_DIRECTOR});
                leaders("", {R::DEVELOPING_UNIT_HEAD, R::DEPARTMENT_DIRECTOR});
                if (severity == S::LOW) continue;
                compare(ChainSeat::SALES, UnitId(unit), "", severity, {R::KEY_ACCOUNT_MANAGER}, K::FORM_GROUP);
                compare(ChainSeat::AFTER_SALES, UnitId(unit), "", severity, {R::SERVICE_HEAD}, K::FORM_GROUP);
            }
            compare(ChainSeat::LEADER, UnitId(unit), "G1", S::CRITICAL, {R::DEPUTY_GM_IN_CHARGE},
                    MilestoneKind::ACKNOWLEDGE);
            compare(ChainSeat::LEADER, UnitId(unit), "G4", S::CRITICAL,
                    {R::DEPUTY_GM_IN_CHARGE, R::EXECUTIVE_DEPUTY_GM}, MilestoneKind::ACKNOWLEDGE);
            compare(ChainSeat::OPERATIONS, UnitId(unit), "", S::UNSPECIFIED, {R::OPERATIONS},
                    MilestoneKind::UNSPECIFIED);
        }
    }
    for (int kind = 0; kind < 3; ++kind) EXPECT_GT(seen[kind], 10'000) << "the people were too well or too badly off";
    EXPECT_GT(asked_in_vain, 20);
}

}  // namespace
}  // namespace aw
