#include "app/explain_words.hpp"

#include <array>
#include <charconv>
#include <cstdlib>

#include "core/cases/notice_text.hpp"

namespace aw::app {
namespace {

struct Pair {
    std::string_view code;
    std::string_view zh;
    std::string_view en;
};

constexpr std::array<Pair, 16> kCodes = {{
    {"NORMAL", "正常,未达到任何门槛", "normal, no gate is reached"},
    {"NOTHING_TO_COMPARE", "没有可比的历史", "there is nothing to compare with yet"},
    {"ONE_PART", "只有一个部分,与整体是同一证据", "there is one part only, which is the whole"},
    {"NO_REVENUE", "没有收入数据", "it has no revenue"},
    {"OTHER_RHYTHM", "收入节奏不适合该窗口", "its revenue has another rhythm than this window"},
    {"OFF", "规则未启用", "the rule is off"},
    {"NO_REPORT", "当月无人报告竞争对手的份额", "nobody reported in that month what competitors get"},
    {"NO_GROUP", "不属于任何集团", "it belongs to no group"},
    {"ASKED_OF_GROUP", "对整个集团合并判断", "it is asked of the whole group together"},
    {"NO_INDUSTRY", "行业未登记", "its industry is not known"},
    {"NOT_ANSWERED", "各分区尚未全部答复", "not all partitions have answered yet"},
    {"TOO_FEW_ACCOUNTS", "行业内可比客户太少", "too few accounts of the industry can be compared"},
    {"UNCHANGED", "与门槛的关系没有变化", "it stands to the threshold as it did"},
    {"NO_GRADE", "没有可失去的等级", "it has no grade to lose"},
    {"REGISTERED", "已经建档", "it has a customer file"},
    {"NO_PROSPECT", "不是潜在客户", "it is no prospect"},
}};

constexpr std::array<Pair, 30> kGates = {{
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

// What an account counts as in its industry.
constexpr std::array<Pair, 5> kStands = {{
    {"fallen", "下滑", "fallen"},
    {"not fallen", "未下滑", "not fallen"},
    {"closed", "已关闭,不计入", "not counted, it is closed"},
    {"feed behind", "数据不完整,不计入", "not counted, its feed is behind"},
    {"nothing to compare", "无可比历史,不计入", "not counted, there is nothing to compare with"},
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

std::string points_text(std::string_view bp) {
    const std::string text = bp_text(bp);
    return text.substr(0, text.size() - 2);  // without the sign of percent
}

std::string share_text(std::string_view bp) { return bp_text(bp).substr(1); }

bool is_threshold(Reference reference) {
    return reference == Reference::GRADE || reference == Reference::KEY_ACCOUNT || reference == Reference::AMOUNT;
}

std::string amount_words(const Say& say, const Explanation& says, std::int64_t value) {
    if (says.measure == Measure::ITEMS) return grouped(value) + say(" 件", " items");
    return money_text(value) + say(" 元", " CNY");
}

std::vector<std::string> input_words(const Say& say, const Explanation& says) {
    std::vector<std::string> words;
    const auto value = [&](std::string_view wanted) {
        for (const NamedValue& input : says.inputs) {
            if (input.name == wanted) return input.value;
        }
        return std::string();
    };
    // One piece if the input is there.
    const auto add = [&](std::string_view input, std::string_view zh, std::string_view en, auto&& shown) {
        if (const std::string is = value(input); !is.empty()) words.push_back(say.fill(zh, en, shown(is)));
    };
    const auto plain = [](const std::string& is) { return is; };
    const auto amount = [&](const std::string& is) { return amount_words(say, says, to_number(is)); };
    const auto money = [&](const std::string& is) { return money_text(to_number(is)) + say(" 元", " CNY"); };
    add("share_bp", "占客户已知用邮支出的 {}", "{} of what the client is known to spend", share_text);
    add("previous_share_bp", "此前 {}", "{} before", share_text);
    add("competitors_revenue_fen", "竞争对手共 {}", "competitors get {}", money);
    add("industry_code", "行业 {}", "industry {}", plain);
    add("fell", "其中 {} 户下滑", "{} of its accounts fell", plain);
    add("counts_as", "本客户:{}", "this account: {}", [&](const std::string& is) {
        const std::string own = value("own_observed");
        const std::string what = look_up(kStands, say, is);
        return own.empty() ? what
                           : say.fill("{}(实际 {},预期 {})", "{} ({} against {} expected)", what, amount(own),
                                      amount(value("own_expected")));
    });
    add("members", "集团成员 {} 户", "{} accounts that are watched as one", plain);
    add("group_t12m_revenue_fen", "集团近12个月收入 {}", "twelve months' revenue of all {}", money);
    add("not_answered", "{} 尚未判断", "{} is not judged yet", plain);
    add("group_root", "请查询集团 {}", "ask about its group {}", plain);
    if (says.code == "ASKED_OF_GROUP" && says.observed)
        words.push_back(say.fill("本客户 {}", "its own share is {}", amount_words(say, says, *says.observed)));
    add("grade", "等级 {}", "grade {}", plain);
    add("first_seen", "首次用邮 {}", "first seen on {}", plain);
    const auto number = [](const std::string& is) { return fmt::format("{:.1f}", std::strtod(is.c_str(), nullptr)); };
    add("level_per_day", "日常水平 {} 件/天", "ordinary level {} items a day", number);
    const auto state = [&](const std::string& is) {
        if (is == "WATCH") return std::string(say("关注", "watched: evidence gathers"));
        if (is == "ALERT") return std::string(say("告警中", "in alarm"));
        if (is == "RECOVERING") return std::string(say("恢复中", "in alarm, coming back"));
        return std::string(say("正常", "normal"));
    };
    add("state", "状态 {}", "{}", state);
    add("level_before_alarm", "下滑前 {} 件/天", "{} a day before the fall", number);
    add("lane", "流向 {}", "lane {}", plain);
    const auto share = [](const std::string& is) {
        return fmt::format("{:.1f} %", 100 * std::strtod(is.c_str(), nullptr));
    };
    add("usual_share", "通常占客户件数 {}", "usually {} of the client's items", share);
    add("usual_gap_days", "通常间隔 {} 个工作日", "usually {} working days between two days with items", number);
    add("silent_ordinary_days", "已沉默 {} 个工作日", "silent for {} working days", number);
    add("fen_per_item", "通常每件 {} 元", "usually {} CNY an item",
        [](const std::string& is) { return fmt::format("{:.2f}", std::strtod(is.c_str(), nullptr) / 100); });
    add("judged_through", "已判断至 {}", "judged through {}", plain);
    add("found_on", "判定于 {}", "found on {}", plain);
    add("last_active_on", "最近一次业务 {}", "last active on {}", plain);
    add("running_period_observed", "本期至今 {}", "the running period so far: {}", amount);
    return words;
}

std::string kind_words(const Say& say, std::string_view kind) {
    return kind == "items" ? say("件数", "items") : kind == "revenue" ? say("收入", "revenue") : std::string(kind);
}

std::string code_words(const Say& say, std::string_view code) {
    const auto suppressed = parse_enum<SuppressionCode>(code);
    return suppressed ? std::string(in_words(say.language(), *suppressed)) : look_up(kCodes, say, code);
}

std::string gate_words(const Say& say, const Gate& gate) {
    const std::string what = look_up(kGates, say, gate.name);
    const auto shown = [&](const std::string& value) {
        if (gate.name == "fell_bp") return share_text(value);
        if (gate.name == "share_change_bp") return points_text(value);
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

std::string decision_words(const Say& say, const Decision& d, const Explanation* rule) {
    const auto suppressed = parse_enum<SuppressionCode>(d.code);
    if (d.kind != DecisionKind::EVALUATION || d.outcome == DecisionOutcome::FIRED || rule == nullptr) return d.text;
    std::string period;
    std::string observed;
    std::string expected;
    for (const NamedValue& input : d.inputs) {
        if (input.name == "period") period = input.value + say(":", ": ");
        if (input.name == "observed") observed = amount_words(say, *rule, to_number(input.value));
        if (input.name == "expected") expected = amount_words(say, *rule, to_number(input.value));
    }
    if (observed.empty() || expected.empty()) return d.text;
    const std::string why = suppressed ? code_words(say, d.code) : say("未达告警", "no alarm");
    std::string text = period + say.fill("实际 {},预期 {},未发信号({}):{}", "{} against {} expected, no signal ({}): {}",
                                         observed, expected, in_words(say.language(), rule->kind), why);
    for (const Gate& gate : d.gates) {
        if (!gate.passed) text += say(";", "; ") + gate_words(say, gate);
    }
    return text;
}

}  // namespace aw::app
