// `accountwatch explain`.
#include "cli/arguments.hpp"

namespace aw::cli {

void add_explain(Tool& tool, ExplainOptions& options) {
    CLI::App* command =
        tool.app.add_subcommand("explain", "Why something fired about an account, and why something did not");
    command->add_option("ACCOUNT", options.account, "11 digits of a root, or 14 of a code")->required()->type_name("");
    command->add_option("--at", options.at, "As of then (default: the end of the log; with --url: now)")
        ->type_name("T");
    command->add_option("--config", options.config.file, "Settings file; says where the log is")->type_name("FILE");
    command
        ->add_option("--set", options.config.sets,
                     "One setting by its dotted path, over the file; may be repeated. language=en|zh: of the answer")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    command->add_option("--url", options.url, "Asks the daemon there instead of reading the log")->type_name("U");
    command->add_option("--token-file", options.token_file, "Its first line is the token")->type_name("F");
    add_output(*command, options.json);
    command->footer(
        "Tells what is known of the account (watched or not, grade, feeds), what each rule says with its numbers and\n"
        "gates, the decisions recorded, the open case and what is owed. Without --url the account's partition of the\n"
        "log is read and replayed up to --at; the daemon may run meanwhile. T is RFC 3339, '2026-08-17 08:30' in the\n"
        "time zone of the settings, or a date (its first instant). Where the log ends before T, the answer says so.\n\n"
        "  accountwatch explain 37140000012 --config accountwatch.yaml\n"
        "  accountwatch explain 37140000012 --at '2026-08-17 08:30' --config accountwatch.yaml --set language=en\n"
        "  accountwatch explain 37140000012 --url http://127.0.0.1:8480 -o json\n\n"
        "Exit code: 0 explained, 1 nothing is known of the account, 69 the log or the daemon does not answer.");
    command->callback([&] { tool.run = [&] { return run_explain(options, tool.console); }; });
}

}  // namespace aw::cli
