#include "codec/json_writer.hpp"

#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>

#include "base/time.hpp"
#include "codec/text.hpp"

namespace aw::codec {
namespace {

namespace pbuf = google::protobuf;
using Field = pbuf::FieldDescriptor;

constexpr int kSingle = -1;  // index of a field that is not repeated

class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void object(const pbuf::Message& message) {
        std::vector<const Field*> fields;
        message.GetReflection()->ListFields(message, &fields);
        char separator = '{';
        for (const Field* field : fields) {
            out_ += separator;
            separator = ',';
            out_ += '"';
            out_ += field->name();
            out_ += "\":";
            if (field->is_repeated()) {
                list(message, *field);
            } else {
                value(message, *field, kSingle);
            }
        }
        if (fields.empty()) out_ += '{';
        out_ += '}';
    }

private:
    void list(const pbuf::Message& message, const Field& field) {
        const int n = message.GetReflection()->FieldSize(message, &field);
        out_ += '[';
        for (int i = 0; i < n; ++i) {
            if (i > 0) out_ += ',';
            value(message, field, i);
        }
        out_ += ']';
    }

    void value(const pbuf::Message& message, const Field& field, int index) {
        const pbuf::Reflection& r = *message.GetReflection();
        const bool single = index == kSingle;
        switch (field.cpp_type()) {
            case Field::CPPTYPE_STRING: {
                std::string scratch;
                const std::string& text = single ? r.GetStringReference(message, &field, &scratch)
                                                 : r.GetRepeatedStringReference(message, &field, index, &scratch);
                field.type() == Field::TYPE_BYTES ? string(base64(text)) : string(text);
                break;
            }
            case Field::CPPTYPE_MESSAGE:
                nested(single ? r.GetMessage(message, &field) : r.GetRepeatedMessage(message, &field, index));
                break;
            case Field::CPPTYPE_ENUM:
                enumeration(field,
                            single ? r.GetEnumValue(message, &field) : r.GetRepeatedEnumValue(message, &field, index));
                break;
            case Field::CPPTYPE_INT64:
                append("\"{}\"", single ? r.GetInt64(message, &field) : r.GetRepeatedInt64(message, &field, index));
                break;
            case Field::CPPTYPE_UINT64:
                append("\"{}\"", single ? r.GetUInt64(message, &field) : r.GetRepeatedUInt64(message, &field, index));
                break;
            case Field::CPPTYPE_INT32:
                append("{}", single ? r.GetInt32(message, &field) : r.GetRepeatedInt32(message, &field, index));
                break;
            case Field::CPPTYPE_BOOL:
                out_ += r.GetBool(message, &field) ? "true" : "false";
                break;
            default:
                real(r.GetDouble(message, &field));
        }
    }

    template <class T>
    void append(fmt::format_string<T&> format, T number) {
        fmt::format_to(std::back_inserter(out_), format, number);
    }

    void real(double number) {
        if (std::isfinite(number)) {
            append("{}", number);
        } else {
            string(std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
        }
    }

    void enumeration(const Field& field, int number) {
        const auto* known = field.enum_type()->FindValueByNumber(number);
        if (known != nullptr) {
            string(known->name());
        } else {
            append("{}", number);
        }
    }

    void nested(const pbuf::Message& message) {
        if (message.GetDescriptor() != pbuf::Timestamp::descriptor()) {
            object(message);
            return;
        }
        const auto& t = static_cast<const pbuf::Timestamp&>(message);
        string(format_utc({t.seconds() * 1000 + t.nanos() / 1'000'000}));
    }

    void string(std::string_view text) {
        out_ += '"';
        std::size_t written = 0;
        for (std::size_t at = 0; at < text.size(); ++at) {
            const auto c = static_cast<unsigned char>(text[at]);
            if (c >= 0x20 && c != '"' && c != '\\') continue;
            out_ += text.substr(written, at - written);
            written = at + 1;
            escaped(c);
        }
        out_ += text.substr(written);
        out_ += '"';
    }

    void escaped(unsigned char c) {
        switch (c) {
            case '\n':
                out_ += "\\n";
                break;
            case '\t':
                out_ += "\\t";
                break;
            case '\r':
                out_ += "\\r";
                break;
            case '"':
            case '\\':
                out_ += '\\';
                out_ += static_cast<char>(c);
                break;
            default:
                fmt::format_to(std::back_inserter(out_), "\\u{:04x}", c);
        }
    }

    std::string& out_;
};

}  // namespace

std::string write_json(const pbuf::Message& message) {
    std::string out;
    Writer(out).object(message);
    return out;
}

}  // namespace aw::codec
