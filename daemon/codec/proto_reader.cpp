#include "codec/proto_reader.hpp"

#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "codec/text.hpp"

namespace aw::codec {
namespace {

using Why = DeadLetterReason;

std::string rest_of(const Rule& rule) {
    constexpr auto kNone = std::numeric_limits<std::int64_t>::max();
    return rule.max == kNone ? fmt::format("{} or more", rule.min) : fmt::format("{} to {}", rule.min, rule.max);
}

}  // namespace

void ProtoReader::fail(Why reason, std::string_view name, std::string_view what) {
    if (!refusal_) refusal_ = Refusal{reason, fmt::format("{}: {}", name, what)};
}

void ProtoReader::fail_inside(const Field& field, int index, Refusal&& refusal) {
    refusal.detail = index < 0 ? fmt::format("{}.{}", field.name(), refusal.detail)
                               : fmt::format("{}[{}].{}", field.name(), index, refusal.detail);
    refusal_ = std::move(refusal);
}

void ProtoReader::check(bool fine, std::string_view name, Why reason, std::string_view expected, std::string_view got) {
    if (failed() || fine) return;
    if (reason == Why::MISSING_FIELD) {
        fail(reason, name, fmt::format("required: {}", expected));
    } else {
        fail(reason, name, fmt::format("expected {}, got {}", expected, show_text(got)));
    }
}

bool ProtoReader::absent(const Field& field, const Rule& rule) {
    if (reflection_.HasField(message_, &field)) return false;
    if (rule.required) fail(Why::MISSING_FIELD, field.name(), "required, not given");
    return true;
}

std::optional<std::string_view> ProtoReader::text(const Field& field, const Rule& rule) {
    const std::string_view value = reflection_.GetStringReference(message_, &field, nullptr);
    if (value.empty()) {
        if (rule.required) fail(Why::MISSING_FIELD, field.name(), "required, not given");
        return std::nullopt;
    }
    if (value.size() > rule.max_bytes) {
        fail(Why::TOO_LARGE, field.name(),
             fmt::format("expected at most {} bytes, got {}", rule.max_bytes, value.size()));
        return std::nullopt;
    }
    return value;
}

std::optional<std::int64_t> ProtoReader::number(const Field& field, const Rule& rule) {
    if (field.has_presence() && absent(field, rule)) return std::nullopt;
    const std::int64_t value = field.cpp_type() == Field::CPPTYPE_INT32 ? reflection_.GetInt32(message_, &field)
                                                                        : reflection_.GetInt64(message_, &field);
    if (value < rule.min || value > rule.max) {
        fail(Why::BAD_COUNT, field.name(), fmt::format("expected {}, got {}", rest_of(rule), value));
        return std::nullopt;
    }
    return value;
}

std::optional<Money> ProtoReader::money(const Field& field, const Rule& rule) {
    if (absent(field, rule)) return std::nullopt;
    const pbuf::Message& message = reflection_.GetMessage(message_, &field);
    const pbuf::Reflection& inside = *message.GetReflection();
    const pbuf::Descriptor& type = *message.GetDescriptor();
    const std::string& currency = inside.GetStringReference(message, type.field(0), nullptr);
    const std::int64_t minor = inside.GetInt64(message, type.field(1));
    if (currency != "CNY") {
        fail(Why::BAD_AMOUNT, field.name() + ".currency", "expected 'CNY', got " + show_text(currency));
        return std::nullopt;
    }
    if (minor > kMaxAmountMinor || minor < -kMaxAmountMinor) {
        fail(Why::BAD_AMOUNT, field.name() + ".minor",
             fmt::format("expected at most {} either way, got {}", kMaxAmountMinor, minor));
        return std::nullopt;
    }
    return Money{minor};
}

std::optional<Timestamp> ProtoReader::checked_timestamp(const Field& field, const pbuf::Message& message) {
    const auto instant = read_timestamp(message);
    if (!instant) {
        fail(Why::BAD_TIME, field.name(),
             fmt::format("expected a time from 2000 to 9999, got {}", show_timestamp(message)));
    }
    return instant;
}

std::optional<Timestamp> ProtoReader::timestamp(const Field& field, const Rule& rule) {
    if (absent(field, rule)) return std::nullopt;
    return checked_timestamp(field, reflection_.GetMessage(message_, &field));
}

int ProtoReader::enum_number(const Field& field, int value, std::size_t count) {
    if (value >= 0 && static_cast<std::size_t>(value) < count) return value;
    fail(Why::UNKNOWN_ENUM, field.name(),
         fmt::format("{} is no {}", value, field.enum_type()->containing_type()->name()));
    return 0;
}

void ProtoReader::read(const Field& field, std::string_view& value, const Rule& rule) {
    value = text(field, rule).value_or(std::string_view{});
}

void ProtoReader::read(const Field& field, std::string& value, const Rule& rule) {
    value = text(field, rule).value_or(std::string_view{});
}

void ProtoReader::read(const Field& field, bool& value, const Rule&) { value = reflection_.GetBool(message_, &field); }

void ProtoReader::read(const Field& field, double& value, const Rule&) {
    value = reflection_.GetDouble(message_, &field);
}

void ProtoReader::read(const Field& field, std::uint64_t& value, const Rule&) {
    value = reflection_.GetUInt64(message_, &field);
}

void ProtoReader::read(const Field& field, std::int32_t& value, const Rule& rule) {
    value = static_cast<std::int32_t>(number(field, rule).value_or(0));
}

void ProtoReader::read(const Field& field, std::int64_t& value, const Rule& rule) {
    value = number(field, rule).value_or(0);
}

void ProtoReader::read(const Field& field, Money& value, const Rule& rule) {
    value = money(field, rule).value_or(Money{});
}

void ProtoReader::read(const Field& field, Timestamp& value, const Rule& rule) {
    value = timestamp(field, rule).value_or(Timestamp{});
}

void ProtoReader::read(const Field& field, AccountRoot& value, const Rule& rule) {
    const auto digits = text(field, rule);
    if (!digits) return;
    const auto root = parse_root(*digits);
    check(root.has_value(), field.name(), Why::BAD_CUSTOMER_CODE, "11 digits", *digits);
    value = root.value_or(AccountRoot{});
}

void ProtoReader::read(const Field& field, std::uint16_t& branch, const Rule& rule) {
    const auto digits = text(field, rule);
    if (!digits) return;
    const char* end = digits->data() + digits->size();
    const auto parsed = std::from_chars(digits->data(), end, branch);
    const bool fine = digits->size() == 3 && parsed.ec == std::errc{} && parsed.ptr == end;
    check(fine, field.name(), Why::BAD_CUSTOMER_CODE, "3 digits", *digits);
}

void ProtoReader::read(const Field& field, std::optional<bool>& value, const Rule& rule) {
    if (!absent(field, rule)) value = reflection_.GetBool(message_, &field);
}

void ProtoReader::read(const Field& field, std::optional<std::int32_t>& value, const Rule& rule) {
    const auto found = number(field, rule);
    if (found) value = static_cast<std::int32_t>(*found);
}

void ProtoReader::read(const Field& field, std::optional<std::int64_t>& value, const Rule& rule) {
    value = number(field, rule);
}

void ProtoReader::read(const Field& field, std::optional<Money>& value, const Rule& rule) {
    value = money(field, rule);
}

void ProtoReader::read(const Field& field, std::optional<Timestamp>& value, const Rule& rule) {
    value = timestamp(field, rule);
}

void ProtoReader::read(const Field& field, std::optional<Day>& value, const Rule& rule) {
    const auto date = text(field, rule);
    if (!date) return;
    value = parse_day(*date);
    check(value && value->n >= kFirstDay.n, field.name(), Why::BAD_TIME, "YYYY-MM-DD, not before 2000", *date);
}

void ProtoReader::read(const Field& field, std::optional<Month>& value, const Rule& rule) {
    const auto month = text(field, rule);
    if (!month) return;
    value = parse_month(*month);
    check(value && first_day(*value).n >= kFirstDay.n, field.name(), Why::BAD_TIME, "YYYY-MM, not before 2000", *month);
}

void ProtoReader::read(const Field& field, std::vector<std::string>& value, const Rule&) {
    const int n = reflection_.FieldSize(message_, &field);
    for (int i = 0; i < n; ++i) value.push_back(reflection_.GetRepeatedString(message_, &field, i));
}

void ProtoReader::read(const Field& field, std::vector<std::int64_t>& value, const Rule&) {
    const int n = reflection_.FieldSize(message_, &field);
    for (int i = 0; i < n; ++i) value.push_back(reflection_.GetRepeatedInt64(message_, &field, i));
}

void ProtoReader::read(const Field& field, std::vector<Timestamp>& value, const Rule&) {
    const int n = reflection_.FieldSize(message_, &field);
    for (int i = 0; i < n && !failed(); ++i) {
        const auto instant = checked_timestamp(field, reflection_.GetRepeatedMessage(message_, &field, i));
        value.push_back(instant.value_or(Timestamp{}));
    }
}

}  // namespace aw::codec
