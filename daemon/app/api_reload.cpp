// Api: another configuration: what it would change, and bringing it into force or rolling it back.
#include <algorithm>
#include <charconv>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "app/api.hpp"

namespace aw::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostExamples = 1'000;
constexpr std::size_t kMostActorBytes = 128;

json::object json_of(const PlanChange& change) {
    json::object object;
    const auto add = [&](const char* field, const std::string& text) {
        if (!text.empty()) object[field] = text;
    };
    if (change.account_root.is_set()) add("account_root", format_root(change.account_root));
    add("case_id", change.case_id.value);
    add("task_id", change.task_id.value);
    add("what", change.what);
    add("from", change.from);
    add("to", change.to);
    return object;
}

json::object plan_of(const ReloadOutcome& outcome) {
    const ReloadPlan& plan = outcome.plan;
    json::object object{{"partitions", outcome.partitions},
                        {"partitions_total", outcome.partitions_total},
                        {"revision_from", plan.revision_from},
                        {"revision_to", plan.revision_to},
                        {"changes_nothing", plan.changes_nothing},
                        {"rolled_back", plan.rolled_back},
                        {"accounts", plan.accounts},
                        {"accounts_watched", plan.accounts_watched},
                        {"accounts_affected", plan.accounts_affected},
                        {"cases", plan.cases},
                        {"cases_affected", plan.cases_affected}};
    if (plan.evaluation_from.is_set()) object["evaluation_from"] = format_utc(plan.evaluation_from);
    if (plan.evaluation_to.is_set()) object["evaluation_to"] = format_utc(plan.evaluation_to);
    json::array changes;
    for (const auto& [kind, list] : plan.changes) {
        json::array examples;
        for (const PlanChange& change : list.examples) examples.push_back(json_of(change));
        changes.push_back(
            json::object{{"kind", std::string(name(kind))}, {"count", list.count}, {"examples", std::move(examples)}});
    }
    object["changes"] = std::move(changes);
    return object;
}

std::string json_of(const ReloadOutcome& outcome) {
    json::object object{{"result", std::string(name(outcome.result))},
                        {"exceeds_limit", outcome.exceeds_limit},
                        {"max_affected_pct", outcome.limit.max_affected_pct},
                        {"min_affected", outcome.limit.min_affected}};
    if (!outcome.detail.empty()) object["detail"] = outcome.detail;
    object["plan"] = plan_of(outcome);
    return json::serialize(object);
}

int status_of(ReloadResult result) {
    switch (result) {
        case ReloadResult::PENDING:
            return 202;
        case ReloadResult::BAD_CONFIGURATION:
            return 422;
        case ReloadResult::LIMIT_EXCEEDED:
        case ReloadResult::WAS_ROLLED_BACK:
        case ReloadResult::NOTHING_TO_ROLL_BACK:
        case ReloadResult::BUSY:
            return 409;
        case ReloadResult::UNAVAILABLE:
            return 503;
        default:
            return 200;
    }
}

// A refusal as problem JSON, with what it rests on: the mistakes, or the plan.
http::Response refused(const ReloadOutcome& outcome) {
    http::Response response = http::problem(status_of(outcome.result), name(outcome.result), outcome.detail);
    json::object body = json::parse(response.body).as_object();
    if (!outcome.mistakes.empty()) {
        json::array mistakes;
        for (const auto& mistake : outcome.mistakes) mistakes.push_back(json::string(to_text(mistake)));
        body["mistakes"] = std::move(mistakes);
    }
    const bool planned =
        outcome.result == ReloadResult::LIMIT_EXCEEDED || outcome.result == ReloadResult::WAS_ROLLED_BACK;
    if (planned) {
        body["max_affected_pct"] = outcome.limit.max_affected_pct;
        body["min_affected"] = outcome.limit.min_affected;
        body["plan"] = plan_of(outcome);
    }
    response.body = json::serialize(body);
    return response;
}

bool read_flag(const http::Request& request, const char* name, bool& flag) {
    const std::string text = request.query_or(name, "false");
    flag = text == "true";
    return flag || text == "false";
}

// Who it says it is; nothing if the body is neither empty nor an object with that one field.
std::optional<std::string> actor_in(std::string_view body) {
    if (std::ranges::all_of(body, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; })) return "";
    json::error_code error;
    const json::value value = json::parse(body, error);
    const auto* object = error ? nullptr : value.if_object();
    if (object == nullptr || object->size() > 1) return std::nullopt;
    if (object->empty()) return "";
    const auto* actor = object->if_contains("actor_staff_id");
    const auto* text = actor == nullptr ? nullptr : actor->if_string();
    if (text == nullptr || text->size() > kMostActorBytes) return std::nullopt;
    const bool printable = std::ranges::all_of(*text, [](char c) { return c >= 0x20 && c < 0x7f; });
    return printable ? std::optional(std::string(*text)) : std::nullopt;
}

}  // namespace

void Api::post_reload(const http::Request& request, const http::Responder& respond) {
    ReloadRequest what;
    const bool flags = read_flag(request, "plan", what.plan_only) && read_flag(request, "rollback", what.rollback) &&
                       read_flag(request, "force", what.force);
    if (!flags) return respond(http::problem(400, "BAD_REQUEST", "plan, rollback and force are true or false"));
    const std::string examples = request.query_or("examples", std::to_string(ReloadPlan::kExamples));
    const auto parsed = std::from_chars(examples.data(), examples.data() + examples.size(), what.examples);
    if (parsed.ec != std::errc{} || parsed.ptr != examples.data() + examples.size() || what.examples > kMostExamples) {
        return respond(
            http::problem(400, "BAD_COUNT", "examples is a number from 0 to " + std::to_string(kMostExamples)));
    }
    const auto said = actor_in(request.body);
    if (!said) {
        return respond(http::problem(400, "BAD_REQUEST",
                                     "the body is empty or {\"actor_staff_id\": \"...\"}, at most 128 characters"));
    }
    const std::string& owner = request.principal.staff_id;
    if (!owner.empty() && !said->empty() && *said != owner)
        return respond(http::problem(403, "FORBIDDEN", "the token belongs to " + owner + ", the body names another"));
    what.actor = owner.empty() ? *said : owner;
    context_.reloader->ask(what, [respond](const ReloadOutcome& outcome) {
        if (outcome.refused()) return respond(refused(outcome));
        respond({.status = status_of(outcome.result), .body = json_of(outcome)});
    });
}

}  // namespace aw::app
