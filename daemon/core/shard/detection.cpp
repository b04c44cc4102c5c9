#include "core/shard/detection.hpp"

#include <algorithm>
#include <utility>

#include "core/shard/shard_detectors.hpp"
#include "core/usage/series.hpp"

namespace aw {
namespace {

constexpr int kSealedAfter = kOpenDays - 1;  // yesterday and so many days before it may still change
constexpr double kKnownEnough = 0.8;         // a day is evidence once so much of it is known
constexpr double kMostLeft = 1 + kMediumBp / 10'000.0;  // of an alarm of MEDIUM
constexpr int kExactDays = kDailyDays - 1;   // days before are kept by the week only

int weekday0(Day day) { return weekday(day) - 1; }

// What is known of a day; nothing is known of most.
template <class Days>
const typename Days::mapped_type& facts_of(const Days& days, Day day) {
    static const typename Days::mapped_type kNothing;
    const auto known = days.find(day);
    return known == days.end() ? kNothing : known->second;
}

}  // namespace

void Detection::clear() {
    const std::uint32_t next = generation_ + 1;
    *this = {};
    generation_ = next;
}

void Detection::finish_restore() {
    for (State& state : states_) {
        if (state.generation != generation_) state = {};
        state.changed = false;
    }
    const auto knows = [](const State& state) { return state.live_through.n != 0; };
    if (std::none_of(states_.begin(), states_.end(), knows)) states_.clear();
}

const ClientWatch* Detection::live(std::uint32_t slot) const { return knows(slot) ? &states_[slot].live : nullptr; }

const ClientWatch* Detection::sealed(std::uint32_t slot) const { return knows(slot) ? &states_[slot].sealed : nullptr; }

Day Detection::judged_through(std::uint32_t slot) const {
    return slot < states_.size() ? states_[slot].live_through : Day{};
}

std::array<std::int64_t, kWatchStateNames.size()> Detection::standing() const {
    std::array<std::int64_t, kWatchStateNames.size()> standing{};
    for (const State& state : states_) {
        if (state.live_through.n != 0) ++standing[static_cast<std::size_t>(state.live.state())];
    }
    return standing;
}

void Detection::note(std::uint32_t slot, Day day, Day next_look, std::int64_t items) {
    if (next_look.n != 0 && next_look - day <= kOpenDays) lateness_.add(day, std::max(1, next_look - day), items);
    if (slot >= states_.size()) return;
    State& state = states_[slot];
    if (day > state.live_through || state.late) return;
    state.late = true;
    state.changed = true;
}

void Detection::cohort_changed(std::uint32_t slot) {
    if (slot < states_.size()) states_[slot].pool = kNoPool;
}

std::optional<std::uint16_t> Detection::existing_pool(const Cohort& cohort) const {
    for (std::size_t i = 0; i < pools_.size(); ++i) {
        if (pools_[i].cohort == cohort) return static_cast<std::uint16_t>(i);
    }
    return std::nullopt;
}

std::uint16_t Detection::find_pool(const Cohort& cohort, std::uint16_t parent) {
    if (const auto known = existing_pool(cohort)) return *known;
    if (pools_.size() >= kMostPools) return parent;
    pools_.push_back({cohort, parent});
    sealed_profiles_.resize(pools_.size());
    live_profiles_.resize(pools_.size());
    return static_cast<std::uint16_t>(pools_.size() - 1);
}

std::uint16_t Detection::pool_of(std::uint32_t slot, const Source& source) {
    std::uint16_t& known = states_[slot].pool;
    if (known != kNoPool) return known;
    const Cohort cohort = source.cohort(slot);
    const std::uint16_t all = find_pool({}, 0);
    known = find_pool({cohort.region, 0}, all);
    if (cohort.industry != 0) known = find_pool(cohort, known);
    return known;
}

// The same of pools that are there, also when nothing has been taken since the state was read.
std::uint16_t Detection::known_pool(std::uint32_t slot, const Source& source) const {
    if (states_[slot].pool != kNoPool) return states_[slot].pool;
    const Cohort own = source.cohort(slot);
    for (const Cohort& cohort : {own, Cohort{own.region, 0}}) {
        if (const auto known = existing_pool(cohort)) return *known;
    }
    return 0;
}

// New accounts begin with their first day, or as far back as days are known one by one. Until one of their days is
// sealed, an earlier one may still come.
void Detection::begin_accounts(Day yesterday, const Source& source) {
    const auto& slots = source.slots_by_root();
    if (states_.size() < slots.size()) states_.resize(slots.size());
    for (const std::uint32_t slot : slots) {
        State& state = states_[slot];
        const bool begun = state.sealed_through.n != 0;
        if (begun && state.sealed.drop().days_known() > 0) continue;
        const Day first = source.first_day(slot);
        if (first > yesterday) continue;
        const Day before = std::max(first, yesterday - (kExactDays - 1)) - 1;
        if (begun) {
            if (before >= state.sealed_through) continue;
            state.sealed_through = before;
            state.late = true;
            state.changed = true;
            continue;
        }
        state.sealed_through = before;
        state.live_through = before;
        state.generation = generation_;
        state.changed = true;
    }
}

// Looks until enough of a day is known.
int Detection::live_lag() const {
    int lag = 1;
    while (lag < kSealedAfter && lateness_.known(lag) < kKnownEnough) ++lag;
    return lag;
}

// REQUIRES: taking_ and items_ are of that day.
Detection::Factors Detection::pooled(const Track& track, Day day) {
    const double known = track.live ? lateness_.known(yesterday_ - day + 1) : 1;
    std::vector<DayPool> pools(pools_.size());
    const DayFactor ordinary{.factor = 1, .completeness = known};
    pooled_.clear();
    for (std::size_t i = 0; i < taking_.size(); ++i) {
        const State& state = states_[taking_[i]];
        const DropDetector& drop = (state.*track.watch).drop();
        if (!drop.is_in_pool()) continue;
        const auto& [pool, slot, items, forecast] = pooled_.emplace_back(
            Pooled{state.pool, taking_[i], items_[i], drop.expectation().forecast(weekday0(day), ordinary)});
        std::uint16_t at = pool;
        for (;;) {
            pools[at].add(static_cast<double>(items), forecast);
            if (at == 0) break;
            at = pools_[at].parent;
        }
    }
    Factors factors(pools.size());
    for (std::size_t i = 0; i < pools.size(); ++i) {
        if (!pools[i].is_enough()) continue;
        const double factor =
            i == 0 ? pools[i].factor() : pools[i].factor(static_cast<double>(factors[pools_[i].parent].factor));
        factors[i].factor = static_cast<float>(factor);
    }
    for (const auto& [pool, slot, items, forecast] : pooled_) {
        std::uint16_t at = pool;
        while (at != 0 && factors[at].factor <= 0) at = pools_[at].parent;
        if (factors[at].factor <= 0) continue;
        pools[at].add_error(static_cast<double>(items), forecast, static_cast<double>(factors[at].factor));
    }
    for (std::size_t i = 0; i < pools.size(); ++i) {
        if (factors[i].factor <= 0) continue;
        WeekProfile& profile = (*track.profiles)[i];
        factors[i].phi = static_cast<float>(pools[i].phi());
        factors[i].shock = static_cast<float>(profile.shock(weekday0(day), factors[i].factor));
        profile.learn(weekday0(day), factors[i].factor);
    }
    if (track.live && day > noted_through_) note_cohorts(day, pools);
    return factors;
}

void Detection::note_cohorts(Day day, const std::vector<DayPool>& pools) {
    const std::size_t first = cohort_days_.size();
    std::vector<std::size_t> at(pools.size());
    for (std::size_t i = 0; i < pools.size(); ++i) {
        at[i] = cohort_days_.size();
        if (pools[i].clients() > 0) cohort_days_.push_back({day, pools_[i].cohort, 0, pools[i].sums()});
    }
    // Any account will do: it is asked for its industry's name.
    if (cohort_days_.size() == first) return;
    for (const Pooled& one : pooled_) cohort_days_[at[one.pool]].member = one.slot;
}

// The nearest pool that had enough clients; nothing if none had.
std::optional<std::uint16_t> Detection::telling_pool(const Factors& factors, std::uint16_t pool) const {
    for (std::uint16_t at = pool;; at = pools_[at].parent) {
        if (at < factors.size() && factors[at].factor > 0) return at;
        if (at == 0) return std::nullopt;
    }
}

// Of that pool; else what the calendar says.
DayFactor Detection::factor_for(const Factors& factors, std::uint16_t pool, double by_calendar) const {
    const bool holiday = by_calendar != 1;
    const auto at = telling_pool(factors, pool);
    if (!at) return {.factor = by_calendar, .holiday = holiday};
    return {factors[*at].factor, factors[*at].phi, factors[*at].shock, 1, holiday};
}

// What a day changed is told once, also when it is taken again; what only came near is told of a new day.
void Detection::judge_live(std::uint32_t slot, Day day, const ClientWatch::Verdict& v, std::vector<Finding>& findings) {
    const bool change = v.drop.alarm || v.drop.ended || v.decline.alarm || v.idle.alarm || v.active_again ||
                        (!v.shares.empty() && v.shares.front().verdict.alarm);
    const bool near = v.drop.warming_up || v.state == WatchState::kWatch || is_near(v.drop.score, v.drop.threshold) ||
                      is_near(v.decline.score, v.decline.threshold) || v.idle.is_near() || !v.shares.empty();
    const auto bit = static_cast<std::uint16_t>(1U << (static_cast<std::uint32_t>(day.n) % kOpenDays));
    std::uint16_t& found = states_[slot].found;
    const bool again = day <= judged_[slot];
    const bool told = again && (found & bit) != 0;
    found = static_cast<std::uint16_t>(change ? found | bit : found & ~bit);
    if (again ? change && !told : change || near) findings.push_back({slot, day, v});
}

// Whether an alarm of that day would have been told, had there been one.
bool Detection::could_alarm(std::uint32_t slot, Day day, const ClientWatch& watch, const ClientWatch::Verdict& v,
                            const Source& source) {
    const bool warm = watch.drop().days_known() > DropDetector::kWarmUpDays;
    return warm && !v.resting && source.may_tell(slot, day);
}

void Detection::count_sealed(std::uint32_t slot, Day day, const ClientWatch::Verdict& v, const Source& source) {
    if (!could_alarm(slot, day, states_[slot].sealed, v, source)) return;
    const auto is_medium = [](double observed, double expected) { return observed <= kMostLeft * expected; };
    const bool alarm = (v.drop.alarm && is_medium(v.drop.observed, v.drop.expected)) ||
                       (v.decline.alarm && is_medium(v.decline.observed, v.decline.expected)) || v.idle.alarm ||
                       (!v.shares.empty() && v.shares.front().verdict.alarm) ||
                       (v.yield.change == YieldDetector::Change::kLess && is_medium(v.yield.now, v.yield.usual));
    SealedDays& its = sealed_days_[static_cast<std::size_t>(Certainty::size_of(v.drop.forecast.level))];
    ++its.days;
    if (alarm) ++its.alarms;
}

// All accounts that stand right before `day` and whose feeds are complete through it, with their items. What stays
// incomplete until its days are kept by the week only is passed over: nobody knows whether it was a silence.
void Detection::look_up(const Track& track, Day day, const Source& source) {
    taking_.clear();
    items_.clear();
    parts_.clear();
    parts_end_.clear();
    for (const std::uint32_t slot : source.slots_by_root()) {
        if (states_[slot].*track.through != day - 1) continue;
        if (!source.is_complete(slot, day)) {
            if (day > yesterday_ - (kExactDays - 2)) continue;
            (states_[slot].*track.watch).pass_over();
            states_[slot].*track.through = day;
            states_[slot].changed = true;
            continue;
        }
        static_cast<void>(pool_of(slot, source));
        taking_.push_back(slot);
        items_.push_back(static_cast<float>(source.items(slot, day)));
        source.parts(slot, day, parts_);
        parts_end_.push_back(static_cast<std::uint32_t>(parts_.size()));
    }
}

void Detection::take_day(const Track& track, Day day, const Source& source, std::vector<Finding>& findings) {
    look_up(track, day, source);
    if (taking_.empty()) return;
    for (const ClientSize size : {ClientSize::kSmall, ClientSize::kLarge})
        limits_[static_cast<std::size_t>(size)] = thresholds_of(rate_, budget_->offset(size, day + 1));
    DayFacts facts{pooled(track, day), fallen_parts(track)};
    if (track.live) {
        // Made up for after the others: the day has its factors, unless there were too few to tell.
        const auto [known, fresh] = facts_.try_emplace(day, facts);
        Factors& stored = known->second.factors;
        stored.resize(std::max(stored.size(), facts.factors.size()));
        facts.factors.resize(stored.size());
        for (std::size_t i = 0; i < stored.size(); ++i) {
            if (stored[i].factor <= 0) stored[i] = facts.factors[i];
        }
        if (!fresh) facts = known->second;
    }
    const double known = track.live ? lateness_.known(yesterday_ - day + 1) : 1;
    const double by_calendar = source.volume_factor(day);
    for (std::size_t i = 0; i < taking_.size(); ++i) {
        State& state = states_[taking_[i]];
        DayFactor factor = factor_for(facts.factors, state.pool, by_calendar);
        factor.completeness = known;
        const double revenue = track.live ? -1 : source.revenue(taking_[i], day);
        const std::uint32_t begin = i == 0 ? 0 : parts_end_[i - 1];
        const auto parts = std::span(parts_).subspan(begin, parts_end_[i] - begin);
        const auto verdict = step(state.*track.watch, static_cast<double>(items_[i]), revenue, day, factor,
                                  facts.fallen_parts, region_of(taking_[i]), parts);
        state.*track.through = day;
        state.changed = true;
        if (!track.live) {  // what it sees of items, `live` has said
            count_sealed(taking_[i], day, verdict, source);
            const bool price = verdict.yield.is_near() || verdict.yield.change != YieldDetector::Change::kNone;
            if (price) findings.push_back({taking_[i], day, {.yield = verdict.yield}});
            continue;
        }
        if (day > judged_[taking_[i]] && could_alarm(taking_[i], day, state.live, verdict, source))
            ++(Certainty::size_of(verdict.drop.forecast.level) == ClientSize::kSmall ? small_days_ : large_days_);
        judge_live(taking_[i], day, verdict, findings);
    }
}

// Whether an open day was taken when less was known of it, of this account or of those it is compared with.
bool Detection::is_stale() const {
    return behind_ > 0 || lateness_.known(1) < 1 ||
           std::any_of(states_.begin(), states_.end(), [](const State& state) { return state.late; });
}

// From the sealed days on, once more.
void Detection::begin_again() {
    for (State& state : states_) {
        if (state.sealed_through.n == 0) continue;
        state.live = state.sealed;
        state.live_through = state.sealed_through;
        state.late = false;
        state.changed = true;
    }
    live_profiles_ = sealed_profiles_;
    facts_.erase(facts_.upper_bound(lateness_.sealed_through()), facts_.end());
}

void Detection::advance(Day yesterday, double rate, const FalseAlarmBudget& budget, const Source& source,
                        std::vector<Finding>& findings) {
    small_days_ = large_days_ = 0;
    sealed_days_ = {};
    cohort_days_.clear();
    yesterday_ = yesterday;
    rate_ = rate;
    budget_ = &budget;
    begin_accounts(yesterday, source);
    judged_.clear();
    noted_through_ = {};
    for (const State& state : states_) {
        judged_.push_back(state.live_through);
        noted_through_ = std::max(noted_through_, state.live_through);
    }
    if (is_stale()) begin_again();
    const Day sealed = yesterday - kSealedAfter;
    const Day last_live = std::max(noted_through_, yesterday - (live_lag() - 1));  // what was taken stays so
    last_taken_ = last_live;
    Day first_sealed = sealed + 1;
    Day first_live = last_live + 1;
    for (const State& state : states_) {
        if (state.sealed_through.n == 0) continue;
        first_sealed = std::min(first_sealed, state.sealed_through + 1);
        first_live = std::min(first_live, state.live_through + 1);
    }
    for (Day day = first_live; day <= last_live; ++day) {
        take_day({&State::live, &State::live_through, &live_profiles_, true}, day, source, findings);
    }
    for (Day day = first_sealed; day <= sealed; ++day) {
        take_day({&State::sealed, &State::sealed_through, &sealed_profiles_, false}, day, source, findings);
        lateness_.seal(day);
    }
    behind_ = static_cast<std::uint32_t>(std::count_if(states_.begin(), states_.end(), [&](const State& state) {
        return state.live_through.n != 0 && state.live_through < last_live;
    }));
    facts_.erase(facts_.begin(), facts_.lower_bound(yesterday - kExactDays));
    std::stable_sort(findings.begin(), findings.end(),
                     [&](const Finding& a, const Finding& b) { return a.day < b.day; });
}

std::optional<double> Detection::share_of_level(std::uint32_t slot, Day from, Day to, double level,
                                                const Source& source) const {
    if (!knows(slot)) return std::nullopt;
    const State& state = states_[slot];
    const DropDetector& detector = state.live.drop();
    if (level <= 0) level = detector.is_in_alarm() ? detector.level_before() : detector.expectation().level();
    double items = 0;
    double expected = 0;
    if (!facts_.contains(from)) return std::nullopt;
    const std::uint16_t pool = known_pool(slot, source);
    // A period is judged before its last days have been: of these only the calendar says what they were.
    for (Day day = from; day < to; ++day) {
        const auto& facts = facts_of(facts_, day);
        const DayFactor factor = factor_for(facts.factors, pool, source.volume_factor(day));
        items += source.items(slot, day);
        expected += level * detector.expectation().forecast(weekday0(day), factor).exposure;
    }
    if (expected <= 0) return std::nullopt;
    return items / expected;
}

// Without them an ordinary week of the cohort is left: a Sunday is no fall, a holiday and a slow decline are.
std::optional<double> Detection::cohort_factor(std::uint32_t slot, Day from, Day to, const Source& source) const {
    if (!knows(slot)) return std::nullopt;
    const Expectation& client = states_[slot].live.drop().expectation();
    const std::uint16_t pool = known_pool(slot, source);
    double with = 0;
    double without = 0;
    for (auto known = facts_.lower_bound(from); known != facts_.end() && known->first < to; ++known) {
        const auto& [day, facts] = *known;
        DayFactor factor = factor_for(facts.factors, pool, source.volume_factor(day));
        with += client.forecast(weekday0(day), factor).exposure;
        const auto told_by = telling_pool(facts.factors, pool);
        factor.factor = told_by ? live_profiles_[*told_by].share_of_week(weekday0(day)) : 1;
        without += client.forecast(weekday0(day), factor).exposure;
    }
    if (without <= 0) return std::nullopt;
    return with / without;
}

}  // namespace aw
