// The notify role: reads notices from their topic, hands them to the notifier, keeps the delivery ledger. Its own
// consumer group and thread: whatever a channel does, watch never waits for it.
//
// A position is committed only when every notice before it is settled, together with the receipts that say how. If the
// process dies, what was not settled is read again; receipts keep it from being delivered twice.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "app/board.hpp"
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
    };
    // Fails on a channel that cannot be made or a template folder that cannot be read at all.
    [[nodiscard]] static Result<std::unique_ptr<NotifyRole>> make(Context context);
    ~NotifyRole();

    void start();
    void stop();
    void set_rules(std::shared_ptr<const Rules> rules) { context_.rules = std::move(rules); }  // control thread

private:
    explicit NotifyRole(Context context);
    [[nodiscard]] Result<void> build();
    void run();
    [[nodiscard]] bool open();
    [[nodiscard]] std::vector<notify::Receipt> read_ledger();
    void take(const eventlog::Record& record);
    void settle(int partition, std::int64_t offset);
    [[nodiscard]] bool commit();
    void pause();

    struct Waiting {
        std::int64_t offset = 0;
        bool settled = false;
    };
    static constexpr std::size_t kMostWaiting = 2'000;

    Context context_;
    std::unique_ptr<notify::Scheduler> scheduler_;
    std::unique_ptr<notify::Notifier> notifier_;
    std::unique_ptr<eventlog::GroupConsumer> consumer_;

    std::mutex mutex_;  // guards what both threads touch
    std::condition_variable settled_;
    std::map<int, std::deque<Waiting>> waiting_;
    std::vector<eventlog::OutRecord> receipts_;
    std::size_t unsettled_ = 0;
    bool changed_ = false;

    std::atomic<bool> stopping_{false};
    std::shared_ptr<std::atomic<bool>> alive_ = std::make_shared<std::atomic<bool>>(true);
    std::thread thread_;
};

}  // namespace aw::app
