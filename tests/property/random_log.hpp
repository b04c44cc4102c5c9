// Random logs for the properties of a shard: a few accounts with a steady past, then anything that can happen to them.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "core/shard/shard.hpp"
#include "support/shard_state.hpp"

namespace aw::test {

// One choice; what it means is decided by build_log(), so that a shorter list is a smaller counterexample.
struct Choice {
    std::uint8_t kind = 0;
    std::uint8_t account = 0;
    std::uint8_t a = 0;
    std::uint8_t b = 0;
    std::uint16_t pause = 0;
    bool long_pause = false;
};
void showValue(const Choice& choice, std::ostream& out);
rc::Gen<std::vector<Choice>> any_choices();

struct LogRecord {
    Event event;
    LogTime time;
};

// Records and the text that they borrow.
struct RandomLog {
    std::vector<LogRecord> records;
    std::deque<std::string> texts;

    std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

// `live`: log times are append times, with ticks now and then; otherwise a backfill, where all fires when due.
RandomLog build_log(const std::vector<Choice>& choices, bool live);

inline constexpr int kAccounts = 3;
std::string root_text(int account);  // 11 digits
// The rules that all random logs begin with: everything that can be owed is.
std::shared_ptr<const Rules> random_rules();
// Any command of the contract about one of the account's first cases; its text lives as long as the log.
CommandEvent any_command(RandomLog& log, int account, const Choice& choice, Timestamp now);
KnownRules known_rules();  // of the activations that such a log carries

// Applies the record and then what the shard answers itself: the only partition owns every subject.
Applied apply_whole(Shard& shard, const LogRecord& record, Effects& effects);
// Applies [from, to) and gives what followed, as one text per effect.
std::vector<std::string> run(Shard& shard, const RandomLog& log, std::size_t from, std::size_t to,
                             Effects* effects = nullptr);
std::vector<std::string> run(Shard& shard, const RandomLog& log, Effects* effects = nullptr);
std::string shown(const Effect& effect);

}  // namespace aw::test
