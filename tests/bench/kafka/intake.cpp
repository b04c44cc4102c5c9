#include <fmt/format.h>

#include "bench/kafka/runs.hpp"
#include "support/kafka_client.hpp"

namespace aw::test {

using std::chrono::steady_clock;

void intake(const Options& options) {
    KafkaBroker broker;
    MeasuredOptions daemon_options = options.daemon;
    daemon_options.source_format = options.format == Format::json ? "json" : "protobuf";
    Measured daemon(broker, daemon_options);
    Shipments shipments(options.accounts);
    std::uint64_t bytes = 0;
    (void)produce_bare(broker.address(), daemon.input(), options.daemon.compression, options.events,
                       [&](std::uint64_t n, Keyed& record) {
                           shipments.make(n, record, options.format);
                           bytes += record.value.size();
                       });
    make_topic(broker.address(), daemon.prefix() + "copy", options.daemon.partitions);
    const Rate copied = copy_bare(broker.address(), daemon.input(), daemon.prefix() + "copy", options.daemon.partitions,
                                  options.daemon.compression);
    const auto began = steady_clock::now();
    daemon.start();
    daemon.wait_for_first();
    const double first = since(began);
    const std::uint64_t early = daemon.applied();
    const auto flowing = steady_clock::now();
    daemon.wait_until_applied();
    const auto events = static_cast<double>(options.events);
    const double rate = (events - static_cast<double>(early)) / since(flowing);
    const double cpu = daemon.cpu_seconds() * 1e6 / events;
    const std::uint64_t arrived =
        count_records(broker.address(), daemon.prefix() + "events", options.daemon.partitions, false);
    daemon.stop();
    fmt::print("{} {} events of {} bytes, {}\n", options.events, daemon_options.source_format, bytes / options.events,
               options.daemon.compression);
    fmt::print("  bare copy      {:9.0f} events/s  {:5.2f} CPU-s per million (without transactions)\n",
               copied.per_second(), copied.cpu_per_million());
    fmt::print("  accountwatchd  {:9.0f} events/s  {:5.2f} CPU-s per million  ratio to the bare copy {:.2f}\n", rate,
               cpu, rate / copied.per_second());
    fmt::print("  first commit {:.2f} s after the start; {} of {} arrived\n", first, arrived, options.events);
}

}  // namespace aw::test
