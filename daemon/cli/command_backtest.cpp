// accountwatch backtest: what would have been decided.
#include <filesystem>
#include <memory>
#include <ostream>
#include <vector>

#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "app/partition.hpp"
#include "cli/backtest.hpp"
#include "cli/backtest_files.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"
#include "cli/history.hpp"

namespace aw::cli {
namespace {

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
    BacktestRun(const BacktestOptions& options, const settings::Loaded& loaded, Console& console)
        : options_(options), loaded_(loaded), console_(console), history_(Format::protobuf) {}

    int run() {
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
        auto files = BacktestFiles::open(options_.out);
        if (!files) {
            console_.err << files.error().message << '\n';
            return app::kExitStorage;
        }
        files_ = *std::move(files);
        for (DeadLetter& letter : rejected_) files_->take(app::to_record(letter, Format::json));
        rejected_.clear();
        return replay();
    }

private:
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
            console_.err << rejection_text(file, event.line, event.event.error()) << '\n';
            rejected_.push_back(dead_letter(file, event));
        };
        (void)read_event_files(options_.events, InputFormat::by_name, console_, counts_, accept, rejected);
        history_.sort();
    }

    int replay() {
        auto document = settings::with_live_from(loaded_.document, from_);
        auto backtest = document ? Backtest::make(*document, loaded_.settings.log.partitions)
                                 : Result<std::unique_ptr<Backtest>>(fail(document.error()));
        if (!backtest) {
            console_.err << backtest.error().message << '\n';
            return app::kExitConfiguration;
        }
        (*backtest)->on_output([this](eventlog::OutRecord&& output) { files_->take(std::move(output)); });
        (*backtest)->on_effect_value([this](const Effect& effect) { files_->see(effect); });
        if (options_.prompt_people) (*backtest)->add_people(people_);
        Progress progress(console_, "replaying");
        std::uint64_t n = 0;
        const std::size_t total = history_.entries().size();
        for (const History::Entry& entry : history_.entries()) {
            if (entry.at > to_) break;
            (*backtest)->apply(entry);
            if (++n % 1024 == 0) progress.show(n, "events", n, total);
        }
        (*backtest)->finish(to_);
        progress.wipe();
        const BacktestFiles::Summary summary{.from = from_,
                                             .to = to_,
                                             .config_revision = loaded_.rules->revision,
                                             .events = n + counts_.rejected,
                                             .counts = (*backtest)->counts(to_),
                                             .calendar = &loaded_.rules->calendar};
        if (auto written = files_->finish(summary); !written) {
            console_.err << written.error().message << '\n';
            return app::kExitStorage;
        }
        console_.out << fmt::format("{} events of {} accounts: {} signals, {} cases, {} notices; see {}/report.html\n",
                                    summary.events, summary.counts.accounts, files_->signals(), files_->cases(),
                                    files_->notices(), options_.out);
        return app::kExitFine;
    }

    const BacktestOptions& options_;
    const settings::Loaded& loaded_;
    std::unique_ptr<BacktestFiles> files_;  // from the moment on that there is something to write
    std::vector<DeadLetter> rejected_;
    Console& console_;
    History history_;
    People people_;
    ReadCounts counts_;
    Timestamp from_;
    Timestamp to_;
};

}  // namespace

int run_backtest(const BacktestOptions& options, Console& console) {
    const auto loaded = load_config(options.config, console);
    if (!loaded) return app::kExitConfiguration;
    return BacktestRun(options, *loaded, console).run();
}

}  // namespace aw::cli
