// What ProtoReader and ProtoWriter share: the walk over a message's fields, variants, times.
// Inside the codec only: includes protobuf.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "base/check.hpp"
#include "base/time.hpp"

namespace aw::codec {

namespace pbuf = google::protobuf;

template <class T>
concept EnumValue = std::is_enum_v<T>;

// Walks the fields of a message in the order of its .proto. The order and the names of fields() are part of the
// program, so a difference is a broken invariant.
class FieldCursor {
public:
    explicit FieldCursor(const pbuf::Descriptor& type) : type_(type) {}
    [[nodiscard]] const pbuf::FieldDescriptor& next(std::string_view name) {
        AW_CHECK(index_ < type_.field_count());
        const pbuf::FieldDescriptor* field = type_.field(index_++);
        AW_CHECK(field->name() == name);
        return *field;
    }

private:
    const pbuf::Descriptor& type_;
    int index_ = 0;
};

// A protobuf Timestamp as an instant; nothing if it is outside what a Timestamp may hold or before 2000.
[[nodiscard]] std::optional<Timestamp> read_timestamp(const pbuf::Message& timestamp);
// The Timestamp for a message: RFC 3339 in UTC, or its two numbers where they are no Timestamp at all.
[[nodiscard]] std::string show_timestamp(const pbuf::Message& timestamp);
[[nodiscard]] bool in_time_range(Timestamp instant);  // 2000-01-01 to 9999-12-31
inline constexpr Day kFirstDay{10957};                // 2000-01-01

void write_timestamp(Timestamp instant, pbuf::Message& timestamp);

// Calls use(alternative) after putting alternative number `index` into the variant.
template <class Variant, class Use>
void emplace_alternative(Variant& variant, std::size_t index, Use use) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        ((I == index ? (use(variant.template emplace<I>()), void()) : void()), ...);
    }
    (std::make_index_sequence<std::variant_size_v<Variant>>{});
}

// Index of the alternative that `name_of` calls `field`. Every field of the oneof has one (tests go through all).
template <class Variant, class NameOf>
std::size_t alternative_of(std::string_view field, NameOf name_of) {
    static const auto names = [&]<std::size_t... I>(std::index_sequence<I...>) {
        return std::array<std::string_view, sizeof...(I)>{name_of(Variant(std::in_place_index<I>))...};
    }
    (std::make_index_sequence<std::variant_size_v<Variant>>{});
    for (std::size_t i = 1; i < names.size(); ++i) {
        if (names[i] == field) return i;
    }
    AW_CHECK(!"a oneof's field without an alternative");
    return 0;
}

}  // namespace aw::codec
