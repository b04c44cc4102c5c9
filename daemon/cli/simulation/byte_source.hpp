// Bytes of a file, plain or gzip alike, told apart by content. zlib's own file functions end without a word where what
// follows a gzip member is none; here that is an error with its place.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.hpp"

struct z_stream_s;

namespace aw::detail {

// Owns the descriptor. One thread.
class ByteSource {
public:
    explicit ByteSource(int descriptor);
    ~ByteSource();
    ByteSource(ByteSource&& other) noexcept;
    ByteSource& operator=(ByteSource&&) = delete;

    // The next bytes, unpacked where the file is gzip; 0 at the end. Fails on a read error and where a gzip file ends
    // too early, is damaged, or goes on with something else. Zeros behind it are padding.
    [[nodiscard]] Result<std::size_t> read(std::span<char> to);
    // Bytes of the file itself that have been used.
    [[nodiscard]] std::uint64_t offset() const { return read_ - (end_ - at_); }

private:
    enum class Content : std::uint8_t { unknown, plain, gzip };
    struct InflateEnd {
        void operator()(z_stream_s* stream) const;
    };

    [[nodiscard]] Result<void> fill(std::size_t at_least);  // fewer only at the end of the file
    [[nodiscard]] Result<void> look();
    [[nodiscard]] bool at_magic() const;
    [[nodiscard]] Result<std::size_t> unpack(std::span<char> to);
    [[nodiscard]] Result<bool> next_member();  // false at the end

    int descriptor_;
    Content content_ = Content::unknown;
    std::unique_ptr<z_stream_s, InflateEnd> stream_;
    bool in_member_ = false;
    std::vector<unsigned char> buffer_;
    std::size_t at_ = 0;  // unused part of buffer_: [at_, end_)
    std::size_t end_ = 0;
    std::uint64_t read_ = 0;
};

}  // namespace aw::detail
