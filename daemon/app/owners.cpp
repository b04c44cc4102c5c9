#include "app/owners.hpp"

#include <utility>

namespace aw::app {

Owners::Owners(eventlog::Log& log) : log_(log), thread_([this] { run(); }) {}

Owners::~Owners() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    asked_.notify_all();
    thread_.join();
}

void Owners::find(int partition, Found found) {
    {
        const std::lock_guard lock(mutex_);
        questions_.push_back({partition, std::move(found)});
    }
    asked_.notify_all();
}

void Owners::run() {
    while (true) {
        std::vector<Question> questions;
        {
            std::unique_lock lock(mutex_);
            asked_.wait(lock, [this] { return stopping_ || !questions_.empty(); });
            if (stopping_) return;
            questions.swap(questions_);
        }
        for (const Question& question : questions) {
            Known& known = known_[question.partition];
            if (std::chrono::steady_clock::now() - known.at >= kFresh) {
                known.url = log_.owner_of(question.partition, kPatience).value_or("");
                known.at = std::chrono::steady_clock::now();
            }
            question.found(known.url);
        }
    }
}

}  // namespace aw::app
