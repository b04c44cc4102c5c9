// accountwatch backtest: what would have been decided.
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <vector>

#include <fmt/format.h>

#include "app/dead_letter.hpp"
#include "app/exit_codes.hpp"
#include "cli/backtest.hpp"
#include "cli/backtest_files.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"
#include "cli/history.hpp"
#include "cli/rejections.hpp"

namespace aw::cli {
namespace {

constexpr Duration kMostAhead = std::chrono::hours{1};  // as a shard lets an event be ahead of log time

// A line that is no event, as the dead letter it would be.
DeadLetter dead_letter(const std::string& file, const FileEvent& event) {
    DeadLetter letter;
    letter.reason = event.event.error().reason;
    letter.detail = event.event.error().detail;
    letter.source = "backtest";
    // The name without its folder: the same input elsewhere gives the same bytes.
    letter.topic = std::filesystem::path(file).filename().string();
    letter.offset = static_cast<std::int64_t>(event.line);
    letter.payload = event.text.substr(0, kMaxRecordBytes);
    return letter;
}

class BacktestRun {
public:
    // `other`: with the policy to compare with; null = none.
    // `map` and `other` may be null.
    BacktestRun(const BacktestOptions& options, const FieldMap* map, const settings::Loaded& loaded,
                const settings::Loaded* other, Console& console)
        : options_(options),
          map_(map),
          loaded_(loaded),
          other_(other),
          console_(console),
          told_(console),
          history_(Format::protobuf) {}

    int run() {
        const int code = read_and_replay();
        told_.sum_up(files_ == nullptr ? "" : options_.out + "/dead-letters.ndjson");
        return code;
    }

private:
    int read_and_replay() {
        if (!options_.from.empty() && !read_instant("--from", options_.from, from_)) return app::kExitUsage;
        if (!options_.to.empty() && !read_instant("--to", options_.to, to_)) return app::kExitUsage;
        if (from_.is_set() && to_.is_set() && !in_order()) return app::kExitUsage;
        read();
        if (counts_.unreadable) return app::kExitMistakes;
        if (history_.entries().empty()) {
            console_.err << "there is no event in the input\n";
            return app::kExitMistakes;
        }
        if (!from_.is_set()) from_ = history_.entries().front().at;
        if (!to_.is_set()) to_ = history_.entries().back().at;
        if (!in_order()) return app::kExitUsage;
        // Only now: what an earlier run has written stays where this one comes to nothing.
        auto files = BacktestFiles::open(options_.out, *loaded_.rules);
        if (!files) {
            console_.err << files.error().message << '\n';
            return app::kExitStorage;
        }
        files_ = *std::move(files);
        for (DeadLetter& letter : rejected_) files_->take(app::to_record(std::move(letter), Format::json));
        rejected_.clear();
        return replay();
    }

    bool read_instant(const char* option, const std::string& text, Timestamp& into) {
        const auto instant = parse_instant(text, loaded_.rules->calendar.zone());
        if (instant) into = *instant;
        if (!instant) console_.err << option << ' ' << text << ": expected a date or an RFC 3339 time\n";
        return instant.has_value();
    }

    bool in_order() {
        if (from_ <= to_) return true;
        console_.err << fmt::format("{}{} is before {}{}\n", options_.to.empty() ? "the last record of " : "--to ",
                                    format_utc(to_), options_.from.empty() ? "the first record of " : "--from ",
                                    format_utc(from_));
        return false;
    }

    void read() {
        const auto accept = [this](const Event& event) -> Result<void> {
            history_.add(event);
            if (const auto* command = std::get_if<CommandEvent>(&event.payload)) people_.leave_to_input(*command);
            if (const auto* step = std::get_if<ComplaintProgressEvent>(&event.payload)) people_.leave_to_input(*step);
            return {};
        };
        const auto rejected = [this](const std::string& file, const FileEvent& event) {
            told_.tell(file, event.line, event.event.error());
            rejected_.push_back(dead_letter(file, event));
        };
        const auto judge = [this](const Event& event) { return of_the_future(event); };
        (void)read_event_files(options_.events, {InputFormat::by_name, map_}, console_, counts_, accept, rejected,
                               judge);
        history_.sort();
    }

    // One wrong date would carry the clock of the whole replay with it. Who says --to wants what lies before it, and
    // time goes no further.
    std::optional<Refusal> of_the_future(const Event& event) const {
        const bool recorded = event.recorded_at.is_set();
        const Timestamp at = recorded ? event.recorded_at : event.occurred_at;
        const Timestamp now = console_.clock.now();
        if (to_.is_set() || at <= now + kMostAhead) return std::nullopt;
        return Refusal{DeadLetterReason::FUTURE,
                       fmt::format("{} {} is more than an hour ahead of now, {} (--to lets a history end later)",
                                   recorded ? "recorded_at" : "occurred_at", format_utc(at), format_utc(now))};
    }

    // Runs the history through shards of that configuration; `watch` attaches what looks on.
    Result<BacktestCounts> run_through(const settings::Loaded& loaded, People people, std::string_view doing,
                                       const std::function<void(Backtest&)>& watch) {
        auto document = settings::with_live_from(loaded.document, from_);
        auto backtest = document ? Backtest::make(*document, loaded.settings.log.partitions)
                                 : Result<std::unique_ptr<Backtest>>(fail(document.error()));
        if (!backtest) return fail(backtest.error());
        watch(**backtest);
        if (options_.prompt_people) (*backtest)->add_people(people);
        Progress progress(console_, doing);
        events_ = 0;
        const std::size_t total = history_.entries().size();
        for (const History::Entry& entry : history_.entries()) {
            if (entry.at > to_) break;
            (*backtest)->apply(entry);
            if (++events_ % 1024 == 0) progress.show(events_, "events", events_, total);
        }
        (*backtest)->finish(to_);
        return (*backtest)->counts(to_);
    }

    int replay() {
        const auto counts = run_through(loaded_, people_, "replaying", [this](Backtest& backtest) {
            backtest.on_output([this](eventlog::OutRecord&& output) { files_->take(std::move(output)); });
            backtest.on_effect_value([this](const Effect& effect) { files_->see(effect); });
            backtest.on_applied([this](const History::Entry& entry) { files_->see_event(entry.text()); });
        });
        if (!counts) {
            console_.err << counts.error().message << '\n';
            return app::kExitConfiguration;
        }
        BacktestFiles::Summary summary{.from = from_,
                                       .to = to_,
                                       .config_revision = loaded_.rules->revision,
                                       .events = events_ + counts_.rejected,
                                       .counts = *counts,
                                       .comparison = nullptr,
                                       .most_charts = options_.charts};
        const auto comparison = compare();
        if (!options_.compare.empty() && !comparison) return app::kExitConfiguration;
        if (comparison) summary.comparison = &*comparison;
        if (auto written = files_->finish(summary); !written) {
            console_.err << written.error().message << '\n';
            return app::kExitStorage;
        }
        console_.out << fmt::format("{} events of {} accounts: {} signals, {} cases, {} notices; see {}/report.html\n",
                                    summary.events, summary.counts.accounts, files_->facts().signals().size(),
                                    files_->facts().cases().size(), files_->notices(), options_.out);
        if (comparison && is_same_policy()) {
            console_.out << fmt::format("{} is the policy of this run already ({}): there is nothing to compare\n",
                                        options_.compare, loaded_.rules->revision);
        } else if (comparison) {
            console_.out << fmt::format("with {}: {} opened, {} missed, {} earlier, {} later, {} the same\n",
                                        options_.compare, comparison->count(Change::opened),
                                        comparison->count(Change::missed), comparison->count(Change::earlier),
                                        comparison->count(Change::later), comparison->count(Change::same));
        }
        return app::kExitFine;
    }

    // Everything as before but for the policy; what was set in the policy by hand belongs to the first one.
    std::optional<PolicyComparison> compare() {
        if (other_ == nullptr) return std::nullopt;
        std::vector<Signal> signals;
        if (is_same_policy()) return compared_with(files_->facts().signals());
        const auto counts = run_through(*other_, people_, "replaying with the other policy", [&](Backtest& backtest) {
            backtest.on_effect_value([&](const Effect& effect) {
                if (const auto* signal = std::get_if<Signal>(&effect)) signals.push_back(*signal);
            });
        });
        if (!counts) {
            console_.err << counts.error().message << '\n';
            return std::nullopt;
        }
        return compared_with(signals);
    }

    bool is_same_policy() const { return other_->rules->revision == loaded_.rules->revision; }

    PolicyComparison compared_with(const std::vector<Signal>& signals) const {
        return {options_.compare, other_->rules->policy.id, other_->rules->revision,
                compare_alarms(alarms_of(files_->facts().signals()), alarms_of(signals))};
    }

    const BacktestOptions& options_;
    const FieldMap* map_;
    const settings::Loaded& loaded_;
    const settings::Loaded* other_;
    std::unique_ptr<BacktestFiles> files_;  // from the moment on that there is something to write
    std::vector<DeadLetter> rejected_;
    Console& console_;
    Rejections told_;
    History history_;
    People people_;
    ReadCounts counts_;
    std::uint64_t events_ = 0;  // of the input, read by the last run
    Timestamp from_;
    Timestamp to_;
};

}  // namespace

int run_backtest(const BacktestOptions& options, Console& console) {
    const auto loaded = load_config(options.config, console);
    if (!loaded) return app::kExitConfiguration;
    std::optional<FieldMap> map;
    if (!options.map.empty() && !(map = load_map(options.map, console))) return app::kExitConfiguration;
    const FieldMap* used = map ? &*map : nullptr;
    if (options.compare.empty()) return BacktestRun(options, used, *loaded, nullptr, console).run();
    ConfigOptions other = options.config;
    std::erase_if(other.sets, [](const std::string& set) { return set.starts_with("policy"); });
    std::error_code error;
    if (!std::filesystem::is_regular_file(options.compare, error)) {
        console.err << "--compare " << options.compare << ": " << (error ? error.message() : "no file with a policy")
                    << '\n';
        return app::kExitConfiguration;
    }
    other.sets.push_back("policy=" + std::filesystem::absolute(options.compare, error).string());
    const auto compared = load_config(other, console);
    if (!compared) return app::kExitConfiguration;
    return BacktestRun(options, used, *loaded, &*compared, console).run();
}

}  // namespace aw::cli
