#include "cli/tool_log.hpp"

#include <ostream>

#include "app/exit_codes.hpp"
#include "app/open_log.hpp"

namespace aw::cli {

eventlog::LogResult<std::unique_ptr<eventlog::Log>> open_tool_log(const settings::Settings& settings,
                                                                  eventlog::LogLevel told, Console& console) {
    const auto tell = [&console, told](eventlog::LogLevel level, std::string_view text) {
        if (level <= told) console.err << text << '\n';
    };
    return app::open_log(settings, console.clock, tell, app::LogUse::tool);
}

int complain(Console& console, const eventlog::LogError& error) {
    console.err << error.message << '\n';
    return app::exit_code_of(error.kind);
}

}  // namespace aw::cli
