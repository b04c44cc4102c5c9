// accountwatch silences: what is kept quiet, over HTTP. A silence is an event; the list is asked of the shards.
#include <algorithm>
#include <ostream>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "cli/case_api.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"
#include "cli/text_table.hpp"
#include "codec/output_decoder.hpp"
#include "core/model/recurrence.hpp"
#include "settings/scalars.hpp"

namespace aw::cli {
namespace {

namespace json = boost::json;

std::string scope_of(const Silence& silence) {
    if (silence.account_root.is_set()) return "account " + format_root(silence.account_root);
    if (!silence.unit_id.empty()) return "unit " + silence.unit_id.value;
    return "case " + silence.case_id.value;
}

std::string kinds_of(const Silence& silence) {
    std::string text;
    for (const SignalKind kind : silence.kinds) text += (text.empty() ? "" : ", ") + std::string(name(kind));
    return text.empty() ? "all" : text;
}

std::string silences_text(const std::vector<Silence>& silences, const TimeZone& zone) {
    TextTable table({"SILENCE", "OF", "KINDS", "FROM", "UNTIL", "AGAIN", "NOW", "BY", "REASON"});
    for (const Silence& one : silences) {
        const std::string now =
            one.active_until.is_set() ? "until " + local_minute(one.active_until, zone) : std::string("-");
        table.add({one.silence_id, scope_of(one), kinds_of(one), local_minute(one.from, zone),
                   local_minute(one.until, zone), one.recurrence.empty() ? "-" : one.recurrence, now,
                   one.author_staff_id.value, one_line(one.reason, 80)});
    }
    return table.text() +
           fmt::format("\n{} silence{}; times are {}\n", silences.size(), silences.size() == 1 ? "" : "s", zone.name());
}

// What was typed, as the event's field; nothing (told on stderr) if it is none.
std::optional<json::object> silence_of(const ApiOptions& api, const AddSilenceOptions& what, Console& console) {
    const TimeZone zone = display_zone(api);
    const auto wrong = [&](std::string_view text) {
        console.err << text << '\n';
        return std::nullopt;
    };
    const Timestamp now = console.clock.now();
    const auto from = what.from.empty() ? std::optional<Timestamp>(now) : parse_instant(what.from, zone);
    if (!from) return wrong("--from: expected a date, 'YYYY-MM-DD HH:MM' or RFC 3339");
    std::optional<Timestamp> until;
    if (!what.span.empty()) {
        const auto span = settings::parse_duration(what.span);
        if (!span || *span <= 0) return wrong("--for: expected a duration such as 90m, 4h or 2d");
        until = *from + Duration{*span};
    } else if (const auto day = parse_day(what.until)) {
        until = zone.at(*day + 1, 0);  // the whole day
    } else {
        until = parse_instant(what.until, zone);
    }
    if (!until) return wrong("--until: expected a date (its end), 'YYYY-MM-DD HH:MM' or RFC 3339");
    json::object scope;
    if (!what.account.empty()) scope["account_root"] = what.account;
    if (!what.unit.empty()) scope["unit_id"] = what.unit;
    if (!what.case_id.empty()) scope["case_id"] = what.case_id;
    json::object silence{{"silence_id", what.id.empty() ? api.actor + "-" + format_utc(now) : what.id},
                         {"scope", std::move(scope)},
                         {"from", format_utc(*from)},
                         {"until", format_utc(*until)},
                         {"author_staff_id", api.actor},
                         {"reason", what.reason}};
    if (!what.kinds.empty()) silence["kinds"] = json::array(what.kinds.begin(), what.kinds.end());
    if (!what.recurrence.empty()) silence["recurrence"] = what.recurrence;
    return silence;
}

// Appends the event; 0 if the log has it.
int send(const ApiOptions& options, json::object silence, std::string_view done, Console& console) {
    const std::string id(silence.at("silence_id").as_string());
    const Timestamp now = console.clock.now();
    const json::object event{{"event_id", fmt::format("silence-{}-{:016x}", now.ms, hash64(id))},
                             {"occurred_at", format_utc(now)},
                             {"source", "accountwatch"},
                             {"silence", std::move(silence)}};
    auto api = CaseApi::open(options);
    if (!api) return complain(console, api.error());
    const auto body = api->post("/api/v1/events", json::serialize(event));
    if (!body) return complain(console, body.error());
    json::error_code error;
    const json::value answer = json::parse(*body, error);
    const auto* object = error ? nullptr : answer.if_object();
    const auto* rejected = object == nullptr ? nullptr : object->if_contains("errors");
    const auto* accepted = object == nullptr ? nullptr : object->if_contains("accepted");
    if (accepted == nullptr || !accepted->is_int64())
        return complain(console, {"the answer cannot be read: " + one_line(*body, 200), app::kExitMistakes});
    if (accepted->as_int64() != 1) {
        std::string why = "refused";
        if (rejected != nullptr && rejected->is_array() && !rejected->as_array().empty()) {
            const json::value& first = rejected->as_array().front();
            why = fmt::format("{}: {}", std::string_view(first.at("reason").as_string()),
                              std::string_view(first.at("detail").as_string()));
        }
        return complain(console, {why, app::kExitMistakes});
    }
    if (options.json) {
        console.out << json::serialize(json::object{{"silence_id", id}}) << '\n';
    } else {
        console.out << fmt::format("{} {}\n", id, done);
    }
    return app::kExitFine;
}

}  // namespace

int run_silences_list(const ApiOptions& options, Console& console) {
    auto api = CaseApi::open(options);
    if (!api) return complain(console, api.error());
    const auto body = api->get("/api/v1/silences");
    if (!body) return complain(console, body.error());
    if (options.json) {
        console.out << *body << '\n';
        return app::kExitFine;
    }
    const auto silences = silences_of(*body);
    if (!silences) return complain(console, silences.error());
    console.out << silences_text(*silences, display_zone(options));
    return app::kExitFine;
}

int run_silences_add(const ApiOptions& options, const AddSilenceOptions& what, Console& console) {
    if (options.actor.empty()) return misused(console, "who wants it quiet? Give --as STAFF_ID");
    const int scopes = (what.account.empty() ? 0 : 1) + (what.unit.empty() ? 0 : 1) + (what.case_id.empty() ? 0 : 1);
    if (scopes != 1) return misused(console, "what is to be quiet? Give one of --account, --unit and --case");
    if (what.until.empty() == what.span.empty()) return misused(console, "how long? Give one of --until and --for");
    if (!what.account.empty() && !parse_root(what.account))
        return misused(console, "--account: expected the 11 digits of an account root");
    if (!parse_recurrence(what.recurrence)) {
        return misused(console,
                       "--recurrence: expected DAILY, WEEKLY or WEEKLY:MON,TUE, each with ;UNTIL=YYYY-MM-DD if "
                       "it is to end");
    }
    auto silence = silence_of(options, what, console);
    if (!silence) return app::kExitUsage;
    if (!what.case_id.empty()) {  // only its own shard knows it: one that is misspelt would be kept quiet in vain
        auto api = CaseApi::open(options);
        if (!api) return complain(console, api.error());
        if (const auto known = api->get("/api/v1/cases/" + url_encoded(what.case_id)); !known)
            return complain(console, known.error());
    }
    return send(options, *std::move(silence), "is on its way; `accountwatch silences list` shows it", console);
}

int run_silences_end(const ApiOptions& options, const EndSilenceOptions& what, Console& console) {
    if (options.actor.empty()) return misused(console, "who ends it? Give --as STAFF_ID");
    auto api = CaseApi::open(options);
    if (!api) return complain(console, api.error());
    const auto body = api->get("/api/v1/silences");
    if (!body) return complain(console, body.error());
    const auto silences = silences_of(*body);
    if (!silences) return complain(console, silences.error());
    const bool known =
        std::any_of(silences->begin(), silences->end(), [&](const Silence& one) { return one.silence_id == what.id; });
    if (!known) {
        return complain(console, {"there is no silence " + what.id + "; `accountwatch silences list` shows them",
                                  app::kExitMistakes});
    }
    json::object silence{{"silence_id", what.id}, {"author_staff_id", options.actor}, {"ended", true}};
    if (!what.reason.empty()) silence["reason"] = what.reason;
    return send(options, std::move(silence), "ends now", console);
}

}  // namespace aw::cli
