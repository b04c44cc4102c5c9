// What a field must keep beside its type. The rules stand beside the fields, in event_fields.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace aw::codec {

struct Rule {
    bool required = false;
    std::size_t max_bytes = std::numeric_limits<std::size_t>::max();
    std::int64_t min = std::numeric_limits<std::int64_t>::min();
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

inline constexpr std::size_t kMaxIdBytes = 128;
inline constexpr std::int64_t kMaxItems = 1'000'000;

inline constexpr Rule kAny{};
inline constexpr Rule kRequired{.required = true};
inline constexpr Rule kId{.max_bytes = kMaxIdBytes};
inline constexpr Rule kRequiredId{.required = true, .max_bytes = kMaxIdBytes};
inline constexpr Rule kCount{.min = 0};
inline constexpr Rule kPercent{.min = 0, .max = 100};
inline constexpr Rule kBasisPoints{.min = 0, .max = 10'000};
inline constexpr Rule kSomeItems{.min = 0, .max = kMaxItems};
inline constexpr Rule kItems{.required = true, .min = 1, .max = kMaxItems};

}  // namespace aw::codec
