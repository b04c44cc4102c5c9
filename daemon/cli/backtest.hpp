// Backtest: a whole history through the real partitions, without a log. The shards, the decoder and the encoder are
// those of the daemon; time is the history's: everything fires at its due time, in all partitions in one order.
//
// The same entries and configuration give the same outputs in the same order. One owner, one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/partition.hpp"
#include "cli/history.hpp"
#include "cli/people.hpp"

namespace aw::cli {

struct BacktestCounts {
    std::uint64_t applied = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t late = 0;
    std::uint64_t commands_of_people = 0;
    std::size_t accounts = 0;
    std::size_t accounts_watched = 0;
    std::int64_t account_days = 0;  // days on which an account was known, from `live_from` on
    std::uint64_t state_hash = 0;   // over all partitions
};

class Backtest final : public app::PartitionObserver {
public:
    using OnOutput = std::function<void(eventlog::OutRecord&&)>;
    using OnEffect = std::function<void(const Effect&)>;

    // `document` is the configuration (settings/activation.hpp) with `live_from` in it. Fails on a document that is
    // none.
    [[nodiscard]] static Result<std::unique_ptr<Backtest>> make(std::string_view document, int partitions);

    // Everything that is said, in order; set before the first entry.
    void on_output(OnOutput sink) { on_output_ = std::move(sink); }
    void on_effect_value(OnEffect sink) { on_effect_ = std::move(sink); }
    // Events of the input that were applied.
    void on_applied(std::function<void(const History::Entry&)> sink) { on_applied_ = std::move(sink); }
    // What people do, as it happens.
    void on_people(std::function<void(const Event&)> sink) { on_people_ = std::move(sink); }
    // From now on tasks are done by `people`, who outlive this.
    void add_people(People& people) { people_ = &people; }

    // REQUIRES: entries come in order of time.
    void apply(const History::Entry& entry);
    // Lets time go on to `until`.
    void finish(Timestamp until);

    [[nodiscard]] BacktestCounts counts(Timestamp until) const;
    [[nodiscard]] const Rules& rules() const { return *rules_; }

private:
    Backtest(std::shared_ptr<const Rules> rules, int partitions);

    void on_event(std::string_view kind, Applied outcome) override;
    void on_effect(const Effect& effect) override;

    void fire_before(Timestamp until, bool inclusive);
    void act();
    void apply_in(std::size_t partition, Timestamp at, std::string_view key, std::string_view value);
    void drain();
    void loop_back();
    void start(Timestamp at);
    void find_next_due();

    std::shared_ptr<const Rules> rules_;
    std::vector<std::unique_ptr<app::Partition>> partitions_;
    std::vector<std::int64_t> offsets_;
    std::vector<eventlog::OutRecord> outputs_;  // reused
    std::deque<eventlog::OutRecord> answers_;   // of shards to each other, on their way through the log
    bool looping_ = false;
    bool started_ = false;
    std::optional<Timestamp> next_due_;
    std::size_t next_partition_ = 0;
    OnOutput on_output_;
    OnEffect on_effect_;
    std::function<void(const Event&)> on_people_;
    std::function<void(const History::Entry&)> on_applied_;
    People* people_ = nullptr;
    BacktestCounts counts_;
    std::unordered_map<AccountRoot, Day> first_day_;
    Applied last_outcome_ = Applied::applied;
    Timestamp now_;
};

}  // namespace aw::cli
