// Shard: falls that a whole cohort shares (detection.md section 3, "Portfolio"). Every shard says once a day what the
// accounts of each cohort sent together and what was expected of them; the shard that owns the question adds up and
// watches the cohorts' day factors (cohort_detector.hpp). A fall is told once, without an account and without a case.
#include <algorithm>
#include <cmath>
#include <map>

#include "base/hash.hpp"
#include "core/cases/audit.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_topics.hpp"

namespace aw {
namespace {

// Cohorts in the answers of all partitions together, which meet in one state record (some 90 bytes each).
constexpr std::size_t kMostAnswers = 8'000;

std::string percent(double ratio) { return std::to_string(std::lround((ratio - 1) * 100)) + " %"; }

std::string words_of(std::string_view cohort, bool english) {
    if (cohort == Portfolio::kAll) return english ? "all accounts" : "全部客户";
    const std::string region(cohort.substr(0, 6));
    const std::string_view industry = cohort.size() > 7 ? cohort.substr(7) : std::string_view();
    std::string words = (english ? "region " : "地区 ") + region;
    if (!industry.empty()) words += (english ? ", industry " : ",行业 ") + std::string(industry);
    return words;
}

// An alarm, or what came near one.
struct CohortFall {
    const Rules& rules;
    const std::string& cohort;
    Day day;  // the last of the evidence
    const DaySums& sums;
    const CohortDetector::Verdict& verdict;
    Timestamp at;

    [[nodiscard]] bool is_history() const {
        return !rules.is_live(at) || rules.calendar.zone().at(day + 1, 0) < *rules.live_from;
    }
    [[nodiscard]] std::string text() const {
        const bool english = rules.language == Language::EN;
        const std::string change = percent(verdict.items / std::max(verdict.expected, 1.0));
        const std::string clients = std::to_string(sums.clients);
        const std::string onset = format_day(verdict.onset);
        return words_of(cohort, english) + (english ? ": " + change + " since " + onset + ", " + clients + " accounts"
                                                    : ":自 " + onset + " 起 " + change + "," + clients + " 户");
    }
};

Decision decision_of(const CohortFall& fall) {
    const CohortDetector::Verdict& v = fall.verdict;
    const bool held = v.alarm && fall.is_history();
    Decision decision;
    decision.decision_id =
        std::string(kPortfolio) + "-" + fall.cohort + "-" + format_day(fall.day) + std::string(kAlone);
    decision.kind = DecisionKind::EVALUATION;
    decision.outcome = DecisionOutcome::NOT_FIRED;
    if (v.alarm) decision.outcome = held ? DecisionOutcome::SUPPRESSED : DecisionOutcome::FIRED;
    decision.code = held ? name(SuppressionCode::BACKFILL) : name(SignalKind::COHORT_SHIFT);
    decision.rule_id = kPortfolio;
    decision.config_revision = fall.rules.revision;
    decision.at = fall.at;
    decision.inputs = {{"cohort", fall.cohort},
                       {"day", format_day(fall.day)},
                       {"onset", format_day(v.onset)},
                       {"accounts", std::to_string(fall.sums.clients)}};
    const Ratio left(std::llround(v.items), std::max<std::int64_t>(1, std::llround(v.expected)));
    decision.gates = {{"score_pct", std::to_string(std::lround(100 * v.score)), "100", v.score >= 1},
                      {"change_bp", std::to_string(left.change_bp()), "-800", v.fell}};
    decision.text = fall.text();
    decision.digest = audit_digest({}, decision);
    return decision;
}

Signal signal_of(const CohortFall& fall, std::uint32_t number) {
    const CohortDetector::Verdict& v = fall.verdict;
    Signal signal;
    signal.signal_id = SignalId(std::string(kPortfolio) + "-" + fall.cohort + "-s" + std::to_string(number));
    signal.kind = SignalKind::COHORT_SHIFT;
    const SeverityRule* severity = severity_rule(fall.rules.policy, signal.kind);
    signal.severity = severity == nullptr ? Severity::INFO : severity->base;
    signal.rule_id = kPortfolio;
    signal.config_revision = fall.rules.revision;
    signal.onset_on = v.onset;
    signal.detected_at = fall.at;
    signal.window_from = v.onset;
    signal.window_to = fall.day;
    signal.observed = std::llround(v.items);
    signal.expected = std::llround(v.expected);
    if (*signal.expected > 0) signal.recent_change_bp = Ratio(*signal.observed, *signal.expected).change_bp();
    signal.reasons = {{"COHORT", fall.text()}};
    return signal;
}

}  // namespace

// One answer for every day, zero too, so that the answers of all shards meet; the first is for the last day there is.
void Shard::answer_portfolio(Effects& effects) {
    const Day last = detection_.last_taken();
    const Day begun = portfolio_.answered_through();
    std::map<Day, std::vector<const Detection::CohortDay*>> days;
    for (Day day = begun.n == 0 ? last : begun + 1; day <= last; ++day) days[day] = {};
    for (const Detection::CohortDay& one : detection_.cohort_days()) {
        if (const auto at = days.find(one.day); at != days.end()) at->second.push_back(&one);
    }
    const std::size_t most = kMostAnswers / static_cast<std::size_t>(place_.partitions) + 1;
    for (auto& [day, cohorts] : days) {
        // The largest, and so never a part without its whole.
        std::stable_sort(cohorts.begin(), cohorts.end(), [](const auto* a, const auto* b) {
            return a->sums.clients > b->sums.clients;
        });
        if (cohorts.size() > most) cohorts.resize(most);
        Partial partial = partial_about(kPortfolio, kPortfolio, rules_->calendar.zone().at(day + 1, 0));
        for (const Detection::CohortDay* one : cohorts) {
            const auto name = cohort_name(*one);
            if (name.empty()) continue;
            partial.items.push_back({"COHORT", name, {}});
            const auto numbers = one->sums.numbers();
            partial.counts.insert(partial.counts.end(), numbers.begin(), numbers.end());
        }
        effects.emplace_back(std::move(partial));
        portfolio_.answered(day);
    }
}

// Empty: its industry has another name by now.
std::string Shard::cohort_name(const Detection::CohortDay& day) const {
    if (day.cohort == Cohort{}) return std::string(Portfolio::kAll);
    std::string name = format_region(day.cohort.region);
    if (day.cohort.industry == 0) return name;
    const auto& profile = accounts_[day.member].profile;
    if (profile == nullptr || hash64(profile->industry_code) != day.cohort.industry) return {};
    return name + "/" + std::string(profile->industry_code);
}

void Shard::portfolio_answered(Subject& subject, Gathering& gathering, Effects& effects) {
    const Day day = rules_->calendar.day_of(gathering.due_at) - 1;
    std::map<std::string, DaySums, std::less<>> cohorts;
    for (const auto& [name, numbers] : gathering.sums(DaySums::kNumbers)) {
        const DaySums sums = DaySums::of(numbers.data());
        if (sums.is_enough()) cohorts.emplace(name, sums);
    }
    std::erase_if(subject.gatherings, [&](const Gathering& g) { return &g == &gathering; });
    if (!rules_->policy.detection.enabled) return;
    for (const auto& [name, sums] : cohorts) {
        const auto parent = cohorts.find(Portfolio::parent_of(name));
        watch_cohort(name, sums, parent == cohorts.end() ? nullptr : &parent->second, day, effects);
    }
}

// A part is judged by what it does otherwise than the whole.
void Shard::watch_cohort(const std::string& name, const DaySums& sums, const DaySums* parent, Day day,
                         Effects& effects) {
    const double of_parent = parent == nullptr ? 1 : parent->factor();
    const CohortDetector::Input input{.day = day,
                                      .shift = std::log(sums.factor() / of_parent),
                                      .variance = sums.variance(),
                                      .items = static_cast<double>(sums.items),
                                      .expected = static_cast<double>(sums.expected) * of_parent,
                                      .holiday = rules_->calendar.volume_factor(day) != 1};
    const double threshold = thresholds_of(detectors_rate(rules_->policy)).cohort;
    Portfolio::Cohort& cohort = portfolio_.change(name);
    const bool lasts = cohort.detector.is_in_alarm();
    const auto verdict = cohort.detector.step(input, threshold);
    if (!verdict.alarm && (lasts || verdict.score < kWatchShare)) return;
    const CohortFall fall{*rules_, name, day, sums, verdict, clock_};
    effects.emplace_back(decision_of(fall));
    if (verdict.alarm && !fall.is_history()) effects.emplace_back(signal_of(fall, cohort.next_signal()));
}

}  // namespace aw
