// One client under every detector of the product, and all clients of a portfolio, day by day.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bench/detection/lanes.hpp"
#include "bench/detection/product.hpp"
#include "bench/detection/product_days.hpp"
#include "core/detect/client_watch.hpp"

namespace aw::bench {

inline constexpr unsigned kEverySource = 31;
[[nodiscard]] constexpr unsigned only(Source source) { return 1U << static_cast<unsigned>(source); }

// One client as the shard watches it, without its episodes: after an alarm it is silent for kPauseDays.
class Watched {
public:
    explicit Watched(unsigned sources) : sources_(sources) {}
    [[nodiscard]] const Expectation* pooled() const {
        return watch_.drop().is_in_pool() ? &watch_.drop().expectation() : nullptr;
    }

    // `warm`: alarms count. revenue < 0: none is known; lanes may be empty.
    std::optional<Source> step(double items, int weekday, const DayFactor& day, const Thresholds& limits, bool warm,
                               double revenue = -1, std::span<const ShareWatch::Part> lanes = {}) {
        static constexpr Thresholds kNever{1e9, 1e9, 1e9, 1e9, 1e9};
        const auto v = watch_.step({items, weekday, day, revenue, lanes}, warm ? limits : kNever);
        recovered = v.drop.recovered;
        if (has_lane(v)) lane = v.shares.front().id - 1;
        const auto found = first_of(v);
        if (pause_ > 0) {
            --pause_;
            return {};
        }
        if (found) pause_ = kPauseDays - 1;
        return found;
    }

    bool recovered = false;
    Certainty::Cell cell;
    std::uint32_t lane = 0;

private:
    static bool has_lane(const ClientWatch::Verdict& v) { return !v.shares.empty() && v.shares.front().verdict.alarm; }
    std::optional<Source> first_of(const ClientWatch::Verdict& v) {
        using Stratum = Certainty::Stratum;
        const auto has = [&](Source source, bool alarm) { return alarm && (sources_ & only(source)) != 0; };
        if (has(Source::kDrop, v.drop.alarm)) {
            cell = Certainty::of_drop(v.drop.forecast.level, v.drop.observed, v.drop.expected);
            return Source::kDrop;
        }
        if (has(Source::kDecline, v.decline.alarm)) {
            cell = Certainty::of(Stratum::kDecline, v.decline.observed, v.decline.expected);
            return Source::kDecline;
        }
        if (has(Source::kInactivity, v.idle.alarm)) {
            cell = Certainty::of(Stratum::kInactivity, 0, v.idle.silence);
            return Source::kInactivity;
        }
        if (has(Source::kShare, has_lane(v))) {
            const ShareDetector::Verdict& share = v.shares.front().verdict;
            cell = Certainty::of(Stratum::kShare, share.observed, share.expected);
            return Source::kShare;
        }
        if (has(Source::kYield, v.yield.change == YieldDetector::Change::kLess)) {
            cell = Certainty::of(Stratum::kYield, v.yield.now, v.yield.usual);
            return Source::kYield;
        }
        return {};
    }

    ClientWatch watch_;
    std::int32_t pause_ = 0;
    unsigned sources_;
};

// Calls visit(account, day, watched, day factor, weekday, warm) for every account-day.
template <class Visit>
void watch_days(const Portfolio& p, unsigned sources, Visit visit) {
    std::vector<Watched> watched(p.accounts, Watched(sources));
    ProductDays days(p);
    for (std::size_t d = 0; d < p.days; ++d) {
        days.close(d, [&](std::size_t account) { return watched[account].pooled(); });
        for (std::size_t a = 0; a < p.accounts; ++a) {
            const auto day = static_cast<std::int32_t>(d);
            if (day >= p.starts[a]) visit(a, d, watched[a], days.factor(a), p.weekday(d), day >= p.warm_from(a));
        }
    }
}

inline std::vector<ShareWatch::Part> parts_of(const LanePortfolio& p, std::size_t account, std::size_t day) {
    std::vector<ShareWatch::Part> parts;
    for (std::uint32_t lane = 0; lane < p.lanes; ++lane) {
        const double items = p.series(account, lane)[day];
        if (items > 0) parts.push_back({lane + 1, items, false});
    }
    return parts;
}

// Alarms of the lanes alone, by day; an alarm of another source would hide them.
[[nodiscard]] std::vector<LaneAlarm> lane_alarms(const LanePortfolio& portfolio, const Thresholds& limits);

}  // namespace aw::bench
