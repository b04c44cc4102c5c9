// `accountwatch dead-letters`: list, show, redrive.
#include "cli/arguments.hpp"
#include "core/model/enums.hpp"

namespace aw::cli {
namespace {

void add_which(CLI::App& command, DeadLettersOptions& options) {
    const auto& names = EnumNames<DeadLetterReason>::kList;
    one_of(command.add_option("--reason", options.reason, "Only letters that were refused for that"),
           {names.begin() + 1, names.end()})
        ->type_name("REASON");
    command.add_option("--since", options.since, "Only letters received then or later")->type_name("T");
}

}  // namespace

void add_dead_letters(Tool& tool, DeadLettersOptions& options) {
    CLI::App* letters =
        tool.app.add_subcommand("dead-letters", "Shows what was refused and why, and sends it once more");
    letters->require_subcommand(1);
    CLI::App* list = letters->add_subcommand("list", "What was refused, the newest last");
    add_config(*list, options.config);
    add_which(*list, options);
    list->add_option("--limit", options.limit, "So many of the newest (default 100; 0 = all)")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    add_output(*list, options.json);
    list->callback([&] { tool.run = [&] { return run_dead_letters_list(options, tool.console); }; });

    CLI::App* show = letters->add_subcommand("show", "One letter whole, with the original bytes");
    add_config(*show, options.config);
    show->add_option("LETTER", options.letters, "Its place as in the list, such as 0/17")->required()->expected(1);
    show->add_flag("--payload", options.payload, "Only the original bytes, to mend them in a file and `send` them");
    add_output(*show, options.json);
    show->callback([&] { tool.run = [&] { return run_dead_letters_show(options, tool.console); }; });

    CLI::App* redrive = letters->add_subcommand("redrive", "Puts letters into the log once more, as they are");
    add_config(*redrive, options.config);
    redrive->add_option("LETTER", options.letters, "Their places as in the list");
    redrive->add_flag("--all", options.all, "All that --reason and --since choose");
    add_which(*redrive, options);
    redrive->add_flag("--dry-run", options.dry_run, "Only says which would be taken");
    add_output(*redrive, options.json);
    redrive->callback([&] { tool.run = [&] { return run_dead_letters_redrive(options, tool.console); }; });
    letters->footer(
        "  accountwatch dead-letters list --reason BAD_COUNT --since 2026-08-01 --config accountwatch.yaml\n"
        "  accountwatch dead-letters show 0/17 --payload --config accountwatch.yaml > mended.ndjson\n"
        "  accountwatch dead-letters redrive --all --reason KEY_MISMATCH --config accountwatch.yaml\n\n"
        "A redriven letter gets the key and the partition of its account. What still is no good event is not sent, "
        "and\n"
        "said with its reason. A letter stays in the topic; sent twice, its event counts once (by event_id, as long "
        "as\n"
        "its day is open). A time is a date, '2026-08-18 17:30' in the time zone of the configuration, or RFC 3339.\n\n"
        "Exit code: 0 fine, 1 some were not taken, 2 wrong usage, 69 the log does not answer, 78 bad configuration.");
}

}  // namespace aw::cli
