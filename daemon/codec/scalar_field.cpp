#include "codec/scalar_field.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <google/protobuf/timestamp.pb.h>

#include "base/time.hpp"
#include "codec/proto_io.hpp"
#include "codec/text.hpp"

namespace aw::codec {
namespace {

using Field = pbuf::FieldDescriptor;
using Why = DeadLetterReason;
using Problem = std::optional<Refusal>;

std::string shown(const Scalar& value) {
    return value.kind == ScalarKind::string ? show_text(value.text) : std::string(value.text.substr(0, 40));
}

Refusal refuse(Why reason, std::string_view expected, const Scalar& value) {
    return {reason, fmt::format("expected {}, got {}", expected, shown(value))};
}

// A whole number, also written as 3.0 or 3e2. `fits` tells a number too large from no number at all.
template <class T>
std::optional<T> whole(std::string_view text, bool& fits) {
    T number = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    fits = true;
    if (parsed.ec == std::errc{} && parsed.ptr == end) return number;
    if (parsed.ec == std::errc::result_out_of_range && parsed.ptr == end) {
        fits = false;
        return std::nullopt;
    }
    double real = 0;
    const auto as_real = std::from_chars(text.data(), end, real);
    if (as_real.ptr != end || text.empty()) return std::nullopt;
    constexpr double kExact = 9'007'199'254'740'992.0;  // 2^53: up to here a double is the number that was written
    if (as_real.ec == std::errc{} && std::isfinite(real) && std::abs(real) <= kExact) {
        if (real != std::floor(real)) return std::nullopt;
        const auto exact = static_cast<std::int64_t>(real);
        if (std::in_range<T>(exact)) return static_cast<T>(exact);
    } else if (as_real.ec == std::errc{} && !std::isfinite(real)) {
        return std::nullopt;  // the words inf and nan
    }
    fits = false;
    return std::nullopt;
}

template <class T, class Set>
Problem set_whole(const Field& field, const Scalar& value, Set set) {
    bool fits = true;
    std::optional<T> number;
    if (value.kind != ScalarKind::boolean) number = whole<T>(value.text, fits);
    if (number) {
        set(*number);
        return std::nullopt;
    }
    if (fits) return refuse(Why::WRONG_TYPE, "a whole number", value);
    const bool amount = field.containing_type()->name() == "Money";
    return refuse(amount ? Why::BAD_AMOUNT : Why::BAD_COUNT,
                  fmt::format("{} to {}", std::numeric_limits<T>::min(), std::numeric_limits<T>::max()), value);
}

Problem set_real(pbuf::Message& message, const Field& field, const Scalar& value) {
    double real = 0;
    const char* end = value.text.data() + value.text.size();
    const auto parsed = std::from_chars(value.text.data(), end, real);
    if (value.kind == ScalarKind::boolean || parsed.ec != std::errc{} || parsed.ptr != end) {
        return refuse(Why::WRONG_TYPE, "a number", value);
    }
    message.GetReflection()->SetDouble(&message, &field, real);
    return std::nullopt;
}

Problem set_enum(pbuf::Message& message, const Field& field, const Scalar& value) {
    const std::string& type = field.enum_type()->containing_type()->name();
    if (value.kind != ScalarKind::string) return refuse(Why::WRONG_TYPE, "the name of a " + type, value);
    const auto* found = field.enum_type()->FindValueByName(std::string(value.text));
    if (found == nullptr) return refuse(Why::UNKNOWN_ENUM, "a " + type, value);
    if (field.is_repeated()) {
        message.GetReflection()->AddEnumValue(&message, &field, found->number());
    } else {
        message.GetReflection()->SetEnumValue(&message, &field, found->number());
    }
    return std::nullopt;
}

Problem set_text(pbuf::Message& message, const Field& field, const Scalar& value) {
    if (value.kind != ScalarKind::string) return refuse(Why::WRONG_TYPE, "a string", value);
    std::string text;
    if (field.type() == Field::TYPE_BYTES) {
        auto bytes = unbase64(value.text);
        if (!bytes) return refuse(Why::WRONG_TYPE, "base64", value);
        text = std::move(*bytes);
    } else {
        text = value.text;
    }
    if (field.is_repeated()) {
        message.GetReflection()->AddString(&message, &field, std::move(text));
    } else {
        message.GetReflection()->SetString(&message, &field, std::move(text));
    }
    return std::nullopt;
}

Problem set_time(pbuf::Message& message, const Field& field, const Scalar& value) {
    constexpr std::string_view kExpected = "a time such as 2026-08-17T08:30:00+08:00";
    if (value.kind != ScalarKind::string) return refuse(Why::WRONG_TYPE, kExpected, value);
    const auto instant = parse_rfc3339(value.text);
    if (!instant) return refuse(Why::BAD_TIME, kExpected, value);
    if (!in_time_range(*instant)) return refuse(Why::BAD_TIME, "a time from 2000 to 9999", value);
    const pbuf::Reflection& reflection = *message.GetReflection();
    write_timestamp(*instant, field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                                  : *reflection.MutableMessage(&message, &field));
    return std::nullopt;
}

Problem set_bool(pbuf::Message& message, const Field& field, const Scalar& value) {
    if (value.kind != ScalarKind::boolean) return refuse(Why::WRONG_TYPE, "true or false", value);
    message.GetReflection()->SetBool(&message, &field, value.text == "true");
    return std::nullopt;
}

}  // namespace

bool is_scalar(const Field& field) {
    return field.type() != Field::TYPE_MESSAGE || field.message_type() == pbuf::Timestamp::descriptor();
}

Problem set_scalar(pbuf::Message& message, const Field& field, const Scalar& value) {
    const pbuf::Reflection& reflection = *message.GetReflection();
    switch (field.cpp_type()) {
        case Field::CPPTYPE_INT32:
            return set_whole<std::int32_t>(field, value, [&](auto n) { reflection.SetInt32(&message, &field, n); });
        case Field::CPPTYPE_INT64:
            return set_whole<std::int64_t>(field, value, [&](auto n) {
                field.is_repeated() ? reflection.AddInt64(&message, &field, n)
                                    : reflection.SetInt64(&message, &field, n);
            });
        case Field::CPPTYPE_UINT64:
            return set_whole<std::uint64_t>(field, value, [&](auto n) { reflection.SetUInt64(&message, &field, n); });
        case Field::CPPTYPE_DOUBLE:
            return set_real(message, field, value);
        case Field::CPPTYPE_BOOL:
            return set_bool(message, field, value);
        case Field::CPPTYPE_ENUM:
            return set_enum(message, field, value);
        case Field::CPPTYPE_STRING:
            return set_text(message, field, value);
        default:
            return set_time(message, field, value);
    }
}

}  // namespace aw::codec
