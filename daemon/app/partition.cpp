#include "app/partition.hpp"

#include "base/hash.hpp"
#include "codec/output_encoder.hpp"

namespace aw::app {
namespace {

using eventlog::OutRecord;
using eventlog::Topic;

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};

// Compaction keeps the last record of each key, so a case is keyed by its own id and a task by its own; both lie in the
// partition of their account, like everything of an account.
OutRecord keyed_by(Topic topic, std::string key, AccountRoot root, std::string value, int partitions) {
    return {topic, std::move(key), std::move(value), partition_of(format_root(root), partitions)};
}

bool is_urgent(const Effect& effect) {
    if (std::holds_alternative<Notice>(effect)) return true;
    const auto* decision = std::get_if<Decision>(&effect);
    return decision != nullptr && decision->kind == DecisionKind::COMMAND;  // somebody waits for the answer
}

}  // namespace

OutRecord to_record(const Effect& effect, Format format, int partitions) {
    return std::visit(
        Overloaded{
            [&](const Signal& e) { return OutRecord{Topic::signals, format_root(e.account_root), encode(e, format)}; },
            [&](const Case& e) { return keyed_by(Topic::cases, e.case_id.value, e.account_root, encode(e, format), partitions); },
            [&](const Task& e) { return keyed_by(Topic::tasks, e.task_id.value, e.account_root, encode(e, format), partitions); },
            [&](const Notice& e) {
                const bool somebody = !e.recipient_staff_id.empty();
                return OutRecord{Topic::notices, somebody ? e.recipient_staff_id.value : "operations", encode(e, format)};
            },
            [&](const Decision& e) { return OutRecord{Topic::decisions, format_root(e.account_root), encode(e, format)}; },
            [&](const DataGap& e) { return OutRecord{Topic::data_gaps, e.feed, encode(e, format)}; },
            [&](const Report& e) { return OutRecord{Topic::reports, e.unit_id.value, encode(e, format)}; },
            [&](const Refusal&) { return OutRecord{}; },  // handled by refuse(): it needs the record
        },
        effect);
}

OutRecord to_record(const DeadLetter& letter, Format format) {
    return {Topic::dead_letters, letter.key, encode(letter, format)};
}

Partition::Partition(PartitionOptions options, std::shared_ptr<const Rules> rules, RulesBuilder build_rules,
                     PartitionObserver& observer)
    : options_(std::move(options)),
      decoder_(build_rules),
      build_rules_(std::move(build_rules)),
      shard_(std::move(rules)),
      observer_(observer) {}

LogTime Partition::log_time(const eventlog::Record& record) const {
    const auto& declared = record.declared_time;
    if (declared && *declared <= record.append_time && *declared >= shard_.clock()) return {*declared, true};
    return {record.append_time, false};
}

// One account must never live in two shards: its key decides the partition, and its events carry its key.
std::optional<Refusal> Partition::misplaced(const eventlog::Record& record, const Event& event) const {
    if (is_reserved(event.payload) || is_broadcast(event)) return std::nullopt;
    const std::string root = format_root(root_of(event));
    if (record.key != root) {
        return Refusal{DeadLetterReason::KEY_MISMATCH, "the record's key is \"" + std::string(record.key) + "\", the account root is " + root};
    }
    if (const int right = partition_of(record.key, options_.partitions); right != options_.partition) {
        return Refusal{DeadLetterReason::WRONG_PARTITION, "partition " + std::to_string(options_.partition) + ", but murmur2 of the key gives " +
                                                              std::to_string(right) + " (producers need partitioner=murmur2_random)"};
    }
    return std::nullopt;
}

bool Partition::apply(const eventlog::Record& record, std::vector<OutRecord>& outputs) {
    effects_.clear();
    const auto decoded = decoder_.decode(record.value);
    if (!decoded) {
        observer_.on_event("unknown", Applied::refused);
        refuse(record, decoded.error(), outputs);
        return false;
    }
    const Event& event = **decoded;
    if (auto wrong = misplaced(record, event)) {
        observer_.on_event(payload_name(event.payload), Applied::refused);
        refuse(record, std::move(*wrong), outputs);
        return false;
    }
    const Applied outcome = shard_.apply(event, log_time(record), effects_);
    observer_.on_event(payload_name(event.payload), outcome);
    if (std::holds_alternative<CommandEvent>(event.payload)) {
        for (const Effect& effect : effects_) {
            const auto* decision = std::get_if<Decision>(&effect);
            if (decision == nullptr || decision->kind != DecisionKind::COMMAND || decision->inputs.empty() ||
                decision->inputs.front().value != event.event_id) {
                continue;
            }
            const CaseFile* file = shard_.case_file(root_of(event));
            CaseRecord* view = file == nullptr ? nullptr : const_cast<CaseFile*>(file)->find(decision->case_id.value);
            observer_.on_command(event.event_id, *decision, view == nullptr ? nullptr : &view->view);
        }
    }
    return publish(&record, outputs);
}

void Partition::advance(Timestamp until, std::vector<OutRecord>& outputs) {
    effects_.clear();
    shard_.advance(until, effects_);
    publish(nullptr, outputs);
}

bool Partition::publish(const eventlog::Record* record, std::vector<OutRecord>& outputs) {
    bool urgent = false;
    for (Effect& effect : effects_) {
        observer_.on_effect(effect);
        if (auto* refusal = std::get_if<Refusal>(&effect)) {
            if (record != nullptr) refuse(*record, std::move(*refusal), outputs);
            continue;
        }
        urgent |= is_urgent(effect);
        outputs.push_back(to_record(effect, options_.format, options_.partitions));
    }
    return urgent;
}

void Partition::refuse(const eventlog::Record& record, Refusal refusal, std::vector<OutRecord>& outputs) {
    DeadLetter letter;
    letter.reason = refusal.reason;
    letter.detail = std::move(refusal.detail);
    letter.source = "watch";
    letter.topic = options_.topic_name;
    letter.partition = record.partition;
    letter.offset = record.offset;
    letter.key = record.key;
    letter.payload = record.value;
    letter.received_at = record.append_time;
    observer_.on_dead_letter(letter);
    outputs.push_back(to_record(letter, options_.format));
}

bool Partition::restore(std::string_view key, std::string_view value) { return shard_.restore(key, value, build_rules_); }

}  // namespace aw::app
