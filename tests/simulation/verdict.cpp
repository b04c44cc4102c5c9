#include "verdict.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sqlite3.h>

#include "app/partition.hpp"
#include "codec/event_decoder.hpp"
#include "support/log_work.hpp"

namespace aw::test {
namespace {

using eventlog::Topic;

// A record that outlives its reader.
struct Kept {
    eventlog::Record record;
    std::string key;
    std::string value;
    std::optional<std::size_t> attempt;
};

// What is compared of an output.
struct Line {
    std::string key;
    std::string text;
    bool operator==(const Line&) const = default;
    auto operator<=>(const Line&) const = default;
};

Line line_of(std::string_view key, std::string_view value, bool tombstone, std::optional<Timestamp> declared) {
    std::string text(value);
    text += tombstone ? "\nnone" : "";
    if (declared) text += '\n' + std::to_string(declared->ms);
    return {std::string(key), std::move(text)};
}

std::vector<Kept> all_of(eventlog::Log& log, Topic topic, const std::string& attempt) {
    std::vector<Kept> list;
    auto reader = must(log.open_reader(topic));
    while (true) {
        const auto records = must(reader->poll(10'000, Duration{0}));
        if (records.empty()) break;
        for (const eventlog::Record& record : records) {
            Kept& kept = list.emplace_back();
            kept.record = record;
            kept.key = record.key;
            kept.value = record.value;
            for (const auto& header : record.headers) {
                if (header.name == attempt) kept.attempt = std::stoull(std::string(header.value));
            }
            kept.record.headers = {};
        }
    }
    return list;
}

class Judge {
public:
    Judge(Machine& machine, int partitions) : machine_(machine), partitions_(partitions) {}

    Judged judge() {
        auto opened = machine_.open_log();
        if (!opened) {
            wrong("the log does not open: " + opened.error().message);
            return std::move(judged_);
        }
        std::unique_ptr<eventlog::Log> log = *std::move(opened);
        events_ = all_of(*log, Topic::events, machine_.header());
        look_at_inputs();
        look_at_state(*log);
        for (const Topic topic : eventlog::all_topics()) {
            if (topic != Topic::state && topic != Topic::events)
                compare(topic, lines_of(all_of(*log, topic, machine_.header())));
        }
        compare(Topic::events, answers());
        log.reset();
        look_at_file();
        return std::move(judged_);
    }

private:
    template <class... T>
    void wrong(T&&... text) {
        (judged_.wrong.push_back(std::forward<T>(text)), ...);
    }

    // Acknowledged: there once. Not acknowledged: there once or not at all; and all of one append or nothing.
    void look_at_inputs() {
        std::vector<std::size_t> found(machine_.handed().size());
        std::map<int, std::int64_t> next;
        std::map<int, Timestamp> last;
        for (const Kept& kept : events_) {
            if (kept.record.offset != next[kept.record.partition]++)
                wrong(fmt::format("events: a gap at {}/{}", kept.record.partition, kept.record.offset));
            if (kept.record.append_time < last[kept.record.partition]) wrong("events: append time goes back");
            last[kept.record.partition] = kept.record.append_time;
            if (!kept.attempt) continue;
            ++found.at(*kept.attempt);
            if (kept.record.offset >= machine_.ledger().committed.at(kept.record.partition))
                wrong(fmt::format("append {} was never read", *kept.attempt));
        }
        for (std::size_t i = 0; i < found.size(); ++i) {
            const Handed& handed = machine_.handed()[i];
            if (found[i] == handed.copies || (found[i] == 0 && !handed.acknowledged)) continue;
            wrong(fmt::format("append {} of {} records{} is there with {}", i, handed.copies,
                              handed.acknowledged ? ", acknowledged," : "", found[i]));
        }
    }

    // The state that lies there, that of the shards at the end, and that of a replay.
    void look_at_state(eventlog::Log& log) {
        const auto& rules = simulated_settings().rules;
        auto consumer = must(log.open_worker({}));
        static_cast<void>(must(consumer->poll(1, Duration{0})));
        for (int number = 0; number < partitions_; ++number) {
            const app::PartitionOptions options{number, partitions_, Format::protobuf, "accountwatch.events"};
            app::Partition stored(options, rules, remembered_rules, observer_);
            bool refused = false;
            const auto position = must(consumer->restore(number, [&](std::string_view key, std::string_view value) {
                refused = refused || !stored.restore(key, value);
            }));
            if (refused) wrong("a state record is refused");
            stored.finish_restore();
            if (position != machine_.ledger().committed.at(number)) wrong("another position than was acknowledged");

            app::Partition replayed(options, rules, remembered_rules, observer_);
            for (const Kept& kept : events_) {
                if (kept.record.partition != number || kept.record.offset >= position) continue;
                eventlog::Record record = kept.record;
                record.key = kept.key;
                record.value = kept.value;
                replayed.apply(record, said_);
                ++judged_.events;
            }
            const auto hash = replayed.shard().state_hash();
            if (stored.shard().state_hash() != hash) wrong(fmt::format("partition {}: another stored state", number));
            const auto hashes = machine_.hashes();
            const auto live = hashes.find(number);
            if (live == hashes.end() || live->second != hash)
                wrong(fmt::format("partition {}: another state in memory", number));
        }
    }

    static std::vector<Line> lines_of(const std::vector<Kept>& records) {
        std::vector<Line> lines;
        for (const Kept& kept : records)
            lines.push_back(line_of(kept.key, kept.value, kept.record.tombstone, kept.record.declared_time));
        return lines;
    }

    // What shards told each other: neither handed in nor written by a worker about itself.
    std::vector<Line> answers() {
        EventDecoder decoder(remembered_rules);
        std::vector<Line> lines;
        for (const Kept& kept : events_) {
            if (kept.attempt) continue;
            const auto event = decoder.decode(kept.value);
            if (!event || !std::holds_alternative<PartialEvent>((*event)->payload)) continue;
            lines.push_back(line_of(kept.key, kept.value, kept.record.tombstone, kept.record.declared_time));
        }
        return lines;
    }

    // One partition: the same records in the same order. Several: the same records, and those of each key of cases and
    // tasks in the same order.
    void compare(Topic topic, std::vector<Line> found) {
        std::vector<Line> expected;
        for (const eventlog::OutRecord& output : said_) {
            if (output.topic != topic) continue;
            std::optional<Timestamp> declared;
            for (const auto& header : output.headers) {
                if (header.name == eventlog::kLogTimeHeader) declared = eventlog::parse_log_time(header.value);
            }
            expected.push_back(line_of(output.key, output.value, output.tombstone, declared));
        }
        judged_.outputs += found.size();
        if (partitions_ > 1) {
            const auto by_key = [](const Line& a, const Line& b) { return a.key < b.key; };
            const bool ordered = topic == Topic::cases || topic == Topic::tasks;
            for (auto* lines : {&found, &expected}) {
                if (ordered) std::ranges::stable_sort(*lines, by_key);
                if (!ordered) std::ranges::sort(*lines);
            }
        }
        if (found == expected) return;
        const auto [a, b] = std::ranges::mismatch(found, expected);
        wrong(fmt::format("{}: {} records, a replay gives {}; the first that differs is number {}",
                          eventlog::topic_name(topic), found.size(), expected.size(), a - found.begin()));
    }

    void look_at_file() {
        sqlite3* db = nullptr;
        const std::string path = machine_.path();
        if (sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE, machine_.vfs()) == SQLITE_OK) {
            sqlite3_stmt* statement = nullptr;
            sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, nullptr);
            if (statement == nullptr || sqlite3_step(statement) != SQLITE_ROW)
                wrong(std::string("the file cannot be checked: ") + sqlite3_errmsg(db));
            else if (const std::string text(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
                     text != "ok")
                wrong("the file is damaged: " + text);
            sqlite3_finalize(statement);
        } else {
            wrong("the file does not open");
        }
        sqlite3_close_v2(db);
    }

    Machine& machine_;
    int partitions_;
    Judged judged_;
    std::vector<Kept> events_;
    std::vector<eventlog::OutRecord> said_;
    app::PartitionObserver observer_;
};

}  // namespace

Judged judge(Machine& machine, int partitions) {
    Judged judged = Judge(machine, partitions).judge();
    for (const std::string& broken : machine.ledger().broken) judged.wrong.push_back(broken);
    return judged;
}

}  // namespace aw::test
