#include "codec/field_mapper.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "codec/csv_cells.hpp"
#include "codec/event_decoder.hpp"
#include "codec/event_reader.hpp"
#include "codec/map_target.hpp"
#include "codec/text.hpp"
#include "mapping/encoding.hpp"

namespace aw {
namespace {

namespace v1 = accountwatch::v1;
namespace bj = boost::json;
using codec::MapTarget;
using Why = DeadLetterReason;
using Mapped = Result<std::optional<std::string>, Refusal>;

constexpr std::size_t kIdDigits = 32;  // 128 bits of the digest

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\v\f";
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

const bj::value* inside(const bj::value& value, std::string_view name) {
    if (const auto* object = value.if_object()) return object->if_contains(name);
    const auto* list = value.if_array();
    std::size_t index = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), index);
    const bool numbered = read.ec == std::errc() && read.ptr == name.data() + name.size();
    return list != nullptr && numbered ? list->if_contains(index) : nullptr;
}

// The value at a path with dots; null where there is none.
const bj::value* at_path(const bj::value& root, std::string_view path) {
    const bj::value* value = &root;
    for (bool more = true; more && value != nullptr;) {
        const std::size_t dot = path.find('.');
        more = dot != std::string_view::npos;
        value = inside(*value, path.substr(0, dot));
        if (more) path.remove_prefix(dot + 1);
    }
    return value;
}

// A single value as text; nothing for a list or an object.
std::optional<std::string> text_of(const bj::value* value) {
    if (value == nullptr || value->is_null()) return std::string();
    if (const auto* text = value->if_string()) return std::string(text->data(), text->size());
    if (const auto* truth = value->if_bool()) return *truth ? "true" : "false";
    if (const auto* number = value->if_int64()) return fmt::format("{}", *number);
    if (const auto* number = value->if_uint64()) return fmt::format("{}", *number);
    if (const auto* number = value->if_double()) return fmt::format("{}", *number);
    return std::nullopt;
}

// Of several headers of one name the last counts, as in Kafka's own clients.
std::string_view last_of(std::span<const NamedText> headers, std::string_view name) {
    std::string_view value;
    for (const auto& [its_name, its_value] : headers) {
        if (its_name == name) value = its_value;
    }
    return value;
}

Refusal too_large(std::size_t bytes) {
    return {Why::TOO_LARGE, fmt::format("expected at most {} bytes, got {}", kMaxRecordBytes, bytes)};
}

bool among(const std::vector<std::string>& list, std::string_view text) {
    return std::ranges::find(list, text) != list.end();
}

}  // namespace

struct FieldMapper::Impl {
    FieldMap map;
    std::vector<MapTarget> targets;
    std::vector<std::string> columns;               // of the source, each once
    std::vector<std::string> values;                // of one record, in the order of `columns`
    std::vector<std::optional<std::size_t>> cells;  // of a CSV record: which of `columns` it is
    v1::Event message;
    std::string cell;
    std::optional<ToUtf8> to_utf8;  // nothing: it is UTF-8 already

    explicit Impl(FieldMap given) : map(std::move(given)) {
        const auto shape = codec::payload_shape(map.payload);
        AW_CHECK(shape.has_value() && !map.id_from.empty());
        for (const FieldMapRow& row : map.fields) {
            auto target = MapTarget::of(map, row, *shape);
            AW_CHECK(target.has_value());
            targets.push_back(std::move(*target));
            if (row.from) add(*row.from);
        }
        for (const auto& condition : map.where) add(condition.from);
        for (const std::string& column : map.id_from) add(column);
        values.resize(columns.size());
        if (map.encoding.empty()) return;
        auto opened = ToUtf8::open(map.encoding);
        AW_CHECK(opened.has_value());
        to_utf8 = std::move(*opened);
    }

    // A whole header or record, valid until the next.
    [[nodiscard]] Result<std::string_view> in_utf8(std::string_view text) {
        if (!to_utf8) return text;
        if (const auto converted = to_utf8->convert(text)) return *converted;
        return fail_with(fmt::format("byte {} is not {}", to_utf8->failed_at(), map.encoding));
    }

    // Where the map says nothing of an encoding, it may be the mistake.
    [[nodiscard]] const char* encoding_hint() const {
        return to_utf8 ? "" : " (is it GBK? write 'encoding: gb18030' into the map)";
    }

    void add(const std::string& column) {
        if (!among(columns, column)) columns.push_back(column);
    }
    [[nodiscard]] std::string_view value(std::string_view column) const {
        const auto found = std::ranges::find(columns, column);
        return trimmed(values[static_cast<std::size_t>(found - columns.begin())]);
    }

    [[nodiscard]] bool left_out() const {
        return std::ranges::any_of(map.where, [this](const FieldMapCondition& condition) {
            const std::string_view text = value(condition.from);
            return (!condition.is.empty() && !among(condition.is, text)) || among(condition.is_not, text);
        });
    }

    // One printable value stands as it is. Several are hashed with their lengths, so that ("a-b", "c") and ("a", "b-c")
    // are two events; the same record gives the same id for ever.
    [[nodiscard]] Result<std::string, Refusal> event_id() const {
        std::string parts;
        for (const std::string& column : map.id_from) {
            const std::string_view text = value(column);
            // Records that lack a part would pass for one another.
            if (text.empty()) {
                return fail(Refusal{Why::MISSING_FIELD, fmt::format("{} (event_id): required, not given", column)});
            }
            parts += fmt::format("{}:{}", text.size(), text);
        }
        const std::string plain = map.id_prefix + std::string(value(map.id_from.front()));
        if (map.id_from.size() == 1 && codec::valid_event_id(plain)) return plain;
        return map.id_prefix + sha256_hex(parts).substr(0, kIdDigits);
    }

    // From `values`.
    [[nodiscard]] Mapped event() {
        if (left_out()) return std::nullopt;
        message.Clear();
        auto id = event_id();
        if (!id) return fail(std::move(id).error());
        message.set_event_id(*id);
        for (const MapTarget& target : targets) {
            const FieldMapRow& row = target.row();
            std::optional<Refusal> refusal;
            if (row.constant) {
                refusal = target.set_ours(message, *row.constant);
            } else if (const std::string_view text = value(*row.from); !text.empty()) {
                refusal = target.set_from_source(message, text);
            } else if (row.fallback) {
                refusal = target.set_ours(message, *row.fallback);
            }
            if (!refusal) continue;
            const std::string& from = row.from ? *row.from : "constant";
            refusal->detail = fmt::format("{} ({}): {}", from, row.field, refusal->detail);
            return fail(std::move(*refusal));
        }
        ensure_payload();
        return message.SerializeAsString();
    }

    // A payload all of whose fields are empty is a payload all the same.
    void ensure_payload() {
        const auto* field = v1::Event::descriptor()->FindFieldByName(map.payload);
        (void)message.GetReflection()->MutableMessage(&message, field);
    }
};

FieldMapper::FieldMapper(FieldMap map) : impl_(std::make_unique<Impl>(std::move(map))) {}
FieldMapper::~FieldMapper() = default;
FieldMapper::FieldMapper(FieldMapper&&) noexcept = default;
FieldMapper& FieldMapper::operator=(FieldMapper&&) noexcept = default;

Result<void> FieldMapper::open_csv(std::string_view header) {
    Impl& impl = *impl_;
    impl.cells.clear();
    std::vector<std::string> there;
    const auto converted = impl.in_utf8(header);
    if (!converted) return fail(converted.error());
    codec::CsvCells cells(codec::without_byte_order_mark(*converted), impl.map.separator);
    while (cells.more()) {
        if (!cells.next(impl.cell)) return fail_with(fmt::format("column {}: broken quotation", there.size() + 1));
        const std::string name(trimmed(impl.cell));
        const auto found = std::ranges::find(impl.columns, name);
        const bool read = found != impl.columns.end();
        if (read && among(there, name)) return fail_with(fmt::format("column {} stands twice", codec::show_text(name)));
        there.push_back(name);
        impl.cells.push_back(read ? std::optional(static_cast<std::size_t>(found - impl.columns.begin()))
                                  : std::nullopt);
    }
    std::vector<std::string> missing;
    for (const std::string& column : impl.columns) {
        if (!among(there, column)) missing.push_back(codec::show_text(column));
    }
    if (missing.empty()) return {};
    std::vector<std::string> shown;
    for (const std::string& name : there) shown.push_back(codec::valid_utf8(name) ? name : codec::show_text(name));
    return fail_with(
        fmt::format("the map reads {}, and the header has only {}{}", fmt::join(missing, ", "), fmt::join(shown, ", "),
                    codec::valid_utf8(*converted) ? "" : impl.encoding_hint()));
}

Mapped FieldMapper::read_csv(std::string_view record) {
    Impl& impl = *impl_;
    if (record.size() > kMaxRecordBytes) return fail(too_large(record.size()));
    const auto converted = impl.in_utf8(record);
    if (!converted) return fail(Refusal{Why::UNDECODABLE, converted.error().message});
    codec::CsvCells cells(*converted, impl.map.separator);
    std::size_t index = 0;
    for (; cells.more(); ++index) {
        if (!cells.next(impl.cell)) {
            return fail(Refusal{Why::UNDECODABLE, fmt::format("column {}: broken quotation", index + 1)});
        }
        if (index == impl.cells.size()) {
            return fail(Refusal{Why::UNDECODABLE, fmt::format("expected {} cells, got more", index)});
        }
        const auto column = impl.cells[index];
        if (!column) continue;
        if (!codec::valid_utf8(impl.cell)) {
            return fail(Refusal{Why::BAD_UTF8, fmt::format("{}: {}{}", impl.columns[*column],
                                                           codec::show_text(impl.cell), impl.encoding_hint())});
        }
        impl.values[*column] = impl.cell;
    }
    if (index < impl.cells.size()) {
        return fail(Refusal{Why::UNDECODABLE, fmt::format("expected {} cells, got {}", impl.cells.size(), index)});
    }
    return impl.event();
}

Mapped FieldMapper::read_json(std::string_view text, std::span<const NamedText> headers) {
    Impl& impl = *impl_;
    if (text.size() > kMaxRecordBytes) return fail(too_large(text.size()));
    const auto converted = impl.in_utf8(text);
    if (!converted) return fail(Refusal{Why::UNDECODABLE, converted.error().message});
    text = *converted;
    if (const std::size_t bad = codec::utf8_error(text); bad != text.size()) {
        return fail(Refusal{Why::BAD_UTF8, fmt::format("JSON, byte {}{}", bad, impl.encoding_hint())});
    }
    bj::error_code code;
    const bj::value root = bj::parse({text.data(), text.size()}, code);
    if (code) return fail(Refusal{Why::UNDECODABLE, "JSON: " + code.message()});
    if (!root.is_object()) return fail(Refusal{Why::UNDECODABLE, "expected one JSON object in a line"});
    for (std::size_t i = 0; i < impl.columns.size(); ++i) {
        if (impl.columns[i].starts_with(kHeaderColumn)) {
            impl.values[i] = last_of(headers, impl.columns[i].substr(kHeaderColumn.size()));
            if (codec::valid_utf8(impl.values[i])) continue;
            return fail(
                Refusal{Why::BAD_UTF8, fmt::format("{}: {}", impl.columns[i], codec::show_text(impl.values[i]))});
        }
        auto single = text_of(at_path(root, impl.columns[i]));
        if (!single) {
            return fail(Refusal{Why::WRONG_TYPE,
                                fmt::format("{}: expected a single value, got a list or an object", impl.columns[i])});
        }
        impl.values[i] = std::move(*single);
    }
    return impl.event();
}

char FieldMapper::separator() const { return impl_->map.separator; }

Refusal FieldMapper::explained(Refusal refusal) const {
    const std::string& detail = refusal.detail;
    const std::string field = detail.substr(0, std::min(detail.find(':'), detail.size()));
    if (field.size() == detail.size()) return refusal;
    std::string from;
    if (field == "event_id") from = fmt::format("{}", fmt::join(impl_->map.id_from, ", "));
    for (const FieldMapRow& row : impl_->map.fields) {
        if (row.from && (field == row.field || field.starts_with(row.field + "."))) from = *row.from;
    }
    if (!from.empty()) refusal.detail = fmt::format("{} ({}){}", from, field, detail.substr(field.size()));
    return refusal;
}

}  // namespace aw
