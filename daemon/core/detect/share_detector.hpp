// Inferred competitor switch: one part of a client's items (a line, or a lane) goes elsewhere while the rest stays.
//
// Given the day's total n, the part's items x are beta-binomial with its usual share s. Sequentially, day by day:
//
//     s1 = rho s / (1 - s + rho s),  llr = ln BetaBin(x; n, M s1) - ln BetaBin(x; n, M s),  S = max(0, S + llr)
//
// alarm at S >= h + ln K for K parts. It is blind to the total on purpose: volume is the drop detector's; and a part
// can lose nearly everything without the total showing it (detection.md section 3). The share is slow (60 days), and
// days are kept apart while S > 0, as in drop_detector.hpp. How far the shares of a client wander from day to day (M)
// is learned.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace aw {

// One part: a line or a lane. 36 bytes.
class ShareDetector {
public:
    static constexpr int kRestDays = 28;
    static constexpr int kPendingDays = 45;
    static constexpr int kForgetAlarmDays = 180;
    static constexpr double kLeastRest = 0.7;  // below, the rest falls, too: a drop in volume, and no alarm

    struct Day {
        double items = 0;                   // of the part
        double total = 0;                   // of the client, the part included
        double expected_total = 0;          // what the client was expected to send (DropDetector's forecast)
        bool part_is_down_for_all = false;  // the whole cohort sends less of this part: nobody's switch
        double completeness = 1;            // share of the day's items that is known
    };
    struct Verdict {
        bool alarm = false;
        double score = 0;
        double share = 0;     // usual
        double observed = 0;  // items of the part in the days of evidence ...
        double expected = 0;  // ... and its usual share of the totals of these days
        double threshold = 0;
        double rest = 0;      // the other parts' items in these days / what was expected of them
        int days = 0;         // of evidence; the onset is the first of them
    };

    // spread: 1 / (M + 1), dispersion of the client's shares. threshold: h + ln K.
    Verdict step(const Day& day, double spread, double threshold);

    [[nodiscard]] double score() const { return score_; }
    [[nodiscard]] double items() const { return items_; }  // discounted
    [[nodiscard]] double share() const;
    [[nodiscard]] double share_of_known() const { return total_; }
    [[nodiscard]] bool is_known() const;
    // The usual share before the last alarm; 0 = none for kForgetAlarmDays.
    [[nodiscard]] double share_before() const { return before_; }
    [[nodiscard]] int alarm_days() const { return alarm_days_; }  // since then

    template <class Archive>
    void fields(Archive& archive) {
        archive(items_, total_, pending_items_, pending_total_, pending_expected_, score_, before_, days_,
                pending_days_, rest_, alarm_days_);
    }

private:
    void learn_pending(double keep_before);
    void fill(Verdict& verdict) const;

    float items_ = 0;  // discounted
    float total_ = 0;  // ... of the days on which the part was watched
    float pending_items_ = 0;
    float pending_total_ = 0;
    float pending_expected_ = 0;
    float score_ = 0;
    float before_ = 0;
    std::uint16_t days_ = 0;
    std::uint16_t pending_days_ = 0;
    std::uint16_t rest_ = 0;
    std::uint16_t alarm_days_ = 0;
};

// The largest parts of one client, with the dispersion of its shares.
class ShareWatch {
public:
    static constexpr std::size_t kParts = 8;

    struct Part {
        std::uint32_t id = 0;  // 0 = no part
        double items = 0;
        bool is_down_for_all = false;
    };
    struct Found {
        std::uint32_t id = 0;
        ShareDetector::Verdict verdict;
    };

    // Takes one closed day: the parts with items, or known to be down, in any order; total >= their sum. threshold: h.
    // All parts that alarm, the highest score first, then those that came near it (is_near), also where nothing but the
    // rest spoke against an alarm. Empty on most days.
    std::vector<Found> step(std::span<const Part> parts, double total, double expected_total, double threshold,
                            double completeness = 1);

    [[nodiscard]] double spread() const;
    // The detector of that part; nullptr if it is none of the watched ones.
    [[nodiscard]] const ShareDetector* find(std::uint32_t id) const;
    // Calls visit(id, detector) for every part that is watched; each_known(): whose usual share is known.
    template <class Visit>
    void each(Visit visit) const {
        for (std::size_t i = 0; i < kParts; ++i) {
            if (ids_[i] != 0) visit(ids_[i], parts_[i]);
        }
    }
    template <class Visit>
    void each_known(Visit visit) const {
        each([&](std::uint32_t id, const ShareDetector& part) {
            if (part.is_known()) visit(id, part);
        });
    }

    template <class Archive>
    void fields(Archive& archive) {
        archive(ids_, parts_, excess_, weight_);
    }

private:
    [[nodiscard]] std::size_t slot_of(const Part& part);
    void learn_spread(double items, double total, double share);

    std::array<std::uint32_t, kParts> ids_{};
    std::array<ShareDetector, kParts> parts_{};
    float excess_ = 0;  // of the squared errors over binomial ones ...
    float weight_ = 0;  // ... and what it would be with M = 0
};

}  // namespace aw
