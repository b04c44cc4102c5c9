#include "app/partition.hpp"

#include <fmt/format.h>

#include "app/dead_letter.hpp"
#include "base/hash.hpp"
#include "base/overloaded.hpp"
#include "codec/cloud_events.hpp"
#include "codec/event_encoder.hpp"
#include "codec/output_encoder.hpp"
#include "core/shard/state_version.hpp"

namespace aw::app {
namespace {

using eventlog::OutRecord;
using eventlog::Topic;

// State record: the number of partitions, how far the state goes, and how many accounts it has.
constexpr std::string_view kPlace = "place";
constexpr std::uint32_t kSaysHowFar = 6;   // since this version
constexpr std::uint32_t kSaysHowMany = 8;  // and this one
constexpr std::int64_t kNotSaid = -1;

// Compaction keeps the last record of each key, so a case is keyed by its own id and a task by its own; both lie in the
// partition of their account, like everything of an account.
OutRecord keyed_by(Topic topic, std::string key, AccountRoot root, std::string value, int partitions) {
    return {topic, std::move(key), std::move(value), partition_of(format_root(root), partitions)};
}

// What is a unit's or a person's lies in the partition of that subject: its id begins with it.
OutRecord task_record(const Task& task, std::string value, int partitions) {
    const std::string& id = task.task_id.value;
    if (task.account_root.is_set()) return keyed_by(Topic::tasks, id, task.account_root, std::move(value), partitions);
    const std::string subject = id.substr(0, id.rfind("-t"));
    return {Topic::tasks, id, std::move(value), partition_of(subject, partitions)};
}

// A shard's answer goes back into the log of events, to whoever owns its subject. The id makes reading it twice
// harmless.
OutRecord answer_record(const Partial& partial) {
    Event event;
    const std::string question = partial.topic + '\n' + partial.subject + '\n' + std::to_string(partial.due_at.ms);
    const std::string id = fmt::format("partial-{:016x}-{}-{}", hash64(question), partial.partition, partial.sequence);
    event.event_id = id;
    event.occurred_at = partial.at;
    event.source = "accountwatch";
    std::vector<std::string> roots;
    roots.reserve(partial.items.size());
    PartialEvent answer{
        partial.topic, partial.subject, partial.due_at, partial.partition, partial.counts, partial.sequence, {}};
    for (const PartialItem& item : partial.items) {
        roots.push_back(format_root(item.account_root));
        answer.items.push_back({item.kind, item.id, roots.back()});
    }
    event.payload = std::move(answer);
    return {Topic::events, partial.subject, encode_event(event, Format::protobuf)};
}

bool is_urgent(const Effect& effect) {
    if (std::holds_alternative<Notice>(effect)) return true;
    const auto* decision = std::get_if<Decision>(&effect);
    return decision != nullptr && decision->kind == DecisionKind::COMMAND;  // somebody waits for the answer
}

}  // namespace

OutRecord to_record(const Effect& effect, Format format, int partitions) {
    return std::visit(Overloaded{
                          [&](const Signal& e) {
                              return OutRecord{Topic::signals, format_root(e.account_root), encode(e, format)};
                          },
                          [&](const Case& e) {
                              return keyed_by(Topic::cases, e.case_id.value, e.account_root, encode(e, format),
                                              partitions);
                          },
                          [&](const Task& e) { return task_record(e, encode(e, format), partitions); },
                          [&](const Notice& e) {
                              const bool somebody = !e.recipient_staff_id.empty();
                              return OutRecord{Topic::notices, somebody ? e.recipient_staff_id.value : "operations",
                                               encode(e, format)};
                          },
                          [&](const Decision& e) {
                              return OutRecord{Topic::decisions, format_root(e.account_root), encode(e, format)};
                          },
                          [&](const DataGap& e) {
                              return OutRecord{Topic::data_gaps, e.feed, encode(e, format)};
                          },
                          [&](const Report& e) {
                              return OutRecord{Topic::reports, e.unit_id.value, encode(e, format)};
                          },
                          [&](const Partial& e) { return answer_record(e); },
                          [&](const Refusal&) { return OutRecord{}; },  // handled by refuse(): it needs the record
                          [&](const Breach&) { return OutRecord{}; },   // for counters only, never published
                      },
                      effect);
}

Partition::Partition(PartitionOptions options, std::shared_ptr<const Rules> rules, RulesBuilder build_rules,
                     PartitionObserver& observer)
    : options_(std::move(options)),
      decoder_(build_rules),
      build_rules_(std::move(build_rules)),
      shard_(std::move(rules), {options_.partition, options_.partitions}),
      observer_(observer) {}

LogTime Partition::log_time(const eventlog::Record& record, const Event& event) const {
    const auto& declared = record.declared_time;
    // An answer given while history was read comes behind that history; it must not bring today with it.
    if (declared && std::holds_alternative<PartialEvent>(event.payload) && *declared < shard_.clock())
        return {shard_.clock(), false};
    if (declared && *declared <= record.append_time && *declared >= shard_.clock()) return {*declared, true};
    return {record.append_time, false};
}

LogTime Partition::log_time(const eventlog::Record& record) {
    static const Event kOther;
    // Only a declared time of before asks what the record is.
    if (!record.declared_time || *record.declared_time >= shard_.clock()) return log_time(record, kOther);
    const auto decoded = decoder_.decode(record.value);
    return log_time(record, decoded ? **decoded : kOther);
}

// One account must never live in two shards: its key decides the partition, and its events carry its key.
std::optional<Refusal> Partition::misplaced(const eventlog::Record& record, const Event& event) const {
    const auto* answer = std::get_if<PartialEvent>(&event.payload);
    if (answer == nullptr && (is_reserved(event.payload) || is_broadcast(event))) return std::nullopt;
    const std::string key = answer != nullptr ? std::string(answer->subject) : format_root(root_of(event));
    if (record.key != key) {
        return Refusal{DeadLetterReason::KEY_MISMATCH, "the record's key is \"" + std::string(record.key) + "\", the " +
                                                           (answer != nullptr ? "subject" : "account root") + " is " +
                                                           key};
    }
    if (const int right = partition_of(record.key, options_.partitions); right != options_.partition) {
        return Refusal{DeadLetterReason::WRONG_PARTITION,
                       "partition " + std::to_string(options_.partition) + ", but murmur2 of the key gives " +
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
    const LogTime time = log_time(record, event);
    const Applied outcome = shard_.apply(event, time, effects_);
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
    return publish({&record, &event}, time.backfilled, outputs);
}

void Partition::stage_changes(eventlog::Commit& commit) {
    changes_.clear();
    shard_.collect_changes(changes_);
    for (StateRecord& change : changes_) {
        commit.state.push_back({number(), std::move(change.key),
                                change.deleted ? std::nullopt : std::optional<std::string>(std::move(change.value))});
    }
    auto position = position_;
    for (const auto& [partition, next] : commit.positions) {
        if (partition == number()) position = next;
    }
    if (made_with_ && position == position_) return;
    made_with_ = static_cast<std::uint32_t>(options_.partitions);
    position_ = position;
    commit.state.push_back({number(), std::string(kPlace), versioned([&](ArchiveWriter& archive) {
                                const std::uint64_t accounts = shard_.stored_accounts();
                                archive(*made_with_, position_.value_or(kNotSaid), accounts);
                            })});
}

void Partition::advance(Timestamp until, std::vector<OutRecord>& outputs) {
    effects_.clear();
    shard_.advance(until, effects_);
    publish({}, true, outputs);
}

bool Partition::publish(Cause cause, bool backfilled, std::vector<OutRecord>& outputs) {
    bool urgent = false;
    for (std::size_t i = 0; i < effects_.size(); ++i) {
        Effect& effect = effects_[i];
        observer_.on_effect(effect);
        if (std::holds_alternative<Breach>(effect)) continue;
        if (auto* refusal = std::get_if<Refusal>(&effect)) {
            if (tells_refusal(cause)) refuse(*cause.record, std::move(*refusal), outputs);
            continue;
        }
        urgent |= is_urgent(effect);
        outputs.push_back(to_record(effect, options_.format, options_.partitions));
        describe(outputs.back(), effect, i, cause);
        // An answer from history is history to whoever adds it up.
        const auto* answer = std::get_if<Partial>(&effect);
        if (answer != nullptr && backfilled) eventlog::declare_log_time(outputs.back(), answer->at);
    }
    return urgent;
}

void Partition::describe(OutRecord& output, const Effect& effect, std::size_t number, Cause cause) const {
    if (auto about = cloud_event(effect, shard_.clock(), options_.format)) output.about = std::move(about);
    // A deadline is nobody's doing, whatever was read when it fell due.
    if (cause.record != nullptr && number >= shard_.first_of_event())
        eventlog::pass_trace(output, cause.record->headers);
}

// What stands in every partition is refused by every shard, and one dead letter is enough: that of the partition to
// which its key leads, which is the same for all copies. A copy in one partition only that has the right key is told,
// too.
bool Partition::tells_refusal(Cause cause) const {
    if (cause.record == nullptr) return false;
    return !is_broadcast(*cause.event) || partition_of(cause.record->key, options_.partitions) == options_.partition;
}

void Partition::refuse(const eventlog::Record& record, Refusal refusal, std::vector<OutRecord>& outputs) {
    DeadLetter letter = letter_of(record, "watch", options_.topic_name, std::move(refusal));
    observer_.on_dead_letter(letter);
    outputs.push_back(to_record(std::move(letter), options_.format));
    eventlog::pass_trace(outputs.back(), record.headers);
}

bool Partition::restore(std::string_view key, std::string_view value) {
    if (key != kPlace) return shard_.restore(key, value, build_rules_);
    auto archive = open_state(value);
    if (!archive) return false;
    (*archive)(made_with_.emplace());
    std::int64_t position = kNotSaid;
    if (archive->version() >= kSaysHowFar) (*archive)(position);
    if (position >= 0) position_ = position;
    if (archive->version() >= kSaysHowMany) (*archive)(accounts_.emplace());
    return archive->finished();
}

std::optional<Partition::Loss> Partition::loss() const {
    if (!accounts_) return std::nullopt;
    const std::uint64_t whole = shard_.stored_accounts();
    if (whole == *accounts_) return std::nullopt;
    return Loss{whole, *accounts_};
}

}  // namespace aw::app
