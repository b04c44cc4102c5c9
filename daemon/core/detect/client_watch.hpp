// ClientWatch: one client under every statistical detector, day by day, and what the detectors tell each other.
//
//     sharp drop, gradual decline    how many items it sends (drop_detector.hpp, decline_detector.hpp)
//     inactivity                     how long it has sent none (inactivity.hpp)
//     share                          where they go, or by which line (share_detector.hpp)
//     yield                          what it pays for one (yield_detector.hpp)
//
// A loss is one loss: what one of the first two has found, the other takes as the new level, and there is one measure
// of recovery for both.
//
// A value, one or two for each client: about 280 bytes, and 330 more for a client with several lines or lanes.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/detect/budget.hpp"
#include "core/detect/certainty.hpp"
#include "core/detect/decline_detector.hpp"
#include "core/detect/drop_detector.hpp"
#include "core/detect/inactivity.hpp"
#include "core/detect/share_detector.hpp"
#include "core/detect/watch_state.hpp"
#include "core/detect/yield_detector.hpp"

namespace aw {

class ClientWatch {
public:
    struct Day {
        double items = 0;
        int weekday = 0;  // 0 = Monday ... 6 = Sunday
        DayFactor factor;
        double revenue = -1;                      // < 0: not known
        std::span<const ShareWatch::Part> parts;  // lines and lanes with items
    };
    struct Verdict {
        DropDetector::Verdict drop;  // also says when the last loss is over, whichever of the two found it
        DeclineDetector::Verdict decline;
        Inactivity::Verdict idle;
        bool active_again = false;  // a silence that was an alarm is over
        bool resting = false;       // it has alarmed less than kRestDays ago
        std::vector<ShareWatch::Found> shares;  // as ShareWatch::step() says
        YieldDetector::Verdict yield;
        WatchState state = WatchState::kNormal;  // after the day
    };

    ClientWatch() = default;
    ClientWatch(const ClientWatch& other) { *this = other; }
    ClientWatch& operator=(const ClientWatch& other);
    ClientWatch(ClientWatch&&) = default;
    ClientWatch& operator=(ClientWatch&&) = default;
    ~ClientWatch() = default;

    // Takes one closed day.
    Verdict step(const Day& day, const Thresholds& limits);
    // A day of which nothing is known, and nothing will be.
    void pass_over() { yield_.pass_over(); }

    [[nodiscard]] const DropDetector& drop() const { return drop_; }
    [[nodiscard]] const DeclineDetector& decline() const { return decline_; }
    [[nodiscard]] const Inactivity& inactivity() const { return inactivity_; }
    [[nodiscard]] const YieldDetector& yield() const { return yield_; }
    [[nodiscard]] const ShareWatch* shares() const { return shares_.get(); }  // nullptr: one line, one lane
    [[nodiscard]] WatchState state() const { return state_; }  // by what it sends, or does not

    template <class Archive>
    void fields(Archive& archive) {
        archive(drop_, decline_, inactivity_, yield_, shares_, state_);
    }

private:
    DropDetector drop_;
    DeclineDetector decline_;
    Inactivity inactivity_;
    YieldDetector yield_;
    std::unique_ptr<ShareWatch> shares_;
    WatchState state_ = WatchState::kNormal;
};

}  // namespace aw
