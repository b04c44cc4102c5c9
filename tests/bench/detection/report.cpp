#include "bench/detection/report.hpp"

#include <algorithm>
#include <cmath>

#include "bench/detection/simulate.hpp"

namespace aw::bench {
namespace {

constexpr double kFestivalAccounts = 355;  // Spring Festival alarms are said for so many accounts

std::vector<StratumFigures> of_portfolio(const Evaluation& evaluation, const std::string& name) {
    auto part = evaluation.strata;
    std::erase_if(part, [&](const auto& stratum) { return stratum.portfolio != name; });
    return part;
}

std::vector<StratumFigures> gated(const Evaluation& evaluation) {
    auto part = evaluation.strata;
    std::erase_if(part, [](const auto& stratum) { return !is_gate_portfolio(stratum.portfolio); });
    return part.empty() ? evaluation.strata : part;
}

double mean_of(const std::vector<StratumFigures>& strata, double StratumFigures::*member) {
    double sum = 0;
    for (const auto& stratum : strata) sum += stratum.*member;
    return strata.empty() ? 0 : sum / static_cast<double>(strata.size());
}

std::string untuned_range(const std::vector<StratumFigures>& strata) {
    const auto by = [](const auto& a, const auto& b) { return a.default_false_alarms < b.default_false_alarms; };
    const auto [low, high] = std::minmax_element(strata.begin(), strata.end(), by);
    if (low == strata.end() || low->default_false_alarms < 0) return nothing();
    return decimals(low->default_false_alarms, 2) + "-" + decimals(high->default_false_alarms, 2);
}

std::string festival(const std::vector<StratumFigures>& strata) {
    double sum = 0;
    double n = 0;
    for (const auto& stratum : strata) {
        if (stratum.festival_alarms < 0) continue;
        sum += stratum.festival_alarms;
        n += 1;
    }
    return n == 0 ? nothing() : decimals(kFestivalAccounts * sum / n, 0);
}

std::string ramps(const Evaluation& evaluation) {
    std::string text;
    for (const double rate : kRates) {
        double sum = 0;
        double n = 0;
        for (const auto& scenario : evaluation.scenarios) {
            if (scenario.rate != rate || scenario.ramps.drops() == 0) continue;
            sum += scenario.ramps.mean_days();
            n += 1;
        }
        if (n == 0) return nothing();
        if (!text.empty()) text += '/';
        text += decimals(sum / n, 0);
    }
    return text;
}

void add_outages(const Evaluation& evaluation, std::vector<std::string>& row) {
    OutageFigures all;
    for (const auto& scenario : evaluation.scenarios) {
        // At two items a day a stop needs longer than the test waits; the figures are those of the higher rate.
        if (scenario.rate != kRates[1]) continue;
        all.innocent_alarms.add(scenario.outages.innocent_alarms);
        all.leavers_found.add(scenario.outages.leavers_found);
    }
    const bool measured = all.innocent_alarms.of > 0;
    row.push_back(measured ? percent(all.innocent_alarms.value(), 1) : nothing());
    row.push_back(measured ? percent(all.leavers_found.value()) : nothing());
}

void add_lanes(const Evaluation& evaluation, std::vector<std::string>& row) {
    double sum = 0;
    double missed = 0;
    double n = 0;
    Share right;
    for (const auto& scenario : evaluation.scenarios) {
        if (scenario.lanes.delays.drops() == 0) continue;
        sum += scenario.lanes.delays.mean_days();
        missed += scenario.lanes.delays.missed_share();
        n += 1;
        right.add(scenario.lanes.right_lane);
    }
    row.push_back(n > 0 ? decimals(sum / n, 1) : nothing());
    row.push_back(n > 0 ? percent(missed / n) : nothing());
    row.push_back(evaluation.names_lanes && n > 0 ? percent(right.value(), 1) : nothing());
}

void add_recoveries(const Evaluation& evaluation, std::vector<std::string>& row) {
    double log_sum = 0;
    double n = 0;
    Share early;
    for (const auto& scenario : evaluation.scenarios) {
        early.add(scenario.recoveries.early);
        if (scenario.recoveries.delays.drops() == 0 || scenario.oracle_return_days <= 0) continue;
        log_sum += std::log(scenario.recoveries.delays.mean_days() / scenario.oracle_return_days);
        n += 1;
    }
    const bool measured = evaluation.notices_recovery && n > 0;
    row.push_back(measured ? decimals(std::exp(log_sum / n), 2) : nothing());
    row.push_back(measured ? percent(early.value(), 1) : nothing());
}

std::vector<std::string> row_of(const Evaluation& evaluation, const std::vector<std::string>& portfolios) {
    const auto gate = gated(evaluation);
    std::vector<std::string> row{evaluation.name, decimals(delay_ratio(gate), 2)};
    for (const auto& name : portfolios) row.push_back(decimals(delay_ratio(of_portfolio(evaluation, name)), 2));
    for (const double depth : kDepths) row.push_back(percent(missed_share(gate, depth)));
    row.push_back(decimals(mean_of(gate, &StratumFigures::false_alarms), 2));
    row.push_back(untuned_range(gate));
    row.push_back(untuned_range(evaluation.strata));
    row.push_back(evaluation.signals.empty() ? nothing() : decimals(calibration_error(evaluation.signals), 3));
    add_outages(evaluation, row);
    row.push_back(ramps(evaluation));
    add_lanes(evaluation, row);
    add_recoveries(evaluation, row);
    row.push_back(evaluation.has_gaps ? decimals(evaluation.gaps.delay_gaps / evaluation.gaps.limit_gaps, 2)
                                      : nothing());
    const auto& found = evaluation.collapses;
    row.push_back(found.of == 0 ? nothing()
                                : std::to_string(found.hits) + " of " + std::to_string(found.of) +
                                      (found.hits > 0 ? ", " + decimals(evaluation.collapse_days, 0) + " d" : ""));
    row.push_back(festival(gate));
    row.push_back(decimals(mean_of(evaluation.strata, &StratumFigures::ns_per_account_day), 0));
    return row;
}

}  // namespace

Table summary(const std::vector<Evaluation>& evaluations) {
    Table table;
    table.head = {"detector", "ratio"};
    std::vector<std::string> portfolios;
    for (const auto& stratum : evaluations.front().strata)
        if (portfolios.empty() || portfolios.back() != stratum.portfolio) portfolios.push_back(stratum.portfolio);
    table.head.insert(table.head.end(), portfolios.begin(), portfolios.end());
    for (const char* column :
         {"miss 50", "70", "100", "FA/yr", "untuned FA", "untuned, all", "cal.err", "outage", "leavers", "ramp",
          "lane d", "lane miss", "right", "recov.", "early", "gaps", "collapses", "festival", "ns/day"})
        table.head.emplace_back(column);
    for (const auto& evaluation : evaluations) table.rows.push_back(row_of(evaluation, portfolios));
    return table;
}

Table detail(const std::vector<Evaluation>& evaluations) {
    Table table;
    table.head = {"detector", "portfolio", "rate",   "threshold", "FA/yr",   "untuned FA", "50%",
                  "oracle",   "70%",       "oracle", "100%",      "oracle",  "miss 50",    "70"};
    for (const auto& evaluation : evaluations) {
        for (const auto& stratum : evaluation.strata) {
            const auto& calibration = stratum.calibration;
            std::vector<std::string> row{
                evaluation.name,
                stratum.portfolio,
                decimals(stratum.rate, 0),
                decimals(calibration.threshold, 3) + (calibration.reached ? "" : "!"),
                decimals(stratum.false_alarms, 2),
                stratum.default_false_alarms < 0 ? nothing() : decimals(stratum.default_false_alarms, 2)};
            for (const auto& depth : stratum.depths) {
                row.push_back(decimals(depth.delay_days, 1));
                row.push_back(decimals(depth.oracle_days, 1));
            }
            row.push_back(percent(stratum.depths[0].missed_share));
            row.push_back(percent(stratum.depths[1].missed_share));
            table.rows.push_back(std::move(row));
        }
    }
    return table;
}

}  // namespace aw::bench
