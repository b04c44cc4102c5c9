// Refused lines of the input as people are told of them: the first ones of each reason, then how many there were. For a
// command that keeps all of them elsewhere.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "cli/console.hpp"
#include "cli/event_files.hpp"

namespace aw::cli {

// One owner, one thread.
class Rejections {
public:
    static constexpr std::uint64_t kShown = 20;  // of each reason

    explicit Rejections(Console& console) : console_(console) {}

    void tell(const std::string& file, std::uint64_t line, const Refusal& refusal);
    // How many there were of each reason of which not all were told, and what to do. `letters`: the file that holds
    // all of them; empty = none was written.
    void sum_up(const std::string& letters) const;

private:
    Console& console_;
    std::map<DeadLetterReason, std::uint64_t> lines_;
};

}  // namespace aw::cli
