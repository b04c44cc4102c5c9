#include "core/cases/figures.hpp"

#include <array>
#include <charconv>

#include "core/cases/notice_text.hpp"
#include "core/cases/words.hpp"

namespace aw {
namespace {

constexpr std::array<CodeWords, 31> kGates = {{
    {"change_bp", "变化", "change"},
    {"share_change_bp", "份额变化(百分点)", "change of the share in points"},
    {"seasonal_guard_bp", "扣除季节后的变化", "change beyond the season's"},
    {"tail_probability", "偶然概率", "probability by chance"},
    {"periods", "连续期数", "periods in a row"},
    {"history_periods", "历史期数", "periods of history"},
    {"episode", "是否为新的下滑", "a fall of its own"},
    {"items_alike", "业务量能否解释收入", "what explains the items explains the money"},
    {"watched", "在监控范围内", "watched"},
    {"signalled", "本次下滑已发信号的级别", "severity signalled in this fall"},
    {"live", "已生效", "live"},
    {"lasts", "发现时仍在持续", "still so when it was found"},
    {"silence", "不在静默期", "no silence"},
    {"not_silenced", "不在静默期", "not silenced"},
    {"feeds_complete", "数据完整", "feeds complete"},
    {"idle_days", "连续无业务天数", "days without anything"},
    {"active_days", "一年内有业务的天数", "active days in a year"},
    {"t12m_revenue_fen", "近12个月收入", "revenue of twelve months"},
    {"importance", "重要性", "importance"},
    {"t12m_revenue", "近12个月收入", "revenue of twelve months"},
    {"monthly_mean", "月均收入", "revenue of a month, on average"},
    {"age_days", "首次用邮至今天数", "days since it was first seen"},
    {"fell_bp", "行业内下滑客户占比", "share of the industry's accounts that fell"},
    {"accounts", "行业内可比客户数", "accounts of the industry that can be compared"},
    {"rest_change_bp", "其他业务合计的变化", "change of all other lines together"},
    {"score", "证据得分", "score of the evidence"},
    {"return_years", "如此长的沉默多少年一遇", "years between two silences as long as this"},
    {"history_days", "历史天数", "days of history"},
    {"registered", "已登记", "registered"},
    {"closed_on", "关闭日期", "closed on"},
    {"watch", "监控范围", "scope of the policy"},
}};

std::string severity_words(const Say& say, const std::string& value) {
    const auto severity = parse_enum<Severity>(value);
    return severity ? std::string(in_words(say.language(), *severity)) : value;
}

}  // namespace

std::string minute_text(const Calendar& calendar, Timestamp at) {
    const Day day = calendar.day_of(at);
    const auto minutes = (at - calendar.zone().at(day, 0)).count() / 60'000;
    return fmt::format("{} {:02}:{:02}", format_day(day), minutes / 60, minutes % 60);
}

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number < 0 ? -number : number);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return (number < 0 ? "-" : "") + digits;
}

std::string money_text(std::int64_t fen) {
    const std::int64_t size = fen < 0 ? -fen : fen;
    return fmt::format("{}{}.{:02}", fen < 0 ? "-" : "", grouped(size / 100), size % 100);
}

std::int64_t to_number(std::string_view text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string bp_text(std::string_view bp) {
    const std::int64_t value = to_number(bp);
    const std::int64_t tenths = ((value < 0 ? -value : value) + 5) / 10;
    return fmt::format("{}{}.{} %", value < 0 ? "-" : "+", tenths / 10, tenths % 10);
}

std::string exact_bp_text(std::string_view bp) {
    const std::int64_t value = to_number(bp);
    const std::int64_t size = value < 0 ? -value : value;
    return fmt::format("{}{}.{:02} %", value < 0 ? "-" : "+", size / 100, size % 100);
}

std::string points_text(std::string_view bp) {
    const std::string text = bp_text(bp);
    return text.substr(0, text.size() - 2);  // without the sign of percent
}

std::string share_text(std::string_view bp) { return bp_text(bp).substr(1); }

std::string amount_words(const Say& say, Measure measure, std::int64_t value) {
    if (measure == Measure::ITEMS) return grouped(value) + say(" 件", " items");
    return money_text(value) + say(" 元", " CNY");
}

std::string gate_words(const Say& say, const Gate& gate) {
    const std::string what(look_up(kGates, say.language(), gate.name));
    const auto shown = [&](const std::string& value) {
        // What misses its gate by a hair must not look as if it reached it.
        const bool alike = gate.value != gate.limit && bp_text(gate.value) == bp_text(gate.limit);
        if (alike && gate.name.ends_with("change_bp") && gate.name != "share_change_bp") return exact_bp_text(value);
        if (gate.name == "fell_bp") return share_text(value);
        if (gate.name == "share_change_bp") return points_text(value);
        if (gate.name.ends_with("_bp")) return bp_text(value);
        if (gate.name.ends_with("_fen")) return money_text(to_number(value));
        if (gate.name == "signalled") return severity_words(say, value);
        return value == "fewer" ? say("不足", "too few") : value;
    };
    // What is asked with yes or no says it by having passed or not.
    for (const std::string_view plain : {"yes", "own", "none", "live", "no excuse"}) {
        const bool named = gate.name == "silence" && !gate.passed && gate.value != "silenced";
        if (gate.limit == plain) return named ? what + " " + gate.value : what;
    }
    if (gate.name == "closed_on" || gate.name == "watch" || gate.name == "importance" || gate.name == "signalled")
        return say.fill("{}:{}", "{}: {}", what, shown(gate.value));
    return say.fill("{} {}(门槛 {})", "{} {} (gate {})", what, shown(gate.value), shown(gate.limit));
}

}  // namespace aw
