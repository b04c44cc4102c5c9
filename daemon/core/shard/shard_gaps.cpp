// Shard: a silent client or a silent feed (design section 2, completeness). Which verdicts have all they need, and the
// gaps of feeds: each shard tells when one opens and closes for it and how many of its accounts it holds; the owner of
// the feed's key adds up and tells operations once.
#include <algorithm>

#include "core/shard/shard.hpp"
#include "core/shard/subject_desk.hpp"

namespace aw {
namespace {

constexpr std::string_view kDataGap = "data-gap";  // for every region; data-gap/371400 for one
enum GapCount : std::size_t { kHeld, kBegan, kTold, kLate, kClosed, kGapCounts };

std::string topic_of(std::uint32_t region) {
    return std::string(kDataGap) + (region == 0 ? "" : "/" + format_region(region));
}

std::optional<std::uint32_t> region_of_topic(std::string_view topic) {
    if (topic == kDataGap) return 0;
    if (topic.substr(0, kDataGap.size() + 1) != std::string(kDataGap) + "/") return std::nullopt;
    return parse_region(topic.substr(kDataGap.size() + 1));
}

// A root begins with its region, so the accounts of a region and of those within it lie side by side.
struct Roots {
    AccountRoot from;
    AccountRoot to;  // exclusive
};
Roots roots_within(std::uint32_t region) {
    const std::uint64_t width = region == 0 ? 1'000'000 : region % 10'000 == 0 ? 10'000 : region % 100 == 0 ? 100 : 1;
    return {{region * std::uint64_t{100'000}}, {(region + width) * 100'000}};
}

std::string gap_id(const std::string& feed, std::uint32_t region, Timestamp began_at) {
    std::string id = feed + "-" + (region == 0 ? "all" : format_region(region)) + "-" + format_utc(began_at);
    std::erase(id, ':');
    return id;
}

std::string in_words(Language language, const GapShare& gap, const Calendar& calendar) {
    const std::string began = local_minute(calendar, gap.began_at);
    const std::string held = std::to_string(gap.accounts_held);
    const std::string late = std::to_string(gap.late_s);
    if (language == Language::EN) {
        if (gap.closed_at.is_set())
            return "silent from " + began + " to " + local_minute(calendar, gap.closed_at) + ", accounts held: " + held;
        return "nothing complete since " + began + ", accounts held: " + held +
               (gap.late_s > 0 ? ", noticed " + late + " s late" : "");
    }
    if (gap.closed_at.is_set())
        return began + " 至 " + local_minute(calendar, gap.closed_at) + " 中断,曾暂缓客户 " + held + " 个";
    return began + " 之后数据不完整,暂缓客户 " + held + " 个" + (gap.late_s > 0 ? ",迟发现 " + late + " 秒" : "");
}

}  // namespace

// --- what is complete ---

// Empty = every region; a code that is none must not make every region complete.
Applied Shard::on_watermark(const WatermarkEvent& watermark, Effects& effects) {
    const auto refuse = [&](DeadLetterReason reason, std::string detail) {
        effects.emplace_back(Refusal{reason, std::move(detail)});
        return Applied::refused;
    };
    const auto region =
        watermark.region_code.empty() ? std::optional<std::uint32_t>{0} : parse_region(watermark.region_code);
    if (!region) {
        return refuse(DeadLetterReason::BAD_CUSTOMER_CODE, "watermark.region_code " +
                                                               std::string(watermark.region_code) +
                                                               ": expected 6 digits, or nothing for every region");
    }
    if (!watermark.complete_until) return Applied::applied;
    switch (feeds_.advance(watermark.feed, *region, *watermark.complete_until)) {
        case Feeds::Advance::nothing_new:
            return Applied::applied;
        case Feeds::Advance::too_many:
            return refuse(DeadLetterReason::BAD_COUNT, "watermark: " + std::to_string(Feeds::kMaxMarks) +
                                                           " feeds and regions are under control, no more can be");
        case Feeds::Advance::advanced:
            break;
    }
    look_at_gaps(clock_, clock_, 0, effects);
    retry_held(*region, effects);
    retry_cadences(effects);
    if (detection_.is_behind()) detect(clock_, true, effects);
    return Applied::applied;
}

// Asked for every account every day, so what is not under control must cost nothing.
bool Shard::complete(const Account& account, std::uint8_t kinds, Day to) const {
    std::optional<Timestamp> end;
    for (const FeedUse& use : account.feeds) {
        if (!feeds_.is_under_control(use.source) || !account.needs_feed(use, kinds)) continue;
        const Feeds::Mark* mark = feeds_.covering(use.source, region_of(account.root));
        if (mark == nullptr) continue;
        if (!end) end = rules_->calendar.zone().at(to, 0);
        if (mark->complete_until < *end) return false;
    }
    return true;
}

std::optional<Day> Shard::complete_to(const Account& account, std::uint8_t kinds) const {
    std::optional<Timestamp> first;
    for (const FeedUse& use : account.feeds) {
        if (!account.needs_feed(use, kinds)) continue;
        const Feeds::Mark* mark = feeds_.covering(use.source, region_of(account.root));
        if (mark != nullptr && (!first || mark->complete_until < *first)) first = mark->complete_until;
    }
    return first ? std::optional<Day>(rules_->calendar.day_of(*first)) : std::nullopt;
}

std::vector<std::string> Shard::held_feeds(const Account& account, std::uint8_t kinds) const {
    std::vector<std::string> held;
    const Timestamp midnight = rules_->calendar.zone().at(today(), 0);
    for (const FeedUse& use : account.feeds) {
        if (!account.needs_feed(use, kinds)) continue;
        const Feeds::Mark* mark = feeds_.covering(use.source, region_of(account.root));
        if (mark != nullptr && (mark->in_gap() || mark->complete_until < midnight))
            held.push_back(feeds_.name(use.source));
    }
    return held;
}

// A feed has moved on in a region: verdicts that waited for it.
void Shard::retry_held(std::uint32_t region, Effects& effects) {
    const Roots roots = roots_within(region);
    const std::vector<AccountRoot> waiting(held_.lower_bound(roots.from), held_.lower_bound(roots.to));
    const auto waited = periods_waited_for();
    for (const AccountRoot root : waiting) retry_held(*find(root), clock_, true, effects);
    answer_waiting_groups(waited, effects);
}

// --- gaps, as this shard sees them ---

// Opens and closes what is due by the shard's clock; at one instant in the order of feeds and regions.
void Shard::look_at_gaps(Timestamp opened_at, Timestamp now, std::int64_t late_s, Effects& effects) {
    feeds_.each_feed([&](const std::string& feed, std::vector<Feeds::Mark>& marks) {
        const Duration limit = rules_->gap_limit(feed);
        for (Feeds::Mark& mark : marks) {
            const bool behind = mark.complete_until + limit <= clock_;
            if (behind == mark.in_gap()) continue;
            GapShare share;
            share.told_at = now;
            if (behind) {
                mark.gap_since = opened_at;
                share.began_at = mark.complete_until;
                share.opened_at = opened_at;
                share.accounts_held = count_held(feed, mark);
                share.late_s = late_s;
            } else {
                share.opened_at = std::exchange(mark.gap_since, {});
                share.closed_at = now;
            }
            feeds_.note_change();
            answer_gap(feed, mark.region, share, effects);
        }
    });
    arm_gaps();
}

void Shard::arm_gaps() {
    if (gap_due_.is_set()) timers_.remove({gap_due_, TimerClass::evaluation, {}, kGapDue});
    gap_due_ = {};
    std::as_const(feeds_).each_feed([&](const std::string& feed, const std::vector<Feeds::Mark>& marks) {
        const Duration limit = rules_->gap_limit(feed);
        for (const Feeds::Mark& mark : marks) {
            const Timestamp due = mark.complete_until + limit;
            if (!mark.in_gap() && (!gap_due_.is_set() || due < gap_due_)) gap_due_ = due;
        }
    });
    if (gap_due_.is_set()) timers_.add({gap_due_, TimerClass::evaluation, {}, kGapDue});
}

// The accounts that the feed delivered for in the last 28 days of which it has told, as far as this watermark covers
// them.
std::int64_t Shard::count_held(const std::string& feed, const Feeds::Mark& mark) const {
    const auto source = feeds_.find(feed);
    if (!source) return 0;
    const Day last = rules_->calendar.day_of(mark.complete_until - Duration{1});
    const Roots roots = roots_within(mark.region);
    const auto& slots = slots_by_root();
    const auto before = [&](std::uint32_t slot, AccountRoot root) { return accounts_[slot].root < root; };
    std::int64_t held = 0;
    for (auto at = std::lower_bound(slots.begin(), slots.end(), roots.from, before);
         at != slots.end() && accounts_[*at].root < roots.to; ++at) {
        const Account& account = accounts_[*at];
        if (account.had_from(*source, last) && feeds_.covering(*source, region_of(account.root)) == &mark) ++held;
    }
    return held;
}

void Shard::answer_gap(const std::string& feed, std::uint32_t region, const GapShare& share, Effects& effects) const {
    Partial partial = partial_about(topic_of(region), feed, share.opened_at);
    partial.sequence = share.closed_at.is_set() ? 2 : 1;
    partial.counts.resize(kGapCounts);
    partial.counts[kHeld] = share.accounts_held;
    partial.counts[kBegan] = share.began_at.ms;
    partial.counts[kTold] = share.told_at.ms;
    partial.counts[kLate] = share.late_s;
    partial.counts[kClosed] = share.closed_at.ms;
    effects.emplace_back(std::move(partial));
}

// --- gaps, as the owner of the feed's key adds them up ---

bool Shard::is_gap_share(std::string_view topic) { return region_of_topic(topic).has_value(); }

Applied Shard::on_gap_share(const PartialEvent& event, Effects& effects) {
    if (event.counts.size() != kGapCounts) return Applied::applied;
    const std::uint32_t region = *region_of_topic(event.topic);
    const std::string feed(event.subject);
    Subject& subject = subjects_.change(feed);
    FeedGap& gap = subject.gaps[region];
    GapShare share;
    share.opened_at = *event.due_at;
    share.began_at = {event.counts[kBegan]};
    share.told_at = {event.counts[kTold]};
    share.closed_at = {event.counts[kClosed]};
    share.accounts_held = event.counts[kHeld];
    share.late_s = event.counts[kLate];
    gap.take(event.partition, share);
    const auto partitions = static_cast<std::size_t>(place_.partitions);
    for (auto step = gap.next(partitions); step != FeedGap::Step::waits; step = gap.next(partitions)) {
        if (step == FeedGap::Step::closed) {
            if (gap.was_told()) tell_gap(feed, region, subject, gap, gap.whole().closed_at, effects);
        } else if (concerns_us(gap)) {
            tell_gap(feed, region, subject, gap, gap.whole().told_at, effects);
        }
    }
    if (gap.is_empty()) subject.gaps.erase(region);
    subjects_.drop_if_empty(feed);
    return Applied::applied;
}

// What was over before the daemon went live is history; what lasts is told when it does.
bool Shard::concerns_us(const FeedGap& gap) const {
    return rules_->is_live(clock_) && !gap.was_over_by(*rules_->live_from);
}

void Shard::tell_lasting_gaps(Timestamp now, Effects& effects) {
    for (const auto& [feed, known] : subjects_.all()) {
        for (const auto& [region, of_region] : known.gaps) {
            if (!of_region.is_open() || of_region.was_told() || !concerns_us(of_region)) continue;
            Subject& subject = subjects_.change(feed);
            tell_gap(feed, region, subject, subject.gaps[region], now, effects);
        }
    }
}

void Shard::tell_gap(const std::string& feed, std::uint32_t region, Subject& subject, FeedGap& gap, Timestamp now,
                     Effects& effects) {
    gap.note_told();
    const GapShare& whole = gap.whole();
    const bool closed = whole.closed_at.is_set();
    const std::string region_code = region == 0 ? "" : format_region(region);
    effects.emplace_back(DataGap{gap_id(feed, region, whole.began_at), feed, region_code, whole.began_at,
                                 whole.opened_at, whole.closed_at, static_cast<std::int32_t>(whole.accounts_held)});
    // Operations of the region; of the highest unit where the feed is everybody's.
    const Organisation& organisation = rules_->organisation;
    const Unit* unit = organisation.unit_of_region(region);
    for (auto at = organisation.units.begin(); unit == nullptr && at != organisation.units.end(); ++at) {
        if (at->parent.empty()) unit = &*at;
    }
    SubjectDesk desk({*rules_, overlay_, timers_, effects, now, true}, feed, unit == nullptr ? UnitId{} : unit->id,
                     subject);
    NoticeFacts facts;
    facts.account_name = region == 0 ? feed : feed + " " + region_code;
    facts.detail = in_words(rules_->language, whole, rules_->calendar);
    desk.notify({}, closed ? NoticeReason::DATA_GAP_CLOSED : NoticeReason::DATA_GAP, nullptr, std::move(facts));
}

}  // namespace aw
