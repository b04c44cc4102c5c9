#include "core/cases/decision_text.hpp"

#include "core/cases/refusal.hpp"

namespace aw {
namespace {

// DecisionKind::CASE, by code.
constexpr Sentence kCase[] = {
    {"OPENED", "立案 {}:{}", "case {} opened: {}", {{{"case_id"}, {"signal", As::signal}}}},
    {"INHIBITED",
     "“{}”并入本案,应急处理小组正在处理,不另行通知",
     "{}: kept with the case, whose group is at work; nobody is told",
     {{{"signal", As::signal}}}},
    {"APPROVED",
     "投诉 {} 的解决方案经 {}({})批准",
     "complaint {}: the solution is approved by {} ({})",
     {{{"complaint_id"}, {"actor_staff_id"}, {"role", As::role}}}},
    {"REOPENED", "第 {} 次重新启动:{}", "reopened, time {}: {}", {{{"times"}, {"signal", As::signal}}}},
    {"HANDED_OVER",
     "{}:由 {} 移交 {}",
     "{}: handed over, {} -> {}",
     {{{"subject"}, {"from_staff_id"}, {"to_staff_id"}}}},
    {"WATCH_OVER",
     "一个周期已回到门槛以上,走访和报告均已完成,预警解除",
     "a period was above the gate, visit and report are done: the early warning is over",
     {}},
    {"RECOVERY_WITHDRAWN", "业务未能保持恢复,撤回认定建议", "the recovery did not last, its proposal is withdrawn", {}},
    {"RECOVERY_PROPOSED", "建议认定:客户{}", "proposed outcome: {}", {{{"outcome", As::outcome}}}},
    {"DEFECTION",
     "长期无业务、无收入,认定客户流失",
     "nothing sent and nothing billed for too long: the client is lost",
     {}},
    {"RESUMED", "案件恢复办理,状态:{}", "the case goes on, it is \"{}\" again", {{{"state", As::state}}}},
    {"MERGED_HERE", "案件 {} 并入本案", "{} goes on in this case", {{{"merged_case_id"}}}},
    {"VISITED", "{} 已走访或联系客户", "visited or called by {}", {{{"staff_id"}}}},
    {"SILENCE_OVER",
     "静默期内暂缓的通知:补发 {} 条,已失效 {} 条,超出上限 {} 条",
     "notices withheld by a silence: {} sent now, {} out of date, {} beyond the limit",
     {{{"sent"}, {"outdated"}, {"beyond_limit"}}}},
    {"CLOSED", "结案:{}", "closed as {}", {{{"outcome", As::outcome}}}},
};

constexpr Sentence kComplaintStep = {
    {}, "投诉 {}:{}", "complaint {}: {}", {{{"complaint_id"}, {"complaint_state", As::complaint_state}}}};

constexpr Sentence kNoticesWait = {
    {},
    "通知暂缓至 {}(静默 {},{}:{})",
    "notices wait until {} (silence {} by {}: {})",
    {{{"until", As::minute}, {"silence_id"}, {"author_staff_id"}, {"reason"}}}};
constexpr Sentence kTaskWaits = {
    {},
    "“{}”暂缓至 {}(静默 {},{}:{})",
    "{} waits until {} (silence {} by {}: {})",
    {{{"waits", As::task}, {"until", As::minute}, {"silence_id"}, {"author_staff_id"}, {"reason"}}}};

constexpr Sentence kActivation = {{}, "配置由 {} 改为 {}", "configuration {} -> {}", {{{"from"}, {"to"}}}};
constexpr Sentence kCarriedOut = {
    {}, "{}:{}", "{}: {}", {{{"actor_staff_id"}, {"action", As::action}}}};

// What was refused; the reason follows.
constexpr Sentence kRefusedCommand = {
    {}, "{} 的“{}”未被接受:", "{}, {}: ", {{{"actor_staff_id"}, {"action", As::action}}}};
constexpr Sentence kRefusedStep = {{},
                                   "投诉 {} 不能转为“{}”:",
                                   "complaint {} cannot become \"{}\": ",
                                   {{{"complaint_id"}, {"complaint_state", As::complaint_state}}}};
constexpr Sentence kRefusedApproval = {{},
                                       "{} 对投诉 {} 的审批未被接受:",
                                       "approval by {} of complaint {}: ",
                                       {{{"actor_staff_id"}, {"complaint_id"}}}};

// What had to wait for a guard, by the input `step`.
constexpr Sentence kGuarded[] = {
    {"TASKS_DONE", "对策均已完成,但", "all countermeasures are done, but ", {}},
    {"APPROVE_REPORT", "分析报告已批准,但", "the report is approved, but ", {}},
};

}  // namespace

std::optional<std::string> decision_text(Language language, const Calendar& calendar, const Decision& d) {
    const Say say(language);
    const auto tell = [&](const Sentence& sentence) { return fill_in(say, calendar, sentence, d); };
    const auto has = [&](std::string_view input) { return find_input(d, input) != nullptr; };
    if (d.kind == DecisionKind::EVALUATION) return evaluation_text(say, calendar, d);
    if (d.outcome == DecisionOutcome::REJECTED) {
        const std::string* name = find_input(d, "why");
        const auto why = name == nullptr ? std::nullopt : parse_enum<Why>(*name);
        if (!why) return std::nullopt;
        auto reason = tell(sentence_of(*why));
        std::optional<std::string> what = std::string();
        if (d.kind == DecisionKind::COMMAND) {
            what = tell(kRefusedCommand);
        } else if (has("complaint_id")) {
            what = tell(has("complaint_state") ? kRefusedStep : kRefusedApproval);
        } else if (const std::string* step = find_input(d, "step")) {
            const Sentence* guarded = find_sentence(kGuarded, *step);
            what = guarded == nullptr ? std::nullopt : tell(*guarded);
        }
        if (!what || !reason) return std::nullopt;
        return *what + *reason;
    }
    if (d.kind == DecisionKind::COMMAND) return tell(has("action") ? kCarriedOut : kActivation);
    if (d.outcome == DecisionOutcome::HELD) return tell(has("waits") ? kTaskWaits : kNoticesWait);
    if (has("complaint_state")) return tell(kComplaintStep);
    const Sentence* sentence = find_sentence(kCase, d.code);
    return sentence == nullptr ? std::nullopt : tell(*sentence);
}

}  // namespace aw
