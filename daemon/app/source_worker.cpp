#include "app/source_worker.hpp"

#include <algorithm>

#include "app/exit_codes.hpp"

namespace aw::app {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kBatch = 5'000;
constexpr Duration kCommitEvery{100};  // a producer makes some 75 transactions a second at most
constexpr std::size_t kCommitBytes = 16 << 20;
constexpr Duration kRound = std::chrono::seconds{2};  // longest wait, so that the watchdog sees the loop turn
constexpr Duration kFigures = std::chrono::seconds{1};

Duration since(steady_clock::time_point then) {
    return std::chrono::duration_cast<Duration>(steady_clock::now() - then);
}

}  // namespace

SourceWorker::SourceWorker(Context context)
    : context_(std::move(context)),
      contact_(context_.log, context_.telemetry),
      last_commit_(steady_clock::now()),
      last_figures_(steady_clock::now()),
      last_round_(steady_clock::now()),
      not_ready_("the sources are being joined, or none of their topics exists") {
    for (const auto& source : context_.sources)
        lanes_.push_back(std::make_unique<SourceLane>(source, context_.format, context_.telemetry));
}

SourceWorker::~SourceWorker() {
    stop();
    join();
}

void SourceWorker::start() {
    thread_ = std::thread([this] { run(); });
}

void SourceWorker::stop(steady_clock::time_point finish_by) {
    stopping_ = true;
    const std::lock_guard lock(mutex_);
    stop_asked_.notify_all();
    finish_by_ = std::min(finish_by_, finish_by);
    if (consumer_ == nullptr) return;
    consumer_->finish_by(finish_by_);
    consumer_->wake();
}

void SourceWorker::join() {
    if (thread_.joinable()) thread_.join();
}

std::string SourceWorker::not_ready() const {
    const std::lock_guard lock(mutex_);
    return not_ready_;
}

void SourceWorker::run() {
    if (open()) {
        while (!stopping_ && round()) {
        }
    }
    if (consumer_ == nullptr) return;
    if (stopping_ && contact_.there()) (void)commit();
    consumer_->close();
}

bool SourceWorker::open() {
    eventlog::SourceOptions options;
    for (const auto& source : context_.sources)
        options.topics.insert(options.topics.end(), source.topics.begin(), source.topics.end());
    while (!stopping_) {
        auto opened = context_.log.open_sources(options);
        if (opened) {
            const std::lock_guard lock(mutex_);
            consumer_ = *std::move(opened);
            if (stopping_) consumer_->finish_by(finish_by_);
            return true;
        }
        if (!survive(opened.error(), "joining the group of the sources")) return false;
    }
    return false;
}

bool SourceWorker::survive(const eventlog::LogError& error, const char* doing) {
    const std::string what = std::string(doing) + ": " + error.message;
    if (error.kind == eventlog::LogError::Kind::fenced)
        context_.telemetry.report(telemetry::Fenced{.detail = error.message});
    if (!error.can_retry()) {
        context_.failed(exit_code_of(error.kind), what);
        return false;
    }
    contact_.lost(what);
    publish();
    back_off();
    return true;
}

// A stop ends it at once; the watchdog sees the loop turn as often as in round().
void SourceWorker::back_off() {
    const auto until = steady_clock::now() + backoff_.next();
    std::unique_lock lock(mutex_);
    while (!stopping_ && steady_clock::now() < until) {
        last_round_ = steady_clock::now();
        stop_asked_.wait_until(lock, std::min(until, steady_clock::now() + kRound),
                               [this] { return stopping_.load(); });
    }
}

bool SourceWorker::round() {
    last_round_ = steady_clock::now();
    const auto batch = consumer_->poll(kBatch, wait_time());
    if (!batch) return !stopping_ && survive(batch.error(), "reading the sources");
    if (batch->redelivered > 0)
        context_.telemetry.metrics().records_redelivered_total.with({"sources"}).add(batch->redelivered);
    if (batch->rewound) rewind();
    if (!stopping_ && contact_.polled(!batch->records.empty() || batch->revoking)) backoff_.reset();
    joined_ = joined_ || batch->joined;
    const auto now = steady_clock::now();
    for (const eventlog::Record& record : batch->records) {
        if (lane_of(record.topic) == nullptr) {
            context_.failed(kExitConfiguration, "topic " + std::string(record.topic) + " is of no source");
            return false;
        }
        take(record, now);
    }
    if (batch->revoking) {
        if (!commit()) return false;
        rewind();  // what is on trial is not committed
        consumer_->release();
    } else if (!look_at_lanes()) {
        return false;
    }
    if (commit_is_due() && !commit()) return false;
    publish();
    return true;
}

SourceLane* SourceWorker::lane_of(std::string_view topic) {
    const auto found = by_topic_.find(topic);
    if (found != by_topic_.end()) return found->second;
    const std::string name(topic);
    const auto lane = std::ranges::find_if(lanes_, [&](const auto& each) { return each->reads(name); });
    return by_topic_[name] = lane == lanes_.end() ? nullptr : lane->get();
}

void SourceWorker::take(const eventlog::Record& record, SourceLane::Time now) {
    SourceLane& lane = *lane_of(record.topic);
    if (lane.held()) return;  // it comes again
    lane.take(record, now);
    holds_changed_ = holds_changed_ || lane.held();
}

bool SourceWorker::look_at_lanes() {
    const auto now = steady_clock::now();
    for (auto& lane : lanes_) holds_changed_ = lane->look(now) || holds_changed_;
    if (!std::exchange(holds_changed_, false)) return true;
    const auto done = consumer_->hold([this](const std::string& topic) {
        const SourceLane* const lane = lane_of(topic);
        return lane != nullptr && lane->held();
    });
    return done || survive(done.error(), "holding a source");
}

void SourceWorker::rewind() {
    for (auto& lane : lanes_) lane->rewound();
}

bool SourceWorker::commit_is_due() const {
    std::size_t bytes = 0;
    bool work = false;
    for (const auto& lane : lanes_) {
        bytes += lane->staged_bytes();
        work = work || lane->has_work();
    }
    return work && (bytes >= kCommitBytes || since(last_commit_) >= kCommitEvery);
}

bool SourceWorker::commit() {
    eventlog::SourceCommit staged;
    std::vector<SourceLane*> committing;
    for (auto& lane : lanes_) {
        if (!lane->has_work()) continue;
        lane->add_to(staged);
        committing.push_back(lane.get());
    }
    if (committing.empty()) return true;
    const auto began = steady_clock::now();
    auto outcome = consumer_->commit(staged);
    while (!outcome && outcome.error().can_retry()) {
        context_.telemetry.report(telemetry::CommitFailed{.worker = "intake", .detail = outcome.error().message});
        if (stopping_) {  // nothing is lost: the next start reads these records again
            contact_.lost("committing the sources: " + outcome.error().message);
            return false;
        }
        if (!survive(outcome.error(), "committing the sources")) return false;
        last_round_ = steady_clock::now();
        outcome = consumer_->commit(staged);
    }
    if (!outcome) return survive(outcome.error(), "committing the sources");
    last_commit_ = steady_clock::now();
    aborted_ = !outcome->committed;
    if (aborted_) {
        // Everything since the last commit comes again.
        context_.telemetry.report(telemetry::CommitFailed{.worker = "intake", .detail = outcome->reason});
        rewind();
        publish();
        back_off();
        return true;
    }
    backoff_.reset();
    context_.telemetry.metrics().commit_seconds.get().observe(
        std::chrono::duration<double>(last_commit_ - began).count());
    for (SourceLane* const lane : committing) lane->committed();
    return true;
}

Duration SourceWorker::wait_time() const {
    Duration wait = kRound;
    const auto now = steady_clock::now();
    for (const auto& lane : lanes_) {
        if (lane->has_work()) wait = std::min(wait, std::max(Duration{0}, kCommitEvery - since(last_commit_)));
        if (lane->next_look() == SourceLane::Time::max()) continue;
        wait = std::clamp(std::chrono::ceil<Duration>(lane->next_look() - now), Duration{0}, wait);
    }
    return wait;
}

// Readiness always, figures once a second.
void SourceWorker::publish() {
    std::string why = !contact_.there() ? "the sources cannot be read: the log is not reachable"
                      : aborted_        ? "what the sources deliver cannot be written to the log"
                      : !joined_        ? "the sources are being joined, or none of their topics exists"
                                        : "";
    for (const auto& lane : lanes_) {
        if (why.empty() && lane->stopped()) why = "source " + lane->name() + " is stopped: most of it is refused";
    }
    {
        const std::lock_guard lock(mutex_);
        not_ready_ = std::move(why);
    }
    if (consumer_ == nullptr || since(last_figures_) < kFigures) return;
    last_figures_ = steady_clock::now();
    std::map<std::string, double> lags;
    for (const auto& lane : lanes_) lags[lane->name()] = 0;
    for (const eventlog::SourceStatus& status : consumer_->status()) {
        const SourceLane* const lane = lane_of(status.topic);
        if (lane != nullptr) lags[lane->name()] += static_cast<double>(status.high_watermark - status.position);
    }
    for (const auto& [name, lag] : lags) context_.telemetry.metrics().source_lag_records.with({name}).set(lag);
}

}  // namespace aw::app
