// Any text as CSV, its first line the header: rows are refused with a reason or give bytes that the decoder judges.
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "codec/csv.hpp"
#include "codec/event_decoder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace aw;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t first = std::min(text.find('\n'), text.size());
    auto reader = CsvReader::open(text.substr(0, first));
    if (!reader) {
        AW_CHECK(!reader.error().message.empty());
        return 0;
    }
    text.remove_prefix(std::min(first + 1, text.size()));
    EventDecoder decoder;
    while (!text.empty()) {
        std::size_t end = std::min(text.find('\n'), text.size());
        while (end < text.size() && !csv_record_complete(text.substr(0, end))) {
            end = std::min(text.find('\n', end + 1), text.size());
        }
        const auto bytes = reader->read(text.substr(0, end));
        if (bytes) {
            (void)decoder.decode(*bytes);
        } else {
            AW_CHECK(bytes.error().reason != DeadLetterReason::UNSPECIFIED);
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return 0;
}
