// Worker: one thread, one consumer of the log, and the partitions it was given. The loop of the design: poll, apply,
// append a tick if a deadline is due, commit. Nothing here takes a lock per event; questions come through a mailbox
// that is read between batches.
//
// Owner: Workers. The constructor starts nothing; start() starts the thread, stop() asks it to end (final commit,
// close) and join() waits for that. Whoever owns time instead of a thread (tests/simulation) calls turn() and end().
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "app/backoff.hpp"
#include "app/contact.hpp"
#include "app/pace.hpp"
#include "app/partition.hpp"
#include "app/stop_limits.hpp"
#include "base/clock.hpp"
#include "eventlog/log.hpp"
#include "settings/loader.hpp"
#include "telemetry/happenings.hpp"

namespace aw::app {

// What became of a command, told after the commit that made it real.
struct CommandResult {
    std::string event_id;
    Decision decision;
    std::optional<Case> view;  // the case after it
};

// The configuration this process wants in force, and how far it may go to get it there.
struct Target {
    std::shared_ptr<const Rules> rules;
    std::string document;
    // Somebody has looked at what it would change (Reloader). Until then a partition that holds another configuration
    // keeps it; one that holds none takes it at once.
    bool approved = false;
    bool forced = false;           // also over a state that has rolled it back
    std::string refused_revision;  // a roll back: the revision that is left
    std::string actor_staff_id;    // who wanted it; empty = the start or SIGHUP
};

// What a worker tells the rest of the process. Called on the worker's thread; must not block.
struct WorkerSinks {
    std::function<void(std::vector<CommandResult>)> commands;
    // A partition waits for leave to change its configuration, or another one has come into force: look again.
    std::function<void()> configuration;
    // The worker cannot go on; the process stops with this exit code.
    std::function<void(int exit_code, const std::string& why)> failed;
};

struct WorkerContext {
    eventlog::Log& log;
    const settings::Settings& settings;
    const Clock& clock;
    telemetry::Telemetry& telemetry;
    Target target;
    WorkerSinks sinks;
    Pace& pace = Pace::real();
};

class Worker {
public:
    Worker(WorkerContext context, int number);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void start(std::string url = {});
    void stop(std::chrono::steady_clock::time_point finish_by = std::chrono::steady_clock::now() + kFinish);
    void join();

    // What the thread does: turn() until stop() or false (the worker cannot go on), then end().
    [[nodiscard]] bool turn();
    void end();

    // Runs `question` on the worker's thread between two batches, with its partitions by number.
    using Partitions = std::map<int, std::unique_ptr<Partition>>;
    using Question = std::function<void(const Partitions&)>;
    void ask(Question question);
    // Another configuration: written to every partition it owns as an activation, as far as the target allows.
    void activate(Target target);

    // When it last went round its loop; for the watchdog.
    [[nodiscard]] std::chrono::steady_clock::time_point last_round() const { return last_round_.load(); }
    // Joined the group and restored everything it was given, a configuration is in force in all of it; the log answers.
    [[nodiscard]] bool ready() const { return ready_.load(); }
    // The last commit did not go through for want of room.
    [[nodiscard]] bool disk_is_full() const { return disk_is_full_.load(); }

private:
    class Observer;
    // What the worker keeps for a partition beside the shard.
    struct Pulse {
        bool tick_in_flight = false;
        Timestamp tick_sent;                    // by this process's clock, which somebody may set ...
        Duration log_ahead{0};                  // log time minus this process's clock
        std::optional<Pace::Instant> beat_at;   // ... so that intervals are measured by another: the same tick
        std::optional<Pace::Instant> retry_at;  // when the next tick is worth sending
        bool activation_in_flight = false;
        bool waits_for_leave = false;  // told to the sink already
        std::string revision;          // in force as of the last commit
        std::optional<Pace::Instant> behind_told_at;
    };

    void run();
    [[nodiscard]] bool open();
    [[nodiscard]] bool round();
    [[nodiscard]] bool all_live() const;
    void restore(int partition);  // worker_restore.cpp, and what belongs to it
    void refuse_or_read_again(int partition, std::int64_t position, const std::string& why);
    [[nodiscard]] bool go_on_from(int partition, std::int64_t& next);
    void refuse(const std::string& why);
    [[nodiscard]] PartitionObserver& observer();
    class RestoreProgress;
    void drop(int partition);
    void leave(int partition, bool lost);  // drops what is another owner's now
    void lose(const std::vector<int>& partitions);
    void tell(const eventlog::LogError& error);
    void apply(const eventlog::Record& record);
    [[nodiscard]] bool commit();
    [[nodiscard]] bool commit_is_due() const;
    [[nodiscard]] Duration commit_gap() const;
    [[nodiscard]] Duration wait_time() const;
    void beat();
    void beat(Partition& partition, Pulse& pulse, Timestamp now);
    void send_tick(int partition, Pulse& pulse, Timestamp now);
    void offer_activation(Partition& partition, Pulse& pulse, Timestamp now);
    [[nodiscard]] bool may_replace(const Shard& shard) const;
    void tell_activations();
    void answer_questions();
    void publish_figures();  // worker_figures.cpp
    void tell_behind(int partition, std::int64_t records, double seconds);
    [[nodiscard]] Duration since(std::chrono::steady_clock::time_point then) const;
    // False if the worker must end.
    [[nodiscard]] bool survive(const eventlog::LogError& error, const char* doing);
    void pause(Duration at_most);

    WorkerContext context_;
    int number_;
    std::string url_;
    std::unique_ptr<Observer> observer_;
    Contact contact_;
    std::unique_ptr<eventlog::GroupConsumer> consumer_;
    Partitions partitions_;
    std::map<int, Pulse> pulses_;
    eventlog::Commit staged_;
    std::map<int, std::int64_t> positions_;
    std::chrono::steady_clock::time_point last_commit_;
    Duration last_commit_took_{0};
    std::chrono::steady_clock::time_point last_figures_;
    bool urgent_ = false;
    std::optional<Pace::Instant> aborted_at_;  // the last commit was
    Backoff backoff_;

    std::atomic<bool> stopping_{false};
    std::atomic<bool> ready_{false};
    std::atomic<bool> disk_is_full_{false};
    std::set<int> told_assigned_;  // not yet left; an abort restores without an assignment
    bool joined_ = false;          // the group has handed out partitions once
    std::atomic<std::chrono::steady_clock::time_point> last_round_;
    std::mutex mailbox_mutex_;
    std::condition_variable woken_;  // with mailbox_mutex_: interrupts a pause
    std::chrono::steady_clock::time_point finish_by_ = std::chrono::steady_clock::time_point::max();  // so, too
    std::vector<Question> mailbox_;
    std::optional<Target> new_target_;
    std::thread thread_;
};

}  // namespace aw::app
