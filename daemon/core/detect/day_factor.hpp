// The pooled day factor: what a whole cohort did on one day, against what its clients were expected to do. A holiday, a
// storm or a stalled sorting centre moves everybody; divided out, it is nobody's drop (detection.md section 3).
//
// Two passes over the cohort's clients: the first gives the factor, the second how much they differed from it. A client
// counts by how regular it is, and at most twice its expectation, so that one big shipper is not the weather. Every
// error of the factor is an error of all expectations of the day, so nobody is left out who tells something: not even
// who is perhaps leaving, because leaving out those who sent least makes the day look better than it was.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "core/detect/expectation.hpp"

namespace aw {

// What the clients of one shard did on one day, in whole numbers, so that the answers of several shards add up to the
// same whatever their order.
struct DaySums {
    static constexpr std::size_t kNumbers = 6;

    std::int64_t clients = 0;
    std::int64_t weight = 0;  // millionths, like the next two
    std::int64_t ratio = 0;
    std::int64_t wide_ratio = 0;
    std::int64_t items = 0;
    std::int64_t expected = 0;

    [[nodiscard]] std::array<std::int64_t, kNumbers> numbers() const {
        return {clients, weight, ratio, wide_ratio, items, expected};
    }
    [[nodiscard]] static DaySums of(const std::int64_t* numbers) {
        return {numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]};
    }
    [[nodiscard]] bool is_enough() const;
    [[nodiscard]] double factor() const;  // REQUIRES: is_enough()
    [[nodiscard]] double variance() const;  // of the factor, from the clients' own irregularity
};

class DayPool {
public:
    static constexpr int kLeastClients = 20;  // fewer say nothing of the day

    // First pass: items against an expectation with factor 1.
    void add(double items, const Expectation::Forecast& forecast);
    [[nodiscard]] bool is_enough() const { return clients_ >= kLeastClients; }
    [[nodiscard]] int clients() const { return clients_; }
    [[nodiscard]] double factor() const;  // REQUIRES: is_enough()
    // Of a part of a larger cohort, whose factor is `parent`: few clients say little of a day, so the part is moved
    // towards it, but by one standard error at most, because a whole region may stand still (limited translation:
    // Efron and Morris 1972).
    [[nodiscard]] double factor(double parent) const;
    [[nodiscard]] DaySums sums() const;

    // Second pass: the same against that expectation times `factor`.
    void add_error(double items, const Expectation::Forecast& forecast, double factor);
    [[nodiscard]] double phi() const;

private:
    int clients_ = 0;
    double weight_ = 0;
    double ratio_ = 0;
    double wide_ratio_ = 0;
    double items_ = 0;
    double expected_ = 0;
    double error_weight_ = 0;
    double excess_ = 0;
};

// What the cohort usually sends on each weekday, so that an ordinary Sunday is no shock. State, one for each cohort.
class WeekProfile {
public:
    // ln(factor / usual); 0 until the weekday has been seen three times. weekday: 0 = Monday.
    [[nodiscard]] double shock(int weekday, double factor) const;
    void learn(int weekday, double factor);
    // What is usual on that weekday as a share of the mean day of a usual week; 1 until every weekday has been seen.
    [[nodiscard]] double share_of_week(int weekday) const;
    // What is usual is another from now on, by so much.
    void move(double ln_factor);

    template <class Archive>
    void fields(Archive& archive) {
        archive(usual_, seen_);
    }

private:
    std::array<float, 7> usual_{};  // ln factor
    std::array<std::uint16_t, 7> seen_{};
};

}  // namespace aw
