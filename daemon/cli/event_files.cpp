#include "cli/event_files.hpp"

#include <algorithm>
#include <filesystem>

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

Result<EventFile> EventFile::open(const std::string& path, InputFormat format) {
    auto lines = LineReader::open(path);
    if (!lines) return fail(lines.error());
    const bool csv_name = path.ends_with(".csv") || path.ends_with(".csv.gz");
    return EventFile(std::move(*lines), format == InputFormat::csv || (format == InputFormat::by_name && csv_name));
}

// The next line that is not blank.
Result<std::optional<Line>> EventFile::next_line() {
    for (;;) {
        auto line = lines_.next();
        if (!line || !*line) return line;
        if ((*line)->number == 1 && (*line)->text.starts_with(kByteOrderMark)) {
            (*line)->text.remove_prefix(kByteOrderMark.size());
        }
        if ((*line)->too_long || !intake::is_blank((*line)->text)) return line;
    }
}

Result<std::optional<FileEvent>> EventFile::next() {
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
                         fail(Refusal{DeadLetterReason::UNKNOWN_FIELD, opened.error().message})};
    }
    return next();
}

// A quoted cell may hold line ends. Its length is bounded, so that a forgotten quotation mark costs one record of at
// most 1 MiB, not the rest of the file.
Result<std::optional<FileEvent>> EventFile::next_csv(const Line& first) {
    const std::uint64_t number = first.number;
    if (!leaves_quotation_open(first.text)) return FileEvent{number, first.text, events_.read_csv(first.text)};
    record_ = first.text;
    for (bool open = true; open;) {
        auto more = lines_.next();
        if (!more) return fail(more.error());
        if (!*more) break;  // the end of the file: broken quotation
        record_ += '\n';
        record_ += (*more)->text;
        if (record_.size() > kMaxRecordBytes) return FileEvent{number, record_, fail(too_large())};
        open = leaves_quotation_open((*more)->text) ? !open : open;
    }
    return FileEvent{number, record_, events_.read_csv(record_)};
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
