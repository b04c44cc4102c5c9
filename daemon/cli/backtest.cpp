#include "cli/backtest.hpp"

#include "base/hash.hpp"
#include "codec/event_encoder.hpp"
#include "settings/activation.hpp"

namespace aw::cli {

Result<std::unique_ptr<Backtest>> Backtest::make(std::string_view document, int partitions) {
    auto rules = settings::rules_from_document(document);
    if (!rules) return fail(rules.error());
    return std::unique_ptr<Backtest>(new Backtest(std::move(*rules), partitions));
}

Backtest::Backtest(std::shared_ptr<const Rules> rules, int partitions)
    : rules_(std::move(rules)), offsets_(static_cast<std::size_t>(partitions)) {
    for (int i = 0; i < partitions; ++i) {
        const app::PartitionOptions options{.partition = i, .partitions = partitions, .format = Format::json};
        partitions_.push_back(std::make_unique<app::Partition>(options, rules_, settings::rules_from_document, *this));
    }
}

void Backtest::on_event(std::string_view, Applied outcome) { last_outcome_ = outcome; }

void Backtest::on_effect(const Effect& effect) {
    if (on_effect_) on_effect_(effect);
    if (people_ != nullptr) people_->see(effect, now_);
}

void Backtest::drain() {
    for (eventlog::OutRecord& output : outputs_) {
        if (output.topic == eventlog::Topic::events) {
            answers_.push_back(std::move(output));
        } else if (on_output_) {
            on_output_(std::move(output));
        }
    }
    outputs_.clear();
    loop_back();
    find_next_due();
}

// What shards say to each other goes through the log: read at once, at the time at which it was written.
void Backtest::loop_back() {
    if (looping_) return;  // whoever loops takes what has just come, too
    looping_ = true;
    const Applied outcome = last_outcome_;
    while (!answers_.empty()) {
        const eventlog::OutRecord answer = std::move(answers_.front());
        answers_.pop_front();
        const auto owner = static_cast<std::size_t>(partition_of(answer.key, static_cast<int>(partitions_.size())));
        apply_in(owner, now_, answer.key, answer.value);
    }
    last_outcome_ = outcome;
    looping_ = false;
}

void Backtest::find_next_due() {
    next_due_.reset();
    for (std::size_t i = 0; i < partitions_.size(); ++i) {
        const auto due = partitions_[i]->shard().next_deadline();
        if (!due || (next_due_ && *next_due_ <= *due)) continue;
        next_due_ = due;
        next_partition_ = i;
    }
}

// Deadlines and people's deeds up to `until`, in order of time; at one instant deadlines come first.
void Backtest::fire_before(Timestamp until, bool inclusive) {
    for (;;) {
        const auto deed = people_ == nullptr ? std::nullopt : people_->next();
        if (next_due_ && *next_due_ <= until && (!deed || *next_due_ <= *deed)) {
            now_ = *next_due_;
            partitions_[next_partition_]->advance(now_, outputs_);
            drain();
        } else if (deed && (*deed < until || (inclusive && *deed == until))) {
            act();
        } else {
            return;
        }
    }
}

void Backtest::act() {
    now_ = *people_->next();
    const auto command = people_->act();
    if (command == nullptr) return;
    ++counts_.commands_of_people;
    const Event event = command->event();
    if (on_people_) on_people_(event);
    const std::string value = encode_event(event, Format::protobuf);
    if (is_broadcast(event)) {
        for (std::size_t i = 0; i < partitions_.size(); ++i) apply_in(i, now_, {}, value);
        return;
    }
    const std::string key = format_root(root_of(event));
    const auto partition = static_cast<std::size_t>(partition_of(key, static_cast<int>(partitions_.size())));
    apply_in(partition, now_, key, value);
}

void Backtest::apply_in(std::size_t partition, Timestamp at, std::string_view key, std::string_view value) {
    eventlog::Record record;
    record.partition = static_cast<int>(partition);
    record.offset = offsets_[partition]++;
    record.append_time = at;
    record.declared_time = at;
    record.key = key;
    record.value = value;
    partitions_[partition]->apply(record, outputs_);
    drain();
}

// As the activation does that stands at the beginning of every partition: one without accounts answers the others, too.
void Backtest::start(Timestamp at) {
    started_ = true;
    Event tick;
    tick.event_id = "tick";
    tick.occurred_at = at;
    tick.source = "accountwatch";
    tick.payload = TickEvent{};
    const std::string value = encode_event(tick, Format::protobuf);
    for (std::size_t i = 0; i < partitions_.size(); ++i) apply_in(i, at, {}, value);
}

void Backtest::apply(const History::Entry& entry) {
    if (!started_) start(entry.at);
    fire_before(entry.at, false);
    now_ = entry.at;
    const int partitions = static_cast<int>(partitions_.size());
    if (entry.root.is_set()) {
        const std::string key = format_root(entry.root);
        apply_in(static_cast<std::size_t>(partition_of(key, partitions)), entry.at, key, entry.text());
    } else {
        for (int i = 0; i < partitions; ++i) apply_in(static_cast<std::size_t>(i), entry.at, {}, entry.text());
    }
    switch (last_outcome_) {
        case Applied::applied:
            ++counts_.applied;
            if (on_applied_) on_applied_(entry);
            break;
        case Applied::duplicate:
            ++counts_.duplicates;
            break;
        case Applied::late:
            ++counts_.late;
            break;
        case Applied::refused:
            return;
    }
    if (entry.root.is_set() && !first_day_.contains(entry.root)) {
        first_day_.emplace(entry.root, rules_->calendar.day_of(entry.at));
    }
}

void Backtest::finish(Timestamp until) {
    fire_before(until, true);
    for (std::size_t i = 0; i < partitions_.size(); ++i) {
        partitions_[i]->advance(until, outputs_);
        drain();
    }
}

BacktestCounts Backtest::counts(Timestamp until) const {
    BacktestCounts counts = counts_;
    std::string hashes;
    for (const auto& partition : partitions_) {
        const ShardCounts of = partition->shard().counts();
        counts.accounts += of.accounts;
        counts.accounts_watched += of.watched;
        hashes += std::to_string(partition->shard().state_hash()) + ",";
    }
    counts.state_hash = hash64(hashes);
    const Day last = rules_->calendar.day_of(until);
    const Day from = rules_->live_from ? rules_->calendar.day_of(*rules_->live_from) : last;
    for (const auto& [root, first] : first_day_) {
        counts.account_days += std::max(0, last - std::max(first, from) + 1);
    }
    return counts;
}

}  // namespace aw::cli
