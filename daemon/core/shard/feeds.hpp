// Completeness (design section 2): per feed and region, until when everything has been reported, and whether it has a
// gap. A source that never sent a watermark is complete by log time.
//
// Owner: one Shard. State, record "feeds".
#pragma once

#include <array>
#include <cstdint>
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
    static constexpr std::size_t kMaxMarks = 10'000;  // feeds and regions under control

    // What is known of one feed in one region.
    struct Mark {
        std::uint32_t region = 0;  // 0 = every region that has none of its own
        Timestamp complete_until;
        Timestamp gap_since;  // when its gap opened, on the log's clock; not set = it has none

        [[nodiscard]] bool in_gap() const { return gap_since.is_set(); }
        template <class Archive>
        void fields(Archive& archive) {
            archive(region, complete_until, gap_since);
        }
    };

    [[nodiscard]] std::uint8_t intern(std::string_view source);
    [[nodiscard]] const std::string& name(std::uint8_t source) const { return names_[source]; }
    [[nodiscard]] std::optional<std::uint8_t> find(std::string_view source) const;

    enum class Advance : std::uint8_t { nothing_new, advanced, too_many };
    // A watermark never goes back; the first one of a feed in a region puts it under control.
    [[nodiscard]] Advance advance(std::string_view feed, std::uint32_t region, Timestamp complete_until);

    // Cheap: nearly every account asks this of its sources every day.
    [[nodiscard]] bool is_under_control(std::uint8_t source) const { return feed_of_[source] != kNoFeed; }
    // The watermark that counts for the source in that region: that of the nearest ancestor region (371400 covers
    // 3714xx), then that of every region; null if it is not under control there.
    [[nodiscard]] const Mark* covering(std::uint8_t source, std::uint32_t region) const;

    // use(name of the feed, its marks in the order of their regions), in the order of the names; the marks may be
    // changed.
    template <class F>
    void each_feed(F&& use) {
        for (Feed& feed : feeds_) use(std::as_const(feed.name), feed.marks);
    }
    template <class F>
    void each_feed(F&& use) const {
        for (const Feed& feed : feeds_) use(feed.name, feed.marks);
    }

    struct Watermark {
        std::string feed;
        std::uint32_t region = 0;
        Timestamp complete_until;
    };
    [[nodiscard]] std::vector<Watermark> watermarks() const;

    // True once after a change; gaps that were opened or closed are told by note_change().
    [[nodiscard]] bool take_changed() { return std::exchange(changed_, false); }
    void note_change() { changed_ = true; }

    template <class Archive>
    void fields(Archive& archive) {
        archive(names_, feeds_);
        if constexpr (Archive::kReading) link();
    }

private:
    static constexpr std::int16_t kNoFeed = -1;

    struct Feed {
        std::string name;
        std::vector<Mark> marks;  // by region

        template <class Archive>
        void fields(Archive& archive) {
            archive(name, marks);
        }
    };

    [[nodiscard]] static constexpr std::array<std::int16_t, 256> no_feeds() {
        std::array<std::int16_t, 256> none{};
        none.fill(kNoFeed);
        return none;
    }
    void link();

    std::vector<std::string> names_;
    std::vector<Feed> feeds_;  // under control, by name
    std::array<std::int16_t, 256> feed_of_ = no_feeds();  // by source: its place in feeds_; follows from the two
    bool changed_ = false;
};

}  // namespace aw
