// What kafka_bench can do. Each run starts a broker of its own, prints what it measured and judges nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <string>

#include "bench/kafka/measured.hpp"
#include "bench/kafka/wire.hpp"
#include "codec/event_encoder.hpp"

namespace aw::test {

struct Options {
    std::uint64_t accounts = 100'000;
    std::uint64_t days = 1;  // on which each of them has sent before `steady` and `restart` begin
    std::uint64_t events = 1'000'000;
    std::uint64_t rate = 1'000;  // events per second
    std::uint64_t seconds = 30;
    Format format = Format::json;  // of a source
    MeasuredOptions daemon;
};

// A backlog, read from its beginning, beside a bare consumer.
void throughput(const Options& options);
// Accounts that are known already, at a steady rate: what a commit carries then.
void steady(const Options& options);
// kill -9 under load -> the first new event is committed.
void restart(const Options& options);
// A complaint -> its first task is readable, at a steady rate.
void latency(const Options& options);
// A backlog in a topic of somebody else -> the log, beside a bare copy.
void intake(const Options& options);

[[nodiscard]] double since(std::chrono::steady_clock::time_point then);  // seconds

// Shipments, some 200 bytes each: known() of them, of every account one on each of the last `days`, then today's of
// accounts drawn at random.
class Shipments {
public:
    explicit Shipments(std::uint64_t accounts, std::uint64_t days = 1) : accounts_(accounts), days_(days) {}
    [[nodiscard]] std::uint64_t known() const { return accounts_ * days_; }
    void make(std::uint64_t n, Keyed& record, Format format = Format::protobuf);

private:
    std::uint64_t accounts_;
    std::uint64_t days_;
    std::mt19937_64 random_{1};
};

// Sleeps until the n-th record of a steady rate is to be handed over, give or take a millisecond: a sleep for each of
// 100,000 records a second, and the client's thread woken for each, would cost more than the records.
void keep_pace(std::chrono::steady_clock::time_point began, std::uint64_t n, std::uint64_t rate);

}  // namespace aw::test
