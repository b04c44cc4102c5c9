// The false-alarm budget as an account that is kept, so that the setting says what comes about, whatever the portfolio.
//
// Every day on which a watched client could have alarmed earns 1/365 of the rate that is asked for. Every signal of
// MEDIUM and higher that rests on a fall spends one, whichever detector or comparison gave it, and a case that ends as
// a loss gives its signals back. What is spent is the most that can have been false: who calls no case by its name is
// told less, never more than was asked for.
//
// Once a day the thresholds follow: they fall where less was spent than earned, and rise where it was surely more, by
// 12 ln(spent / earned). On portfolios that differ from those on which
// the thresholds were made the rate is still near the one asked for (tests/bench/detection, --policy). A comparison has
// a threshold that the regulation's practice gives (R46); its small-number gate gets stricter where the whole is
// overspent, never more lenient (R47).
//
// A value; pure. Of one shard: clients of one partition share a budget.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace aw {

// Small clients and large ones (Certainty::kLargeLevel) each have an account of their own: neither pays for the other.
enum class ClientSize : std::uint8_t { kSmall, kLarge };

class FalseAlarmBudget {
public:
    static constexpr double kMostLenient = 2.5;  // thresholds fall by so much at most ...
    static constexpr double kMostStrict = 1;     // ... and rise by so much: real losses are spent, too
    static constexpr double kLeastTail = 1e-3;   // a comparison's tail probability is left so much of at least

    // The thresholds of `day` and of what follows it are settled from what is in the book. Days ascend; the same day
    // again changes nothing. Returns the days since the one before; 0 = settled already.
    int settle(Day day);
    // rate: false alarms for each client and year that are asked for.
    void earn(ClientSize size, std::uint64_t client_days, double rate);
    void spend(ClientSize size);
    void give_back(ClientSize size, std::uint64_t signals);

    // Added to the h of every sequential test on that day (budget.hpp); of a day before those that are still known,
    // that of the first.
    [[nodiscard]] double offset(ClientSize size, Day day) const;
    // What is left of a comparison's tail probability: 1 unless the whole is overspent.
    [[nodiscard]] double tail_share() const { return tail_share_; }

    // False alarms, discounted by age.
    [[nodiscard]] double earned(ClientSize size) const { return book(size).earned; }
    [[nodiscard]] double spent(ClientSize size) const { return book(size).spent; }

    template <class Archive>
    void fields(Archive& archive) {
        archive(books_, settled_, tail_share_);
    }

private:
    struct Book {
        double earned = 0;
        double spent = 0;
        template <class Archive>
        void fields(Archive& archive) {
            archive(earned, spent);
        }
    };
    struct Settled {
        Day day;
        std::array<float, 2> offsets{};  // by ClientSize
        template <class Archive>
        void fields(Archive& archive) {
            archive(day, offsets);
        }
    };
    [[nodiscard]] const Book& book(ClientSize size) const { return books_[static_cast<std::size_t>(size)]; }
    [[nodiscard]] Book& book(ClientSize size) { return books_[static_cast<std::size_t>(size)]; }
    [[nodiscard]] static double offset_of(const Book& book);
    [[nodiscard]] double share_of_tail() const;

    std::array<Book, 2> books_{};   // by ClientSize
    std::vector<Settled> settled_;  // ascending; days that a detector may take again
    double tail_share_ = 1;
};

}  // namespace aw
