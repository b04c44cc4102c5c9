// accountwatch cases: the board, one case, and what a person does to it, over HTTP.
#include <ostream>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "cli/case_api.hpp"
#include "cli/commands.hpp"
#include "codec/output_decoder.hpp"

namespace aw::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kByValue = "value_at_risk";

// What is owed: tasks that are open or overdue.
ApiResult<std::vector<Task>> owed_tasks(CaseApi& api) {
    std::vector<Task> all;
    for (const char* state : {"OPEN", "OVERDUE"}) {
        const auto body = api.list("/api/v1/tasks", fmt::format("?state={}", state));
        if (!body) return tl::unexpected(body.error());
        auto tasks = tasks_of(*body);
        if (!tasks) return tasks;
        all.insert(all.end(), tasks->begin(), tasks->end());
    }
    return all;
}

bool is_over(const Case& view) {
    const bool explained = view.outcome == Outcome::FALSE_ALARM || view.outcome == Outcome::KNOWN_CHANGE;
    return view.state == CaseState::CLOSED || view.state == CaseState::MERGED ||
           (view.state == CaseState::RESOLVED && explained);
}

std::string list_query(const ListCasesOptions& options) {
    std::string query;
    const auto add = [&query](const char* name, const std::string& value) {
        if (!value.empty()) query += fmt::format("{}{}={}", query.empty() ? "?" : "&", name, url_encoded(value));
    };
    add("state", options.state);
    add("severity", options.severity);
    add("unit", options.unit);
    if (options.order == kByValue) add("order", options.order);
    return query;
}

}  // namespace

int run_cases_list(const ApiOptions& options, const ListCasesOptions& what, Console& console) {
    auto api = CaseApi::open(options);
    if (!api) return complain(console, api.error());
    const auto body = api->list("/api/v1/cases", list_query(what));
    if (!body) return complain(console, body.error());
    if (options.json) {
        console.out << *body << '\n';
        return app::kExitFine;
    }
    auto cases = cases_of(*body);
    if (!cases) return complain(console, cases.error());
    if (what.state.empty() && !what.all) std::erase_if(*cases, is_over);
    const auto owed = owed_tasks(*api);
    if (!owed) return complain(console, owed.error());
    std::vector<BoardCase> board;
    for (Case& view : *cases) {
        BoardCase one{std::move(view), {}};
        for (const Task& task : *owed) {
            if (task.case_id == one.view.case_id) one.owed.push_back(task);
        }
        board.push_back(std::move(one));
    }
    const auto order = what.order == "severity" ? BoardOrder::kSeverity : BoardOrder::kValueAtRisk;
    console.out << board_text(std::move(board), order, display_zone(options));
    return app::kExitFine;
}

int run_cases_show(const ApiOptions& options, const std::string& case_id, Console& console) {
    auto api = CaseApi::open(options);
    if (!api) return complain(console, api.error());
    const auto body = api->get("/api/v1/cases/" + url_encoded(case_id));
    if (!body) return complain(console, body.error());
    if (options.json) {
        console.out << *body << '\n';
        return app::kExitFine;
    }
    auto view = decode_case(*body);
    if (!view) return complain(console, {"the answer cannot be read: " + view.error().message, app::kExitMistakes});
    auto owed = owed_tasks(*api);
    if (!owed) return complain(console, owed.error());
    BoardCase about{std::move(*view), std::move(*owed)};
    std::erase_if(about.owed, [&](const Task& task) { return task.case_id != about.view.case_id; });
    console.out << case_text(about, display_zone(options));
    return app::kExitFine;
}

// Without a reason the daemon refuses, and keeps that; so it is asked all the same.
int run_cases_export(const ApiOptions& options, const ExportOptions& what, Console& console) {
    json::object body;
    if (!options.actor.empty()) body["actor_staff_id"] = options.actor;
    if (!what.reason.empty()) body["reason"] = what.reason;
    if (!what.approver.empty()) body["approver_staff_id"] = what.approver;
    auto api = CaseApi::open(options);
    if (!api) return complain(console, api.error());
    const auto answer = api->post("/api/v1/cases/" + url_encoded(what.case_id) + "/export", json::serialize(body));
    if (!answer) return complain(console, answer.error());
    console.out << *answer << '\n';
    return app::kExitFine;
}

namespace {

// A task that belongs to no case (a complaint's) is done by its own id.
int run_task_done(const ApiOptions& options, const CaseAction& action, Console& console) {
    const std::string& task = action.values.at("task_id");
    json::object body;
    if (!options.actor.empty()) body["actor_staff_id"] = options.actor;
    if (!action.reason.empty()) body["reason"] = action.reason;
    auto api = CaseApi::open(options);
    if (!api) return complain(console, api.error());
    const auto answer = api->post("/api/v1/tasks/" + url_encoded(task) + "/done", json::serialize(body));
    if (!answer) return complain(console, answer.error());
    console.out << (options.json ? *answer : task + " is done") << '\n';
    return app::kExitFine;
}

}  // namespace

int run_case_action(const ApiOptions& options, const CaseAction& action, Console& console) {
    if (options.actor.empty() && options.token_file.empty()) {
        console.err << "who does it? Give --as STAFF_ID, or --token-file where tokens are in use\n";
        return app::kExitUsage;
    }
    if (action.kind->name == "done" && action.case_id == "none") return run_task_done(options, action, console);
    const auto command = command_json(action, options.actor, display_zone(options));
    if (!command) {
        console.err << command.error().message << '\n';
        return app::kExitUsage;
    }
    auto api = CaseApi::open(options);
    if (!api) return complain(console, api.error());
    const auto body = api->post("/api/v1/cases/" + url_encoded(action.case_id) + "/commands", *command);
    if (!body) return complain(console, body.error());
    if (options.json) {
        console.out << *body << '\n';
        return app::kExitFine;
    }
    const auto view = decode_case(*body);
    if (!view) return complain(console, {"the answer cannot be read: " + view.error().message, app::kExitMistakes});
    console.out << fmt::format("{}: {} is done; the case is {}, {}, version {}\n", view->case_id.value,
                               action.kind->name, name(view->state), name(view->severity), view->version);
    return app::kExitFine;
}

}  // namespace aw::cli
