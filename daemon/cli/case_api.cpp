#include "cli/case_api.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "base/text.hpp"
#include "cli/config_file.hpp"
#include "codec/output_decoder.hpp"

namespace aw::cli {
namespace {

namespace json = boost::json;

constexpr int kMostPages = 1000;

tl::unexpected<ApiFailure> failure(std::string message, int exit_code = app::kExitMistakes) {
    return tl::unexpected<ApiFailure>(ApiFailure{std::move(message), exit_code});
}

// RFC 9457 problem JSON in one line: "VERSION_CONFLICT: expected version 3, the case is at 4".
std::string problem_text(const Answer& answer) {
    json::error_code error;
    const json::value body = json::parse(answer.body, error);
    const auto text = [&](const char* field) -> std::string {
        const auto* object = error ? nullptr : body.if_object();
        const auto* value = object == nullptr ? nullptr : object->if_contains(field);
        return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
    };
    const std::string code = text("code");
    if (code.empty()) return fmt::format("HTTP {}: {}", answer.status, one_line(answer.body, 300));
    return fmt::format("{}: {}", code, one_line(text("detail").empty() ? text("title") : text("detail")));
}

ApiResult<std::string> accepted(const Result<Answer>& answer) {
    if (!answer) return failure(answer.error().message, app::kExitUnreachable);
    if (answer->status / 100 == 2) return answer->body;
    const bool down = answer->status == 503 || answer->status == 502 || answer->status == 504;
    return failure(problem_text(*answer), down ? app::kExitUnreachable : app::kExitMistakes);
}

ApiResult<json::array> items_of(const std::string& text, std::string* next = nullptr) {
    json::error_code error;
    json::value body = json::parse(text, error);
    auto* object = error ? nullptr : body.if_object();
    auto* items = object == nullptr ? nullptr : object->if_contains("items");
    if (items == nullptr || !items->is_array()) return failure("the answer is no list: " + one_line(text, 200));
    if (const auto* cursor = object->if_contains("next_cursor");
        next != nullptr && cursor != nullptr && cursor->is_string()) {
        *next = cursor->as_string();
    }
    return std::move(items->as_array());
}

template <class T, class Decode>
ApiResult<std::vector<T>> decoded(const std::string& text, Decode decode) {
    auto items = items_of(text);
    if (!items) return tl::unexpected(items.error());
    std::vector<T> list;
    for (const json::value& item : *items) {
        auto value = decode(json::serialize(item));
        if (!value) return failure("the answer cannot be read: " + value.error().message);
        list.push_back(std::move(*value));
    }
    return list;
}

}  // namespace

int complain(Console& console, const ApiFailure& failure) {
    console.err << failure.message << '\n';
    return failure.exit_code;
}

ApiResult<std::string> read_token(const ApiOptions& options) {
    std::string token;
    if (options.token_file.empty()) return token;
    std::ifstream file(options.token_file);
    if (!std::getline(file, token)) return failure(options.token_file + ": cannot be read", app::kExitUsage);
    while (!token.empty() && std::isspace(static_cast<unsigned char>(token.back())) != 0) token.pop_back();
    if (token.empty()) return failure(options.token_file + ": its first line is empty", app::kExitUsage);
    return token;
}

ApiResult<CaseApi> CaseApi::open(const ApiOptions& options, Duration time_limit) {
    auto token = read_token(options);
    if (!token) return tl::unexpected(token.error());
    auto client = HttpClient::make({.url = options.url, .token = *std::move(token), .time_limit = time_limit});
    if (!client) return failure(client.error().message, app::kExitUsage);
    return CaseApi(std::move(*client));
}

ApiResult<std::string> CaseApi::get(const std::string& path) { return accepted(client_.get(path)); }

ApiResult<std::string> CaseApi::post(const std::string& path, const std::string& body) {
    return accepted(client_.post(path, body));
}

ApiResult<std::string> CaseApi::list(const std::string& path, const std::string& query) {
    json::array all;
    std::string cursor;
    for (int page = 0; page < kMostPages; ++page) {
        std::string target = path + query;
        if (!cursor.empty()) target += (query.empty() ? "?cursor=" : "&cursor=") + url_encoded(cursor);
        auto body = get(target);
        if (!body) return body;
        std::string next;
        auto items = items_of(*body, &next);
        if (!items) return tl::unexpected(items.error());
        if (page == 0 && next.empty()) return body;
        for (json::value& item : *items) all.push_back(std::move(item));
        if (next.empty() || next == cursor) break;
        cursor = next;
    }
    return json::serialize(json::object{{"items", std::move(all)}, {"next_cursor", ""}});
}

ApiResult<std::vector<Case>> cases_of(const std::string& text) {
    return decoded<Case>(text, [](std::string_view item) { return decode_case(item); });
}

ApiResult<std::vector<Task>> tasks_of(const std::string& text) {
    return decoded<Task>(text, [](std::string_view item) { return decode_task(item); });
}

ApiResult<std::vector<Silence>> silences_of(const std::string& text) {
    return decoded<Silence>(text, [](std::string_view item) { return decode_silence(item); });
}

TimeZone display_zone(const ApiOptions& options) {
    if (!options.config.empty()) {
        if (const auto loaded = settings::load(options.config, {}, std::nullopt); loaded.ok())
            return loaded.rules->calendar.zone();
    }
    const char* tz = std::getenv("TZ");
    std::string_view name = tz == nullptr ? "" : tz;
    if (name.starts_with(':')) name.remove_prefix(1);
    if (!name.empty()) {
        if (auto zone = time_zone(std::string(name))) return *zone;
    }
    return time_zone("Asia/Shanghai").value_or(TimeZone());
}

}  // namespace aw::cli
