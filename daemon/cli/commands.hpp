// The commands of the operator's tool: options in, exit code out (contract section 1). Arguments are parsed in
// arguments.cpp, so that a test can call a command without one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/case_command.hpp"
#include "cli/console.hpp"
#include "cli/event_files.hpp"

namespace aw::cli {

struct ConfigOptions {
    std::string file;
    std::vector<std::string> sets;  // KEY=VALUE
};

struct CheckOptions {
    std::vector<std::string> files;
    bool json = false;
};
[[nodiscard]] int run_check(const CheckOptions& options, Console& console);

struct SendOptions {
    ConfigOptions config;
    InputFormat format = InputFormat::by_name;
    std::string map;  // a field map; empty = the files hold our events
    bool backfill = false;
    std::vector<std::string> files;
    bool json = false;
};
[[nodiscard]] int run_send(const SendOptions& options, Console& console);

struct BacktestOptions {
    ConfigOptions config;
    std::vector<std::string> events;
    std::string map;  // as in SendOptions
    std::string out;
    std::string from;  // RFC 3339 or YYYY-MM-DD; empty = the first record
    std::string to;    // empty = the last record
    bool prompt_people = true;
    std::string compare;  // another policy over the same history; empty = none
    std::size_t charts = 60;  // of the report, at most
};
[[nodiscard]] int run_backtest(const BacktestOptions& options, Console& console);

struct ExplainOptions {
    ConfigOptions config;  // not needed with a URL
    std::string url;       // empty = the log is read
    std::string token_file;
    std::string account;  // 11 or 14 digits
    std::string at;       // empty = now, or the end of the log
    bool json = false;
};
[[nodiscard]] int run_explain(const ExplainOptions& options, Console& console);

struct SimulateOptions {
    int accounts = 0;
    int days = 0;
    std::uint64_t seed = 0;
    std::string end;  // YYYY-MM-DD; empty = yesterday
    std::string out;
    std::string config;   // empty = looked for beside the program
    int late_up_to = 15;  // days
    int answers = 0;      // percent of the accounts whose cases the staff answer; needs config
};
[[nodiscard]] int run_simulate(const SimulateOptions& options, Console& console);

struct ApiOptions {
    std::string url = "http://127.0.0.1:8480";
    std::string actor;       // --as
    std::string token_file;  // empty = no token
    std::string config;      // for its time zone; empty = TZ, else Asia/Shanghai
    bool json = false;
};
struct ListCasesOptions {
    std::string state;  // empty = all that are open
    std::string severity;
    std::string unit;
    bool all = false;  // ended ones, too
    std::string order;  // value_at_risk or severity; empty: the board by value_at_risk, JSON as the daemon has it
};
[[nodiscard]] int run_cases_list(const ApiOptions& api, const ListCasesOptions& options, Console& console);
struct ExportOptions {
    std::string case_id;
    std::string reason;
    std::string approver;  // of a lost case (R91)
};
// The case with its timeline, as JSON; who takes it and why is recorded (R90).
[[nodiscard]] int run_cases_export(const ApiOptions& api, const ExportOptions& what, Console& console);
[[nodiscard]] int run_cases_show(const ApiOptions& api, const std::string& case_id, Console& console);
[[nodiscard]] int run_case_action(const ApiOptions& api, const CaseAction& action, Console& console);

struct ReloadOptions {
    bool plan = false;
    bool rollback = false;
    bool force = false;
    int examples = 20;  // of each kind of change
};
[[nodiscard]] int run_reload(const ApiOptions& api, const ReloadOptions& options, Console& console);

struct AuditOptions {
    std::vector<std::string> files;
};
// Checks the evidence chain of decisions.
[[nodiscard]] int run_audit(const AuditOptions& options, Console& console);

struct LintChainOptions {
    ConfigOptions config;
    std::string from;  // YYYY-MM-DD; empty = today
    int days = 365;
    bool json = false;
};
[[nodiscard]] int run_lint_chain(const LintChainOptions& options, Console& console);

struct AddSilenceOptions {
    std::string id;  // empty = made up
    std::string account;
    std::string unit;
    std::string case_id;
    std::vector<std::string> kinds;
    std::string from;   // empty = now
    std::string until;  // this ...
    std::string span;   // ... or this
    std::string recurrence;
    std::string reason;
};
struct EndSilenceOptions {
    std::string id;
    std::string reason;
};
[[nodiscard]] int run_silences_list(const ApiOptions& api, Console& console);
[[nodiscard]] int run_silences_add(const ApiOptions& api, const AddSilenceOptions& options, Console& console);
[[nodiscard]] int run_silences_end(const ApiOptions& api, const EndSilenceOptions& options, Console& console);

struct DeadLettersOptions {
    ConfigOptions config;
    std::vector<std::string> letters;  // as in the list: PARTITION/OFFSET in `dead-letters`
    std::string reason;                // only letters with that one; empty = all
    std::string since;                 // only those received then or later; empty = all
    int limit = 100;                   // of the list: the newest
    bool all = false;                  // redrive: without naming them
    bool dry_run = false;
    bool payload = false;  // show: the original bytes, and nothing else
    bool json = false;
};
[[nodiscard]] int run_dead_letters_list(const DeadLettersOptions& options, Console& console);
[[nodiscard]] int run_dead_letters_show(const DeadLettersOptions& options, Console& console);
[[nodiscard]] int run_dead_letters_redrive(const DeadLettersOptions& options, Console& console);

struct TopicsOptions {
    ConfigOptions config;
    int replication_factor = 1;
    bool json = false;
};
[[nodiscard]] int run_topics_create(const TopicsOptions& options, Console& console);
[[nodiscard]] int run_topics_check(const TopicsOptions& options, Console& console);

// The whole tool: parses the arguments and runs the command.
[[nodiscard]] int run_tool(int argc, const char* const* argv, Console& console);

}  // namespace aw::cli
