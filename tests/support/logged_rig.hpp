// The rigs of tests/scenarios: under the policy of the scenarios, and at their end everything once more through a real
// log (journal.hpp).
#pragma once

#include <exception>
#include <set>

#include "support/journal.hpp"
#include "support/scenario.hpp"
#include "support/shard_rig.hpp"
#include "support/shard_ring.hpp"

namespace aw::test {

// At the end of a rig. A test that has failed already is not made longer.
inline void compare_at_end(const Journal& journal) {
    if (std::uncaught_exceptions() > 0 || testing::Test::HasFailure()) return;
    try {
        journal.compare();
    } catch (const std::exception& e) {
        ADD_FAILURE() << "through the log: " << e.what();
    }
}

class LoggedRig : public ShardRig {
public:
    explicit LoggedRig(const std::vector<std::string>& more = {}) : LoggedRig(scenario_settings(more)) {}
    ~LoggedRig() override { compare_at_end(journal_); }

    Applied take(const Event& event, Timestamp when) override {
        if (journal_.reads().empty()) apply(journal_.activation(when), when);
        return apply(event, when);
    }

protected:
    Journal& journal() { return journal_; }

private:
    explicit LoggedRig(settings::Loaded loaded) : ShardRig(loaded.rules), journal_(std::move(loaded), 1) {}

    Applied apply(const Event& event, Timestamp when) {
        const std::size_t before = effects.size();
        const Timestamp at = std::max(when, shard.clock());  // log time never goes back
        const Applied applied = ShardRig::take(event, at);
        journal_.took(0, event, at, std::span(effects).subspan(before));
        return applied;
    }

    Journal journal_;
};

class LoggedRing : public ShardRing {
public:
    explicit LoggedRing(int partitions, const std::vector<std::string>& more = {})
        : LoggedRing(partitions, scenario_settings(more)) {}
    ~LoggedRing() override { compare_at_end(journal_); }

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
        journal_.took(static_cast<int>(shard), event, at, std::span(effects).subspan(before));
        return applied;
    }

    Journal journal_;
    std::set<std::size_t> begun_;
};

}  // namespace aw::test
