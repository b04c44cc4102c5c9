#include <algorithm>
#include <map>
#include <stdexcept>

#include "app/partition.hpp"
#include "cli/backtest.hpp"
#include "codec/event_encoder.hpp"
#include "codec/output_decoder.hpp"
#include "settings/activation.hpp"
#include "support/scenario.hpp"

namespace aw::test {
namespace {

using eventlog::Topic;

template <class T>
void by_id(std::vector<T>& list, std::string T::*plain) {
    std::stable_sort(list.begin(), list.end(), [plain](const T& a, const T& b) {
        return std::pair((a.*plain).size(), a.*plain) < std::pair((b.*plain).size(), b.*plain);
    });
}
template <class T, class Id>
void by_id(std::vector<T>& list, Id T::*id) {
    std::stable_sort(list.begin(), list.end(), [id](const T& a, const T& b) {
        return std::pair((a.*id).value.size(), (a.*id).value) < std::pair((b.*id).value.size(), (b.*id).value);
    });
}

template <class T>
T must(Result<T> result, const std::string& text) {
    if (!result) throw std::runtime_error(result.error().message + ": " + text);
    return std::move(*result);
}
template <class T>
T must(eventlog::LogResult<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

// Takes the records of the output topics apart.
class Collector {
public:
    void take(Topic topic, std::string_view key, std::string_view value) {
        const std::string text(value);
        switch (topic) {
            case Topic::signals:
                said_.signals.push_back(must(decode_signal(value), text));
                break;
            case Topic::cases:
                said_.versions.push_back(must(decode_case(value), text));
                cases_[std::string(key)] = said_.versions.back();
                break;
            case Topic::tasks:
                tasks_[std::string(key)] = must(decode_task(value), text);
                break;
            case Topic::notices:
                said_.notices.push_back(must(decode_notice(value), text));
                break;
            case Topic::decisions:
                said_.decisions.push_back(must(decode_decision(value), text));
                break;
            case Topic::reports:
                said_.reports.push_back(text);
                break;
            case Topic::dead_letters:
                ++said_.dead_letters;
                break;
            default:
                break;
        }
    }
    Said done() {
        for (auto& [id, view] : cases_) said_.cases.push_back(view);
        for (auto& [id, task] : tasks_) said_.tasks.push_back(task);
        std::sort(said_.reports.begin(), said_.reports.end());
        by_id(said_.signals, &Signal::signal_id);
        by_id(said_.cases, &Case::case_id);
        by_id(said_.tasks, &Task::task_id);
        by_id(said_.notices, &Notice::notice_id);
        by_id(said_.decisions, &Decision::decision_id);
        return std::move(said_);
    }

private:
    Said said_;
    std::map<std::string, Case> cases_;
    std::map<std::string, Task> tasks_;
};

std::string event_bytes(std::string_view id, Timestamp at, EventPayload payload) {
    Event event;
    event.event_id = id;
    event.occurred_at = at;
    event.source = "accountwatch";
    event.payload = std::move(payload);
    return encode_event(event, Format::protobuf);
}

// The records of the scenario: activation, history, and a tick at its end.
std::vector<eventlog::OutRecord> records_of(const Scenario& scenario, Timestamp from, Timestamp to) {
    std::vector<eventlog::OutRecord> records;
    const auto add = [&](std::string key, std::string value, Timestamp at) {
        if (at < from || at >= to) return;
        eventlog::OutRecord record{Topic::events, std::move(key), std::move(value)};
        if (record.key.empty()) record.partition = eventlog::kEveryPartition;
        eventlog::declare_log_time(record, at);
        records.push_back(std::move(record));
    };
    const auto& entries = scenario.history->entries();
    const Timestamp first = entries.front().at;
    add({},
        event_bytes("activation", first,
                    ActivationEvent{scenario.loaded.rules->revision, scenario.loaded.document, nullptr}),
        first);
    for (const auto& entry : entries)
        add(entry.root.is_set() ? format_root(entry.root) : "", std::string(entry.text()), entry.at);
    add({}, event_bytes("tick", scenario.until, TickEvent{}), scenario.until);
    return records;
}

// The loop of a worker, until it has read `expected` records.
class LogWorker {
public:
    LogWorker(const Scenario& scenario, eventlog::Log& log)
        : scenario_(scenario), log_(log), consumer_(must(log.open_worker({}))) {}

    void run(std::size_t expected) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{120};
        for (std::size_t read = 0; read < expected + answers_;) {
            if (std::chrono::steady_clock::now() > deadline)
                throw std::runtime_error("the log does not deliver all records");
            auto batch = consumer_->poll(500, std::chrono::milliseconds{200});
            if (!batch && batch.error().can_retry()) continue;
            if (!batch) throw std::runtime_error(batch.error().message);
            for (const int partition : batch->assigned) restore(partition);
            for (const auto& record : batch->records) apply(record);
            read += batch->records.size();
            if (!batch->records.empty()) commit();
        }
        consumer_->close();
    }

private:
    void restore(int number) {
        auto partition = std::make_unique<app::Partition>(
            app::PartitionOptions{.partition = number, .partitions = log_.partitions(), .format = Format::json},
            scenario_.loaded.rules, settings::rules_from_document, observer_);
        const auto position = consumer_->restore(number, [&](std::string_view key, std::string_view value) {
            if (!partition->restore(key, value)) throw std::runtime_error("damaged state " + std::string(key));
        });
        if (!position && position.error().can_retry()) return;  // reported again
        positions_[number] = must(position);
        partition->finish_restore();
        partitions_[number] = std::move(partition);
    }
    void apply(eventlog::Record record) {
        // The dates of a scenario are those of the requirements; whether they lie in the past of the log's own clock
        // depends on the day of the test.
        if (record.declared_time) record.append_time = std::max(record.append_time, *record.declared_time);
        partitions_.at(record.partition)->apply(record, staged_.outputs);
        positions_[record.partition] = record.offset + 1;
    }
    void commit() {
        std::vector<StateRecord> changes;
        for (auto& [number, partition] : partitions_) {
            changes.clear();
            partition->shard().collect_changes(changes);
            for (auto& change : changes) {
                staged_.state.push_back(
                    {number, std::move(change.key),
                     change.deleted ? std::nullopt : std::optional<std::string>(std::move(change.value))});
            }
        }
        staged_.positions.assign(positions_.begin(), positions_.end());
        // What shards say to each other comes back as records.
        for (const auto& output : staged_.outputs) answers_ += output.topic == Topic::events ? 1 : 0;
        auto outcome = consumer_->commit(staged_);
        while (!outcome && outcome.error().can_retry()) outcome = consumer_->commit(staged_);
        if (!must(std::move(outcome)).committed) throw std::runtime_error("a commit was given up");
        staged_.clear();
    }

    const Scenario& scenario_;
    eventlog::Log& log_;
    app::PartitionObserver observer_;
    std::unique_ptr<eventlog::GroupConsumer> consumer_;
    std::map<int, std::unique_ptr<app::Partition>> partitions_;
    std::map<int, std::int64_t> positions_;
    std::size_t answers_ = 0;
    eventlog::Commit staged_;
};

std::size_t append(eventlog::Log& log, const std::vector<eventlog::OutRecord>& records) {
    const auto report = must(log.open_appender())->append(records);
    if (!report.complete()) throw std::runtime_error(report.error->message);
    std::size_t copies = 0;
    for (const auto& record : records) copies += record.partition ? static_cast<std::size_t>(log.partitions()) : 1;
    return copies;
}

void collect(eventlog::Log& log, Topic topic, Collector& collector) {
    auto reader = must(log.open_reader(topic));
    for (bool last = false; !last;) {
        last = reader->caught_up();
        const auto records = reader->poll(1000, std::chrono::milliseconds{last ? 0 : 1000});
        for (const auto& record : must(records)) {
            if (!record.tombstone) collector.take(topic, record.key, record.value);
        }
    }
}

}  // namespace

Said run_in_memory(const Scenario& scenario) {
    Collector collector;
    auto backtest = must(cli::Backtest::make(scenario.loaded.document, 3), scenario.name);
    backtest->on_output([&](eventlog::OutRecord&& output) { collector.take(output.topic, output.key, output.value); });
    for (const auto& entry : scenario.history->entries()) {
        if (entry.at <= scenario.until) backtest->apply(entry);
    }
    backtest->finish(scenario.until);
    return collector.done();
}

Said run_through_log(const Scenario& scenario, Backend& backend, bool restart) {
    const Timestamp beginning{0};
    const Timestamp end = scenario.until + Duration{1};
    const auto phase = [&](Timestamp from, Timestamp to) {
        const auto records = records_of(scenario, from, to);
        const std::size_t copies = append(backend.log(), records);
        LogWorker(scenario, backend.log()).run(copies);
    };
    Timestamp start = beginning;
    std::map<Timestamp, bool> stops;
    for (const Timestamp at : scenario.pauses) stops[at] = false;
    for (const Timestamp at : restart ? scenario.restarts : std::vector<Timestamp>{}) stops[at] = true;
    for (const auto& [at, reopen] : stops) {
        phase(start, at);
        if (reopen) backend.reopen();
        start = at;
    }
    phase(start, end);
    Collector collector;
    for (const Topic topic : {Topic::signals, Topic::cases, Topic::tasks, Topic::notices, Topic::decisions,
                              Topic::reports, Topic::dead_letters}) {
        collect(backend.log(), topic, collector);
    }
    return collector.done();
}

}  // namespace aw::test
