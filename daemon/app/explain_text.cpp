#include "app/explain_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/explain_words.hpp"
#include "core/cases/case_words.hpp"
#include "core/cases/notice_text.hpp"

namespace aw::app {
namespace {

class Writer {
public:
    Writer(AccountExplanation& about, Language language, const Calendar& calendar)
        : about_(about), say_(language), calendar_(calendar) {}

    void write() {
        about_.text.clear();
        for (Explanation& one : about_.explanations) one.text = rule(one);
        head();
        watched();
        feeds();
        memory();
        open_case();
        rules();
        decisions();
    }

private:
    void line(std::string text) { about_.text.push_back(std::move(text)); }
    [[nodiscard]] std::string minute(Timestamp at) const { return minute_text(calendar_, at); }

    void head() {
        const AccountView& a = about_.account;
        const std::string root = format_root(a.account_root);
        const std::string name = a.account_name.empty() ? root : fmt::format("{} ({})", a.account_name, root);
        const std::string grade = a.grade.empty() ? say_("未定级", "ungraded") : say_("等级 ", "grade ") + a.grade;
        const std::string unit =
            a.unit_id.empty() ? say_("无归属单位", "no unit") : say_("单位 ", "unit ") + a.unit_id.value;
        line(say_.fill("{},{},{}", "{}, {}, {}", name, unit, grade));
        line(say_.fill("截至 {} ({}),政策 {} {}", "As of {} ({}), policy {} {}", minute(about_.at),
                       calendar_.zone().name(), about_.policy_id, about_.config_revision));
        if (about_.log_to.is_set()) line(end_of_log());
        line(say_.fill("近28天 {} 件,收入 {} 元;近12个月收入 {} 元",
                       "Last 28 days: {} items, {} CNY; twelve months: {} CNY", grouped(a.items_28d),
                       money_text(a.revenue_28d.minor), money_text(a.t12m_revenue.minor)));
        if (about_.log_cut)
            line(say_.fill("日志自 {} 起才有记录,此前情况未知。",
                           "The log begins only at {}; nothing is known of what was before.", minute(about_.log_from)));
        if (!about_.live)
            line(say_("尚未生效(live_from 之前):只记录判断,不发信号。",
                      "Not live yet (before live_from): findings are decisions only."));
    }

    // History goes on by itself beyond its last record; a live log says nothing of what comes after it.
    [[nodiscard]] std::string end_of_log() const {
        const std::string end = minute(about_.log_to);
        return about_.at > about_.log_to
                   ? say_.fill("日志到 {} 为止:以下是此后没有任何记录时的情形,并非已知事实。",
                               "The log ends at {}: what follows is what would be if nothing came after that.", end)
                   : say_.fill("日志到 {} 为止,早于所问的时间:以下是当时的情形。",
                               "The log ends at {}, before the time asked about: this is how things stood then.", end);
    }

    void watched() {
        std::string why;
        for (const Gate& gate : about_.watch_gates)
            why += (why.empty() ? "" : say_(";", "; ")) + gate_words(say_, gate);
        const std::string is = about_.watched ? say_("在监控范围内", "Watched") : say_("不在监控范围内", "Not watched");
        line(why.empty() ? is : fmt::format("{}{}{}", is, say_(":", ": "), why));
    }

    void feeds() {
        for (const FeedState& feed : about_.feeds) {
            std::string delivers;
            for (const std::string& what : feed.delivers)
                delivers += (delivers.empty() ? "" : "+") + kind_words(say_, what);
            const std::string until = feed.complete_until.is_set()
                                          ? fmt::format("{} {}",
                                                        feed.complete ? say_("已完整至", "complete until")
                                                                      : say_("只完整至", "complete only until"),
                                                        minute(feed.complete_until))
                                          : say_("无水位线,以日志时间为准", "no watermark, complete by log time");
            const std::string needed = feed.needed ? "" : say_(",当前判断不需要", ", not needed now");
            line(fmt::format("{} {} ({}){}{}{}", say_("数据源", "Feed"), feed.feed, delivers, say_(":", ": "), until,
                             needed));
        }
        for (const HeldPeriod& held : about_.held) {
            std::string waits;
            for (const std::string& what : held.waits_for) waits += (waits.empty() ? "" : "+") + kind_words(say_, what);
            line(say_.fill("{} 的判断暂缓,等待数据({})", "The verdict on {} is held: it waits for {}", held.period,
                           waits));
        }
    }

    void memory() {
        for (const EpisodeState& e : about_.episodes) {
            const std::string what = e.measure == Measure::ITEMS ? say_("业务量", "volume") : say_("收入", "revenue");
            if (e.rule_ids.empty()) {
                if (e.over_on)
                    line(say_.fill("上一次{}下滑至 {} 结束", "The last fall of {} was over by {}", what,
                                   format_day(*e.over_on)));
                continue;
            }
            const std::string given =
                e.signalled == Severity::UNSPECIFIED
                    ? say_("尚未发出信号", "no signal given yet")
                    : say_("已发信号,级别 ", "signal given: ") + std::string(in_words(say_.language(), e.signalled));
            line(say_.fill("{}下滑仍在持续({}),{}", "A fall of {} lasts ({}), {}", what, fmt::join(e.rule_ids, ", "),
                           given));
        }
        for (const Silence& silence : about_.silences)
            line(say_.fill("静默 {} 生效至 {}({})", "Silence {} holds until {} ({})", silence.silence_id,
                           minute(silence.active_until), silence.reason));
    }

    void open_case() {
        if (!about_.open_case) return line(say_("没有未结案件", "No case is open"));
        const Case& c = *about_.open_case;
        const Language in = say_.language();
        line(say_.fill("未结案件 {}:{},级别 {},状态 {},{} 立案,负责人 {}",
                       "Open case {}: {}, {}, {}, opened {}, owner {}", c.case_id.value, in_words(in, c.case_class),
                       in_words(in, c.severity), in_words(in, c.state), minute(c.opened_at),
                       c.owner_staff_id.empty() ? "-" : c.owner_staff_id.value));
        for (const Task& task : about_.owed) {
            const std::string due = task.due_at.is_set() ? minute(task.due_at) : std::string("-");
            const std::string late = task.state == TaskState::OVERDUE ? say_(",已逾期", ", overdue") : "";
            line(say_.fill("  待办 {}:{},{},时限 {}{}", "  owed {}: {}, {}, due {}{}", task.task_id.value,
                           in_words(say_.language(), task.kind),
                           task.assignee_staff_id.empty() ? "-" : task.assignee_staff_id.value, due, late));
        }
    }

    void rules() {
        line(say_("各项规则:", "What each rule says:"));
        // What holds first, then what is held back, then the rest.
        using O = DecisionOutcome;
        for (const O outcome : {O::FIRED, O::HELD, O::SUPPRESSED, O::NOT_FIRED}) {
            for (const Explanation& one : about_.explanations) {
                if (one.outcome == outcome) line("  " + one.text);
            }
        }
    }

    void decisions() {
        if (about_.decisions.empty()) return;
        line(say_("最近的判断记录:", "Last decisions:"));
        for (const Decision& d : about_.decisions) {
            const std::string rule = d.rule_id.empty() ? "" : " " + d.rule_id;
            line(fmt::format("  {} {} {}{}: {}", minute(d.at), name(d.outcome), d.code, rule,
                             decision_words(say_, calendar_, d)));
        }
    }

    [[nodiscard]] std::string rule(const Explanation& e) const;
    [[nodiscard]] std::string numbers(const Explanation& e) const;

    AccountExplanation& about_;
    Say say_;
    const Calendar& calendar_;
};

std::string Writer::numbers(const Explanation& e) const {
    if (!e.observed || !e.expected || is_threshold(e.reference)) return {};
    std::string text =
        say_.fill("实际 {},预期 {}", "{} against {} expected", amount_words(say_, e.measure, *e.observed),
                  amount_words(say_, e.measure, *e.expected));
    for (const NamedValue& input : e.inputs) {
        if (input.name == "change_bp" && e.measure == Measure::WALLET_SHARE) {
            text += say_.fill(",{} 个百分点", ", {} points", points_text(input.value));
        } else if (input.name == "change_bp") {
            text += say_(",", ", ") + bp_text(input.value);
        }
        if (input.name == "yoy_change_bp") text += say_(",同比 ", ", year over year ") + bp_text(input.value);
    }
    return text;
}

std::string Writer::rule(const Explanation& e) const {
    std::string text = fmt::format("{} ({}", e.rule_id, in_words(say_.language(), e.kind));
    if (!e.business_line.empty()) text += say_(",专业 ", ", line ") + e.business_line;
    if (!e.branch.empty()) text += say_(",分支 ", ", branch ") + e.branch;
    if (!e.period.empty()) text += say_(",", ", ") + e.period;
    text += say_("):", "): ");
    text += outcome_words(say_, e);
    if (const std::string figures = numbers(e); !figures.empty()) text += say_(";", "; ") + figures;
    for (const Gate& gate : e.gates) {
        text += say_(";", "; ") + gate_words(say_, gate);
        if (gate.name != "signalled") text += gate.passed ? say_(",通过", ", passed") : say_(",未通过", ", not passed");
    }
    for (const std::string& words : input_words(say_, e)) text += say_(";", "; ") + words;
    if (e.next_at.is_set()) text += say_(";下次判断 ", "; asked next ") + minute(e.next_at);
    return text;
}

}  // namespace

void put_into_words(AccountExplanation& about, Language language, const Calendar& calendar) {
    Writer(about, language, calendar).write();
}

}  // namespace aw::app
