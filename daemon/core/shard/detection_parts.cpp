// Detection: the lines and lanes of the clients, and what fell for all of them.
#include <algorithm>
#include <map>

#include "core/shard/detection.hpp"

namespace aw {
namespace {

// A line or a lane has fallen for everybody, as measured by at least so many clients that use it.
constexpr int kFallenClients = 20;
constexpr double kFallen = 0.7;
constexpr double kLargestFactor = 3;  // one client's part counts at most so much of what it usually is

}  // namespace

// Shares of lines and lanes as they usually are, against what they were on the day, over all clients.
std::vector<std::uint32_t> Detection::fallen_parts(const Track& track) const {
    struct Sum {
        double items = 0;
        double expected = 0;
        int clients = 0;
    };
    std::map<std::uint32_t, Sum> sums;
    for (std::size_t i = 0; i < taking_.size(); ++i) {
        const ShareWatch* shares = (states_[taking_[i]].*track.watch).shares();
        if (shares == nullptr || items_[i] <= 0) continue;
        const std::uint32_t begin = i == 0 ? 0 : parts_end_[i - 1];
        shares->each_known([&](std::uint32_t id, const ShareDetector& part) {
            const double usual = static_cast<double>(items_[i]) * part.share();
            Sum& sum = sums[id];
            const double weight = 1 / (1 + usual);  // a giant is one client
            sum.expected += weight * usual;
            ++sum.clients;
            for (std::uint32_t k = begin; k < parts_end_[i]; ++k) {
                if (parts_[k].id == id) sum.items += weight * std::min(parts_[k].items, kLargestFactor * (usual + 1));
            }
        });
    }
    std::vector<std::uint32_t> fallen;
    for (const auto& [id, sum] : sums) {
        if (sum.clients >= kFallenClients && sum.items < kFallen * sum.expected) fallen.push_back(id);
    }
    return fallen;
}

ClientWatch::Verdict Detection::step(ClientWatch& watch, double items, double revenue, Day day, const DayFactor& factor,
                                     const std::vector<std::uint32_t>& fallen,
                                     std::span<const ShareWatch::Part> parts) {
    mine_.assign(parts.begin(), parts.end());
    for (ShareWatch::Part& part : mine_)
        part.is_down_for_all = std::binary_search(fallen.begin(), fallen.end(), part.id);
    if (watch.shares() != nullptr && !fallen.empty()) {
        watch.shares()->each_known([&](std::uint32_t id, const ShareDetector&) {
            const bool sent = std::any_of(parts.begin(), parts.end(), [&](const auto& part) { return part.id == id; });
            if (!sent && std::binary_search(fallen.begin(), fallen.end(), id)) mine_.push_back({id, 0, true});
        });
    }
    return watch.step({items, weekday(day) - 1, factor, revenue, mine_}, limits_);
}

}  // namespace aw
