// Result<T, E>: a value or the reason why there is none. The data path never throws.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace aw {

// A reason in words, for paths where nobody branches on the kind of error.
struct Error {
    std::string message;
};

template <class T, class E = Error>
using Result = tl::expected<T, E>;

template <class E>
[[nodiscard]] constexpr auto fail(E&& error) {
    return tl::unexpected<std::decay_t<E>>(std::forward<E>(error));
}

[[nodiscard]] inline tl::unexpected<Error> fail_with(std::string message) {
    return tl::unexpected<Error>(Error{std::move(message)});
}

}  // namespace aw
