// How irregular an account is by itself, from its own weeks or months: what the small-number gate (R47) holds a fall
// against.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace aw {

// The periods before the one under judgement, the newest first. A value, on the stack.
class PastPeriods {
public:
    static constexpr int kMost = 52;
    static constexpr int kOfDispersion = 26;  // of the newest so many the dispersion is taken

    // The period before those added so far, at most kMost. `fell`: it enters no mean, because the account had fallen
    // then.
    void add(double level, bool fell);
    void skip() { gap_ = true; }  // that period is no measure

    // Dispersion phi of a period (variance = mean + phi mean^2): of a count, beyond what counting alone explains, so 0
    // for a client as regular as a Poisson stream; of money (`counted` = false), all of it. 0 if too few periods are
    // known.
    //
    // From how far each was from the `compared_with` before it, as the one under judgement is compared (from their
    // median: a great week must not hide the fall that comes a month later). That sees the good and bad months of a
    // client, and the falls that come again and again (each counts once, however long it lasted), which are how it is.
    // A trend and an odd week or two are taken off. Where the history is too short for that: from the differences of
    // neighbours, of money of those with an invoice.
    [[nodiscard]] double dispersion(int compared_with, bool counted) const;

    // A fall that ends by itself lasts so long at most; what lasts longer is a loss.
    static constexpr int kShortFall = 2;
    // How often a fall like this one (at most `share` of the median of the `compared_with` before it, for `lasted`
    // periods at least) has come and ended by itself, as a share of all periods that are known. 0 where it did so once
    // or never: two are a habit.
    [[nodiscard]] double frequency_of_falls(double share, int compared_with, int lasted) const;

private:
    struct Past {
        double level = 0;
        bool fell = false;
        bool after_gap = false;  // one is missing between this and the next newer one
    };

    [[nodiscard]] double variance(std::size_t compared_with, bool counted) const;
    [[nodiscard]] double variance_of_neighbours(bool counted) const;
    [[nodiscard]] double mean() const;
    [[nodiscard]] std::optional<double> median_before(std::size_t i, std::size_t compared_with) const;

    std::array<Past, kMost> past_{};
    std::size_t n_ = 0;
    bool gap_ = false;
};

}  // namespace aw
