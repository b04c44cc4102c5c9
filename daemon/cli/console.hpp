// What a command of the tool talks to: the two streams, the clock, and whether somebody watches the progress.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace aw::cli {

// Borrowed from main(); one thread.
struct Console {
    std::ostream& out;
    std::ostream& err;
    const Clock& clock;
    bool err_is_terminal = false;  // progress is shown only to somebody who sees it
};

// Wrong usage: tells it on stderr; the exit code that goes with it.
int misused(Console& console, std::string_view what);

// One line on a terminal that is written over and over; nothing at all elsewhere. Shows at most ten states a second.
class Progress {
public:
    Progress(Console& console, std::string_view what);
    ~Progress();  // wipes the line
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // Call as often as you like.
    void show(std::uint64_t done, std::string_view unit, std::uint64_t bytes = 0, std::uint64_t of_bytes = 0);
    void wipe();

private:
    Console& console_;
    std::string what_;
    std::int64_t next_ms_ = 0;
    bool shown_ = false;
};

}  // namespace aw::cli
