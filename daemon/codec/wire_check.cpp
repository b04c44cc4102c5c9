#include "codec/wire_check.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>

#include "codec/text.hpp"

namespace aw::codec {
namespace {

namespace pbuf = google::protobuf;
using Field = pbuf::FieldDescriptor;
using Why = DeadLetterReason;

enum class Wire : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, group_start = 3, group_end = 4, fixed32 = 5 };

class WireChecker {
public:
    WireChecker(std::string_view bytes, const pbuf::Descriptor& type)
        : type_(type),
          size_(static_cast<int>(bytes.size())),
          in_(reinterpret_cast<const std::uint8_t*>(bytes.data()), size_) {}

    std::optional<Refusal> run() {
        while (!refusal_ && in_.CurrentPosition() < size_) one_field();
        return std::move(refusal_);
    }

private:
    void fail(Why reason, std::string_view where, std::string_view what) {
        refusal_ = Refusal{reason, fmt::format("{}: {}", where, what)};
    }
    void truncated(std::string_view where) { fail(Why::UNDECODABLE, where, "the bytes end inside it"); }

    void one_field() {
        const std::uint32_t tag = in_.ReadTag();
        const auto wire = static_cast<Wire>(tag & 7);
        const int number = static_cast<int>(tag >> 3);
        if (number == 0 || (wire > Wire::bytes && wire != Wire::fixed32)) {
            fail(Why::UNDECODABLE, type_.name(), "not protobuf: a field with a broken tag");
            return;
        }
        const Field* field = type_.FindFieldByNumber(number);
        if (field == nullptr) {
            fail(Why::UNKNOWN_FIELD, type_.name(), fmt::format("has no field number {}", number));
            return;
        }
        if (!one_of_its_group(*field)) return;
        switch (wire) {
            case Wire::varint:
                check_varint(*field);
                break;
            case Wire::bytes:
                check_bytes(*field);
                break;
            default:
                check_fixed(*field, wire);
        }
    }

    bool one_of_its_group(const Field& field) {
        const pbuf::OneofDescriptor* group = field.real_containing_oneof();
        if (group == nullptr) return true;
        for (const Field* other : chosen_) {
            if (other->containing_oneof() != group) continue;
            if (other == &field) return true;
            fail(Why::UNDECODABLE, field.name(), fmt::format("beside {}; expected one of them", other->name()));
            return false;
        }
        chosen_.push_back(&field);
        return true;
    }

    void wrong_type(const Field& field) {
        fail(Why::WRONG_TYPE, field.name(), fmt::format("expected {}, got another wire type", field.type_name()));
    }

    static bool is_varint(const Field& field) {
        const auto type = field.type();
        return type == Field::TYPE_INT32 || type == Field::TYPE_INT64 || type == Field::TYPE_UINT64 ||
               type == Field::TYPE_BOOL || type == Field::TYPE_ENUM;
    }

    // A number that protobuf would cut down to 32 bits.
    void check_narrow(const Field& field, std::uint64_t value) {
        const auto wide = static_cast<std::int64_t>(value);
        if (field.cpp_type() != Field::CPPTYPE_INT32 && field.cpp_type() != Field::CPPTYPE_ENUM) return;
        if (wide == static_cast<std::int32_t>(wide)) return;
        fail(field.enum_type() != nullptr ? Why::UNKNOWN_ENUM : Why::BAD_COUNT, field.name(),
             fmt::format("{} does not fit into 32 bits", wide));
    }

    void check_varint(const Field& field) {
        std::uint64_t value = 0;
        if (!is_varint(field)) {
            wrong_type(field);
        } else if (!in_.ReadVarint64(&value)) {
            truncated(field.name());
        } else {
            check_narrow(field, value);
        }
    }

    void check_fixed(const Field& field, Wire wire) {
        std::uint64_t value = 0;
        if (wire != Wire::fixed64 || field.type() != Field::TYPE_DOUBLE) {
            wrong_type(field);
        } else if (!in_.ReadLittleEndian64(&value)) {
            truncated(field.name());
        }
    }

    void check_bytes(const Field& field) {
        std::uint64_t length = 0;
        if (!in_.ReadVarint64(&length) || length > static_cast<std::uint64_t>(size_ - in_.CurrentPosition())) {
            truncated(field.name());
            return;
        }
        const void* data = nullptr;
        int available = 0;
        if (length > 0) in_.GetDirectBufferPointer(&data, &available);
        const std::string_view content(static_cast<const char*>(data), length);
        in_.Skip(static_cast<int>(length));
        if (field.type() == Field::TYPE_MESSAGE) {
            check_inside(field, content);
        } else if (field.type() == Field::TYPE_STRING) {
            const std::size_t bad = utf8_error(content);
            if (bad != content.size()) {
                fail(Why::BAD_UTF8, field.name(), fmt::format("byte {} of {}", bad, show_text(content)));
            }
        } else if (field.type() != Field::TYPE_BYTES) {
            check_packed(field, content);
        }
    }

    void check_inside(const Field& field, std::string_view content) {
        refusal_ = WireChecker(content, *field.message_type()).run();
        if (refusal_) refusal_->detail = fmt::format("{}.{}", field.name(), refusal_->detail);
    }

    void check_packed(const Field& field, std::string_view content) {
        if (!field.is_repeated() || !is_varint(field)) {
            wrong_type(field);
            return;
        }
        WireChecker inside(content, type_);
        while (!inside.refusal_ && inside.in_.CurrentPosition() < inside.size_) inside.check_varint(field);
        refusal_ = std::move(inside.refusal_);
    }

    const pbuf::Descriptor& type_;
    int size_;
    pbuf::io::CodedInputStream in_;
    std::vector<const Field*> chosen_;  // one per oneof
    std::optional<Refusal> refusal_;
};

}  // namespace

std::optional<Refusal> check_wire(std::string_view bytes, const pbuf::Descriptor& type) {
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        return Refusal{Why::TOO_LARGE, "more than 2 GiB"};
    }
    return WireChecker(bytes, type).run();
}

}  // namespace aw::codec
