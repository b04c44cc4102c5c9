// A field map, a line of `---`, then lines of another system's file: the first is a CSV header, all others are read as
// CSV records and as JSON. A map is refused with its mistakes, or every record gives a refusal, nothing, or bytes that
// the decoder judges, twice the same.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "codec/event_decoder.hpp"
#include "codec/field_map_check.hpp"
#include "codec/field_mapper.hpp"
#include "settings/field_maps.hpp"

namespace {

using namespace aw;

settings::OutsideChecks checks() {
    settings::OutsideChecks outside;
    outside.field_map = [](const FieldMap& map) {
        std::vector<settings::OutsideChecks::MapProblem> list;
        for (auto& problem : check_field_map(map)) {
            AW_CHECK(!problem.message.empty());
            list.push_back({problem.path, problem.message, problem.given, problem.known});
        }
        return list;
    };
    return outside;
}

void judge(FieldMapper& mapper, EventDecoder& decoder, Result<std::optional<std::string>, Refusal> bytes,
           const Result<std::optional<std::string>, Refusal>& again) {
    AW_CHECK(bytes.has_value() == again.has_value());
    if (!bytes) {
        AW_CHECK(bytes.error().reason != DeadLetterReason::UNSPECIFIED && !bytes.error().detail.empty());
        return;
    }
    AW_CHECK(*bytes == *again);
    if (!*bytes) return;
    const auto event = decoder.decode(**bytes);
    if (event) return;
    AW_CHECK(!mapper.explained(event.error()).detail.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    constexpr std::string_view kEnd = "\n---\n";
    const std::size_t end = std::min(text.find(kEnd), text.size());
    static const settings::OutsideChecks kChecks = checks();
    auto loaded = settings::field_map_from_text("map.yaml", text.substr(0, end), kChecks);
    if (!loaded.ok() || end == text.size()) return 0;
    text.remove_prefix(end + kEnd.size());
    FieldMapper mapper(std::move(loaded.map));
    EventDecoder decoder;
    bool csv = false;
    for (bool first = true; !text.empty(); first = false) {
        const std::size_t line_end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, line_end);
        if (first) {
            csv = mapper.open_csv(line).has_value();
        } else {
            if (csv) judge(mapper, decoder, mapper.read_csv(line), mapper.read_csv(line));
            judge(mapper, decoder, mapper.read_json(line), mapper.read_json(line));
        }
        text.remove_prefix(std::min(line_end + 1, text.size()));
    }
    return 0;
}
