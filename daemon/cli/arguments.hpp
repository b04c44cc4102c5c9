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

// What `cases` fills; must outlive the parser.
struct CasesArguments {
    ApiOptions api;
    ListCasesOptions list;
    std::string case_id;
    std::list<CaseAction> actions;  // one for each command
};
void add_cases(Tool& tool, CasesArguments& arguments);

}  // namespace aw::cli
