// Subjects: the units, persons and feeds whose key lies in this partition, and what the shards of all partitions
// answered about them (design section 2: a shard never asks another shard; the owner of the key adds up). Also who owes
// something for a unit or a person rather than for one account: their tasks and the numbers given to tasks and notices.
//
// Owner: one Shard. State, one record per subject, key "u/<subject>".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/event.hpp"
#include "core/model/output.hpp"
#include "core/obligations/obligation.hpp"
#include "core/shard/feed_gap.hpp"
#include "core/shard/seen_ids.hpp"

namespace aw {

// What one partition answered; a later answer replaces the earlier one.
struct Answer {
    std::int64_t sequence = 0;
    std::vector<std::int64_t> counts;
    std::vector<PartialItem> items;

    template <class Archive>
    void fields(Archive& archive) {
        archive(sequence, counts, items);
    }
};

// One question to all partitions: topic, subject and due time name it.
struct Gathering {
    std::string topic;
    Timestamp due_at;
    std::map<std::int32_t, Answer> answers;  // by partition
    bool told = false;                       // all had answered, and the result was given
    bool closed = false;                     // no answer is of interest any more
    std::uint64_t task = 0;                  // number of the task that the result opened; 0 = none

    // Sum of counts[index] over the latest answers.
    [[nodiscard]] std::int64_t sum(std::size_t index) const;
    // The latest answers added up by the name of what they are about, `counts` numbers for each item; of the number
    // with index `least_of` the least instead of the sum.
    [[nodiscard]] std::map<std::string, std::vector<std::int64_t>> sums(std::size_t counts,
                                                                        std::size_t least_of = SIZE_MAX) const;

    template <class Archive>
    void fields(Archive& archive) {
        archive(topic, due_at, answers, told, closed, task);
    }
};

struct Subject {
    std::uint64_t number = 0;  // stands for it in the timer queue
    std::uint32_t last_task = 0;
    std::uint32_t last_notice = 0;
    std::uint32_t last_signal = 0;
    std::vector<std::string> marks;  // R15: industries that were down in the period before
    ObligationList obligations;
    std::vector<Gathering> gatherings;
    std::map<std::uint32_t, FeedGap> gaps;  // of a feed, by region

    [[nodiscard]] Gathering& gathering(std::string_view topic, Timestamp due_at);  // made at need
    [[nodiscard]] Obligation* find_task(std::uint64_t number);
    void forget_closed_tasks();

    template <class Archive>
    void fields(Archive& archive) {
        archive(number, last_task, last_notice, last_signal, marks, obligations, gatherings, gaps);
    }
};

class Subjects {
public:
    static constexpr std::string_view kStatePrefix = "u/";

    // In the timer queue a subject stands where accounts have their root; no root is that large.
    [[nodiscard]] static AccountRoot timer_root(const Subject& subject) { return {kMark | subject.number}; }
    [[nodiscard]] static bool is_timer_root(AccountRoot root) { return (root.n & kMark) != 0; }

    // Made at need; counts as changed from now on until the next collect_changes().
    [[nodiscard]] Subject& change(std::string_view key);
    [[nodiscard]] Subject* find(std::string_view key);
    // REQUIRES: there is one with this number.
    [[nodiscard]] const std::string& key_of(AccountRoot timer_root) const;
    // Forgets it if nothing is left of it: no number was given, nothing is asked.
    void drop_if_empty(std::string_view key);
    // Questions older than this that came to nothing, because a partition never answered.
    void forget_before(Timestamp due_at);

    [[nodiscard]] const std::map<std::string, Subject, std::less<>>& all() const { return subjects_; }
    // Any of them may have changed since the last call.
    [[nodiscard]] bool take_touched() { return std::exchange(touched_, false); }

    void collect_changes(std::vector<StateRecord>& out);
    void snapshot(std::vector<StateRecord>& out) const;
    [[nodiscard]] bool restore(std::string_view key, std::string_view value);  // false: damaged

private:
    static constexpr std::uint64_t kMark = std::uint64_t{1} << 63;

    std::map<std::string, Subject, std::less<>> subjects_;
    std::map<std::string, bool, std::less<>> changed_;  // false: it is gone
    bool touched_ = false;
};

}  // namespace aw
