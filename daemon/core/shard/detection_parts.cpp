// Detection: the lines and lanes of the clients, and what fell for all of them.
#include <algorithm>
#include <map>
#include <utility>

#include "core/shard/detection.hpp"

namespace aw {
namespace {

// A line or a lane has fallen for everybody, or in a region, as measured by at least so many clients that use it.
constexpr int kFallenClients = DayPool::kLeastClients;
constexpr double kFallen = 0.7;
constexpr double kLargestFactor = 3;  // one client's part counts at most so much of what it usually is

// What a part is called that fell in one region alone: a number like a lane's, beside the parts that fell everywhere.
std::uint32_t in_region(std::uint32_t part, std::uint32_t region) {
    const std::uint64_t both = (std::uint64_t{region} << 32 | part) * 0x9e37'79b9'7f4a'7c15ULL;
    return 0x8000'0000U | static_cast<std::uint32_t>(both >> 32);
}

bool is_fallen(const std::vector<std::uint32_t>& fallen, std::uint32_t part, std::uint32_t region) {
    const auto has = [&](std::uint32_t name) { return std::binary_search(fallen.begin(), fallen.end(), name); };
    return has(part) || (region != 0 && has(in_region(part, region)));
}

}  // namespace

// Shares of lines and lanes as they usually are, against what they were on the day: over all clients, and over those of
// a region, whose hub or border may be closed while the others' are open.
std::vector<std::uint32_t> Detection::fallen_parts(const Track& track) const {
    struct Sum {
        double items = 0;
        double expected = 0;
        int clients = 0;
        void add(const Sum& more) {
            items += more.items;
            expected += more.expected;
            clients += more.clients;
        }
        [[nodiscard]] bool is_fallen() const { return clients >= kFallenClients && items < kFallen * expected; }
    };
    std::map<std::pair<std::uint32_t, std::uint32_t>, Sum> sums;  // by part and region, 0 = of no region
    for (std::size_t i = 0; i < taking_.size(); ++i) {
        const ShareWatch* shares = (states_[taking_[i]].*track.watch).shares();
        if (shares == nullptr || items_[i] <= 0) continue;
        const std::uint32_t begin = i == 0 ? 0 : parts_end_[i - 1];
        const std::uint32_t region = region_of(taking_[i]);
        shares->each_known([&](std::uint32_t id, const ShareDetector& part) {
            const double usual = static_cast<double>(items_[i]) * part.share();
            const double weight = 1 / (1 + usual);  // a giant is one client
            double items = 0;
            for (std::uint32_t k = begin; k < parts_end_[i]; ++k) {
                if (parts_[k].id == id) items += weight * std::min(parts_[k].items, kLargestFactor * (usual + 1));
            }
            sums[{id, region}].add({items, weight * usual, 1});
        });
    }
    std::vector<std::uint32_t> fallen;
    std::map<std::uint32_t, Sum> of_all;
    for (const auto& [about, sum] : sums) {
        const auto [id, region] = about;
        of_all[id].add(sum);
        if (region != 0 && sum.is_fallen()) fallen.push_back(in_region(id, region));
    }
    for (const auto& [id, sum] : of_all) {
        if (sum.is_fallen()) fallen.push_back(id);
    }
    std::sort(fallen.begin(), fallen.end());
    return fallen;
}

// 0: no pool of its own.
std::uint32_t Detection::region_of(std::uint32_t slot) const {
    const std::uint16_t pool = states_[slot].pool;
    return pool < pools_.size() ? pools_[pool].cohort.region : 0;
}

ClientWatch::Verdict Detection::step(ClientWatch& watch, double items, double revenue, Day day, const DayFactor& factor,
                                     const std::vector<std::uint32_t>& fallen, std::uint32_t region,
                                     std::span<const ShareWatch::Part> parts) {
    mine_.assign(parts.begin(), parts.end());
    for (ShareWatch::Part& part : mine_) part.is_down_for_all = is_fallen(fallen, part.id, region);
    if (watch.shares() != nullptr && !fallen.empty()) {
        watch.shares()->each_known([&](std::uint32_t id, const ShareDetector&) {
            const bool sent = std::any_of(parts.begin(), parts.end(), [&](const auto& part) { return part.id == id; });
            if (!sent && is_fallen(fallen, id, region)) mine_.push_back({id, 0, true});
        });
    }
    const ClientSize size = Certainty::size_of(watch.drop().expectation().level());
    return watch.step({items, weekday(day) - 1, factor, revenue, mine_}, limits_[static_cast<std::size_t>(size)]);
}

}  // namespace aw
