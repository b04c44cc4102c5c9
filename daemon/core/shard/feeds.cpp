#include "core/shard/feeds.hpp"

#include <algorithm>

#include "core/model/ids.hpp"

namespace aw {

std::uint8_t Feeds::intern(std::string_view source) {
    if (const auto known = find(source)) return *known;
    if (names_.size() < kMaxSources) {
        names_.emplace_back(source);
        link();
        changed_ = true;
    }
    return static_cast<std::uint8_t>(names_.size() - 1);
}

std::optional<std::uint8_t> Feeds::find(std::string_view source) const {
    const auto known = std::find(names_.begin(), names_.end(), source);
    if (known == names_.end()) return std::nullopt;
    return static_cast<std::uint8_t>(known - names_.begin());
}

void Feeds::link() {
    feed_of_ = no_feeds();
    for (std::size_t place = 0; place < std::min(feeds_.size(), kMaxMarks); ++place) {
        if (const auto source = find(feeds_[place].name)) feed_of_[*source] = static_cast<std::int16_t>(place);
    }
}

Feeds::Advance Feeds::advance(std::string_view feed, std::uint32_t region, Timestamp complete_until) {
    auto at = std::lower_bound(feeds_.begin(), feeds_.end(), feed,
                               [](const Feed& known, std::string_view name) { return known.name < name; });
    const bool known = at != feeds_.end() && at->name == feed;
    auto mark = known ? std::lower_bound(at->marks.begin(), at->marks.end(), region,
                                         [](const Mark& m, std::uint32_t r) { return m.region < r; })
                      : std::vector<Mark>::iterator{};
    if (known && mark != at->marks.end() && mark->region == region) {
        if (complete_until <= mark->complete_until) return Advance::nothing_new;
        mark->complete_until = complete_until;
        changed_ = true;
        return Advance::advanced;
    }
    std::size_t marks = 0;
    for (const Feed& other : feeds_) marks += other.marks.size();
    if (marks >= kMaxMarks) return Advance::too_many;
    if (!known) {
        at = feeds_.insert(at, {std::string(feed), {}});
        mark = at->marks.end();
        link();
    }
    at->marks.insert(mark, {region, complete_until, {}});
    changed_ = true;
    return Advance::advanced;
}

const Feeds::Mark* Feeds::covering(std::uint8_t source, std::uint32_t region) const {
    if (!is_under_control(source)) return nullptr;
    const auto& marks = feeds_[static_cast<std::size_t>(feed_of_[source])].marks;
    const auto of_region = [&](std::uint32_t wanted) -> const Mark* {
        const auto found = std::lower_bound(marks.begin(), marks.end(), wanted,
                                            [](const Mark& m, std::uint32_t r) { return m.region < r; });
        return found == marks.end() || found->region != wanted ? nullptr : &*found;
    };
    for (std::optional<std::uint32_t> at = region; at; at = parent_region(*at)) {
        if (const Mark* mark = of_region(*at)) return mark;
    }
    return of_region(0);
}

std::vector<Feeds::Watermark> Feeds::watermarks() const {
    std::vector<Watermark> list;
    each_feed([&](const std::string& name, const std::vector<Mark>& marks) {
        for (const Mark& mark : marks) list.push_back({name, mark.region, mark.complete_until});
    });
    return list;
}

}  // namespace aw
