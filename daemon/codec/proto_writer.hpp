// ProtoWriter: a struct of the model -> a protobuf message, driven by the struct's fields() function (see
// proto_reader.hpp).
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

namespace aw::codec {

// Writes one message, which must be empty. What is at its default is left out, but for fields that are required.
class ProtoWriter {
public:
    static constexpr bool kReading = false;
    explicit ProtoWriter(pbuf::Message& message)
        : message_(message), reflection_(*message.GetReflection()), cursor_(*message.GetDescriptor()) {}

    template <class T>
    void operator()(std::string_view name, const T& value, const Rule& rule = kAny) {
        write(cursor_.next(name), value, rule);
    }

    template <class Variant, class NameOf>
    void choice(std::string_view oneof, const Variant& value, NameOf name_of);

private:
    using Field = pbuf::FieldDescriptor;

    [[nodiscard]] pbuf::Message& child(const Field& field) { return *reflection_.MutableMessage(&message_, &field); }
    [[nodiscard]] pbuf::Message& added(const Field& field) { return *reflection_.AddMessage(&message_, &field); }

    void write(const Field& field, std::string_view value, const Rule& rule);
    void write(const Field& field, const std::string& value, const Rule& rule) {
        write(field, std::string_view(value), rule);
    }
    template <class Tag>
    void write(const Field& field, const StrongString<Tag>& value, const Rule& rule) {
        write(field, value.view(), rule);
    }
    void write(const Field& field, bool value, const Rule& rule);
    void write(const Field& field, double value, const Rule& rule);
    void write(const Field& field, std::uint64_t value, const Rule& rule);
    void write(const Field& field, std::int32_t value, const Rule& rule);
    void write(const Field& field, std::int64_t value, const Rule& rule);
    void write(const Field& field, Money value, const Rule& rule);
    void write(const Field& field, Timestamp value, const Rule& rule);
    void write(const Field& field, AccountRoot value, const Rule& rule);
    void write(const Field& field, std::uint16_t branch, const Rule& rule);
    void write(const Field& field, Day value, const Rule& rule);
    void write(const Field& field, Month value, const Rule& rule);
    template <EnumValue E>
    void write(const Field& field, E value, const Rule&) {
        reflection_.SetEnumValue(&message_, &field, static_cast<int>(value));
    }
    void write(const Field& field, const std::vector<std::string>& value, const Rule& rule);
    void write(const Field& field, const std::vector<std::int64_t>& value, const Rule& rule);
    void write(const Field& field, const std::vector<Timestamp>& value, const Rule& rule);
    template <class Tag>
    void write(const Field& field, const std::vector<StrongString<Tag>>& value, const Rule& rule);
    template <EnumValue E>
    void write(const Field& field, const std::vector<E>& value, const Rule& rule);
    // An optional that is set is written whatever its value.
    template <class T>
    void write(const Field& field, const std::optional<T>& value, const Rule&) {
        if (value) write(field, *value, kRequired);
    }
    template <class T>
    requires std::is_class_v<T>
    void write(const Field& field, const T& value, const Rule& rule);
    template <class T>
    requires std::is_class_v<T>
    void write(const Field& field, const std::vector<T>& value, const Rule& rule);

    void add_text(const Field& field, std::string_view value);

    pbuf::Message& message_;
    const pbuf::Reflection& reflection_;
    FieldCursor cursor_;
};

// --- templates ---

template <class Variant, class NameOf>
void ProtoWriter::choice(std::string_view, const Variant& value, NameOf name_of) {
    const std::string name(name_of(value));
    if (name.empty()) return;
    pbuf::Message& inside = child(*message_.GetDescriptor()->FindFieldByName(name));
    std::visit(
        [&](const auto& alternative) {
            using T = std::remove_cvref_t<decltype(alternative)>;
            if constexpr (!std::is_same_v<T, std::monostate>) {
                ProtoWriter writer(inside);
                fields(writer, const_cast<T&>(alternative));  // a writer only reads
            }
        },
        value);
}

template <class T>
requires std::is_class_v<T>
void ProtoWriter::write(const Field& field, const T& value, const Rule& rule) {
    pbuf::Message& inside = child(field);
    ProtoWriter writer(inside);
    fields(writer, const_cast<T&>(value));  // a writer only reads
    if (!rule.required && inside.ByteSizeLong() == 0) reflection_.ClearField(&message_, &field);
}

template <class T>
requires std::is_class_v<T>
void ProtoWriter::write(const Field& field, const std::vector<T>& value, const Rule&) {
    for (const T& item : value) {
        ProtoWriter writer(added(field));
        fields(writer, const_cast<T&>(item));  // a writer only reads
    }
}

template <class Tag>
void ProtoWriter::write(const Field& field, const std::vector<StrongString<Tag>>& value, const Rule&) {
    for (const auto& item : value) add_text(field, item.view());
}

template <EnumValue E>
void ProtoWriter::write(const Field& field, const std::vector<E>& value, const Rule&) {
    for (const E item : value) reflection_.AddEnumValue(&message_, &field, static_cast<int>(item));
}

}  // namespace aw::codec
