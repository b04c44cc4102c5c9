#include "codec/proto_writer.hpp"

#include <fmt/format.h>

#include "codec/text.hpp"

namespace aw::codec {

void ProtoWriter::write(const Field& field, std::string_view value, const Rule&) {
    if (value.empty()) return;
    const bool raw = field.type() == Field::TYPE_BYTES || valid_utf8(value);
    reflection_.SetString(&message_, &field, raw ? std::string(value) : repair_utf8(value));
}

void ProtoWriter::add_text(const Field& field, std::string_view value) {
    reflection_.AddString(&message_, &field, valid_utf8(value) ? std::string(value) : repair_utf8(value));
}

void ProtoWriter::write(const Field& field, bool value, const Rule&) { reflection_.SetBool(&message_, &field, value); }

void ProtoWriter::write(const Field& field, double value, const Rule&) {
    reflection_.SetDouble(&message_, &field, value);
}

void ProtoWriter::write(const Field& field, std::uint64_t value, const Rule&) {
    reflection_.SetUInt64(&message_, &field, value);
}

void ProtoWriter::write(const Field& field, std::int32_t value, const Rule&) {
    reflection_.SetInt32(&message_, &field, value);
}

void ProtoWriter::write(const Field& field, std::int64_t value, const Rule&) {
    reflection_.SetInt64(&message_, &field, value);
}

void ProtoWriter::write(const Field& field, Money value, const Rule& rule) {
    if (value.minor == 0 && !rule.required) return;
    pbuf::Message& message = child(field);
    const pbuf::Reflection& inside = *message.GetReflection();
    const pbuf::Descriptor& type = *message.GetDescriptor();
    inside.SetString(&message, type.field(0), "CNY");
    inside.SetInt64(&message, type.field(1), value.minor);
}

void ProtoWriter::write(const Field& field, Timestamp value, const Rule&) {
    if (value.is_set()) write_timestamp(value, child(field));
}

void ProtoWriter::write(const Field& field, AccountRoot value, const Rule& rule) {
    if (value.is_set()) write(field, std::string_view(format_root(value)), rule);
}

void ProtoWriter::write(const Field& field, std::uint16_t branch, const Rule& rule) {
    write(field, std::string_view(fmt::format("{:03}", branch)), rule);
}

void ProtoWriter::write(const Field& field, Day value, const Rule& rule) {
    write(field, std::string_view(format_day(value)), rule);
}

void ProtoWriter::write(const Field& field, Month value, const Rule& rule) {
    write(field, std::string_view(format_month(value)), rule);
}

void ProtoWriter::write(const Field& field, const std::vector<std::string>& value, const Rule&) {
    for (const std::string& item : value) add_text(field, item);
}

void ProtoWriter::write(const Field& field, const std::vector<std::int64_t>& value, const Rule&) {
    for (const std::int64_t item : value) reflection_.AddInt64(&message_, &field, item);
}

void ProtoWriter::write(const Field& field, const std::vector<Timestamp>& value, const Rule&) {
    for (const Timestamp item : value) write_timestamp(item, added(field));
}

}  // namespace aw::codec
