// Worker: a partition comes, with its state.
#include "app/exit_codes.hpp"
#include "app/open_log.hpp"
#include "app/worker.hpp"
#include "core/shard/state_version.hpp"
#include "settings/activation.hpp"

namespace aw::app {
namespace {

constexpr Duration kTellRestore = std::chrono::seconds{5};

// With a state record that cannot be read and says to be of this version.
std::string what_is_wrong_with(std::uint32_t version) {
    const std::string anew =
        "have the log read again from its beginning (Kafka: empty the state topic and take another log.kafka.group_id; "
        "embedded: send the history into a new log.embedded.path)";
    if (version <= kStateVersion) return " is damaged: " + anew;
    return " was written by a newer accountwatch (state version " + std::to_string(version) +
           ", this one reads up to " + std::to_string(kStateVersion) + "): install that version, or " + anew;
}

std::string made_with_another(std::uint32_t made_with, std::uint32_t partitions) {
    const std::string before = std::to_string(made_with);
    return "state was made with " + before + " partitions, log.partitions is " + std::to_string(partitions) +
           ": set it to " + before +
           ", or begin with new topics (another log.kafka.topic_prefix) and send the history again: topics that were "
           "extended cannot go back, and accounts would live in two shards";
}

std::string nothing_of(std::int64_t position, int partition) {
    return "events of partition " + std::to_string(partition) + " were read up to position " +
           std::to_string(position) +
           ", and the state holds nothing of them: was the state topic made anew, or the group moved before the first "
           "start? What they said is not known; have them read again with another log.kafka.group_id";
}

// The topic was made anew under a running daemon, or it is not compacted and retention has cut it.
std::string has_lost(const Partition::Loss& loss, int partition) {
    return "the state of partition " + std::to_string(partition) + " speaks of " + std::to_string(loss.said) +
           " accounts, and the state topic has all of " + std::to_string(loss.whole) +
           ": was it made anew while the daemon ran, or cut by retention? What is missing is not known; empty the "
           "state topic and take another log.kafka.group_id: the log is read again from its beginning";
}

// The other way round: a state that does not say how far it goes, and a group that has forgotten.
std::string nobody_knows_how_far(int partition) {
    return "the state of partition " + std::to_string(partition) +
           " is of an older version, and the group holds no position of it: what it has read is not known (was the "
           "daemon stopped for longer than offsets.retention.minutes?). Empty the state topic and take another "
           "log.kafka.group_id: the log is read again from its beginning";
}

}  // namespace

// Tells how far a long restore is, and keeps the watchdog quiet meanwhile.
class Worker::RestoreProgress {
public:
    RestoreProgress(Worker& worker, int number) : worker_(worker), number_(number) {}
    void read(std::size_t records) {
        records_ += records;
        look(records);
    }
    void handed() {
        any_ = true;
        look(1);
    }
    [[nodiscard]] bool any() const { return any_; }
    void done(const Partition& partition, std::int64_t position) const {
        worker_.context_.telemetry.report(telemetry::PartitionRestored{.partition = number_,
                                                                       .records = records_,
                                                                       .told = told_,
                                                                       .seconds = seconds(),
                                                                       .accounts = partition.shard().counts().accounts,
                                                                       .position = position});
    }

private:
    static constexpr std::uint64_t kLook = 256;  // records; a look at the clock for each would be felt
    void look(std::size_t records) {
        steps_ += records;
        if (steps_ < kLook) return;
        steps_ = 0;
        worker_.last_round_ = worker_.context_.pace.now();
        if (worker_.since(told_at_) < kTellRestore) return;
        worker_.context_.telemetry.report(telemetry::PartitionRestoring{
            .partition = number_, .records = records_, .added = records_ - told_, .seconds = seconds()});
        told_ = records_;
        told_at_ = worker_.context_.pace.now();
    }
    [[nodiscard]] double seconds() const { return static_cast<double>(worker_.since(began_).count()) / 1000; }

    Worker& worker_;
    int number_;
    bool any_ = false;           // was handed over
    std::uint64_t records_ = 0;  // read; a changelog has older ones of a key, too
    std::uint64_t steps_ = 0;    // since the last look
    std::uint64_t told_ = 0;
    Pace::Instant began_ = worker_.context_.pace.now();
    Pace::Instant told_at_ = began_;
};

void Worker::restore(int number) {
    RestoreProgress progress(*this, number);
    if (told_assigned_.insert(number).second)
        context_.telemetry.report(telemetry::PartitionAssigned{.partition = number});
    const auto partitions = static_cast<std::uint32_t>(context_.log.partitions());
    drop(number);
    const settings::Settings& settings = context_.settings;
    auto partition =
        std::make_unique<Partition>(PartitionOptions{number, static_cast<int>(partitions), value_format(settings.log),
                                                     settings.log.kafka.topic_prefix + "events"},
                                    context_.target.rules, settings::rules_from_document, observer());
    std::string damaged;
    std::uint32_t version = 0;
    const auto take = [&](std::string_view key, std::string_view value) {
        progress.handed();
        if (partition->restore(key, value) || !damaged.empty()) return;
        damaged = key;
        version = state_version_of(value);
    };
    const auto position = consumer_->restore(number, take, [&](std::size_t records) { progress.read(records); });
    if (!position) {
        if (!stopping_ && !survive(position.error(), "restoring a partition")) stopping_ = true;
        return;
    }
    if (stopping_) return;  // whoever starts next restores from the beginning
    if (!damaged.empty()) {
        const std::string which = "state record \"" + damaged + "\" of partition " + std::to_string(number);
        return refuse(which + what_is_wrong_with(version));
    }
    if (const auto made_with = partition->made_with().value_or(partitions); made_with != partitions)
        return refuse(made_with_another(made_with, partitions));
    if (!progress.any() && *position > 0 && consumer_->has_committed(number))
        return refuse(nothing_of(*position, number));
    if (progress.any() && !partition->position() && !consumer_->has_committed(number))
        return refuse(nobody_knows_how_far(number));
    if (const auto loss = partition->loss()) return refuse_or_read_again(number, *position, has_lost(*loss, number));
    std::int64_t next = partition->position().value_or(*position);
    if (next != *position && !go_on_from(number, next)) return;
    partition->finish_restore();
    progress.done(*partition, next);
    partitions_[number] = std::move(partition);
    pulses_[number] = {};
    pulses_[number].revision = partitions_[number]->shard().rules().revision;
    positions_[number] = next;
}

void Worker::refuse(const std::string& why) {
    context_.sinks.failed(kExitConfiguration, why);
    stopping_ = true;
}

// Whoever had the partition while this process stood still may be committing at this moment, and the state was read in
// the middle of that: then the group has gone on, and it is restored once more.
void Worker::refuse_or_read_again(int number, std::int64_t position, const std::string& why) {
    const auto group = consumer_->ask_again(number);
    if (!group) {
        if (!survive(group.error(), "restoring a partition")) stopping_ = true;
    } else if (*group == position) {
        refuse(why);
    }
}

// State and positions are committed together. Where they differ (somebody has moved the group's positions, or a broker
// has lost a part of a transaction), what the state says of itself is what was applied: read on from there, and nothing
// is left out or counted twice.
bool Worker::go_on_from(int number, std::int64_t& next) {
    const auto moved = consumer_->go_on_from(number, next);
    if (!moved) {
        if (!survive(moved.error(), "restoring a partition")) stopping_ = true;
        return false;
    }
    next = moved->next;  // what retention has deleted is told by the log
    if (next != moved->group) {
        context_.telemetry.report(
            telemetry::PositionsDiffer{.partition = number, .group = moved->group, .state = next});
    }
    return true;
}

void Worker::leave(int number, bool lost) {
    drop(number);
    told_assigned_.erase(number);
    context_.telemetry.report(telemetry::PartitionRevoked{.partition = number, .lost = lost});
}

}  // namespace aw::app
