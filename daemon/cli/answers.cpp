#include "cli/answers.hpp"

#include <set>

#include "base/hash.hpp"
#include "cli/backtest.hpp"
#include "cli/simulation/gzip_lines.hpp"
#include "codec/event_encoder.hpp"
#include "settings/activation.hpp"

namespace aw::cli {
namespace {

bool is_answered(AccountRoot root, int percent) { return static_cast<int>(hash64(format_root(root)) % 100) < percent; }

}  // namespace

Result<std::size_t> write_answers(const std::string& folder, const settings::Loaded& loaded, Timestamp live_from,
                                  int percent, Console& console) {
    History history(Format::protobuf);
    ReadCounts counts;
    std::string problem;
    auto read = read_event_files(
        {folder + "/events.ndjson.gz"}, {}, console, counts,
        [&](const Event& event) -> Result<void> {
            history.add(event);
            return {};
        },
        [&](const std::string&, const FileEvent& event) { problem = event.event.error().detail; });
    if (!read) return fail(read.error());
    if (!problem.empty()) return fail_with(problem);
    history.sort();
    if (history.entries().empty()) return fail_with(folder + ": there is no event to answer");
    const auto document = settings::with_live_from(loaded.document, live_from);
    if (!document) return fail(document.error());
    auto backtest = Backtest::make(*document, loaded.settings.log.partitions);
    if (!backtest) return fail(backtest.error());
    auto out = LineWriter::open(folder + "/answers.ndjson.gz");
    if (!out) return fail(out.error());

    People people;
    std::set<AccountRoot> roots;
    for (const History::Entry& entry : history.entries()) {
        if (!entry.root.is_set() || !roots.insert(entry.root).second || is_answered(entry.root, percent)) continue;
        const std::string task =
            format_root(entry.root) + "-t1";  // a command about any task takes the whole account out
        CommandEvent left_alone;
        left_alone.action = DoneAction{task};
        people.leave_to_input(left_alone);
    }
    std::size_t commands = 0;
    Result<void> written;
    (*backtest)->add_people(people);
    (*backtest)->on_people([&](const Event& event) {
        if (!written) return;
        written = out->write(encode_event(event, Format::json));
        ++commands;
    });
    for (const History::Entry& entry : history.entries()) (*backtest)->apply(entry);
    (*backtest)->finish(history.entries().back().at);
    if (!written) return fail(written.error());
    if (auto closed = out->close(); !closed) return fail(closed.error());
    return commands;
}

}  // namespace aw::cli
