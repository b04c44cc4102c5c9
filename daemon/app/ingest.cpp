#include "app/ingest.hpp"

#include <utility>

namespace aw::app {

Ingest::Ingest(eventlog::Log& log, telemetry::Telemetry& telemetry, Duration patience)
    : log_(log), telemetry_(telemetry), patience_(patience) {}

Ingest::~Ingest() { stop(); }

void Ingest::start() {
    thread_ = std::thread([this] { run(); });
}

void Ingest::hurry() {
    const std::lock_guard lock(mutex_);
    if (give_up_at_) return;
    give_up_at_ = std::chrono::steady_clock::now() + patience_;
    if (appender_ != nullptr) appender_->give_up_at(*give_up_at_);
}

void Ingest::stop() {
    hurry();
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

bool Ingest::append(std::vector<eventlog::OutRecord> records, Done done) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || too_late() || jobs_.size() >= kMaxWaiting) return false;
        jobs_.push_back({std::move(records), std::move(done)});
    }
    wake_.notify_one();
    return true;
}

bool Ingest::too_late() const { return give_up_at_ && std::chrono::steady_clock::now() >= *give_up_at_; }

void Ingest::run() {
    while (true) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job.done(carry_out(job));
    }
}

eventlog::AppendReport Ingest::carry_out(const Job& job) {
    auto opened = open();
    if (!opened) return {std::vector<bool>(job.records.size(), false), 0, std::move(opened.error())};
    eventlog::AppendReport report = appender_->append(job.records);
    if (report.error && !report.error->can_retry()) {
        const std::lock_guard lock(mutex_);
        appender_.reset();  // the next job opens it anew
    }
    return report;
}

eventlog::LogResult<void> Ingest::open() {
    {
        const std::lock_guard lock(mutex_);
        if (too_late())
            return eventlog::log_failure(eventlog::LogError::Kind::retriable, "not appended before the stop");
    }
    if (appender_ != nullptr) return {};
    auto opened = log_.open_appender();
    if (!opened) {
        telemetry_.report(telemetry::LogUnreachable{.detail = "opening the log for events: " + opened.error().message});
        return fail(opened.error());
    }
    const std::lock_guard lock(mutex_);
    appender_ = *std::move(opened);
    if (give_up_at_) appender_->give_up_at(*give_up_at_);
    return {};
}

}  // namespace aw::app
