#include "app/api.hpp"

#include <boost/asio/io_context.hpp>

#include "app/json_list.hpp"
#include "app/slowest_round.hpp"
#include "http/openapi.hpp"

namespace aw::app {
namespace {

constexpr Duration kStuck = std::chrono::seconds{30};

void show_counts(const ShardCounts& counts, telemetry::Metrics& metrics) {
    metrics.accounts.get().set(static_cast<double>(counts.accounts));
    for (std::size_t c = 1; c < EnumNames<CaseClass>::kList.size(); ++c) {
        for (std::size_t s = 1; s < EnumNames<Severity>::kList.size(); ++s) {
            const auto found = counts.cases_open.find({static_cast<CaseClass>(c), static_cast<Severity>(s)});
            const double n = found == counts.cases_open.end() ? 0 : static_cast<double>(found->second);
            metrics.cases_open.with({EnumNames<CaseClass>::kList[c], EnumNames<Severity>::kList[s]}).set(n);
        }
    }
    for (std::size_t k = 1; k < EnumNames<TaskKind>::kList.size(); ++k) {
        const auto found = counts.tasks_open.find(static_cast<TaskKind>(k));
        metrics.tasks_open.with({EnumNames<TaskKind>::kList[k]})
            .set(found == counts.tasks_open.end() ? 0 : static_cast<double>(found->second));
    }
    for (std::size_t i = 0; i < counts.standing.size(); ++i)
        metrics.accounts_by_state.with({kWatchStateNames[i]}).set(static_cast<double>(counts.standing[i]));
    const auto show = [&](std::string_view its, const ShardCounts::Stratum& stratum) {
        metrics.detections_ended.with({its, "real"}).set(static_cast<double>(stratum.real));
        metrics.detections_ended.with({its, "none"}).set(static_cast<double>(stratum.none));
        metrics.detection_account_days.with({its}).set(static_cast<double>(stratum.days));
        const double years = static_cast<double>(stratum.days) / 365;
        metrics.false_alarms_per_account_year.with({its}).set(
            stratum.days == 0 ? 0 : static_cast<double>(stratum.none) / years);
    };
    for (std::size_t i = 0; i < counts.strata.size(); ++i) show(Certainty::kNames[i], counts.strata[i]);
    show("comparison", counts.compared);
    metrics.false_alarm_budget.with({"earned"}).set(counts.budget_earned);
    metrics.false_alarm_budget.with({"spent"}).set(counts.budget_spent);
}

}  // namespace

Api::Api(Context context)
    : context_(std::move(context)), router_(nullptr), owners_(std::make_unique<Owners>(context_.log)) {}

Result<void, http::ListenError> Api::start() {
    const settings::HttpSettings& settings = context_.settings.http;
    http::ServerOptions options;
    options.listen = settings.host.find(':') == std::string::npos
                         ? settings.host + ":" + std::to_string(settings.port)
                         : "[" + settings.host + "]:" + std::to_string(settings.port);
    if (!settings.tokens_file.empty()) {
        auto tokens = http::Tokens::load(settings.tokens_file);
        if (!tokens) return fail(http::ListenError{tokens.error().front()});
        router_.set_tokens(std::make_shared<const http::Tokens>(*std::move(tokens)));
        options.loopback_only = false;
    }
    add_routes();
    auto server = http::Server::start(
        context_.io, options,
        [this](const http::Request& request) {
            auto refused = router_.admit(request);
            if (refused && (refused->status == 401 || refused->status == 403)) {
                context_.telemetry.report(telemetry::HttpRefused{
                    .status = refused->status,
                    .peer = request.peer,
                    .detail = refused->status == 401 ? "no token, or an unknown one" : "the token lacks the scope"});
            }
            return refused;
        },
        [this](http::Request request, http::Responder respond) {
            router_.handle(std::move(request), std::move(respond));
        });
    if (!server) return fail(server.error());
    server_ = *std::move(server);
    return {};
}

void Api::stop(Duration deadline, std::function<void()> done) {
    if (server_ == nullptr) return done();
    server_->stop(deadline, std::move(done));
}

void Api::add_routes() {
    using http::Scope;
    const auto bind = [this](void (Api::*handler)(const http::Request&, const http::Responder&)) {
        return [this, handler](const http::Request& request, const http::Responder& respond) {
            (this->*handler)(request, respond);
        };
    };
    router_.add("GET", "/api/v1/accounts/{code}", Scope::read, {}, bind(&Api::get_account));
    router_.add("GET", "/api/v1/accounts/{code}/explain", Scope::read, {"at", "language"}, bind(&Api::explain_account));
    router_.add("GET", "/api/v1/accounts/{code}/timeline", Scope::read, {}, bind(&Api::account_timeline));
    router_.add("GET", "/api/v1/cases/{id}/timeline", Scope::read, {}, bind(&Api::case_timeline));
    router_.add("GET", "/api/v1/cases", Scope::read, {"state", "unit", "severity", "order", "limit", "cursor"},
                bind(&Api::list_cases));
    router_.add("GET", "/api/v1/cases/{id}", Scope::read, {}, bind(&Api::get_case));
    router_.add("GET", "/api/v1/tasks", Scope::read, {"staff", "state", "order"}, bind(&Api::list_tasks));
    router_.add("GET", "/api/v1/data-gaps", Scope::read, {}, bind(&Api::list_data_gaps));
    router_.add("GET", "/api/v1/silences", Scope::read, {}, bind(&Api::list_silences));
    router_.add("POST", "/api/v1/cases/{id}/commands", Scope::command, {}, bind(&Api::post_command));
    router_.add("POST", "/api/v1/cases/{id}/export", Scope::read, {}, bind(&Api::post_export));
    router_.add("POST", "/api/v1/tasks/{id}/done", Scope::command, {}, bind(&Api::post_task_done));
    if (context_.settings.roles.intake)
        router_.add("POST", "/api/v1/events", Scope::ingest, {}, bind(&Api::post_events));
    router_.add("POST", "/api/v1/reload", Scope::operate, {"plan", "rollback", "force", "examples"},
                bind(&Api::post_reload));
    router_.add("GET", "/api/v1/openapi.json", Scope::none, {},
                [](const http::Request&, const http::Responder& respond) {
                    respond({.body = std::string(http::openapi_json())});
                });
    add_health(router_);
}

void Api::add_health(http::Router& router) {
    using http::Scope;
    router.add("GET", "/healthz", Scope::none, {}, [this](const http::Request&, const http::Responder& respond) {
        const auto slowest = slowest_round(context_.workers, context_.sources, notify_);
        const bool turning = std::chrono::steady_clock::now() - slowest < std::chrono::seconds{60} + kStuck;
        respond({.status = turning ? 200 : 503,
                 .body = turning ? R"({"healthy":true})" : R"({"healthy":false,"why":"a worker is stuck"})"});
    });
    router.add("GET", "/readyz", Scope::none, {}, [this](const http::Request&, const http::Responder& respond) {
        const bool workers = context_.workers == nullptr || context_.workers->ready();
        const bool board = context_.board.caught_up();
        const std::string sources = context_.sources == nullptr ? "" : context_.sources->not_ready();
        const std::string notify = notify_ == nullptr ? "" : notify_->not_ready();
        const bool full =
            context_.ingest.disk_is_full() || (context_.workers != nullptr && context_.workers->disk_is_full());
        const std::string why = full       ? "the disk of the log is full: nothing is taken until there is room"
                                : !workers ? "the log is not reachable or partitions are being restored"
                                : !board   ? "cases, tasks and data gaps are being read, or the log is not reachable"
                                : !sources.empty() ? sources
                                                   : notify;
        if (why.empty()) return respond({.body = R"({"ready":true})"});
        respond({.status = 503, .body = R"({"ready":false,"why":")" + why + "\"}"});
    });
    router.add("GET", "/metrics", Scope::none, {},
               [this](const http::Request&, const http::Responder& respond) { metrics(respond); });
}

// Counts are taken when somebody asks, each shard on its own thread.
void Api::metrics(const http::Responder& respond) {
    const auto expose = [this, respond] {
        respond({.body = context_.registry.expose(), .content_type = std::string(telemetry::Registry::kContentType)});
    };
    if (context_.workers == nullptr) return expose();
    context_.workers->count([this, expose](const ShardCounts& counts) {
        show_counts(counts, context_.telemetry.metrics());
        expose();
    });
}

void Api::get_account(const http::Request& request, const http::Responder& respond) {
    const std::string& text = request.path.at("code");
    std::optional<AccountRoot> root = parse_root(text);
    if (const auto code = parse_customer_code(text)) root = code->root;
    if (!root)
        return respond(http::problem(400, "BAD_CUSTOMER_CODE",
                                     "\"" + text + "\" is neither a 14-digit code nor an 11-digit root"));
    with_owner(*root, request, respond, [root = *root, respond](const Partition& partition) {
        const auto view = partition.shard().account(root);
        if (!view) return respond(http::problem(404, "UNKNOWN_ACCOUNT", "nothing is known of " + format_root(root)));
        respond({.body = encode(*view, Format::json)});
    });
}

void Api::list_cases(const http::Request& request, const http::Responder& respond) {
    const auto query = read_case_query(request);
    if (!query) return respond(query.error());
    std::optional<Board::Cursor> next;
    const auto cases = context_.board.cases(*query, next);
    respond({.body = json_page(cases, next ? to_text(*next, query->order) : std::string())});
}

void Api::get_case(const http::Request& request, const http::Responder& respond) {
    const std::string& id = request.path.at("id");
    const auto found = context_.board.find_case(id);
    if (!found) return respond(http::problem(404, "UNKNOWN_CASE", "there is no case " + id));
    respond({.body = encode(*found, Format::json)});
}

void Api::list_tasks(const http::Request& request, const http::Responder& respond) {
    const auto query = read_task_query(request);
    if (!query) return respond(query.error());
    respond({.body = json_page(context_.board.tasks(*query))});
}

void Api::list_data_gaps(const http::Request&, const http::Responder& respond) {
    respond({.body = json_page(context_.board.gaps())});
}

// Silences are broadcast: whoever owns any partition knows them all, and who owns none sends to one who does.
void Api::list_silences(const http::Request& request, const http::Responder& respond) {
    const std::string target = request.target;
    if (context_.workers == nullptr) return send_to_any_owner(0, target, respond);
    context_.workers->silences([this, target, respond](const std::optional<std::vector<Silence>>& silences) {
        silences ? respond({.body = json_page(*silences)}) : send_to_any_owner(0, target, respond);
    });
}

}  // namespace aw::app
