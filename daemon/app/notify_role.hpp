// The notify role: reads notices from their topic, hands them to the notifier, keeps the delivery ledger. Its own
// consumer group and thread: whatever a channel does, watch never waits for it.
//
// A position is committed only when every notice before it is settled, together with the receipts that say how. If the
// process dies, what was not settled is read again; receipts keep it from being delivered twice.
//
// With a partition begins a term: the ledger is read, and what the notifier decides about this partition's notices
// (held for the digest, a digest made) is committed only within that term, in one piece with the position. What it
// *did* (attempts) is committed whatever happens, because it has happened.
//
// Failure: what passes is tried again after growing pauses, and the role is not ready meanwhile; what does not (fenced,
// a fatal error of Kafka) ends the process.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/backoff.hpp"
#include "app/board.hpp"
#include "app/contact.hpp"
#include "app/stop_limits.hpp"
#include "base/clock.hpp"
#include "core/policy/rules.hpp"
#include "eventlog/log.hpp"
#include "notify/notifier.hpp"
#include "settings/settings.hpp"
#include "telemetry/happenings.hpp"

namespace boost::asio {
class io_context;
}

namespace aw::app {

class NotifyRole {
public:
    struct Context {
        eventlog::Log& log;
        const settings::Settings& settings;
        const Clock& clock;
        telemetry::Telemetry& telemetry;
        boost::asio::io_context& io;  // the control thread's
        Board& board;                 // for the names of accounts
        std::shared_ptr<const Rules> rules;
        std::string advertised_url;
        // It cannot go on, and nobody would be told of anything any more; the process stops with this exit code. Called
        // on its thread; must not block.
        std::function<void(int exit_code, const std::string& why)> failed;
    };
    // Fails on a channel that cannot be made or a template folder that cannot be read at all.
    [[nodiscard]] static Result<std::unique_ptr<NotifyRole>> make(Context context);
    ~NotifyRole();

    void start();
    // Returns at once.
    void ask_to_stop(std::chrono::steady_clock::time_point finish_by = std::chrono::steady_clock::now() + kFinish);
    void stop();                                         // and waits for it
    void set_rules(std::shared_ptr<const Rules> rules);  // control thread

    // Why notices stand still, in words for /readyz; empty if they do not. Any thread.
    [[nodiscard]] std::string not_ready() const;
    [[nodiscard]] std::chrono::steady_clock::time_point last_round() const { return last_round_.load(); }

private:
    explicit NotifyRole(Context context);
    [[nodiscard]] Result<void> build();
    [[nodiscard]] Result<std::vector<std::unique_ptr<notify::Channel>>> make_channels(
        notify::NotifierOptions& options) const;
    [[nodiscard]] notify::Templates load_templates() const;
    [[nodiscard]] notify::NotifierSinks make_sinks();
    [[nodiscard]] notify::AttentionContext attention() const;
    void decided(const notify::Term& term, const std::vector<notify::Receipt>& receipts,
                 const std::optional<Notice>& digest);
    void run();
    [[nodiscard]] bool round(bool& decided);
    [[nodiscard]] bool open();
    [[nodiscard]] std::vector<notify::Receipt> read_ledger();
    // Why not all of them could be taken up.
    [[nodiscard]] std::optional<eventlog::LogError> begin(const std::vector<int>& partitions);
    void forget(const std::vector<int>& partitions);
    void take(const eventlog::Record& record);
    void settle(const notify::Term& term, std::int64_t offset);
    [[nodiscard]] bool commit();
    void dropped(const std::string& reason);
    [[nodiscard]] bool survives(const eventlog::LogError& error, const std::string& doing);
    void not_written();
    void pause(Backoff& backoff);
    void publish();
    void publish_figures();

    struct Waiting {
        std::int64_t offset = 0;
        bool settled = false;
        std::string notice_id;
    };
    struct Output {
        eventlog::OutRecord record;
        std::uint64_t term = kFact;  // in which it was decided
    };
    static constexpr std::uint64_t kFact = 0;
    [[nodiscard]] eventlog::OutRecord record_of(const notify::Receipt& receipt) const;  // under the mutex
    [[nodiscard]] bool is_under_way(const notify::Term& term) const;                    // under the mutex
    static constexpr std::size_t kMostWaiting = 2'000;

    Context context_;
    std::unique_ptr<notify::Scheduler> scheduler_;
    std::unique_ptr<notify::Notifier> notifier_;
    std::unique_ptr<eventlog::GroupConsumer> consumer_;

    // The notify thread's own.
    Contact contact_;
    Backoff backoff_;
    bool joined_ = false;
    bool restoring_ = false;                                             // a partition has no term yet
    std::chrono::steady_clock::time_point last_figures_;
    bool figures_due_ = false;                                           // they were told less than a second before
    std::optional<std::chrono::steady_clock::time_point> unwritten_at_;  // the last commit failed; still so then

    mutable std::mutex mutex_;  // guards what both threads touch
    std::condition_variable settled_;
    std::map<int, std::uint64_t> terms_;  // by partition
    std::map<int, std::deque<Waiting>> waiting_;
    std::map<std::string, std::vector<eventlog::Header>> traces_;  // of notices in hand that have one, by id
    std::vector<Output> outputs_;
    std::vector<Output> sending_;  // of the commit under way; the notify thread's own
    std::uint64_t last_term_ = kFact;
    std::size_t unsettled_ = 0;
    bool changed_ = false;
    std::string not_ready_;
    std::chrono::steady_clock::time_point finish_by_ = std::chrono::steady_clock::time_point::max();

    std::atomic<bool> stopping_{false};
    std::atomic<std::chrono::steady_clock::time_point> last_round_;
    std::shared_ptr<std::atomic<bool>> alive_ = std::make_shared<std::atomic<bool>>(true);
    std::thread thread_;
};

}  // namespace aw::app
