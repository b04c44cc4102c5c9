// Kafka to Kafka, exactly once: the real daemon (decode, state, changelog, transactions) beside a bare consumer and a
// bare producer of the same broker in the same run. Reports; judges nothing.
//
//     kafka_bench throughput [--accounts N] [--events N] [--workers N] [--compression zstd|none] [--commit MS]
//     kafka_bench latency [--rate EVENTS_PER_SECOND] [--seconds N]     complaint -> its first task is readable
//     kafka_bench restart [--accounts N]                               kill -9 -> the first new event is applied
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "bench/kafka/measured.hpp"
#include "bench/kafka/wire.hpp"
#include "codec/event_encoder.hpp"

namespace aw::test {
namespace {

using std::chrono::steady_clock;

struct Options {
    std::uint64_t accounts = 100'000;
    std::uint64_t events = 1'000'000;
    std::uint64_t rate = 1'000;
    std::uint64_t seconds = 30;
    MeasuredOptions daemon;
};

double since(steady_clock::time_point then) {
    return std::chrono::duration<double>(steady_clock::now() - then).count();
}

// Shipments of today, some 200 bytes each, of accounts drawn at random.
class Shipments {
public:
    explicit Shipments(std::uint64_t accounts, std::uint64_t first_id = 0) : accounts_(accounts), first_id_(first_id) {}
    void make(std::uint64_t n, Keyed& record) {
        const std::uint64_t account = n < accounts_ ? n : random_() % accounts_;
        Event event;
        const std::string id = fmt::format("sorting-belt-07/2026/waybill-EMS-{:032}-scan-accepted", first_id_ + n);
        event.event_id = id;
        event.code = {AccountRoot{(371'400ULL + account / 100'000) * 100'000 + account % 100'000}, 1};
        event.occurred_at = SystemClock{}.now();
        event.source = "sorting-centre-dezhou";
        event.payload = ShipmentEvent{"express", 1 + static_cast<std::int64_t>(n % 9), 2100, "371402",
                                      "440300",  "standard-express-next-day-delivery"};
        record.key = format_root(event.code.root);
        record.value = encode_event(event, Format::protobuf);
    }

private:
    std::uint64_t accounts_;
    std::uint64_t first_id_;
    std::mt19937_64 random_{1};
};

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
    while (daemon.applied() == before) std::this_thread::sleep_for(std::chrono::milliseconds{20});
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

void restart(const Options& options) {
    KafkaBroker broker;
    Measured daemon(broker, options.daemon);
    Shipments shipments(options.accounts);
    const auto make = [&](std::uint64_t n, Keyed& record) { shipments.make(n, record); };
    (void)produce_bare(broker.address(), daemon.prefix() + "events", "zstd", options.accounts, make);
    daemon.start();
    daemon.wait_until_applied();
    daemon.kill();
    Shipments one(options.accounts, options.accounts);
    (void)produce_bare(broker.address(), daemon.prefix() + "events", "zstd", 1,
                       [&](std::uint64_t n, Keyed& record) { one.make(n, record); });
    const double changelog = daemon.changelog_bytes();
    const auto began = steady_clock::now();
    daemon.start();
    daemon.wait_until_applied();
    fmt::print(
        "accounts {}, workers {}: changelog {:.0f} MB; kill -9, then {:.2f} s from the start of the process to "
        "the first new event committed; {:.2f} CPU-s, resident {:.0f} MB\n",
        options.accounts, options.daemon.workers, changelog / 1e6, since(began), daemon.cpu_seconds(),
        daemon.resident_bytes() / 1e6);
    daemon.stop();
}

// The account's registration and its complaint, for latency().
std::string plain_event(const std::string& id, const std::string& root, const std::string& payload) {
    return fmt::format(R"({{"event_id":"{}","account_code":"{}001","occurred_at":"{}","source":"crm",{}}})", id, root,
                       format_utc(SystemClock{}.now()), payload);
}

void latency(const Options& options) {
    KafkaBroker broker;
    Measured daemon(broker, options.daemon);
    daemon.start();
    daemon.wait_until_applied();
    const std::string events = daemon.prefix() + "events";
    const std::uint64_t complaints = options.seconds * 10;
    const auto root = [](std::uint64_t n) { return fmt::format("371499{:05}", n); };
    (void)produce_bare(broker.address(), events, "none", complaints, [&](std::uint64_t n, Keyed& record) {
        record = {root(n), plain_event(fmt::format("r{}", n), root(n),
                                       R"("account":{"annual_revenue_hint":{"currency":"CNY","minor":"18250000"}})")};
    });
    daemon.wait_until_applied();
    std::mutex mutex;
    std::map<std::string, steady_clock::time_point> sent;
    std::vector<double> waits;
    std::thread producer;
    const auto begin = [&] {
        producer = std::thread([&] {
            Shipments shipments(options.accounts);
            const auto began = steady_clock::now();
            std::uint64_t n = 0;
            std::uint64_t complained = 0;
            // Paced: a record is handed over when its moment has come.
            const auto total = options.rate * options.seconds + complaints;
            (void)produce_bare(broker.address(), events, "none", total, [&](std::uint64_t, Keyed& record) {
                const auto at =
                    began + std::chrono::duration_cast<steady_clock::duration>(std::chrono::duration<double>(
                                static_cast<double>(n) / static_cast<double>(options.rate)));
                if (complained < complaints && n * complaints >= complained * options.rate * options.seconds) {
                    const std::string who = root(complained++);
                    record = {who, plain_event("c" + who, who,
                                               R"("complaint":{"complaint_id":"C1","category":"LOSS",)"
                                               R"("severity":"SERIOUS","demand":"pay"})")};
                    std::this_thread::sleep_until(at);
                    const std::lock_guard lock(mutex);
                    sent[who] = steady_clock::now();
                    return;
                }
                shipments.make(n++, record);
                std::this_thread::sleep_until(at);
            });
        });
    };
    const auto until = steady_clock::now() + std::chrono::seconds{options.seconds + 20};
    follow(broker.address(), daemon.prefix() + "tasks", options.daemon.partitions, begin,
           [&](const std::string& key, const std::string&) {
               const std::lock_guard lock(mutex);
               const auto found = sent.find(key.substr(0, 11));
               if (found != sent.end()) {
                   waits.push_back(since(found->second) * 1e3);
                   sent.erase(found);
               }
               return waits.size() < complaints && steady_clock::now() < until;
           });
    producer.join();
    std::sort(waits.begin(), waits.end());
    const auto at = [&](double share) {
        return waits.at(static_cast<std::size_t>(share * static_cast<double>(waits.size() - 1)));
    };
    fmt::print(
        "{} events/s, {} complaints a second: first task readable after p50 {:.0f} ms, p90 {:.0f} ms, p99 {:.0f} "
        "ms, max {:.0f} ms ({} of {} seen)\n",
        options.rate, 10, at(.5), at(.9), at(.99), at(1), waits.size(), complaints);
    daemon.stop();
}

int usage() {
    std::cerr << "usage: kafka_bench throughput|latency|restart [--accounts N] [--events N] [--workers N]\n"
                 "                   [--compression zstd|none] [--commit MS] [--rate N] [--seconds N]\n";
    return 2;
}

int main_of(const std::vector<std::string>& arguments) {
    if (arguments.empty() || arguments.size() % 2 == 0) return usage();
    Options options;
    const std::map<std::string, std::function<void(const std::string&)>> known{
        {"--accounts", [&](const std::string& text) { options.accounts = std::stoull(text); }},
        {"--events", [&](const std::string& text) { options.events = std::stoull(text); }},
        {"--rate", [&](const std::string& text) { options.rate = std::stoull(text); }},
        {"--seconds", [&](const std::string& text) { options.seconds = std::stoull(text); }},
        {"--workers", [&](const std::string& text) { options.daemon.workers = std::stoi(text); }},
        {"--commit", [&](const std::string& text) { options.daemon.commit_ms = std::stoi(text); }},
        {"--compression", [&](const std::string& text) { options.daemon.compression = text; }}};
    for (std::size_t i = 1; i < arguments.size(); i += 2) {
        const auto found = known.find(arguments[i]);
        if (found == known.end()) return usage();
        found->second(arguments[i + 1]);
    }
    if (arguments[0] == "throughput") {
        throughput(options);
    } else if (arguments[0] == "latency") {
        latency(options);
    } else if (arguments[0] == "restart") {
        restart(options);
    } else {
        return usage();
    }
    return 0;
}

}  // namespace
}  // namespace aw::test

int main(int argc, char** argv) {
    try {
        return aw::test::main_of({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::cerr << "kafka_bench: " << error.what() << "\n";
        return 1;
    }
}
