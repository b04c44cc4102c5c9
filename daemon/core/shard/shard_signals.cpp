// Shard: from a finding to a signal.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/cases/figures.hpp"
#include "core/detect/share_detector.hpp"
#include "core/detect/tail.hpp"
#include "core/shard/detected_gates.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"
#include "core/shard/shard_detectors.hpp"

namespace aw {
namespace {

// A part's fall is no alarm where the rest fell by more: as the gate says it.
constexpr auto kLeastRestBp = static_cast<std::int32_t>((ShareDetector::kLeastRest - 1) * 10'000);

std::string percent(std::int32_t bp) { return bp_text(std::to_string(bp)); }

// 1234 items, or 12.34 where the measure is money.
std::string amount_text(Measure measure, std::int64_t value) {
    if (measure != Measure::REVENUE && measure != Measure::WALLET_SHARE) return std::to_string(value);
    const std::int64_t fen = std::abs(value % 100);
    return std::to_string(value / 100) + "." + (fen < 10 ? "0" : "") + std::to_string(fen);
}

std::string tenths(double value) {
    const long long n = std::llround(std::min(value, 1e6) * 10);
    return std::to_string(n / 10) + "." + std::to_string(n % 10);
}

// R49: of what the client is known to spend. A difference of shares is in points.
std::vector<Reason> share_reasons(bool en, const DropFinding& f) {
    const std::string share = share_text(std::to_string(f.share_bp.value_or(0)));
    const std::string before = share_text(std::to_string(f.previous_share_bp.value_or(0)));
    const std::string points = points_text(std::to_string(f.change_bp));
    return {{"SHARE", en ? share + " of what the client is known to spend, " + before + " before: " + points + " points"
                         : "占客户已知用邮支出的 " + share + ",此前 " + before + "," + points + " 个百分点"}};
}

// Detection.md section 3, "Portfolio": every signal also shows what no cohort explains away. inputs: of the finding.
void add_absolute_change(Language language, const std::vector<NamedValue>& inputs, std::vector<Reason>& reasons) {
    const auto value = [&](std::string_view name) {
        const auto found =
            std::find_if(inputs.begin(), inputs.end(), [&](const NamedValue& i) { return i.name == name; });
        return found == inputs.end() ? std::string() : found->value;
    };
    // Nothing is nothing, whatever was expected.
    if (value("absolute_change_bp").empty() || value("cohort_factor") == "1" || value("observed") == "0") return;
    const std::string change = percent(static_cast<std::int32_t>(to_number(value("absolute_change_bp"))));
    reasons.push_back({"ABSOLUTE_CHANGE", language == Language::EN
                                              ? "in plain numbers, with what its cohort shares: " + change
                                              : "不扣除同类客户的共同变化:" + change});
}

// Of which line or lane the figures are; empty: of the client.
std::string part_text(bool en, const DropFinding& f, const std::string& lane) {
    if (!lane.empty()) return en ? "lane " + lane + ", " : "流向 " + lane + ",";
    if (f.business_line.empty()) return {};
    return en ? "line " + f.business_line + ", " : "专业 " + f.business_line + ",";
}

// lane: the name of the one that fell, if one did.
std::vector<Reason> drop_reasons(Language language, const DropFinding& f, const std::string& lane) {
    const bool en = language == Language::EN;
    if (f.share_bp) return share_reasons(en, f);
    const std::string window = format_day(f.window_from) + (en ? " to " : " 至 ") + format_day(f.window_to);
    const std::string observed = amount_text(f.measure, f.observed);
    const std::string expected = amount_text(f.measure, f.expected);
    std::vector<Reason> reasons;
    reasons.push_back(
        {"CHANGE", part_text(en, f, lane) +
                       (en ? window + ": " + observed + " against " + expected + " expected, " + percent(f.change_bp)
                           : window + ":实际 " + observed + ",预期 " + expected + "," + percent(f.change_bp))});
    if (f.yoy_change_bp) {
        reasons.push_back(
            {"YEAR_OVER_YEAR", (en ? "against the same period last year: " : "同比:") + percent(*f.yoy_change_bp)});
    }
    if (f.previous_change_bp) {
        reasons.push_back(
            {"PREVIOUS_PERIOD", (en ? "against the period before: " : "环比上期:") + percent(*f.previous_change_bp)});
    }
    if (f.last_year_change_bp) {
        reasons.push_back(
            {"LAST_YEARS_OWN_CHANGE",
             (en ? "the same weeks of last year changed by " : "去年同期自身变化:") + percent(*f.last_year_change_bp)});
    }
    if (f.root_change_bp) {
        reasons.push_back({"ROOT_CHANGE", (en ? "the whole account: " : "客户合计:") + percent(*f.root_change_bp)});
    }
    if (f.rest_change_bp) {
        reasons.push_back({"OTHER_LINES", (lane.empty() ? (en ? "all other lines together: " : "其他业务合计:")
                                                        : (en ? "all other lanes together: " : "其他流向合计:")) +
                                              percent(*f.rest_change_bp)});
    }
    if (f.part_share_bp) {
        reasons.push_back({"USUAL_SHARE", (en ? "its usual share of the client's items: " : "通常占客户件数:") +
                                              share_text(std::to_string(*f.part_share_bp))});
    }
    if (f.usual_gap_days) {
        const std::string gap = tenths(*f.usual_gap_days);
        const std::string years = tenths(f.score);
        reasons.push_back(
            {"RHYTHM", en ? "usually " + gap +
                                " working days between two days with items; a silence this long would come once in " +
                                years + " years at this client's own rhythm"
                          : "通常间隔 " + gap + " 个工作日;按该客户自身节奏,如此长的沉默约 " + years + " 年一遇"});
    }
    if (f.onset_on) reasons.push_back({"ONSET", (en ? "since " : "起始于 ") + format_day(*f.onset_on)});
    return reasons;
}

// What the line or lane that fell is of the client: a tenth that goes is no more than a tenth of its revenue.
Ratio share_of_client(const Account& account, const DropFinding& finding) {
    const Ratio whole(1, 1);
    if (finding.scope.kind == Scope::LINE) {
        const Day to = finding.onset_on.value_or(finding.window_from);
        const Day from = to - AccountUsage::kYearDays;
        const auto share = [&](Measure measure) {
            const std::int64_t line = account.usage.sum(measure, finding.scope, from, to);
            const std::int64_t all = account.usage.sum(measure, {}, from, to);
            return line > 0 && line < all ? std::optional(Ratio(line, all)) : std::nullopt;
        };
        // By items where nobody says which line revenue is of.
        if (const auto of_revenue = share(Measure::REVENUE)) return *of_revenue;
        if (const auto of_items = share(Measure::ITEMS)) return *of_items;
    }
    return finding.part_share_bp ? Ratio(std::clamp(*finding.part_share_bp, 0, 10'000), 10'000) : whole;
}

}  // namespace

std::vector<NamedValue> drop_changes(const DropFinding& f) {
    std::vector<NamedValue> inputs;
    const auto add = [&](const char* name, const std::optional<std::int32_t>& bp) {
        if (bp) inputs.push_back({name, std::to_string(*bp)});
    };
    add("change_bp", f.change_bp);
    add("share_bp", f.share_bp);
    add("previous_share_bp", f.previous_share_bp);
    add("recent_change_bp", f.recent_change_bp);
    add("yoy_change_bp", f.yoy_change_bp);
    add("previous_change_bp", f.previous_change_bp);
    add("last_year_change_bp", f.last_year_change_bp);
    add("rest_change_bp", f.rest_change_bp);
    add("usual_share_bp", f.part_share_bp);
    if (f.tail < 1 || f.phi > 0) inputs.push_back({"phi", six_digits(f.phi)});
    return inputs;
}

std::vector<NamedValue> drop_inputs(const DropFinding& f) {
    std::vector<NamedValue> inputs = {{"signal", std::string(name(f.kind))}, {"measure", std::string(name(f.measure))}};
    if (!f.business_line.empty()) inputs.push_back({"business_line", f.business_line});
    if (!f.period.empty()) inputs.push_back({"period", f.period});
    inputs.push_back({"window_from", format_day(f.window_from)});
    inputs.push_back({"window_to", format_day(f.window_to)});
    inputs.push_back({"observed", std::to_string(f.observed)});
    inputs.push_back({"expected", std::to_string(f.expected)});
    if (f.level > 0) inputs.push_back({"level_per_day", six_digits(f.level)});
    for (NamedValue& change : drop_changes(f)) inputs.push_back(std::move(change));
    return inputs;
}

// With what a detector's cohort explains, and the name of its lane.
std::vector<NamedValue> Shard::inputs_of(const Account& account, const DropFinding& finding) const {
    std::vector<NamedValue> inputs = drop_inputs(finding);
    if (finding.is_against_cohort()) {
        for (NamedValue& input :
             without_cohort(account, finding.window_from, finding.window_to, finding.observed, finding.expected))
            inputs.push_back(std::move(input));
    }
    if (finding.part != 0 && !line_of(finding.part)) inputs.push_back({"lane", lane_name(finding.part)});
    return inputs;
}

std::vector<Gate> drop_gates(const DropFinding& f) {
    if (f.threshold > 0) {
        std::vector<Gate> gates = {{f.usual_gap_days ? "return_years" : "score", six_digits(f.score),
                                    six_digits(f.threshold), f.score >= f.threshold}};
        if (f.rest_change_bp) {
            gates.push_back({"rest_change_bp", std::to_string(*f.rest_change_bp), std::to_string(kLeastRestBp),
                             *f.rest_change_bp >= kLeastRestBp});
        }
        if (f.adjusted_change_bp)
            gates.push_back({"seasonal_guard_bp", std::to_string(*f.adjusted_change_bp), std::to_string(kSeasonalBp),
                             *f.adjusted_change_bp <= kSeasonalBp});
        return gates;
    }
    const Verdict v = f.verdict;
    const bool fires = v == Verdict::fires;
    const std::string limit = std::to_string(fires ? f.limit_bp : f.lowest_bp);
    // A difference of shares is in points.
    const char* change = f.share_bp ? "share_change_bp" : "change_bp";
    std::vector<Gate> gates = {{change, std::to_string(f.change_bp), limit, v != Verdict::normal}};
    if (v == Verdict::warm_up) {
        gates.push_back({"history_periods", "fewer", std::to_string(f.history_periods), false});
        return gates;
    }
    if (f.adjusted_change_bp)
        gates.push_back({"seasonal_guard_bp", std::to_string(*f.adjusted_change_bp), limit, v != Verdict::seasonal});
    if (f.tail < 1 || v == Verdict::small_numbers)
        gates.push_back(
            {"tail_probability", six_digits(f.tail), six_digits(f.tail_limit), v != Verdict::small_numbers});
    if (f.rest_change_bp) {
        gates.push_back({"rest_change_bp", std::to_string(*f.rest_change_bp), std::to_string(f.rest_within_bp),
                         v != Verdict::rest_moved});
    }
    if (f.below_lowest && v != Verdict::rest_moved)
        gates.push_back({"periods", std::to_string(f.run), std::to_string(f.periods), fires});
    gates.insert(gates.end(), f.asked.begin(), f.asked.end());
    return gates;
}

bool Shard::is_watched(const Account& account, const Rules& rules) const {
    if (account.profile != nullptr && account.profile->closed_on && *account.profile->closed_on <= today())
        return false;
    // R102: a group is watched as one, like a key account.
    if (account.ledger != nullptr && account.ledger->group.members > 0) return true;
    const Policy& policy = rules.policy;
    if (policy.watch == WatchScope::ALL) return true;
    if (is_important(account.importance())) return true;
    if (policy.watch == WatchScope::REGISTERED) return account.profile != nullptr && !account.profile->names.empty();
    const Unit* unit = unit_of(account, rules);
    const UnitType type = unit == nullptr ? UnitType::UNSPECIFIED : unit->type;
    return is_key_account(policy, type, account.importance(), account.t12m(today()));
}

// Why this account gives no signal; nothing if it may. R3: a prospect has no drop detection.
std::optional<SuppressionCode> Shard::not_ours(const Account& account, bool detection) const {
    if (detection && account.importance() == Importance::POTENTIAL) return SuppressionCode::PROSPECT;
    if (!is_watched(account)) return SuppressionCode::NOT_WATCHED;
    return std::nullopt;
}

DeskAccount Shard::desk_account(const Account& account) const {
    DeskAccount desk;
    desk.root = account.root;
    desk.name = account.display_name();
    if (const Unit* unit = unit_of(account)) desk.unit = unit->id;
    std::int8_t grade = current_grade(account);
    desk.revenue_at_risk = account.t12m(today());
    if (account.ledger != nullptr && account.ledger->group.members > 0) {
        desk.revenue_at_risk = std::max(desk.revenue_at_risk, account.ledger->group.t12m);
        grade = std::max(grade, grade_rank(rules_->policy.grade_scheme, account.ledger->group.t12m));
    }
    desk.grade = grade_name(rules_->policy.grade_scheme, grade);
    desk.importance = account.importance();
    desk.scope = account.scope();
    if (account.profile != nullptr) desk.assignments = account.profile->assignments;
    return desk;
}

// A fact that acts at once: a complaint, a sighting, a change of the decision maker, a report by staff.
bool Shard::take_trigger(Account& account, Trigger trigger, Effects& effects) {
    bool taken = false;
    with_desk(account, clock_, true, effects, [&](Desks& desks) {
        const std::string kind(name(trigger.kind));
        const auto suppress = [&](SuppressionCode code) {
            desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::SUPPRESSED, std::string(name(code)), {},
                              trigger.rule_id, {{"signal", kind}});
        };
        if (const auto code = not_ours(account, false)) return suppress(*code);
        // What is told today is acted upon today, also if it happened before the first start.
        if (!rules_->is_live(clock_)) return suppress(SuppressionCode::BACKFILL);
        taken = true;
        if (silence_over(account, trigger.kind, false)) return suppress(SuppressionCode::SILENCED);
        const DeskAccount about = desk_account(account);
        Signal signal;
        signal.kind = trigger.kind;
        signal.severity = signal_severity(rules_->policy, trigger.base, about.grade, about.importance);
        signal.business_line = trigger.business_line;
        signal.rule_id = trigger.rule_id;
        signal.onset_on = rules_->calendar.day_of(trigger.occurred_at);
        signal.reasons = std::move(trigger.reasons);
        if (trigger.base >= Severity::MEDIUM) signal.revenue_at_risk = about.revenue_at_risk;
        desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::FIRED, kind, {}, trigger.rule_id,
                          {{"signal", kind}, {"severity", std::string(name(signal.severity))}});
        desks.cases.take_signal(std::move(signal), trigger.base, trigger.complaint_id);
    });
    return taken;
}

void Shard::take_drop(Account& account, const DropFinding& finding, Timestamp now, bool awake, Effects& effects) {
    const DeskAccount about = desk_account(account);
    Signal signal;
    signal.kind = finding.kind;
    signal.severity = signal_severity(rules_->policy, finding.base, about.grade, about.importance);
    signal.business_line = finding.business_line;
    signal.rule_id = finding.rule_id;
    signal.onset_on = finding.onset_on;
    signal.window_from = finding.window_from;
    signal.window_to = finding.window_to;
    signal.observed = finding.observed;
    signal.expected = finding.expected;
    signal.recent_change_bp = finding.recent_change_bp;
    signal.yoy_change_bp = finding.yoy_change_bp;
    signal.score = finding.threshold > 0 ? std::min(finding.score, 1e6)
                   : finding.tail < 1    ? -std::log(std::max(finding.tail, 1e-300))
                                         : 0;
    // What a year at the fallen level would cost.
    const bool share = finding.kind == SignalKind::SHARE_OF_WALLET_DROP;  // points are no share of our revenue
    const std::int32_t change_bp =
        share && finding.expected > 0 ? Ratio(finding.observed, finding.expected).change_bp() : finding.change_bp;
    const std::int64_t lost_bp = std::clamp<std::int64_t>(-change_bp, 0, 10'000);
    if (finding.base > Severity::INFO) {
        const Money whole{Ratio(lost_bp, 10'000).scale(about.revenue_at_risk.minor)};
        signal.revenue_at_risk = {share_of_client(account, finding).scale(whole.minor)};
    }
    if (share) signal.recent_change_bp = finding.change_bp;
    if (finding.part != 0 && !line_of(finding.part)) signal.lane = lane_name(finding.part);
    // What history brought when the daemon went live was earned by no day.
    const bool of_history =
        rules_->live_from && rules_->calendar.zone().at(finding.window_to + 1, 0) <= *rules_->live_from;
    if (signal.severity >= Severity::MEDIUM && !of_history) {
        budget_.note_signal();
        certainty_changed_ = true;
    }
    Ledger& ledger = account.story();
    if (finding.cell) {
        signal.probability =
            certainty_.probability(*finding.cell, detectors_rate(rules_->policy), offset_of(account, finding));
        ledger.alarm = finding.cell;
    }
    // The budget is of these.
    std::uint8_t& alarms =
        finding.cell ? ledger.alarms[static_cast<std::size_t>(finding.cell->stratum)] : ledger.compared;
    if (signal.severity >= Severity::MEDIUM && alarms < std::numeric_limits<std::uint8_t>::max()) ++alarms;
    signal.reasons = drop_reasons(rules_->language, finding, signal.lane);
    const std::vector<NamedValue> inputs = inputs_of(account, finding);
    add_absolute_change(rules_->language, inputs, signal.reasons);
    if (finding.scope.kind == Scope::GROUP) {
        const std::string members = std::to_string(account.ledger->group.members);
        signal.reasons.push_back({"GROUP", rules_->language == Language::EN
                                               ? members + " accounts that are watched as one"
                                               : "合并监测的客户数:" + members});
    }
    if (finding.threshold > 0) note_detected(account, finding, DecisionOutcome::FIRED, std::nullopt);
    with_desk(account, now, awake, effects, [&](Desks& desks) {
        desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::FIRED, std::string(name(finding.kind)), {},
                          finding.rule_id, inputs,
                          finding.threshold > 0 ? detected_gates(finding, DecisionOutcome::FIRED, std::nullopt)
                                                : drop_gates(finding));
        if (finding.kind == SignalKind::BRANCH_SHIFT || share)
            return desks.cases.take_signal(std::move(signal), finding.base);
        const auto [rule, scope] = finding_row(finding);
        desks.cases.take_drop(std::move(signal), finding.base, rule, scope, finding.level);
    });
}

}  // namespace aw
