// The stated probability that a statistical alarm is a real loss.
//
// At an alarm the score is at the threshold by construction, and the likelihood ratio is badly over-confident, so the
// probability is a table: by what alarmed, at which size of client, and by the share that was lost. The shipped table
// comes from simulated portfolios in which half of the clients drop once in ten months (tests/bench/detection); closed
// episodes are counted on top of it, and within a stratum a greater loss is never less certain (pool adjacent
// violators: Ayer et al. 1955).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/detect/false_alarm_budget.hpp"

namespace aw {

class Certainty {
public:
    enum class Stratum : std::uint8_t { kSmall, kLarge, kStop, kDecline, kInactivity, kShare, kYield };
    static constexpr std::size_t kStrata = 7;
    static constexpr std::array<std::string_view, kStrata> kNames = {"small",      "large", "stop", "decline",
                                                                     "inactivity", "share", "yield"};
    static constexpr std::size_t kBins = 8;
    static constexpr double kLargeLevel = 5;  // items on an ordinary day

    struct Cell {
        Stratum stratum = Stratum::kSmall;
        std::uint8_t bin = 0;

        template <class Archive>
        void fields(Archive& archive) {
            archive(stratum, bin);
        }
    };

    [[nodiscard]] static ClientSize size_of(double level) {
        return level < kLargeLevel ? ClientSize::kSmall : ClientSize::kLarge;
    }
    // level: items on an ordinary day before the loss. observed, expected: of the days of evidence.
    [[nodiscard]] static Cell of_drop(double level, double observed, double expected);
    [[nodiscard]] static Cell of(Stratum stratum, double observed, double expected);

    // rate: false alarms for each account and year that the operator asked for. offset: what the budget adds to the
    // thresholds (false_alarm_budget.hpp). The higher they are, the more of what passes them is real.
    [[nodiscard]] double probability(const Cell& cell, double rate, double offset = 0) const;
    // A case has ended, and the last alarm in it was of this cell: a real loss, or a false alarm. Of a known change and
    // of a client that is back it is not said: a real fall that was no loss teaches nothing.
    void note(const Cell& cell, bool real);

    // How well the budget is kept: alarms of MEDIUM and higher whose case has ended, by stratum, and the days on which
    // one could have been told (Detection::Source::may_tell).
    struct Ended {
        std::uint64_t real = 0;
        std::uint64_t none = 0;
        template <class Archive>
        void fields(Archive& archive) {
            archive(real, none);
        }
    };
    void note_ended(Stratum stratum, bool real, std::uint64_t alarms) {
        Ended& ended = ended_[static_cast<std::size_t>(stratum)];
        (real ? ended.real : ended.none) += alarms;
    }
    // Of comparisons, which state no probability: their alarms, and the days on which a watched client could be told
    // of.
    void note_compared(bool real, std::uint64_t alarms) { (real ? compared_.real : compared_.none) += alarms; }
    void note_compared_days(std::uint64_t days) { compared_days_ += days; }
    [[nodiscard]] const Ended& compared() const { return compared_; }
    [[nodiscard]] std::uint64_t compared_days() const { return compared_days_; }
    void note_days(std::uint64_t small, std::uint64_t large) {
        small_days_ += small;
        large_days_ += large;
    }
    [[nodiscard]] const Ended& ended(Stratum stratum) const { return ended_[static_cast<std::size_t>(stratum)]; }
    // Days in which a client could have alarmed in the stratum: those of small or of large clients, or of all.
    [[nodiscard]] std::uint64_t days(Stratum stratum) const;

    template <class Archive>
    void fields(Archive& archive) {
        archive(real_, noted_, ended_, small_days_, large_days_);
        if (archive.version() >= 10) archive(compared_, compared_days_);
        if (archive.version() >= 8) return;
        // They counted history, clients that nobody watches, and LOW: no rate can be told from them.
        ended_ = {};
        small_days_ = large_days_ = 0;
    }

private:
    std::array<std::array<float, kBins>, kStrata> real_{};
    std::array<std::array<float, kBins>, kStrata> noted_{};
    std::array<Ended, kStrata> ended_{};
    std::uint64_t small_days_ = 0;
    std::uint64_t large_days_ = 0;
    Ended compared_;
    std::uint64_t compared_days_ = 0;
};

}  // namespace aw
