// The tool's arguments: what each command is called with, and help that teaches by examples.
#include "cli/arguments.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "app/version.hpp"
#include "settings/nearest.hpp"

namespace aw::cli {

void add_config(CLI::App& command, ConfigOptions& options) {
    command.add_option("--config", options.file, "Settings file")->required()->type_name("FILE");
    command.add_option("--set", options.sets, "Overrides one setting by its dotted path; may be repeated")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
}

namespace {

void add_check(Tool& tool, CheckOptions& options) {
    CLI::App* command = tool.app.add_subcommand("check", "Lists every mistake of configuration files");
    command->add_option("FILE", options.files, "Settings, policy, organisation, calendar or field map")
        ->required()
        ->type_name("");
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
    one_of(command->add_option_function<std::string>(
               "--format",
               [&](const std::string& format) {
                   options.format = format == "csv" ? InputFormat::csv : InputFormat::ndjson;
               },
               "Of the files (default: csv for a name in .csv or .csv.gz, else ndjson)"),
           {"ndjson", "csv"});
    command->add_option("--map", options.map, "Field map: the files are those of another system")->type_name("FILE");
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
        "  accountwatch send --config accountwatch.yaml --map maps/parcels.yaml export.csv\n"
        "  producer | accountwatch send --config accountwatch.yaml -\n\n"
        "Exit code: 0 all appended, 1 lines were rejected or --backfill was refused, 69 Kafka does not answer,\n"
        "74 the storage failed, 75 start again, 78 bad configuration.");
    command->callback([&] { tool.run = [&] { return run_send(options, tool.console); }; });
}

void add_charts(CLI::App& command, BacktestOptions& options) {
    const auto known = [](const std::string& given) {
        const bool number = !given.empty() && given.size() < 10 && given.find_first_not_of("0123456789") == given.npos;
        return number || given == "all" ? std::string() : fmt::format("'{}' is neither a number nor all", given);
    };
    command
        .add_option_function<std::string>(
            "--charts",
            [&options](const std::string& charts) {
                options.charts = charts == "all" ? std::numeric_limits<std::size_t>::max() : std::stoul(charts);
            },
            "Charts in report.html, the most important signals first (default 60)")
        ->check(known)
        ->type_name("N|all");
}

void add_backtest(Tool& tool, BacktestOptions& options) {
    CLI::App* command = tool.app.add_subcommand("backtest", "Replays history through the real shards");
    add_config(*command, options.config);
    command->add_option("--events", options.events, "Files of events, gzip or not; - is standard input")
        ->required()
        ->type_name("FILE...");
    command->add_option("--map", options.map, "Field map: the files are those of another system")->type_name("FILE");
    command->add_option("--out", options.out, "Folder for what would have been said")->required()->type_name("DIR");
    command->add_option("--from", options.from, "From when findings count (default: the first record)")->type_name("T");
    command->add_option("--to", options.to, "Until when time goes on (default: the last record)")->type_name("T");
    one_of(command->add_option_function<std::string>(
               "--people", [&](const std::string& people) { options.prompt_people = people == "prompt"; },
               "prompt: every task is done at half its span, unless the input has commands for "
               "its case; none: nobody does anything (default prompt)"),
           {"prompt", "none"});
    command
        ->add_option("--compare", options.compare,
                     "Another policy over the same history: what would open, be missed, come earlier or later")
        ->type_name("POLICY");
    add_charts(*command, options);
    command->footer(
        "T is a date (its first instant, in the settings' time zone) or an RFC 3339 time.\n"
        "Prompt people confirm a recovery when it is proposed, and take what has not recovered by its target as a\n"
        "KNOWN_CHANGE, so that later drops are seen.\n"
        "Writes signals, cases, tasks, notices, decisions, dead-letters, data-gaps and reports (.ndjson),\n"
        "summary.json and report.html. The same input and configuration give the same bytes.\n"
        "Of refused lines the first 20 of each reason are told on stderr; dead-letters.ndjson has all of them.\n\n"
        "  accountwatch backtest --config accountwatch.yaml --events history/events.ndjson.gz --out result \\\n"
        "      --from 2026-06-01\n"
        "  accountwatch backtest --config accountwatch.yaml --set policy.comparisons=[] --events a.csv b.csv --out r");
    command->callback([&] { tool.run = [&] { return run_backtest(options, tool.console); }; });
}

void add_simulate(Tool& tool, SimulateOptions& options) {
    CLI::App* command = tool.app.add_subcommand("simulate", "Makes a realistic history with known troubles in it");
    command->add_option("--accounts", options.accounts, "Clients, 1 to 200000")
        ->required()
        ->check(CLI::Range(1, 200'000))
        ->type_name("N");
    command->add_option("--days", options.days, "Days, 28 to 36500")
        ->required()
        ->check(CLI::Range(28, 36'500))
        ->type_name("D");
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
    command
        ->add_option("--late-up-to", options.late_up_to,
                     "Longest delay of recording in days, 1 to 90 (default 15; more than 16 is TOO_LATE)")
        ->check(CLI::Range(1, 90))
        ->type_name("DAYS");
    command->footer("  accountwatch simulate --accounts 60 --days 420 --seed 7 --out history");
    command->callback([&] { tool.run = [&] { return run_simulate(options, tool.console); }; });
}

void add_audit(Tool& tool, AuditOptions& options) {
    CLI::App* command =
        tool.app.add_subcommand("audit", "Checks the evidence chain of decisions: nothing changed, nothing missing");
    command->add_option("FILE", options.files, "Decisions as NDJSON, gzip or not; - is standard input")
        ->required()
        ->type_name("");
    command->footer(
        "Every decision carries a digest over its own content and the digest of the one before it. A copy of the "
        "topic\n"
        "may begin anywhere; what is missing, changed or added after that is named.\n\n"
        "  kcat -C -e -b 127.0.0.1:9092 -t accountwatch.decisions | accountwatch audit -     (output_format: json)\n"
        "  accountwatch audit result/decisions.ndjson\n\nExit code: 0 all chains hold, 1 a break or an unreadable "
        "line.");
    command->callback([&] { tool.run = [&] { return run_audit(options, tool.console); }; });
}

void add_lint_chain(Tool& tool, LintChainOptions& options) {
    CLI::App* command =
        tool.app.add_subcommand("lint-chain", "Looks for minutes to come in which nobody would answer for a case");
    add_config(*command, options.config);
    command->add_option("--from", options.from, "First day, YYYY-MM-DD (default: today)")->type_name("DATE");
    command->add_option("--days", options.days, "So many days (default 365)")->type_name("N");
    add_output(*command, options.json);
    command->footer(
        "Follows the chain of every unit and grade in every minute, with office hours, holidays, leave, deputies and\n"
        "vacancies, on the clocks of the policy. A gap: nobody in the chain, or nobody for a mandatory seat of the\n"
        "group, answers before the deadline. A warning: not the leader, but somebody else does.\n\n"
        "  accountwatch lint-chain --config accountwatch.yaml\n"
        "  accountwatch lint-chain --config accountwatch.yaml --from 2027-01-01 --days 31\n\n"
        "Exit code: 0 no gaps, 1 gaps, 78 bad configuration.");
    command->callback([&] { tool.run = [&] { return run_lint_chain(options, tool.console); }; });
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
        topics->add_subcommand("check", "Compares partitions, compaction, retention and replicas with what is needed");
    add_config(*check, options.config);
    add_output(*check, options.json);
    check->callback([&] { tool.run = [&] { return run_topics_check(options, tool.console); }; });
    topics->footer(
        "  accountwatch topics check --config accountwatch.yaml\n\nExit code: 0 all is well, 1 findings, 69 Kafka does "
        "not answer.");
}

}  // namespace

CLI::Option* one_of(CLI::Option* option, const std::vector<std::string>& names) {
    // CLI11's own check adds its list to the help a second time.
    const auto known = [names](const std::string& given) {
        if (std::ranges::find(names, given) != names.end()) return std::string();
        return fmt::format("'{}' is none of {}", given, fmt::join(names, ", "));
    };
    return option->type_name(fmt::format("{}", fmt::join(names, "|")))->check(known);
}

void add_output(CLI::App& command, bool& json) {
    one_of(command.add_option_function<std::string>(
               "-o", [&json](const std::string& format) { json = format == "json"; }, "Output (default text)"),
           {"text", "json"});
}

namespace {

// Where a command was expected and another word stands: CLI11 says only that a command is required.
std::optional<std::string> unknown_command(const CLI::App& app) {
    const CLI::App* at = &app;
    while (!at->get_subcommands().empty()) at = at->get_subcommands().back();
    if (at->get_require_subcommand_min() == 0) return std::nullopt;
    const auto words = app.remaining(true);
    const auto word = std::ranges::find_if(words, [](const std::string& one) { return !one.starts_with('-'); });
    if (word == words.end()) return std::nullopt;
    std::vector<std::string> known;
    for (const CLI::App* command : at->get_subcommands({})) known.push_back(command->get_name());
    const std::string near = settings::did_you_mean(*word, known);
    return fmt::format("unknown command '{}'{}\nRun with --help for more information.\n", *word,
                       near.empty() ? fmt::format(" (there are {})", settings::joined(known)) : near);
}

}  // namespace

int run_tool(int argc, const char* const* argv, Console& console) {
    Tool tool{.console = console, .run = {}};
    CheckOptions check;
    SendOptions send;
    BacktestOptions backtest;
    ExplainOptions explain;
    SimulateOptions simulate;
    ReloadArguments reload;
    AuditOptions audit;
    LintChainOptions lint_chain;
    TopicsOptions topics;
    DeadLettersOptions dead_letters;
    CasesArguments cases;
    SilencesArguments silences;
    tool.app.set_version_flag("--version", "accountwatch " + std::string(app::kVersion), "Prints the version");
    tool.app.require_subcommand(1);
    tool.app.footer(
        "accountwatch COMMAND --help describes a command, with examples.\n"
        "Exit codes: 0 fine, 1 ran and found mistakes, 2 wrong usage, 69 not reachable, 74 storage failed,\n"
        "75 start again, 78 bad configuration.");
    add_check(tool, check);
    add_send(tool, send);
    add_backtest(tool, backtest);
    add_explain(tool, explain);
    add_simulate(tool, simulate);
    add_cases(tool, cases);
    add_silences(tool, silences);
    add_reload(tool, reload);
    add_audit(tool, audit);
    add_lint_chain(tool, lint_chain);
    add_dead_letters(tool, dead_letters);
    add_topics(tool, topics);
    try {
        tool.app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool required = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError);
        if (const auto unknown = required ? unknown_command(tool.app) : std::nullopt) {
            console.err << *unknown;
            return app::kExitUsage;
        }
        return tool.app.exit(error, console.out, console.err) == 0 ? app::kExitFine : app::kExitUsage;
    }
    return tool.run();
}

}  // namespace aw::cli
