#include "telemetry/logging.hpp"

#include <cstdlib>
#include <map>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"

namespace aw::telemetry {
namespace {

spdlog::level::level_enum spd(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warning:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
        case Level::critical:
            return spdlog::level::critical;
    }
    return spdlog::level::info;
}

// %N: the priority of sd-daemon(3).
class JournalPriority final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& to) override {
        const auto text = [&]() -> std::string_view {
            switch (message.level) {
                case spdlog::level::critical:
                    return "<2>";
                case spdlog::level::err:
                    return "<3>";
                case spdlog::level::warn:
                    return "<4>";
                case spdlog::level::info:
                    return "<6>";
                default:
                    return "<7>";
            }
        }();
        to.append(text.data(), text.data() + text.size());
    }
    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<JournalPriority>();
    }
};

std::unique_ptr<spdlog::formatter> formatter(const LogSettings& settings) {
    auto made = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc, "\n");
    made->add_flag<JournalPriority>('N');
    if (settings.format == Format::json) {
        made->set_pattern(R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})");
    } else if (settings.journal) {
        made->set_pattern("%N%v");
    } else {
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v");
    }
    return made;
}

std::string text_value(const std::string& value) {
    const bool plain = !value.empty() && value.find_first_of(" \t\r\n\"=\\") == std::string::npos;
    const std::string safe = json_escaped(value);
    return plain && safe == value ? value : '"' + safe + '"';
}

std::string line(Format format, std::string_view event, std::string_view message, std::span<const Field> fields) {
    std::string out;
    if (format == Format::json) {
        out = fmt::format(R"("event":"{}","message":"{}")", json_escaped(event), json_escaped(message));
        for (const Field& field : fields)
            out += fmt::format(R"(,"{}":"{}")", json_escaped(field.key), json_escaped(field.value));
    } else {
        out = fmt::format("{}: {}", event, one_line(message));
        for (const Field& field : fields) out += fmt::format(" {}={}", field.key, text_value(field.value));
    }
    return out;
}

}  // namespace

std::optional<Level> parse_level(std::string_view text) {
    if (text == "debug") return Level::debug;
    if (text == "info") return Level::info;
    if (text == "warning") return Level::warning;
    if (text == "error") return Level::error;
    if (text == "critical") return Level::critical;
    return std::nullopt;
}

std::optional<Format> parse_format(std::string_view text) {
    if (text == "text") return Format::text;
    if (text == "json") return Format::json;
    return std::nullopt;
}

bool stderr_is_journal() {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    if (stream == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return false;
    return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

// Counts lines per event and subject in windows of `interval`. The number of keys is bounded: beyond it, all the others
// share one.
class Log::Limiter {
public:
    struct Verdict {
        bool allowed = true;
        std::uint64_t left_out = 0;  // since the last line written
    };
    struct LeftOut {
        std::string event;
        std::string subject;
        std::uint64_t lines = 0;
    };

    Limiter(const LogSettings& settings, const Clock& clock) : settings_(settings), clock_(clock) {}

    Verdict ask(std::string_view event, std::string_view subject) {
        const std::lock_guard lock(mutex_);
        Key key{std::string(event), std::string(subject)};
        if (!windows_.contains(key) && windows_.size() >= kMaxKeys) key = {"other", ""};
        Window& window = windows_[key];
        const Timestamp now = clock_.now();
        // A clock that was set back must not silence the log.
        if (now - window.began >= settings_.interval || now < window.began) {
            window.began = now;
            window.lines = 0;
        }
        if (window.lines >= settings_.burst) {
            ++window.left_out;
            return {false, 0};
        }
        ++window.lines;
        return {true, std::exchange(window.left_out, 0)};
    }

    std::vector<LeftOut> take() {
        const std::lock_guard lock(mutex_);
        std::vector<LeftOut> list;
        for (auto& [key, window] : windows_) {
            if (window.left_out > 0) list.push_back({key.first, key.second, std::exchange(window.left_out, 0)});
        }
        const Timestamp now = clock_.now();
        std::erase_if(windows_, [&](const auto& entry) {
            return now - entry.second.began >= settings_.interval || now < entry.second.began;
        });
        return list;
    }

private:
    using Key = std::pair<std::string, std::string>;
    struct Window {
        Timestamp began;
        std::uint32_t lines = 0;
        std::uint64_t left_out = 0;
    };
    static constexpr std::size_t kMaxKeys = 1000;

    const LogSettings settings_;
    const Clock& clock_;
    std::mutex mutex_;
    std::map<Key, Window> windows_;
};

Log::Log(const LogSettings& settings, const Clock& clock)
    : Log(settings, clock, std::make_shared<spdlog::sinks::stderr_sink_mt>()) {}

Log::Log(const LogSettings& settings, const Clock& clock, std::shared_ptr<spdlog::sinks::sink> sink)
    : settings_(settings),
      logger_(std::make_shared<spdlog::logger>("accountwatch", std::move(sink))),
      limiter_(std::make_unique<Limiter>(settings, clock)) {
    logger_->set_formatter(formatter(settings));
    logger_->set_level(spd(settings.level));
    logger_->flush_on(spdlog::level::debug);
    logger_->set_error_handler([](const std::string&) {});  // spdlog's own writes to stderr, which is what failed
}

Log::~Log() { report_suppressed(); }

void Log::write(Level level, std::string_view event, std::string_view message, std::span<const Field> fields,
                std::string_view subject) {
    if (!enabled(level)) return;
    const auto verdict = limiter_->ask(event, subject);
    if (!verdict.allowed) return;
    if (verdict.left_out == 0) {
        put(level, event, message, fields);
        return;
    }
    std::vector<Field> more(fields.begin(), fields.end());
    more.push_back({"left_out", std::to_string(verdict.left_out)});
    put(level, event, message, more);
}

void Log::write_always(Level level, std::string_view event, std::string_view message, std::span<const Field> fields) {
    if (enabled(level)) put(level, event, message, fields);
}

void Log::report_suppressed() {
    for (const auto& entry : limiter_->take()) {
        std::vector<Field> fields{{"left_out", std::to_string(entry.lines)}};
        if (!entry.subject.empty()) fields.push_back({"subject", entry.subject});
        put(Level::info, entry.event, "repeated", fields);
    }
}

void Log::put(Level level, std::string_view event, std::string_view message, std::span<const Field> fields) {
    // Passed as a string_view: spdlog would read a single argument of another type as a format.
    const std::string text = line(settings_.format, event, message, fields);
    logger_->log(spd(level), spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace aw::telemetry
