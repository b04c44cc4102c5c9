// Worker: what it tells of its partitions while it works: lag, and how far the feeds are complete.
#include <algorithm>

#include "app/worker.hpp"

namespace aw::app {
namespace {

constexpr Duration kFigures = std::chrono::seconds{1};
// Of log time: a line in the log from there on, every kTellBehind until only kCaughtUp are left.
constexpr double kBehindSeconds = 60;
constexpr double kCaughtUpSeconds = 10;
constexpr Duration kTellBehind = std::chrono::seconds{30};

}  // namespace

void Worker::publish_figures() {
    if (since(last_figures_) < kFigures) return;
    last_figures_ = context_.pace.now();
    auto& metrics = context_.telemetry.metrics();
    const Timestamp now = context_.clock.now();
    for (const eventlog::PartitionStatus& status : consumer_->status()) {
        const auto found = partitions_.find(status.partition);
        if (found == partitions_.end()) continue;  // not restored yet: nobody knows its log time
        const std::string partition = std::to_string(status.partition);
        const auto lag = std::max<std::int64_t>(0, status.high_watermark - status.position);
        const auto since_log_time = std::max<std::int64_t>(0, (now - found->second->shard().clock()).count());
        const double behind = lag == 0 ? 0 : static_cast<double>(since_log_time) / 1000;
        metrics.log_lag_records.with({partition}).set(static_cast<double>(lag));
        metrics.log_time_lag_seconds.with({partition}).set(behind);
        tell_behind(status.partition, lag, behind);
    }
    for (const auto& [number, partition] : partitions_) {
        for (const auto& mark : partition->shard().watermarks()) {
            const std::string region = mark.region == 0 ? "" : format_region(mark.region);
            metrics.feed_complete_until_timestamp_seconds.with({mark.feed, region})
                .set(static_cast<double>(mark.complete_until.ms) / 1000);
        }
    }
}

void Worker::tell_behind(int number, std::int64_t records, double seconds) {
    auto& told_at = pulses_.at(number).behind_told_at;
    if (seconds >= kBehindSeconds && (!told_at || since(*told_at) >= kTellBehind)) {
        context_.telemetry.report(
            telemetry::PartitionBehind{.partition = number, .records = records, .seconds = seconds});
        told_at = context_.pace.now();
    } else if (told_at && seconds < kCaughtUpSeconds) {
        context_.telemetry.report(telemetry::PartitionCaughtUp{.partition = number});
        told_at.reset();
    }
}

}  // namespace aw::app
