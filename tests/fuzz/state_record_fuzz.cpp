// Any bytes as stored state: records [length of the key, one byte][key][length of the value, two bytes][value], put
// over the state of a shard in the middle of its work. Each is refused, or taken; a shard with what was taken stands
// there with its timers, and what it would store is taken again with the same ones. It ends in no crash, no endless
// loop, no memory without a bound. (That a record means what it says is not asked: two that overlap, as no shard writes
// them, may come out in another order, and a shard that reads events behind a forged one may stop at a broken
// invariant.)
#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>

#include "fuzz/shard_rules.hpp"

namespace {

using namespace aw;

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
        Shard alone(fuzz::rules());
        if (alone.restore(key, value, fuzz::known_rules)) state[key] = value;
    }
    Shard shard(fuzz::rules());
    for (const auto& [key, value] : state) {
        if (!shard.restore(key, value, fuzz::known_rules)) return 0;
    }
    shard.finish_restore();
    static_cast<void>(shard.state_hash());
    static_cast<void>(shard.next_deadline());
    const auto stored = fuzz::state_of(shard);
    Shard again(fuzz::rules());
    AW_CHECK(fuzz::restore(again, stored));
    AW_CHECK(again.next_deadline() == shard.next_deadline());
    return 0;
}
