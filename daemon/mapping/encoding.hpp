// Text of systems that do not write UTF-8.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace aw {

// One owner, one thread.
class ToUtf8 {
public:
    // `encoding` as iconv(3) names it: gb18030, which GBK and GB 2312 are part of. Fails if this system knows none.
    [[nodiscard]] static Result<ToUtf8> open(const std::string& encoding);

    // Valid until the next call. Nothing if a byte does not belong there: failed_at() says which.
    [[nodiscard]] std::optional<std::string_view> convert(std::string_view text);
    [[nodiscard]] std::size_t failed_at() const { return failed_at_; }

private:
    struct Close {
        void operator()(void* handle) const;
    };
    explicit ToUtf8(void* handle) : handle_(handle) {}

    std::unique_ptr<void, Close> handle_;
    std::string converted_;
    std::size_t failed_at_ = 0;
};

}  // namespace aw
