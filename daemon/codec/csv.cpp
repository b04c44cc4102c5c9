#include "codec/csv.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "accountwatch/v1/event.pb.h"
#include "codec/event_decoder.hpp"
#include "codec/scalar_field.hpp"
#include "codec/text.hpp"

namespace aw {
namespace {

namespace v1 = accountwatch::v1;
namespace pbuf = google::protobuf;
using Field = pbuf::FieldDescriptor;
using Why = DeadLetterReason;

// What one column fills: the way down to a field.
struct Column {
    std::string name;
    std::vector<const Field*> path;
};

std::string_view without_line_end(std::string_view record) {
    if (record.ends_with('\n')) record.remove_suffix(1);
    if (record.ends_with('\r')) record.remove_suffix(1);
    return record;
}

// RFC 4180: one cell at a time.
class Cells {
public:
    explicit Cells(std::string_view record) : rest_(without_line_end(record)) {}

    [[nodiscard]] bool more() const { return !done_; }
    // False for a quotation mark at a wrong place.
    [[nodiscard]] bool next(std::string& cell) {
        cell.clear();
        if (rest_.starts_with('"')) return quoted(cell);
        const std::size_t end = std::min(rest_.find(','), rest_.size());
        cell = rest_.substr(0, end);
        step_over(end);
        return cell.find('"') == std::string::npos;
    }

private:
    [[nodiscard]] bool quoted(std::string& cell) {
        rest_.remove_prefix(1);
        for (;;) {
            const std::size_t mark = rest_.find('"');
            if (mark == std::string_view::npos) {
                done_ = true;
                return false;
            }
            cell += rest_.substr(0, mark);
            rest_.remove_prefix(mark + 1);
            if (!rest_.starts_with('"')) break;
            cell += '"';
            rest_.remove_prefix(1);
        }
        const bool ended = rest_.empty() || rest_.starts_with(',');
        step_over(0);
        return ended;
    }

    // Past the cell's end and the comma, if there is one.
    void step_over(std::size_t end) {
        rest_.remove_prefix(end);
        done_ = !rest_.starts_with(',');
        if (!done_) rest_.remove_prefix(1);
    }

    std::string_view rest_;
    bool done_ = false;
};

bool is_empty_message(const Field& field) {
    return field.type() == Field::TYPE_MESSAGE && field.message_type()->field_count() == 0;
}

Result<Column> resolve(const std::string& name) {
    Column column{name, {}};
    const pbuf::Descriptor* type = v1::Event::descriptor();
    for (std::string_view rest = name; type != nullptr;) {
        const std::size_t dot = std::min(rest.find('.'), rest.size());
        const Field* field = type->FindFieldByName(std::string(rest.substr(0, dot)));
        if (field == nullptr) {
            return fail_with(fmt::format("{} has no field {}", type->name(), codec::show_text(rest.substr(0, dot))));
        }
        if (field->is_repeated()) return fail_with(field->name() + " is a list, which CSV cannot give (use NDJSON)");
        column.path.push_back(field);
        const bool inner = !codec::is_scalar(*field) && !is_empty_message(*field);
        if (inner != (dot < rest.size())) {
            return fail_with(inner ? field->name() + " has fields of its own; name one of them after a dot"
                                   : field->name() + " has no fields of its own");
        }
        type = inner ? field->message_type() : nullptr;
        if (inner) rest.remove_prefix(dot + 1);
    }
    return column;
}

// Numbers are read from text as from JSON strings; only truth has a form of its own.
codec::Scalar as_scalar(const Field& field, std::string_view cell) {
    const bool truth = field.cpp_type() == Field::CPPTYPE_BOOL && (cell == "true" || cell == "false");
    return {truth ? codec::ScalarKind::boolean : codec::ScalarKind::string, cell};
}

// Going into this field would throw out another one of its oneof.
const Field* rival_of(const pbuf::Message& message, const Field& field) {
    const pbuf::OneofDescriptor* group = field.real_containing_oneof();
    if (group == nullptr) return nullptr;
    const Field* chosen = message.GetReflection()->GetOneofFieldDescriptor(message, group);
    return chosen == &field ? nullptr : chosen;
}

std::optional<Refusal> fill(pbuf::Message& root, const Column& column, std::string_view cell) {
    if (!codec::valid_utf8(cell)) return Refusal{Why::BAD_UTF8, codec::show_text(cell)};
    pbuf::Message* message = &root;
    for (const Field* field : column.path) {
        if (const Field* rival = rival_of(*message, *field)) {
            return Refusal{Why::UNDECODABLE, fmt::format("beside {}; expected one of them", rival->name())};
        }
        if (codec::is_scalar(*field)) return codec::set_scalar(*message, *field, as_scalar(*field, cell));
        if (is_empty_message(*field) && cell != "true") {
            return Refusal{Why::WRONG_TYPE, fmt::format("expected true or nothing, got {}", codec::show_text(cell))};
        }
        message = message->GetReflection()->MutableMessage(message, field);
    }
    return std::nullopt;
}

Refusal at_column(const Column& column, std::size_t index, Refusal refusal) {
    refusal.detail = fmt::format("{} (column {}): {}", column.name, index + 1, refusal.detail);
    return refusal;
}

}  // namespace

struct CsvReader::Impl {
    std::vector<Column> columns;
    v1::Event message;
    std::string cell;
};

CsvReader::CsvReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CsvReader::~CsvReader() = default;
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;

bool csv_record_complete(std::string_view text) { return std::ranges::count(text, '"') % 2 == 0; }

bool csv_well_quoted(std::string_view record) {
    std::string cell;
    for (Cells cells(record); cells.more();) {
        if (!cells.next(cell)) return false;
    }
    return true;
}

Result<CsvReader> CsvReader::open(std::string_view header) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // spreadsheets put it there
    if (header.starts_with(kByteOrderMark)) header.remove_prefix(kByteOrderMark.size());
    auto impl = std::make_unique<Impl>();
    Cells cells(header);
    while (cells.more()) {
        const std::size_t number = impl->columns.size() + 1;
        if (!cells.next(impl->cell)) return fail_with(fmt::format("column {}: broken quotation", number));
        auto column = resolve(impl->cell);
        if (!column) {
            const std::string& why = column.error().message;
            return fail_with(fmt::format("column {} ({}): {}", number, codec::show_text(impl->cell), why));
        }
        const auto twice = std::ranges::find(impl->columns, column->name, &Column::name);
        if (twice != impl->columns.end())
            return fail_with(fmt::format("column {} ({}) stands twice", number, impl->cell));
        impl->columns.push_back(std::move(*column));
    }
    return CsvReader(std::move(impl));
}

Result<std::string, Refusal> CsvReader::read(std::string_view record) {
    if (record.size() > kMaxRecordBytes) {
        return fail(
            Refusal{Why::TOO_LARGE, fmt::format("expected at most {} bytes, got {}", kMaxRecordBytes, record.size())});
    }
    impl_->message.Clear();
    Cells cells(record);
    std::size_t index = 0;
    for (; cells.more(); ++index) {
        if (index == impl_->columns.size()) {
            return fail(Refusal{Why::UNDECODABLE, fmt::format("expected {} cells, got more", index)});
        }
        const Column& column = impl_->columns[index];
        if (!cells.next(impl_->cell)) {
            return fail(at_column(column, index, {Why::UNDECODABLE, "broken quotation"}));
        }
        if (impl_->cell.empty()) continue;
        if (auto problem = fill(impl_->message, column, impl_->cell)) {
            return fail(at_column(column, index, std::move(*problem)));
        }
    }
    if (index < impl_->columns.size()) {
        return fail(Refusal{Why::UNDECODABLE, fmt::format("expected {} cells, got {}", impl_->columns.size(), index)});
    }
    return impl_->message.SerializeAsString();
}

}  // namespace aw
