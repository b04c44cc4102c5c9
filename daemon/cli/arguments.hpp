// The parser of the tool's arguments while it is being filled. For arguments*.cpp only: nobody else sees CLI11.
#pragma once

#include <functional>
#include <list>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"

namespace aw::cli {

// Each command leaves what is to be run in `run`.
struct Tool {
    CLI::App app{
        "The operator's tool of accountwatchd: checks configurations, loads events, replays history, shows and "
        "moves cases.",
        "accountwatch"};
    Console& console;
    std::function<int()> run;
};

// One of these names, and nothing but the names in the help.
CLI::Option* one_of(CLI::Option* option, const std::vector<std::string>& names);

// -o text|json: fills `json` when the command runs.
void add_output(CLI::App& command, bool& json);

// How the daemon is reached, and by whom.
void add_api(CLI::App& command, ApiOptions& api);

// What `cases` fills; must outlive the parser.
struct CasesArguments {
    ApiOptions api;
    ListCasesOptions list;
    std::string case_id;
    std::string reason;    // of an export
    std::string approver;  // of an export
    std::list<CaseAction> actions;  // one for each command
};
void add_cases(Tool& tool, CasesArguments& arguments);

// What `silences` fills; must outlive the parser.
struct SilencesArguments {
    ApiOptions api;
    AddSilenceOptions add;
    EndSilenceOptions end;
};
void add_silences(Tool& tool, SilencesArguments& arguments);

void add_config(CLI::App& command, ConfigOptions& options);
void add_dead_letters(Tool& tool, DeadLettersOptions& options);

// `explain`.
void add_explain(Tool& tool, ExplainOptions& options);

struct ReloadArguments {
    ApiOptions api;
    ReloadOptions reload;
};
void add_reload(Tool& tool, ReloadArguments& arguments);

}  // namespace aw::cli
