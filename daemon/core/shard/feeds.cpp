#include "core/shard/feeds.hpp"

#include <algorithm>

#include "core/model/ids.hpp"

namespace aw {

std::uint8_t Feeds::intern(std::string_view source) {
    const auto known = std::find(names_.begin(), names_.end(), source);
    if (known != names_.end()) return static_cast<std::uint8_t>(known - names_.begin());
    if (names_.size() < kMaxSources) names_.emplace_back(source);
    return static_cast<std::uint8_t>(names_.size() - 1);
}

bool Feeds::advance(std::string_view feed, std::uint32_t region, Timestamp complete_until) {
    auto [at, added] = watermarks_.try_emplace({std::string(feed), region}, complete_until);
    if (added) return true;
    if (complete_until <= at->second) return false;
    at->second = complete_until;
    return true;
}

std::optional<Timestamp> Feeds::complete_until(std::uint8_t source, std::uint32_t region) const {
    if (watermarks_.empty() || source >= names_.size()) return std::nullopt;
    for (std::optional<std::uint32_t> at = region; at; at = parent_region(*at)) {
        if (const auto found = watermarks_.find({names_[source], *at}); found != watermarks_.end()) return found->second;
    }
    if (const auto all = watermarks_.find({names_[source], 0}); all != watermarks_.end()) return all->second;
    return std::nullopt;
}

std::vector<Feeds::Watermark> Feeds::watermarks() const {
    std::vector<Watermark> list;
    for (const auto& [key, until] : watermarks_) list.push_back({key.first, key.second, until});
    return list;
}

}  // namespace aw
