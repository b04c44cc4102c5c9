// `accountwatch cases`: the board, one case, and every action of the table in case_actions.
#include <fmt/format.h>

#include "cli/arguments.hpp"
#include "core/model/enums.hpp"

namespace aw::cli {
namespace {

template <class E>
std::vector<std::string> names_of() {
    return {EnumNames<E>::kList.begin() + 1, EnumNames<E>::kList.end()};
}

CLI::Option* add_case(CLI::App& command, std::string& case_id) {
    return command.add_option("CASE", case_id, "Its id, such as 37140200012-1")->required()->type_name("");
}

void add_look(Tool& tool, CLI::App& cases, CasesArguments& arguments) {
    CLI::App* list = cases.add_subcommand("list", "The board: who, why, since when, and what is owed by whom and when");
    one_of(list->add_option("--state", arguments.list.state, "Only cases in that state"), names_of<CaseState>());
    one_of(list->add_option("--severity", arguments.list.severity, "Only cases of that severity"),
           names_of<Severity>());
    list->add_option("--unit", arguments.list.unit, "Only cases of that unit")->type_name("UNIT");
    list->add_flag("--all", arguments.list.all, "Ended cases, too");
    one_of(
        list->add_option("--order", arguments.list.order,
                         "What comes first: what may cost most (revenue at risk by the probability that it is lost), "
                         "as if not given, or the most severe"),
        {"severity", "value_at_risk"});
    list->callback([&] { tool.run = [&] { return run_cases_list(arguments.api, arguments.list, tool.console); }; });
    CLI::App* show = cases.add_subcommand("show", "Everything about one case");
    add_case(*show, arguments.case_id);
    show->callback([&] { tool.run = [&] { return run_cases_show(arguments.api, arguments.case_id, tool.console); }; });
    CLI::App* file = cases.add_subcommand("export", "One case with its timeline as JSON; who takes it and why is kept");
    add_case(*file, arguments.case_id);
    file->add_option("--reason", arguments.reason, "Why it is exported; refused without")->type_name("TEXT");
    file->add_option("--approver", arguments.approver, "Who has agreed that a lost case is exported")
        ->type_name("STAFF_ID");
    file->callback([&] {
        tool.run = [&] {
            return run_cases_export(arguments.api, {arguments.case_id, arguments.reason, arguments.approver},
                                    tool.console);
        };
    });
    for (CLI::App* command : {list, show, file}) command->group("Look");
}

void add_field(CLI::App& command, const ActionField& field, CaseAction& action) {
    const bool from_file = action.kind->takes_file;
    const std::string help = field.help + (from_file && field.required ? " (required, here or in the file)" : "");
    if (field.kind == FieldKind::measures) {
        command.add_option(field.option, action.measures, help)->type_name(field.type)->allow_extra_args(false);
        return;
    }
    CLI::Option* option = command.add_option(field.option, action.values[field.field], help);
    option->required(field.required && !from_file);
    if (field.kind == FieldKind::name) {
        one_of(option, field.names);
    } else {
        option->type_name(field.type);
    }
}

std::string example_file(const ActionKind& kind) {
    std::string text = "\n\nThe file is YAML or JSON with the fields of the API; an option replaces its field:\n";
    std::string inside;
    for (const ActionField& field : kind.fields) {
        const std::size_t dot = field.field.find('.');
        if (field.kind == FieldKind::measures) {
            text +=
                "\n  countermeasures:\n"
                "    - text: new offer\n"
                "      owner_staff_id: key-account-manager-1\n"
                "      due_at: 2026-08-21 17:30";
        } else if (dot == std::string::npos) {
            text += fmt::format("\n  {}: ...", field.field);
        } else {
            if (inside != field.field.substr(0, dot)) text += fmt::format("\n  {}:", field.field.substr(0, dot));
            inside = field.field.substr(0, dot);
            text += fmt::format("\n    {}: ...", field.field.substr(dot + 1));
        }
    }
    return text;
}

std::string footer_of(const ActionKind& kind) {
    std::string text = fmt::format("  accountwatch cases {} 37140200012-1 {}", kind.name, kind.example);
    if (kind.takes_file && kind.example.find("--file") == std::string::npos) {
        text += fmt::format("\n  accountwatch cases {} 37140200012-1 --file {}.yaml --as key-account-manager-1",
                            kind.name, kind.name);
    }
    bool timed = false;
    for (const ActionField& field : kind.fields) {
        timed = timed || field.kind == FieldKind::time || field.kind == FieldKind::measures;
    }
    if (timed) {
        text += "\n\nA time is a date (its end), '2026-08-18 17:30' in the time zone of `cases list`, or RFC 3339.";
    }
    if (kind.takes_file) text += example_file(kind);
    return text + "\n\nOptions of every action: --as, --url, --token-file, --config, -o (accountwatch cases --help).";
}

void add_action(Tool& tool, CLI::App& cases, CasesArguments& arguments, const ActionKind& kind) {
    CaseAction& action = arguments.actions.emplace_back();
    action.kind = &kind;
    CLI::App* command = cases.add_subcommand(kind.name, kind.help)->group(kind.group);
    add_case(*command, action.case_id);
    for (const ActionField& field : kind.fields) add_field(*command, field, action);
    if (kind.takes_file) {
        command->add_option("--file", action.file, "Fields of the action in YAML or JSON; - is standard input")
            ->type_name("FILE");
    }
    command->add_option("--reason", action.reason, "Why")->type_name("TEXT")->required(kind.reason_required);
    command
        ->add_option("--expected-version", action.expected_version,
                     "Refuse if the case has changed since (default: any)")
        ->type_name("N");
    command->footer(footer_of(kind));
    command->callback([&tool, &arguments, &action] {
        tool.run = [&] { return run_case_action(arguments.api, action, tool.console); };
    });
}

}  // namespace

void add_api(CLI::App& command, ApiOptions& api) {
    command.add_option("--url", api.url, "Where the daemon listens (default " + api.url + ")")->type_name("U");
    command.add_option("--as", api.actor, "Who acts; with tokens it is the token's")->type_name("STAFF_ID");
    command.add_option("--token-file", api.token_file, "File that holds the token")->type_name("F");
    command.add_option("--config", api.config, "Settings whose time zone is shown (default: TZ, else Asia/Shanghai)")
        ->type_name("FILE");
    add_output(command, api.json);
}

void add_cases(Tool& tool, CasesArguments& arguments) {
    CLI::App* cases = tool.app.add_subcommand("cases", "Shows cases, or moves one, over HTTP");
    cases->require_subcommand(1);
    cases->fallthrough();
    add_api(*cases, arguments.api);
    add_look(tool, *cases, arguments);
    for (const ActionKind& kind : action_kinds()) add_action(tool, *cases, arguments, kind);
    for (CLI::App* command : cases->get_subcommands({})) command->fallthrough();
    cases->footer(
        "A case on its way:\n\n"
        "  accountwatch cases list\n"
        "  accountwatch cases ack 37140200012-1 --as deputy-gm\n"
        "  accountwatch cases accept 37140200012-1 --group-role SALES --as key-account-manager-1\n"
        "  accountwatch cases start 37140200012-1 --as key-account-manager-1\n"
        "  accountwatch cases contact 37140200012-1 --level EXECUTIVE --channel VISIT --as deputy-gm\n"
        "  accountwatch cases plan 37140200012-1 --cause 'a cheaper offer' \\\n"
        "      --countermeasure 'new offer;key-account-manager-1;2026-08-21' --as key-account-manager-1\n"
        "  accountwatch cases approve-plan 37140200012-1 --as deputy-gm\n"
        "  accountwatch cases resolve 37140200012-1 --outcome KNOWN_CHANGE --reason 'moved house' \\\n"
        "      --approver deputy-gm --as key-account-manager-1\n\n"
        "accountwatch cases ACTION --help describes an action, with an example.\n"
        "Exit code: 0 done, 1 refused (the code of the refusal is on stderr), 2 wrong usage, 69 the daemon does not\n"
        "answer.");
}

}  // namespace aw::cli
