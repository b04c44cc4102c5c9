// Ownership: which unit registered an account by which name, so that two units that claim one client are seen (R23).
// The ruling is human; here it is only noticed, once.
//
// Owner: one Shard, for the names whose key lies in its partition. State, one record per name, key "n/<key>".
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/ids.hpp"
#include "core/shard/seen_ids.hpp"

namespace aw {

struct OwnershipClaim {
    AccountRoot root;
    std::string unit;

    template <class Archive>
    void fields(Archive& archive) {
        archive(root, unit);
    }
};

class Ownership {
public:
    static constexpr std::string_view kStatePrefix = "n/";
    static constexpr std::size_t kMostClaims = 50;  // of one name; further ones are a chain's branches, not a quarrel

    // The key under which claims on a name meet. Blanks and the case of letters make no other name.
    [[nodiscard]] static std::string key_of(std::string_view name);

    // Notes the claim. What others of other units claim under the same key; empty if none do, or nothing is new.
    std::vector<OwnershipClaim> claim(std::string_view key, const OwnershipClaim& claim);

    void collect_changes(std::vector<StateRecord>& out);
    void snapshot(std::vector<StateRecord>& out) const;
    [[nodiscard]] bool restore(std::string_view key, std::string_view value);  // false: damaged

private:
    using Claims = std::vector<OwnershipClaim>;

    std::map<std::string, Claims, std::less<>> claims_;
    std::set<std::string> changed_;
};

}  // namespace aw
