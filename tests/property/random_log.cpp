#include "random_log.hpp"

#include <algorithm>
#include <ostream>

#include "support/answers.hpp"
#include "support/sample_rules.hpp"

namespace aw::test {
namespace {

constexpr const char* kStaff[] = {"gm",  "exec", "deputy",  "director", "team",   "unit-head",
                                  "kam", "kam2", "service", "quality",  "market", "stranger"};
constexpr const char* kLines[] = {"express", "letters", "freight"};
constexpr const char* kLanes[] = {"440300", "110000", "", "Nigeria"};

template <class T, std::size_t N>
const T& pick(const T (&list)[N], std::uint8_t n) {
    return list[n % N];
}

std::shared_ptr<Rules> rules_of(std::string_view revision) {
    auto rules = busy_rules();
    add_shared_rows(rules->policy);
    for (ComparisonRow& row : rules->policy.comparisons) {
        if (row.kind == SignalKind::COHORT_SHIFT) row.cohort_min_accounts = 2;
    }
    rules->revision = revision;
    rules->policy.detection = {revision != "not-live", 0.5};  // so that an activation may switch it off and on
    rules->policy.severity.kinds.push_back({SignalKind::CADENCE_MISSED, Severity::MEDIUM, false});
    rules->policy.cadences = {
        {"visits", TaskKind::VISIT, StaffRole::KEY_ACCOUNT_MANAGER, 2, CadencePeriod::WEEK, {"G4", "G6"}},
        {"led", TaskKind::CALL, StaffRole::DEPUTY_GM_IN_CHARGE, 1, CadencePeriod::MONTH, {"G4", "G6", "G3"}},
        {"pickups", TaskKind::PICKUP, StaffRole::PICKUP_COURIER, 1, CadencePeriod::DAY, {"G6"}}};
    if (revision == "early") rules->policy.evaluation_minute = 6 * 60;
    if (revision == "counting") rules->count_late = true;
    if (revision == "not-live") rules->live_from.reset();
    return rules;
}
constexpr const char* kRevisions[] = {"plain", "early", "counting", "not-live"};

class Builder {
public:
    Builder(RandomLog& log, bool live) : log_(log), live_(live), now_(shanghai("2026-07-13 09:00")) {}

    // Six steady weeks, so that there is something to fall from, and profiles that make all accounts watched.
    void past() {
        for (int n = 0; n < kAccounts; ++n) {
            AccountEvent account;
            account.name = log_.keep("Account " + std::to_string(n));
            account.industry_code = n % 3 == 0 ? "P83" : "C26";
            if (n % 2 == 0) account.group_root = "37140000900";
            account.annual_revenue_hint = yuan(n == 0 ? 900'000 : n == 1 ? 250'000 : 60'000);
            add(n, account);
        }
        for (int day = 0; day < 42; ++day) {
            now_ = now_ + std::chrono::hours{24};
            for (int n = 0; n < kAccounts; ++n) {
                add(n, ShipmentEvent{kLines[n % 2], 120 + 10 * n, 0, {}, kLanes[n % 3], {}});
                add(n, RevenueEvent{kLines[n % 2], yuan(300), {}, {}});
            }
        }
    }

    void choose(const Choice& c) {
        now_ = now_ +
               (c.long_pause ? Duration{std::chrono::hours{c.pause % 100}} : Duration{std::chrono::seconds{c.pause}});
        if (live_ && c.pause % 3 == 0) tick();
        const int n = c.account % kAccounts;
        switch (c.kind % 16) {
            case 0:
            case 1:
                return add(n, ShipmentEvent{pick(kLines, c.a), 1 + c.b * 8, 0, {}, pick(kLanes, c.b), {}}, c.a);
            case 2:
                return add(n,
                           RevenueEvent{pick(kLines, c.a),
                                        Money{(c.b - 40) * 10'000},
                                        c.a % 2 == 0 ? log_.keep("I" + std::to_string(c.b)) : std::string_view{},
                                        {}},
                           c.a);
            case 3:
                return complaint(n, c);
            case 4:
                return sighting(n, c);
            case 5:
                return add(n, ContactChangeEvent{static_cast<ContactRole>(1 + c.a % 4), "c1", "c2"});
            case 6:
                return add(n, ManualSignalEvent{"kam", c.a % 2 == 0 ? SignalKind::MANUAL : SignalKind::SERVICE_FAILURES,
                                                static_cast<Severity>(1 + c.b % 5), "why"});
            case 7:
                return touchpoint(n, c);
            case 8:
                return broadcast(c);
            case 9:
                return profile(n, c);
            case 10:
                return tick();
            case 11:
            case 12:
                return helpers(n, c);
            case 13:
                return complaint_progress(n, c);
            default:
                return command(n, c);
        }
    }

    // A few weeks without any record at the end: everything that is pending falls due.
    void aftermath() {
        for (const int hours : {3, 30, 200, 700}) {
            now_ = now_ + std::chrono::hours{hours};
            tick();
        }
    }

private:
    void add(int account, EventPayload payload, int days_late = 0) {
        Event event;
        event.code = *parse_customer_code(root_text(account) + (days_late % 3 == 0 ? "001" : "002"));
        event.occurred_at = now_ - std::chrono::hours{std::max(0, days_late % 20 - 8) * 24};
        push(event, std::move(payload));
    }
    void push(Event event, EventPayload payload) {
        event.event_id = log_.keep("e" + std::to_string(log_.records.size()));
        if (!event.occurred_at.is_set()) event.occurred_at = now_;
        event.source = log_.records.size() % 7 == 0 ? "other" : "test";
        event.payload = std::move(payload);
        log_.records.push_back({std::move(event), {now_, !live_}});
    }
    void tick() { push({}, TickEvent{}); }

    void complaint(int n, const Choice& c) {
        ComplaintEvent complaint;
        complaint.complaint_id = log_.keep("C" + std::to_string(c.a % 8));
        complaint.category = static_cast<ComplaintCategory>(1 + c.b % 6);
        complaint.severity = static_cast<ComplaintSeverity>(1 + c.b % 2);
        complaint.demand = "an answer";
        complaint.claimed = yuan(c.b * 40);
        complaint.threatens_to_leave = c.a % 9 == 0;
        add(n, complaint);
    }
    void sighting(int n, const Choice& c) {
        CompetitorSightingEvent seen{
            c.b % 4 == 0 ? "Y" : "X", static_cast<CompetitorEvidence>(c.a % 5), {}, {}, pick(kLines, c.b)};
        if (c.b % 3 != 0) seen.competitor_monthly_revenue = yuan(c.a * 200);
        add(n, seen);
    }
    void touchpoint(int n, const Choice& c) {
        if (c.a % 5 == 0) return add(n, PickupEvent{pick(kStaff, c.b), 1}, c.a);
        TouchpointEvent visit;
        visit.staff_id = pick(kStaff, c.a);
        visit.channel = static_cast<TouchChannel>(1 + c.b % 2);
        visit.purpose = c.b % 3 == 0 ? TouchPurpose::FOLLOW_UP : TouchPurpose::ROUTINE;
        add(n, visit);
    }
    void broadcast(const Choice& c) {
        Event event;
        if (c.a % 4 == 0) {
            const Timestamp until = now_ - std::chrono::hours{c.b};
            return push(event, WatermarkEvent{c.a % 8 == 0 ? "other" : "test", c.b % 3 == 0 ? "" : "371400", until});
        }
        if (c.a % 4 == 2) return silence(c);
        if (c.a % 16 == 1) {
            const char* revision = pick(kRevisions, c.b);
            return push(event, ActivationEvent{revision, revision, rules_of(revision)});
        }
        push(event,
             StaffChangeEvent{pick(kStaff, c.b), static_cast<StaffState>(1 + c.a % 4), c.a % 5 == 0 ? "gm" : "", {}});
    }
    // Of an account, a unit or a case, once or again and again; sometimes ended, sometimes no silence at all.
    void silence(const Choice& c) {
        constexpr const char* kAgain[] = {"", "DAILY", "WEEKLY:MON,THU;UNTIL=2026-12-31", "MONTHLY"};
        const std::string root = root_text(c.account % kAccounts);
        SilenceEvent silence;
        silence.silence_id = c.a % 8 == 2 ? "s1" : "s2";
        if (c.b % 3 == 0) silence.account_root = log_.keep(root);
        if (c.b % 3 == 1) silence.unit_id = "city";
        if (c.b % 3 == 2) silence.case_id = log_.keep(root + "-1");
        if (c.b % 5 == 0) silence.kinds = {SignalKind::MANUAL, SignalKind::COMPETITOR_CONFIRMED};
        silence.from = now_ + std::chrono::hours{c.pause % 50 - 10};
        silence.until = *silence.from + std::chrono::hours{1 + c.b % 60};
        silence.recurrence = pick(kAgain, static_cast<std::uint8_t>(c.a / 16));
        silence.author_staff_id = c.b % 7 == 0 ? "stranger" : "market";
        silence.reason = "stocktaking";
        silence.ended = c.b % 6 == 0;
        push({}, silence);
    }
    void profile(int n, const Choice& c) {
        AccountEvent account;
        account.operation = c.a % 4 == 0 ? AccountOperation::REGISTER : AccountOperation::UPDATE;
        account.name = c.b % 3 == 0 ? "Renamed" : "";
        account.importance = static_cast<Importance>(c.b % 5);
        if (c.a % 5 == 0) account.group_root = log_.keep(root_text(c.b % kAccounts));
        if (c.a % 7 == 0) account.assignments = {{StaffRole::KEY_ACCOUNT_MANAGER, pick(kStaff, c.b)}};
        add(n, account);
    }

    void command(int n, const Choice& c) { push({}, any_command(log_, n, c, now_)); }

    // Everybody who might do the next steps does them, as far as `b` says; the others are rejected.
    void helpers(int n, const Choice& c) {
        const std::string_view case_id = log_.keep(root_text(n) + "-" + std::to_string(1 + c.pause % 3));
        const auto one = [&](const char* who, const CommandAction& action) {
            push({}, CommandEvent{case_id, who, 0, "because", action});
        };
        const auto all_leaders = [&](const CommandAction& action) {
            for (const char* who : {"exec", "deputy", "director", "team", "unit-head"}) one(who, action);
        };
        const auto all_tasks = [&] {
            for (int task = 1; task < 30; ++task)
                one("kam", DoneAction{log_.keep(root_text(n) + "-t" + std::to_string(task))});
        };
        int steps = c.b % 15;
        if (c.a % 2 == 0 && steps-- > 0) all_leaders(AckAction{});
        if (steps-- > 0) one("kam", AcceptAction{GroupRole::SALES});
        if (steps-- > 0) one("service", AcceptAction{GroupRole::AFTER_SALES});
        if (steps-- > 0) all_leaders(AcceptAction{GroupRole::LEADER});
        if (steps-- > 0) one("kam", StartAction{});
        if (steps-- > 0) one("kam", ContactAction{ContactLevel::EXECUTIVE, TouchChannel::PHONE});
        if (steps-- > 0)
            one("kam", PlanAction{"price",
                                  {{"offer", "kam", now_ + std::chrono::hours{c.a}},
                                   {"call", "team", now_ - std::chrono::hours{1}}}});
        if (steps-- > 0) all_leaders(ApprovePlanAction{});
        if (steps-- > 0 && c.a % 3 != 0) all_tasks();
        if (steps-- > 0)
            all_leaders(ResolveAction{c.a % 2 == 0 ? Outcome::RECOVERED : Outcome::LOST, {"a", "b", "c"}, {}});
        if (steps-- > 0) all_leaders(ReportAction{"1", "2", "3", "4", "5", c.a % 5 == 0 ? "" : "6", {}});
        if (steps-- > 0) all_leaders(ApproveReportAction{});
        if (steps-- > 0) all_leaders(CloseAction{});
        if (c.a % 11 == 0) one("kam", ResolveAction{Outcome::KNOWN_CHANGE, {}, "gm"});
    }

    void complaint_progress(int n, const Choice& c) {
        add(n,
            ComplaintProgressEvent{log_.keep("C" + std::to_string(c.b % 8)), static_cast<ComplaintState>(1 + c.a % 9),
                                   static_cast<Satisfaction>(c.pause % 4), c.pause % 5, c.pause % 2 == 0});
    }

    RandomLog& log_;
    bool live_;
    Timestamp now_;
};

template <class T>
void put(std::string& out, const T& value) {
    if constexpr (std::is_same_v<T, Signal>) {
        out += "signal " + value.signal_id.value + ' ' + std::string(name(value.kind)) + ' ' +
               std::string(name(value.severity)) + ' ' + value.rule_id + ' ' + value.case_id.value + ' ' +
               value.business_line + ' ' + format_utc(value.detected_at) + ' ' +
               std::to_string(value.observed.value_or(-1)) + '/' + std::to_string(value.expected.value_or(-1)) + ' ' +
               std::to_string(value.revenue_at_risk.minor);
    } else if constexpr (std::is_same_v<T, Case> || std::is_same_v<T, Task>) {
        out += (std::is_same_v<T, Case> ? "case " : "task ") + archived(value);
    } else if constexpr (std::is_same_v<T, Notice>) {
        out += "notice " + value.notice_id + ' ' + value.recipient_staff_id.value + ' ' +
               std::string(name(value.reason)) + ' ' + value.task_id.value + ' ' + value.subject + ' ' + value.text +
               ' ' + format_utc(value.created_at);
    } else if constexpr (std::is_same_v<T, Decision>) {
        out += "decision " + value.decision_id + ' ' + std::string(name(value.outcome)) + ' ' + value.code + ' ' +
               value.rule_id + ' ' + value.text + ' ' + format_utc(value.at);
    } else if constexpr (std::is_same_v<T, Refusal>) {
        out += "refusal " + std::string(name(value.reason)) + ' ' + value.detail;
    } else if constexpr (std::is_same_v<T, DataGap>) {
        out += "gap " + value.gap_id + ' ' + format_utc(value.opened_at) + ' ' + format_utc(value.closed_at) + ' ' +
               std::to_string(value.accounts_held);
    } else if constexpr (std::is_same_v<T, Partial>) {
        out += "partial " + value.topic + ' ' + value.subject + ' ' + format_utc(value.due_at) + ' ' +
               std::to_string(value.sequence);
        for (const std::int64_t count : value.counts) out += ' ' + std::to_string(count);
    } else {
        out += "other";
    }
}

void read_answer(Shard& shard, const Partial& partial, bool backfilled, Effects& effects) {
    static_cast<void>(shard.apply(AnswerRecord(partial).event(), {shard.clock(), backfilled}, effects));
}

}  // namespace

void showValue(const Choice& c, std::ostream& out) {
    out << '{' << c.kind % 16 << ", " << c.account % kAccounts << ", " << int{c.a} << ", " << int{c.b} << ", "
        << c.pause << (c.long_pause ? " h}" : " s}");
}

rc::Gen<std::vector<Choice>> any_choices() {
    using namespace rc;
    const auto byte = gen::inRange<int>(0, 256);
    const auto choice = gen::map(
        gen::tuple(byte, byte, byte, byte, gen::inRange<int>(0, 40'000), gen::inRange<int>(0, 4)), [](const auto& t) {
            return Choice{static_cast<std::uint8_t>(std::get<0>(t)),  static_cast<std::uint8_t>(std::get<1>(t)),
                          static_cast<std::uint8_t>(std::get<2>(t)),  static_cast<std::uint8_t>(std::get<3>(t)),
                          static_cast<std::uint16_t>(std::get<4>(t)), std::get<5>(t) == 0};
        });
    return gen::resize(120, gen::container<std::vector<Choice>>(choice));
}

RandomLog build_log(const std::vector<Choice>& choices, bool live) {
    RandomLog log;
    Builder builder(log, live);
    builder.past();
    for (const Choice& choice : choices) builder.choose(choice);
    builder.aftermath();
    return log;
}

// Mostly what may succeed: somebody of the case in the usual order; sometimes anything.
CommandEvent any_command(RandomLog& log, int account, const Choice& c, Timestamp now) {
    const std::string_view task_id = log.keep(root_text(account) + "-t" + std::to_string(1 + c.b % 40));
    const Timestamp later = now + std::chrono::hours{c.b * 4 - 20};
    const char* who = pick(kStaff, c.b);
    const char* other = pick(kStaff, static_cast<std::uint8_t>(c.b / 12));
    const auto role = static_cast<GroupRole>(c.b / 12 % 6);
    const LossAnalysis lost{c.b % 3 == 0 ? "" : "PRICE", "X", c.b % 5 == 0 ? "" : "late"};
    const auto action = [&]() -> CommandAction {
        switch (c.a % 27) {
            case 0:
                return AckAction{};
            case 1:
                return AcceptAction{role};
            case 2:
                return AcceptAction{GroupRole::LEADER};
            case 3:
                return AcceptAction{GroupRole::SALES};
            case 4:
                return DeclineAction{role};
            case 5:
                return StartAction{};
            case 6:
                return PlanAction{"cause", {{"do", other, later}}};
            case 7:
                return ApprovePlanAction{};
            case 8:
                return ContactAction{static_cast<ContactLevel>(1 + c.pause % 3), TouchChannel::VISIT};
            case 9:
                return UpdateAction{"so far"};
            case 10:
                return DoneAction{task_id};
            case 11:
                return SuspendAction{later};
            case 12:
                return ResumeAction{};
            case 13:
                return ResolveAction{Outcome::RECOVERED, {}, {}};
            case 14:
                return ResolveAction{Outcome::PARTIALLY_RECOVERED, {}, {}};
            case 15:
                return ResolveAction{Outcome::LOST, lost, {}};
            case 16:
                return ResolveAction{c.pause % 2 == 0 ? Outcome::FALSE_ALARM : Outcome::KNOWN_CHANGE, {}, other};
            case 17:
                return ReportAction{"1", "2", "3", "4", "5", "6", lost};
            case 18:
                return ApproveReportAction{};
            case 19:
                return CloseAction{};
            case 20:
                return MergeAction{c.pause % 4 == 0 ? log.keep(root_text(c.b % kAccounts) + "-1") : std::string_view{}};
            case 21:
                return LowerSeverityAction{static_cast<Severity>(c.pause % 6)};
            case 22:
                return TransferAction{other};
            case 23:
                return AcceptTransferAction{};
            case 24:
                return AssignTaskAction{other, "look", later};
            case 25:
                return AddMemberAction{other, role};
            default:
                return OfferAction{yuan(c.b * 300), "boxes"};
        }
    };
    const bool without_case = c.a % 27 == 10 && c.pause % 3 == 0;
    const std::string_view case_id =
        without_case ? "" : log.keep(root_text(account) + "-" + std::to_string(1 + c.pause % 2));
    return {case_id, who, c.pause % 11 == 0 ? 3 : 0, c.b % 4 != 0 ? "because" : "", action()};
}

std::shared_ptr<const Rules> random_rules() { return rules_of("plain"); }

std::string root_text(int account) { return "3714000001" + std::to_string(account); }

KnownRules known_rules() {
    KnownRules known;
    for (const char* revision : kRevisions) known[revision] = rules_of(revision);
    return known;
}

std::string shown(const Effect& effect) {
    std::string out;
    std::visit([&](const auto& value) { put(out, value); }, effect);
    return out;
}

Applied apply_whole(Shard& shard, const LogRecord& record, Effects& effects) {
    std::size_t read = effects.size();
    const Applied applied = shard.apply(record.event, record.time, effects);
    for (; read < effects.size(); ++read) {
        if (const auto* partial = std::get_if<Partial>(&effects[read]))
            read_answer(shard, Partial(*partial), record.time.backfilled, effects);
    }
    return applied;
}

std::vector<std::string> run(Shard& shard, const RandomLog& log, std::size_t from, std::size_t to, Effects* effects) {
    Effects own;
    Effects& all = effects == nullptr ? own : *effects;
    const std::size_t before = all.size();
    for (std::size_t i = from; i < to; ++i) static_cast<void>(apply_whole(shard, log.records[i], all));
    std::vector<std::string> texts;
    for (std::size_t i = before; i < all.size(); ++i) texts.push_back(shown(all[i]));
    return texts;
}

std::vector<std::string> run(Shard& shard, const RandomLog& log, Effects* effects) {
    return run(shard, log, 0, log.records.size(), effects);
}

}  // namespace aw::test
