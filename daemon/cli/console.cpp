#include "cli/console.hpp"

#include <ostream>

#include <fmt/format.h>

#include "app/exit_codes.hpp"

namespace aw::cli {
namespace {

constexpr std::int64_t kBetween_ms = 100;

}  // namespace

int misused(Console& console, std::string_view what) {
    console.err << what << '\n';
    return app::kExitUsage;
}

Progress::Progress(Console& console, std::string_view what) : console_(console), what_(what) {}
Progress::~Progress() { wipe(); }

void Progress::show(std::uint64_t done, std::string_view unit, std::uint64_t bytes, std::uint64_t of_bytes) {
    if (!console_.err_is_terminal) return;
    const std::int64_t now_ms = console_.clock.now().ms;
    if (now_ms < next_ms_) return;
    next_ms_ = now_ms + kBetween_ms;
    std::string line = fmt::format("\r\x1b[K{}: {} {}", what_, done, unit);
    if (of_bytes > 0) line += fmt::format(", {} %", std::min<std::uint64_t>(100, bytes * 100 / of_bytes));
    console_.err << line << std::flush;
    shown_ = true;
}

void Progress::wipe() {
    if (shown_) console_.err << "\r\x1b[K" << std::flush;
    shown_ = false;
    next_ms_ = 0;
}

}  // namespace aw::cli
