// Any text as a settings, policy, organisation or calendar file, and as an activation document: it ends in mistakes
// with places, never in a crash or a hang.
#include <cstdint>
#include <string_view>

#include <google/protobuf/stubs/logging.h>

#include "base/check.hpp"
#include "settings/loader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace aw;
    static const google::protobuf::LogSilencer silent;  // it complains about bad UTF-8 on stderr
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto report = settings::check_text("x", text, make_day(2026, 8, 17));
    for (const auto& mistake : report.mistakes) {
        AW_CHECK(mistake.file == "x" && !mistake.message.empty());
        AW_CHECK((mistake.line == 0) == (mistake.column == 0));
    }
    if (const auto rules = settings::rules_from_document(text)) {
        AW_CHECK((*rules)->revision.size() == 12);
    } else {
        AW_CHECK(!rules.error().message.empty());
    }
    return 0;
}
