// Completeness (design section 2): per feed and region, until when everything has been reported. A source that never
// sent a watermark is complete by log time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace aw {

class Feeds {
public:
    static constexpr std::size_t kMaxSources = 250;  // further names count as the last one

    [[nodiscard]] std::uint8_t intern(std::string_view source);
    [[nodiscard]] const std::string& name(std::uint8_t source) const { return names_[source]; }

    // False if it says nothing new (a watermark never goes back).
    bool advance(std::string_view feed, std::uint32_t region, Timestamp complete_until);
    // Until when the feed is complete for that region; nothing if it is not under control. The nearest ancestor
    // region with a watermark counts (371400 covers 3714xx); region 0 covers everything.
    [[nodiscard]] std::optional<Timestamp> complete_until(std::uint8_t source, std::uint32_t region) const;

    struct Watermark {
        std::string feed;
        std::uint32_t region = 0;
        Timestamp complete_until;
    };
    [[nodiscard]] std::vector<Watermark> watermarks() const;

    template <class Archive>
    void fields(Archive& archive) {
        archive(names_, watermarks_);
    }

private:
    std::vector<std::string> names_;
    std::map<std::pair<std::string, std::uint32_t>, Timestamp> watermarks_;
};

}  // namespace aw
