// accountwatch explain: why it fired, or why it did not; from the log, or from a daemon.
#include <filesystem>
#include <ostream>

#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "app/explain_text.hpp"
#include "app/log_history.hpp"
#include "app/open_log.hpp"
#include "cli/case_api.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"
#include "codec/output_decoder.hpp"
#include "codec/output_encoder.hpp"

namespace aw::cli {
namespace {

constexpr Duration kReplayLimit = std::chrono::minutes{10};

std::optional<AccountRoot> root_from(const std::string& text) {
    if (const auto code = parse_customer_code(text)) return code->root;
    return parse_root(text);
}

int complain(Console& console, const std::string& what, int code) {
    console.err << what << '\n';
    return code;
}

void print(const AccountExplanation& about, bool json, Console& console) {
    if (json) {
        console.out << encode(about, Format::json) << '\n';
        return;
    }
    for (const std::string& line : about.text) console.out << line << '\n';
}

// `first`: its first record, if that is later than `at`.
int unknown(AccountRoot root, std::optional<Timestamp> at, std::optional<Timestamp> first, const TimeZone& zone,
            Console& console) {
    const std::string what = format_root(root);
    if (!at || !first) return complain(console, "nothing is known of " + what, app::kExitMistakes);
    return complain(console,
                    fmt::format("nothing was known of {} on {} ({}): its first record in the log is of {}", what,
                                local_minute(*at, zone), zone.name(), local_minute(*first, zone)),
                    app::kExitMistakes);
}

int ask_daemon(const ExplainOptions& options, AccountRoot root, std::optional<Timestamp> at,
               std::optional<Language> language, Console& console) {
    ApiOptions api;
    api.url = options.url;
    api.token_file = options.token_file;
    auto client = CaseApi::open(api, kReplayLimit);
    if (!client) return complain(console, client.error().message, client.error().exit_code);
    std::string target = "/api/v1/accounts/" + format_root(root) + "/explain";
    if (at) target += "?at=" + url_encoded(format_utc(*at));
    if (language) target += fmt::format("{}language={}", at ? "&" : "?", *language == Language::EN ? "en" : "zh");
    const auto body = client->get(target);
    if (!body) return complain(console, body.error().message, body.error().exit_code);
    if (options.json) {
        console.out << *body << '\n';
        return app::kExitFine;
    }
    const auto about = decode_explanation(*body);
    if (!about) return complain(console, "the answer cannot be read: " + about.error().message, app::kExitMistakes);
    print(*about, false, console);
    return app::kExitFine;
}

int read_log(const ExplainOptions& options, const settings::Loaded& loaded, AccountRoot root,
             std::optional<Timestamp> at, Console& console) {
    const settings::LogSettings& where = loaded.settings.log;
    std::error_code error;
    if (where.backend == settings::LogBackend::EMBEDDED && !std::filesystem::exists(where.embedded_path, error))
        return complain(console, where.embedded_path + ": there is no log", app::kExitStorage);
    auto log = app::open_log(
        loaded.settings, console.clock, [](eventlog::LogLevel, std::string_view) {}, app::LogUse::tool);
    if (!log) return complain(console, log.error().message, app::exit_code_of(log.error().kind));
    Progress progress(console, "reading the log");
    app::LogHistory history(**log, loaded.rules, [&](std::uint64_t records) {
        progress.show(records, "records");
        return true;
    });
    auto about = history.explain(root, at);
    progress.wipe();
    if (!about) return complain(console, about.error().message, app::exit_code_of(about.error().kind));
    if (!*about) return unknown(root, at, history.first_record(), loaded.rules->calendar.zone(), console);
    app::put_into_words(**about, loaded.rules->language, history.rules_then()->calendar);
    print(**about, options.json, console);
    return app::kExitFine;
}

}  // namespace

int run_explain(const ExplainOptions& options, Console& console) {
    const auto root = root_from(options.account);
    if (!root)
        return complain(console, options.account + " is neither a 14-digit code nor an 11-digit root", app::kExitUsage);
    if (options.url.empty() && options.config.file.empty())
        return complain(console, "--config says where the log is, --url which daemon to ask: give one of them",
                        app::kExitUsage);
    std::optional<settings::Loaded> loaded;
    if (!options.config.file.empty()) {
        loaded = load_config(options.config, console);
        if (!loaded) return app::kExitConfiguration;
    }
    std::optional<Timestamp> at;
    if (!options.at.empty()) {
        at = parse_instant(options.at, loaded ? loaded->rules->calendar.zone() : display_zone({}));
        if (!at) return complain(console, "--at " + options.at + ": expected a date or a time", app::kExitUsage);
    }
    if (options.url.empty()) return read_log(options, *loaded, *root, at, console);
    if (loaded) return ask_daemon(options, *root, at, loaded->rules->language, console);
    std::optional<Language> language;
    for (const std::string& set : options.config.sets) {
        if (set != "language=en" && set != "language=zh")
            return complain(console,
                            "--set " + set +
                                ": a daemon is asked for language=en or language=zh; other settings are its own, "
                                "or of a --config",
                            app::kExitUsage);
        language = set == "language=en" ? Language::EN : Language::ZH;
    }
    return ask_daemon(options, *root, at, language, console);
}

}  // namespace aw::cli
