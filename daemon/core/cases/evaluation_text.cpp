// What was found and why it gave no signal.
#include <cstdlib>

#include "core/cases/case_words.hpp"
#include "core/cases/decision_text.hpp"
#include "core/cases/notice_text.hpp"
#include "core/detect/watch_state.hpp"

namespace aw {
namespace {

// What was found, by SignalKind; a fall is told by its numbers.
constexpr Sentence kFound[] = {
    {"DEFECTION",
     "自 {} 起连续 {} 天无业务、无收入",
     "nothing sent and nothing billed since {}, {} days",
     {{{"last_active_on"}, {"idle_days"}}}},
    {"ACCOUNT_PROMOTED",
     "潜在客户已达到大客户标准:近12个月收入 {} 元",
     "a prospect has the revenue of a key account: {} CNY in twelve months",
     {{{"t12m_revenue"}}}},
    {"PROFILE_MISSING",
     "未建档客户,首次用邮 {},月均 {} 元",
     "ships without being registered, since {}, {} CNY a month",
     {{{"first_seen"}, {"monthly_mean"}}}},
    {"GRADE_DOWNGRADE",
     "客户等级 {},近12个月收入 {} 元",
     "grade {}, {} CNY in twelve months",
     {{{"grade"}, {"t12m_revenue"}}}},
    {"COMPLAINT_OVERDUE", "投诉 {} 逾期未答复", "complaint {} is not answered in time", {{{"complaint_id"}}}},
    {"OWNERSHIP_CONFLICT", "多个单位登记了同一客户:{}", "two units claim one client: {}", {{{"units"}}}},
    {"RECOVERY", "已恢复至下降前水平:{}", "back at the level before the drop on {}", {{{"recovered_on"}}}},
};
constexpr Sentence kKey = {
    {}, "成为大客户:近12个月收入 {} 元", "is a key account now: {} CNY in twelve months", {{{"t12m_revenue"}}}};
constexpr Sentence kKeyNoMore = {{},
                                 "不再是大客户:近12个月收入 {} 元",
                                 "is no key account any more: {} CNY in twelve months",
                                 {{{"t12m_revenue"}}}};
// A trigger: something that was told, and acts at once.
constexpr Sentence kTold = {{}, "{},级别{}", "{}, severity {}", {{{"signal", As::signal}, {"severity", As::severity}}}};

constexpr Sentence kHeldStatus = {
    {}, "数据完整之前仍视为大客户", "the account stays a key account until its feed is complete", {}};
constexpr Sentence kHeldGrade = {
    {}, "数据不完整,等级保留至下月再判", "the grade stays until the next monthly look: its feed is not complete", {}};
constexpr Sentence kHeldPeriod = {
    {}, "{} 等待数据完整后再判断", "{} waits until its feed is complete", {{{"period"}}}};
constexpr Sentence kHeldForFeeds = {
    {}, "{} 等待数据源 {} 完整后再判断", "{} waits until {} is complete", {{{"period"}, {"feeds"}}}};

double number(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

class Evaluation {
public:
    Evaluation(const Say& say, const Calendar& calendar, const Decision& decision)
        : say_(say), calendar_(calendar), d_(decision) {
        const std::string* signal = find_input(d_, "signal");
        kind_ = parse_enum<SignalKind>(signal == nullptr ? d_.code : *signal);
    }

    [[nodiscard]] std::optional<std::string> text() const {
        if (d_.outcome == DecisionOutcome::HELD && !has("idle_days")) return held();
        if (!kind_) return std::nullopt;
        const auto what = found();
        if (d_.outcome == DecisionOutcome::FIRED || !what) return what;
        const std::string no_signal = say_.fill("未发信号({}):{}", "no signal ({}): {}", words_of_kind(), why_not());
        return *what + (what->empty() ? "" : say_(",", ", ")) + no_signal + failed();
    }

private:
    [[nodiscard]] bool has(std::string_view input) const { return find_input(d_, input) != nullptr; }
    [[nodiscard]] std::string get(std::string_view input) const {
        const std::string* value = find_input(d_, input);
        return value == nullptr ? std::string() : *value;
    }
    [[nodiscard]] auto tell(const Sentence& sentence) const { return fill_in(say_, calendar_, sentence, d_); }
    [[nodiscard]] std::string words_of_kind() const { return std::string(in_words(say_.language(), *kind_)); }
    [[nodiscard]] bool is_fall() const { return has("measure") && has("observed") && has("expected"); }
    [[nodiscard]] const Gate* failed_gate() const {
        for (const Gate& gate : d_.gates) {
            if (!gate.passed) return &gate;
        }
        return nullptr;
    }

    [[nodiscard]] std::optional<std::string> held() const {
        if (has("period")) return tell(has("feeds") ? kHeldForFeeds : kHeldPeriod);
        if (!kind_) return std::nullopt;
        return tell(*kind_ == SignalKind::GRADE_DOWNGRADE ? kHeldGrade : kHeldStatus);
    }

    // Empty where nothing more is known than its kind.
    [[nodiscard]] std::optional<std::string> found() const {
        if (is_fall()) return fall();
        if (*kind_ == SignalKind::ACCOUNT_STATUS_CHANGED)
            return tell(get("is_key_account") == "true" ? kKey : kKeyNoMore);
        if (*kind_ == SignalKind::CADENCE_MISSED) return missed();
        if (has("severity")) return tell(kTold);
        if (const Sentence* sentence = find_sentence(kFound, name(*kind_))) {
            if (const auto words = tell(*sentence)) return words;
        }
        if (d_.outcome == DecisionOutcome::FIRED || !has("signal")) return std::nullopt;
        return std::string();
    }

    [[nodiscard]] std::string days() const {
        return say_.fill("{} 至 {}", "{} to {}", get("window_from"), get("window_to"));
    }

    [[nodiscard]] std::string fall() const {
        const bool fired = d_.outcome == DecisionOutcome::FIRED;
        std::string window = has("period") && !fired ? get("period") : days();
        if (has("business_line")) window += say_.fill(",专业 {}", ", line {}", get("business_line"));
        if (has("lane")) window += say_.fill(",流向 {}", ", lane {}", get("lane"));
        const std::string before = has("previous_share_bp") ? get("previous_share_bp") : std::string("0");
        if (fired && has("share_bp")) {
            return say_.fill("{}:占客户已知用邮支出的 {},此前 {},{} 个百分点",
                             "{}: {} of what the client is known to spend, {} before: {} points", window,
                             share_text(get("share_bp")), share_text(before), points_text(get("change_bp")));
        }
        const Measure measure = parse_enum<Measure>(get("measure")).value_or(Measure::ITEMS);
        const std::string figures =
            say_.fill("{}:实际 {},预期 {}", "{}: {} against {} expected", window,
                      amount_words(say_, measure, to_number(get("observed"))),
                      amount_words(say_, measure, to_number(get("expected"))));
        return fired ? figures + say_(",", ", ") + bp_text(get("change_bp")) : figures;
    }

    [[nodiscard]] std::optional<std::string> missed() const {
        const auto task = parse_enum<TaskKind>(get("task"));
        const auto who = parse_enum<StaffRole>(get("role"));
        if (d_.gates.empty() || !task || !who) return std::nullopt;
        const Gate& times = d_.gates.front();
        return missed_visits(say_, get("period"), *task, *who, to_number(times.value), to_number(times.limit));
    }

    [[nodiscard]] std::string why_not() const {
        if (const auto code = parse_enum<SuppressionCode>(d_.code))
            return std::string(in_words(say_.language(), *code));
        if (*kind_ == SignalKind::CADENCE_MISSED) return say_("首次不足,仅作提醒", "the first miss is a reminder only");
        const Gate* failed = failed_gate();
        if (failed != nullptr && failed->name == "score" && !is_near(number(failed->value), number(failed->limit)))
            return say_("仍在关注", "still watched");
        if (failed == nullptr || failed->name != "rest_change_bp") return say_("接近告警", "near an alarm");
        // A detector's evidence was enough, and the rest speaks against it.
        return d_.gates.front().name == "change_bp" ? say_("其他业务也有变动", "the other lines moved, too")
                                                    : say_("其余部分也在下降", "the rest fell, too");
    }

    // By how much a fall missed its gates; of other things the numbers are told already, and what is asked with yes or
    // no is the reason itself.
    [[nodiscard]] std::string failed() const {
        std::string text;
        if (!is_fall()) return text;
        for (const Gate& gate : d_.gates) {
            const bool measured = gate.limit.find_first_of("0123456789") != std::string::npos;
            if (!gate.passed && measured) text += say_(";", "; ") + gate_words(say_, gate);
        }
        return text;
    }

    const Say& say_;
    const Calendar& calendar_;
    const Decision& d_;
    std::optional<SignalKind> kind_;
};

}  // namespace

std::string missed_visits(const Say& say, const std::string& period, TaskKind kind, StaffRole who, std::int64_t done,
                          std::int64_t times) {
    const std::string_view what = in_words(say.language(), kind);
    const std::string_view by = in_words(say.language(), who);
    const std::int64_t lack = times - done;
    if (say.language() == Language::EN)
        return say.fill("", "{}: {} of {} times \"{}\" by the {}, {} short", period, done, times, what, by, lack);
    return say.fill("{}:{}应{} {} 次,实际 {} 次,欠 {} 次", "", period, by, what, times, done, lack);
}

std::optional<std::string> evaluation_text(const Say& say, const Calendar& calendar, const Decision& decision) {
    return Evaluation(say, calendar, decision).text();
}

}  // namespace aw
