#include "codec/json_reader.hpp"

#include <string>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include "base/check.hpp"
#include "codec/scalar_field.hpp"
#include "codec/text.hpp"

namespace aw::codec {
namespace {

namespace pbuf = google::protobuf;
namespace bj = boost::json;
using Field = pbuf::FieldDescriptor;
using Why = DeadLetterReason;
using Code = bj::error_code;

constexpr std::string_view kWhiteSpace = " \t\r\n";

// Receives the parser's events (Boost.JSON's handler concept) and fills the message as they come.
class Handler {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    explicit Handler(pbuf::Message& root) : root_(root) { frames_.reserve(8); }

    std::optional<Refusal> refusal;

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }

    bool on_object_begin(Code& code) {
        if (frames_.empty()) {
            frames_.push_back(Frame{&root_});
            return true;
        }
        const Field& field = *top().field;
        if (is_scalar(field)) return wrong_type(code, "an object");
        if (!begin_value(code, "an object")) return false;
        const pbuf::Reflection& reflection = *top().message->GetReflection();
        frames_.push_back(Frame{field.is_repeated() ? reflection.AddMessage(top().message, &field)
                                                    : reflection.MutableMessage(top().message, &field)});
        return true;
    }

    bool on_object_end(std::size_t, Code&) {
        frames_.pop_back();
        if (!frames_.empty()) end_value();
        return true;
    }

    bool on_array_begin(Code& code) {
        if (frames_.empty()) return fail(code, Why::WRONG_TYPE, "expected an object, got a list");
        if (!top().field->is_repeated() || top().in_list) return wrong_type(code, "a list");
        top().in_list = true;
        top().index = 0;
        return true;
    }

    bool on_array_end(std::size_t, Code&) {
        top().in_list = false;
        return true;
    }

    bool on_key_part(bj::string_view part, std::size_t, Code&) { return gather(part); }
    bool on_key(bj::string_view part, std::size_t, Code& code) {
        const std::string key(gathered(part));
        Frame& frame = top();
        frame.field = frame.message->GetDescriptor()->FindFieldByName(key);
        if (frame.field == nullptr) {
            return fail(code, Why::UNKNOWN_FIELD,
                        fmt::format("{} has no field {}", frame.message->GetDescriptor()->name(), show_text(key)));
        }
        AW_CHECK(frame.field->index() < 64);
        const std::uint64_t bit = std::uint64_t{1} << frame.field->index();
        if ((frame.seen & bit) != 0) return fail(code, Why::UNDECODABLE, "stands twice");
        frame.seen |= bit;
        return true;
    }

    bool on_string_part(bj::string_view part, std::size_t, Code&) { return gather(part); }
    bool on_string(bj::string_view part, std::size_t, Code& code) {
        return scalar(code, {ScalarKind::string, gathered(part)});
    }
    bool on_number_part(bj::string_view part, Code&) { return gather(part); }
    bool on_int64(std::int64_t, bj::string_view part, Code& code) { return number(code, part); }
    bool on_uint64(std::uint64_t, bj::string_view part, Code& code) { return number(code, part); }
    bool on_double(double, bj::string_view part, Code& code) { return number(code, part); }
    bool on_bool(bool value, Code& code) { return scalar(code, {ScalarKind::boolean, value ? "true" : "false"}); }

    bool on_null(Code& code) {
        if (frames_.empty()) return fail(code, Why::WRONG_TYPE, "expected an object, got null");
        return top().in_list ? wrong_type(code, "null") : true;
    }

    bool on_comment_part(bj::string_view, Code&) { return true; }
    bool on_comment(bj::string_view, Code&) { return true; }

private:
    struct Frame {
        pbuf::Message* message = nullptr;
        const Field* field = nullptr;  // of the current key
        std::uint64_t seen = 0;        // keys, by index of the field
        bool in_list = false;
        int index = 0;  // in the list
    };

    Frame& top() { return frames_.back(); }

    bool gather(bj::string_view part) {
        parts_.append(part.data(), part.size());
        gathering_ = true;
        return true;
    }
    // The whole text whose last part has come; valid until the next.
    std::string_view gathered(bj::string_view last) {
        if (!gathering_) return {last.data(), last.size()};
        whole_ = std::move(parts_);
        whole_.append(last.data(), last.size());
        parts_.clear();
        gathering_ = false;
        return whole_;
    }

    std::string path() const {
        std::string text;
        for (const Frame& frame : frames_) {
            if (frame.field == nullptr) continue;
            if (!text.empty()) text += '.';
            text += frame.field->name();
            if (frame.in_list) text += fmt::format("[{}]", frame.index);
        }
        return text;
    }

    bool fail(Code& code, Why reason, std::string_view what) {
        const std::string where = path();
        refusal = Refusal{reason, where.empty() ? std::string(what) : fmt::format("{}: {}", where, what)};
        code = bj::error::exception;  // any error stops the parser; `refusal` says what it was
        return false;
    }

    bool wrong_type(Code& code, std::string_view got) {
        const Field& field = *top().field;
        const char* expected = is_scalar(field) ? "a single value" : "an object";
        if (field.is_repeated() && !top().in_list) expected = "a list";
        return fail(code, Why::WRONG_TYPE, fmt::format("expected {}, got {}", expected, got));
    }

    // A value is about to be put into the current field.
    bool begin_value(Code& code, std::string_view got) {
        const Field& field = *top().field;
        if (field.is_repeated() != top().in_list) return wrong_type(code, got);
        const pbuf::OneofDescriptor* group = field.real_containing_oneof();
        if (group == nullptr) return true;
        const Field* other = top().message->GetReflection()->GetOneofFieldDescriptor(*top().message, group);
        if (other == nullptr) return true;
        return fail(code, Why::UNDECODABLE, fmt::format("beside {}; expected one of them", other->name()));
    }

    void end_value() {
        if (top().in_list) ++top().index;
    }

    bool number(Code& code, bj::string_view part) { return scalar(code, {ScalarKind::number, gathered(part)}); }

    bool scalar(Code& code, const Scalar& value) {
        if (frames_.empty()) return fail(code, Why::WRONG_TYPE, "expected an object, got a single value");
        if (!is_scalar(*top().field)) return wrong_type(code, "a single value");
        if (!begin_value(code, "a single value")) return false;
        if (auto problem = set_scalar(*top().message, *top().field, value)) {
            return fail(code, problem->reason, problem->detail);
        }
        end_value();
        return true;
    }

    pbuf::Message& root_;
    std::vector<Frame> frames_;
    std::string parts_;
    std::string whole_;
    bool gathering_ = false;
};

Refusal broken(const Code& code, std::size_t at) {
    const bool surrogate = code == bj::error::illegal_leading_surrogate ||
                           code == bj::error::illegal_trailing_surrogate || code == bj::error::expected_utf16_escape;
    return {surrogate ? Why::BAD_UTF8 : Why::UNDECODABLE, fmt::format("JSON, byte {}: {}", at, code.message())};
}

}  // namespace

bool looks_like_json(std::string_view bytes) {
    const std::size_t at = bytes.find_first_not_of(kWhiteSpace);
    return at != std::string_view::npos && bytes[at] == '{';
}

std::optional<Refusal> read_json(std::string_view json, pbuf::Message& message) {
    if (const std::size_t bad = utf8_error(json); bad != json.size()) {
        return Refusal{Why::BAD_UTF8, fmt::format("JSON, byte {}", bad)};
    }
    bj::parse_options options;
    options.max_depth = 16;
    options.allow_invalid_utf8 = true;  // was checked, with its own reason
    bj::basic_parser<Handler> parser(options, message);
    Code code;
    const std::size_t read = parser.write_some(false, json.data(), json.size(), code);
    if (parser.handler().refusal) return std::move(parser.handler().refusal);
    if (code) return broken(code, read);
    const std::size_t more = json.find_first_not_of(kWhiteSpace, read);
    if (more != std::string_view::npos) {
        return Refusal{Why::UNDECODABLE, fmt::format("JSON, byte {}: more after the end of the object", more)};
    }
    return std::nullopt;
}

}  // namespace aw::codec
