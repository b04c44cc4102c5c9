#include "chaos/verdict.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "app/partition.hpp"
#include "chaos/source_load.hpp"
#include "codec/event_decoder.hpp"
#include "codec/output_decoder.hpp"
#include "settings/activation.hpp"

namespace aw::test {
namespace {

using eventlog::OutRecord;
using eventlog::Record;
using eventlog::Topic;

constexpr std::size_t kFirst = 10;

// What the load is meant to bring about; receipts are the ledger's.
constexpr std::string_view kFed[] = {"signals", "cases",        "tasks",  "notices", "decisions", "data-gaps",
                                     "reports", "dead-letters", kAnswers, kTakenIn,  kRefusedIn};

using State = std::map<std::pair<int, std::string>, std::string>;
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
        for (OutRecord& output : staged_) {
            const std::string_view what = output.topic == Topic::events ? kAnswers : topic_name(output.topic);
            outputs[{std::string(what), output.key}].push_back(whole(output, judged_.log.partitions()));
        }
        staged_.clear();
    }
    [[nodiscard]] State state() const { return state_of(partitions_); }

    Outputs outputs;

private:
    const Judged& judged_;
    Partitions partitions_;
    std::vector<OutRecord> staged_;
};

// Everything that stands in the topics.
struct Found {
    Outputs outputs;
    std::multiset<std::string> log;  // values of `events`
    Ledger ledger;

    // What the notifier writes is no function of the log of events: its ledger answers for it.
    void read_outputs(const Judged& judged) {
        for (const Topic topic : eventlog::all_topics()) {
            if (topic == Topic::events || topic == Topic::state) continue;
            read_topic(judged.log, topic, [&](const Record& record) {
                std::string_view what = topic_name(topic);
                if (topic == Topic::receipts) return ledger.add_receipt(record, decoded(decode_receipt(record.value)));
                if (topic == Topic::notices) {
                    const Notice notice = decoded(decode_notice(record.value));
                    ledger.add_notice(record, notice);
                    if (notice.reason == NoticeReason::DIGEST) return;
                }
                if (topic == Topic::dead_letters && judged.source &&
                    decoded(decode_dead_letter(record.value)).source == judged.source->settings.name)
                    what = kRefusedIn;
                outputs[{std::string(what), std::string(record.key)}].push_back(whole(record));
            });
        }
    }
    // Of the log itself: what shards answer each other, and what intake has brought.
    void add(const Record& record) {
        log.insert(std::string(record.value));
        const auto event = decoder_.decode(record.value);
        if (!event) return;
        const auto& payload = (*event)->payload;
        const bool answer = std::holds_alternative<PartialEvent>(payload);
        const bool brought = std::holds_alternative<ShipmentEvent>(payload) && (*event)->source == kSourceFeed;
        if (!answer && !brought) return;
        outputs[{std::string(answer ? kAnswers : kTakenIn), std::string(record.key)}].push_back(whole(record));
    }

private:
    template <class T>
    static T decoded(Result<T> result) {
        if (!result) throw std::runtime_error("a record that is none: " + result.error().message);
        return *std::move(result);
    }
    EventDecoder decoder_;
};

// As a restart would find it: cases, timers, everything.
State restored_state(const Judged& judged) {
    std::map<int, std::map<std::string, std::string>> changelog;
    read_topic(judged.log, Topic::state, [&](const Record& record) {
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
    return state_of(restored);
}

class Judge {
public:
    explicit Judge(Verdict& verdict) : verdict_(verdict) {}

    void outputs(Outputs expected, Outputs found) {
        for (auto& [where, values] : expected) {
            verdict_.outputs += values.size();
            verdict_.kinds[where.first] += values.size();
            compare(where, values, found[where]);
            found.erase(where);
        }
        for (auto& [where, values] : found) compare(where, {}, values);
        for (const std::string_view what : kFed) {
            if (verdict_.kinds[std::string(what)] == 0) verdict_.empty.emplace_back(what);
        }
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
    void acknowledged(const std::multiset<std::string>& sent, const std::multiset<std::string>& there) {
        for (auto at = sent.begin(); at != sent.end(); at = sent.upper_bound(*at)) {
            if (there.count(*at) >= sent.count(*at)) continue;
            ++verdict_.unacknowledged;
            say("acknowledged and not there: " + at->substr(0, 200));
        }
    }
    void ledger(LedgerFindings findings) {
        for (const std::string& wrong : findings.wrong) say(wrong);
        verdict_.ledger = std::move(findings);
    }

private:
    void compare(const std::pair<std::string, std::string>& where, std::vector<std::string> expected,
                 std::vector<std::string> found) {
        if (expected == found) return;
        std::ranges::sort(expected);
        std::ranges::sort(found);
        if (expected == found) {
            if (!is_ordered(where.first)) return;
            ++verdict_.moved;
            return say(fmt::format("{} of {}: another order", where.first, where.second));
        }
        std::vector<std::string> missing, extra;
        std::ranges::set_difference(expected, found, std::back_inserter(missing));
        std::ranges::set_difference(found, expected, std::back_inserter(extra));
        verdict_.lost += missing.size();
        verdict_.doubled += extra.size();
        say(fmt::format("{} of {}: {} lost, {} too many: {}", where.first, printable(where.second), missing.size(),
                        extra.size(), printable(missing.empty() ? extra.front() : missing.front())));
    }
    void say(std::string text) {
        if (verdict_.first.size() < kFirst) verdict_.first.push_back(std::move(text));
    }

    Verdict& verdict_;
};

}  // namespace

Verdict judge(const Judged& judged, const Acknowledged& acknowledged) {
    Verdict verdict;
    Judge judge(verdict);
    Undisturbed undisturbed(judged);
    Found found;
    read_topic(judged.log, Topic::events, [&](const Record& record) {
        ++verdict.events;
        found.add(record);
        undisturbed.apply(record);
    });
    found.read_outputs(judged);
    if (judged.source)
        judge.acknowledged(acknowledged.source, take_in(*judged.source, judged.log.partitions(), undisturbed.outputs));
    judge.acknowledged(acknowledged.events, found.log);
    judge.outputs(std::move(undisturbed.outputs), std::move(found.outputs));
    judge.states(undisturbed.state(), restored_state(judged));
    judge.ledger(found.ledger.judge(judged.settled, judged.digest));
    return verdict;
}

}  // namespace aw::test
