#include "chaos/verdict.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include <fmt/format.h>

#include "app/partition.hpp"
#include "codec/event_decoder.hpp"
#include "codec/output_decoder.hpp"
#include "settings/activation.hpp"
#include "support/log_work.hpp"

namespace aw::test {
namespace {

using eventlog::OutRecord;
using eventlog::Record;
using eventlog::Topic;

constexpr std::size_t kFirst = 10;

void read(eventlog::Log& log, Topic topic, const std::function<void(const Record&)>& visit) {
    const auto reader = must(log.open_reader(topic));
    while (!reader->caught_up()) {
        const auto records = reader->poll(10'000, Duration{200});
        if (!records && records.error().can_retry()) continue;
        for (const Record& record : must(records)) visit(record);
    }
}

// Where the order counts: everything of one account comes from one shard.
bool is_ordered(Topic topic) {
    return topic == Topic::signals || topic == Topic::cases || topic == Topic::tasks || topic == Topic::decisions;
}

// Values with their headers by topic and key, in their order.
using Outputs = std::map<std::pair<Topic, std::string>, std::vector<std::string>>;
using State = std::map<std::pair<int, std::string>, std::string>;

// What the notifier writes is no function of the log of events.
bool is_digest(std::string_view value) {
    const auto notice = decode_notice(value);
    return notice && notice->reason == NoticeReason::DIGEST;
}

// The value with the headers that stand around it in Kafka.
std::string whole(const OutRecord& record) {
    std::string text = record.value;
    eventlog::each_header(record.about ? &*record.about : nullptr, record.headers,
                          [&](std::string_view name, std::string_view value) {
                              text.append("\n").append(name).append("=").append(value);
                          });
    return text;
}

std::string whole(const Record& record) {
    std::string text(record.value);
    for (const auto& header : record.headers) text.append("\n").append(header.name).append("=").append(header.value);
    // Which the reader takes out of the headers.
    if (record.declared_time)
        text.append("\n").append(eventlog::kLogTimeHeader).append("=").append(std::to_string(record.declared_time->ms));
    return text;
}

std::string printable(std::string text) {
    std::erase_if(text, [](unsigned char c) { return c < ' ' || c > '~'; });
    return text;
}

using Partitions = std::map<int, std::unique_ptr<app::Partition>>;

app::Partition& partition_of(Partitions& partitions, const Judged& judged, int number) {
    static app::PartitionObserver nobody;
    auto& partition = partitions[number];
    if (!partition) {
        partition = std::make_unique<app::Partition>(
            app::PartitionOptions{number, judged.log.partitions(), Format::protobuf, judged.prefix + "events"},
            judged.rules, settings::rules_from_document, nobody);
    }
    return *partition;
}

State state_of(const Partitions& partitions) {
    State state;
    for (const auto& [number, partition] : partitions) {
        std::vector<StateRecord> records;
        partition->shard().snapshot(records);
        for (StateRecord& record : records) state[{number, record.key}] = std::move(record.value);
    }
    return state;
}

class Undisturbed {
public:
    explicit Undisturbed(const Judged& judged) : judged_(judged) {}

    void apply(const Record& record) {
        const auto end = judged_.positions.find(record.partition);
        if (end == judged_.positions.end() || record.offset >= end->second) return;
        partition_of(partitions_, judged_, record.partition).apply(record, staged_);
        for (OutRecord& output : staged_) outputs[{output.topic, output.key}].push_back(whole(output));
        staged_.clear();
    }
    [[nodiscard]] State state() const { return state_of(partitions_); }

    Outputs outputs;

private:
    const Judged& judged_;
    Partitions partitions_;
    std::vector<OutRecord> staged_;
};

class Judge {
public:
    explicit Judge(Verdict& verdict) : verdict_(verdict) {}

    void outputs(Outputs expected, Outputs found) {
        for (auto& [where, values] : expected) {
            verdict_.outputs += values.size();
            compare(where, values, found[where]);
            found.erase(where);
        }
        for (auto& [where, values] : found) compare(where, {}, values);
    }
    void states(const State& expected, const State& found) {
        verdict_.states = expected.size();
        for (const auto& [key, value] : expected) {
            const auto at = found.find(key);
            if (at == found.end() || at->second != value) {
                ++verdict_.wrong_states;
                say(fmt::format("state {} of partition {} {}", key.second, key.first,
                                at == found.end() ? "is missing" : "differs"));
            }
        }
        for (const auto& [key, value] : found) {
            if (expected.contains(key)) continue;
            ++verdict_.wrong_states;
            say(fmt::format("state {} of partition {} should be gone", key.second, key.first));
        }
    }
    void acknowledged(const std::multiset<std::string>& sent, const std::multiset<std::string>& in_log) {
        for (auto at = sent.begin(); at != sent.end(); at = sent.upper_bound(*at)) {
            if (in_log.count(*at) >= sent.count(*at)) continue;
            ++verdict_.unacknowledged;
            say("acknowledged and not in the log: " + at->substr(0, 200));
        }
    }

private:
    void compare(const std::pair<Topic, std::string>& where, std::vector<std::string> expected,
                 std::vector<std::string> found) {
        if (expected == found) return;
        std::ranges::sort(expected);
        std::ranges::sort(found);
        if (expected == found) {
            if (!is_ordered(where.first)) return;
            ++verdict_.moved;
            return say(fmt::format("{} of {}: another order", topic_name(where.first), where.second));
        }
        std::vector<std::string> missing, extra;
        std::ranges::set_difference(expected, found, std::back_inserter(missing));
        std::ranges::set_difference(found, expected, std::back_inserter(extra));
        verdict_.lost += missing.size();
        verdict_.doubled += extra.size();
        say(fmt::format("{} of {}: {} lost, {} too many: {}", topic_name(where.first), where.second, missing.size(),
                        extra.size(), printable(missing.empty() ? extra.front() : missing.front())));
    }
    void say(std::string text) {
        if (verdict_.first.size() < kFirst) verdict_.first.push_back(std::move(text));
    }

    Verdict& verdict_;
};

}  // namespace

Verdict judge(const Judged& judged, const std::multiset<std::string>& acknowledged) {
    Verdict verdict;
    Undisturbed undisturbed(judged);
    Outputs found;
    std::multiset<std::string> in_log;
    EventDecoder decoder;
    read(judged.log, Topic::events, [&](const Record& record) {
        ++verdict.events;
        in_log.insert(std::string(record.value));
        // What shards answer each other is an output, too.
        const auto event = decoder.decode(record.value);
        if (event && std::holds_alternative<PartialEvent>((*event)->payload))
            found[{Topic::events, std::string(record.key)}].push_back(whole(record));
        undisturbed.apply(record);
    });
    for (const Topic topic : eventlog::all_topics()) {
        if (topic == Topic::events || topic == Topic::state || topic == Topic::receipts) continue;
        read(judged.log, topic, [&](const Record& record) {
            if (topic == Topic::notices && is_digest(record.value)) return;
            found[{topic, std::string(record.key)}].push_back(whole(record));
        });
    }
    // Both as a restart would find them: cases, timers, everything.
    std::map<int, std::map<std::string, std::string>> changelog;
    read(judged.log, Topic::state, [&](const Record& record) {
        auto& records = changelog[record.partition];
        if (record.tombstone)
            records.erase(std::string(record.key));
        else
            records[std::string(record.key)] = record.value;
    });
    Partitions restored;
    for (const auto& [number, records] : changelog) {
        app::Partition& partition = partition_of(restored, judged, number);
        for (const auto& [key, value] : records) {
            if (!partition.restore(key, value)) throw std::runtime_error("damaged state " + key);
        }
        partition.finish_restore();
    }
    Judge judge(verdict);
    judge.outputs(std::move(undisturbed.outputs), std::move(found));
    judge.states(undisturbed.state(), state_of(restored));
    judge.acknowledged(acknowledged, in_log);
    return verdict;
}

}  // namespace aw::test
