// The staff's answers to a simulated history: for some accounts the people of a backtest do what is asked of them, and
// what they do is written down as commands. Loaded together with the history, the daemon sees a bureau at work; the
// other accounts' cases stay open for whoever looks at the board.
#pragma once

#include <cstddef>
#include <string>

#include "cli/console.hpp"
#include "settings/loader.hpp"

namespace aw::cli {

// Reads FOLDER/events.ndjson.gz, writes FOLDER/answers.ndjson.gz. `percent` of the accounts, chosen by their root, are
// answered, from `live_from` on. Returns the number of commands.
[[nodiscard]] Result<std::size_t> write_answers(const std::string& folder, const settings::Loaded& loaded,
                                                Timestamp live_from, int percent, Console& console);

}  // namespace aw::cli
