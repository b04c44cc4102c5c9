// What the statistical detectors know of closed days, with a pooled day factor in use: it depends neither on when and
// in which order events came, nor on duplicates, nor on how the log is cut into batches, nor on who works on it.
//
// A log is half a year of a whole cohort, so a case takes some tenths of a second: a tenth as many cases as
// elsewhere, also of those that RC_PARAMS="max_success=2000" asks for.
#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/hash.hpp"
#include "cohort_log.hpp"
#include "core/shard/shard_detectors.hpp"
#include "core/shard/shard_topics.hpp"
#include "core/shard/state_version.hpp"
#include "replay_laws.hpp"
#include "support/answers.hpp"
#include "support/detecting.hpp"

namespace aw {
namespace {

using test::detecting;
using test::LogRecord;
using test::RandomLog;

template <class Property>
void holds(Property&& property) {
    rc::detail::TestParams params = rc::detail::configuration().testParams;
    params.maxSuccess = std::max(1, params.maxSuccess / 10);
    params.disableShrinking = true;  // a seed is no smaller than another
    const auto result = rc::detail::checkTestable(std::forward<Property>(property), rc::detail::TestMetadata{}, params);
    std::ostringstream text;
    rc::detail::printResultMessage(result, text);
    EXPECT_TRUE(result.template is<rc::detail::SuccessResult>()) << text.str();
}

RandomLog any_cohort_log(std::mt19937& random, const test::CohortSize& size = {}) {
    return test::cohort_log(test::cohort_roots(size.clients), size.days, random);
}

// --- what a shard knows of days that can change no more ---

// As Detection stores its pools.
struct PoolRow {
    Cohort cohort;
    std::uint16_t parent = 0;

    template <class Archive>
    void fields(Archive& archive) {
        archive(cohort, parent);
    }
};

using Evidence = std::map<std::string, std::string>;

// By account and by cohort: the sealed copy of the detectors, and what the cohort usually does.
Evidence sealed_evidence(const Shard& shard) {
    Evidence evidence;
    for (const StateRecord& record : test::snapshot_of(shard)) {
        if (!record.key.starts_with("s/") && record.key != "detection") continue;
        auto archive = *open_state(record.value);
        std::uint32_t generation = 0;
        archive(generation);
        if (record.key == "detection") {
            std::vector<PoolRow> pools;
            std::vector<WeekProfile> profiles;
            archive(pools, profiles);
            for (std::size_t i = 0; i < pools.size(); ++i)
                evidence["region " + std::to_string(pools[i].cohort.region)] = archived(profiles[i]);
            continue;
        }
        ClientWatch sealed;
        ClientWatch live;
        Day through;
        archive(sealed, live, through);
        if (sealed.drop().days_known() == 0) continue;
        evidence[record.key] = format_day(through) + ' ' + archived(sealed);
    }
    return evidence;
}

// By account: the copy that goes on through the open days, but for prices, of which it knows nothing.
Evidence live_evidence(const Shard& shard) {
    Evidence evidence;
    for (const StateRecord& record : test::snapshot_of(shard)) {
        if (!record.key.starts_with("s/")) continue;
        auto archive = *open_state(record.value);
        std::uint32_t generation = 0;
        ClientWatch sealed;
        ClientWatch live;
        Day sealed_through;
        Day through;
        archive(generation, sealed, live, sealed_through, through);
        evidence[record.key] = format_day(through) + ' ' + archived(live.drop()) + archived(live.decline()) +
                               archived(live.inactivity()) +
                               (live.shares() == nullptr ? "" : archived(*live.shares()));
    }
    return evidence;
}

// Whether there were enough clients for a factor of their region.
bool has_pool(const Shard& shard) {
    return sealed_evidence(shard).at("region 371401") != archived(WeekProfile{});
}

// What was said of prices, which are judged on sealed days alone.
std::vector<std::string> told_of_prices(const Effects& effects) {
    std::vector<std::string> told;
    for (const Effect& effect : effects) {
        const auto* s = std::get_if<Signal>(&effect);
        if (s == nullptr || s->rule_id != kRevenueYield) continue;
        told.push_back(format_root(s->account_root) + ' ' + std::string(name(s->kind)) + ' ' +
                       std::string(name(s->severity)) + ' ' + format_utc(s->detected_at) + ' ' +
                       format_day(s->window_to.value_or(Day{})) + ' ' + std::to_string(s->observed.value_or(-1)) + '/' +
                       std::to_string(s->expected.value_or(-1)));
    }
    return told;
}

std::vector<std::string> differing(const Evidence& a, const Evidence& b) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : a) {
        const auto other = b.find(key);
        if (other == b.end() || other->second != value) keys.push_back(key);
    }
    for (const auto& [key, value] : b) {
        if (!a.contains(key)) keys.push_back(key);
    }
    return keys;
}

template <class T>
std::size_t count_of(const Effects& effects) {
    return static_cast<std::size_t>(std::count_if(
        effects.begin(), effects.end(), [](const Effect& effect) { return std::holds_alternative<T>(effect); }));
}

// Reads through the next tick, before which the shard has looked at the day.
void read_to_look(Shard& shard, const RandomLog& log, std::size_t& at, Effects& effects) {
    std::size_t to = at;
    while (!std::holds_alternative<TickEvent>(log.records[to].event.payload)) ++to;
    static_cast<void>(test::run(shard, log, at, to + 1, &effects));
    at = to + 1;
}

// --- the partitions of one log ---

// Workers own partitions, a partition is one shard: what they share is the log, to whose end they write what their
// shards answer. The day on which an answer from history was given says less than the history that was read before it
// (Partition::log_time).
class Partitions {
public:
    Partitions(int partitions, std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {
        for (int i = 0; i < partitions; ++i) parts_.emplace_back(rules_, ShardPlace{i, partitions});
    }

    [[nodiscard]] std::size_t size() const { return parts_.size(); }
    [[nodiscard]] std::size_t owner(std::string_view key) const {
        return static_cast<std::size_t>(partition_of(key, static_cast<int>(parts_.size())));
    }
    void append(const LogRecord& record) {
        if (!is_broadcast(record.event)) return parts_[owner(format_root(root_of(record.event)))].log.push_back(record);
        for (Part& part : parts_) part.log.push_back(record);
    }
    // The next records of a partition; false: there is none.
    bool read(std::size_t partition, std::size_t most) {
        Part& part = parts_[partition];
        if (part.at == part.log.size()) return false;
        for (; most > 0 && part.at < part.log.size(); --most) {
            const LogRecord record = part.log[part.at++];
            const bool behind = record.time.at < part.shard.clock();
            Effects effects;
            part.shard.apply(record.event, {std::max(record.time.at, part.shard.clock()), !behind}, effects);
            for (const Effect& effect : effects) take(part, effect);
        }
        return true;
    }
    void read_all() {
        for (bool more = true; more;) {
            more = false;
            for (std::size_t i = 0; i < parts_.size(); ++i) more = read(i, SIZE_MAX) || more;
        }
    }
    // Another worker goes on with it.
    void hand_over(std::size_t partition) {
        Part& part = parts_[partition];
        part.changelog.take(part.shard);
        Shard next(rules_, {static_cast<int>(partition), static_cast<int>(parts_.size())});
        for (const StateRecord& record : part.changelog.records())
            RC_ASSERT(next.restore(record.key, record.value, test::reader_of({})));
        next.finish_restore();
        part.shard = std::move(next);
    }
    [[nodiscard]] const Shard& shard(std::size_t partition) const { return parts_[partition].shard; }
    [[nodiscard]] const std::vector<std::string>& told(std::size_t partition) const { return parts_[partition].told; }
    // Of whole cohorts; when it was told depends on when the last partition had answered.
    [[nodiscard]] const std::vector<std::string>& told_of_cohorts() const { return of_cohorts_; }

private:
    struct Part {
        Part(std::shared_ptr<const Rules> rules, ShardPlace place) : shard(std::move(rules), place) {}
        Shard shard;
        test::Changelog changelog;
        std::vector<LogRecord> log;
        std::size_t at = 0;
        std::vector<std::string> told;
    };

    void take(Part& part, Effect effect) {
        if (const auto* partial = std::get_if<Partial>(&effect)) {
            const test::AnswerRecord& answer = answers_.emplace_back(*partial);
            parts_[owner(partial->subject)].log.push_back({answer.event(), {answer.at(), true}});
        }
        auto* signal = std::get_if<Signal>(&effect);
        auto* decision = std::get_if<Decision>(&effect);
        const bool cohort = (signal != nullptr && signal->rule_id == kPortfolio) ||
                            (decision != nullptr && decision->rule_id == kPortfolio);
        if (cohort && signal != nullptr) signal->detected_at = {};
        if (cohort && decision != nullptr) decision->at = {};
        (cohort ? of_cohorts_ : part.told).push_back(test::shown(effect));
    }

    std::shared_ptr<const Rules> rules_;
    std::deque<Part> parts_;
    std::deque<test::AnswerRecord> answers_;
    std::vector<std::string> of_cohorts_;
};

// As many clients in each partition as make a pool.
std::vector<AccountRoot> roots_for(const Partitions& partitions) {
    std::vector<int> clients(partitions.size());
    std::vector<AccountRoot> roots;
    for (const AccountRoot root : test::cohort_roots(1'000)) {
        if (clients[partitions.owner(format_root(root))]++ < DayPool::kLeastClients + 3) roots.push_back(root);
    }
    return roots;
}

Evidence state_of(const Shard& shard) {
    Evidence state;
    for (StateRecord& record : test::snapshot_of(shard)) state[record.key] = std::move(record.value);
    return state;
}

// --- properties ---

// What the detectors have earned and spent, as FalseAlarmBudget stores it: days and alarms of small clients, then of
// large ones.
std::array<double, 4> budget_of(const Shard& shard) {
    std::array<double, 4> books{};
    for (const StateRecord& record : test::snapshot_of(shard)) {
        if (record.key != "certainty") continue;
        auto archive = *open_state(record.value);
        Certainty certainty;
        archive(certainty);
        for (double& number : books) archive(number);
    }
    return books;
}

TEST(DetectionEvidence, OfClosedDaysDoesNotDependOnArrival) {
    holds([] {
        std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
        const RandomLog log = any_cohort_log(random);
        const RandomLog late = test::arriving_late(log, random);
        Shard in_time(detecting());
        Shard later(detecting());
        Effects told_in_time;
        Effects told_later;
        std::size_t at = 0;
        std::size_t at_late = 0;
        for (int look = 1; at < log.records.size(); ++look) {
            read_to_look(in_time, log, at, told_in_time);
            read_to_look(later, late, at_late, told_later);
            if (look % 7 != 0) continue;
            RC_ASSERT(differing(sealed_evidence(in_time), sealed_evidence(later)) == std::vector<std::string>{});
        }
        RC_ASSERT(told_of_prices(told_in_time) == told_of_prices(told_later));
        RC_ASSERT(!told_of_prices(told_later).empty());
        RC_ASSERT(count_of<Refusal>(told_later) == 0U);
        RC_ASSERT(has_pool(later));
        RC_ASSERT(budget_of(in_time) == budget_of(later));
        RC_ASSERT(budget_of(later)[0] + budget_of(later)[2] > 0);
        RC_ASSERT(budget_of(later)[1] + budget_of(later)[3] > 0);
    });
}

// What was late for days that are still open leaves nothing behind, also in clients of which everything was in time: they
// are compared with the others. Before a late day is sealed, a shard does not count on more.
TEST(DetectionEvidence, OfOpenDaysIsThatOfWhatHasCome) {
    holds([] {
        std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
        const RandomLog log = any_cohort_log(random);
        const RandomLog late =
            test::arriving_late(log, random, log.records.back().time.at - std::chrono::days{kOpenDays - 3});
        Shard in_time(detecting());
        Shard later(detecting());
        Effects told;
        static_cast<void>(test::run(in_time, log, 0, log.records.size(), &told));
        const std::size_t before = told.size();
        static_cast<void>(test::run(later, late, 0, late.records.size(), &told));
        RC_ASSERT(differing(live_evidence(in_time), live_evidence(later)) == std::vector<std::string>{});
        RC_ASSERT(live_evidence(later).size() > DayPool::kLeastClients);
        RC_ASSERT(told.size() > before);
    });
}

TEST(DetectionEvidence, DuplicatesBetweenTheLooksChangeNothing) {
    holds([] {
        std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
        const RandomLog log = any_cohort_log(random);
        test::expect_duplicates_to_change_nothing(test::arriving_late(log, random), detecting(), 1'000, random);
    });
}

TEST(DetectionEvidence, CommitsAndRestartsBetweenTheLooksChangeNothing) {
    holds([] {
        std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
        const RandomLog log = any_cohort_log(random);
        test::expect_commits_to_change_nothing(test::arriving_late(log, random), detecting(), {}, 200, random);
    });
}

// One worker takes a day of all partitions at a time; several read at random, each as far ahead of the others as the
// log goes, and give partitions to each other.
TEST(DetectionEvidence, TheNumberOfWorkersAndTheirPaceChangeNothing) {
    holds([] {
        std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
        const int count = *rc::gen::inRange(2, 4);
        Partitions one(count, detecting());
        Partitions several(count, detecting());
        const RandomLog log = test::cohort_log(roots_for(one), 130, random);
        const RandomLog late = test::arriving_late(log, random);
        const int hurry = *rc::gen::inRange(1, 60);  // of the source, in readings of a partition
        int appended = 0;
        for (const LogRecord& record : late.records) {
            one.append(record);
            several.append(record);
            if (!std::holds_alternative<TickEvent>(record.event.payload)) continue;
            one.read_all();
            if (++appended % hurry != 0) continue;
            for (int i = 0; i < 2 * hurry; ++i) {
                const std::size_t partition = random() % several.size();
                several.read(partition, random() % 300);
                if (random() % 8 == 0) several.hand_over(partition);
            }
        }
        one.read_all();
        several.read_all();
        for (std::size_t i = 0; i < one.size(); ++i) {
            RC_ASSERT(several.told(i) == one.told(i));
            RC_ASSERT(differing(state_of(one.shard(i)), state_of(several.shard(i))) == std::vector<std::string>{});
            RC_ASSERT(has_pool(one.shard(i)));
        }
        RC_ASSERT(several.told_of_cohorts() == one.told_of_cohorts());
        RC_ASSERT(state_of(one.shard(one.owner(kPortfolio))).contains("g/371401"));  // somebody added up
    });
}

}  // namespace
}  // namespace aw
