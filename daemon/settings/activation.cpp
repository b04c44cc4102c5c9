#include "settings/activation.hpp"

#include <array>

#include <accountwatch/config/v1/activation.pb.h>
#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "settings/checks.hpp"
#include "settings/scalars.hpp"

namespace aw::settings {
namespace {

namespace pb = accountwatch::config::v1;

constexpr std::size_t kRevisionDigits = 12;

// Turns checked messages into core values; what a newer version may have written ends up in `problem`.
class Builder {
public:
    std::string problem;

    Rules rules(const pb::Activation& activation) {
        Rules out;
        out.policy = policy(activation.policy());
        out.organisation = organisation(activation.organisation());
        out.calendar = calendar(activation);
        out.language = activation.language() == "en" ? Language::EN : Language::ZH;
        if (!activation.live_from().empty()) {
            out.live_from = parse_rfc3339(activation.live_from());
            if (!out.live_from) problem = "bad live_from '" + activation.live_from() + "'";
        }
        out.count_late = activation.late_policy() == "count";
        for (const auto& feed : activation.feeds()) {
            out.feeds.push_back({feed.name(), Duration{feed.heartbeat()}, Duration{feed.gap_limit()}});
        }
        return out;
    }

private:
    template <class E>
    E value(const std::string& name) {
        const auto found = parse_enum<E>(name);
        if (!found) problem = "unknown name '" + name + "'";
        return found.value_or(E::UNSPECIFIED);
    }

    template <class E, class Names>
    std::vector<E> values(const Names& names) {
        std::vector<E> out;
        for (const auto& name : names) out.push_back(value<E>(name));
        return out;
    }

    Day day(const std::string& text) {
        const auto found = parse_day(text);
        if (!found) problem = "bad day '" + text + "'";
        return found.value_or(Day{});
    }

    Span span(const std::string& text, const std::string& clock) {
        const auto found = parse_span(text);
        if (!found) problem = "bad span '" + text + "'";
        const SpanText read = found.value_or(SpanText{});
        return {value<ClockKind>(clock), Duration{read.ms}, read.business_days};
    }

    Policy policy(const pb::Policy& in) {
        Policy out;
        out.id = in.id();
        out.watch = value<WatchScope>(in.watch());
        out.evaluation_minute = in.evaluation_time();
        for (const auto& rule : in.key_account()) {
            out.key_account.push_back({value<UnitType>(rule.unit_type()), Money{rule.min_t12m_revenue()}});
        }
        out.grade_scheme = grades(in.grade_scheme());
        out.downgrade_hysteresis_bp = in.grade_scheme().downgrade_hysteresis_pct();
        for (const auto& rule : in.responsibility()) {
            out.responsibility.push_back({rule.grade(), value<StaffRole>(rule.leader()),
                                          values<StaffRole>(rule.relevant()), values<StaffRole>(rule.chain()),
                                          values<StaffRole>(rule.informed())});
        }
        out.detection = {in.detection().enabled(), in.detection().false_alarms_per_account_year()};
        for (const auto& rule : in.comparisons()) out.comparisons.push_back(comparison(rule));
        out.complaints = {Money{in.complaints().serious_claim()},
                          in.complaints().serious_count(),
                          in.complaints().serious_days(),
                          in.complaints().failed_contacts(),
                          in.complaints().statistics_due_day(),
                          in.complaints().statistics_remind_day(),
                          values<StaffRole>(in.complaints().approvals())};
        out.severity = severity(in.severity());
        for (const auto& rule : in.milestones()) {
            out.milestones.push_back({value<MilestoneKind>(rule.kind()), value<Severity>(rule.severity()),
                                      span(rule.span(), rule.clock()), rule.fridays()});
        }
        for (const auto& rule : in.obligations()) {
            if (rule.has_times()) {
                out.cadences.push_back(cadence(rule));
            } else {
                out.signal_tasks.push_back(signal_task(rule));
            }
        }
        out.noise = {in.noise().warn_first_pct(),       in.noise().warn_second_pct(),
                     Duration{in.noise().ack_repeat()}, Duration{in.noise().awake_within()},
                     in.noise().attention_per_day(),    in.noise().digest_at(),
                     in.noise().silence_days()};
        out.defection = {in.defection().idle_days(), in.defection().gap_factor(), in.defection().min_active_days()};
        const auto& life = in.cases();
        out.cases = {
            life.recovered_pct(),
            life.partly_recovered_pct(),
            life.recovery_periods(),
            life.reopen_days(),
            life.suspend_days(),
            Duration{life.report_within()},
            span(life.hand_over(), life.hand_over_clock()),
            life.has_loss_export_approver() ? value<StaffRole>(life.loss_export_approver()) : StaffRole::UNSPECIFIED};
        out.composite_lines = in.composite_lines();
        out.offers.enabled = in.offers().enabled();
        for (const auto& tier : in.offers().tiers())
            out.offers.tiers.push_back({Money{tier.from()}, value<OfferApproval>(tier.approval())});
        return out;
    }

    static GradeScheme grades(const pb::GradeScheme& in) {
        GradeScheme out{in.id(), {}};
        for (const auto& grade : in.grades()) {
            Grade made{grade.id(), Money{grade.has_from() ? grade.from() : grade.above()}, grade.has_from(), {}};
            if (grade.has_up_to()) made.up_to = Money{grade.up_to()};
            out.grades.push_back(std::move(made));
        }
        return out;
    }

    ComparisonRow comparison(const pb::ComparisonRow& in) {
        ComparisonRow out;
        out.id = in.id();
        out.kind = value<SignalKind>(in.kind());
        out.measure = value<Measure>(in.measure());
        out.window = value<WindowKind>(in.window());
        out.per = value<Scope>(in.per());
        out.reference = value<Reference>(in.reference());
        out.recent_periods = in.recent_periods();
        for (const auto& step : in.ladder()) {
            out.ladder.push_back({step.change_pct(), step.periods(), value<Severity>(step.severity())});
        }
        out.seasonal_guard = in.seasonal_guard();
        out.tail_probability = in.tail_probability();
        out.rest_within_bp = in.rest_within_pct();
        out.min_amount = Money{in.min_amount()};
        out.min_age_days = in.min_age_days();
        out.cohort_bp = in.cohort_pct();
        out.cohort_min_accounts = in.cohort_min_accounts();
        return out;
    }

    SeverityRules severity(const pb::SeverityRules& in) {
        SeverityRules out;
        for (const auto& rule : in.kinds()) {
            out.kinds.push_back({value<SignalKind>(rule.kind()), value<Severity>(rule.base()), rule.emergency()});
        }
        out.raised_grades.assign(in.raised_grades().begin(), in.raised_grades().end());
        out.raise_important = in.raise_important();
        out.compound_days = in.compound_days();
        out.critical_min_leader = value<StaffRole>(in.critical_min_leader());
        return out;
    }

    SignalTaskRule signal_task(const pb::ObligationRow& in) {
        SignalTaskRule out;
        out.id = in.id();
        out.on = value<SignalKind>(in.on());
        if (in.has_severity()) out.only_severity = value<Severity>(in.severity());
        out.kind = value<TaskKind>(in.kind());
        out.who = value<StaffRole>(in.who());
        out.span = span(in.span(), in.clock());
        return out;
    }

    CadenceRow cadence(const pb::ObligationRow& in) {
        CadenceRow out;
        out.id = in.id();
        out.kind = value<TaskKind>(in.kind());
        out.who = value<StaffRole>(in.who());
        out.times = in.times();
        out.period = value<CadencePeriod>(in.period());
        out.grades.assign(in.grades().begin(), in.grades().end());
        return out;
    }

    Organisation organisation(const pb::Organisation& in) {
        Organisation out;
        for (const auto& unit : in.units()) {
            out.units.push_back({UnitId(unit.id()),
                                 unit.name(),
                                 value<UnitType>(unit.type()),
                                 {unit.region_codes().begin(), unit.region_codes().end()},
                                 UnitId(unit.parent())});
        }
        for (const auto& person : in.staff()) {
            Staff made{StaffId(person.id()),
                       person.name(),
                       UnitId(person.unit()),
                       values<StaffRole>(person.roles()),
                       StaffId(person.deputy()),
                       Language::UNSPECIFIED,
                       {},
                       {}};
            if (person.has_language()) made.language = person.language() == "en" ? Language::EN : Language::ZH;
            for (const auto& leave : person.leave()) made.leave.push_back({day(leave.from()), day(leave.to())});
            made.channels.assign(person.channels().begin(), person.channels().end());
            out.staff.push_back(std::move(made));
        }
        return out;
    }

    CalendarYear year(const pb::CalendarYear& in) {
        CalendarYear out;
        out.year = in.year();
        if (in.year() < 2000 || in.year() > 2100) problem = fmt::format("bad year {}", in.year());
        out.provisional = in.status() == "PROVISIONAL";
        for (const auto& holiday : in.holidays()) {
            out.holidays.push_back({holiday.name(), day(holiday.from()), day(holiday.to()), holiday.volume_factor()});
        }
        for (const auto& text : in.makeup_workdays()) out.makeup_workdays.push_back(day(text));
        if (in.has_spring_festival()) out.spring_festival = day(in.spring_festival());
        return out;
    }

    BusinessHours hours(const std::string& text) {
        if (text.empty()) return {};
        const auto found = parse_hours(text);
        if (!found) problem = "bad hours '" + text + "'";
        return found ? BusinessHours{found->from_minute, found->to_minute} : BusinessHours{};
    }

    Calendar calendar(const pb::Activation& in) {
        std::vector<TimeZone::Change> changes;
        for (const auto& change : in.zone_changes()) {
            if (!changes.empty() && change.from_ms() <= changes.back().from.ms) problem = "bad time zone";
            changes.push_back({Timestamp{change.from_ms()}, change.offset_s()});
        }
        if (changes.empty()) problem = "no time zone";
        std::vector<CalendarYear> years;
        std::array<BusinessHours, 7> week{};
        for (const auto& file : in.calendars()) {
            for (const auto& one : file.years()) years.push_back(year(one));
            if (!file.has_business_hours()) continue;
            const auto& h = file.business_hours();
            week = {hours(h.monday()), hours(h.tuesday()),  hours(h.wednesday()), hours(h.thursday()),
                    hours(h.friday()), hours(h.saturday()), hours(h.sunday())};
        }
        if (!problem.empty()) return {};
        return {TimeZone(in.time_zone(), std::move(changes)), std::move(years), week};
    }
};

Result<pb::Activation> parse(std::string_view document) {
    pb::Activation activation;
    if (!activation.ParseFromArray(document.data(), static_cast<int>(document.size()))) {
        return fail_with("the activation document is damaged");
    }
    return activation;
}

}  // namespace

std::string document_of(const pb::Activation& activation) {
    std::string bytes;
    {
        google::protobuf::io::StringOutputStream out(&bytes);
        google::protobuf::io::CodedOutputStream coded(&out);
        coded.SetSerializationDeterministic(true);
        AW_CHECK(activation.SerializeToCodedStream(&coded));
    }
    return bytes;
}

Result<std::shared_ptr<const Rules>> build_rules(const pb::Activation& activation) {
    Builder builder;
    auto rules = std::make_shared<Rules>(builder.rules(activation));
    if (!builder.problem.empty()) return fail_with(builder.problem);
    pb::Activation judged = activation;
    judged.clear_live_from();
    rules->revision = sha256_hex(document_of(judged)).substr(0, kRevisionDigits);
    return std::shared_ptr<const Rules>(std::move(rules));
}

Result<std::shared_ptr<const Rules>> rules_from_document(std::string_view document) {
    const auto activation = parse(document);
    if (!activation) return fail(activation.error());
    // The same checks as for files; the core relies on what they exclude.
    const Places nowhere;
    std::vector<Mistake> mistakes;
    std::vector<Mistake> warnings;
    Findings findings{nowhere, mistakes, warnings};
    check_policy(activation->policy(), findings);
    check_organisation(activation->organisation(), findings);
    check_calendars({activation->calendars().begin(), activation->calendars().end()}, findings);
    if (!mistakes.empty()) return fail_with("activation document: " + mistakes.front().message);
    return build_rules(*activation);
}

Result<std::string> with_live_from(std::string_view document, Timestamp live_from) {
    auto activation = parse(document);
    if (!activation) return fail(activation.error());
    activation->set_live_from(format_utc(live_from));
    return document_of(*activation);
}

}  // namespace aw::settings
