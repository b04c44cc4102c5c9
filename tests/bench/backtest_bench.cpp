// Backtest: events a second through the real shard from NDJSON, on one core. Release preset.
//     build/release/bin/backtest_bench
// The history is made once: 300 accounts over 60 weeks, with its troubles. `read` is reading, decoding and sorting the
// file; `read_and_apply` is all that `accountwatch backtest` does but for writing its files.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>

#include <benchmark/benchmark.h>

#include "cli/backtest.hpp"
#include "cli/history.hpp"
#include "cli/simulation/gzip_lines.hpp"
#include "cli/simulation/simulate.hpp"
#include "settings/activation.hpp"
#include "settings/loader.hpp"
#include "support/temporary_folder.hpp"

namespace {

using namespace aw;

template <class T, class E>
T must(Result<T, E> result) {
    if (result) return *std::move(result);
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::exit(1);
}

// What all runs share: the configuration as it is shipped, every account watched, and the file.
class Bench {
public:
    static const Bench& get() {
        static const Bench bench;
        return bench;
    }

    [[nodiscard]] cli::History read() const {
        const SystemClock clock;
        cli::Console console{std::cout, std::cerr, clock};
        cli::History history(Format::protobuf);
        cli::ReadCounts counts;
        const auto accept = [&](const Event& event) -> Result<void> {
            history.add(event);
            return {};
        };
        const auto rejected = [](const std::string& file, const cli::FileEvent& event) {
            std::cerr << cli::rejection_text(file, event.line, event.event.error()) << '\n';
            std::exit(1);
        };
        (void)cli::read_event_files({file_}, {}, console, counts, accept, rejected);
        history.sort();
        return history;
    }

    // Returns how many outputs there were.
    [[nodiscard]] std::size_t apply(const cli::History& history) const {
        const auto backtest = must(cli::Backtest::make(document_, 1));
        std::size_t outputs = 0;
        backtest->on_output([&](eventlog::OutRecord&&) { ++outputs; });
        for (const cli::History::Entry& entry : history.entries()) backtest->apply(entry);
        backtest->finish(history.entries().back().at);
        return outputs;
    }

    [[nodiscard]] std::int64_t events() const { return events_; }

private:
    Bench() {
        const auto loaded =
            settings::load(AW_SOURCE_DIR "/config/accountwatch.yaml", {"policy.watch=ALL"}, std::nullopt);
        for (const auto& mistake : loaded.mistakes) std::cerr << to_text(mistake) << '\n';
        if (!loaded.ok()) std::exit(1);
        simulation::SimulationOptions options;
        options.accounts = 300;
        options.days = 420;
        options.end = make_day(2026, 8, 23);
        auto lines = must(LineWriter::open(file_));
        const auto sink = [&](std::string_view line) { return lines.write(line); };
        const auto nowhere = [](std::string_view) -> Result<void> { return {}; };
        const auto summary = must(simulation::simulate(options, loaded.rules->calendar, sink, nowhere));
        if (!lines.close()) std::exit(1);
        events_ = summary.events;
        document_ = must(settings::with_live_from(loaded.document, loaded.rules->calendar.zone().at(summary.first, 0)));
    }

    test::TemporaryFolder folder_;
    std::string file_ = folder_.file("events.ndjson");
    std::string document_;
    std::int64_t events_ = 0;
};

void read(benchmark::State& state) {
    const Bench& bench = Bench::get();
    for (auto _ : state) benchmark::DoNotOptimize(bench.read().entries().size());
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * bench.events());
}

void read_and_apply(benchmark::State& state) {
    const Bench& bench = Bench::get();
    std::size_t outputs = 0;
    for (auto _ : state) outputs = bench.apply(bench.read());
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * bench.events());
    state.counters["events"] = static_cast<double>(bench.events());
    state.counters["outputs"] = static_cast<double>(outputs);
}

// items_per_second = events a second.
BENCHMARK(read)->Unit(benchmark::kMillisecond);
BENCHMARK(read_and_apply)->Unit(benchmark::kMillisecond);

}  // namespace
