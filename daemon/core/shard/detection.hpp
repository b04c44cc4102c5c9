// Detection: the statistical detectors of all accounts of a shard, day by day.
//
// Each account has two copies of its detector. `sealed` has seen only days that can change no more, each against the
// pooled factor of the final counts, so what it knows does not depend on the order in which events came. `live` goes on
// from there through the open days to yesterday, and is what alarms. Once something has come late, or may still come, all
// accounts begin again at `sealed`: each is compared with what the others sent, so nobody keeps what was half known. An
// account whose feed is behind stays where it is and is made up for when the feed returns. What a client pays for an
// item is judged in `sealed` alone: revenue is often billed later than the items come, and a day with half of it looks
// cheap.
//
// Owner: the shard. Pure: it asks the Source, and returns findings as values in the order of the roots.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "base/archive.hpp"
#include "base/time.hpp"
#include "core/detect/client_watch.hpp"
#include "core/detect/day_factor.hpp"
#include "core/detect/false_alarm_budget.hpp"
#include "core/detect/lateness.hpp"
#include "core/model/ids.hpp"

namespace aw {

// Whom an account is compared with: region and industry, else region, else all.
struct Cohort {
    std::uint32_t region = 0;
    std::uint64_t industry = 0;  // hash64 of its code; 0 = not known

    auto operator<=>(const Cohort&) const = default;
    template <class Archive>
    void fields(Archive& archive) {
        archive(region, industry);
    }
};

class Detection {
public:
    // What the shard knows of its accounts; slots as in the shard.
    class Source {
    public:
        virtual ~Source() = default;
        [[nodiscard]] virtual const std::vector<std::uint32_t>& slots_by_root() const = 0;
        [[nodiscard]] virtual double items(std::uint32_t slot, Day day) const = 0;
        [[nodiscard]] virtual double revenue(std::uint32_t slot, Day day) const = 0;  // in fen; < 0: not known
        // Appends its lines and lanes with items on that day, if there are several.
        virtual void parts(std::uint32_t slot, Day day, std::vector<ShareWatch::Part>& parts) const = 0;
        [[nodiscard]] virtual bool is_complete(std::uint32_t slot, Day day) const = 0;  // its feeds, through that day
        [[nodiscard]] virtual Day first_day(std::uint32_t slot) const = 0;
        // Whether an alarm about that day would be told: it is no history, and somebody watches the account.
        [[nodiscard]] virtual bool may_tell(std::uint32_t slot, Day day) const = 0;
        [[nodiscard]] virtual Cohort cohort(std::uint32_t slot) const = 0;
        [[nodiscard]] virtual double volume_factor(Day day) const = 0;
    };

    // What the accounts of one cohort sent together on a day that advance() has taken.
    struct CohortDay {
        Day day;
        Cohort cohort;
        std::uint32_t member = 0;  // slot of one of its accounts
        DaySums sums;
    };

    struct Finding {
        std::uint32_t slot = 0;
        Day day;  // the last day of the evidence
        ClientWatch::Verdict verdict;
    };

    // Takes every day up to `yesterday`. Findings: alarms, what is over, and what came near an alarm (is_near) or is in
    // WATCH.
    // rate: false alarms of detectors for each account and year; each day has the thresholds that the budget settled
    // for the evaluation after it.
    void advance(Day yesterday, double rate, const FalseAlarmBudget& budget, const Source& source,
                 std::vector<Finding>& findings);
    // Items came for a day of this account; `next_look` is the day of the next daily evaluation.
    void note(std::uint32_t slot, Day day, Day next_look, std::int64_t items);
    // Its region or industry is another.
    void cohort_changed(std::uint32_t slot);
    [[nodiscard]] const ClientWatch* live(std::uint32_t slot) const;
    [[nodiscard]] const ClientWatch* sealed(std::uint32_t slot) const;
    // The last day the account was judged through; Day{} = none yet.
    [[nodiscard]] Day judged_through(std::uint32_t slot) const;
    // Forgets everything: the detectors are switched off.
    void clear();
    [[nodiscard]] bool is_blank() const { return states_.empty(); }

    // Days that the last advance() judged and of which an alarm would have been told, of clients beyond their warm-up
    // that do not rest after one: of small clients, and of large ones.
    [[nodiscard]] std::uint64_t small_days() const { return small_days_; }
    [[nodiscard]] std::uint64_t large_days() const { return large_days_; }
    // The same of days that it sealed, and what was an alarm of MEDIUM or more on them: whatever came when, they are
    // the same.
    struct SealedDays {
        std::uint64_t days = 0;
        std::uint64_t alarms = 0;
    };
    [[nodiscard]] SealedDays sealed_days(ClientSize size) const { return sealed_days_[static_cast<std::size_t>(size)]; }
    // How many clients stand how; walks all.
    [[nodiscard]] std::array<std::int64_t, kWatchStateNames.size()> standing() const;

    // Of the days that the last advance() took, each once: cohorts in which an account counted; a larger one before
    // its parts. What a feed brings later than that is in no answer.
    [[nodiscard]] const std::vector<CohortDay>& cohort_days() const { return cohort_days_; }
    // The last day that enough is known of to be taken, whether or not somebody was there to take it.
    [[nodiscard]] Day last_taken() const { return last_taken_; }

    // Whether a feed that comes back has something to make up for.
    [[nodiscard]] bool is_behind() const { return behind_ > 0; }
    // Items of [from, to) as a share of what they would be at `level`; 0: at the level before the alarm, or of now
    // where there is none. Nothing for days that are forgotten or if nothing is expected.
    [[nodiscard]] std::optional<double> share_of_level(std::uint32_t slot, Day from, Day to, double level,
                                                       const Source& source) const;
    // What the day factors made of what was expected of it in [from, to): 0.8 = a fifth less than in an ordinary week
    // of its cohort. Of the days that are still known; nothing if none is.
    [[nodiscard]] std::optional<double> cohort_factor(std::uint32_t slot, Day from, Day to, const Source& source) const;

    // --- state ---
    [[nodiscard]] bool knows(std::uint32_t slot) const { return judged_through(slot).n != 0; }
    // Changed since its record was taken.
    [[nodiscard]] bool is_changed(std::uint32_t slot) const { return slot < states_.size() && states_[slot].changed; }
    void record_taken(std::uint32_t slot) {
        if (slot < states_.size()) states_[slot].changed = false;
    }
    template <class Archive>
    void account_fields(std::uint32_t slot, Archive& archive) {
        if (slot >= states_.size()) states_.resize(slot + 1);
        State& s = states_[slot];
        archive(s.generation, s.sealed, s.live, s.sealed_through, s.live_through, s.late);
        if (archive.version() >= 7) archive(s.found);
    }
    template <class Archive>
    void shared_fields(Archive& archive) {
        archive(generation_, pools_, sealed_profiles_, live_profiles_, facts_, behind_);
    }
    [[nodiscard]] Lateness& lateness() { return lateness_; }
    void finish_restore();

private:
    struct State {
        ClientWatch sealed;
        ClientWatch live;
        Day sealed_through;  // Day{} = nothing yet
        Day live_through;
        std::uint32_t generation = 0;
        std::uint16_t pool = kNoPool;  // of its cohort; not stored
        std::uint16_t found = 0;       // bit day % kOpenDays: that day of `live` gave a finding that changed something
        bool late = false;             // something came for a day that `live` has taken
        bool changed = false;          // since its record was written
    };
    // One pool of accounts that share a day factor. The first is "all"; a pool's parent lies before it.
    struct Pool {
        Cohort cohort;
        std::uint16_t parent = 0;
        template <class Archive>
        void fields(Archive& archive) {
            archive(cohort, parent);
        }
    };
    // An account that says something of a day: what it sent, and what was expected on an ordinary one.
    struct Pooled {
        std::uint16_t pool;
        std::uint32_t slot;
        float items;
        Expectation::Forecast forecast;
    };
    struct StoredFactor {
        float factor = 0;  // 0 = too few clients
        float phi = 0;
        float shock = 0;
        template <class Archive>
        void fields(Archive& archive) {
            archive(factor, phi, shock);
        }
    };
    using Factors = std::vector<StoredFactor>;  // by pool
    struct DayFacts {
        Factors factors;
        std::vector<std::uint32_t> fallen_parts;  // ascending: what fell for everybody, or in a region
        template <class Archive>
        void fields(Archive& archive) {
            archive(factors, fallen_parts);
        }
    };
    static constexpr std::uint16_t kNoPool = 0xffff;
    static constexpr std::size_t kMostPools = 4'096;  // further cohorts count as their region, or as all

    // The two copies differ in what they have seen, not in what is done.
    struct Track {
        ClientWatch State::*watch;
        Day State::*through;
        std::vector<WeekProfile>* profiles;
        bool live;
    };

    [[nodiscard]] std::uint16_t pool_of(std::uint32_t slot, const Source& source);
    [[nodiscard]] std::optional<std::uint16_t> existing_pool(const Cohort& cohort) const;
    [[nodiscard]] std::uint16_t find_pool(const Cohort& cohort, std::uint16_t parent);
    void begin_accounts(Day yesterday, const Source& source);
    void take_day(const Track& track, Day day, const Source& source, std::vector<Finding>& findings);
    [[nodiscard]] Factors pooled(const Track& track, Day day);
    void note_cohorts(Day day, const std::vector<DayPool>& pools);
    [[nodiscard]] std::vector<std::uint32_t> fallen_parts(const Track& track) const;
    [[nodiscard]] ClientWatch::Verdict step(ClientWatch& watch, double items, double revenue, Day day,
                                            const DayFactor& factor, const std::vector<std::uint32_t>& fallen,
                                            std::uint32_t region, std::span<const ShareWatch::Part> parts);
    [[nodiscard]] std::uint32_t region_of(std::uint32_t slot) const;
    void look_up(const Track& track, Day day, const Source& source);
    [[nodiscard]] std::uint16_t known_pool(std::uint32_t slot, const Source& source) const;
    [[nodiscard]] std::optional<std::uint16_t> telling_pool(const Factors& factors, std::uint16_t pool) const;
    [[nodiscard]] DayFactor factor_for(const Factors& factors, std::uint16_t pool, double by_calendar) const;
    [[nodiscard]] bool is_stale() const;
    void begin_again();
    [[nodiscard]] static bool could_alarm(std::uint32_t slot, Day day, const ClientWatch& watch,
                                          const ClientWatch::Verdict& verdict, const Source& source);
    void count_sealed(std::uint32_t slot, Day day, const ClientWatch::Verdict& verdict, const Source& source);
    void judge_live(std::uint32_t slot, Day day, const ClientWatch::Verdict& verdict, std::vector<Finding>& findings);
    [[nodiscard]] int live_lag() const;

    std::vector<State> states_;
    std::vector<Pool> pools_;
    std::vector<WeekProfile> sealed_profiles_;
    std::vector<WeekProfile> live_profiles_;
    std::map<Day, DayFacts> facts_;  // of the days that `live` may take again
    Lateness lateness_;
    std::uint32_t generation_ = 0;  // of states_: records from before the detectors were switched off are not read
    std::uint32_t behind_ = 0;      // accounts that wait for a feed

    // Of the advance that is under way, or was the last.
    std::uint64_t small_days_ = 0;
    std::uint64_t large_days_ = 0;
    std::array<SealedDays, 2> sealed_days_;  // by ClientSize
    std::vector<CohortDay> cohort_days_;
    Day last_taken_;
    Day yesterday_;
    Day noted_through_;                     // cohort_days_ had these days before
    std::vector<Day> judged_;               // by slot: its findings that are only near were told through there
    double rate_ = 0;
    const FalseAlarmBudget* budget_ = nullptr;  // of the caller
    std::array<Thresholds, 2> limits_;          // of the day, by ClientSize
    std::vector<Pooled> pooled_;            // of the day
    std::vector<std::uint32_t> taking_;     // slots that take the day ...
    std::vector<float> items_;              // ... with so many items ...
    std::vector<ShareWatch::Part> parts_;   // ... of these parts,
    std::vector<std::uint32_t> parts_end_;  // which end there
    std::vector<ShareWatch::Part> mine_;    // parts of the account that takes the day
};

}  // namespace aw
