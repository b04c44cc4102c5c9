// State of a shard under test: out, in again, and effects made comparable.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/archive.hpp"
#include "core/shard/shard.hpp"

namespace aw::test {

// The document of an activation in tests is its revision; `known` turns it back into rules.
using KnownRules = std::map<std::string, std::shared_ptr<const Rules>, std::less<>>;

inline RulesReader reader_of(KnownRules known) {
    return [known = std::move(known)](std::string_view document) -> Result<std::shared_ptr<const Rules>> {
        const auto found = known.find(document);
        if (found == known.end()) return fail_with("no such rules");
        return found->second;
    };
}

inline std::vector<StateRecord> snapshot_of(const Shard& shard) {
    std::vector<StateRecord> records;
    shard.snapshot(records);
    return records;
}

// A fresh shard with that state; fails the test if a record is refused.
inline Shard restored(std::shared_ptr<const Rules> rules, const std::vector<StateRecord>& records,
                      const KnownRules& known = {}) {
    Shard shard(std::move(rules));
    const RulesReader reader = reader_of(known);
    for (const StateRecord& record : records) {
        if (!shard.restore(record.key, record.value, reader)) ADD_FAILURE() << "refused: " << record.key;
    }
    shard.finish_restore();
    return shard;
}

// A compacted changelog: the last value by key.
class Changelog {
public:
    void take(Shard& shard) {
        std::vector<StateRecord> changes;
        shard.collect_changes(changes);
        for (StateRecord& record : changes) {
            if (record.deleted) {
                latest_.erase(record.key);
            } else {
                latest_[record.key] = std::move(record.value);
            }
        }
    }
    [[nodiscard]] std::vector<StateRecord> records() const {
        std::vector<StateRecord> list;
        for (const auto& [key, value] : latest_) list.push_back({key, value, false});
        return list;
    }

private:
    std::map<std::string, std::string> latest_;
};

}  // namespace aw::test
