// Detection measured against an oracle and the established detectors: one command, one table. See README.md.
#include <iostream>
#include <map>
#include <memory>

#include "bench/detection/baselines/baselines.hpp"
#include "bench/detection/options.hpp"
#include "bench/detection/product.hpp"
#include "bench/detection/random.hpp"
#include "bench/detection/simulate.hpp"
#include "bench/detection/strata.hpp"
#include "bench/detection/table.hpp"

namespace aw::bench {
namespace {

constexpr std::size_t kQuickRuns = 3;

std::vector<std::unique_ptr<Detector>> chosen_detectors(const Options& options) {
    auto detectors = product_detectors();
    for (auto& baseline : all_baselines()) detectors.push_back(std::move(baseline));
    std::erase_if(detectors, [&](const auto& detector) { return !chosen(options.only, detector->name()); });
    return detectors;
}

std::vector<World> chosen_worlds(const Options& options) {
    std::vector<World> worlds;
    for (const auto& kind : simulation_kinds())
        if (chosen(options.portfolios, kind.name)) worlds.push_back(simulate(kind, mix_seed(options.seed, 7)));
    return worlds;
}

using Figures = std::vector<std::vector<StratumFigures>>;  // per detector, its strata

Figures measure_all(const Options& options, const std::vector<std::unique_ptr<Detector>>& detectors) {
    Figures figures(detectors.size());
    for (const World& world : chosen_worlds(options)) {
        for (const double rate : kRates) {
            std::cerr << world.portfolio.name << " at " << rate << " a day: drops and oracle ..." << std::flush;
            const Stratum stratum = make_stratum(world, rate, options.quick ? kQuickRuns : kRuns, options.seed);
            for (std::size_t i = 0; i < detectors.size(); ++i) {
                std::cerr << ' ' << detectors[i]->name() << ',' << std::flush;
                figures[i].push_back(measure_stratum(*detectors[i], stratum));
            }
            std::cerr << " done\n";
        }
    }
    return figures;
}

std::string default_range(const std::vector<StratumFigures>& strata) {
    double low = 1e9;
    double high = -1;
    for (const auto& stratum : strata) {
        if (stratum.default_false_alarms < 0) return nothing();
        low = std::min(low, stratum.default_false_alarms);
        high = std::max(high, stratum.default_false_alarms);
    }
    return decimals(low, 2) + "-" + decimals(high, 2);
}

Table summary(const std::vector<std::unique_ptr<Detector>>& detectors, const Figures& figures) {
    Table table;
    table.head = {"detector", "ratio"};
    std::vector<std::string> names;
    for (const auto& stratum : figures.front())
        if (names.empty() || names.back() != stratum.portfolio) names.push_back(stratum.portfolio);
    table.head.insert(table.head.end(), names.begin(), names.end());
    for (const char* column : {"missed 50%", "70%", "100%", "false/yr", "untuned", "ns/day"}) table.head.emplace_back(column);
    for (std::size_t i = 0; i < detectors.size(); ++i) {
        auto gated = figures[i];
        std::erase_if(gated, [](const auto& stratum) { return !is_gate_portfolio(stratum.portfolio); });
        if (gated.empty()) gated = figures[i];
        std::vector<std::string> row{std::string(detectors[i]->name()), decimals(delay_ratio(gated), 2)};
        for (const auto& name : names) {
            auto part = figures[i];
            std::erase_if(part, [&](const auto& stratum) { return stratum.portfolio != name; });
            row.push_back(decimals(delay_ratio(part), 2));
        }
        double alarms = 0;
        double ns = 0;
        for (const auto& stratum : figures[i]) {
            alarms += stratum.false_alarms / static_cast<double>(figures[i].size());
            ns += stratum.ns_per_account_day / static_cast<double>(figures[i].size());
        }
        for (const double depth : kDepths) row.push_back(percent(missed_share(gated, depth)));
        row.push_back(decimals(alarms, 2));
        row.push_back(default_range(figures[i]));
        row.push_back(decimals(ns, 0));
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table detail(const std::vector<std::unique_ptr<Detector>>& detectors, const Figures& figures) {
    Table table;
    table.head = {"detector", "portfolio", "rate", "h", "false/yr", "untuned", "50%", "oracle", "70%", "oracle",
                  "100%",     "oracle",    "missed 50", "70"};
    for (std::size_t i = 0; i < detectors.size(); ++i) {
        for (const auto& stratum : figures[i]) {
            std::vector<std::string> row{std::string(detectors[i]->name()), stratum.portfolio, decimals(stratum.rate, 0),
                                         decimals(stratum.calibration.threshold, 3) +
                                             (stratum.calibration.reached ? "" : "!"),
                                         decimals(stratum.false_alarms, 2),
                                         stratum.default_false_alarms < 0 ? nothing()
                                                                          : decimals(stratum.default_false_alarms, 2)};
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

int run(const Options& options) {
    const auto detectors = chosen_detectors(options);
    if (detectors.empty()) {
        std::cerr << "no such detector\n";
        return 64;
    }
    const Figures figures = measure_all(options, detectors);
    if (figures.front().empty()) {
        std::cerr << "no such portfolio\n";
        return 64;
    }
    print(std::cout, summary(detectors, figures), options.markdown);
    if (options.detail) {
        std::cout << '\n';
        print(std::cout, detail(detectors, figures), options.markdown);
    }
    return 0;
}

}  // namespace
}  // namespace aw::bench

int main(int argc, char** argv) {
    const auto options = aw::bench::parse_options(argc, argv);
    if (!options.error.empty() || options.help) {
        (options.help ? std::cout : std::cerr) << options.error << (options.error.empty() ? "" : "\n")
                                               << aw::bench::usage();
        return options.help ? 0 : 64;
    }
    return aw::bench::run(options);
}
