#include "codec/map_target.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "codec/proto_io.hpp"
#include "codec/scalar_field.hpp"
#include "codec/text.hpp"

namespace aw::codec {
namespace {

namespace v1 = accountwatch::v1;
using Why = DeadLetterReason;
using Problem = std::optional<Refusal>;
using Field = pbuf::FieldDescriptor;

constexpr std::array<std::string_view, 4> kEnvelope{"account_code", "occurred_at", "recorded_at", "source"};
constexpr std::size_t kMaxWordsShown = 10;

bool is_amount(const Field& field) {
    return field.type() == Field::TYPE_MESSAGE && field.message_type() == v1::Money::descriptor();
}

void collect(const pbuf::Descriptor& type, const std::string& prefix, std::vector<std::string>& names) {
    for (int i = 0; i < type.field_count(); ++i) {
        const Field& field = *type.field(i);
        if (field.is_repeated()) continue;
        const std::string name = prefix + field.name();
        const bool single = is_scalar(field) || is_amount(field) || field.message_type()->field_count() == 0;
        if (single) {
            names.push_back(name);
        } else {
            collect(*field.message_type(), name + ".", names);
        }
    }
}

MapTarget::Takes taken_by(const FieldPath& path, const std::string& payload, const PayloadShape& shape) {
    const Field& field = path.field();
    const auto among = [&](const std::vector<std::string>& list) {
        return std::ranges::any_of(list, [&](const auto& one) { return path.name == payload + "." + one; });
    };
    if (field.type() == Field::TYPE_MESSAGE && is_scalar(field)) return MapTarget::Takes::instant;
    if (among(shape.days)) return MapTarget::Takes::day;
    if (among(shape.months)) return MapTarget::Takes::month;
    const auto type = field.cpp_type();
    const bool whole = type == Field::CPPTYPE_INT32 || type == Field::CPPTYPE_INT64 || type == Field::CPPTYPE_UINT64;
    return whole ? MapTarget::Takes::whole : MapTarget::Takes::text;
}

}  // namespace

std::vector<std::string> map_field_names(const std::string& payload) {
    std::vector<std::string> names(kEnvelope.begin(), kEnvelope.end());
    const Field* field = v1::Event::descriptor()->FindFieldByName(payload);
    if (field != nullptr && !is_scalar(*field)) collect(*field->message_type(), payload + ".", names);
    return names;
}

Result<MapTarget> MapTarget::of(const FieldMap& map, const FieldMapRow& row, const PayloadShape& shape) {
    if (row.field == "event_id") return fail_with("has a rule of its own: 'event_id' beside 'fields'");
    const bool envelope = std::ranges::find(kEnvelope, row.field) != kEnvelope.end();
    if (!envelope && !row.field.starts_with(map.payload + ".")) {
        return fail_with(fmt::format("'{}' is no field of {}", row.field, map.payload));
    }
    MapTarget target;
    target.row_ = &row;
    target.zone_ = &map.zone;
    if (auto minor = resolve_field(row.field + ".minor"); minor && is_amount(*minor->way[minor->way.size() - 2])) {
        target.path_ = std::move(*minor);
        target.currency_ = *resolve_field(row.field + ".currency");
        target.takes_ = Takes::whole;
        return target;
    }
    auto path = resolve_field(row.field);
    if (!path) return fail_with(fmt::format("'{}': {}", row.field, path.error().message));
    target.path_ = std::move(*path);
    target.takes_ = taken_by(target.path_, map.payload, shape);
    return target;
}

std::vector<std::string> MapTarget::names() const {
    std::vector<std::string> list;
    const auto* type = path_.field().enum_type();
    for (int i = 1; type != nullptr && i < type->value_count(); ++i) list.push_back(type->value(i)->name());
    return list;
}

Problem MapTarget::set_ours(v1::Event& event, std::string_view text) const {
    const bool day = takes_ == Takes::day && !parse_day(text);
    if (day || (takes_ == Takes::month && !parse_month(text))) {
        const char* expected = day ? "a day such as 2026-08-17" : "a month such as 2026-08";
        return Refusal{Why::BAD_TIME, fmt::format("expected {}, got {}", expected, show_text(text))};
    }
    if (auto problem = set_field(event, path_, text)) return problem;
    return currency_ ? set_field(event, *currency_, "CNY") : std::nullopt;
}

Problem MapTarget::set_from_source(v1::Event& event, std::string_view text) const {
    if (!row_->values.empty()) {
        if (const auto found = row_->values.find(text); found != row_->values.end()) {
            return set_ours(event, found->second);
        }
        if (row_->otherwise) return set_ours(event, *row_->otherwise);
        std::vector<std::string_view> words;
        for (const auto& [theirs, ours] : row_->values) {
            if (words.size() < kMaxWordsShown) words.push_back(theirs);
        }
        const char* more = words.size() < row_->values.size() ? ", ..." : "";
        return Refusal{Why::UNKNOWN_ENUM,
                       fmt::format("expected {}{}, got {}", fmt::join(words, ", "), more, show_text(text))};
    }
    if (row_->time) return set_time(event, text);
    if (!row_->unit.empty() || row_->factor) return set_number(event, text);
    return set_ours(event, text);
}

Problem MapTarget::set_number(v1::Event& event, std::string_view text) const {
    const auto number = parse_decimal(text);
    if (!number) return Refusal{Why::WRONG_TYPE, fmt::format("expected a number, got {}", show_text(text))};
    const MeasureUnit* unit = find_unit(row_->unit);
    const Decimal factor = unit != nullptr ? Decimal{unit->of_ours, 0} : row_->factor.value_or(Decimal{1, 0});
    // A weight may be rounded to the gram; an amount that is no whole number of fen is somebody's mistake.
    const Scaled ours = scaled(*number, factor, is_money() ? Rounding::exact : Rounding::nearest);
    if (ours.value) return set_ours(event, std::to_string(*ours.value));
    const Why why = is_money() ? Why::BAD_AMOUNT : Why::BAD_COUNT;
    const char* expected = ours.why == NotWhole::too_large ? "a smaller number" : "a whole number of fen";
    return Refusal{why, fmt::format("expected {}, got {} {}", expected, show_text(text),
                                    unit != nullptr ? unit->name : std::string_view("before the factor"))};
}

Problem MapTarget::set_time(v1::Event& event, std::string_view text) const {
    const auto refused = [&] {
        return Refusal{Why::BAD_TIME,
                       fmt::format("expected a time like {}, got {}", row_->time->text(), show_text(text))};
    };
    if (takes_ == Takes::instant) {
        const auto instant = row_->time->read(text, *zone_);
        if (!instant || !in_time_range(*instant)) return refused();
        return set_ours(event, format_utc(*instant));
    }
    const auto day = row_->time->read_day(text, *zone_);
    if (!day) return refused();
    return set_ours(event, takes_ == Takes::month ? format_month(month_of(*day)) : format_day(*day));
}

}  // namespace aw::codec
