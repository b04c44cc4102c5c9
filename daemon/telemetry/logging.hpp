// The log: one line per happening, to stderr, as text or JSON.
//
//   text:  2026-08-17T08:30:00.000Z warning commit_failed: transaction aborted partition=3
//          (with a `<4>` priority instead of time and level when the journal reads stderr)
//   json:  {"ts":"2026-08-17T08:30:00.000Z","level":"warning","event":"commit_failed","message":"...","partition":"3"}
//
// A line is always one line: line breaks and control characters in values are escaped, so that no input can forge one.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace spdlog {
class logger;
namespace sinks {
class sink;
}
}  // namespace spdlog

namespace aw::telemetry {

enum class Level : std::uint8_t { debug, info, warning, error, critical };
[[nodiscard]] std::optional<Level> parse_level(std::string_view text);

enum class Format : std::uint8_t { text, json };
[[nodiscard]] std::optional<Format> parse_format(std::string_view text);

struct Field {
    std::string_view key;
    std::string value;
};

struct LogSettings {
    Level level = Level::info;
    Format format = Format::text;
    bool journal = false;  // `<N>` priorities for systemd's journal; see stderr_is_journal()
    // Of one event and one subject, at most `burst` lines per `interval` are written; the next one says how many were
    // not. Errors count like the rest: a broker that is down says so thousands of times.
    std::uint32_t burst = 10;
    Duration interval = std::chrono::seconds(60);
};

// systemd sets JOURNAL_STREAM to device:inode of the stream; it must be our stderr (a child may have redirected it).
[[nodiscard]] bool stderr_is_journal();

// Owner: app/, passed by reference. Threads: any.
// Failure: what stderr does not take is lost; the log never stops the program.
class Log {
public:
    Log(const LogSettings& settings, const Clock& clock);                                             // to stderr
    Log(const LogSettings& settings, const Clock& clock, std::shared_ptr<spdlog::sinks::sink> sink);  // tests
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log();

    // `subject` is what the repetition is counted by, together with the event (a partition, a channel).
    void write(Level level, std::string_view event, std::string_view message, std::span<const Field> fields = {},
               std::string_view subject = {});
    void write(Level level, std::string_view event, std::string_view message, std::initializer_list<Field> fields) {
        write(level, event, message, std::span<const Field>(fields.begin(), fields.size()));
    }
    // For what must never be left out: audit, the stop, what nobody else will tell.
    void write_always(Level level, std::string_view event, std::string_view message, std::span<const Field> fields);
    [[nodiscard]] bool enabled(Level level) const { return level >= settings_.level; }

    // Writes what was left out since the last line of each event. Called by a timer and by the destructor.
    void report_suppressed();

private:
    class Limiter;

    void put(Level level, std::string_view event, std::string_view message, std::span<const Field> fields);

    LogSettings settings_;
    std::shared_ptr<spdlog::logger> logger_;
    std::unique_ptr<Limiter> limiter_;
};

}  // namespace aw::telemetry
