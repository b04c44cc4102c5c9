// Ingest: appends to the log for the API, on a thread of its own, so that a slow log never holds up the control thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "eventlog/log.hpp"
#include "telemetry/happenings.hpp"

namespace aw::app {

class Ingest {
public:
    using Done = std::function<void(eventlog::AppendReport)>;
    // How long a stop waits for the log: less than HTTP waits for its answers, so that they still reach whoever asked.
    static constexpr Duration kPatience = std::chrono::seconds{2};

    // `path`: of an embedded log.
    Ingest(eventlog::Log& log, telemetry::Telemetry& telemetry, Duration patience = kPatience, std::string path = {});
    ~Ingest();

    void start();
    // The process is about to stop: what was accepted must be in the log within the patience from now on. What is not,
    // is reported as not acknowledged then, although it may be there.
    void hurry();
    // hurry(), and ends when all that was accepted has been reported.
    void stop();
    // `done` runs on the ingest thread once every record is in the log, or why it is not. False: too much is waiting
    // already (the caller answers 503), or the process stops; `done` is not called then.
    [[nodiscard]] bool append(std::vector<eventlog::OutRecord> records, Done done);
    // The last records were refused for want of room, and there is none yet. Any thread.
    [[nodiscard]] bool disk_is_full() const;

private:
    struct Job {
        std::vector<eventlog::OutRecord> records;
        Done done;
    };
    static constexpr std::size_t kMaxWaiting = 64;  // requests, each at most 16 MiB

    void run();
    [[nodiscard]] eventlog::AppendReport carry_out(const Job& job);
    [[nodiscard]] eventlog::LogResult<void> open();
    void note_room(const std::optional<eventlog::LogError>& error);
    [[nodiscard]] bool too_late() const;  // REQUIRES: mutex_ is held

    eventlog::Log& log_;
    telemetry::Telemetry& telemetry_;
    const Duration patience_;
    const std::string path_;
    std::atomic<bool> refused_for_room_{false};
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;
    bool stopping_ = false;
    std::optional<std::chrono::steady_clock::time_point> give_up_at_;
    std::unique_ptr<eventlog::Appender> appender_;  // changed by the ingest thread alone, under mutex_
    std::thread thread_;
};

}  // namespace aw::app
