// The rigs of tests/scenarios: under the policy of the scenarios, and at their end everything once more through a real
// log (journal.hpp).
#pragma once

#include <exception>
#include <set>

#include "codec/event_decoder.hpp"
#include "support/journal.hpp"
#include "support/scenario.hpp"
#include "support/shard_rig.hpp"
#include "support/shard_ring.hpp"

namespace aw::test {

// At the end of a rig. A test that has failed already is not made longer.
template <class Hashes>
void compare_at_end(const Journal& journal, Hashes&& hashes) {
    if (std::uncaught_exceptions() > 0 || testing::Test::HasFailure()) return;
    try {
        journal.compare(hashes());
    } catch (const std::exception& e) {
        ADD_FAILURE() << "through the log: " << e.what();
    }
}

class LoggedRig : public ShardRig {
public:
    explicit LoggedRig(const std::vector<std::string>& more = {}) : LoggedRig(scenario_settings(more)) {}
    ~LoggedRig() override {
        compare_at_end(journal_, [this] { return std::vector{shard.state_hash()}; });
    }

    Applied take(const Event& event, Timestamp when) override {
        begin(when);
        return apply(event, when);
    }
    // A record as it stands in the log, which may be none of ours. Why it was refused, if it was.
    std::optional<Refusal> record(const char* local, std::string key, std::string bytes) {
        begin(shanghai(local));
        const Timestamp at = std::max(shanghai(local), shard.clock());
        const std::size_t before = effects.size();
        if (const auto event = decoder_.decode(bytes))
            ShardRig::take(**event, at);
        else
            effects.push_back(event.error());
        journal_.took({0, at, std::move(key), std::move(bytes)}, std::span(effects).subspan(before));
        if (effects.size() == before) return std::nullopt;
        const auto* refusal = std::get_if<Refusal>(&effects.back());
        return refusal == nullptr ? std::nullopt : std::optional(*refusal);
    }

protected:
    Journal& journal() { return journal_; }

private:
    explicit LoggedRig(settings::Loaded loaded) : ShardRig(loaded.rules), journal_(std::move(loaded), 1) {}

    void begin(Timestamp when) {
        if (journal_.reads().empty()) apply(journal_.activation(when), when);
    }
    Applied apply(const Event& event, Timestamp when) {
        const std::size_t before = effects.size();
        const Timestamp at = std::max(when, shard.clock());  // log time never goes back
        const Applied applied = ShardRig::take(event, at);
        journal_.took(Journal::record_of(0, event, at), std::span(effects).subspan(before));
        return applied;
    }

    Journal journal_;
    EventDecoder decoder_;
};

class LoggedRing : public ShardRing {
public:
    explicit LoggedRing(int partitions, const std::vector<std::string>& more = {})
        : LoggedRing(partitions, scenario_settings(more)) {}
    ~LoggedRing() override {
        compare_at_end(journal_, [this] {
            std::vector<std::uint64_t> list;
            for (const Shard& one : shards) list.push_back(one.state_hash());
            return list;
        });
    }

protected:
    Applied apply(std::size_t shard, const Event& event, Timestamp when) override {
        if (begun_.insert(shard).second) note(shard, journal_.activation(when), when);
        return note(shard, event, when);
    }
    // A deadline fires by a tick.
    void fire(std::size_t shard, Timestamp until) override {
        Event tick;
        tick.event_id = "tick";
        tick.occurred_at = until;
        tick.source = "accountwatch";
        tick.payload = TickEvent{};
        apply(shard, tick, until);
    }

private:
    LoggedRing(int partitions, settings::Loaded loaded)
        : ShardRing(partitions, loaded.rules), journal_(std::move(loaded), partitions) {}

    Applied note(std::size_t shard, const Event& event, Timestamp when) {
        const std::size_t before = effects.size();
        const Timestamp at = std::max(when, shards[shard].clock());
        const Applied applied = ShardRing::apply(shard, event, at);
        journal_.took(Journal::record_of(static_cast<int>(shard), event, at), std::span(effects).subspan(before));
        return applied;
    }

    Journal journal_;
    std::set<std::size_t> begun_;
};

}  // namespace aw::test
