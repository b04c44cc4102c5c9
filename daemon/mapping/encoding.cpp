#include "mapping/encoding.hpp"

#include <fmt/format.h>
#include <iconv.h>

namespace aw {
namespace {

// The longest character is four bytes; no encoding has shorter ones than a byte.
constexpr std::size_t kMostPerByte = 4;

}  // namespace

void ToUtf8::Close::operator()(void* handle) const { ::iconv_close(handle); }

Result<ToUtf8> ToUtf8::open(const std::string& encoding) {
    const iconv_t handle = ::iconv_open("UTF-8", encoding.c_str());
    if (handle == reinterpret_cast<iconv_t>(-1)) {
        return fail_with(fmt::format("this system cannot read '{}' (its C library has no such conversion)", encoding));
    }
    return ToUtf8(handle);
}

std::optional<std::string_view> ToUtf8::convert(std::string_view text) {
    converted_.resize(text.size() * kMostPerByte);
    // It reads only, whatever its declaration says.
    char* in = const_cast<char*>(text.data());
    char* out = converted_.data();
    std::size_t in_left = text.size();
    std::size_t out_left = converted_.size();
    ::iconv(handle_.get(), nullptr, nullptr, nullptr, nullptr);
    if (::iconv(handle_.get(), &in, &in_left, &out, &out_left) == static_cast<std::size_t>(-1)) {
        failed_at_ = text.size() - in_left;
        return std::nullopt;
    }
    converted_.resize(converted_.size() - out_left);
    return converted_;
}

}  // namespace aw
