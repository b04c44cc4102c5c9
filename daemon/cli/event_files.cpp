#include "cli/event_files.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include <fmt/format.h>

#include "base/text.hpp"
#include "codec/event_decoder.hpp"

namespace aw::cli {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Refusal too_large() {
    return {DeadLetterReason::TOO_LARGE, fmt::format("expected at most {} bytes in a line", kMaxRecordBytes)};
}

bool leaves_quotation_open(std::string_view text) { return std::count(text.begin(), text.end(), '"') % 2 != 0; }

}  // namespace

Result<EventFile> EventFile::open(const std::string& path, const Input& input) {
    auto lines = LineReader::open(path);
    if (!lines) return fail(lines.error());
    const bool csv_name = path.ends_with(".csv") || path.ends_with(".csv.gz");
    const bool csv = input.format == InputFormat::csv || (input.format == InputFormat::by_name && csv_name);
    return EventFile(std::move(*lines), csv, input.map);
}

Result<std::optional<Line>> EventFile::any_line() {
    if (kept_.empty()) return lines_.next();
    line_ = std::move(kept_.front().text);
    const Line line{line_, kept_.front().number, kept_.front().too_long};
    kept_.pop_front();
    return std::optional<Line>(line);
}

// The next line that is not blank.
Result<std::optional<Line>> EventFile::next_line() {
    for (;;) {
        auto line = any_line();
        if (!line || !*line) return line;
        if ((*line)->number == 1 && (*line)->text.starts_with(kByteOrderMark)) {
            (*line)->text.remove_prefix(kByteOrderMark.size());
        }
        if ((*line)->too_long || !intake::is_blank((*line)->text)) return line;
    }
}

Result<std::optional<FileEvent>> EventFile::next() {
    for (;;) {
        auto record = next_record();
        const bool null = record && *record && (*record)->event && *(*record)->event == nullptr;
        if (!null) return record;
        ++left_out_;
    }
}

Result<std::optional<FileEvent>> EventFile::next_record() {
    if (ended_) return std::optional<FileEvent>{};
    auto line = next_line();
    if (!line) return fail(line.error());
    if (!*line) return std::optional<FileEvent>{};
    if ((*line)->too_long) {
        ended_ = csv_ && !header_read_;
        return FileEvent{(*line)->number, (*line)->text, fail(too_large())};
    }
    if (!csv_) return FileEvent{(*line)->number, (*line)->text, events_.read_json((*line)->text)};
    if (header_read_) return next_csv(**line);
    header_read_ = true;
    if (auto opened = events_.open_csv((*line)->text); !opened) {
        ended_ = true;
        return FileEvent{(*line)->number, (*line)->text,
                         fail(Refusal{mapped_ ? DeadLetterReason::MISSING_FIELD : DeadLetterReason::UNKNOWN_FIELD,
                                      opened.error().message})};
    }
    return next_record();
}

// A quoted cell may hold line ends. A forgotten quotation mark must not cost the lines that follow: where what was read
// on is no record, the first line alone is the bad one, and the next record begins with the line after it. Every line
// is read on over once at most, for a line with a mark of its own ends the search.
Result<std::optional<FileEvent>> EventFile::next_csv(const Line& first) {
    const std::uint64_t number = first.number;
    const bool too_large_itself = first.text.size() > kMaxRecordBytes;
    if (too_large_itself || !leaves_quotation_open(first.text)) {
        return FileEvent{number, first.text, events_.read_csv(first.text)};
    }
    record_ = first.text;
    const std::size_t first_bytes = record_.size();
    std::deque<KeptLine> more;
    bool open = true;
    while (open && record_.size() <= kMaxRecordBytes) {
        auto line = any_line();
        if (!line) return fail(line.error());
        if (!*line) break;
        more.push_back({std::string((*line)->text), (*line)->number, (*line)->too_long});
        if ((*line)->too_long) break;
        record_ += '\n';
        record_ += (*line)->text;
        open = leaves_quotation_open((*line)->text) ? !open : open;
    }
    const bool too_large = open && record_.size() > kMaxRecordBytes;
    if (!open && csv_well_quoted(record_, events_.separator())) {
        // Two stray marks may look like a cell of many lines; then one of the lines between them is good on its own.
        const bool good = events_.read_csv(record_).has_value();
        const bool stray = !good && std::ranges::any_of(more, [this](const KeptLine& line) {
            return !leaves_quotation_open(line.text) && events_.read_csv(line.text).has_value();
        });
        if (!stray) return FileEvent{number, record_, events_.read_csv(record_)};
    }
    kept_.insert(kept_.begin(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    record_.resize(first_bytes);
    return FileEvent{number, record_,
                     fail(Refusal{DeadLetterReason::UNDECODABLE,
                                  too_large ? fmt::format("broken quotation: no end of it in {} bytes", kMaxRecordBytes)
                                            : "broken quotation"})};
}

std::string rejection_text(const std::string& file, std::uint64_t line, const Refusal& refusal) {
    return fmt::format("{}:{}: {}: {}", file, line, name(refusal.reason), one_line(refusal.detail));
}

std::uint64_t file_bytes(const std::string& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    return error ? 0 : size;
}

}  // namespace aw::cli
