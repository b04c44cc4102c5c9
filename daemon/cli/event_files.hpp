// Files of events: NDJSON or CSV, plain or gzip, one event after the other with its place.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cli/simulation/gzip_lines.hpp"
#include "core/model/event.hpp"
#include "core/model/output.hpp"
#include "intake/line_events.hpp"

namespace aw::cli {

enum class InputFormat { by_name, ndjson, csv };  // by_name: "....csv" and "....csv.gz" are CSV, all else NDJSON

// How files are to be read. Borrows the map.
struct Input {
    InputFormat format = InputFormat::by_name;
    const FieldMap* map = nullptr;  // null: they hold events as they are
};

struct FileEvent {
    std::uint64_t line = 0;  // the first one, of a CSV record that takes several
    std::string_view text;   // the original bytes; valid until the next call, as is the event
    Result<const Event*, Refusal> event;
};

// One owner, one thread. A bad line is a FileEvent with its reason; only a file that cannot be read is an error.
class EventFile {
public:
    // "-" is standard input.
    [[nodiscard]] static Result<EventFile> open(const std::string& path, const Input& input);

    // The next event; nothing at the end. A CSV file whose header is wrong gives that one mistake and ends.
    [[nodiscard]] Result<std::optional<FileEvent>> next();
    [[nodiscard]] std::uint64_t bytes_read() const { return lines_.bytes_read(); }
    // Records so far that are no events by the map's `where`.
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

private:
    EventFile(LineReader lines, bool csv, const FieldMap* map)
        : lines_(std::move(lines)),
          csv_(csv),
          mapped_(map != nullptr),
          events_(map != nullptr ? intake::LineEvents(*map) : intake::LineEvents()) {}
    [[nodiscard]] Result<std::optional<FileEvent>> next_record();
    [[nodiscard]] Result<std::optional<Line>> any_line();  // a kept one first
    [[nodiscard]] Result<std::optional<Line>> next_line();
    [[nodiscard]] Result<std::optional<FileEvent>> next_csv(const Line& first);

    LineReader lines_;
    bool csv_;
    bool mapped_;
    bool header_read_ = false;
    bool ended_ = false;
    std::uint64_t left_out_ = 0;
    intake::LineEvents events_;
    std::string record_;  // a CSV record that takes several lines
    // Lines read ahead for a record that turned out to be none, to be read on their own; at most a record's bytes.
    struct KeptLine {
        std::string text;
        std::uint64_t number;
        bool too_long;
    };
    std::deque<KeptLine> kept_;
    std::string line_;  // the kept line that is handed out
};

// "FILE:LINE: REASON: detail", as errors of input lines are told.
[[nodiscard]] std::string rejection_text(const std::string& file, std::uint64_t line, const Refusal& refusal);
// Size of the file for progress; 0 if unknown.
[[nodiscard]] std::uint64_t file_bytes(const std::string& path);

}  // namespace aw::cli
