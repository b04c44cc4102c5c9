#include "codec/csv.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "accountwatch/v1/event.pb.h"
#include "codec/csv_cells.hpp"
#include "codec/event_decoder.hpp"
#include "codec/field_path.hpp"
#include "codec/text.hpp"

namespace aw {
namespace {

namespace v1 = accountwatch::v1;
using Why = DeadLetterReason;

Refusal at_column(const codec::FieldPath& column, std::size_t index, Refusal refusal) {
    refusal.detail = fmt::format("{} (column {}): {}", column.name, index + 1, refusal.detail);
    return refusal;
}

}  // namespace

struct CsvReader::Impl {
    std::vector<codec::FieldPath> columns;
    v1::Event message;
    std::string cell;
};

CsvReader::CsvReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CsvReader::~CsvReader() = default;
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;

bool csv_record_complete(std::string_view text) { return std::ranges::count(text, '"') % 2 == 0; }

bool csv_well_quoted(std::string_view record, char separator) {
    std::string cell;
    for (codec::CsvCells cells(record, separator); cells.more();) {
        if (!cells.next(cell)) return false;
    }
    return true;
}

Result<CsvReader> CsvReader::open(std::string_view header) {
    auto impl = std::make_unique<Impl>();
    codec::CsvCells cells(codec::without_byte_order_mark(header));
    while (cells.more()) {
        const std::size_t number = impl->columns.size() + 1;
        if (!cells.next(impl->cell)) return fail_with(fmt::format("column {}: broken quotation", number));
        auto column = codec::resolve_field(impl->cell);
        if (!column) {
            const std::string& why = column.error().message;
            return fail_with(fmt::format("column {} ({}): {}", number, codec::show_text(impl->cell), why));
        }
        const auto twice = std::ranges::find(impl->columns, column->name, &codec::FieldPath::name);
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
    codec::CsvCells cells(record);
    std::size_t index = 0;
    for (; cells.more(); ++index) {
        if (index == impl_->columns.size()) {
            return fail(Refusal{Why::UNDECODABLE, fmt::format("expected {} cells, got more", index)});
        }
        const codec::FieldPath& column = impl_->columns[index];
        if (!cells.next(impl_->cell)) {
            return fail(at_column(column, index, {Why::UNDECODABLE, "broken quotation"}));
        }
        if (impl_->cell.empty()) continue;
        if (auto problem = codec::set_field(impl_->message, column, impl_->cell)) {
            return fail(at_column(column, index, std::move(*problem)));
        }
    }
    if (index < impl_->columns.size()) {
        return fail(Refusal{Why::UNDECODABLE, fmt::format("expected {} cells, got {}", impl_->columns.size(), index)});
    }
    return impl_->message.SerializeAsString();
}

}  // namespace aw
