// What went into shards under test and what they said, to be run once more through a real log: the same records with
// their log times are appended, read by app::Partition as a worker does (restore, apply, commit), and what then stands
// in the topics must be what the shards had said.
//
// The log is that of the process: the embedded one, where a worker also stops half way and another one goes on from the
// stored state; with ACCOUNTWATCH_TEST_LOG=Kafka a real Kafka.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/model/event.hpp"
#include "core/model/output.hpp"
#include "eventlog/topic.hpp"
#include "settings/loader.hpp"

namespace aw::test {

class Journal {
public:
    struct Read {
        int shard;
        Timestamp at;  // log time
        std::string key;
        std::string value;
    };
    // Lines "key value" by topic. Of a compacted topic the last one of each key counts.
    using Lines = std::map<eventlog::Topic, std::vector<std::string>>;

    Journal(settings::Loaded loaded, int shards) : loaded_(std::move(loaded)), shards_(shards) {}

    // The record that every shard has before anything else.
    [[nodiscard]] Event activation(Timestamp at) const;
    // The record of an event.
    [[nodiscard]] static Read record_of(int shard, const Event& event, Timestamp at);
    void took(Read read, std::span<const Effect> said);

    // Fails the test if the log says anything else, or if its shards do not end in the states with these hashes. Throws
    // if the log does not work.
    void compare(const std::vector<std::uint64_t>& hashes) const;

    [[nodiscard]] const settings::Loaded& loaded() const { return loaded_; }
    [[nodiscard]] const std::vector<Read>& reads() const { return reads_; }
    [[nodiscard]] int shards() const { return shards_; }

private:
    settings::Loaded loaded_;
    int shards_;
    std::vector<Read> reads_;
    Lines said_;
};

// What the topics hold after a run through the log of this process, and the states of its shards.
struct Logged {
    Journal::Lines lines;
    std::vector<std::uint64_t> hashes;
};
[[nodiscard]] Logged run_through_log(const Journal& journal);

// How an output is compared. A dead letter by its key, reason, detail and original bytes: where it lay is another
// matter.
[[nodiscard]] std::string line_of(eventlog::Topic topic, std::string_view key, std::string_view value);

}  // namespace aw::test
