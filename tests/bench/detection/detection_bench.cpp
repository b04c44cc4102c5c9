// Detection measured against an oracle and the established detectors: one command, one table. See README.md.
#include <iostream>
#include <memory>

#include "bench/detection/baselines/baselines.hpp"
#include "bench/detection/certainty_cells.hpp"
#include "bench/detection/cohort_falls.hpp"
#include "bench/detection/evaluation.hpp"
#include "bench/detection/options.hpp"
#include "bench/detection/product.hpp"
#include "bench/detection/random.hpp"
#include "bench/detection/report.hpp"
#include "bench/detection/simulate.hpp"
#include "bench/detection/whole_policy.hpp"

namespace aw::bench {
namespace {

constexpr std::size_t kQuickRuns = 3;

using Detectors = std::vector<std::unique_ptr<Detector>>;

Detectors chosen_detectors(const Options& options) {
    auto detectors = product_detectors();
    for (auto& baseline : all_baselines()) detectors.push_back(std::move(baseline));
    std::erase_if(detectors, [&](const auto& detector) { return !chosen(options.only, detector->name()); });
    return detectors;
}

std::vector<World> chosen_worlds(const Options& options, const RealData& real) {
    std::vector<World> worlds;
    for (const auto& kind : simulation_kinds())
        if (chosen(options.portfolios, kind.name)) worlds.push_back(simulate(kind, mix_seed(options.seed, 7)));
    if (chosen(options.portfolios, real.retail.portfolio.name)) worlds.push_back(real.retail);
    return worlds;
}

// Calls measure(detector, evaluation) for each, with its name on standard error.
template <class Measure>
void for_each_detector(const Detectors& detectors, std::vector<Evaluation>& evaluations, Measure measure) {
    for (std::size_t i = 0; i < detectors.size(); ++i) {
        std::cerr << (i == 0 ? " " : ", ") << detectors[i]->name() << std::flush;
        measure(*detectors[i], evaluations[i]);
    }
    std::cerr << '\n';
}

std::vector<Evaluation> evaluate(const Options& options, const Detectors& detectors, const RealData& real) {
    const std::size_t runs = options.quick ? kQuickRuns : kRuns;
    std::vector<Evaluation> evaluations;
    for (const auto& detector : detectors) evaluations.push_back(begin_evaluation(*detector));
    for (const World& world : chosen_worlds(options, real)) {
        for (const double rate : kRates) {
            std::cerr << world.portfolio.name << ", " << rate << " items a day: drops and oracle;" << std::flush;
            const Stratum stratum = make_stratum(world, rate, runs, options.seed);
            std::unique_ptr<ScenarioSet> scenarios;
            if (is_gate_portfolio(stratum.portfolio) && !options.drops_only)
                scenarios = std::make_unique<ScenarioSet>(
                    make_scenarios(stratum.world, runs, rate == kRates[1], mix_seed(options.seed, 11)));
            for_each_detector(detectors, evaluations, [&](const Detector& detector, Evaluation& evaluation) {
                evaluate_stratum(detector, stratum, scenarios.get(), evaluation);
            });
        }
    }
    if (!options.drops_only && chosen(options.portfolios, sparse_kind().name)) {
        std::cerr << sparse_kind().name << ", own rates: silences;" << std::flush;
        const GapCase gaps = make_gap_case(runs, options.seed);
        for_each_detector(detectors, evaluations, [&](const Detector& detector, Evaluation& evaluation) {
            evaluate_gaps(detector, gaps, evaluation);
        });
    }
    if (!options.drops_only && chosen(options.portfolios, real.shipments.portfolio.name)) {
        std::cerr << real.shipments.portfolio.name << ": natural collapses;" << std::flush;
        for_each_detector(detectors, evaluations, [&](const Detector& detector, Evaluation& evaluation) {
            evaluate_collapses(detector, real, evaluation);
        });
    }
    return evaluations;
}

// What each source of the product contributes at the default setting.
int run_sources(const Options& options, const RealData& real) {
    std::vector<SourceRow> rows;
    for (const World& world : chosen_worlds(options, real))
        for (const double rate : kRates)
            rows.push_back(
                measure_sources(thin(world, rate, mix_seed(options.seed, 21)), rate, mix_seed(options.seed, 22)));
    if (chosen(options.portfolios, sparse_kind().name))
        rows.push_back(
            measure_sources(simulate(sparse_kind(), mix_seed(options.seed, 8)), 0.35, mix_seed(options.seed, 22)));
    print(std::cout, sources(rows), options.markdown);
    return 0;
}

// What whole policies say of portfolios in which nothing happens.
int run_policies(const Options& options, const RealData& real) {
    std::vector<PolicyRow> rows;
    std::vector<Measures> measured{Measures::kItems};
    if (!options.calibrated)
        measured.insert(measured.end(),
                        {Measures::kItemsAndRevenue, Measures::kItemsOfLines, Measures::kItemsAndRevenueOfLines});
    for (const std::string& name : options.policies) {
        const auto rules = shipped_policy(name, options.overrides);
        for (const World& world : chosen_worlds(options, real)) {
            for (const double rate : kRates) {
                const World thinned = thin(world, rate, mix_seed(options.seed, 21));
                for (const Measures measures : measured) {
                    const auto seed = mix_seed(options.seed, 23);
                    const auto its = options.calibrated ? calibrated(rules, thinned, measures, seed) : rules;
                    rows.push_back(measure_policy(its, thinned, rate, measures, seed));
                }
                std::cerr << name << ", " << world.portfolio.name << ", " << rate << " items a day\n";
            }
        }
    }
    print(std::cout, policies(rows), options.markdown);
    return 0;
}

// What the portfolio's detector says of regions that fall, and of none.
int run_cohorts(const Options& options, const RealData& real) {
    std::vector<CohortRow> rows;
    const auto rules = shipped_policy("statistical");
    for (const World& world : chosen_worlds(options, real)) {
        for (const double rate : kRates) {
            rows.push_back(measure_cohorts(rules, thin(world, rate, mix_seed(options.seed, 21)), rate,
                                           mix_seed(options.seed, 24)));
            std::cerr << world.portfolio.name << ", " << rate << " items a day\n";
        }
    }
    print(std::cout, cohorts(rows), options.markdown);
    return 0;
}

// Over all portfolios that are chosen: the table is one for all.
int run_certainty(const Options& options, const RealData& real) {
    CertaintyCells cells;
    for (const World& world : chosen_worlds(options, real)) {
        for (const double rate : kRates)
            measure_certainty(thin(world, rate, mix_seed(options.seed, 21)), mix_seed(options.seed, 25), cells);
    }
    print(std::cout, certainty(cells), options.markdown);
    return 0;
}

int run(const Options& options) {
    const auto detectors = chosen_detectors(options);
    if (detectors.empty()) {
        std::cerr << "no such detector\n";
        return 64;
    }
    std::string error;
    const auto real = read_real_data(options.data, error);
    if (!real) {
        std::cerr << error << '\n';
        return 66;
    }
    if (!options.policies.empty()) return run_policies(options, *real);
    if (options.certainty) return run_certainty(options, *real);
    if (options.cohorts) return run_cohorts(options, *real);
    if (options.sources) return run_sources(options, *real);
    const auto evaluations = evaluate(options, detectors, *real);
    const auto& first = evaluations.front();
    if (first.strata.empty() && !first.has_gaps && first.collapses.of == 0) {
        std::cerr << "no such portfolio\n";
        return 64;
    }
    print(std::cout, summary(evaluations), options.markdown);
    if (options.detail) {
        std::cout << '\n';
        print(std::cout, detail(evaluations), options.markdown);
    }
    return 0;
}

}  // namespace
}  // namespace aw::bench

int main(int argc, char** argv) {
    const auto options = aw::bench::parse_options(argc, argv);
    if (!options.error.empty() || options.help) {
        (options.help ? std::cout : std::cerr)
            << options.error << (options.error.empty() ? "" : "\n") << aw::bench::usage();
        return options.help ? 0 : 64;
    }
    return aw::bench::run(options);
}
