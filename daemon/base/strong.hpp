// Strong ids: a StaffId is not a UnitId, although both are text.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace aw {

template <class Tag>
struct StrongString {
    std::string value;

    StrongString() = default;
    explicit StrongString(std::string_view text) : value(text) {}

    [[nodiscard]] bool empty() const { return value.empty(); }
    [[nodiscard]] std::string_view view() const { return value; }
    auto operator<=>(const StrongString&) const = default;
    bool operator==(const StrongString&) const = default;

    template <class Archive>
    void fields(Archive& archive) {
        archive(value);
    }
};

}  // namespace aw

template <class Tag>
struct std::hash<aw::StrongString<Tag>> {
    std::size_t operator()(const aw::StrongString<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.value);
    }
};
