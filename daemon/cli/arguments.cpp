// The tool's arguments: what each command is called with, and help that teaches by examples.
#include <functional>
#include <list>
#include <map>
#include <ostream>

#include <CLI/CLI.hpp>

#include "app/exit_codes.hpp"
#include "app/version.hpp"
#include "cli/commands.hpp"

namespace aw::cli {
namespace {

using Run = std::function<int()>;

// Each command leaves what is to be run in `run`.
struct Tool {
    CLI::App app{
        "The operator's tool of accountwatchd: checks configurations, loads events, replays history, shows and "
        "moves cases.",
        "accountwatch"};
    Console& console;
    Run run;
};

void add_config(CLI::App& command, ConfigOptions& options) {
    command.add_option("--config", options.file, "Settings file")->required()->type_name("FILE");
    command.add_option("--set", options.sets, "Overrides one setting by its dotted path; may be repeated")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
}

// The flag stays in the parser; `json` is filled when the command runs.
void add_output(CLI::App& command, bool& json) {
    command
        .add_option_function<std::string>(
            "-o", [&json](const std::string& format) { json = format == "json"; },
            "Output: text or json (default text)")
        ->type_name("text|json")
        ->check(CLI::IsMember({"text", "json"}));
}

void add_check(Tool& tool, CheckOptions& options) {
    CLI::App* command = tool.app.add_subcommand("check", "Lists every mistake of configuration files");
    command->add_option("FILE", options.files, "Settings, policy, organisation or calendar")->required()->type_name("");
    add_output(*command, options.json);
    command->footer(
        "A settings file is checked with all the files it names.\n\n"
        "  accountwatch check config/accountwatch.yaml\n"
        "  accountwatch check policies/*.yaml organisation.yaml\n\n"
        "Exit code: 0 no mistakes, 1 mistakes (file:line:column on stderr).");
    command->callback([&] { tool.run = [&] { return run_check(options, tool.console); }; });
}

void add_send(Tool& tool, SendOptions& options) {
    CLI::App* command = tool.app.add_subcommand("send", "Appends events to the log, embedded or Kafka");
    add_config(*command, options.config);
    static const std::map<std::string, InputFormat> formats = {{"ndjson", InputFormat::ndjson},
                                                               {"csv", InputFormat::csv}};
    command->add_option("--format", options.format, "ndjson or csv (default: csv for a name in .csv or .csv.gz)")
        ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case))
        ->type_name("ndjson|csv");
    command->add_flag("--backfill", options.backfill,
                      "History: sorts by recorded_at and takes it as the log's time; only into an empty log");
    command->add_option("FILE", options.files, "Files of events, gzip or not; - is standard input")
        ->required()
        ->type_name("");
    add_output(*command, options.json);
    command->footer(
        "A bad line is told on stderr as file:line: REASON: detail; the others are appended.\n\n"
        "  accountwatch send --config accountwatch.yaml --backfill history/events.ndjson.gz\n"
        "  accountwatch send --config accountwatch.yaml today.csv\n"
        "  producer | accountwatch send --config accountwatch.yaml -\n\n"
        "Exit code: 0 all appended, 1 lines were rejected or --backfill was refused, 69 Kafka does not answer,\n"
        "74 the storage failed, 75 start again, 78 bad configuration.");
    command->callback([&] { tool.run = [&] { return run_send(options, tool.console); }; });
}

void add_backtest(Tool& tool, BacktestOptions& options) {
    CLI::App* command = tool.app.add_subcommand("backtest", "Replays history through the real shards");
    add_config(*command, options.config);
    command->add_option("--events", options.events, "Files of events, gzip or not; - is standard input")
        ->required()
        ->type_name("FILE...");
    command->add_option("--out", options.out, "Folder for what would have been said")->required()->type_name("DIR");
    command->add_option("--from", options.from, "From when findings count (default: the first record)")->type_name("T");
    command->add_option("--to", options.to, "Until when time goes on (default: the last record)")->type_name("T");
    command
        ->add_option_function<std::string>(
            "--people", [&](const std::string& people) { options.prompt_people = people == "prompt"; },
            "prompt: every task is done at half its span, unless the input has commands for "
            "its case; none: nobody does anything (default prompt)")
        ->type_name("prompt|none")
        ->check(CLI::IsMember({"prompt", "none"}));
    command->footer(
        "T is a date (its first instant, in the settings' time zone) or an RFC 3339 time.\n"
        "Prompt people end an emergency as KNOWN_CHANGE when nothing is owed any more.\n"
        "Writes signals, cases, tasks, notices, decisions, dead-letters, data-gaps and reports (.ndjson),\n"
        "summary.json and report.html. The same input and configuration give the same bytes.\n\n"
        "  accountwatch backtest --config accountwatch.yaml --events history/events.ndjson.gz --out result \\\n"
        "      --from 2026-06-01\n"
        "  accountwatch backtest --config accountwatch.yaml --set policy.comparisons=[] --events a.csv b.csv --out r");
    command->callback([&] { tool.run = [&] { return run_backtest(options, tool.console); }; });
}

void add_simulate(Tool& tool, SimulateOptions& options) {
    CLI::App* command = tool.app.add_subcommand("simulate", "Makes a realistic history with known troubles in it");
    command->add_option("--accounts", options.accounts, "Clients, 1 to 200000")->required()->type_name("N");
    command->add_option("--days", options.days, "Days, 28 to 36500")->required()->type_name("D");
    command->add_option("--seed", options.seed, "The same arguments and calendar give the same bytes")
        ->required()
        ->type_name("S");
    command->add_option("--end", options.end, "Last day, YYYY-MM-DD (default: yesterday)")->type_name("DATE");
    command->add_option("--out", options.out, "Folder for events.ndjson.gz and truth.ndjson")
        ->required()
        ->type_name("DIR");
    command
        ->add_option("--config", options.config,
                     "Settings whose calendar counts (default: the shipped ones, if they are found)")
        ->type_name("FILE");
    command
        ->add_option(
            "--answers", options.answers,
            "Also answers.ndjson.gz: what the staff of --config do about the cases of so many percent of the accounts")
        ->check(CLI::Range(0, 100))
        ->type_name("PERCENT");
    command->footer("  accountwatch simulate --accounts 60 --days 420 --seed 7 --out history");
    command->callback([&] { tool.run = [&] { return run_simulate(options, tool.console); }; });
}

void add_topics(Tool& tool, TopicsOptions& options) {
    CLI::App* topics = tool.app.add_subcommand("topics", "Creates or checks the topics of the log");
    topics->require_subcommand(1);
    CLI::App* create = topics->add_subcommand("create", "Creates the topics that are missing, then checks all");
    add_config(*create, options.config);
    create->add_option("--replication-factor", options.replication_factor, "Of topics that are created (default 1)")
        ->type_name("N");
    add_output(*create, options.json);
    create->callback([&] { tool.run = [&] { return run_topics_create(options, tool.console); }; });
    CLI::App* check =
        topics->add_subcommand("check", "Compares partitions, compaction and time-stamp type with what is needed");
    add_config(*check, options.config);
    add_output(*check, options.json);
    check->callback([&] { tool.run = [&] { return run_topics_check(options, tool.console); }; });
    topics->footer(
        "  accountwatch topics check --config accountwatch.yaml\n\nExit code: 0 all is well, 1 findings, 69 Kafka does "
        "not answer.");
}

struct CasesArguments {
    ApiOptions api;
    ListCasesOptions list;
    std::string case_id;
    CaseAction action;
};

// What `cases ACTION` needs beside the case.
void add_action_options(CLI::App& command, CaseAction& action) {
    const std::string& name = action.name;
    const auto option = [&command](const char* flag, auto& target, const char* help, const char* type) {
        return command.add_option(flag, target, help)->type_name(type);
    };
    if (name == "accept" || name == "decline") {
        option("--group-role", action.group_role, "The seat in the group", "ROLE")
            ->required()
            ->check(CLI::IsMember({"LEADER", "RELEVANT_LEADER", "SALES", "AFTER_SALES", "SPECIALIST"}));
    } else if (name == "contact") {
        option("--level", action.level, "Whom of the client", "LEVEL")
            ->required()
            ->check(CLI::IsMember({"EXECUTIVE", "MANAGER", "FRONT_LINE"}));
        option("--channel", action.channel, "How", "CHANNEL")
            ->required()
            ->check(CLI::IsMember({"VISIT", "PHONE", "MESSAGE", "FORUM"}));
    } else if (name == "plan") {
        option("--cause", action.cause, "Why the client is leaving", "TEXT")->required();
        option("--measure", action.measures,
               "A countermeasure, its owner's staff id and when it is due; may be repeated", "TEXT|OWNER|DUE")
            ->required()
            ->allow_extra_args(false);
    } else if (name == "done") {
        option("--task", action.task_id, "The task", "TASK_ID")->required();
    } else if (name == "resolve") {
        option("--outcome", action.outcome, "What it was", "OUTCOME")
            ->required()
            ->check(CLI::IsMember({"FALSE_ALARM", "KNOWN_CHANGE"}));
        option("--approver", action.approver, "Staff id of who approves that", "STAFF_ID")->required();
    }
    option("--reason", action.reason, "Why", "TEXT")->required(name == "resolve");
    option("--expected-version", action.expected_version, "Refuse if the case has changed since (default: any)", "N");
}

void add_cases(Tool& tool, CasesArguments& arguments) {
    CLI::App* cases = tool.app.add_subcommand("cases", "Shows cases, or moves one, over HTTP");
    cases->require_subcommand(1);
    cases->fallthrough();
    cases->add_option("--url", arguments.api.url, "Where the daemon listens (default " + arguments.api.url + ")")
        ->type_name("U");
    cases->add_option("--as", arguments.api.actor, "Who acts; with tokens it is the token's")->type_name("STAFF_ID");
    cases->add_option("--token-file", arguments.api.token_file, "File that holds the token")->type_name("F");
    cases
        ->add_option("--config", arguments.api.config,
                     "Settings whose time zone is shown (default: TZ, else Asia/Shanghai)")
        ->type_name("FILE");
    add_output(*cases, arguments.api.json);
    CLI::App* list =
        cases->add_subcommand("list", "The board: who, why, since when, and what is owed by whom and when");
    list->add_option("--state", arguments.list.state, "Only cases in that state")->type_name("STATE");
    list->add_option("--severity", arguments.list.severity, "Only cases of that severity")->type_name("SEVERITY");
    list->add_option("--unit", arguments.list.unit, "Only cases of that unit")->type_name("UNIT");
    list->add_flag("--all", arguments.list.all, "Ended cases, too");
    list->callback([&] { tool.run = [&] { return run_cases_list(arguments.api, arguments.list, tool.console); }; });
    CLI::App* show = cases->add_subcommand("show", "Everything about one case");
    show->add_option("CASE", arguments.case_id, "Its id, such as 37140200012-1")->required()->type_name("");
    show->callback([&] { tool.run = [&] { return run_cases_show(arguments.api, arguments.case_id, tool.console); }; });
    cases->footer(
        "  accountwatch cases list\n"
        "  accountwatch cases ack 37140200012-1 --as deputy-gm\n"
        "  accountwatch cases accept 37140200012-1 --group-role SALES --as key-account-manager-1\n"
        "  accountwatch cases contact 37140200012-1 --level EXECUTIVE --channel VISIT --as deputy-gm\n"
        "  accountwatch cases plan 37140200012-1 --cause 'a cheaper offer' \\\n"
        "      --measure 'new offer|key-account-manager-1|2026-08-21' --as key-account-manager-1\n"
        "  accountwatch cases resolve 37140200012-1 --outcome KNOWN_CHANGE --reason 'moved house' \\\n"
        "      --approver deputy-gm --as key-account-manager-1\n\n"
        "Exit code: 0 done, 1 refused (the code of the refusal is on stderr), 69 the daemon does not answer.");
}

void add_actions(Tool& tool, CasesArguments& arguments, std::list<CaseAction>& actions) {
    CLI::App* cases = tool.app.get_subcommand("cases");
    const std::pair<const char*, const char*> known[] = {
        {"ack", "Acknowledges the case"},
        {"accept", "Takes a seat in the group"},
        {"decline", "Declines a seat; the next candidate is asked"},
        {"start", "Starts the investigation"},
        {"contact", "Records a contact with the client"},
        {"plan", "Hands in cause and countermeasures"},
        {"approve-plan", "Approves the plan"},
        {"done", "Reports a task as done"},
        {"resolve", "Ends the case as a false alarm or a known change"},
    };
    for (const auto& [name, help] : known) {
        CaseAction& action = actions.emplace_back();
        action.name = name;
        CLI::App* command = cases->add_subcommand(name, help);
        command->fallthrough();
        command->add_option("CASE", action.case_id, "Its id, such as 37140200012-1")->required()->type_name("");
        add_action_options(*command, action);
        command->callback([&tool, &arguments, &action] {
            tool.run = [&] { return run_case_action(arguments.api, action, tool.console); };
        });
    }
    for (CLI::App* command : cases->get_subcommands({})) command->fallthrough();
}

}  // namespace

int run_tool(int argc, const char* const* argv, Console& console) {
    Tool tool{.console = console, .run = {}};
    CheckOptions check;
    SendOptions send;
    BacktestOptions backtest;
    SimulateOptions simulate;
    TopicsOptions topics;
    CasesArguments cases;
    std::list<CaseAction> actions;
    tool.app.set_version_flag("--version", "accountwatch " + std::string(app::kVersion), "Prints the version");
    tool.app.require_subcommand(1);
    tool.app.footer(
        "accountwatch COMMAND --help describes a command, with examples.\n"
        "Exit codes: 0 fine, 1 ran and found mistakes, 2 wrong usage, 69 not reachable, 74 storage failed,\n"
        "75 start again, 78 bad configuration.");
    add_check(tool, check);
    add_send(tool, send);
    add_backtest(tool, backtest);
    add_simulate(tool, simulate);
    add_cases(tool, cases);
    add_actions(tool, cases, actions);
    add_topics(tool, topics);
    try {
        tool.app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return tool.app.exit(error, console.out, console.err) == 0 ? app::kExitFine : app::kExitUsage;
    }
    return tool.run();
}

}  // namespace aw::cli
