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

namespace aw {

class Certainty {
public:
    enum class Stratum : std::uint8_t { kSmall, kLarge, kStop, kDecline, kInactivity, kShare, kYield };
    static constexpr std::size_t kStrata = 7;
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

    // level: items on an ordinary day before the loss. observed, expected: of the days of evidence.
    [[nodiscard]] static Cell of_drop(double level, double observed, double expected);
    [[nodiscard]] static Cell of(Stratum stratum, double observed, double expected);

    // rate: false alarms for each account and year that the operator asked for; the table is that of 0.5.
    [[nodiscard]] double probability(const Cell& cell, double rate) const;
    // An episode has ended: a real loss, or none (false alarm, known change).
    void note(const Cell& cell, bool real);

    template <class Archive>
    void fields(Archive& archive) {
        archive(real_, noted_);
    }

private:
    std::array<std::array<float, kBins>, kStrata> real_{};
    std::array<std::array<float, kBins>, kStrata> noted_{};
};

}  // namespace aw
