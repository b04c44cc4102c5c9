// `accountwatch silences`: list, add, end.
#include "cli/arguments.hpp"
#include "core/model/enums.hpp"

namespace aw::cli {
namespace {

void add_add(Tool& tool, CLI::App& silences, SilencesArguments& arguments) {
    AddSilenceOptions& add = arguments.add;
    CLI::App* command = silences.add_subcommand("add", "Keeps an account, a unit or a case quiet for a while");
    command->add_option("--account", add.account, "The 11 digits of an account root")->type_name("ROOT");
    command->add_option("--unit", add.unit, "A unit and those below it")->type_name("UNIT");
    command->add_option("--case", add.case_id, "One case")->type_name("CASE");
    const auto& kinds = EnumNames<SignalKind>::kList;
    command->add_option("--kind", add.kinds, "Only suppress signals of that kind, such as VOLUME_DROP; may be repeated")
        ->type_name("KIND")
        ->allow_extra_args(false)
        ->check([kinds](const std::string& given) {
            if (parse_enum<SignalKind>(given)) return std::string();
            std::string known;
            for (std::size_t i = 1; i < kinds.size(); ++i) known += (i == 1 ? "" : ", ") + std::string(kinds[i]);
            return "'" + given + "' is none of " + known;
        });
    command->add_option("--from", add.from, "When it begins (default: now)")->type_name("T");
    command->add_option("--until", add.until, "When it ends")->type_name("T");
    command->add_option("--for", add.span, "How long it lasts, such as 90m, 4h, 2d")->type_name("SPAN");
    command
        ->add_option("--recurrence", add.recurrence,
                     "Again at the same time: DAILY, WEEKLY or WEEKLY:MON,TUE, with ;UNTIL=YYYY-MM-DD if it is to end")
        ->type_name("R");
    command->add_option("--reason", add.reason, "Why")->type_name("TEXT")->required();
    command->add_option("--id", add.id, "Its id; one that is in use is replaced (default: made up)")->type_name("ID");
    command->footer(
        "Without --kind notices wait and deadlines that fall due meanwhile fire when it is over; with --kind signals "
        "of\n"
        "those kinds are suppressed, and nothing else. A time is a date (--until: its end), '2026-08-18 17:30' in the\n"
        "time zone of `silences list`, or RFC 3339.\n\n"
        "  accountwatch silences add --unit county --for 4h --reason 'the line is down' --as operations-1\n"
        "  accountwatch silences add --account 37140200012 --from '2026-08-17 22:00' --for 8h --recurrence DAILY \\\n"
        "      --reason 'works at night' --as operations-1\n"
        "  accountwatch silences add --account 37140200012 --kind VOLUME_DROP --until 2026-09-30 \\\n"
        "      --reason 'factory holiday' --as key-account-manager-1");
    command->callback([&] { tool.run = [&] { return run_silences_add(arguments.api, add, tool.console); }; });
}

}  // namespace

void add_silences(Tool& tool, SilencesArguments& arguments) {
    CLI::App* silences = tool.app.add_subcommand("silences", "Lists, adds or ends silences and maintenance windows");
    silences->require_subcommand(1);
    silences->fallthrough();
    add_api(*silences, arguments.api);
    CLI::App* list = silences->add_subcommand("list", "What is kept quiet, now or later");
    list->callback([&] { tool.run = [&] { return run_silences_list(arguments.api, tool.console); }; });
    add_add(tool, *silences, arguments);
    CLI::App* end = silences->add_subcommand("end", "Ends one now; what it kept back follows");
    end->add_option("ID", arguments.end.id, "Of the list")->required()->type_name("");
    end->add_option("--reason", arguments.end.reason, "Why")->type_name("TEXT");
    end->callback([&] { tool.run = [&] { return run_silences_end(arguments.api, arguments.end, tool.console); }; });
    for (CLI::App* command : silences->get_subcommands({})) command->fallthrough();
    silences->footer(
        "  accountwatch silences list\n"
        "  accountwatch silences add --account 37140200012 --for 4h --reason stocktaking --as key-account-manager-1\n"
        "  accountwatch silences end works-1 --as key-account-manager-1\n\n"
        "Exit code: 0 done, 1 refused (the reason is on stderr), 2 wrong usage, 69 the daemon does not answer.");
}

}  // namespace aw::cli
