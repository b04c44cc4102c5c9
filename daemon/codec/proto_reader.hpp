// ProtoReader: a protobuf message -> a struct of the model, driven by the struct's fields() function (event_fields.hpp,
// output_fields.hpp) through reflection. ProtoWriter goes the other way with the same function, so each field is named
// once for both directions.
// Inside the codec only: includes protobuf.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/money.hpp"
#include "base/strong.hpp"
#include "codec/field_rule.hpp"
#include "codec/proto_io.hpp"
#include "core/model/enums.hpp"
#include "core/model/ids.hpp"
#include "core/model/output.hpp"

namespace aw::codec {

// Reads one message. The first thing that is wrong stops it: failed() and refusal(), whose detail begins with the path
// of the field below this message. Text is borrowed from the message.
class ProtoReader {
public:
    static constexpr bool kReading = true;
    explicit ProtoReader(const pbuf::Message& message)
        : message_(message), reflection_(*message.GetReflection()), cursor_(*message.GetDescriptor()) {}

    [[nodiscard]] bool failed() const { return refusal_.has_value(); }
    [[nodiscard]] Refusal&& refusal() { return std::move(*refusal_); }

    template <class T>
    void operator()(std::string_view name, T& value, const Rule& rule = kAny) {
        if (failed()) return;
        read(cursor_.next(name), value, rule);
    }

    // A oneof and the variant that stands for it; name_of(variant) is the field of its current alternative.
    template <class Variant, class NameOf>
    void choice(std::string_view oneof, Variant& value, NameOf name_of);

    // A condition over several fields, reported at one of them.
    void check(bool fine, std::string_view name, DeadLetterReason reason, std::string_view expected,
               std::string_view got);

private:
    using Field = pbuf::FieldDescriptor;

    void fail(DeadLetterReason reason, std::string_view name, std::string_view what);
    void fail_inside(const Field& field, int index, Refusal&& refusal);
    [[nodiscard]] bool absent(const Field& field, const Rule& rule);
    [[nodiscard]] std::optional<std::string_view> text(const Field& field, const Rule& rule);
    [[nodiscard]] std::optional<std::int64_t> number(const Field& field, const Rule& rule);
    [[nodiscard]] std::optional<Money> money(const Field& field, const Rule& rule);
    [[nodiscard]] std::optional<Timestamp> timestamp(const Field& field, const Rule& rule);
    [[nodiscard]] std::optional<Timestamp> checked_timestamp(const Field& field, const pbuf::Message& message);
    [[nodiscard]] int enum_number(const Field& field, int value, std::size_t count);

    void read(const Field& field, std::string_view& value, const Rule& rule);
    void read(const Field& field, std::string& value, const Rule& rule);
    template <class Tag>
    void read(const Field& field, StrongString<Tag>& value, const Rule& rule) {
        read(field, value.value, rule);
    }
    void read(const Field& field, bool& value, const Rule& rule);
    void read(const Field& field, double& value, const Rule& rule);
    void read(const Field& field, std::uint64_t& value, const Rule& rule);
    void read(const Field& field, std::int32_t& value, const Rule& rule);
    void read(const Field& field, std::int64_t& value, const Rule& rule);
    void read(const Field& field, Money& value, const Rule& rule);
    void read(const Field& field, Timestamp& value, const Rule& rule);
    void read(const Field& field, AccountRoot& value, const Rule& rule);
    void read(const Field& field, std::uint16_t& branch, const Rule& rule);
    void read(const Field& field, std::optional<bool>& value, const Rule& rule);
    void read(const Field& field, std::optional<std::int32_t>& value, const Rule& rule);
    void read(const Field& field, std::optional<std::int64_t>& value, const Rule& rule);
    void read(const Field& field, std::optional<Money>& value, const Rule& rule);
    void read(const Field& field, std::optional<Timestamp>& value, const Rule& rule);
    void read(const Field& field, std::optional<Day>& value, const Rule& rule);
    void read(const Field& field, std::optional<Month>& value, const Rule& rule);
    void read(const Field& field, std::vector<std::string>& value, const Rule& rule);
    void read(const Field& field, std::vector<std::int64_t>& value, const Rule& rule);
    void read(const Field& field, std::vector<Timestamp>& value, const Rule& rule);
    template <class Tag>
    void read(const Field& field, std::vector<StrongString<Tag>>& value, const Rule& rule);
    template <EnumValue E>
    void read(const Field& field, E& value, const Rule& rule);
    template <EnumValue E>
    void read(const Field& field, std::vector<E>& value, const Rule& rule);
    template <class T>
    requires std::is_class_v<T>
    void read(const Field& field, T& value, const Rule& rule);
    template <class T>
    requires std::is_class_v<T>
    void read(const Field& field, std::optional<T>& value, const Rule& rule);
    template <class T>
    requires std::is_class_v<T>
    void read(const Field& field, std::vector<T>& value, const Rule& rule);
    template <class T>
    void read_inside(const Field& field, int index, const pbuf::Message& message, T& value);

    const pbuf::Message& message_;
    const pbuf::Reflection& reflection_;
    FieldCursor cursor_;
    std::optional<Refusal> refusal_;
};

// --- templates ---

template <class Variant, class NameOf>
void ProtoReader::choice(std::string_view oneof, Variant& value, NameOf name_of) {
    if (failed()) return;
    const auto* group = message_.GetDescriptor()->FindOneofByName(std::string(oneof));
    const Field* field = reflection_.GetOneofFieldDescriptor(message_, group);
    if (field == nullptr) return;
    emplace_alternative(value, alternative_of<Variant>(field->name(), name_of), [&](auto& alternative) {
        if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(alternative)>, std::monostate>) {
            read_inside(*field, -1, reflection_.GetMessage(message_, field), alternative);
        }
    });
}

template <class T>
void ProtoReader::read_inside(const Field& field, int index, const pbuf::Message& message, T& value) {
    ProtoReader inside(message);
    fields(inside, value);
    if (inside.failed()) fail_inside(field, index, inside.refusal());
}

template <class T>
requires std::is_class_v<T>
void ProtoReader::read(const Field& field, T& value, const Rule& rule) {
    if (!absent(field, rule)) read_inside(field, -1, reflection_.GetMessage(message_, &field), value);
}

template <class T>
requires std::is_class_v<T>
void ProtoReader::read(const Field& field, std::optional<T>& value, const Rule& rule) {
    if (!absent(field, rule)) read(field, value.emplace(), rule);
}

template <class T>
requires std::is_class_v<T>
void ProtoReader::read(const Field& field, std::vector<T>& value, const Rule&) {
    const int n = reflection_.FieldSize(message_, &field);
    value.reserve(static_cast<std::size_t>(n));
    for (int i = 0; i < n && !failed(); ++i) {
        read_inside(field, i, reflection_.GetRepeatedMessage(message_, &field, i), value.emplace_back());
    }
}

template <class Tag>
void ProtoReader::read(const Field& field, std::vector<StrongString<Tag>>& value, const Rule& rule) {
    std::vector<std::string> texts;
    read(field, texts, rule);
    for (const std::string& text : texts) value.emplace_back(text);
}

template <EnumValue E>
void ProtoReader::read(const Field& field, E& value, const Rule& rule) {
    const int number = enum_number(field, reflection_.GetEnumValue(message_, &field), EnumNames<E>::kList.size());
    if (failed()) return;
    if (number != 0) {
        value = static_cast<E>(number);
    } else if (rule.required) {
        fail(DeadLetterReason::MISSING_FIELD, field.name(), "required, not given");
    }
}

template <EnumValue E>
void ProtoReader::read(const Field& field, std::vector<E>& value, const Rule&) {
    const int n = reflection_.FieldSize(message_, &field);
    for (int i = 0; i < n && !failed(); ++i) {
        const int number = reflection_.GetRepeatedEnumValue(message_, &field, i);
        value.push_back(static_cast<E>(enum_number(field, number, EnumNames<E>::kList.size())));
        if (value.back() == E::UNSPECIFIED) fail(DeadLetterReason::MISSING_FIELD, field.name(), "one is UNSPECIFIED");
    }
}

}  // namespace aw::codec
