#include "app/ingest.hpp"

namespace aw::app {

Ingest::Ingest(eventlog::Log& log, telemetry::Telemetry& telemetry) : log_(log), telemetry_(telemetry) {}

Ingest::~Ingest() { stop(); }

void Ingest::start() {
    thread_ = std::thread([this] { run(); });
}

void Ingest::stop() {
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
        if (stopping_ || jobs_.size() >= kMaxWaiting) return false;
        jobs_.push_back({std::move(records), std::move(done)});
    }
    wake_.notify_one();
    return true;
}

void Ingest::run() {
    std::unique_ptr<eventlog::Appender> appender;
    while (true) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        if (appender == nullptr) {
            auto opened = log_.open_appender();
            if (!opened) {
                telemetry_.report(telemetry::LogUnreachable{.detail = "opening the log for events: " + opened.error().message});
                job.done({std::vector<bool>(job.records.size(), false), 0, opened.error()});
                continue;
            }
            appender = *std::move(opened);
        }
        eventlog::AppendReport report = appender->append(job.records);
        if (report.error && !report.error->can_retry()) appender.reset();  // the next job opens it anew
        job.done(std::move(report));
    }
}

}  // namespace aw::app
