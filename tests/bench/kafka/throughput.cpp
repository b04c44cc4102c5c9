#include <atomic>
#include <thread>

#include <fmt/format.h>

#include "bench/kafka/runs.hpp"

namespace aw::test {

using std::chrono::steady_clock;

void throughput(const Options& options) {
    KafkaBroker broker;
    Measured daemon(broker, options.daemon);
    Shipments shipments(options.accounts);
    std::uint64_t bytes = 0;
    const auto make = [&](std::uint64_t n, Keyed& record) {
        shipments.make(n, record);
        bytes += record.value.size();
    };
    const Rate produced =
        produce_bare(broker.address(), daemon.prefix() + "events", options.daemon.compression, options.events, make);
    const Rate bare = consume_bare(broker.address(), daemon.prefix() + "events", options.daemon.partitions);
    const double changelog_before = daemon.changelog_bytes();
    const std::uint64_t before = daemon.applied();
    const auto began = steady_clock::now();
    daemon.start();
    daemon.wait_for_first();
    const double first = since(began);
    const std::uint64_t early = daemon.applied() - before;
    const auto flowing = steady_clock::now();
    daemon.wait_until_applied();
    const double seconds = since(flowing);
    const auto events = static_cast<double>(options.events);
    const double rate = (events - static_cast<double>(early)) / seconds;
    const double cpu = daemon.cpu_seconds();
    fmt::print("accounts {}, events {} of {} bytes, workers {}, {}, commit {} ms\n", options.accounts, options.events,
               bytes / options.events, options.daemon.workers, options.daemon.compression, options.daemon.commit_ms);
    fmt::print("  bare producer  {:9.0f} events/s  {:5.2f} CPU-s per million (encoding included)\n",
               produced.per_second(), produced.cpu_per_million());
    fmt::print("  bare consumer  {:9.0f} events/s  {:5.2f} CPU-s per million\n", bare.per_second(),
               bare.cpu_per_million());
    fmt::print("  accountwatchd  {:9.0f} events/s  {:5.2f} CPU-s per million  ratio to the bare consumer {:.2f}\n",
               rate, cpu * 1e6 / events, rate / bare.per_second());
    fmt::print(
        "  first commit {:.2f} s after the start; changelog {:.0f} bytes per event; resident {:.0f} bytes per "
        "account\n",
        first, (daemon.changelog_bytes() - changelog_before) / events,
        daemon.resident_bytes() / static_cast<double>(options.accounts));
    daemon.stop();
}

void steady(const Options& options) {
    KafkaBroker broker;
    Measured daemon(broker, options.daemon);
    const std::string events = daemon.prefix() + "events";
    Shipments shipments(options.accounts, options.days);
    (void)produce_bare(broker.address(), events, "zstd", shipments.known(),
                       [&](std::uint64_t n, Keyed& record) { shipments.make(n, record); });
    daemon.start();
    daemon.wait_until_applied();
    const double changelog_before = daemon.changelog_bytes();
    const double cpu_before = daemon.cpu_seconds();
    const std::uint64_t count = options.rate * options.seconds;
    const auto began = steady_clock::now();
    const Rate produced = produce_load(broker.address(), events, "zstd", count, [&](std::uint64_t n, Keyed& record) {
        shipments.make(shipments.known() + n, record);
        keep_pace(began, n, options.rate);
    });
    const auto ended = steady_clock::now();
    daemon.wait_until_applied();
    const auto made = static_cast<double>(count);
    fmt::print(
        "accounts {} of {} days, {:.0f} events/s for {} s, {}, commit {} ms: changelog {:.1f} bytes per event, {:.2f} "
        "CPU-s per million, applied {:.2f} s after the last was produced; resident {:.0f} bytes per account\n",
        options.accounts, options.days, produced.per_second(), options.seconds, options.daemon.compression,
        options.daemon.commit_ms, (daemon.changelog_bytes() - changelog_before) / made,
        (daemon.cpu_seconds() - cpu_before) * 1e6 / made, since(ended),
        daemon.resident_bytes() / static_cast<double>(options.accounts));
    daemon.stop();
}

void restart(const Options& options) {
    KafkaBroker broker;
    Measured daemon(broker, options.daemon);
    const std::string events = daemon.prefix() + "events";
    Shipments shipments(options.accounts, options.days);
    const auto make = [&](std::uint64_t n, Keyed& record) { shipments.make(n, record); };
    (void)produce_bare(broker.address(), events, "zstd", shipments.known(), make);
    daemon.start();
    daemon.wait_until_applied();
    // Nobody rests: it dies with a transaction open, and events come while it is away and while it comes back.
    std::atomic<bool> over{false};
    std::thread load([&] {
        const auto began = steady_clock::now();
        for (std::uint64_t made = 0; !over; made += options.rate) {
            (void)produce_load(broker.address(), events, "zstd", options.rate, [&](std::uint64_t n, Keyed& record) {
                shipments.make(shipments.known() + made + n, record);
                keep_pace(began, made + n, options.rate);
            });
        }
    });
    std::this_thread::sleep_for(std::chrono::seconds{options.seconds});
    daemon.kill();
    const double changelog = daemon.changelog_bytes();
    const auto began = steady_clock::now();
    daemon.start();
    daemon.wait_for_first();
    const double first = since(began);
    const double cpu = daemon.cpu_seconds();
    over = true;
    load.join();
    daemon.wait_until_applied();
    const double caught_up = since(began);
    const double restored = daemon.restore_seconds();
    fmt::print(
        "accounts {} of {} days, workers {}, {} events/s: {} s of them, changelog {:.0f} MB; kill -9, then {:.2f} s "
        "from the start of the process to the first new event committed ({:.2f} CPU-s), {:.2f} s until it had caught "
        "up; resident {:.0f} MB\n",
        options.accounts, options.days, options.daemon.workers, options.rate, options.seconds, changelog / 1e6, first,
        cpu, caught_up, daemon.resident_bytes() / 1e6);
    fmt::print("  restore        {:.2f} s ({} partitions, added up); beside it {:.2f} s\n", restored,
               options.daemon.partitions, first - restored / options.daemon.workers);
    daemon.stop();
}

}  // namespace aw::test
