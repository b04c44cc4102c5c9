#include "core/shard/ownership.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/hash.hpp"
#include "core/shard/state_version.hpp"

namespace aw {
namespace {

StateRecord record_of(const std::string& key, const std::vector<OwnershipClaim>& claims) {
    return {std::string(Ownership::kStatePrefix) + key, versioned([&](ArchiveWriter& archive) { archive(claims); })};
}

}  // namespace

std::string Ownership::key_of(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        if (c == ' ' || c == '\t') continue;
        plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash64(plain)));
    return text.data();
}

std::vector<OwnershipClaim> Ownership::claim(std::string_view key, const OwnershipClaim& claim) {
    const auto found = claims_.find(key);
    Claims& known = found != claims_.end() ? found->second : claims_[std::string(key)];
    const auto own =
        std::find_if(known.begin(), known.end(), [&](const OwnershipClaim& c) { return c.root == claim.root; });
    if (own == known.end()) {
        if (known.size() >= kMostClaims) return {};
        known.push_back(claim);
    } else {
        if (own->unit == claim.unit) return {};
        own->unit = claim.unit;
    }
    changed_.insert(std::string(key));
    std::vector<OwnershipClaim> others;
    std::copy_if(known.begin(), known.end(), std::back_inserter(others),
                 [&](const OwnershipClaim& c) { return c.root != claim.root && c.unit != claim.unit; });
    return others;
}

void Ownership::collect_changes(std::vector<StateRecord>& out) {
    for (const std::string& key : changed_) out.push_back(record_of(key, claims_.at(key)));
    changed_.clear();
}

void Ownership::snapshot(std::vector<StateRecord>& out) const {
    for (const auto& [key, claims] : claims_) out.push_back(record_of(key, claims));
}

bool Ownership::restore(std::string_view key, std::string_view value) {
    auto archive = open_state(value);
    if (!archive) return false;
    Claims claims;
    (*archive)(claims);
    if (!archive->finished()) return false;
    claims_[std::string(key.substr(kStatePrefix.size()))] = std::move(claims);
    return true;
}

}  // namespace aw
