#include "support/sample_rules.hpp"

#include <string>

namespace aw::test {
namespace {

Span real(std::chrono::minutes m) { return {ClockKind::REAL, m, 0}; }
Span business(std::chrono::hours h) { return {ClockKind::BUSINESS, h, 0}; }
Span calendar(int days) { return {ClockKind::CALENDAR, std::chrono::days{days}, 0}; }
Span days(int bd) { return {ClockKind::BUSINESS, Duration{0}, bd}; }

std::vector<LadderStep> drop_ladder() {
    return {{-2000, 1, Severity::LOW}, {-3000, 2, Severity::MEDIUM}, {-5000, 1, Severity::HIGH}};
}

std::vector<SeverityRule> severities() {
    using K = SignalKind;
    using S = Severity;
    return {{K::VOLUME_DROP, S::LOW, true},
            {K::REVENUE_DROP, S::LOW, true},
            {K::COMPETITOR_SUSPECTED, S::MEDIUM, true},
            {K::COMPETITOR_CONFIRMED, S::HIGH, true},
            {K::DECISION_MAKER_CHANGED, S::MEDIUM, true},
            {K::SERIOUS_COMPLAINT, S::HIGH, true},
            {K::COMPLAINT_OVERDUE, S::HIGH, true},
            {K::MANUAL, S::MEDIUM, true},
            {K::COMPLAINT, S::INFO, false},
            {K::BRANCH_SHIFT, S::INFO, false},
            {K::CONTACT_CHANGED, S::INFO, false},
            {K::SERVICE_FAILURES, S::MEDIUM, false},
            {K::DEFECTION, S::CRITICAL, true}};
}

std::vector<MilestoneRule> milestones() {
    using M = MilestoneKind;
    using S = Severity;
    using std::chrono::hours;
    using std::chrono::minutes;
    return {{M::ACKNOWLEDGE, S::CRITICAL, real(minutes{30})},
            {M::ACKNOWLEDGE, S::HIGH, business(hours{2})},
            {M::ACKNOWLEDGE, S::MEDIUM, business(hours{4})},
            {M::ACKNOWLEDGE, S::LOW, days(1)},
            {M::FORM_GROUP, S::CRITICAL, real(hours{2})},
            {M::FORM_GROUP, S::HIGH, business(hours{4})},
            {M::FORM_GROUP, S::MEDIUM, days(1)},
            {M::FIRST_CONTACT, S::CRITICAL, real(hours{4})},
            {M::FIRST_CONTACT, S::HIGH, days(1)},
            {M::FIRST_CONTACT, S::MEDIUM, days(2)},
            {M::FIRST_CONTACT, S::LOW, days(5)},
            {M::CAUSE_AND_PLAN, S::CRITICAL, real(hours{24})},
            {M::CAUSE_AND_PLAN, S::HIGH, days(2)},
            {M::CAUSE_AND_PLAN, S::MEDIUM, days(3)},
            {M::CAUSE_AND_PLAN, S::LOW, days(5)},
            {M::RESOLVE, S::CRITICAL, calendar(7)},
            {M::RESOLVE, S::HIGH, calendar(14)},
            {M::RESOLVE, S::MEDIUM, calendar(30)},
            {M::RESOLVE, S::LOW, calendar(30)},
            {M::ANALYSIS_REPORT, S::CRITICAL, days(2)},
            {M::ANALYSIS_REPORT, S::HIGH, days(5)},
            {M::ANALYSIS_REPORT, S::MEDIUM, days(5)},
            {M::ANSWER_COMPLAINT, S::LOW, calendar(7)},
            {M::ANSWER_COMPLAINT, S::HIGH, calendar(7)},
            {M::FOLLOW_UP, S::CRITICAL, calendar(3)},
            {M::FOLLOW_UP, S::CRITICAL, calendar(30)},
            {M::FOLLOW_UP, S::CRITICAL, calendar(60)},
            {M::FOLLOW_UP, S::LOW, calendar(3)},
            {M::FOLLOW_UP, S::HIGH, calendar(3)}};
}

std::vector<ResponsibilityRow> responsibility() {
    using R = StaffRole;
    return {{"G6", R::EXECUTIVE_DEPUTY_GM, {R::DEPUTY_GM_IN_CHARGE}, {}},
            {"G5", R::DEPUTY_GM_IN_CHARGE, {}, {R::EXECUTIVE_DEPUTY_GM}},
            {"G4", R::DEPARTMENT_DIRECTOR, {R::TEAM_LEADER}, {R::DEPUTY_GM_IN_CHARGE, R::EXECUTIVE_DEPUTY_GM}},
            {"G3", R::TEAM_LEADER, {}, {R::DEPARTMENT_DIRECTOR, R::DEPUTY_GM_IN_CHARGE}},
            {"G2", R::DEVELOPING_UNIT_HEAD, {}, {R::DEPARTMENT_DIRECTOR}},
            {"G1", R::DEVELOPING_UNIT_HEAD, {}, {R::DEPARTMENT_DIRECTOR}},
            {"", R::DEVELOPING_UNIT_HEAD, {}, {R::DEPARTMENT_DIRECTOR}}};
}

Policy sample_policy() {
    Policy p;
    p.id = "sample";
    p.watch = WatchScope::KEY;
    p.evaluation_minute = 8 * 60 + 30;
    p.key_account = {{UnitType::CITY, yuan(10'000)}, {UnitType::COUNTY, yuan(6'000)}};
    p.grade_scheme = {"revenue6",
                      {{"G1", yuan(1'000), true, yuan(20'000)},
                       {"G2", yuan(20'000), false, yuan(50'000)},
                       {"G3", yuan(50'000), false, yuan(100'000)},
                       {"G4", yuan(100'000), false, yuan(300'000)},
                       {"G5", yuan(300'000), false, yuan(500'000)},
                       {"G6", yuan(500'000), false, std::nullopt}}};
    p.downgrade_hysteresis_bp = 500;
    p.responsibility = responsibility();
    const auto row = [](const char* id, SignalKind kind, Measure measure, WindowKind window, Scope per,
                        Reference reference, int periods, std::vector<LadderStep> ladder, bool guard, double tail) {
        return ComparisonRow{id, kind, measure, window, per, reference, periods, std::move(ladder), guard, tail};
    };
    using K = SignalKind;
    p.comparisons = {
        row("items-week", K::VOLUME_DROP, Measure::ITEMS, WindowKind::WEEK, Scope::ROOT, Reference::RECENT, 4,
            drop_ladder(), true, 0.001),
        row("items-month", K::VOLUME_DROP, Measure::ITEMS, WindowKind::MONTH, Scope::ROOT, Reference::RECENT, 3,
            drop_ladder(), true, 0.001),
        row("items-erosion", K::VOLUME_DROP, Measure::ITEMS, WindowKind::MONTH, Scope::ROOT, Reference::LAST_YEAR, 0,
            {{-3000, 2, Severity::MEDIUM}}, false, 0.001),
        row("line-items-week", K::VOLUME_DROP, Measure::ITEMS, WindowKind::WEEK, Scope::LINE, Reference::RECENT, 4,
            drop_ladder(), true, 0.001),
        row("mix-week", K::COMPETITOR_SUSPECTED, Measure::ITEMS, WindowKind::WEEK, Scope::LINE, Reference::RECENT, 4,
            {{-4000, 2, Severity::MEDIUM}}, true, 0.001),
        row("branch-items-week", K::BRANCH_SHIFT, Measure::ITEMS, WindowKind::WEEK, Scope::BRANCH, Reference::RECENT, 4,
            {{-2000, 1, Severity::INFO}}, true, 0.001),
        row("revenue-week", K::REVENUE_DROP, Measure::REVENUE, WindowKind::WEEK, Scope::ROOT, Reference::RECENT, 4,
            drop_ladder(), true, 0),
        row("revenue-month", K::REVENUE_DROP, Measure::REVENUE, WindowKind::MONTH, Scope::ROOT, Reference::RECENT, 3,
            drop_ladder(), true, 0),
    };
    for (ComparisonRow& shift : p.comparisons) {
        if (shift.kind == K::COMPETITOR_SUSPECTED) shift.rest_within_bp = 1000;
    }
    p.complaints = {yuan(5'000), 3, 30, 3, 10, 8};
    p.defection = {60, 3, 6};
    p.cases = {90, 70, 2, 30, 30, std::chrono::hours{24}, days(1)};
    p.severity = {severities(), {"G5", "G6"}, true, 14, StaffRole::DEPUTY_GM_IN_CHARGE};
    p.milestones = milestones();
    p.signal_tasks = {
        {"meet", K::DECISION_MAKER_CHANGED, std::nullopt, TaskKind::MEET_DECISION_MAKER, StaffRole::KEY_ACCOUNT_MANAGER,
         days(5)},
        {"visit", K::VOLUME_DROP, Severity::LOW, TaskKind::VISIT, StaffRole::KEY_ACCOUNT_MANAGER, days(2)},
        {"report", K::VOLUME_DROP, Severity::LOW, TaskKind::ANALYSIS_REPORT, StaffRole::KEY_ACCOUNT_MANAGER, days(5)}};
    p.noise = {70, 90, std::chrono::hours{4}, std::chrono::seconds{60}};
    return p;
}

Organisation sample_organisation() {
    Organisation o;
    o.units = {{UnitId("city"), "City", UnitType::CITY, {371400, 371402}, {}},
               {UnitId("county"), "County", UnitType::COUNTY, {371422}, UnitId("city")}};
    const auto person = [&](const char* id, const char* unit, StaffRole role, const char* deputy = "") {
        o.staff.push_back({StaffId(id), id, UnitId(unit), {role}, StaffId(deputy), Language::UNSPECIFIED, {}, {}});
    };
    using R = StaffRole;
    person("gm", "city", R::GENERAL_MANAGER);
    person("exec", "city", R::EXECUTIVE_DEPUTY_GM);
    person("deputy", "city", R::DEPUTY_GM_IN_CHARGE, "exec");
    person("director", "city", R::DEPARTMENT_DIRECTOR);
    person("county-director", "county", R::DEPARTMENT_DIRECTOR);
    person("team", "city", R::TEAM_LEADER);
    person("unit-head", "city", R::DEVELOPING_UNIT_HEAD);
    person("kam", "city", R::KEY_ACCOUNT_MANAGER, "kam2");
    person("kam2", "city", R::KEY_ACCOUNT_MANAGER);
    person("service", "city", R::SERVICE_HEAD);
    person("quality", "city", R::QUALITY);
    person("market", "city", R::MARKET_DEPARTMENT);
    person("ops", "city", R::OPERATIONS);
    return o;
}

}  // namespace

Timestamp shanghai(const char* local) {
    std::string text(local);
    text[10] = 'T';
    if (text.size() == 16) text += ":00";
    return *parse_rfc3339(text + "+08:00");
}

std::shared_ptr<Rules> sample_rules() {
    auto rules = std::make_shared<Rules>();
    rules->revision = "sample";
    rules->policy = sample_policy();
    rules->organisation = sample_organisation();
    const TimeZone zone("Asia/Shanghai", {{Timestamp{0}, 8 * 3600}});
    const auto day = [](const char* text) { return *parse_day(text); };
    CalendarYear year{2026,
                      false,
                      {{"Spring Festival", day("2026-02-15"), day("2026-02-23"), 0.067}},
                      {day("2026-02-14"), day("2026-02-28")},
                      day("2026-02-17")};
    std::array<BusinessHours, 7> hours{};
    for (int i = 0; i < 5; ++i) hours[static_cast<std::size_t>(i)] = {8 * 60 + 30, 17 * 60 + 30};
    rules->calendar =
        Calendar(zone, {{2024, false, {}, {}, {}}, {2025, false, {}, {}, {}}, year, {2027, true, {}, {}, {}}}, hours);
    rules->language = Language::EN;
    rules->live_from = Timestamp{1};
    return rules;
}

std::shared_ptr<Rules> busy_rules() {
    using M = MilestoneKind;
    using S = Severity;
    using std::chrono::hours;
    auto rules = sample_rules();
    auto& rows = rules->policy.milestones;
    rows.insert(rows.end(), {{M::PROGRESS_UPDATE, S::CRITICAL, real(hours{24})},
                             {M::PROGRESS_UPDATE, S::HIGH, days(2), true},
                             {M::PROGRESS_UPDATE, S::MEDIUM, days(3), true},
                             {M::PROGRESS_UPDATE, S::LOW, calendar(7)},
                             {M::HUMAN_ACTIVITY, S::CRITICAL, real(hours{24})},
                             {M::HUMAN_ACTIVITY, S::HIGH, days(2)},
                             {M::HUMAN_ACTIVITY, S::MEDIUM, days(5)},
                             {M::HUMAN_ACTIVITY, S::LOW, days(10)},
                             {M::FOLLOW_UP, S::MEDIUM, calendar(3)}});
    rules->policy.offers = {true,
                            {{yuan(10'000), OfferApproval::WITH_PLAN},
                             {yuan(30'000), OfferApproval::COLLECTIVE},
                             {yuan(50'000), OfferApproval::MARKET_DEPARTMENT}}};
    return rules;
}

std::shared_ptr<Rules> shared_rules() {
    auto rules = sample_rules();
    add_shared_rows(rules->policy);
    return rules;
}

void add_shared_rows(Policy& p) {
    using K = SignalKind;
    using S = Severity;
    p.composite_lines = 2;
    const auto add = [&](const char* id, K kind, Measure measure, WindowKind window, Scope per, Reference reference,
                         int periods = 0, std::vector<LadderStep> ladder = {}) -> ComparisonRow& {
        p.comparisons.push_back({id, kind, measure, window, per, reference, periods, std::move(ladder), false, 0});
        return p.comparisons.back();
    };
    add("grade-month", K::GRADE_DOWNGRADE, Measure::T12M_REVENUE, WindowKind::MONTH, Scope::ROOT, Reference::GRADE);
    add("status-day", K::ACCOUNT_STATUS_CHANGED, Measure::T12M_REVENUE, WindowKind::DAY, Scope::ROOT,
        Reference::KEY_ACCOUNT);
    add("promoted-day", K::ACCOUNT_PROMOTED, Measure::T12M_REVENUE, WindowKind::DAY, Scope::ROOT,
        Reference::KEY_ACCOUNT);
    auto& file =
        add("file-day", K::PROFILE_MISSING, Measure::REVENUE, WindowKind::DAY, Scope::ROOT, Reference::AMOUNT, 3);
    file.min_amount = yuan(500);
    file.min_age_days = 365;
    add("share-month", K::SHARE_OF_WALLET_DROP, Measure::WALLET_SHARE, WindowKind::MONTH, Scope::ROOT,
        Reference::PREVIOUS, 3, {{-1000, 1, S::MEDIUM}});
    auto& industry = add("industry-month", K::COHORT_SHIFT, Measure::ITEMS, WindowKind::MONTH, Scope::INDUSTRY,
                         Reference::RECENT, 3, {{-2000, 1, S::INFO}});
    industry.tail_probability = 0.001;
    industry.cohort_bp = 6000;
    industry.cohort_min_accounts = 10;
    auto& group = add("group-items-week", K::VOLUME_DROP, Measure::ITEMS, WindowKind::WEEK, Scope::GROUP,
                      Reference::RECENT, 4, drop_ladder());
    group.seasonal_guard = true;
    group.tail_probability = 0.001;
    for (const SeverityRule& rule : {SeverityRule{K::GRADE_DOWNGRADE, S::LOW, false},
                                     {K::SHARE_OF_WALLET_DROP, S::MEDIUM, false},
                                     {K::ACCOUNT_STATUS_CHANGED, S::INFO, false},
                                     {K::ACCOUNT_PROMOTED, S::INFO, false},
                                     {K::PROFILE_MISSING, S::INFO, false},
                                     {K::COHORT_SHIFT, S::INFO, false}})
        p.severity.kinds.push_back(rule);
}

}  // namespace aw::test
