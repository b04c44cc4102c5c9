// The false-alarm budget as an account that is kept, so that the setting says what comes about, whatever the portfolio.
//
// Every day on which a watched client could have alarmed earns 1/365 of the rate that is asked for, every signal of
// MEDIUM and higher that rests on a fall spends one. Nobody knows at once which are false, so all are counted: what
// comes about is never more than was asked for, and less where clients really leave. DEFECTION is none of them: sixty
// days of nothing are a fact.
//
// The detectors have a book for small clients and one for large ones (Certainty::kLargeLevel): neither pays for the
// other. They count days that are sealed (core/shard/detection.hpp), so that thresholds depend on no order of arrival.
// Once a day thresholds follow: up where surely more was spent than earned, by 12 ln(spent / earned), a tenth a day at
// most. Never down: where items come late, what open days make look like a fall is no alarm of the sealed ones, and
// lower thresholds let it through. Where a policy compares volume or revenue as well, the detectors have half of the
// budget (detectors_rate()).
//
// A comparison has a threshold that practice gives (R46). Its small-number gate gets stricter where all that was told,
// whatever told it, is more than the whole budget; more lenient never (R47).
//
// A value; pure. Of one shard: the clients of one partition share a budget.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace aw {

enum class ClientSize : std::uint8_t { kSmall, kLarge };

class FalseAlarmBudget {
public:
    static constexpr double kMostStrict = 1;  // thresholds rise by so much at most: real losses are spent, too
    static constexpr double kMostADay = 0.1;
    static constexpr double kLeastTail = 1e-3;  // a comparison's tail probability is left so much of at least

    // What is counted since the last time: of the detectors days that could have alarmed, and alarms ...
    void note_detectors(ClientSize size, std::uint64_t days, std::uint64_t alarms);
    // ... and of everything that gives signals.
    void note_days(std::uint64_t days) { told().days += static_cast<double>(days); }
    void note_signal() { told().spent += 1; }

    // What is in force from the evaluation of `day` on. Days ascend; the same day again changes nothing. rate and
    // detectors: false alarms for each client and year, of all sources and of the detectors. Returns the days since the
    // evaluation before; 0 = settled already.
    int settle(Day day, double rate, double detectors);
    // As of the evaluation on that day; of days that are forgotten, as of the first that is known.
    // Added to the h of every sequential test of such a client (budget.hpp).
    [[nodiscard]] double offset(ClientSize size, Day evaluated) const;
    // What is left of a comparison's tail probability.
    [[nodiscard]] double tail_share(Day evaluated) const;

    // Of everything, discounted by age.
    [[nodiscard]] double days() const { return books_[kTold].days; }
    [[nodiscard]] double spent() const { return books_[kTold].spent; }

    template <class Archive>
    void fields(Archive& archive) {
        archive(books_, settled_);
    }

private:
    static constexpr std::size_t kTold = 2;  // after those of the sizes

    struct Book {
        double days = 0;
        double spent = 0;
        template <class Archive>
        void fields(Archive& archive) {
            archive(days, spent);
        }
    };
    struct Settled {
        Day day;
        std::array<float, 2> offsets{};  // by ClientSize
        float tail_share = 1;
        template <class Archive>
        void fields(Archive& archive) {
            archive(day, offsets, tail_share);
        }
    };
    [[nodiscard]] Book& told() { return books_[kTold]; }
    [[nodiscard]] const Settled* settled_for(Day day) const;

    std::array<Book, 3> books_{};
    std::vector<Settled> settled_;  // ascending; of days that may be judged again
};

}  // namespace aw
