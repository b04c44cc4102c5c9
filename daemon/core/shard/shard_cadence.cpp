// Shard: what is owed in every day, week, month or quarter (R25-R30). Visits, calls and pickups are noted as they come;
// a period is judged at the first evaluation after its end, or when its feed is complete.
//
// A row is off until its feed has been seen, and then judges whole periods only; so does an account that came later.
#include <algorithm>

#include "base/hash.hpp"
#include "core/cases/decision_text.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"

namespace aw {
namespace {

constexpr int kSourceDays = 28;  // a source that was silent so much longer than another one is no longer waited for

bool is_routine(TouchPurpose purpose) {
    return purpose == TouchPurpose::UNSPECIFIED || purpose == TouchPurpose::ROUTINE ||
           purpose == TouchPurpose::FIRST_VISIT;
}

bool is_leaders(const CadenceRow& row) { return leader_rank(row.who) < leader_rank(StaffRole::UNSPECIFIED); }

}  // namespace

void Shard::note_touch(Account& account, const Event& event, const TouchpointEvent& told, Day day) {
    const auto& rows = rules_->policy.cadences;
    const int kept = cadence_days(rows, false);
    if (kept == 0) return;
    // A case's own talks with the customer are counted, too, but they are no feed of visits.
    if (is_routine(told.purpose)) {
        if (cadence_feeds_.touches.since.n == 0) cadence_feeds_.touches.since = today();
        cadence_feeds_.touches.seen(feeds_.intern(event.source), today());
        cadence_changed_ = true;
    }
    Touch noted;
    if (!told.touchpoint_id.empty()) noted.id = hash64(told.touchpoint_id);
    noted.day = day;
    noted.channel = told.channel;
    noted.leader_led = told.leader_led;
    if (told.role != StaffRole::UNSPECIFIED) {
        noted.roles = role_bit(told.role);
    } else if (const Staff* person = rules_->organisation.find_staff(told.staff_id)) {
        for (const StaffRole role : person->roles) noted.roles |= role_bit(role);
    }
    CadenceBook& book = account.cadences();
    book.touched(noted);
    book.forget_before(today() - kept, today() - cadence_days(rows, true));
    touch(account, Account::kCadence);
}

void Shard::note_pickup(Account& account, const Event& event, Day day) {
    const auto& rows = rules_->policy.cadences;
    const int kept = cadence_days(rows, true);
    if (kept == 0) return;
    if (cadence_feeds_.pickups.since.n == 0) cadence_feeds_.pickups.since = today();
    cadence_feeds_.pickups.seen(feeds_.intern(event.source), today());
    cadence_changed_ = true;
    CadenceBook& book = account.cadences();
    book.picked_up(day);
    book.forget_before(today() - cadence_days(rows, false), today() - kept);
    touch(account, Account::kCadence);
}

void Shard::evaluate_cadences(Day day, Timestamp now, bool awake, Effects& effects) {
    std::vector<std::pair<const CadenceRow*, CadenceSpan>> due;
    for (const CadenceRow& row : rules_->policy.cadences) {
        const auto span = span_ended_at(row.period, day, rules_->calendar);
        const Day since = cadence_feeds_.of(row).since;
        if (span && since.n != 0 && since <= span->from) due.emplace_back(&row, *span);
    }
    if (due.empty()) return;
    for (const std::uint32_t slot : slots_by_root()) {
        Account& account = accounts_[slot];
        if (not_ours(account, true)) continue;  // nothing is owed to it
        const std::string grade = grade_name(rules_->policy.grade_scheme, current_grade(account));
        for (const auto& [row, span] : due) {
            if (!account.is_owed(*row, grade) || account.first_event_day > span.from) continue;
            judge_cadence(account, *row, span, now, awake, effects);
        }
    }
}

bool Shard::cadence_complete(const Account& account, const CadenceRow& row, const CadenceSpan& span) const {
    const Timestamp end = rules_->calendar.zone().at(span.to, 0);
    const auto& sources = cadence_feeds_.of(row).sources;
    Day newest;
    for (const auto& [source, last] : sources) newest = std::max(newest, last);
    return std::all_of(sources.begin(), sources.end(), [&](const auto& source) {
        if (newest - source.second >= kSourceDays) return true;
        const Feeds::Mark* mark = feeds_.covering(source.first, region_of(account.root));
        return mark == nullptr || mark->complete_until >= end;
    });
}

// Periods of a row are judged in their order: what waits goes first.
void Shard::judge_cadence(Account& account, const CadenceRow& row, const CadenceSpan& span, Timestamp now, bool awake,
                          Effects& effects) {
    const std::uint64_t rule = hash64(row.id);
    const bool waits = account.cadence != nullptr && account.cadence->holds(rule);
    if (!waits && cadence_complete(account, row, span)) return settle_cadence(account, row, span, now, awake, effects);
    account.cadences().held.push_back({rule, span});
    held_cadences_.insert(account.root);
    touch(account, Account::kCadence);
    with_desk(account, now, awake, effects, [&](Desks& desks) {
        desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::HELD,
                          std::string(name(SuppressionCode::FEED_INCOMPLETE)), {}, row.id,
                          {{"period", span_name(row.period, span)}});
    });
}

// A feed has moved on: periods that waited for it. A row that is no longer in the policy waits for nothing.
void Shard::retry_cadences(Effects& effects) {
    for (const AccountRoot root : std::vector<AccountRoot>(held_cadences_.begin(), held_cadences_.end())) {
        Account& account = *find(root);
        std::vector<HeldCadence> still;
        for (const HeldCadence& held : std::exchange(account.cadence->held, {})) {
            const auto& rows = rules_->policy.cadences;
            const auto row =
                std::find_if(rows.begin(), rows.end(), [&](const CadenceRow& r) { return hash64(r.id) == held.rule; });
            if (row == rows.end() || not_ours(account, true)) continue;
            const bool behind =
                std::any_of(still.begin(), still.end(), [&](const HeldCadence& h) { return h.rule == held.rule; });
            if (behind || !cadence_complete(account, *row, held.span)) {
                still.push_back(held);
            } else {
                settle_cadence(account, *row, held.span, clock_, true, effects);
            }
        }
        account.cadence->held = std::move(still);
        if (account.cadence->held.empty()) held_cadences_.erase(root);
        touch(account, Account::kCadence);
    }
}

void Shard::settle_cadence(Account& account, const CadenceRow& row, const CadenceSpan& span, Timestamp now, bool awake,
                           Effects& effects) {
    const std::int32_t done = account.cadence == nullptr ? 0 : account.cadence->count(row, span);
    const bool met = done >= row.times;
    if (met && (account.cadence == nullptr || account.cadence->runs.empty())) return;
    const std::int32_t missed = account.cadences().note(hash64(row.id), met);
    touch(account, Account::kCadence);
    if (met) return;
    const std::string text =
        missed_visits(Say(rules_->language), span_name(row.period, span), row.kind, row.who, done, row.times);
    const Timestamp ended = rules_->calendar.zone().at(span.to, 0);
    const bool history = !rules_->is_live(clock_) || ended < *rules_->live_from;
    // A leader's miss counts at once, a manager's with the second in a row, and then once until a period was met.
    const bool tells = is_leaders(row) || missed == 2;
    const bool silenced = tells && silence_over(account, SignalKind::CADENCE_MISSED, true).has_value();
    with_desk(account, now, awake, effects, [&](Desks& desks) {
        const auto decide = [&](DecisionOutcome outcome, std::string_view code) {
            desks.desk.decide(DecisionKind::EVALUATION, outcome, std::string(code), {}, row.id,
                              {{"signal", std::string(name(SignalKind::CADENCE_MISSED))},
                               {"period", span_name(row.period, span)},
                               {"task", std::string(name(row.kind))},
                               {"role", std::string(name(row.who))},
                               {"missed_in_a_row", std::to_string(missed)}},
                              {{"times", std::to_string(done), std::to_string(row.times), false}});
        };
        if (history) return decide(DecisionOutcome::SUPPRESSED, name(SuppressionCode::BACKFILL));
        if (silenced) return decide(DecisionOutcome::SUPPRESSED, name(SuppressionCode::SILENCED));
        if (!is_leaders(row)) {
            StaffId who = desks.desk.first(row.who);
            const auto& above = responsibility_for(rules_->policy, desks.desk.account().grade);
            if (who.empty()) who = desks.desk.first(above.leader);
            desks.desk.notify(who, NoticeReason::REMINDER, nullptr, nullptr, {.task = row.kind, .detail = text});
        }
        if (missed == 1 && !tells) return decide(DecisionOutcome::NOT_FIRED, name(SignalKind::CADENCE_MISSED));
        if (!tells) return decide(DecisionOutcome::SUPPRESSED, name(SuppressionCode::SAME_EPISODE));
        const SeverityRule* rule = severity_rule(rules_->policy, SignalKind::CADENCE_MISSED);
        const Severity base = !is_leaders(row) ? Severity::LOW : rule == nullptr ? Severity::INFO : rule->base;
        const DeskAccount& about = desks.desk.account();
        Signal signal;
        signal.kind = SignalKind::CADENCE_MISSED;
        signal.severity = signal_severity(rules_->policy, base, about.grade, about.importance);
        signal.rule_id = row.id;
        signal.onset_on = span.from;
        signal.window_from = span.from;
        signal.window_to = span.to - 1;
        signal.observed = done;
        signal.expected = row.times;
        signal.reasons = {{"CADENCE", text}};
        decide(DecisionOutcome::FIRED, name(SignalKind::CADENCE_MISSED));
        desks.cases.take_signal(std::move(signal), base);
    });
}

}  // namespace aw
