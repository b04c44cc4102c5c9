// SourceWorker: the thread that reads the topics of others into the log (role intake, backend kafka). One loop: poll,
// convert, commit what came of it with the positions in one transaction. What is not committed comes again.
//
// Owner: Application. start() starts the thread, stop() asks it to end (final commit, close), join() waits for that.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/backoff.hpp"
#include "app/contact.hpp"
#include "app/source_lane.hpp"
#include "app/stop_limits.hpp"
#include "eventlog/log.hpp"

namespace aw::app {

class SourceWorker {
public:
    struct Context {
        eventlog::Log& log;
        const std::vector<settings::SourceSettings>& sources;
        Format format;  // of events and dead letters
        telemetry::Telemetry& telemetry;
        // It cannot go on; the process stops with this exit code. Called on its thread; must not block.
        std::function<void(int exit_code, const std::string& why)> failed;
    };
    explicit SourceWorker(Context context);
    ~SourceWorker();
    SourceWorker(const SourceWorker&) = delete;
    SourceWorker& operator=(const SourceWorker&) = delete;

    void start();
    void stop(std::chrono::steady_clock::time_point finish_by = std::chrono::steady_clock::now() + kFinish);
    void join();

    // Why it is not ready, in words for /readyz; empty if it is. Any thread.
    [[nodiscard]] std::string not_ready() const;
    [[nodiscard]] std::chrono::steady_clock::time_point last_round() const { return last_round_.load(); }

private:
    void run();
    [[nodiscard]] bool open();
    [[nodiscard]] bool round();
    void take(const eventlog::Record& record, SourceLane::Time now);
    [[nodiscard]] bool look_at_lanes();
    [[nodiscard]] SourceLane* lane_of(std::string_view topic);
    [[nodiscard]] bool commit();
    [[nodiscard]] bool commit_is_due() const;
    [[nodiscard]] Duration wait_time() const;
    void rewind();
    void publish();
    // False if the worker must end.
    [[nodiscard]] bool survive(const eventlog::LogError& error, const char* doing);
    void back_off();

    Context context_;
    Contact contact_;
    std::vector<std::unique_ptr<SourceLane>> lanes_;
    std::map<std::string, SourceLane*, std::less<>> by_topic_;
    std::unique_ptr<eventlog::SourceConsumer> consumer_;
    bool holds_changed_ = false;
    std::chrono::steady_clock::time_point last_commit_;
    std::chrono::steady_clock::time_point last_figures_;
    Backoff backoff_;
    bool joined_ = false;
    bool aborted_ = false;  // the last commit was

    std::atomic<bool> stopping_{false};
    std::atomic<std::chrono::steady_clock::time_point> last_round_;
    mutable std::mutex mutex_;
    std::condition_variable stop_asked_;
    std::string not_ready_;  // guarded by mutex_, as is the next
    std::chrono::steady_clock::time_point finish_by_ = std::chrono::steady_clock::time_point::max();
    std::thread thread_;
};

}  // namespace aw::app
