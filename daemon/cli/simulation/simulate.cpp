#include "cli/simulation/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/simulation/event_json.hpp"
#include "cli/simulation/gzip_lines.hpp"
#include "cli/simulation/portfolio.hpp"
#include "cli/simulation/random.hpp"
#include "cli/simulation/troubles.hpp"

namespace aw::simulation {
namespace {

struct RecordedLine {
    Timestamp recorded_at;
    std::uint64_t number = 0;  // order among equal times
    std::string text;
};

// The state of one account between two days.
struct RunningAccount {
    Random random;
    std::vector<Trouble> troubles;
    std::vector<std::int64_t> unbilled_fen;  // [branch * lines + line]
    double level = 0;                        // log of where the level has wandered to
    double yield = 0;                        // the same of the price per item
};

// Walks through the days. Lines wait in a ring of buckets by the day on which they are recorded.
class Simulation {
public:
    Simulation(const SimulationOptions& options, const Calendar& calendar, const LineSink& events)
        : options_(options),
          calendar_(calendar),
          events_(events),
          first_(options.end - options.days + 1),
          portfolio_(make_portfolio(options.accounts, options.seed)),
          days_random_(options.seed, 3),
          buckets_(static_cast<std::size_t>(options.late_up_to_days) + 2) {
        const int live = std::min(options.live_weeks * 7, options.days / 2);
        script_ = write_script({.first = first_,
                                .last = options.end,
                                .live_days = live,
                                .troubles = static_cast<int>(std::lround(options.trouble_share * options.accounts)),
                                .outage = options.outage,
                                .seed = options.seed},
                               portfolio_);
        for (std::size_t i = 0; i < portfolio_.size(); ++i) {
            const auto& account = portfolio_[i];
            running_.push_back({Random(options.seed, 1'000 + i),
                                {},
                                std::vector<std::int64_t>(account.branch_shares.size() * account.lines.size()),
                                0,
                                0});
        }
        for (const Trouble& trouble : script_.troubles) running_[trouble.account].troubles.push_back(trouble);
    }

    Result<SimulationSummary> run(const LineSink& truth, const Progress& progress) {
        summary_.first = first_;
        summary_.last = options_.end;
        for (const Trouble& trouble : script_.troubles) {
            if (auto written = truth(truth_line(portfolio_[trouble.account], trouble)); !written) {
                return fail(written.error());
            }
            ++summary_.troubles;
        }
        register_accounts();
        for (Day day = first_; day <= options_.end; ++day) {
            simulate_day(day);
            if (auto written = flush(day); !written) return fail(written.error());
            if (progress) progress(day - first_ + 1, options_.days);
        }
        return summary_;
    }

private:
    // --- one line into its bucket ---
    Envelope envelope(CustomerCode code, Timestamp occurred_at, Timestamp recorded_at, std::string_view source) {
        return {fmt::format("sim{}-{:08}", options_.seed, ++number_), code.is_set() ? format_code(code) : std::string(), occurred_at, recorded_at,
                source};
    }
    // False: recorded after the last day, so not known yet.
    bool add(Timestamp recorded_at, std::string text) {
        const Day day = calendar_.day_of(recorded_at);
        if (day > options_.end) return false;
        bucket(day).push_back({recorded_at, number_, std::move(text)});
        return true;
    }
    std::vector<RecordedLine>& bucket(Day day) { return buckets_[static_cast<std::size_t>(day - first_) % buckets_.size()]; }

    Result<void> flush(Day day) {
        auto& lines = bucket(day);
        std::sort(lines.begin(), lines.end(), [](const RecordedLine& a, const RecordedLine& b) {
            return std::pair(a.recorded_at, a.number) < std::pair(b.recorded_at, b.number);
        });
        for (const RecordedLine& line : lines) {
            if (auto written = events_(line.text); !written) return written;
            ++summary_.events;
        }
        lines.clear();
        return {};
    }

    // --- what happens on a day ---
    void register_accounts() {
        const Timestamp midnight = calendar_.zone().at(first_, 0);
        for (const auto& account : portfolio_) {
            const Timestamp at = midnight + Duration(account.number);
            add(at, account_line(envelope(account.code(0), at, at, "crm"), account));
        }
    }

    void simulate_day(Day day) {
        const double city = days_random_.gamma_factor(0.002);  // weather, traffic, a sorting hall's good day
        for (std::size_t i = 0; i < portfolio_.size(); ++i) {
            ship(portfolio_[i], running_[i], day, city);
            bill(portfolio_[i], running_[i], day);
        }
        for (const StaffReport& report : script_.reports) {
            if (report.day == day) tell(report);
        }
        say_complete(day);
    }

    // The books say every morning that everything up to the day before yesterday is in them (invoices are booked on
    // the next morning but one at the latest), so that a month is judged only when its invoices are there.
    void say_complete(Day day) {
        const Timestamp at = calendar_.zone().at(day, 8 * 60);
        add(at, watermark_line(envelope({}, at, at, "billing"), "billing", calendar_.zone().at(day - 1, 0)));
    }

    // When an event of that day enters the books: the same evening, or days later in the morning.
    Timestamp recording_time(Random& random, double late_share, Day day, Timestamp occurred_at) {
        const double hours = random.uniform(0, 4);
        if (!random.chance(late_share)) return occurred_at + Duration(static_cast<std::int64_t>(60e3 + hours * 2.7e6));
        double days = 0;
        do {
            days = kLateMedianDays * std::exp(kLateSigma * random.normal());
        } while (days >= options_.late_up_to_days + 1);
        return calendar_.zone().at(day + std::max(1, static_cast<int>(days)), 8 * 60) +
               Duration(static_cast<std::int64_t>(hours * 3.6e6));
    }

    // Slow changes that are no trouble: level and price come back in the long run.
    static void wander(const SimulatedAccount& account, RunningAccount& running, Day day) {
        if (weekday(day) != 1) return;
        running.level = 0.98 * running.level + account.drift * running.random.normal();
        running.yield = 0.95 * running.yield + 0.01 * running.random.normal();
    }

    void ship(const SimulatedAccount& account, RunningAccount& running, Day day, double city) {
        Random& random = running.random;
        wander(account, running, day);
        const double irregular = random.gamma_factor(account.phi);
        // A day without anything leaves its share to the others.
        if (account.shipping_days < 1 && !random.chance(account.shipping_days)) return;
        const double expected = account.items_per_day / account.shipping_days *
                                expected_factor(account, calendar_, first_, day) * std::exp(running.level) * city *
                                irregular;
        for (std::size_t line = 0; line < account.lines.size(); ++line) {
            const LineProfile& profile = account.lines[line];
            const double mean = expected * profile.share * remaining_share(running.troubles, line, day);
            for (std::size_t branch = 0; branch < account.branch_shares.size(); ++branch) {
                const double of_branch = mean * account.branch_shares[branch] * random.gamma_factor(account.phi / 4);
                for (const Lane& lane : profile.lanes) send(account, running, day, {line, branch, lane}, of_branch);
            }
        }
    }

    struct Way {
        std::size_t line;
        std::size_t branch;
        const Lane& lane;
    };
    void send(const SimulatedAccount& account, RunningAccount& running, Day day, const Way& way, double of_branch) {
        Random& random = running.random;
        const std::int64_t items = random.poisson(of_branch * way.lane.share);
        if (items == 0) return;
        const LineProfile& line = account.lines[way.line];
        const int minute = 14 * 60 + static_cast<int>(random.below(5 * 60));
        const Timestamp occurred = calendar_.zone().at(day, minute) + Duration(random.below(60) * 1'000);
        const Timestamp recorded = recording_time(random, account.late_share, day, occurred);
        if (add(recorded, shipment_line(envelope(account.code(way.branch), occurred, recorded, "sorting"), line.name,
                                        items, region_of(account.root), way.lane.region))) {
            ++summary_.shipments;
            summary_.items += items;
        }
        const double price = static_cast<double>(line.price_fen) * std::exp(running.yield);
        running.unbilled_fen[way.branch * account.lines.size() + way.line] +=
            std::llround(static_cast<double>(items) * price);
    }

    // An invoice bears the last day of the period it is for and is booked on the next morning but one at the latest.
    void bill(const SimulatedAccount& account, RunningAccount& running, Day day) {
        const bool due = account.monthly_invoice ? day + 1 == end_day(month_of(day)) : weekday(day) == 7;
        if (!due) return;
        for (std::size_t i = 0; i < running.unbilled_fen.size(); ++i) {
            const std::int64_t amount = std::exchange(running.unbilled_fen[i], 0);
            if (amount == 0) continue;
            const auto& line = account.lines[i % account.lines.size()];
            const CustomerCode code = account.code(i / account.lines.size());
            const Timestamp occurred = calendar_.zone().at(day, 20 * 60);
            const int booked_after = account.monthly_invoice ? 1 + static_cast<int>(running.random.below(2)) : 1;
            const Timestamp recorded = calendar_.zone().at(day + booked_after, 6 * 60) +
                                       Duration(static_cast<std::int64_t>(running.random.below(60 * 60'000)));
            const std::string period =
                account.monthly_invoice ? format_month(month_of(day)) : format_week(week_of(day));
            const std::string invoice = fmt::format("inv-{}-{}-{}", format_code(code), line.name, period);
            if (add(recorded,
                    revenue_line(envelope(code, occurred, recorded, "billing"), line.name, amount, invoice))) {
                ++summary_.invoices;
            }
        }
    }

    void tell(const StaffReport& report) {
        const auto& account = portfolio_[report.account];
        Random& random = running_[report.account].random;
        const int minute = 9 * 60 + static_cast<int>(random.below(7 * 60));
        const Timestamp at = calendar_.zone().at(report.day, minute);
        const std::string_view source = report.kind == ReportKind::complaint ? "complaints" : "crm";
        add(at,
            report_line(envelope(account.code(0), at, at, source), account, report.kind, options_.reporter_staff_id));
    }

    const SimulationOptions& options_;
    const Calendar& calendar_;
    const LineSink& events_;
    Day first_;
    std::vector<SimulatedAccount> portfolio_;
    Script script_;
    std::vector<RunningAccount> running_;
    Random days_random_;
    std::vector<std::vector<RecordedLine>> buckets_;  // a ring, by the day of recording
    std::uint64_t number_ = 0;
    SimulationSummary summary_;
};

Result<void> validate(const SimulationOptions& options) {
    if (options.accounts < 1 || options.accounts > 200'000) return fail_with("accounts must be 1 to 200000");
    if (options.days < 28 || options.days > 36'500) return fail_with("days must be 28 to 36500");
    if (options.late_up_to_days < 1 || options.late_up_to_days > 90) return fail_with("late up to 1 to 90 days");
    if (options.live_weeks < 1) return fail_with("live weeks must be 1 or more");
    if (!(options.trouble_share >= 0 && options.trouble_share <= 1)) return fail_with("trouble share must be 0 to 1");
    if (options.end.n <= 0) return fail_with("the last day is not set");
    return {};
}

}  // namespace

Result<SimulationSummary> simulate(const SimulationOptions& options, const Calendar& calendar, const LineSink& events,
                                   const LineSink& truth, const Progress& progress) {
    if (auto valid = validate(options); !valid) return fail(valid.error());
    return Simulation(options, calendar, events).run(truth, progress);
}

Result<SimulationSummary> simulate_into(const SimulationOptions& options, const Calendar& calendar,
                                        const std::filesystem::path& directory, const Progress& progress) {
    if (auto valid = validate(options); !valid) return fail(valid.error());
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) return fail_with(fmt::format("{}: cannot be made: {}", directory.string(), error.message()));
    auto events = LineWriter::open((directory / "events.ndjson.gz").string());
    if (!events) return fail(events.error());
    auto truth = LineWriter::open((directory / "truth.ndjson").string());
    if (!truth) return fail(truth.error());
    auto summary = simulate(
        options, calendar, [&](std::string_view line) { return events->write(line); },
        [&](std::string_view line) { return truth->write(line); }, progress);
    if (!summary) return summary;
    if (auto closed = events->close(); !closed) return fail(closed.error());
    if (auto closed = truth->close(); !closed) return fail(closed.error());
    return summary;
}

}  // namespace aw::simulation
