#include "support/journal.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "app/dead_letter.hpp"
#include "app/partition.hpp"
#include "base/hash.hpp"
#include "codec/event_encoder.hpp"
#include "codec/output_decoder.hpp"

namespace aw::test {
namespace {

using eventlog::Topic;

std::string key_of(const Event& event) {
    if (const auto* answer = std::get_if<PartialEvent>(&event.payload)) return std::string(answer->subject);
    if (is_broadcast(event) || is_reserved(event.payload)) return {};
    return format_root(root_of(event));
}

// Of the same key the last one; sorted, as each topic has an order of its own.
std::vector<std::string> what_stays(Topic topic, const std::vector<std::string>& lines) {
    std::vector<std::string> list = lines;
    if (eventlog::is_compacted(topic)) {
        std::map<std::string, std::string> last;
        for (const std::string& line : lines) last[line.substr(0, line.find(' '))] = line;
        list.clear();
        for (auto& [key, line] : last) list.push_back(line);
    }
    std::sort(list.begin(), list.end());
    return list;
}

std::string first_without(const std::vector<std::string>& list, const std::vector<std::string>& other) {
    std::vector<std::string> rest;
    std::set_difference(list.begin(), list.end(), other.begin(), other.end(), std::back_inserter(rest));
    return rest.empty() ? "(nothing more)" : rest.front();
}

}  // namespace

std::string line_of(Topic topic, std::string_view key, std::string_view value) {
    if (topic != Topic::dead_letters) return fmt::format("{} {}", key, value);
    const auto letter = decode_dead_letter(value);
    if (!letter) return fmt::format("{} undecodable dead letter", key);
    return fmt::format("{} {}: {} ({:016x})", key, name(letter->reason), letter->detail, hash64(letter->payload));
}

Event Journal::activation(Timestamp at) const {
    Event event;
    event.event_id = "activation";
    event.occurred_at = at;
    event.source = "accountwatch";
    event.payload = ActivationEvent{loaded_.rules->revision, loaded_.document, loaded_.rules};
    return event;
}

Journal::Read Journal::record_of(int shard, const Event& event, Timestamp at) {
    return {shard, at, key_of(event), encode_event(event, Format::protobuf)};
}

void Journal::took(Read read, std::span<const Effect> said) {
    reads_.push_back(std::move(read));
    for (const Effect& effect : said) {
        // Breaches are counted, not published; what shards tell each other is read as a record of its own.
        if (std::holds_alternative<Breach>(effect) || std::holds_alternative<Partial>(effect)) continue;
        if (const auto* refusal = std::get_if<Refusal>(&effect)) {
            DeadLetter letter;
            letter.reason = refusal->reason;
            letter.detail = refusal->detail;
            letter.key = reads_.back().key;
            letter.payload = reads_.back().value;
            const auto record = app::to_record(std::move(letter), Format::json);
            said_[record.topic].push_back(line_of(record.topic, record.key, record.value));
            continue;
        }
        const auto record = app::to_record(effect, Format::json, shards_);
        said_[record.topic].push_back(line_of(record.topic, record.key, record.value));
    }
}

void Journal::compare(const std::vector<std::uint64_t>& hashes) const {
    const Logged logged = run_through_log(*this);
    EXPECT_EQ(logged.hashes, hashes) << "the log leaves another state";
    for (const Topic topic : eventlog::all_topics()) {
        const auto lines = [topic](const Lines& all) {
            const auto found = all.find(topic);
            return found == all.end() ? std::vector<std::string>{} : what_stays(topic, found->second);
        };
        const auto ours = lines(said_);
        const auto theirs = lines(logged.lines);
        if (ours == theirs) continue;
        ADD_FAILURE() << "the log says something else in " << eventlog::topic_name(topic) << " (" << ours.size()
                      << " and " << theirs.size() << " lines)\n  the shard: " << first_without(ours, theirs)
                      << "\n  the log:   " << first_without(theirs, ours);
    }
}

}  // namespace aw::test
