#include "bench/detection/certainty_cells.hpp"

#include <algorithm>
#include <functional>

#include "bench/detection/prices.hpp"
#include "bench/detection/product_watch.hpp"
#include "bench/detection/strata.hpp"

namespace aw::bench {
namespace {

constexpr std::int32_t kLasts = 304;  // ten months
constexpr std::int32_t kOldEnough = 120;

struct Losses {
    std::int32_t from = 0;
    std::vector<std::int32_t> onsets;  // per account; the end of its history: none
    std::vector<double> depths;
};

// Half of the accounts; a client that leaves by itself is a real loss, too.
Losses draw_losses(const World& world, double least, double most, std::uint64_t seed) {
    const Portfolio& p = world.portfolio;
    Losses losses;
    losses.from = std::max(kOldEnough, static_cast<std::int32_t>(p.days) - kLasts);
    losses.onsets = world.truth.ends;
    losses.depths.assign(p.accounts, 0);
    for (std::uint32_t account = 0; account < p.accounts; ++account) {
        Random random(mix_seed(seed, account));
        const std::int32_t first = std::max(losses.from, p.starts[account] + kOldEnough);
        const std::int32_t last = world.truth.ends[account] - 1;
        if (random.uniform() < 0.5 || last < first) continue;
        losses.onsets[account] = random.between(first, last);
        losses.depths[account] = least + (most - least) * random.uniform();
    }
    return losses;
}

// What follows the first alarm behind an onset is about the same loss: neither right nor wrong.
void count_alarms(const LanePortfolio& lanes, const Losses& losses, std::uint64_t seed, bool prices_fall,
                  Certainty::Stratum stratum, CertaintyRow& row) {
    const Portfolio& p = lanes.total;
    const Thresholds limits = thresholds_of(kTargetPerAccountYear);
    std::vector<Prices> prices;
    for (std::size_t a = 0; a < p.accounts; ++a) prices.emplace_back(seed, a);
    std::vector<bool> found(p.accounts);
    watch_days(p, kEverySource,
               [&](std::size_t a, std::size_t d, Watched& w, const DayFactor& day, int weekday, bool warm) {
                   const auto items = p.series(a)[d];
                   const bool lost = static_cast<std::int32_t>(d) >= losses.onsets[a];
                   const double paid = prices[a].of(items) * (prices_fall && lost ? 1 - losses.depths[a] : 1);
                   const auto alarm = w.step(items, weekday, day, limits, warm, paid, parts_of(lanes, a, d));
                   if (!alarm || static_cast<std::int32_t>(d) < losses.from || found[a]) return;
                   found[a] = lost;
                   if (w.cell.stratum == stratum) row[w.cell.bin].count(lost);
               });
}

}  // namespace

void measure_certainty(const World& world, std::uint64_t seed, CertaintyCells& cells) {
    const LanePortfolio lanes = split_into_lanes(world.portfolio, mix_seed(seed, 1));
    const Losses of_lanes = draw_losses(world, 0.4, 1, mix_seed(seed, 2));
    std::vector<LaneCollapse> collapses;
    for (std::uint32_t account = 0; account < world.portfolio.accounts; ++account) {
        if (of_lanes.depths[account] <= 0) continue;
        const std::int32_t onset = of_lanes.onsets[account];
        const std::uint32_t lane = lane_to_collapse(lanes, account, onset, mix_seed(seed, 3));
        if (lane < kLanes) collapses.push_back({account, lane, onset, of_lanes.depths[account]});
    }
    count_alarms(collapse(lanes, collapses, mix_seed(seed, 4)), of_lanes, mix_seed(seed, 5), false,
                 Certainty::Stratum::kShare, cells.share);
    count_alarms(lanes, draw_losses(world, 0.1, 0.5, mix_seed(seed, 6)), mix_seed(seed, 5), true,
                 Certainty::Stratum::kYield, cells.yield);
}

Table certainty(const CertaintyCells& cells) {
    Table table;
    table.head = {"source", "", "1", "2", "3", "4", "5", "6", "7", "8"};
    const Certainty shipped;
    const auto add = [&](const char* name, Certainty::Stratum stratum, const CertaintyRow& row) {
        std::vector<std::string> counts{name, "alarms"};
        std::vector<std::string> right{"", "right"};
        std::vector<std::string> stated{"", "stated"};
        for (std::uint8_t bin = 0; bin < Certainty::kBins; ++bin) {
            counts.push_back(std::to_string(row[bin].of));
            right.push_back(row[bin].of == 0 ? nothing() : decimals(row[bin].value(), 2));
            stated.push_back(decimals(shipped.probability({stratum, bin}, kTargetPerAccountYear), 2));
        }
        for (auto* cells_of_row : {&counts, &right, &stated}) table.rows.push_back(std::move(*cells_of_row));
    };
    add("share", Certainty::Stratum::kShare, cells.share);
    add("yield", Certainty::Stratum::kYield, cells.yield);
    return table;
}

}  // namespace aw::bench
