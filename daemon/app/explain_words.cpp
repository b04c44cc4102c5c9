#include "app/explain_words.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/cases/decision_text.hpp"
#include "core/cases/notice_text.hpp"
#include "core/cases/words.hpp"
#include "core/detect/watch_state.hpp"

namespace aw::app {
namespace {

constexpr std::array<CodeWords, 16> kCodes = {{
    {"NORMAL", "未达到任何门槛", "no gate is reached"},
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

// What an account counts as in its industry.
constexpr std::array<CodeWords, 5> kStands = {{
    {"fallen", "下滑", "fallen"},
    {"not fallen", "未下滑", "not fallen"},
    {"closed", "已关闭,不计入", "not counted, it is closed"},
    {"feed behind", "数据不完整,不计入", "not counted, its feed is behind"},
    {"nothing to compare", "无可比历史,不计入", "not counted, there is nothing to compare with"},
}};

}  // namespace

bool is_threshold(Reference reference) {
    return reference == Reference::GRADE || reference == Reference::KEY_ACCOUNT || reference == Reference::AMOUNT;
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
    const auto amount = [&](const std::string& is) { return amount_words(say, says.measure, to_number(is)); };
    const auto money = [&](const std::string& is) { return money_text(to_number(is)) + say(" 元", " CNY"); };
    add("share_bp", "占客户已知用邮支出的 {}", "{} of what the client is known to spend", share_text);
    add("previous_share_bp", "此前 {}", "{} before", share_text);
    add("competitors_revenue_fen", "竞争对手共 {}", "competitors get {}", money);
    add("industry_code", "行业 {}", "industry {}", plain);
    add("fell", "其中 {} 户下滑", "{} of its accounts fell", plain);
    add("counts_as", "本客户:{}", "this account: {}", [&](const std::string& is) {
        const std::string own = value("own_observed");
        const std::string what(look_up(kStands, say.language(), is));
        return own.empty() ? what
                           : say.fill("{}(实际 {},预期 {})", "{} ({} against {} expected)", what, amount(own),
                                      amount(value("own_expected")));
    });
    add("members", "集团成员 {} 户", "{} accounts that are watched as one", plain);
    add("group_t12m_revenue_fen", "集团近12个月收入 {}", "twelve months' revenue of all {}", money);
    add("not_answered", "{} 尚未判断", "{} is not judged yet", plain);
    add("group_root", "请查询集团 {}", "ask about its group {}", plain);
    if (says.code == "ASKED_OF_GROUP" && says.observed)
        words.push_back(say.fill("本客户 {}", "its own share is {}", amount_words(say, says.measure, *says.observed)));
    add("grade", "等级 {}", "grade {}", plain);
    add("first_seen", "首次用邮 {}", "first seen on {}", plain);
    const auto number = [](const std::string& is) { return fmt::format("{:.1f}", std::strtod(is.c_str(), nullptr)); };
    const auto share = [](const std::string& is) {
        return fmt::format("{:.1f} %", 100 * std::strtod(is.c_str(), nullptr));
    };
    add("level_per_day", "日常水平 {} 件/天", "ordinary level {} items a day", number);
    const auto state = [&](const std::string& is) {
        if (is == "WATCH") return std::string(say("关注", "watched: evidence gathers"));
        if (is == "ALERT") return std::string(say("告警中", "in alarm"));
        if (is == "RECOVERING") return std::string(say("恢复中", "in alarm, coming back"));
        return std::string(say("正常", "normal"));
    };
    if (value("cohort_factor") != "1") {
        add("absolute_change_bp", "不扣除同类客户的共同变化为 {}", "{} in plain numbers, with what its cohort shares",
            bp_text);
        add("cohort_factor", "同类客户同期为平时的 {}", "its cohort sent {} of the usual", share);
    }
    add("state", "状态 {}", "{}", state);
    add("level_before_alarm", "下滑前 {} 件/天", "{} a day before the fall", number);
    add("lane", "流向 {}", "lane {}", plain);
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
    return std::string(suppressed ? in_words(say.language(), *suppressed) : look_up(kCodes, say.language(), code));
}

namespace {

// What a detector says of such an evaluation in its decision record, or leaves one for.
bool is_near_alarm(const Explanation& says) {
    if (says.source != "DETECTOR" || says.code != "NORMAL") return false;
    const auto watched = [](const NamedValue& input) { return input.name == "state" && input.value == "WATCH"; };
    if (std::any_of(says.inputs.begin(), says.inputs.end(), watched)) return true;
    return std::any_of(says.gates.begin(), says.gates.end(), [](const Gate& gate) {
        return (gate.name == "score" || gate.name == "return_years") &&
               is_near(std::strtod(gate.value.c_str(), nullptr), std::strtod(gate.limit.c_str(), nullptr));
    });
}

}  // namespace

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
            // Its own fall would do; what else the client does speaks against it.
            if (parse_enum<SignalKind>(says.code) ||
                std::any_of(says.gates.begin(), says.gates.end(),
                            [](const Gate& gate) { return gate.name == "rest_change_bp" && !gate.passed; }))
                return say("无异常:其他业务也有变动", "nothing to tell: the other lines moved, too");
            if (is_near_alarm(says)) return say("关注:接近告警", "watched: near an alarm");
            return say("无异常:", "nothing to tell: ") + code_words(say, says.code);
    }
}

std::string decision_words(const Say& say, const Calendar& calendar, const Decision& decision) {
    return decision_text(say.language(), calendar, decision).value_or(decision.text);
}

}  // namespace aw::app
