#include "settings/scalar_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <accountwatch/config/v1/field_rule.pb.h>
#include <fmt/format.h>

#include "base/check.hpp"
#include "base/time.hpp"
#include "core/model/ids.hpp"
#include "settings/nearest.hpp"
#include "settings/scalars.hpp"

namespace aw::settings {
namespace {

using accountwatch::config::v1::FieldRule;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t kMaxTextCharacters = 1000;
constexpr std::size_t kMaxNamesShown = 10;

std::string quoted(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::LIST) return "a list";
    if (node.kind == YamlNode::Kind::MAP) return "a mapping";
    constexpr std::size_t kShown = 40;
    const std::string kind = node.quoted ? "the text '" : "'";
    if (node.text.size() <= kShown) return kind + node.text + "'";
    std::size_t cut = kShown;
    while (cut > 0 && (static_cast<unsigned char>(node.text[cut]) & 0xC0U) == 0x80U) --cut;
    return kind + node.text.substr(0, cut) + "...'";
}

auto must_be(const std::string& what, const YamlNode& node) {
    return fail_with("must be " + what + ", not " + quoted(node));
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Result<ScalarValue> read_number(const FieldDescriptor& field, const YamlNode& node) {
    const char* begin = node.text.data();
    const char* end = begin + node.text.size();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
        double value = 0;
        const auto read = std::from_chars(begin, end, value);
        if (node.quoted || read.ec != std::errc() || read.ptr != end || !std::isfinite(value)) {
            return must_be("a number", node);
        }
        return value;
    }
    std::int64_t value = 0;
    const auto read = std::from_chars(begin, end, value);
    if (node.quoted || read.ec != std::errc() || read.ptr != end) return must_be("a whole number", node);
    return value;
}

Result<ScalarValue> read_plain(const FieldDescriptor& field, const YamlNode& node) {
    switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_BOOL:
            if (node.quoted || (node.text != "true" && node.text != "false")) return must_be("true or false", node);
            return node.text == "true";
        case FieldDescriptor::CPPTYPE_STRING:
            if (characters(node.text) > kMaxTextCharacters) {
                return fail_with(fmt::format("is longer than {} characters", kMaxTextCharacters));
            }
            return node.text;
        default:
            return read_number(field, node);
    }
}

Result<ScalarValue> read_url(const FieldRule& rule, const YamlNode& node) {
    std::vector<std::string> schemes;
    for (const auto& scheme : rule.schemes()) schemes.push_back(scheme + "://");
    const auto scheme = url_scheme(node.text);
    if (!scheme || std::find(rule.schemes().begin(), rule.schemes().end(), *scheme) == rule.schemes().end()) {
        return must_be("a URL that begins with " + joined(schemes), node);
    }
    return node.text;
}

// Text that another part reads again: only its form is checked here.
Result<ScalarValue> read_formed(const FieldRule& rule, const YamlNode& node) {
    const auto text_if = [&](bool good, const char* what) -> Result<ScalarValue> {
        if (!good) return must_be(what, node);
        return node.text;
    };
    switch (rule.kind()) {
        case FieldRule::ID:
            return text_if(is_id(node.text), "letters, digits, '.', '_' or '-', at most 64");
        case FieldRule::SPAN:
            return text_if(parse_span(node.text).has_value(), "a span like 30m, 4h, 2bd or 7d");
        case FieldRule::DATE:
            return text_if(parse_day(node.text).has_value(), "a day like 2026-08-17");
        case FieldRule::HOURS:
            return text_if(parse_hours(node.text).has_value(), "hours like 08:30-17:30");
        case FieldRule::INSTANT:
            return text_if(parse_rfc3339(node.text).has_value(), "an instant like 2026-08-17T08:30:00+08:00");
        case FieldRule::ADDRESS:
            return text_if(parse_address(node.text).has_value(), "host:port");
        case FieldRule::PATH:
            return text_if(!node.text.empty() && node.text.size() < 4096, "a path");
        default:
            return read_url(rule, node);
    }
}

template <class T>
Result<ScalarValue> value_or(const std::optional<T>& value, const char* what, const YamlNode& node) {
    if (!value) return must_be(what, node);
    return static_cast<std::int64_t>(*value);
}

Result<ScalarValue> read_kind(const FieldDescriptor& field, const FieldRule& rule, const YamlNode& node) {
    switch (rule.kind()) {
        case FieldRule::PLAIN:
            return read_plain(field, node);
        case FieldRule::DURATION:
            return value_or(parse_duration(node.text), "a duration like 200ms, 90s, 30m, 4h or 7d", node);
        case FieldRule::TIME_OF_DAY:
            return value_or(parse_time_of_day(node.text), "a time of day like 08:30", node);
        case FieldRule::MONEY:
            return value_or(parse_hundredths(node.text, true), "an amount in yuan like 10000.00", node);
        case FieldRule::PERCENT:
            return value_or(parse_hundredths(node.text, false), "a percentage like -30 or 2.5", node);
        case FieldRule::REGION:
            return value_or(parse_region(node.text), "a division code of six digits", node);
        default:
            return read_formed(rule, node);
    }
}

// A value on the scale of the limits: text by its length, a business day as a day.
double measure_of(const FieldRule& rule, const ScalarValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        if (rule.kind() != FieldRule::SPAN) return static_cast<double>(characters(*text));
        const auto span = parse_span(*text).value_or(SpanText{});
        return static_cast<double>(span.ms) + span.business_days * 86'400'000.0;
    }
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    if (const auto* decimal = std::get_if<double>(&value)) return *decimal;
    return 0;
}

double limit_of(const FieldDescriptor& field, const FieldRule& rule, const std::string& text) {
    YamlNode node;
    node.kind = YamlNode::Kind::SCALAR;
    node.text = text;
    const bool is_length = rule.kind() == FieldRule::PLAIN && field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    if (is_length) return std::stod(text);
    const auto value = read_kind(field, rule, node);
    AW_CHECK(value.has_value());  // a limit in the schema that its own rule refuses
    return measure_of(rule, *value);
}

Result<ScalarValue> within_limits(const FieldDescriptor& field, const FieldRule& rule, ScalarValue value,
                                  const YamlNode& node) {
    const double size = measure_of(rule, value);
    const bool low = !rule.min().empty() && size < limit_of(field, rule, rule.min());
    const bool high = !rule.max().empty() && size > limit_of(field, rule, rule.max());
    if (!low && !high) return value;
    const bool is_text = std::holds_alternative<std::string>(value) && rule.kind() == FieldRule::PLAIN;
    if (is_text && low) return fail_with("must not be empty");
    if (is_text) return fail_with("is longer than " + rule.max() + " characters");
    std::string limits = "at least " + rule.min();
    if (rule.min().empty()) limits = "at most " + rule.max();
    if (!rule.min().empty() && !rule.max().empty()) limits = "from " + rule.min() + " to " + rule.max();
    return fail_with("is " + node.text + ", must be " + limits);
}

Result<ScalarValue> one_of(const std::vector<std::string>& names, const YamlNode& node) {
    if (std::find(names.begin(), names.end(), node.text) != names.end()) return node.text;
    const std::string hint = did_you_mean(node.text, names);
    if (names.size() > kMaxNamesShown && !hint.empty()) return fail_with("does not know " + quoted(node) + hint);
    return fail_with("must be one of " + joined(names) + ", not " + quoted(node) + hint);
}

}  // namespace

const FieldRule& rule_of(const FieldDescriptor& field) {
    return field.options().GetExtension(accountwatch::config::v1::setting);
}

bool is_mapping(const FieldDescriptor& field) { return rule_of(field).mapping(); }
const FieldDescriptor& mapping_key(const FieldDescriptor& field) { return *field.message_type()->field(0); }
const FieldDescriptor& mapping_value(const FieldDescriptor& field) { return *field.message_type()->field(1); }

Result<ScalarValue> read_scalar(const FieldDescriptor& field, const YamlNode& node) {
    const FieldRule& rule = rule_of(field);
    if (node.kind == YamlNode::Kind::EMPTY) {
        return fail_with("has no value (write \"\" for an empty text, [] for an empty list, or remove the key)");
    }
    if (node.kind != YamlNode::Kind::SCALAR) {
        const bool text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
        return must_be(text ? "a single text" : "a single value", node);
    }
    if (!rule.names_of().empty()) return one_of(names_of(rule.names_of()), node);
    if (rule.one_of_size() > 0) return one_of({rule.one_of().begin(), rule.one_of().end()}, node);
    // Texts that may be empty say so by their default.
    if (node.text.empty() && rule.default_() == "\"\"") return std::string();
    auto value = read_kind(field, rule, node);
    if (!value) return value;
    return within_limits(field, rule, std::move(*value), node);
}

void store(Message& message, const FieldDescriptor& field, const ScalarValue& value) {
    const auto& reflection = *message.GetReflection();
    const bool list = field.is_repeated();
    switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_BOOL:
            return reflection.SetBool(&message, &field, std::get<bool>(value));
        case FieldDescriptor::CPPTYPE_INT32:
            return reflection.SetInt32(&message, &field, static_cast<std::int32_t>(std::get<std::int64_t>(value)));
        case FieldDescriptor::CPPTYPE_INT64:
            return reflection.SetInt64(&message, &field, std::get<std::int64_t>(value));
        case FieldDescriptor::CPPTYPE_UINT32: {
            const auto number = static_cast<std::uint32_t>(std::get<std::int64_t>(value));
            if (list) return reflection.AddUInt32(&message, &field, number);
            return reflection.SetUInt32(&message, &field, number);
        }
        case FieldDescriptor::CPPTYPE_DOUBLE:
            return reflection.SetDouble(&message, &field, std::get<double>(value));
        default:
            if (list) return reflection.AddString(&message, &field, std::get<std::string>(value));
            return reflection.SetString(&message, &field, std::get<std::string>(value));
    }
}

std::string scalar_text(const Message& message, const FieldDescriptor& field, int index) {
    const auto& reflection = *message.GetReflection();
    const auto whole = [&]() -> std::int64_t {
        switch (field.cpp_type()) {
            case FieldDescriptor::CPPTYPE_INT32:
                return reflection.GetInt32(message, &field);
            case FieldDescriptor::CPPTYPE_INT64:
                return reflection.GetInt64(message, &field);
            default:
                return index < 0 ? reflection.GetUInt32(message, &field)
                                 : reflection.GetRepeatedUInt32(message, &field, index);
        }
    };
    switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_STRING:
            return index < 0 ? reflection.GetString(message, &field)
                             : reflection.GetRepeatedString(message, &field, index);
        case FieldDescriptor::CPPTYPE_BOOL:
            return reflection.GetBool(message, &field) ? "true" : "false";
        case FieldDescriptor::CPPTYPE_DOUBLE:
            return fmt::format("{}", reflection.GetDouble(message, &field));
        default:
            break;
    }
    switch (rule_of(field).kind()) {
        case FieldRule::DURATION:
            return format_duration(whole());
        case FieldRule::TIME_OF_DAY:
            return format_time_of_day(static_cast<std::int32_t>(whole()));
        case FieldRule::MONEY:
            return format_hundredths(whole(), true);
        case FieldRule::PERCENT:
            return format_hundredths(whole(), false);
        case FieldRule::REGION:
            return format_region(static_cast<std::uint32_t>(whole()));
        default:
            return std::to_string(whole());
    }
}

}  // namespace aw::settings
