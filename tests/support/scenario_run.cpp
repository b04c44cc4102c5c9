#include <algorithm>
#include <deque>
#include <map>
#include <stdexcept>

#include "app/partition.hpp"
#include "base/hash.hpp"
#include "cli/backtest.hpp"
#include "codec/event_encoder.hpp"
#include "codec/output_decoder.hpp"
#include "settings/activation.hpp"
#include "support/log_work.hpp"
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
            case Topic::data_gaps:
                said_.data_gaps.push_back(must(decode_data_gap(value), text));
                break;
            case Topic::dead_letters:
                ++said_.dead_letters;
                break;
            default:
                break;
        }
    }
    Said done(std::size_t duplicates = 0) {
        said_.duplicates = duplicates;
        for (auto& [id, view] : cases_) said_.cases.push_back(view);
        for (auto& [id, task] : tasks_) said_.tasks.push_back(task);
        std::sort(said_.reports.begin(), said_.reports.end());
        by_id(said_.signals, &Signal::signal_id);
        by_id(said_.cases, &Case::case_id);
        by_id(said_.tasks, &Task::task_id);
        by_id(said_.notices, &Notice::notice_id);
        by_id(said_.decisions, &Decision::decision_id);
        by_id(said_.data_gaps, &DataGap::gap_id);
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

// Counts what was recognised as said before.
class Observer final : public app::PartitionObserver {
public:
    void on_event(std::string_view, Applied outcome) override { duplicates += outcome == Applied::duplicate ? 1 : 0; }
    std::size_t duplicates = 0;
};

// The partitions of a scenario, wherever their records come from.
class Partitions {
public:
    Partitions(const Scenario& scenario, int count, Observer& observer)
        : scenario_(scenario), count_(count), observer_(observer) {}

    app::Partition& make(int number) {
        all_[number] = std::make_unique<app::Partition>(
            app::PartitionOptions{.partition = number, .partitions = count_, .format = Format::json},
            scenario_.loaded.rules, settings::rules_from_document, observer_);
        return *all_[number];
    }
    // The dates of a scenario are those of the requirements; whether they lie in the past of the log's own clock
    // depends on the day of the test. So the declared time is the record's time, as if it had been appended then.
    void apply(eventlog::Record record, std::vector<eventlog::OutRecord>& outputs) {
        const Timestamp at = record.declared_time.value_or(record.append_time);
        record.append_time = std::max(record.append_time, at);
        if (scenario_.is_live(at)) {
            record.append_time = at;
            record.declared_time.reset();
        }
        const std::size_t before = outputs.size();
        all_.at(record.partition)->apply(record, outputs);
        for (std::size_t i = before; i < outputs.size(); ++i) {
            const bool declared = !outputs[i].headers.empty();
            if (outputs[i].topic == Topic::events && !declared) eventlog::declare_log_time(outputs[i], at);
        }
    }
    [[nodiscard]] std::map<int, std::uint64_t> hashes() const {
        std::map<int, std::uint64_t> list;
        for (const auto& [number, partition] : all_) list[number] = partition->shard().state_hash();
        return list;
    }
    [[nodiscard]] std::map<int, std::unique_ptr<app::Partition>>& all() { return all_; }

private:
    const Scenario& scenario_;
    int count_;
    Observer& observer_;
    std::map<int, std::unique_ptr<app::Partition>> all_;
};

void must_agree(const std::map<int, std::uint64_t>& before, const std::map<int, std::uint64_t>& after,
                const char* what) {
    if (before != after) throw std::runtime_error(std::string("another state after ") + what);
}

// What the log holds, read from its beginning by shards that know nothing.
std::map<int, std::uint64_t> replayed(const Scenario& scenario, eventlog::Log& log) {
    Observer observer;
    Partitions partitions(scenario, log.partitions(), observer);
    for (int i = 0; i < log.partitions(); ++i) partitions.make(i);
    std::vector<eventlog::OutRecord> outputs;
    auto reader = must(log.open_reader(Topic::events));
    for (bool last = false; !last;) {
        last = reader->caught_up();
        const auto records = reader->poll(1000, std::chrono::milliseconds{last ? 0 : 1000});
        for (const auto& record : must(records)) partitions.apply(record, outputs);
    }
    return partitions.hashes();
}

// The loop of a worker, until it has read `expected` records.
class LogWorker {
public:
    LogWorker(const Scenario& scenario, eventlog::Log& log, Observer& observer)
        : log_(log), consumer_(must(log.open_worker({}))), partitions_(scenario, log.partitions(), observer) {}

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
    // Of all partitions, as they were restored and as they are now.
    [[nodiscard]] const std::map<int, std::uint64_t>& restored() const { return restored_; }
    [[nodiscard]] std::map<int, std::uint64_t> hashes() const { return partitions_.hashes(); }

private:
    void restore(int number) {
        app::Partition& partition = partitions_.make(number);
        const auto position = consumer_->restore(number, [&](std::string_view key, std::string_view value) {
            if (!partition.restore(key, value)) throw std::runtime_error("damaged state " + std::string(key));
        });
        if (!position && position.error().can_retry()) return;  // reported again
        positions_[number] = must(position);
        partition.finish_restore();
        restored_[number] = partition.shard().state_hash();
    }
    void apply(const eventlog::Record& record) {
        partitions_.apply(record, staged_.outputs);
        positions_[record.partition] = record.offset + 1;
    }
    void commit() {
        staged_.positions.assign(positions_.begin(), positions_.end());
        for (auto& [number, partition] : partitions_.all()) partition->stage_changes(staged_);
        // What shards say to each other comes back as records.
        for (const auto& output : staged_.outputs) answers_ += output.topic == Topic::events ? 1 : 0;
        commit_all(*consumer_, staged_);
    }

    eventlog::Log& log_;
    std::unique_ptr<eventlog::GroupConsumer> consumer_;
    Partitions partitions_;
    std::map<int, std::int64_t> positions_;
    std::map<int, std::uint64_t> restored_;
    std::size_t answers_ = 0;
    eventlog::Commit staged_;
};

// The same without a log: every record and answer goes to its partition at once. For scenarios that are partly live,
// which a backtest never is.
class InMemory {
public:
    InMemory(const Scenario& scenario, int partitions, Collector& collector)
        : scenario_(scenario), count_(partitions), collector_(collector), partitions_(scenario, partitions, observer_) {
        for (int i = 0; i < partitions; ++i) partitions_.make(i);
    }

    void read(const eventlog::OutRecord& record, Timestamp at) {
        if (record.partition != eventlog::kEveryPartition) return read_in(partition_of(record.key, count_), record, at);
        for (int i = 0; i < count_; ++i) read_in(i, record, at);
    }
    // Shards that know nothing read all of it again; and all of them go on from their stored state.
    void restart() {
        const auto before = partitions_.hashes();
        Observer observer;
        Partitions again(scenario_, count_, observer);
        for (int i = 0; i < count_; ++i) again.make(i);
        std::vector<eventlog::OutRecord> outputs;
        for (const Kept& kept : kept_) again.apply(kept.record(), outputs);
        must_agree(before, again.hashes(), "a replay");
        for (int i = 0; i < count_; ++i) {
            std::vector<StateRecord> state;
            partitions_.all().at(i)->shard().snapshot(state);
            app::Partition& fresh = partitions_.make(i);
            for (const StateRecord& one : state) {
                if (!fresh.restore(one.key, one.value)) throw std::runtime_error("damaged state " + one.key);
            }
            fresh.finish_restore();
        }
        must_agree(before, partitions_.hashes(), "a restart");
    }
    [[nodiscard]] std::size_t duplicates() const { return observer_.duplicates; }

private:
    struct Kept {
        int partition;
        Timestamp at;
        std::string key;
        std::string value;
        [[nodiscard]] eventlog::Record record() const {
            eventlog::Record record;
            record.partition = partition;
            record.append_time = record.declared_time.emplace(at);
            record.key = key;
            record.value = value;
            return record;
        }
    };
    void read_in(int partition, const eventlog::OutRecord& record, Timestamp at) {
        kept_.push_back({partition, at, record.key, record.value});
        std::vector<eventlog::OutRecord> outputs;
        partitions_.apply(kept_.back().record(), outputs);
        for (const eventlog::OutRecord& output : outputs) {
            if (output.topic == Topic::events)
                read(output, at);
            else
                collector_.take(output.topic, output.key, output.value);
        }
    }

    const Scenario& scenario_;
    int count_;
    Collector& collector_;
    Observer observer_;
    Partitions partitions_;
    std::deque<Kept> kept_;
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

Said run_in_memory(const Scenario& scenario, int partitions) {
    Collector collector;
    if (scenario.live_to.is_set()) {
        InMemory memory(scenario, partitions, collector);
        auto restart = scenario.restarts.begin();
        for (const eventlog::OutRecord& record : records_of(scenario, Timestamp{0}, scenario.until + Duration{1})) {
            const Timestamp at = *eventlog::parse_log_time(record.headers.front().value);
            for (; restart != scenario.restarts.end() && *restart <= at; ++restart) memory.restart();
            memory.read(record, at);
        }
        return collector.done(memory.duplicates());
    }
    auto backtest = must(cli::Backtest::make(scenario.loaded.document, partitions), scenario.name);
    backtest->on_output([&](eventlog::OutRecord&& output) { collector.take(output.topic, output.key, output.value); });
    for (const auto& entry : scenario.history->entries()) {
        if (entry.at <= scenario.until) backtest->apply(entry);
    }
    backtest->finish(scenario.until);
    return collector.done(backtest->counts(scenario.until).duplicates);
}

Said run_through_log(const Scenario& scenario, Backend& backend, bool restart) {
    const Timestamp beginning{0};
    const Timestamp end = scenario.until + Duration{1};
    Observer observer;
    std::map<int, std::uint64_t> before;  // of the worker that stopped
    const auto phase = [&](Timestamp from, Timestamp to) {
        const auto records = records_of(scenario, from, to);
        const std::size_t copies = append(backend.log(), records);
        LogWorker worker(scenario, backend.log(), observer);
        worker.run(copies);
        if (!before.empty()) must_agree(before, worker.restored(), "a restart");
        before = worker.hashes();
    };
    Timestamp start = beginning;
    std::map<Timestamp, bool> stops;
    for (const Timestamp at : scenario.pauses) stops[at] = false;
    for (const Timestamp at : restart ? scenario.restarts : std::vector<Timestamp>{}) stops[at] = true;
    for (const auto& [at, reopen] : stops) {
        phase(start, at);
        if (reopen) {
            backend.reopen();
            must_agree(before, replayed(scenario, backend.log()), "a replay");
        }
        start = at;
    }
    phase(start, end);
    Collector collector;
    for (const Topic topic : {Topic::signals, Topic::cases, Topic::tasks, Topic::notices, Topic::decisions,
                              Topic::reports, Topic::data_gaps, Topic::dead_letters}) {
        collect(backend.log(), topic, collector);
    }
    return collector.done(observer.duplicates);
}

}  // namespace aw::test
