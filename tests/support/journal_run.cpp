#include <algorithm>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "app/partition.hpp"
#include "contract/backends.hpp"
#include "settings/activation.hpp"
#include "support/journal.hpp"
#include "support/log_work.hpp"

namespace aw::test {
namespace {

using eventlog::Topic;

constexpr int kPartitions = 4;  // as many as a journal may have shards
constexpr std::chrono::seconds kPatience{60};

// The log of this process and its worker, used by one journal after the other, since topics of Kafka cost seconds: each
// leaves no state behind, and reads on in the output topics where the one before has ended.
class ProcessLog {
public:
    static ProcessLog& get() {
        static ProcessLog log;
        return log;
    }
    [[nodiscard]] bool is_kafka() const { return kafka_; }
    void begin(int shards) {
        if (shards > kPartitions) throw std::runtime_error("more shards than partitions");
        if (backend_) return;
        const auto kinds = all_backends();
        const auto kind = std::ranges::find_if(
            kinds, [&](const BackendKind& k) { return k.name == std::string_view(kafka_ ? "Kafka" : "Sqlite"); });
        backend_ = kind->make(kPartitions);
        read_.clear();
    }
    void reopen() {
        close();
        backend_->reopen();
    }
    void drop() {
        close();
        backend_.reset();
    }
    eventlog::Log& log() { return backend_->log(); }
    // The worker, with all partitions restored; `sink` gets what was stored of each.
    eventlog::GroupConsumer& worker(const std::function<void(int, std::string_view, std::string_view)>& sink) {
        if (worker_) return *worker_;
        worker_ = must(log().open_worker({}));
        positions_.clear();
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        while (positions_.size() < kPartitions) {
            if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("the worker gets no partitions");
            const auto batch = worker_->poll(1, std::chrono::milliseconds{100});
            if (!batch && !batch.error().can_retry()) throw std::runtime_error(batch.error().message);
            if (!batch) continue;
            for (const int partition : batch->assigned) {
                const auto position = worker_->restore(
                    partition, [&](std::string_view key, std::string_view value) { sink(partition, key, value); });
                if (!position && position.error().can_retry()) continue;  // reported again
                positions_[partition] = must(position);
            }
        }
        return *worker_;
    }
    std::map<int, std::int64_t>& positions() { return positions_; }
    // Is it the first time that this record of an output topic is seen?
    bool is_new(Topic topic, const eventlog::Record& record) {
        std::int64_t& next = read_[{topic, record.partition}];
        if (record.offset < next) return false;
        next = record.offset + 1;
        return true;
    }
    eventlog::TopicReader& reader(Topic topic) {
        auto& reader = readers_[topic];
        if (!reader) reader = must(log().open_reader(topic));
        return *reader;
    }

private:
    ProcessLog() {
        const char* const wanted = std::getenv("ACCOUNTWATCH_TEST_LOG");
        kafka_ = wanted != nullptr && std::string_view(wanted) == "Kafka";
        begin(0);  // a broker of this process lives longer than what uses it
    }
    void close() {
        if (worker_) worker_->close();
        worker_.reset();
        readers_.clear();
    }

    bool kafka_ = false;
    std::unique_ptr<Backend> backend_;
    std::unique_ptr<eventlog::GroupConsumer> worker_;
    std::map<Topic, std::unique_ptr<eventlog::TopicReader>> readers_;
    std::map<int, std::int64_t> positions_;
    std::map<std::pair<Topic, int>, std::int64_t> read_;  // offset of the next output
};

class Run {
public:
    explicit Run(const Journal& journal) : log_(ProcessLog::get()), journal_(journal) {
        log_.begin(journal.shards());
        begin();
    }

    void read(std::size_t from, std::size_t to) {
        std::vector<eventlog::OutRecord> records;
        for (std::size_t i = from; i < to; ++i) {
            const Journal::Read& one = journal_.reads()[i];
            records.push_back({Topic::events, one.key, one.value, one.shard});
            eventlog::declare_log_time(records.back(), one.at);
        }
        const auto report = must(log_.log().open_appender())->append(records);
        if (!report.complete()) throw std::runtime_error(report.error->message);
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        for (std::size_t read = 0; read < records.size();) {
            if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("not all records are delivered");
            const auto batch = worker_->poll(500, std::chrono::milliseconds{200});
            if (!batch && batch.error().can_retry()) continue;
            if (!batch) throw std::runtime_error(batch.error().message);
            for (const eventlog::Record& record : batch->records) apply(record);
            read += batch->records.size();
            if (!batch->records.empty()) commit();
        }
    }

    // The worker ends, and another one goes on from what is stored.
    void restart() {
        const auto before = hashes();
        log_.reopen();
        begin();
        if (hashes() != before) throw std::runtime_error("another state after a restart");
    }
    [[nodiscard]] std::vector<std::uint64_t> hashes() const {
        std::vector<std::uint64_t> list;
        for (const auto& partition : partitions_) list.push_back(partition->shard().state_hash());
        return list;
    }

    // Leaves nothing for the next one to restore.
    void clear_state() {
        for (int i = 0; i < journal_.shards(); ++i) {
            std::vector<StateRecord> records;
            of(i).shard().snapshot(records);
            for (StateRecord& one : records) staged_.state.push_back({i, std::move(one.key), std::nullopt});
        }
        commit_all(*worker_, staged_);
    }

    // What the topics hold of these shards: until it is as much as was committed, or nothing more comes.
    Journal::Lines outputs() {
        Journal::Lines found;
        for (const auto& [topic, lines] : committed_) {
            // The embedded log forgets at once what compaction takes away.
            const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{log_.is_kafka() ? 10 : 0};
            eventlog::TopicReader& reader = log_.reader(topic);
            std::vector<std::string>& list = found[topic];
            for (bool last = false; !last && list.size() < lines.size();) {
                last = reader.caught_up() && std::chrono::steady_clock::now() > deadline;
                const auto records = reader.poll(1000, std::chrono::milliseconds{last ? 0 : 100});
                if (!records && !records.error().can_retry()) throw std::runtime_error(records.error().message);
                if (!records) continue;
                for (const eventlog::Record& record : *records) {
                    if (log_.is_new(topic, record)) list.push_back(line_of(topic, record.key, record.value));
                }
            }
        }
        return found;
    }

private:
    // Partitions with what is stored of them.
    void begin() {
        partitions_.clear();
        for (int i = 0; i < journal_.shards(); ++i) {
            partitions_.push_back(std::make_unique<app::Partition>(
                app::PartitionOptions{.partition = i, .partitions = journal_.shards(), .format = Format::json},
                journal_.loaded().rules, settings::rules_from_document, observer_));
        }
        worker_ = &log_.worker([&](int partition, std::string_view key, std::string_view value) {
            if (partition >= journal_.shards()) {  // of a journal before this one, in the same process
                if (key != "place") throw std::runtime_error("state of nobody: " + std::string(key));
                return;
            }
            if (!of(partition).restore(key, value)) throw std::runtime_error("damaged state " + std::string(key));
        });
        for (auto& partition : partitions_) partition->finish_restore();
    }
    app::Partition& of(int partition) { return *partitions_.at(static_cast<std::size_t>(partition)); }

    // The dates are those of the requirements; whether they lie in the past of the log's own clock depends on the day
    // of the test. So the declared time is the record's time, as if it had been appended then.
    void apply(eventlog::Record record) {
        record.append_time = std::max(record.append_time, record.declared_time.value());
        const std::size_t before = staged_.outputs.size();
        of(record.partition).apply(record, staged_.outputs);
        for (std::size_t i = before; i < staged_.outputs.size(); ++i) staged_.outputs[i].partition = record.partition;
        log_.positions()[record.partition] = record.offset + 1;
    }
    void commit() {
        // What shards tell each other stands in the journal already.
        std::erase_if(staged_.outputs, [](const auto& output) { return output.topic == Topic::events; });
        for (const auto& output : staged_.outputs)
            committed_[output.topic].push_back(line_of(output.topic, output.key, output.value));
        for (int i = 0; i < journal_.shards(); ++i) {
            staged_.positions.emplace_back(i, log_.positions().at(i));
            of(i).stage_changes(staged_);
        }
        commit_all(*worker_, staged_);
    }

    ProcessLog& log_;
    const Journal& journal_;
    app::PartitionObserver observer_;
    eventlog::GroupConsumer* worker_ = nullptr;
    std::vector<std::unique_ptr<app::Partition>> partitions_;
    eventlog::Commit staged_;
    Journal::Lines committed_;
};

}  // namespace

Logged run_through_log(const Journal& journal) {
    const std::size_t all = journal.reads().size();
    if (all == 0) throw std::runtime_error("nothing was read");
    try {
        Run run(journal);
        if (ProcessLog::get().is_kafka()) {
            run.read(0, all);
        } else {
            run.read(0, all / 2);
            run.restart();
            run.read(all / 2, all);
        }
        run.clear_state();
        return {run.outputs(), run.hashes()};
    } catch (...) {
        ProcessLog::get().drop();  // the next one does not find half of this one
        throw;
    }
}

}  // namespace aw::test
