// What the cluster under test has to do: anything that can happen to some hundred accounts, now, at a steady rate.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "chaos/source_load.hpp"
#include "eventlog/log.hpp"

namespace aw::test {

inline constexpr int kLoadAccounts = 150;
inline constexpr const char* kLoadSource = "chaos";
[[nodiscard]] std::string load_root(int n);  // of the n-th account

// Makes records: registered accounts first, then shipments, complaints, commands ... and some that are no events. The
// same seed gives the same records, but for their times.
class LoadMaker {
public:
    explicit LoadMaker(std::uint64_t seed) : random_(seed) {}
    [[nodiscard]] std::vector<eventlog::OutRecord> registrations();
    [[nodiscard]] eventlog::OutRecord next();

private:
    [[nodiscard]] int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
    [[nodiscard]] std::string poison();
    [[nodiscard]] std::string payload(const std::string& root);
    [[nodiscard]] std::string command(const std::string& root);
    [[nodiscard]] eventlog::OutRecord broadcast();
    [[nodiscard]] eventlog::OutRecord event(const std::string& account, const std::string& payload, std::string key);

    std::mt19937_64 random_;
    int count_ = 0;
    std::vector<eventlog::OutRecord> sent_;  // the last ones, to be sent again
};

// Appends them from a thread of its own, and again until the log has acknowledged each; beside them a source sends.
class Load {
public:
    struct Rates {
        int events = 0;  // records per second
        int source = 0;
    };
    Load(eventlog::Log& log, std::unique_ptr<SourceLoad> source, std::uint64_t seed, Rates rates);
    ~Load() { stop(); }
    // After the batch in hand.
    void stop();
    // Values of all records that the log has acknowledged. After stop().
    [[nodiscard]] const std::multiset<std::string>& acknowledged() const { return acknowledged_; }
    [[nodiscard]] SourceLoad& source() { return *source_; }  // after stop()
    [[nodiscard]] std::uint64_t sent_again() const { return sent_again_; }

private:
    void run(Rates rates);
    void append(std::vector<eventlog::OutRecord> records);

    eventlog::Log& log_;
    std::unique_ptr<SourceLoad> source_;
    LoadMaker maker_;
    std::unique_ptr<eventlog::Appender> appender_;
    std::multiset<std::string> acknowledged_;
    std::uint64_t sent_again_ = 0;  // records whose acknowledgement was lost
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace aw::test
