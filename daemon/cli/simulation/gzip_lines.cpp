#include "cli/simulation/gzip_lines.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace aw {
namespace {

constexpr std::size_t kBufferBytes = 256U << 10;

std::string system_reason() { return std::strerror(errno); }

std::string zlib_reason(gzFile file) {
    int code = Z_OK;
    const char* text = gzerror(file, &code);
    if (code == Z_ERRNO) return system_reason();
    return text != nullptr && *text != '\0' ? text : "zlib failed";
}

}  // namespace

void detail::GzipCloser::operator()(gzFile_s* file) const { gzclose(file); }

LineReader::LineReader(detail::ByteSource source, std::string path, std::size_t max_line_bytes)
    : source_(std::move(source)), path_(std::move(path)), max_line_bytes_(max_line_bytes), buffer_(kBufferBytes) {}

Result<LineReader> LineReader::open(const std::string& path, std::size_t max_line_bytes) {
    const int descriptor = path == "-" ? dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return fail_with(fmt::format("{}: cannot be read: {}", path, system_reason()));
    struct stat info {};
    if (fstat(descriptor, &info) == 0 && S_ISDIR(info.st_mode)) {
        ::close(descriptor);
        return fail_with(fmt::format("{}: is a folder", path));
    }
    return LineReader(detail::ByteSource(descriptor), path, max_line_bytes);
}

Result<bool> LineReader::fill() {
    const auto got = source_.read(buffer_);
    if (!got) return fail_with(fmt::format("{}:{}: {}", path_, number_ + 1, got.error().message));
    at_ = 0;
    end_ = *got;
    return end_ > 0;
}

Result<std::optional<Line>> LineReader::next() {
    line_.clear();
    bool any = false;
    bool too_long = false;
    for (bool ended = false; !ended;) {
        if (at_ == end_) {
            const auto more = fill();
            if (!more) return fail(more.error());
            if (!*more) break;
        }
        any = true;
        const char* from = buffer_.data() + at_;
        const std::size_t left = end_ - at_;
        const auto* stop = static_cast<const char*>(std::memchr(from, '\n', left));
        ended = stop != nullptr;
        const std::size_t part = ended ? static_cast<std::size_t>(stop - from) : left;
        const std::size_t room = max_line_bytes_ - line_.size();
        too_long = too_long || part > room;
        line_.append(from, std::min(part, room));
        at_ += part + (ended ? 1 : 0);
    }
    if (!any) return std::optional<Line>{};
    if (!line_.empty() && line_.back() == '\r' && !too_long) line_.pop_back();
    return Line{line_, ++number_, too_long};
}

LineWriter::LineWriter(detail::GzipHandle file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

Result<LineWriter> LineWriter::open(const std::string& path) {
    const int descriptor =
        path == "-" ? dup(STDOUT_FILENO) : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0) return fail_with(fmt::format("{}: cannot be written: {}", path, system_reason()));
    const bool compressed = path.ends_with(".gz");
    detail::GzipHandle file(gzdopen(descriptor, compressed ? "wb6" : "wbT"));  // T = no compression, no header
    if (!file) {
        ::close(descriptor);
        return fail_with(fmt::format("{}: out of memory", path));
    }
    gzbuffer(file.get(), kBufferBytes);
    return LineWriter(std::move(file), path);
}

Result<void> LineWriter::write(std::string_view line) {
    if (!file_) return fail_with(fmt::format("{}: is closed", path_));
    const bool written = (line.empty() || gzwrite(file_.get(), line.data(), static_cast<unsigned>(line.size())) > 0) &&
                         gzputc(file_.get(), '\n') == '\n';
    if (written) return {};
    return fail_with(fmt::format("{}: cannot be written: {}", path_, zlib_reason(file_.get())));
}

Result<void> LineWriter::close() {
    if (!file_) return {};
    const int code = gzclose(file_.release());
    if (code == Z_OK) return {};
    return fail_with(fmt::format("{}: cannot be written: {}", path_,
                                 code == Z_ERRNO ? system_reason() : std::string("zlib failed")));
}

}  // namespace aw
