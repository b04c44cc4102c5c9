// Ingest: appends to the log for the API, on a thread of its own, so that a slow log never holds up the control thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "eventlog/log.hpp"
#include "telemetry/happenings.hpp"

namespace aw::app {

class Ingest {
public:
    using Done = std::function<void(eventlog::AppendReport)>;

    Ingest(eventlog::Log& log, telemetry::Telemetry& telemetry);
    ~Ingest();

    void start();
    // Ends after what was accepted has been tried once more.
    void stop();
    // `done` runs on the ingest thread once every record is in the log, or why it is not. False: too much is waiting
    // already (the caller answers 503); `done` is not called then.
    [[nodiscard]] bool append(std::vector<eventlog::OutRecord> records, Done done);

private:
    struct Job {
        std::vector<eventlog::OutRecord> records;
        Done done;
    };
    static constexpr std::size_t kMaxWaiting = 64;  // requests, each at most 16 MiB

    void run();

    eventlog::Log& log_;
    telemetry::Telemetry& telemetry_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace aw::app
