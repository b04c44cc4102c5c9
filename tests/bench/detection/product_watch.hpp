// One client under every detector of the product, and all clients of a portfolio, day by day.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bench/detection/lanes.hpp"
#include "bench/detection/product.hpp"
#include "bench/detection/product_days.hpp"
#include "core/detect/budget.hpp"
#include "core/detect/certainty.hpp"
#include "core/detect/decline_detector.hpp"
#include "core/detect/drop_detector.hpp"
#include "core/detect/inactivity.hpp"
#include "core/detect/share_detector.hpp"
#include "core/detect/yield_detector.hpp"

namespace aw::bench {

inline constexpr unsigned kEverySource = 31;
[[nodiscard]] constexpr unsigned only(Source source) { return 1U << static_cast<unsigned>(source); }

// Everything that watches one client; what the shard does with it, without its episodes.
class Watched {
public:
    explicit Watched(unsigned sources) : sources_(sources) {}
    [[nodiscard]] const Expectation* pooled() const { return drop_.is_in_pool() ? &drop_.expectation() : nullptr; }

    // `warm`: alarms count. revenue < 0: none is known; lanes may be empty.
    std::optional<Source> step(double items, int weekday, const DayFactor& day, const Thresholds& limits, bool warm,
                               double revenue = -1, std::span<const ShareWatch::Part> lanes = {}) {
        const auto v = drop_.step(items, weekday, day, warm ? limits.drop : 1e9);
        recovered = v.recovered;
        const auto decline = decline_.step(items, v.forecast, day, warm ? limits.decline : 1e9);
        const auto idle = inactivity_.step(items > 0, v.forecast.exposure, limits.inactivity_years);
        std::optional<Source> found;
        if (v.alarm) {
            decline_.rebase(drop_.expectation().level());
            cell = Certainty::of_drop(v.forecast.level, v.observed, v.expected);
            if (has(Source::kDrop)) found = Source::kDrop;
        }
        if (!found && decline.alarm && has(Source::kDecline)) {
            cell = Certainty::of(Certainty::Stratum::kDecline, decline.observed, decline.expected);
            found = Source::kDecline;
        }
        if (!found && idle.alarm && warm && has(Source::kInactivity)) {
            cell = Certainty::of(Certainty::Stratum::kInactivity, 0, idle.silence);
            found = Source::kInactivity;
        }
        if (!lanes.empty()) {
            const auto share = shares_.step(lanes, items, v.forecast.mu, warm ? limits.shares : 1e9);
            if (share) lane = share->id - 1;
            if (!found && share && has(Source::kShare)) found = Source::kShare;
        }
        if (revenue >= 0) {
            change = yield_.step(items, revenue, warm ? limits.yield : 1e9).change;
            if (!found && change == YieldDetector::Change::kLess && has(Source::kYield)) found = Source::kYield;
        }
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
    YieldDetector::Change change = YieldDetector::Change::kNone;

private:
    [[nodiscard]] bool has(Source source) const { return (sources_ & only(source)) != 0; }

    DropDetector drop_;
    DeclineDetector decline_;
    Inactivity inactivity_;
    ShareWatch shares_;
    YieldDetector yield_;
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
