#include "cli/simulation/byte_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

namespace aw::detail {
namespace {

constexpr std::size_t kBufferBytes = 256U << 10;
constexpr int kGzipOnly = 15 + 16;  // window bits of zlib: the greatest window, with a gzip header
constexpr unsigned char kMagic[] = {0x1f, 0x8b};

}  // namespace

void ByteSource::InflateEnd::operator()(z_stream_s* stream) const {
    inflateEnd(stream);
    delete stream;
}

ByteSource::ByteSource(int descriptor) : descriptor_(descriptor), buffer_(kBufferBytes) {}

ByteSource::~ByteSource() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

ByteSource::ByteSource(ByteSource&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      content_(other.content_),
      stream_(std::move(other.stream_)),
      in_member_(other.in_member_),
      buffer_(std::move(other.buffer_)),
      at_(other.at_),
      end_(other.end_),
      read_(other.read_) {}

Result<void> ByteSource::fill(std::size_t at_least) {
    if (end_ - at_ >= at_least) return {};
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(at_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
              buffer_.begin());
    end_ -= std::exchange(at_, 0);
    while (end_ < at_least) {
        const ssize_t got = ::read(descriptor_, buffer_.data() + end_, buffer_.size() - end_);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_with(std::strerror(errno));
        if (got == 0) return {};
        end_ += static_cast<std::size_t>(got);
        read_ += static_cast<std::uint64_t>(got);
    }
    return {};
}

bool ByteSource::at_magic() const {
    return end_ - at_ >= 2 && buffer_[at_] == kMagic[0] && buffer_[at_ + 1] == kMagic[1];
}

Result<void> ByteSource::look() {
    if (auto filled = fill(2); !filled) return filled;
    content_ = at_magic() ? Content::gzip : Content::plain;
    if (content_ == Content::plain) return {};
    stream_.reset(new z_stream_s{});
    if (inflateInit2(stream_.get(), kGzipOnly) != Z_OK) return fail_with("out of memory");
    in_member_ = true;
    return {};
}

Result<std::size_t> ByteSource::read(std::span<char> to) {
    if (content_ == Content::unknown) {
        if (auto looked = look(); !looked) return fail(looked.error());
    }
    if (content_ == Content::gzip) return unpack(to);
    if (auto filled = fill(1); !filled) return fail(filled.error());
    const std::size_t count = std::min(to.size(), end_ - at_);
    std::memcpy(to.data(), buffer_.data() + at_, count);
    at_ += count;
    return count;
}

// Behind a member: another one, padding, or the end.
Result<bool> ByteSource::next_member() {
    for (;;) {
        if (auto filled = fill(2); !filled) return fail(filled.error());
        if (at_ == end_) return false;
        if (at_magic()) break;
        if (buffer_[at_] != 0) {
            return fail_with(
                fmt::format("UNDECODABLE: the gzip data ends at byte {}, and something else follows it", offset()));
        }
        ++at_;
    }
    inflateReset(stream_.get());
    in_member_ = true;
    return true;
}

Result<std::size_t> ByteSource::unpack(std::span<char> to) {
    for (;;) {
        if (!in_member_) {
            const auto more = next_member();
            if (!more) return fail(more.error());
            if (!*more) return std::size_t{0};
        }
        if (auto filled = fill(1); !filled) return fail(filled.error());
        if (at_ == end_)  // of a file of events it is the line that is wrong, with the reason of a dead letter
            return fail_with("UNDECODABLE: the gzip data ends too early (the file is truncated)");
        stream_->next_in = buffer_.data() + at_;
        stream_->avail_in = static_cast<unsigned>(end_ - at_);
        stream_->next_out = reinterpret_cast<unsigned char*>(to.data());
        stream_->avail_out = static_cast<unsigned>(to.size());
        const int code = inflate(stream_.get(), Z_NO_FLUSH);
        at_ = end_ - stream_->avail_in;
        const std::size_t made = to.size() - stream_->avail_out;
        in_member_ = code != Z_STREAM_END;
        if (made > 0) return made;  // what came before the damage is good, and the next call meets it again
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
            return fail_with(fmt::format("UNDECODABLE: damaged gzip data at byte {}", offset()));
    }
}

}  // namespace aw::detail
