#include "app/ingest.hpp"

#include <filesystem>
#include <utility>

namespace aw::app {
namespace {

constexpr std::uintmax_t kRoom = 1 << 20;  // bytes: the pages of some thousand events

}  // namespace

Ingest::Ingest(eventlog::Log& log, telemetry::Telemetry& telemetry, Duration patience, std::string path)
    : log_(log), telemetry_(telemetry), patience_(patience), path_(std::move(path)) {}

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
    note_room(report.error);
    if (report.error && !report.error->can_retry()) {
        const std::lock_guard lock(mutex_);
        appender_.reset();  // the next job opens it anew
    }
    return report;
}

void Ingest::note_room(const std::optional<eventlog::LogError>& error) {
    refused_for_room_ = error && error->kind == eventlog::LogError::Kind::storage_full;
    if (refused_for_room_) telemetry_.report(telemetry::StorageFull{.path = path_, .detail = error->message});
}

// Whoever is not ready is sent nothing that could show that there is room again: so the file system is asked.
bool Ingest::disk_is_full() const {
    if (!refused_for_room_) return false;
    std::error_code unknown;
    const auto space = std::filesystem::space(path_, unknown);
    return !unknown && space.available < kRoom;
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
