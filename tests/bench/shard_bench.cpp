// What one event, one closed week and one quiet account cost. Release preset; figures are for one core.
//     build/release/bin/shard_bench
// For the resident bytes run it with --benchmark_filter=close_week: what another benchmark has freed is used again.
#include <cstdio>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <malloc.h>
#include <unistd.h>

#include "codec/event_decoder.hpp"
#include "codec/event_encoder.hpp"
#include "core/shard/shard.hpp"
#include "support/sample_rules.hpp"

namespace {

using namespace aw;

constexpr int kAccounts = 1'000'000;
const Timestamp kStart = test::shanghai("2026-06-01 09:00");  // a Monday

Event shipment(CustomerCode code, std::string_view id, Timestamp at) {
    Event event;
    event.event_id = id;
    event.code = code;
    event.occurred_at = at;
    event.source = "sorting";
    event.payload = ShipmentEvent{"express", 3, 2100, "371402", "110100", "next-day"};
    return event;
}

CustomerCode code_of(int n) {
    // Ten cities of a hundred thousand sequence numbers each.
    return {
        AccountRoot{(371'400ULL + static_cast<unsigned>(n) / 100'000) * 100'000 + static_cast<unsigned>(n) % 100'000},
        1};
}

// Ids as they come: a prefix and a number. Written into the same place, so that the bench measures the shard.
std::string_view id_of(std::string& place, std::uint64_t n) {
    place.resize(40);
    place.resize(static_cast<std::size_t>(
        std::snprintf(place.data(), 40, "sorting-2026-%016llu", static_cast<unsigned long long>(n))));
    return place;
}

std::shared_ptr<Rules> rules() {
    auto sample = test::sample_rules();
    sample->policy.watch = WatchScope::ALL;
    return sample;
}

std::size_t resident_bytes() {
    std::size_t pages = 0;
    std::size_t resident = 0;
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    if (file == nullptr) return 0;
    if (std::fscanf(file, "%zu %zu", &pages, &resident) != 2) resident = 0;
    std::fclose(file);
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// A million accounts with one shipment each.
std::unique_ptr<Shard> populated(Effects& effects) {
    auto shard = std::make_unique<Shard>(rules());
    std::string id;
    for (int n = 0; n < kAccounts; ++n)
        shard->apply(shipment(code_of(n), id_of(id, static_cast<std::uint64_t>(n)), kStart), {kStart, true}, effects);
    return shard;
}

void apply_shipment(benchmark::State& state) {
    Effects effects;
    const auto shard = populated(effects);
    std::mt19937 random(1);
    std::string id;
    std::uint64_t n = kAccounts;
    for (auto _ : state) {
        const Event event = shipment(code_of(static_cast<int>(random() % kAccounts)), id_of(id, ++n), kStart);
        benchmark::DoNotOptimize(shard->apply(event, {kStart, true}, effects));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(apply_shipment)->Iterations(3'000'000)->Unit(benchmark::kNanosecond);

void decode_and_apply_shipment(benchmark::State& state) {
    Effects effects;
    const auto shard = populated(effects);
    std::mt19937 random(1);
    std::vector<std::string> records;
    std::string id;
    const std::size_t count = 3'000'000;
    records.reserve(count);
    for (std::size_t n = 0; n < count; ++n) {
        records.push_back(
            encode_event(shipment(code_of(static_cast<int>(random() % kAccounts)), id_of(id, kAccounts + n), kStart),
                         Format::protobuf));
    }
    EventDecoder decoder;
    std::size_t at = 0;
    for (auto _ : state) {
        const auto event = decoder.decode(records[at++]);
        benchmark::DoNotOptimize(shard->apply(**event, {kStart, true}, effects));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode_and_apply_shipment)->Iterations(3'000'000)->Unit(benchmark::kNanosecond);

// A year of one shipment a week; then what a Monday 08:30 costs for each account, and what each account holds.
void close_week(benchmark::State& state) {
    constexpr int kQuiet = 200'000;
    Effects effects;
    malloc_trim(0);
    const std::size_t before = resident_bytes();
    Shard shard(rules());
    std::vector<StateRecord> changes;
    std::string id;
    std::uint64_t number = 0;
    Timestamp at = kStart;
    for (int week = 0; week < 60; ++week, at = at + std::chrono::days{7}) {
        for (int day = 0; day < 5; ++day) {  // each account has its own weekday
            const Timestamp noon = at + std::chrono::days{day} + std::chrono::hours{3};
            for (int n = day; n < kQuiet; n += 5)
                shard.apply(shipment(code_of(n), id_of(id, ++number), noon), {noon, true}, effects);
            changes.clear();
            shard.collect_changes(changes);  // as each commit does; keeps the ids of the day short
            effects = Effects{};
        }
    }
    changes = {};
    malloc_trim(0);
    state.counters["rss_per_account"] = static_cast<double>(resident_bytes() - before) / kQuiet;
    state.counters["accounts_hold"] = static_cast<double>(shard.memory_bytes()) / kQuiet;
    for (auto _ : state) {
        state.PauseTiming();
        const Timestamp sunday = at + std::chrono::days{6};
        for (int n = 0; n < kQuiet; ++n)
            shard.apply(shipment(code_of(n), id_of(id, ++number), sunday), {sunday, true}, effects);
        at = at + std::chrono::days{7};
        effects.clear();
        shard.advance(at - std::chrono::hours{1}, effects);  // Monday 08:00; the days of the week are closed
        state.ResumeTiming();
        shard.advance(at, effects);
    }
    state.SetItemsProcessed(state.iterations() * kQuiet);
}
BENCHMARK(close_week)->Iterations(8)->Unit(benchmark::kMillisecond);

}  // namespace
