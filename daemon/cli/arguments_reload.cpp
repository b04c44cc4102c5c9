// What `reload` is called with.
#include "cli/arguments.hpp"

namespace aw::cli {

void add_reload(Tool& tool, ReloadArguments& arguments) {
    CLI::App* command =
        tool.app.add_subcommand("reload", "Brings the files' configuration into force, or rolls it back");
    CLI::Option* plan =
        command->add_flag("--plan", arguments.reload.plan, "Only shows what would change on live state");
    CLI::Option* force = command->add_flag("--force", arguments.reload.force,
                                           "Also over the limit of the settings, or over a roll back");
    CLI::Option* rollback =
        command->add_flag("--rollback", arguments.reload.rollback, "Back to the configuration before");
    plan->excludes(force);
    rollback->excludes(force);
    command->add_option("--examples", arguments.reload.examples, "Of each kind of change (default 20)")
        ->check(CLI::Range(0, 1000))
        ->type_name("N");
    add_api(*command, arguments.api);
    command->footer(
        "The daemon reads its own files again: policy, organisation, calendars, feeds. Nothing is lost: cases, "
        "deadlines\n"
        "and what rows remember stay. A configuration that would touch more than the settings' share of cases or "
        "accounts\n"
        "(reload.max_affected_pct) is refused with its plan. What was rolled back stays back until the files change, "
        "also\n"
        "across a restart.\n\n"
        "  accountwatch reload --plan\n"
        "  accountwatch reload --as operations-1\n"
        "  accountwatch reload --rollback --as operations-1\n\n"
        "Exit code: 0 done, or the plan is within the limit; 1 refused, the files have mistakes (file:line:column on\n"
        "stderr), or the plan is beyond the limit; 69 the daemon or its log does not answer.");
    command->callback([&] { tool.run = [&] { return run_reload(arguments.api, arguments.reload, tool.console); }; });
}

}  // namespace aw::cli
