#include "core/shard/shard.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/hash.hpp"
#include "core/shard/shard_desk.hpp"

namespace aw {
namespace {

enum : std::uint64_t { kDaily = 1, kGoLive = 2 };

}  // namespace

Shard::Shard(std::shared_ptr<const Rules> rules, ShardPlace place) : rules_(std::move(rules)), place_(place) {
    AW_CHECK(rules_ != nullptr);
}

Day Shard::today() const {
    if (clock_ < today_from_ || clock_ >= today_until_) {
        const TimeZone& zone = rules_->calendar.zone();
        today_cache_ = zone.day_of(clock_);
        today_from_ = zone.at(today_cache_, 0);
        today_until_ = zone.at(today_cache_ + 1, 0);
    }
    return today_cache_;
}

// The daily evaluation comes at the policy's time of every calendar day; going live comes once.
void Shard::arm_schedule() {
    const TimeZone& zone = rules_->calendar.zone();
    if (next_evaluation_.is_set()) timers_.remove({next_evaluation_, TimerClass::evaluation, {}, kDaily});
    Day day = zone.day_of(clock_);
    if (evaluated_through_.n != 0) {
        day = evaluated_through_ + 1;  // a change of the hour leaves out no day and takes none twice
    } else {
        while (zone.at(day, rules_->policy.evaluation_minute) <= clock_) ++day;
    }
    next_evaluation_ = zone.at(day, rules_->policy.evaluation_minute);
    timers_.add({next_evaluation_, TimerClass::evaluation, {}, kDaily});
    if (rules_->live_from && *rules_->live_from > clock_) {
        timers_.add({*rules_->live_from, TimerClass::evaluation, {}, kGoLive});
    }
    started_ = true;
}

Applied Shard::apply(const Event& event, LogTime time, Effects& effects) {
    told_from_ = effects.size();
    if (!started_) {
        // The first instant counts as read, so that an evaluation due right then still takes place.
        clock_ = time.at - Duration{1};
        arm_schedule();
    }
    fire_until(std::max(clock_, time.at), time.backfilled, effects);
    clock_ = std::max(clock_, time.at);
    if (time.backfilled) last_tick_ = clock_;
    first_of_event_ = effects.size();
    const Applied applied = dispatch(event, effects);
    answer_departures_again(effects);
    return applied;
}

void Shard::advance(Timestamp until, Effects& effects) {
    if (!started_) return;
    told_from_ = effects.size();
    fire_until(until, true, effects);
    clock_ = std::max(clock_, until);
    last_tick_ = clock_;
    answer_departures_again(effects);
}

void Shard::fire_until(Timestamp until, bool dense, Effects& effects) {
    while (const auto timer = timers_.pop_due(until)) fire(*timer, dense, until, effects);
}

// `read_at` is the log time of the record that made it fire.
void Shard::fire(const Timer& timer, bool dense, Timestamp read_at, Effects& effects) {
    const Duration proof = rules_->policy.noise.awake_within;
    // What was armed for a time that had passed (another evaluation time came into force) happens after what was read
    // before it: time never goes back.
    clock_ = std::max(clock_, timer.due);
    // Live, a tick in the minute before the due time proves that somebody was awake; with loaded history, every
    // instant has one.
    const bool awake = dense || (last_tick_.is_set() && last_tick_ >= clock_ - proof);
    const Timestamp now = awake ? clock_ : read_at;
    const std::int64_t late_s = dense ? 0 : (read_at - timer.due).count() / 1000;
    if (dense) {
        on_tick(effects);
    }
    if (Subjects::is_timer_root(timer.root)) return fire_subject(timer, now, awake, late_s, effects);
    if (timer.kind == TimerClass::obligation) {
        Account* account = find(timer.root);
        AW_CHECK(account != nullptr);
        with_desk(*account, now, awake, effects, [&](Desks& desks) { desks.timer(timer.id, late_s); });
        return;
    }
    if (timer.id == kGoLive) return go_live(now, awake, effects);
    if (timer.id == kGapDue) return look_at_gaps(timer.due, now, late_s, effects);
    if (timer.id == kSilenceEnd) return silences_changed(now, awake, effects);
    const Day day = rules_->calendar.day_of(timer.due);
    next_evaluation_ = rules_->calendar.zone().at(day + 1, rules_->policy.evaluation_minute);
    timers_.add({next_evaluation_, TimerClass::evaluation, {}, kDaily});
    evaluated_through_ = day;
    evaluate_day(day, now, awake, effects);
}

// Clocks that could not start because nobody was awake start now.
void Shard::on_tick(Effects& effects) {
    last_tick_ = clock_;
    for (const AccountRoot root : std::exchange(waiting_, {})) {
        Account* account = find(root);
        if (account == nullptr || account->ledger == nullptr) continue;
        bool waits = false;
        bool starts = false;
        for (const Obligation& obligation : account->ledger->file.obligations) {
            const bool one = obligation.is_open() && obligation.waits_for_tick;
            waits = waits || one;
            starts = starts || (one && !obligation.paused_at.is_set());
        }
        if (starts) {
            with_desk(*account, clock_, true, effects, [](Desks& desks) { desks.cases.start_waiting_clocks(); });
        } else if (waits) {
            waiting_.insert(root);
        }
    }
}

void Shard::on_activation(const Event& event, const ActivationEvent& activation, Effects& effects) {
    if (activation.rules == nullptr) return;
    // The same once more (an append that was repeated, two owners in a row) changes nothing.
    if (!activation_document_.empty() && activation.document == activation_document_) return;
    note_activation(event, activation, effects);
    const bool was_live = rules_->is_live(clock_);
    if (rules_->live_from) timers_.remove({*rules_->live_from, TimerClass::evaluation, {}, kGoLive});
    const bool zone_changed = activation.rules->calendar.zone().name() != rules_->calendar.zone().name();
    carry_grades(activation.rules->policy.grade_scheme);
    rules_ = activation.rules;
    for (Account& account : accounts_) account.standing_next = {};
    activation_document_ = activation.document;
    activation_changed_ = true;
    if (!rules_->policy.detection.enabled) portfolio_.clear();
    if (!rules_->policy.detection.enabled && !detection_.is_blank()) {
        detection_.clear();
        detection_changed_ = true;
        lateness_changed_ = true;
    }
    if (zone_changed) today_until_ = {};
    arm_schedule();
    look_at_gaps(clock_, clock_, 0, effects);  // other limits may be in force
    if (!silences_.empty() || !silenced_.empty()) silences_changed(clock_, true, effects);
    // The daemon's first start writes `live_from` = now, and the record is read a moment later.
    if (!was_live && rules_->is_live(clock_)) go_live(clock_, true, effects);
}

}  // namespace aw
