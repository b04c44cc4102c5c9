// accountwatch reload: what the files say now against what is in force, and bringing it into force or rolling it back.
#include <ostream>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "base/text.hpp"
#include "cli/case_api.hpp"
#include "cli/commands.hpp"
#include "cli/text_table.hpp"

namespace aw::cli {
namespace {

namespace json = boost::json;

// The shards of a large instance take a while to answer.
constexpr Duration kTimeLimit = std::chrono::seconds{120};

std::string text_of(const json::object& object, const char* field) {
    const auto* value = object.if_contains(field);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::int64_t number_of(const json::object& object, const char* field) {
    const auto* value = object.if_contains(field);
    if (value == nullptr) return 0;
    return value->is_int64()    ? value->as_int64()
           : value->is_uint64() ? static_cast<std::int64_t>(value->as_uint64())
                                : 0;
}

bool flag_of(const json::object& object, const char* field) {
    const auto* value = object.if_contains(field);
    return value != nullptr && value->is_bool() && value->as_bool();
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string changes_text(const json::array& changes) {
    std::string text;
    for (const json::value& entry : changes) {
        const json::object& change = entry.as_object();
        const json::array& examples = change.at("examples").as_array();
        const std::int64_t count = number_of(change, "count");
        text += fmt::format("\n{} {}\n", text_of(change, "kind"), count);
        TextTable table({"  account", "about", "from", "to"});
        for (const json::value& item : examples) {
            const json::object& one = item.as_object();
            const std::string id = text_of(one, "task_id").empty() ? text_of(one, "case_id") : text_of(one, "task_id");
            std::string about = id;
            if (const std::string what = text_of(one, "what"); !what.empty())
                about += (about.empty() ? "" : " ") + what;
            table.add({"  " + or_dash(text_of(one, "account_root")), or_dash(about), or_dash(text_of(one, "from")),
                       or_dash(text_of(one, "to"))});
        }
        if (!examples.empty()) text += table.text();
        const auto more = count - static_cast<std::int64_t>(examples.size());
        if (more > 0) text += fmt::format("  and {} more\n", more);
    }
    return text;
}

// Empty where it speaks of all accounts.
std::string share_text(const json::object& plan) {
    const std::int64_t looked_at = number_of(plan, "partitions");
    const std::int64_t all = number_of(plan, "partitions_total");
    if (looked_at >= all) return {};
    return fmt::format("looked at {} of {} partitions, those of this instance: ask the others for theirs\n", looked_at,
                       all);
}

// `about`: the object that holds `plan` and the limit. Throws what json throws on an answer that is none of ours.
std::string plan_text(const json::object& about) {
    const json::object& plan = about.at("plan").as_object();
    const std::string from = text_of(plan, "revision_from");
    const std::string to = text_of(plan, "revision_to");
    const std::string share = share_text(plan);
    if (flag_of(plan, "changes_nothing"))
        return fmt::format("revision {} is in force: nothing would change\n", to) + share;
    std::string text = fmt::format("revision {} -> {}\n", or_dash(from), to) + share;
    if (flag_of(plan, "rolled_back")) text += "it was rolled back and comes back by --force only\n";
    text += fmt::format("cases: {} of {} affected; watched accounts: {} of {} affected; limit {} %, from {} on\n",
                        number_of(plan, "cases_affected"), number_of(plan, "cases"),
                        number_of(plan, "accounts_affected"), number_of(plan, "accounts_watched"),
                        number_of(about, "max_affected_pct"), number_of(about, "min_affected") + 1);
    if (text_of(plan, "evaluation_from") != text_of(plan, "evaluation_to")) {
        text += fmt::format("next daily evaluation: {} -> {}\n", text_of(plan, "evaluation_from"),
                            text_of(plan, "evaluation_to"));
    }
    const std::string changes = changes_text(plan.at("changes").as_array());
    return text + (changes.empty() ? "no account, case or deadline would be different\n" : changes);
}

int show_refusal(const Answer& answer, const json::object& body, Console& console) {
    if (const auto* mistakes = body.if_contains("mistakes"); mistakes != nullptr && mistakes->is_array()) {
        for (const json::value& mistake : mistakes->as_array())
            console.err << std::string_view(mistake.as_string()) << '\n';
        console.err << "the configuration in force stays\n";
        return app::kExitMistakes;
    }
    if (body.if_contains("plan") != nullptr) console.out << plan_text(body);
    console.err << fmt::format("{}: {}\n", text_of(body, "code"), text_of(body, "detail"));
    return answer.status == 503 ? app::kExitUnreachable : app::kExitMistakes;
}

int show(const Answer& answer, const ReloadOptions& options, bool raw, Console& console) {
    json::error_code error;
    const json::value value = json::parse(answer.body, error);
    const auto* body = error ? nullptr : value.if_object();
    if (body == nullptr) {
        console.err << fmt::format("HTTP {}: {}\n", answer.status, one_line(answer.body, 300));
        return app::kExitMistakes;
    }
    const bool refused = answer.status / 100 != 2;
    const bool would_be_refused =
        !refused && options.plan && !options.rollback &&
        (flag_of(*body, "exceeds_limit") || flag_of(body->at("plan").as_object(), "rolled_back"));
    if (raw && !(refused && body->if_contains("plan") == nullptr)) {
        console.out << answer.body << '\n';
        return refused            ? (answer.status == 503 ? app::kExitUnreachable : app::kExitMistakes)
               : would_be_refused ? app::kExitMistakes
                                  : app::kExitFine;
    }
    if (refused) return show_refusal(answer, *body, console);
    const std::string result = text_of(*body, "result");
    if (result != "UNCHANGED") console.out << plan_text(*body);
    if (would_be_refused) {
        console.err << "a reload would be refused: it needs --force\n";
        return app::kExitMistakes;
    }
    const std::string revision = text_of(body->at("plan").as_object(), "revision_to");
    if (result == "ACTIVATED") console.out << fmt::format("\nrevision {} is in force\n", revision);
    if (result == "ROLLED_BACK") console.out << fmt::format("\nrolled back: revision {} is in force\n", revision);
    if (result == "UNCHANGED") console.out << fmt::format("revision {} is in force already\n", revision);
    if (result == "PENDING") console.out << '\n' << text_of(*body, "detail") << '\n';
    return app::kExitFine;
}

}  // namespace

int run_reload(const ApiOptions& api, const ReloadOptions& options, Console& console) {
    auto token = read_token(api);
    if (!token) {
        console.err << token.error().message << '\n';
        return token.error().exit_code;
    }
    auto client = HttpClient::make({.url = api.url, .token = *std::move(token), .time_limit = kTimeLimit});
    if (!client) {
        console.err << client.error().message << '\n';
        return app::kExitUsage;
    }
    std::string target = fmt::format("/api/v1/reload?examples={}", options.examples);
    if (options.plan) target += "&plan=true";
    if (options.rollback) target += "&rollback=true";
    if (options.force) target += "&force=true";
    const std::string body =
        api.actor.empty() ? std::string() : json::serialize(json::object{{"actor_staff_id", api.actor}});
    const auto answer = client->post(target, body);
    if (!answer) {
        console.err << answer.error().message << '\n';
        return app::kExitUnreachable;
    }
    try {
        return show(*answer, options, api.json, console);
    } catch (const std::exception&) {  // json: a field is missing or of another kind
        console.err << "the answer cannot be read: " << one_line(answer->body, 300) << '\n';
        return app::kExitMistakes;
    }
}

}  // namespace aw::cli
