#include "app/explain_words.hpp"

#include <array>
#include <charconv>

namespace aw::app {
namespace {

struct Pair {
    std::string_view code;
    std::string_view zh;
    std::string_view en;
};

constexpr std::array<Pair, 19> kCodes = {{
    {"NORMAL", "正常,未达到任何门槛", "normal, no gate is reached"},
    {"NOTHING_TO_COMPARE", "没有可比的历史", "there is nothing to compare with yet"},
    {"ONE_PART", "只有一个部分,与整体是同一证据", "there is one part only, which is the whole"},
    {"NO_REVENUE", "没有收入数据", "it has no revenue"},
    {"OTHER_RHYTHM", "收入节奏不适合该窗口", "its revenue has another rhythm than this window"},
    {"OFF", "规则未启用", "the rule is off"},
    {"SEVERAL_ACCOUNTS", "对多个客户合并判断", "it is asked of several accounts together"},
    {"NOT_WATCHED", "客户不在监控范围内", "the account is not watched"},
    {"PROSPECT", "潜在客户不做下滑判断", "a prospect is not judged"},
    {"WARM_UP", "历史太短", "its history is too short"},
    {"SMALL_NUMBERS", "数量太小,可能只是偶然", "the numbers are small, it may be chance"},
    {"NOT_PERSISTENT", "持续时间还不够", "it has not lasted long enough"},
    {"SEASONAL", "去年同期也下降,属季节性", "the same season fell last year, too"},
    {"SAME_EPISODE", "同一次下滑,已经告知", "the same fall, told already"},
    {"BRANCH_SHIFT", "只是分支机构间转移", "only a shift between branches"},
    {"COHORT_SHIFT", "整个行业同步下降", "the whole cohort fell"},
    {"FEED_INCOMPLETE", "数据源不完整,判断暂缓", "a feed is incomplete, the verdict is held"},
    {"SILENCED", "处于静默期", "a silence covers it"},
    {"BACKFILL", "属于生效前的历史", "it is history from before the first start"},
}};

constexpr std::array<Pair, 20> kGates = {{
    {"change_bp", "变化", "change"},
    {"seasonal_guard_bp", "扣除季节后的变化", "change beyond the season's"},
    {"tail_probability", "偶然概率", "probability by chance"},
    {"periods", "连续期数", "periods in a row"},
    {"history_periods", "历史期数", "periods of history"},
    {"episode", "是否为新的下滑", "a fall of its own"},
    {"items_alike", "业务量能否解释收入", "what explains the items explains the money"},
    {"watched", "在监控范围内", "watched"},
    {"signalled", "本次下滑已发信号的级别", "severity signalled in this fall"},
    {"live", "已生效", "live"},
    {"silence", "不在静默期", "no silence"},
    {"not_silenced", "不在静默期", "not silenced"},
    {"feeds_complete", "数据完整", "feeds complete"},
    {"idle_days", "连续无业务天数", "days without anything"},
    {"active_days", "一年内有业务的天数", "active days in a year"},
    {"t12m_revenue_fen", "近12个月收入", "revenue of twelve months"},
    {"importance", "重要性", "importance"},
    {"registered", "已登记", "registered"},
    {"closed_on", "关闭日期", "closed on"},
    {"watch", "监控范围", "scope of the policy"},
}};

template <std::size_t N>
std::string look_up(const std::array<Pair, N>& list, const Say& say, std::string_view code) {
    for (const Pair& pair : list) {
        if (pair.code == code) return say(pair.zh, pair.en);
    }
    return std::string(code);
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
    const std::int64_t size = value < 0 ? -value : value;
    return fmt::format("{}{}.{} %", value < 0 ? "-" : "+", size / 100, size % 100 / 10);
}

std::string kind_words(const Say& say, std::string_view kind) {
    return kind == "items" ? say("件数", "items") : kind == "revenue" ? say("收入", "revenue") : std::string(kind);
}

std::string code_words(const Say& say, std::string_view code) { return look_up(kCodes, say, code); }

std::string gate_words(const Say& say, const Gate& gate) {
    const std::string what = look_up(kGates, say, gate.name);
    const auto shown = [&](const std::string& value) {
        if (gate.name.ends_with("_bp")) return bp_text(value);
        if (gate.name.ends_with("_fen")) return money_text(to_number(value));
        return value;
    };
    // What is asked with yes or no says it by having passed or not.
    for (const std::string_view plain : {"yes", "own", "none", "live", "no excuse"}) {
        if (gate.limit == plain) return gate.passed || gate.name != "silence" ? what : what + " " + gate.value;
    }
    if (gate.name == "closed_on" || gate.name == "watch" || gate.name == "importance" || gate.name == "signalled")
        return say.fill("{}:{}", "{}: {}", what, gate.value);
    return say.fill("{} {}(门槛 {})", "{} {} (gate {})", what, shown(gate.value), shown(gate.limit));
}

std::string outcome_words(const Say& say, const Explanation& says) {
    switch (says.outcome) {
        case DecisionOutcome::FIRED: {
            const bool told = !says.gates.empty() && says.gates.back().name == "signalled";
            return told ? say("成立,信号已发出", "holds; its signal has been given") : say("成立", "holds");
        }
        case DecisionOutcome::SUPPRESSED:
            return say("未发信号:", "no signal: ") + code_words(say, says.code);
        case DecisionOutcome::HELD:
            return say("暂缓:", "held: ") + code_words(say, says.code);
        default:
            return say("无异常:", "nothing to tell: ") + code_words(say, says.code);
    }
}

}  // namespace aw::app
