#include "cli/simulation/troubles.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace aw::simulation {
namespace {

// A dozen; a larger script repeats it.
enum class Scene : std::uint8_t {
    drop_half,
    stop,
    line_switch,
    complaint,
    ramp,
    competitor_and_drop,
    drop_deep,
    decision_maker,
    drop_and_recovery,
    manual,
    drop_deeper,
    competitor
};
constexpr int kScenes = 12;

bool fits(Scene scene, const SimulatedAccount& account) {
    constexpr double kVisible = 3;  // items a day: below that a change of volume says nothing within weeks
    switch (scene) {
        case Scene::complaint:
        case Scene::decision_maker:
        case Scene::manual:
        case Scene::competitor:
            return account.annual_revenue_fen >= 2'000'000;
        case Scene::line_switch:
            return account.lines.size() >= 2 && account.items_per_day >= 2 * kVisible;
        default:
            return account.items_per_day >= kVisible;
    }
}

class Writer {
public:
    Writer(const ScriptOptions& options, const std::vector<SimulatedAccount>& portfolio)
        : options_(options), portfolio_(portfolio), random_(options.seed, 2), free_(portfolio.size()) {
        std::iota(free_.begin(), free_.end(), std::size_t{0});
        for (std::size_t i = free_.size(); i > 1; --i) std::swap(free_[i - 1], free_[random_.below(i)]);
    }

    Script write() {
        for (int i = 0; i < options_.troubles; ++i) {
            const auto scene = static_cast<Scene>(i % kScenes);
            if (const auto account = take(scene)) stage(scene, *account);
        }
        if (options_.outage) outage();
        std::stable_sort(script_.troubles.begin(), script_.troubles.end(), [](const Trouble& a, const Trouble& b) {
            return std::pair(a.account, a.onset) < std::pair(b.account, b.onset);
        });
        std::stable_sort(script_.reports.begin(), script_.reports.end(),
                         [](const StaffReport& a, const StaffReport& b) { return a.day < b.day; });
        return std::move(script_);
    }

private:
    // The next account in random order that the scene fits; any, if none does.
    std::optional<std::size_t> take(Scene scene) {
        const auto unused = free_.begin() + static_cast<std::ptrdiff_t>(taken_);
        if (unused == free_.end()) return std::nullopt;
        auto found = std::find_if(unused, free_.end(), [&](std::size_t i) { return fits(scene, portfolio_[i]); });
        if (found == free_.end()) {
            if (scene == Scene::line_switch) return std::nullopt;
            found = unused;
        }
        std::iter_swap(unused, found);
        ++taken_;
        return *unused;
    }

    // A day between two shares of the live weeks.
    Day live_day(double from, double to) {
        const double at = random_.uniform(from, to) * options_.live_days;
        return options_.last - options_.live_days + 1 + static_cast<int>(at);
    }

    void change(std::size_t account, TroubleKind kind, Day onset, double remaining, std::optional<Day> end = {},
                std::optional<std::size_t> line = {}) {
        script_.troubles.push_back({account, kind, onset, end, remaining, line});
    }

    // Staff report on working days.
    void report(std::size_t account, ReportKind kind, Day day) {
        script_.reports.push_back({account, kind, day - std::max(0, weekday(day) - 5)});
    }

    void stage(Scene scene, std::size_t account) {
        const int live = options_.live_days;
        switch (scene) {
            case Scene::drop_half:
                return change(account, TroubleKind::drop, live_day(0.1, 0.6), random_.uniform(0.40, 0.50));
            case Scene::drop_deep:
                return change(account, TroubleKind::drop, live_day(0.1, 0.7), random_.uniform(0.25, 0.40));
            case Scene::drop_deeper:
                return change(account, TroubleKind::drop, live_day(0.1, 0.7), random_.uniform(0.10, 0.25));
            case Scene::stop:
                return change(account, TroubleKind::stop, live_day(0.2, 0.7), 0);
            case Scene::line_switch:
                return change(account, TroubleKind::line_switch, live_day(0.1, 0.5), random_.uniform(0.05, 0.25), {},
                              0);
            case Scene::ramp: {
                const Day onset = live_day(0.0, 0.1);
                return change(account, TroubleKind::ramp, onset, random_.uniform(0.25, 0.40), onset + live * 7 / 10);
            }
            case Scene::drop_and_recovery: {
                const Day onset = live_day(0.05, 0.15);
                const Day back = onset + std::max(1, live / 3);
                change(account, TroubleKind::drop, onset, random_.uniform(0.25, 0.40), back - 1);
                return change(account, TroubleKind::recovery, back, random_.uniform(0.95, 1.0));
            }
            case Scene::competitor_and_drop: {
                const Day seen = live_day(0.2, 0.5);
                report(account, ReportKind::competitor, seen);
                return change(account, TroubleKind::drop, seen + std::max(1, live / 10), random_.uniform(0.30, 0.45));
            }
            case Scene::complaint:
                return report(account, ReportKind::complaint, live_day(0.3, 0.9));
            case Scene::decision_maker:
                return report(account, ReportKind::decision_maker, live_day(0.3, 0.9));
            case Scene::manual:
                return report(account, ReportKind::manual, live_day(0.5, 0.95));
            case Scene::competitor:
                return report(account, ReportKind::competitor, live_day(0.3, 0.95));
        }
    }

    // Road closed, hub down: every account of one region for three days, before the live weeks.
    void outage() {
        const Day live_from = options_.last - options_.live_days + 1;
        const int before = live_from - options_.first;
        const Day onset = options_.first + before / 2 +
                          static_cast<int>(random_.below(static_cast<std::uint64_t>(std::max(1, before / 4))));
        const std::uint32_t region = region_of(portfolio_[random_.below(portfolio_.size())].root);
        for (std::size_t i = 0; i < portfolio_.size(); ++i) {
            if (region_of(portfolio_[i].root) != region) continue;
            change(i, TroubleKind::outage, onset, 0.3, onset + 2);
        }
    }

    const ScriptOptions& options_;
    const std::vector<SimulatedAccount>& portfolio_;
    Random random_;
    std::vector<std::size_t> free_;  // [0, taken_) are used up
    std::size_t taken_ = 0;
    Script script_;
};

}  // namespace

std::string_view truth_name(TroubleKind kind) {
    switch (kind) {
        case TroubleKind::drop:
            return "DROP";
        case TroubleKind::ramp:
            return "RAMP";
        case TroubleKind::stop:
            return "STOP";
        case TroubleKind::line_switch:
            return "SWITCH";
        case TroubleKind::outage:
            return "OUTAGE";
        case TroubleKind::recovery:
            return "RECOVERY";
    }
    return "";
}

Script write_script(const ScriptOptions& options, const std::vector<SimulatedAccount>& portfolio) {
    return Writer(options, portfolio).write();
}

double remaining_share(const std::vector<Trouble>& troubles, std::size_t line, Day day) {
    double share = 1;
    for (const Trouble& trouble : troubles) {
        if (day < trouble.onset || (trouble.line && *trouble.line != line)) continue;
        if (trouble.kind == TroubleKind::ramp && trouble.end && day < *trouble.end) {
            const double gone = static_cast<double>(day - trouble.onset + 1) / (*trouble.end - trouble.onset + 1);
            share *= 1 - gone * (1 - trouble.remaining);
        } else if (trouble.kind == TroubleKind::ramp || !trouble.end || day <= *trouble.end) {
            share *= trouble.remaining;
        }
    }
    return share;
}

}  // namespace aw::simulation
