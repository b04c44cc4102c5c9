// Any bytes as stored state of a partition: records [length of the key, one byte][key][length of the value, two
// bytes][value], put over the state of a shard in the middle of its work. Each is refused, or taken; a partition with
// what was taken stands there with its timers and its place, and what it would store is taken again with the same ones.
// It ends in no crash, no endless loop, no memory without a bound. (That a record means what it says is not asked: two
// that overlap, as no shard writes them, may come out in another order, and a shard that reads events behind a forged
// one may stop at a broken invariant.)
//
// Of the seeds those named as a kind of record are what the first versions stored, v8-* what version 8 did
// (property/stored_state/8), a record each; the others say what they are.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>

#include "app/partition.hpp"
#include "fuzz/shard_rules.hpp"

namespace {

using namespace aw;

// A partition that is restored from records, as a worker does it.
class Restored {
public:
    Restored() : partition_({}, fuzz::rules(), fuzz::known_rules, observer_) {}
    app::Partition* operator->() { return &partition_; }
    // What it would store of all it has, its place too.
    [[nodiscard]] std::vector<StateRecord> stored(std::int64_t position) {
        std::vector<StateRecord> records = fuzz::state_of(partition_.shard());
        eventlog::Commit commit;
        commit.positions.emplace_back(partition_.number(), position);
        partition_.stage_changes(commit);
        for (auto& change : commit.state) {
            if (change.key == "place") records.push_back({change.key, *std::move(change.value), false});
        }
        return records;
    }

private:
    app::PartitionObserver observer_;
    app::Partition partition_;
};

const std::map<std::string, std::string, std::less<>>& middle() {
    static const auto kept = [] {
        std::vector<test::Choice> choices;
        for (std::uint8_t i = 0; i < 48; ++i)
            choices.push_back({i, static_cast<std::uint8_t>(i / 7), static_cast<std::uint8_t>(37 * i),
                               static_cast<std::uint8_t>(11 * i), static_cast<std::uint16_t>(700 * i), i % 9 == 0});
        const test::RandomLog log = test::build_log(choices, true);
        Shard shard(fuzz::rules());
        static_cast<void>(test::run(shard, log, 0, log.records.size() - 60));
        std::map<std::string, std::string, std::less<>> made;
        for (StateRecord& record : fuzz::state_of(shard)) made[record.key] = std::move(record.value);
        return made;
    }();
    return kept;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    auto state = middle();
    while (bytes.size() > 3) {
        const std::size_t key_size = std::min<std::size_t>(static_cast<unsigned char>(bytes[0]), bytes.size() - 3);
        const std::string key(bytes.substr(1, key_size));
        bytes.remove_prefix(1 + key_size);
        const std::size_t length =
            static_cast<std::size_t>(static_cast<unsigned char>(bytes[0])) << 8 | static_cast<unsigned char>(bytes[1]);
        const std::string value(bytes.substr(2, length));
        bytes.remove_prefix(std::min(bytes.size(), 2 + length));
        Restored alone;
        if (alone->restore(key, value)) state[key] = value;
    }
    Restored partition;
    for (const auto& [key, value] : state) {
        if (!partition->restore(key, value)) return 0;
    }
    static_cast<void>(partition->loss());
    partition->finish_restore();
    AW_CHECK(!partition->position() || *partition->position() >= 0);
    static_cast<void>(partition->shard().state_hash());
    const auto deadline = partition->shard().next_deadline();
    constexpr std::int64_t kOther = 4'711;
    const std::int64_t position = partition->position() == kOther ? kOther + 1 : kOther;
    Restored again;
    for (const StateRecord& record : partition.stored(position)) AW_CHECK(again->restore(record.key, record.value));
    AW_CHECK(again->made_with() == 1U && again->position() == position && !again->loss());
    again->finish_restore();
    AW_CHECK(again->shard().next_deadline() == deadline);
    return 0;
}
