// A record of a source topic. First byte: its format and whether there is a map; then header lines NAME=VALUE, an empty
// line, and the bytes of the record. It is refused with a reason, left out, or becomes an event that the log's readers
// decode, twice the same; Confluent's prefix is never read past the end.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "codec/field_map_check.hpp"
#include "intake/source_records.hpp"

namespace {

using namespace aw;

FieldMap map() {
    FieldMap made;
    made.payload = "shipment";
    made.id_prefix = "w-";
    made.id_from = {"id", "header:ce_id"};
    made.where = {{"state", {}, {"x"}}};
    const std::pair<const char*, const char*> rows[] = {{"account_code", "a.b"},
                                                        {"occurred_at", "header:ce_time"},
                                                        {"source", "s"},
                                                        {"shipment.business_line", "l.0"},
                                                        {"shipment.items", "n"}};
    for (const auto& [field, from] : rows) {
        FieldMapRow row;
        row.field = field;
        row.from = from;
        made.fields.push_back(std::move(row));
    }
    AW_CHECK(check_field_map(made).empty());
    return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    static const FieldMap kMap = map();
    const auto format = static_cast<intake::SourceFormat>(data[0] & 3);
    const bool mapped = (data[0] & 4) != 0;
    std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::vector<eventlog::HeaderView> headers;
    while (!rest.empty() && rest.front() != '\n') {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        const std::size_t equals = std::min(line.find('='), line.size());
        headers.push_back({line.substr(0, equals), line.substr(std::min(equals + 1, line.size()))});
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
    if (!rest.empty()) rest.remove_prefix(1);
    eventlog::Record record;
    record.value = rest;
    record.headers = headers;
    intake::SourceRecords records(format, mapped ? &kMap : nullptr, Format::protobuf);
    const auto converted = records.convert(record);
    const auto again = records.convert(record);
    AW_CHECK(converted.has_value() == again.has_value());
    if (!converted) {
        AW_CHECK(converted.error().reason != DeadLetterReason::UNSPECIFIED && !converted.error().detail.empty());
        AW_CHECK(converted.error().detail == again.error().detail);
        return 0;
    }
    if (!*converted) return 0;
    AW_CHECK((*converted)->value == (*again)->value && (*converted)->key == (*again)->key);
    EventDecoder decoder;
    const auto event = decoder.decode((*converted)->value);
    AW_CHECK(event.has_value());
    AW_CHECK((*converted)->partition == eventlog::kEveryPartition || (*converted)->key.size() == 11);
    return 0;
}
