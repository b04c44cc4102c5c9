// Any sequence of events into a shard that knows six steady weeks of three accounts. The first byte says how to read
// the rest. Even: seven bytes are one choice of property/random_log. Odd: records of the log, [minutes, two
// bytes][length, two bytes][bytes], through the decoder. Now and then the shard starts again from what it stores. It
// ends in no crash, the state is what a restored one has, nothing that is due stays behind, and an account has one open
// case.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "codec/event_decoder.hpp"
#include "fuzz/shard_rules.hpp"

namespace {

using namespace aw;

constexpr std::size_t kPast = test::kAccounts + 42UL * test::kAccounts * 2;  // records of the steady weeks
constexpr std::size_t kChoice = 7;
constexpr std::size_t kMostSteps = 60;

struct Past {
    std::vector<StateRecord> state;
    Timestamp at;
};
const Past& past() {
    static const Past kept = [] {
        const test::RandomLog log = test::build_log({}, false);
        Shard shard(fuzz::rules());
        static_cast<void>(test::run(shard, log, 0, kPast));
        return Past{fuzz::state_of(shard), shard.clock()};
    }();
    return kept;
}

std::unique_ptr<Shard> fresh(const std::vector<StateRecord>& state) {
    auto shard = std::make_unique<Shard>(fuzz::rules());
    AW_CHECK(fuzz::restore(*shard, state));
    return shard;
}

void look_at(std::unique_ptr<Shard>& shard, bool again) {
    fuzz::check_cases(*shard);
    if (!again) return;
    fuzz::check_restores(*shard);
    shard = fresh(fuzz::state_of(*shard));
}

std::uint16_t number(std::string_view bytes) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8 | static_cast<unsigned char>(bytes[1]));
}

void choices(std::unique_ptr<Shard>& shard, std::string_view bytes, bool live) {
    std::vector<test::Choice> list;
    for (; bytes.size() >= kChoice && list.size() < kMostSteps; bytes.remove_prefix(kChoice)) {
        const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
        list.push_back({byte(0), byte(1), byte(2), byte(3),
                        static_cast<std::uint16_t>(number(bytes.substr(4)) % 40'000), byte(6) % 4 == 0});
    }
    const test::RandomLog log = test::build_log(list, live);
    for (std::size_t i = kPast; i < log.records.size(); ++i) {
        Effects effects;
        static_cast<void>(test::apply_whole(*shard, log.records[i], effects));
        if (i % 40 == 0) look_at(shard, i % 80 == 0);
    }
}

void records(std::unique_ptr<Shard>& shard, std::string_view bytes, bool live) {
    static EventDecoder decoder(fuzz::known_rules);
    Timestamp now = past().at;
    for (std::size_t steps = 0; bytes.size() > 4 && steps < kMostSteps; ++steps) {
        now = now + std::chrono::minutes{number(bytes) % 6'000};
        const std::size_t length = std::min<std::size_t>(number(bytes.substr(2)), bytes.size() - 4);
        const auto event = decoder.decode(bytes.substr(4, length));
        bytes.remove_prefix(4 + length);
        if (!event) continue;
        Effects effects;
        static_cast<void>(shard->apply(**event, {now, !live}, effects));
        look_at(shard, steps % 8 == 7);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto how = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    auto shard = fresh(past().state);
    const bool live = (how & 2) != 0;
    (how & 1) == 0 ? choices(shard, bytes, live) : records(shard, bytes, live);
    Effects effects;
    const Timestamp until = shard->clock() + std::chrono::hours{24 * (how >> 4)};
    shard->advance(until, effects);
    AW_CHECK(!shard->next_deadline() || *shard->next_deadline() > until);
    look_at(shard, true);
    return 0;
}
