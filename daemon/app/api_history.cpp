// The HTTP API: why something fired, why it did not, and what happened when. Answered by the historian's thread.
#include "app/api.hpp"
#include "app/explain_text.hpp"
#include "app/json_list.hpp"

namespace aw::app {
namespace {

constexpr const char* kStopping = "the service stops";

std::optional<AccountRoot> root_from(const std::string& text) {
    if (const auto code = parse_customer_code(text)) return code->root;
    return parse_root(text);
}

http::Response no_such_code(const std::string& text) {
    return http::problem(400, "BAD_CUSTOMER_CODE", "\"" + text + "\" is neither a 14-digit code nor an 11-digit root");
}

void answer_explanation(AccountExplanation about, const Rules& rules, Language language,
                        const http::Responder& respond) {
    put_into_words(about, language, rules.calendar);
    respond({.body = encode(about, Format::json)});
}

}  // namespace

bool Api::ask_historian(const http::Responder& respond, std::function<void(LogHistory&)> question) {
    const auto guarded = [respond, question = std::move(question)](LogHistory* history) {
        if (history == nullptr) return respond(http::problem(503, "UNAVAILABLE", kStopping));
        question(*history);
    };
    if (context_.historian != nullptr && context_.historian->ask(guarded)) return true;
    respond(http::problem(503, "UNAVAILABLE", "too many questions about the past are waiting; ask again later"));
    return false;
}

void Api::explain_account(const http::Request& request, const http::Responder& respond) {
    const auto root = root_from(request.path.at("code"));
    if (!root) return respond(no_such_code(request.path.at("code")));
    const auto query = read_explain_query(request, context_.language);
    if (!query) return respond(query.error());
    if (!query->at) return explain_now(*root, query->language, request, respond);
    ask_historian(respond, [root = *root, when = query->at, language = query->language, respond](LogHistory& history) {
        auto about = history.explain(root, when);
        if (!about) return respond(http::problem(503, "UNAVAILABLE", about.error().message));
        if (!*about) {
            const auto first = history.first_record();
            const std::string later = first ? "; its first record in the log is of " + format_utc(*first) : "";
            return respond(
                http::problem(404, "UNKNOWN_ACCOUNT", "nothing was known of " + format_root(root) + " then" + later));
        }
        answer_explanation(**std::move(about), *history.rules_then(), language, respond);
    });
}

// The state of now, from the shard that has it; the decisions from their topic.
void Api::explain_now(AccountRoot root, Language language, const http::Request& request,
                      const http::Responder& respond) {
    with_owner(root, request, respond, [this, root, language, respond](const Partition& partition) {
        auto about = partition.shard().explain(root);
        if (!about) return respond(http::problem(404, "UNKNOWN_ACCOUNT", "nothing is known of " + format_root(root)));
        auto rules = std::make_shared<const Rules>(partition.shard().rules());
        auto kept = std::make_shared<AccountExplanation>(*std::move(about));
        ask_historian(respond, [root, language, respond, rules, kept](LogHistory& history) {
            auto decisions = history.decisions(root);
            if (!decisions) return respond(http::problem(503, "UNAVAILABLE", decisions.error().message));
            kept->decisions = *std::move(decisions);
            answer_explanation(std::move(*kept), *rules, language, respond);
        });
    });
}

void Api::answer_timeline(AccountRoot root, const CaseId& case_id, const http::Responder& respond) {
    ask_historian(respond, [root, case_id, respond](LogHistory& history) {
        const auto entries = history.timeline(root, case_id);
        if (!entries) return respond(http::problem(503, "UNAVAILABLE", entries.error().message));
        if (entries->empty()) {
            const std::string what = case_id.empty() ? format_root(root) : "case " + case_id.value;
            return respond(http::problem(404, case_id.empty() ? "UNKNOWN_ACCOUNT" : "UNKNOWN_CASE",
                                         "nothing has happened with " + what));
        }
        respond({.body = json_page(*entries)});
    });
}

void Api::account_timeline(const http::Request& request, const http::Responder& respond) {
    const auto root = root_from(request.path.at("code"));
    if (!root) return respond(no_such_code(request.path.at("code")));
    answer_timeline(*root, {}, respond);
}

void Api::case_timeline(const http::Request& request, const http::Responder& respond) {
    const std::string& id = request.path.at("id");
    const auto root = root_of_id(id);
    if (!root) return respond(http::problem(404, "UNKNOWN_CASE", "there is no case " + id));
    answer_timeline(*root, CaseId(id), respond);
}

}  // namespace aw::app
