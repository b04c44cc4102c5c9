// Which properties of librdkafka are themselves secrets (and not, say, the name of a file that holds one).
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace aw {

[[nodiscard]] inline bool holds_secret(std::string_view property) {
    constexpr std::array<std::string_view, 5> kParts{"password", "secret", "key.pem", "oauthbearer.config", "jaas"};
    return std::ranges::any_of(kParts, [property](auto part) { return property.find(part) != property.npos; });
}

}  // namespace aw
