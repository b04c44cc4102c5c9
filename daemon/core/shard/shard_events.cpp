// Shard: what each kind of event does.
#include <algorithm>

#include "base/hash.hpp"
#include "base/overloaded.hpp"
#include "core/shard/complaint_reasons.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"

namespace aw {
namespace {

constexpr Duration kMostAhead = std::chrono::hours{1};
constexpr int kInvoiceDays = 400;  // 13 months

template <class T>
bool is(const Event& event) {
    return std::holds_alternative<T>(event.payload);
}

// Facts that may be older than the open days: they set a state or are commands, and repeating them changes nothing.
bool may_be_old(const Event& event) {
    return is<AccountEvent>(event) || is<ContractEvent>(event) || is<CommandEvent>(event) || is_broadcast(event) ||
           is_reserved(event.payload);
}

bool is_usage(const Event& event) { return is<ShipmentEvent>(event) || is<RevenueEvent>(event); }

template <class T>
void set_if(T& target, const std::optional<T>& value) {
    if (value) target = *value;
}
template <class T>
void set_given(T& target, T value) {
    if (value != T::UNSPECIFIED) target = value;
}

// R16: from another province (the first two digits of a division) than that of the account's code.
bool is_from_elsewhere(AccountRoot root, std::string_view origin_region) {
    const auto origin = origin_region.empty() ? std::nullopt : parse_region(origin_region);
    return origin && *origin / 10'000 != region_of(root) / 10'000;
}

}  // namespace

// FUTURE: more than an hour ahead of log time, which holds for a watermark's promise, too: it never goes back, so one
// wrong year would make a feed complete for good. TOO_LATE: older than the open days, unless the policy counts it.
std::optional<Refusal> Shard::check_time(const Event& event, Day day) const {
    if (is_reserved(event.payload)) return std::nullopt;
    if (event.occurred_at > clock_ + kMostAhead) {
        return Refusal{DeadLetterReason::FUTURE, "occurred_at " + format_utc(event.occurred_at) +
                                                     " is more than an hour ahead of log time " + format_utc(clock_)};
    }
    const auto* watermark = std::get_if<WatermarkEvent>(&event.payload);
    if (watermark != nullptr && watermark->complete_until && *watermark->complete_until > clock_ + kMostAhead) {
        return Refusal{DeadLetterReason::FUTURE, "watermark.complete_until " + format_utc(*watermark->complete_until) +
                                                     " is more than an hour ahead of log time " + format_utc(clock_)};
    }
    if (day > today() - kOpenDays || may_be_old(event) || rules_->count_late) return std::nullopt;
    return Refusal{DeadLetterReason::TOO_LATE, "occurred_at " + format_utc(event.occurred_at) + " is older than the " +
                                                   std::to_string(kOpenDays - 1) + " days that may still be corrected"};
}

Applied Shard::dispatch(const Event& event, Effects& effects) {
    if (is<TickEvent>(event)) {
        on_tick(effects);
        return Applied::applied;
    }
    if (const auto* activation = std::get_if<ActivationEvent>(&event.payload)) {
        on_activation(event, *activation, effects);
        return Applied::applied;
    }
    const Day day = rules_->calendar.day_of(event.occurred_at);
    if (auto refusal = check_time(event, day)) {
        effects.emplace_back(std::move(*refusal));
        return Applied::refused;
    }
    const auto* change = std::get_if<AccountEvent>(&event.payload);
    const bool open = day > today() - kOpenDays;
    const std::uint64_t id = hash64(event.event_id);
    if (change != nullptr) {
        // A refused event may come again once it is mended, so its id does not count as seen; but what was taken before
        // is a duplicate, even if the account has changed since.
        if (open && seen_.contains(day, id)) return Applied::duplicate;
        if (auto refusal = check_registration(event, *change)) {
            effects.emplace_back(std::move(*refusal));
            return Applied::refused;
        }
    }
    if (const auto* silence = std::get_if<SilenceEvent>(&event.payload)) {
        if (open && seen_.contains(day, id)) return Applied::duplicate;
        if (auto refusal = refuses(*silence)) {
            effects.emplace_back(std::move(*refusal));
            return Applied::refused;
        }
    }
    if (open && !seen_.insert(day, id)) return Applied::duplicate;

    // The two kinds that nearly all events are of come first.
    Applied result = Applied::applied;
    if (const auto* shipment = std::get_if<ShipmentEvent>(&event.payload)) {
        result = on_shipment(event, *shipment, day);
    } else if (const auto* revenue = std::get_if<RevenueEvent>(&event.payload)) {
        result = on_revenue(event, *revenue, day);
    } else if (change != nullptr) {
        on_account(event, *change, effects);
    } else if (const auto* command = std::get_if<CommandEvent>(&event.payload)) {
        on_command(event, *command, effects);
    } else if (const auto* partial = std::get_if<PartialEvent>(&event.payload)) {
        return on_partial(*partial, effects);
    } else if (const auto* watermark = std::get_if<WatermarkEvent>(&event.payload)) {
        return on_watermark(*watermark, effects);
    } else if (is_broadcast(event)) {
        if (const auto* staff = std::get_if<StaffChangeEvent>(&event.payload)) on_staff_change(event, *staff, effects);
        if (const auto* action = std::get_if<ReportActionEvent>(&event.payload)) on_report_action(*action, effects);
        if (const auto* silence = std::get_if<SilenceEvent>(&event.payload)) on_silence(*silence, effects);
    } else {
        Account& account = account_of(event.code.root, day);
        account.last_event_at = std::max(account.last_event_at, event.occurred_at);
        touch(account, Account::kHot);
        std::visit(Overloaded{[&](const ComplaintEvent& e) {
                                  if (says_nothing_new(account, e, *rules_))
                                      result = Applied::duplicate;
                                  else
                                      on_complaint(account, event, e, effects);
                              },
                              [&](const ComplaintProgressEvent& e) { on_complaint_progress(account, e, effects); },
                              [&](const CompetitorSightingEvent& e) { on_sighting(account, event, e, effects); },
                              [&](const ContactChangeEvent& e) { on_contact_change(account, event, e, effects); },
                              [&](const ManualSignalEvent& e) { on_manual_signal(account, event, e, effects); },
                              [&](const PickupEvent&) { note_pickup(account, event, day); },
                              [&](const TouchpointEvent& e) {
                                  note_touch(account, event, e, day);
                                  if (account.ledger == nullptr) return;
                                  with_desk(account, clock_, true, effects, [&](Desks& desks) {
                                      desks.cases.touched(StaffId(e.staff_id), e.channel, e.purpose);
                                  });
                              },
                              [](const auto&) {}},
                   event.payload);
    }
    return result == Applied::applied && !open && is_usage(event) ? Applied::late : result;
}

// A late day lands in the piece of its week, which may lie before the hot part although the day does not.
void Shard::touch_usage(Account& account, Day day) {
    account.wake = std::min(account.wake, day + kOpenDays);
    const bool cold = day < account.hot_from || day <= today() - kDailyDays;
    touch(account, cold ? Account::kHot | Account::kCold : Account::kHot);
}

Applied Shard::on_shipment(const Event& event, const ShipmentEvent& shipment, Day day) {
    Account& account = account_of(event.code.root, day);
    const std::uint8_t line = lines_.intern(shipment.business_line);
    account.usage.add_items(event.code.branch, line, day, static_cast<std::uint32_t>(shipment.items), today());
    account.used_feed(feeds_.intern(event.source), FeedUse::kItems, day);
    if (rules_->policy.detection.enabled) note_items(account, shipment, day);
    account.activity.active(day);
    if (account.ledger != nullptr) account.ledger->defected = false;
    if (is_from_elsewhere(event.code.root, shipment.origin_region)) account.standing |= Account::kTwoProvinces;
    account.last_event_at = std::max(account.last_event_at, event.occurred_at);
    touch_usage(account, day);
    return Applied::applied;
}

Applied Shard::on_revenue(const Event& event, const RevenueEvent& revenue, Day day) {
    Account& account = account_of(event.code.root, day);
    if (!revenue.invoice_id.empty()) {
        // One invoice may carry several lines and be credited later; the same line of it counts once.
        auto& seen = account.story().invoices;
        const std::uint64_t id =
            hash64(revenue.invoice_id, hash64(revenue.business_line) + (revenue.amount.minor < 0 ? 1 : 0));
        if (std::any_of(seen.begin(), seen.end(), [&](const auto& known) { return known.first == id; }))
            return Applied::duplicate;
        std::erase_if(seen, [&](const auto& known) { return known.second < today() - kInvoiceDays; });
        seen.emplace_back(id, day);
        touch(account, Account::kLedger);
    }
    const std::uint8_t line = lines_.intern(revenue.business_line);
    account.usage.add_revenue(event.code.branch, line, day, revenue.amount, today());
    account.used_feed(feeds_.intern(event.source), FeedUse::kRevenue, day);
    // More revenue makes no key account less of one.
    if (revenue.amount.minor < 0 || (account.standing & Account::kKey) == 0) account.standing_next = {};
    if (revenue.amount.minor > 0) {
        account.activity.active(day);
        if (account.ledger != nullptr) account.ledger->defected = false;
    }
    account.last_event_at = std::max(account.last_event_at, event.occurred_at);
    touch_usage(account, day);
    return Applied::applied;
}

// R11: a code is given once and never changes; an honest renaming is an UPDATE.
std::optional<Refusal> Shard::check_registration(const Event& event, const AccountEvent& change) const {
    if (!change.previous_code.empty() && change.previous_code != format_code(event.code)) {
        return Refusal{DeadLetterReason::CODE_IMMUTABLE,
                       "account.previous_code " + std::string(change.previous_code) +
                           ": the code of an account never changes, register a new one"};
    }
    const Account* known = find(event.code.root);
    if (change.operation != AccountOperation::REGISTER || known == nullptr || known->profile == nullptr)
        return std::nullopt;
    const auto named = known->profile->names.find(event.code.branch);
    if (named == known->profile->names.end() || named->second == change.name) return std::nullopt;
    return Refusal{DeadLetterReason::DUPLICATE_CODE, "account_code " + format_code(event.code) +
                                                         " is registered as \"" + named->second +
                                                         "\" already (use operation UPDATE to rename it)"};
}

void Shard::on_account(const Event& event, const AccountEvent& change, Effects& effects) {
    Account& account = account_of(event.code.root, rules_->calendar.day_of(event.occurred_at));
    account.last_event_at = std::max(account.last_event_at, event.occurred_at);
    if (account.profile == nullptr) account.profile = std::make_unique<Profile>();
    Profile& profile = *account.profile;
    const auto unit_before = unit_of(account);
    const auto named = profile.names.find(event.code.branch);
    const std::string known_as = named == profile.names.end() ? std::string() : named->second;
    if (!change.name.empty() || change.operation == AccountOperation::REGISTER)
        profile.names[event.code.branch] = change.name;
    if (!change.unit_id.empty()) profile.unit_id = UnitId(change.unit_id);
    if (!change.group_root.empty()) profile.group_root = change.group_root;
    if (!change.industry_code.empty() && change.industry_code != profile.industry_code) {
        profile.industry_code = change.industry_code;
        detection_.cohort_changed(static_cast<std::uint32_t>(&account - accounts_.data()));
    }
    set_given(profile.importance, change.importance);
    set_given(profile.settlement, change.settlement);
    set_given(profile.relationship, change.relationship);
    set_given(profile.scope, change.scope);
    set_if(profile.resident_service, change.resident_service);
    set_if(profile.annual_revenue_hint, change.annual_revenue_hint);
    if (change.closed_on) {
        profile.closed_on = change.closed_on;
    } else if (change.operation == AccountOperation::REGISTER && profile.closed_on &&
               rules_->calendar.day_of(event.occurred_at) >= *profile.closed_on) {
        profile.closed_on.reset();  // a client that has come back
    }
    if (change.first_trade_on) profile.first_trade_on = change.first_trade_on;
    if (change.profile_fields > 0) {
        profile.profile_filled = change.profile_filled;
        profile.profile_fields = change.profile_fields;
    }
    if (!change.assignments.empty()) {
        profile.assignments.clear();
        for (const Assignment& a : change.assignments) profile.assignments.emplace_back(a.role, StaffId(a.staff_id));
    }
    account.standing_next = {};
    touch(account, Account::kHot | Account::kCold);
    const std::string called = change.name.empty() ? known_as : std::string(change.name);
    if (called != known_as || unit_of(account) != unit_before) claim_name(account, called, effects);
    // A silence covers an account by its unit of now: what another unit's kept back is kept back no more.
    if (!change.unit_id.empty() && silenced_.contains(account.root)) silences_changed(clock_, true, effects);
}

// R48a. Confirmed = the client said so, a written quote, or a confidence of at least 80 %.
void Shard::on_sighting(Account& account, const Event& event, const CompetitorSightingEvent& sighting,
                        Effects& effects) {
    const bool confirmed = sighting.evidence == CompetitorEvidence::CUSTOMER_SAID ||
                           sighting.evidence == CompetitorEvidence::WRITTEN_QUOTE ||
                           sighting.confidence_pct.value_or(0) >= 80;
    const SignalKind kind = confirmed ? SignalKind::COMPETITOR_CONFIRMED : SignalKind::COMPETITOR_SUSPECTED;
    const SeverityRule* severity = severity_rule(rules_->policy, kind);
    if (sighting.competitor_monthly_revenue) {
        note_report(account.story().reports,
                    {hash64(sighting.competitor), rules_->calendar.day_of(event.occurred_at),
                     *sighting.competitor_monthly_revenue},
                    today());
        touch(account, Account::kLedger);
    }
    std::string text(name(sighting.evidence));
    if (!sighting.competitor.empty()) text += ": " + std::string(sighting.competitor);
    take_trigger(account,
                 {kind,
                  severity == nullptr ? Severity::INFO : severity->base,
                  "competitor-sighting",
                  {{"EVIDENCE", text}},
                  event.occurred_at,
                  std::string(sighting.business_line),
                  {}},
                 effects);
}

// R50 for the decision maker, R100 for the others.
void Shard::on_contact_change(Account& account, const Event& event, const ContactChangeEvent& change,
                              Effects& effects) {
    const bool decides = change.role == ContactRole::DECISION_MAKER;
    const SignalKind kind = decides ? SignalKind::DECISION_MAKER_CHANGED : SignalKind::CONTACT_CHANGED;
    const SeverityRule* severity = severity_rule(rules_->policy, kind);
    take_trigger(account,
                 {kind,
                  severity == nullptr ? Severity::INFO : severity->base,
                  decides ? "decision-maker" : "contact",
                  {{"CONTACT", std::string(name(change.role)) + ": " + std::string(change.old_contact_id) + " -> " +
                                   std::string(change.new_contact_id)}},
                  event.occurred_at,
                  {},
                  {}},
                 effects);
}

void Shard::on_manual_signal(Account& account, const Event& event, const ManualSignalEvent& manual, Effects& effects) {
    take_trigger(account,
                 {manual.kind,
                  manual.severity,
                  "manual",
                  {{"MANUAL", std::string(manual.staff_id) + ": " + std::string(manual.reason)}},
                  event.occurred_at,
                  {},
                  {}},
                 effects);
}

// A command about an account that nobody has heard of is rejected like any other, but leaves nothing behind: made-up
// ids must not fill the memory.
void Shard::on_command(const Event& event, const CommandEvent& command, Effects& effects) {
    const AccountRoot root = root_of(event);
    if (Account* account = find(root)) {
        const auto* merge = std::get_if<MergeAction>(&command.action);
        const Elsewhere target = merge == nullptr ? Elsewhere::not_seen : seen_elsewhere(merge->into_case_id);
        bool known_change = false;
        bool merged = false;
        with_desk(*account, clock_, true, effects, [&](Desks& desks) {
            const std::size_t before = effects.size();
            desks.cases.command(event, command, target);
            known_change = desks.desk.known_change();
            merged = merge != nullptr && effects.size() > before + 1;  // a rejection is one decision
        });
        if (known_change) accept_level(*account);
        if (merged) tell_merged(command.case_id, merge->into_case_id, effects);
        return;
    }
    DeskAccount nobody;
    nobody.root = root;
    CaseFile empty;
    // No account, no counter: the number comes from the event, out of the way of numbers that are counted.
    empty.last_decision = static_cast<std::uint32_t>(hash64(event.event_id)) | 0x8000'0000U;
    Desks({*rules_, overlay_, timers_, effects, clock_, true}, nobody, empty).cases.command(event, command);
}

// A known change was approved: the account is judged by its new level, which begins with the week that fell.
void Shard::accept_level(Account& account) {
    Ledger& ledger = account.story();
    for (Episode* episode : {&ledger.volume, &ledger.revenue, &ledger.mix}) episode->accept();
    ledger.together = {};
    ledger.comparisons.clear();
    const CaseRecord& record = ledger.file.cases.back();
    ledger.known_since = first_day(Week{week_of(rules_->calendar.day_of(record.live_since)).n - 1});
    touch(account, Account::kLedger);
}

}  // namespace aw
