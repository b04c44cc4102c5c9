#include "replay_laws.hpp"

#include <algorithm>

namespace aw::test {
namespace {

Shard begun_again(const Changelog& changelog, const std::shared_ptr<const Rules>& rules, const KnownRules& known,
                  std::mt19937& random) {
    auto records = changelog.records();
    std::shuffle(records.begin(), records.end(), random);
    return restored(rules, records, known);
}

}  // namespace

void expect_duplicates_to_change_nothing(const RandomLog& log, const std::shared_ptr<const Rules>& rules,
                                         std::size_t reach, std::mt19937& random) {
    Shard once(rules);
    Shard twice(rules);
    std::vector<bool> refused(log.records.size());
    for (std::size_t i = 0; i < log.records.size(); ++i) {
        Effects effects;
        refused[i] = apply_whole(twice, log.records[i], effects) == Applied::refused;
        std::vector<std::string> texts;
        for (const Effect& effect : effects) texts.push_back(shown(effect));
        RC_ASSERT(texts == run(once, log, i, i + 1));
        const std::size_t which = i - random() % (std::min(i, reach) + 1);
        const LogRecord& earlier = log.records[which];
        const bool has_id = !is_reserved(earlier.event.payload) && !refused[which];
        const bool open = earlier.event.occurred_at > twice.clock() - std::chrono::days{15};
        const bool due = twice.next_deadline() && *twice.next_deadline() <= twice.clock();  // would fire at any record
        if (random() % 3 != 0 || !has_id || !open || due) continue;
        effects.clear();
        const Applied again = twice.apply(earlier.event, {twice.clock(), log.records[i].time.backfilled}, effects);
        RC_ASSERT(again == Applied::duplicate);
        RC_ASSERT(effects.empty());
    }
    RC_ASSERT(twice.state_hash() == once.state_hash());
}

void expect_commits_to_change_nothing(const RandomLog& log, const std::shared_ptr<const Rules>& rules,
                                      const KnownRules& known, std::size_t batch, std::mt19937& random) {
    const std::size_t cut = random() % (log.records.size() + 1);
    Shard plain(rules);
    Shard live(rules);
    Changelog changelog;
    for (std::size_t at = 0; at < cut;) {
        const std::size_t next = std::min<std::size_t>(cut, at + 1 + random() % batch);
        RC_ASSERT(run(live, log, at, next) == run(plain, log, at, next));  // committing changes nothing
        changelog.take(live);
        if (random() % 8 == 0) live = begun_again(changelog, rules, known, random);
        at = next;
    }
    changelog.take(live);
    Shard again = begun_again(changelog, rules, known, random);
    RC_ASSERT(again.state_hash() == plain.state_hash());
    RC_ASSERT(again.next_deadline() == plain.next_deadline());
    RC_ASSERT(run(again, log, cut, log.records.size()) == run(plain, log, cut, log.records.size()));
    // The owner after a hand-over goes on with the same changelog.
    changelog.take(again);
    RC_ASSERT(restored(rules, changelog.records(), known).state_hash() == plain.state_hash());
}

}  // namespace aw::test
