// Which event ids were seen, per business day, for as long as that day is open: a duplicate is recognised by a 64-bit
// hash of its id. (Two different ids of one day collide with probability n^2 / 2^65: below 3e-8 for a million.)
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace aw {

struct StateRecord {
    std::string key;
    std::string value;
    bool deleted = false;
};

class SeenIds {
public:
    // False if the id was seen on that day before.
    bool insert(Day day, std::uint64_t id);
    [[nodiscard]] bool contains(Day day, std::uint64_t id) const;
    void forget_before(Day day);

    // State: chunks of ids, each written once it has new ids; keys "d/<day>/<chunk>".
    void collect_changes(std::vector<StateRecord>& out);
    void snapshot(std::vector<StateRecord>& out) const;
    bool restore(std::string_view key, std::string_view value);  // false: not a record of ours, or damaged
    [[nodiscard]] std::size_t size() const;

private:
    static constexpr std::size_t kChunk = 256;

    struct DayIds {
        boost::unordered_flat_set<std::uint64_t> ids;
        std::vector<std::uint64_t> tail;  // of the chunk being filled, and what came since the last commit
        std::uint32_t full_chunks = 0;    // already written and final
        bool changed = false;
    };

    std::map<std::int32_t, DayIds> days_;
    DayIds* last_ = nullptr;  // the day of the last insert: nearly always the next one's, too
    std::int32_t last_day_ = 0;
    std::vector<StateRecord> forgotten_;
};

}  // namespace aw
