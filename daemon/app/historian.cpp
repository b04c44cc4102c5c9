#include "app/historian.hpp"

#include <utility>

namespace aw::app {

Historian::Historian(eventlog::Log& log, std::shared_ptr<const Rules> rules) : log_(log), rules_(std::move(rules)) {}

Historian::~Historian() { stop(); }

void Historian::start() {
    thread_ = std::thread([this] { run(); });
}

void Historian::ask_to_stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    asked_.notify_all();
}

void Historian::stop() {
    ask_to_stop();
    if (thread_.joinable()) thread_.join();
}

bool Historian::ask(Question question) {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= kMostWaiting) return false;
    waiting_.push_back(std::move(question));
    asked_.notify_one();
    return true;
}

void Historian::run() {
    for (;;) {
        Question question;
        {
            std::unique_lock lock(mutex_);
            asked_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            question = std::move(waiting_.front());
            waiting_.pop_front();
        }
        if (stopping_) {
            question(nullptr);
            continue;
        }
        LogHistory history(log_, rules_, [this](std::uint64_t) { return !stopping_; });
        question(&history);
    }
}

}  // namespace aw::app
