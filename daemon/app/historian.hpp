// Historian: answers questions about the past, one after the other, on a thread of its own, so that neither the workers
// nor HTTP wait for the reading of a whole partition.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "app/log_history.hpp"

namespace aw::app {

class Historian {
public:
    static constexpr std::size_t kMostWaiting = 16;

    Historian(eventlog::Log& log, std::shared_ptr<const Rules> rules);
    ~Historian();

    void start();
    // The question in hand is given up, those that wait are told.
    void ask_to_stop();  // returns at once
    void stop();         // and waits for it

    // Runs on the thread. `history` is null when the process stops: answer that there is no answer.
    using Question = std::function<void(LogHistory* history)>;
    // False: too many wait already. Any thread.
    [[nodiscard]] bool ask(Question question);

private:
    void run();

    eventlog::Log& log_;
    std::shared_ptr<const Rules> rules_;
    std::mutex mutex_;
    std::condition_variable asked_;
    std::deque<Question> waiting_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace aw::app
