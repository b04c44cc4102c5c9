// The shard of a fuzz target: its rules, made once, and what must hold of it whatever it was given.
#pragma once

#include <set>
#include <vector>

#include "base/check.hpp"
#include "property/random_log.hpp"

namespace aw::fuzz {

inline const std::shared_ptr<const Rules>& rules() {
    static const auto made = test::random_rules();
    return made;
}
inline Result<std::shared_ptr<const Rules>> known_rules(std::string_view document) {
    static const auto reader = test::reader_of(test::known_rules());
    return reader(document);
}

inline std::vector<StateRecord> state_of(const Shard& shard) {
    std::vector<StateRecord> records;
    shard.snapshot(records);
    return records;
}

// False: a record is refused.
inline bool restore(Shard& shard, const std::vector<StateRecord>& records) {
    for (const StateRecord& record : records) {
        if (!shard.restore(record.key, record.value, known_rules)) return false;
    }
    shard.finish_restore();
    return true;
}

// What it stores is what it is.
inline void check_restores(const Shard& shard) {
    Shard again(rules());
    AW_CHECK(restore(again, state_of(shard)));
    AW_CHECK(again.state_hash() == shard.state_hash());
    AW_CHECK(again.next_deadline() == shard.next_deadline());
}

inline void check_cases(const Shard& shard) {
    for (int account = 0; account < test::kAccounts; ++account) {
        const CaseFile* file = shard.case_file(*parse_root(test::root_text(account)));
        if (file == nullptr) continue;
        int open = 0;
        std::set<std::string> ids;
        for (const CaseRecord& record : file->cases) {
            const CaseState state = record.view.state;
            // Explained by an approver, it has ended; what comes then is a case of its own (daemon/README.md).
            const bool explained = state == CaseState::RESOLVED && (record.view.outcome == Outcome::FALSE_ALARM ||
                                                                    record.view.outcome == Outcome::KNOWN_CHANGE);
            open += state != CaseState::CLOSED && state != CaseState::MERGED && !explained ? 1 : 0;
            AW_CHECK(ids.insert(record.view.case_id.value).second);
        }
        AW_CHECK(open <= 1);
    }
}

}  // namespace aw::fuzz
