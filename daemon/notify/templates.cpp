#include "notify/templates.hpp"

#include <array>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include "base/text.hpp"
#include "notify/template_file.hpp"

namespace aw::notify {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::array kLanguages{Language::ZH, Language::EN};
constexpr std::size_t kMaxFileBytes = 1 << 20;

std::string file_of(const std::string& folder, Language language) {
    return fmt::format("{}/notice.{}.mustache", folder, language == Language::ZH ? "zh" : "en");
}

const std::vector<std::string_view>& known_values() {
    static const std::vector<std::string_view> kKnown{
        "severity", "account", "account_root", "case_id", "task_id",   "created", "due",         "link",
        "subject",  "detail",  "is_INFO",      "is_LOW",  "is_MEDIUM", "is_HIGH", "is_CRITICAL", "is_EMERGENCY"};
    return kKnown;
}

std::map<NoticeReason, TemplateSection> read_file(const std::string& folder, Language language,
                                                  std::vector<TemplateMistake>& mistakes) {
    const std::string path = file_of(folder, language);
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        mistakes.push_back({path, 0, 0, "cannot be read"});
        return {};
    }
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.size() > kMaxFileBytes) {
        mistakes.push_back({path, 0, 0, "is larger than 1 MiB"});
        return {};
    }
    auto sections = read_sections(text, path, known_values(), mistakes);
    for (std::size_t i = 1; i < EnumNames<NoticeReason>::kList.size(); ++i) {
        const auto reason = static_cast<NoticeReason>(i);
        if (sections.contains(reason)) continue;
        mistakes.push_back({path, 0, 0, fmt::format("has no section {}", name(reason))});
    }
    return sections;
}

mustache::data values(const Notice& notice, const TemplateContext& context, Language language) {
    mustache::data data;
    const auto set = [&data](const char* name, const std::string& value) {
        if (!value.empty()) data.set(name, value);  // an unset value is false, so that it can be asked for
    };
    const auto time = [&](Timestamp instant) {
        if (!instant.is_set()) return std::string();
        const std::int32_t offset_s = context.utc_offset_s ? context.utc_offset_s(instant) : 0;
        return local_time_text(instant, offset_s, notice.created_at, language);
    };
    const std::string root = notice.account_root.is_set() ? format_root(notice.account_root) : std::string();
    const std::string name =
        notice.account_root.is_set() && context.account_name ? context.account_name(notice.account_root) : "";
    const char* with_name = language == Language::ZH ? "{}（{}）" : "{} ({})";
    set("severity", std::string(severity_text(notice.severity, language)));
    set("account_root", root);
    set("account", name.empty() ? root : one_line(fmt::format(fmt::runtime(with_name), name, root)));
    set("case_id", notice.case_id.value);
    set("task_id", notice.task_id.value);
    set("created", time(notice.created_at));
    set("due", time(notice.due_at));
    if (!context.advertised_url.empty() && !notice.case_id.empty()) {
        const bool slash = context.advertised_url.ends_with('/');
        set("link", context.advertised_url + (slash ? "" : "/") + "api/v1/cases/" + notice.case_id.value);
    }
    set("subject", one_line(notice.subject));
    set("detail", notice.text);
    if (notice.severity != Severity::UNSPECIFIED) {
        data.set("is_" + std::string(aw::name(notice.severity)), mustache::data::type::bool_true);
    }
    if (notice.case_class == CaseClass::EMERGENCY) data.set("is_EMERGENCY", mustache::data::type::bool_true);
    return data;
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t from = text.find_first_not_of(kBlanks);
    if (from == std::string_view::npos) return {};
    return std::string(text.substr(from, text.find_last_not_of(kBlanks) - from + 1));
}

}  // namespace

struct Templates::Section {
    std::string body;
};

Templates::Templates() = default;
Templates::~Templates() = default;
Templates::Templates(Templates&&) noexcept = default;
Templates& Templates::operator=(Templates&&) noexcept = default;

std::string to_text(const TemplateMistake& mistake) {
    if (mistake.line == 0) return fmt::format("{}: {}", mistake.file, mistake.message);
    return fmt::format("{}:{}:{}: {}", mistake.file, mistake.line, mistake.column, mistake.message);
}

Templates Templates::load(const std::string& folder, TemplateContext context, std::vector<TemplateMistake>& mistakes) {
    Templates templates;
    templates.context_ = std::move(context);
    for (const Language language : kLanguages) {
        for (auto& [reason, section] : read_file(folder, language, mistakes)) {
            if (section.broken) continue;
            templates.sections_[{language, reason}] = std::make_unique<Section>(Section{std::move(section.body)});
        }
    }
    return templates;
}

Rendered Templates::render(const Notice& notice, Language language) const {
    if (language == Language::UNSPECIFIED) language = notice.language;
    Rendered rendered{notice, true};
    const auto at = sections_.find({language, notice.reason});
    if (at == sections_.end()) return rendered;
    // Parsed anew each time: rendering changes a mustache object, and notices are few.
    mustache::mustache parsed(at->second->body);
    parsed.set_custom_escape([](const std::string& text) { return text; });  // plain text, not HTML
    if (!parsed.is_valid()) return rendered;
    const std::string text = trimmed(parsed.render(values(notice, context_, language)));
    const std::size_t end = text.find('\n');
    const std::string subject = trimmed(std::string_view(text).substr(0, end));
    if (!parsed.is_valid() || subject.empty()) return rendered;
    rendered.notice.subject = subject;
    rendered.notice.text = end == std::string::npos ? std::string() : trimmed(std::string_view(text).substr(end));
    rendered.notice.language = language;
    rendered.plain_text = false;
    return rendered;
}

std::vector<TemplateMistake> check_templates(const std::string& folder) {
    std::vector<TemplateMistake> mistakes;
    for (const Language language : kLanguages) {
        for (const auto& [reason, section] : read_file(folder, language, mistakes)) {
            if (section.broken) continue;  // said already
            const mustache::mustache parsed(section.body);
            if (parsed.is_valid()) continue;
            mistakes.push_back({file_of(folder, language), section.line, section.column,
                                fmt::format("{}: {}", name(reason), parsed.error_message())});
        }
    }
    return mistakes;
}

std::string local_time_text(Timestamp instant, std::int32_t utc_offset_s, Timestamp seen_from, Language language) {
    constexpr std::int64_t kDayMs = 86'400'000;
    const auto local_day = [utc_offset_s](Timestamp t) {
        const std::int64_t ms = t.ms + std::int64_t{utc_offset_s} * 1000;
        return Day{static_cast<std::int32_t>(ms >= 0 ? ms / kDayMs : (ms - kDayMs + 1) / kDayMs)};
    };
    const Day day = local_day(instant);
    const std::int64_t minutes =
        (instant.ms + std::int64_t{utc_offset_s} * 1000 - std::int64_t{day.n} * kDayMs) / 60'000;
    const std::string date = format_day(day);  // YYYY-MM-DD
    const int month = (date[5] - '0') * 10 + (date[6] - '0');
    const int day_of_month = (date[8] - '0') * 10 + (date[9] - '0');
    const bool other_year = seen_from.is_set() && year_of(local_day(seen_from)) != year_of(day);
    const auto at = static_cast<std::size_t>(weekday(day) - 1);
    if (language == Language::EN) {
        static constexpr std::array<const char*, 7> kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
        static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        return fmt::format("{} {} {}{}, {:02}:{:02}", kDays[at], day_of_month,
                           kMonths[static_cast<std::size_t>(month - 1)],
                           other_year ? fmt::format(" {}", year_of(day)) : "", minutes / 60, minutes % 60);
    }
    static constexpr std::array<const char*, 7> kDays{"一", "二", "三", "四", "五", "六", "日"};
    return fmt::format("{}{}月{}日（周{}）{:02}:{:02}", other_year ? fmt::format("{}年", year_of(day)) : "", month,
                       day_of_month, kDays[at], minutes / 60, minutes % 60);
}

std::string_view severity_text(Severity severity, Language language) {
    const bool zh = language != Language::EN;
    switch (severity) {
        case Severity::UNSPECIFIED:
            return "";
        case Severity::INFO:
            return zh ? "提示" : "info";
        case Severity::LOW:
            return zh ? "关注" : "low";
        case Severity::MEDIUM:
            return zh ? "中" : "medium";
        case Severity::HIGH:
            return zh ? "高" : "high";
        case Severity::CRITICAL:
            return zh ? "紧急" : "critical";
    }
    return "";
}

}  // namespace aw::notify
