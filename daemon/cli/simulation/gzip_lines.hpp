// Lines of a text file, plain or gzip alike: the form of every history (events.ndjson, .csv, .gz).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/simulation/byte_source.hpp"

struct gzFile_s;

namespace aw {

namespace detail {
// Closes silently: for the way out after an error. Whoever wants to know uses LineWriter::close().
struct GzipCloser {
    void operator()(gzFile_s* file) const;
};
using GzipHandle = std::unique_ptr<gzFile_s, GzipCloser>;
}  // namespace detail

struct Line {
    std::string_view text;     // without the line end (LF or CRLF); valid until the next call
    std::uint64_t number = 0;  // from 1
    bool too_long = false;     // text holds the first bytes only
};

// Reads line by line with bounded memory; recognises gzip by content, not by name. Owned by one thread.
class LineReader {
public:
    // Longest line handed out whole; more than any acceptable record (1 MiB) with its JSON escapes.
    static constexpr std::size_t kMaxLineBytes = 4U << 20;

    // "-" reads standard input. Fails if the file cannot be opened, or is a folder.
    [[nodiscard]] static Result<LineReader> open(const std::string& path, std::size_t max_line_bytes = kMaxLineBytes);

    // The next line; nothing at the end. Fails on a read error, and on gzip that is truncated, damaged or followed by
    // something else.
    [[nodiscard]] Result<std::optional<Line>> next();
    // Bytes of the file (compressed ones, if it is) read so far: for progress.
    [[nodiscard]] std::uint64_t bytes_read() const { return source_.offset(); }

private:
    LineReader(detail::ByteSource source, std::string path, std::size_t max_line_bytes);
    [[nodiscard]] Result<bool> fill();  // false at the end

    detail::ByteSource source_;
    std::string path_;
    std::size_t max_line_bytes_;
    std::vector<char> buffer_;
    std::size_t at_ = 0;  // unread part of buffer_: [at_, end_)
    std::size_t end_ = 0;
    std::string line_;
    std::uint64_t number_ = 0;
};

// Writes line by line. The same lines give the same bytes (no time stamp in the gzip header). Owned by one thread.
// A writer that is destroyed without close() leaves an incomplete file behind.
class LineWriter {
public:
    // Compresses if the name ends in ".gz"; "-" is standard output, plain. An existing file is replaced.
    [[nodiscard]] static Result<LineWriter> open(const std::string& path);

    [[nodiscard]] Result<void> write(std::string_view line);  // adds the line end
    [[nodiscard]] Result<void> close();

private:
    LineWriter(detail::GzipHandle file, std::string path);

    detail::GzipHandle file_;
    std::string path_;
};

}  // namespace aw
