// The daemon's API as the `cases` commands use it: cases and tasks as values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/http_client.hpp"
#include "core/calendar/calendar.hpp"
#include "core/model/output.hpp"

namespace aw::cli {

// Why a command ends: what to tell on stderr, and the exit code.
struct ApiFailure {
    std::string message;
    int exit_code = 1;
};
template <class T>
using ApiResult = Result<T, ApiFailure>;
// Tells it; its exit code.
int complain(Console& console, const ApiFailure& failure);

// The token of the options' file; empty without one. Fails (exit code 2) on a file that holds none.
[[nodiscard]] ApiResult<std::string> read_token(const ApiOptions& options);

class CaseApi {
public:
    // Fails (exit code 2) on a URL or a token file that is none.
    [[nodiscard]] static ApiResult<CaseApi> open(const ApiOptions& options,
                                                 Duration time_limit = std::chrono::seconds{15});

    // Every page of a list, as the API's JSON; `query` begins with '?' or is empty.
    [[nodiscard]] ApiResult<std::string> list(const std::string& path, const std::string& query);
    [[nodiscard]] ApiResult<std::string> get(const std::string& path);
    [[nodiscard]] ApiResult<std::string> post(const std::string& path, const std::string& body);

private:
    explicit CaseApi(HttpClient client) : client_(std::move(client)) {}
    HttpClient client_;
};

// The items of a list in JSON. A list that cannot be read is a failure (exit code 1).
[[nodiscard]] ApiResult<std::vector<Case>> cases_of(const std::string& json);
[[nodiscard]] ApiResult<std::vector<Task>> tasks_of(const std::string& json);
[[nodiscard]] ApiResult<std::vector<Silence>> silences_of(const std::string& json);

// Times on the screen: the zone of the configuration, else TZ, else Asia/Shanghai.
[[nodiscard]] TimeZone display_zone(const ApiOptions& options);

// The board of cases: who, why, since when, in which state, what is owed by whom and when.
struct BoardCase {
    Case view;
    std::vector<Task> owed;
};
// The most severe first, or what may cost most; then the other, then the oldest.
enum class BoardOrder : std::uint8_t { kSeverity, kValueAtRisk };
[[nodiscard]] std::string board_text(std::vector<BoardCase> cases, BoardOrder order, const TimeZone& zone);
// Everything about one case.
[[nodiscard]] std::string case_text(const BoardCase& about, const TimeZone& zone);

}  // namespace aw::cli
