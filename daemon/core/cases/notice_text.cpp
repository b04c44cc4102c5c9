#include "core/cases/notice_text.hpp"

#include <array>
#include <cstdio>

#include "core/cases/words.hpp"

namespace aw {
namespace {

constexpr std::array<Words, 6> kSeverities = {
    {{"", ""}, {"提示", "info"}, {"关注", "low"}, {"中", "medium"}, {"高", "high"}, {"紧急", "critical"}}};

constexpr Words kUnknown = {"异常", "abnormal change"};

Words signal_words(SignalKind kind) {
    switch (kind) {
        case SignalKind::VOLUME_DROP:
            return {"业务量下滑", "volume drop"};
        case SignalKind::REVENUE_DROP:
            return {"用邮收入下滑", "revenue drop"};
        case SignalKind::GRADUAL_DECLINE:
            return {"业务量持续走低", "gradual decline"};
        case SignalKind::INACTIVITY:
            return {"停止用邮", "inactivity"};
        case SignalKind::DEFECTION:
            return {"客户流失", "defection"};
        case SignalKind::COMPETITOR_SUSPECTED:
            return {"疑似竞争对手介入", "competitor suspected"};
        case SignalKind::COMPETITOR_CONFIRMED:
            return {"竞争对手介入", "competitor confirmed"};
        case SignalKind::SHARE_OF_WALLET_DROP:
            return {"钱包份额下降", "share of wallet drop"};
        case SignalKind::DECISION_MAKER_CHANGED:
            return {"决策人员变更", "decision maker changed"};
        case SignalKind::SERIOUS_COMPLAINT:
            return {"严重投诉", "serious complaint"};
        case SignalKind::COMPLAINT_OVERDUE:
            return {"投诉超期", "complaint overdue"};
        case SignalKind::MANUAL:
            return {"人工上报", "reported by staff"};
        case SignalKind::COMPLAINT:
            return {"投诉", "complaint"};
        case SignalKind::BRANCH_SHIFT:
            return {"分支机构间转移", "shift between branches"};
        case SignalKind::CONTACT_CHANGED:
            return {"联系人变更", "contact changed"};
        case SignalKind::SERVICE_FAILURES:
            return {"服务差错", "service failures"};
        case SignalKind::OWNERSHIP_CONFLICT:
            return {"归属冲突", "two units claim one client"};
        case SignalKind::CADENCE_MISSED:
            return {"走访揽收不足", "too few visits, calls or pickups"};
        case SignalKind::GRADE_DOWNGRADE:
            return {"客户等级下降", "grade downgrade"};
        case SignalKind::ACCOUNT_STATUS_CHANGED:
            return {"大客户身份变更", "key account or not"};
        case SignalKind::ACCOUNT_PROMOTED:
            return {"潜在客户升级", "prospect promoted"};
        case SignalKind::PROFILE_MISSING:
            return {"客户未建档", "customer file missing"};
        case SignalKind::COHORT_SHIFT:
            return {"行业整体下滑", "fall of an industry"};
        case SignalKind::RECOVERY:
            return {"业务恢复", "recovery"};
        default:
            return kUnknown;
    }
}

Words task_words(TaskKind kind) {
    switch (kind) {
        case TaskKind::ACKNOWLEDGE:
            return {"确认", "acknowledge"};
        case TaskKind::FORM_GROUP:
            return {"成立应急处理小组", "form the response group"};
        case TaskKind::ACCEPT_ROLE:
            return {"接受小组职责", "accept the role"};
        case TaskKind::CONTACT_CUSTOMER:
            return {"联系客户", "contact the customer"};
        case TaskKind::CAUSE_AND_PLAN:
            return {"查明原因并提出对策", "cause and plan"};
        case TaskKind::MEET_DECISION_MAKER:
            return {"拜访新的决策人员", "meet the new decision maker"};
        case TaskKind::VISIT:
            return {"上门走访", "visit the customer"};
        case TaskKind::CALL:
            return {"电话联系", "call the customer"};
        case TaskKind::PICKUP:
            return {"上门揽收", "pick up at the customer's"};
        case TaskKind::ANALYSIS_REPORT:
            return {"提交分析报告", "analysis report"};
        case TaskKind::ANSWER_COMPLAINT:
            return {"答复投诉", "answer the complaint"};
        case TaskKind::PROGRESS_UPDATE:
            return {"汇报进展", "progress update"};
        case TaskKind::HAND_OVER:
            return {"办理工作交接", "see to the hand-over"};
        case TaskKind::SUBMIT_STATISTICS:
            return {"报送投诉统计表", "submit the complaint statistics"};
        case TaskKind::FOLLOW_UP:
            return {"回访", "follow up"};
        case TaskKind::ASSIGNED:
            return {"完成对策", "carry out the countermeasure"};
        case TaskKind::SECOND_VISIT:
            return {"再次上门走访", "visit the customer again"};
        case TaskKind::VISIT_REPORT:
            return {"提交走访报告", "report on the visit"};
        case TaskKind::COMMITMENT:
            return {"兑现对客户的承诺", "keep the promise to the customer"};
        case TaskKind::RE_SIGN_CONTRACT:
            return {"重新签订合同", "sign the contract anew"};
        case TaskKind::EVALUATION_MEETING:
            return {"召开用邮评估会", "hold the evaluation meeting"};
        case TaskKind::PLAN:
            return {"提交走访维护计划", "file the plan"};
        case TaskKind::FORUM:
            return {"召开客户座谈会", "hold a customer forum"};
        case TaskKind::SERVE_REQUEST:
            return {"办理客户的服务要求", "serve the customer's request"};
        default:
            return {"任务", "task"};
    }
}

// What a clock of the case waits for that is nobody's task in particular.
Words clock_words(MilestoneKind kind) {
    switch (kind) {
        case MilestoneKind::RESOLVE:
            return {"化解危机、挽留客户", "resolve the case"};
        case MilestoneKind::OBSERVE:
            return {"观察恢复情况", "watch the recovery"};
        case MilestoneKind::HUMAN_ACTIVITY:
            return {"跟进案件", "do something about the case"};
        default:
            return {"任务", "task"};
    }
}

Words role_words(GroupRole role) {
    switch (role) {
        case GroupRole::LEADER:
            return {"组长", "leader"};
        case GroupRole::RELEVANT_LEADER:
            return {"相关领导", "relevant leader"};
        case GroupRole::SALES:
            return {"销售", "sales"};
        case GroupRole::AFTER_SALES:
            return {"售后服务", "after-sales"};
        default:
            return {"专业人员", "specialist"};
    }
}

Words suppression_words(SuppressionCode code) {
    switch (code) {
        case SuppressionCode::NOT_WATCHED:
            return {"客户不在监控范围内", "the account is not watched"};
        case SuppressionCode::PROSPECT:
            return {"潜在客户不做下滑判断", "a prospect is not judged"};
        case SuppressionCode::WARM_UP:
            return {"历史太短", "its history is too short"};
        case SuppressionCode::SMALL_NUMBERS:
            return {"数量较小或本身起伏大,可能只是偶然", "the numbers are small or irregular by themselves, it may be chance"};
        case SuppressionCode::NOT_PERSISTENT:
            return {"持续时间还不够,或发现时已结束", "it has not lasted long enough, or was over when it was found"};
        case SuppressionCode::SEASONAL:
            return {"去年同期也下降,属季节性", "the same season fell last year, too"};
        case SuppressionCode::SAME_EPISODE:
            return {"同一次下滑,已经告知", "the same fall, told already"};
        case SuppressionCode::BRANCH_SHIFT:
            return {"只是分支机构间转移", "only a shift between branches"};
        case SuppressionCode::COHORT_SHIFT:
            return {"整个行业同步下降", "the whole cohort fell"};
        case SuppressionCode::FEED_INCOMPLETE:
            return {"数据源不完整,判断暂缓", "a feed is incomplete, the verdict is held"};
        case SuppressionCode::SILENCED:
            return {"处于静默期", "a silence covers it"};
        case SuppressionCode::BACKFILL:
            return {"属于生效前的历史", "it is history from before the first start"};
        default:
            return {"无", "none"};
    }
}

std::string words_of_task(Language language, const NoticeFacts& f) {
    const bool en = language == Language::EN;
    if (f.waits_for == "contact EXECUTIVE")
        return en ? "contact the customer, as an executive" : "由分管领导以上人员联系客户";
    if (f.waits_for == "close") return en ? "close the case" : "办理结案";
    std::string words(f.task == TaskKind::UNSPECIFIED ? clock_words(f.milestone).in(language)
                                                      : in_words(language, f.task));
    if (f.task == TaskKind::ACCEPT_ROLE && f.group_role != GroupRole::UNSPECIFIED) {
        const std::string role(in_words(language, f.group_role));
        words += en ? " (" + role + ")" : "(" + role + ")";
    }
    return words;
}

Words outcome_words(Outcome outcome) {
    switch (outcome) {
        case Outcome::RECOVERED:
            return {"已恢复", "recovered"};
        case Outcome::PARTIALLY_RECOVERED:
            return {"部分恢复", "partly recovered"};
        case Outcome::LOST:
            return {"已流失", "lost"};
        case Outcome::FALSE_ALARM:
            return {"误报", "false alarm"};
        case Outcome::KNOWN_CHANGE:
            return {"已知变动", "known change"};
        default:
            return {"有结果", "there is an outcome"};
    }
}

// What happened, in a few words; the detail and the deadline follow.
std::string headline(Language language, const NoticeFacts& f) {
    const bool en = language == Language::EN;
    const std::string signal(in_words(language, f.signal));
    const std::string task = words_of_task(language, f);
    const std::string severity(in_words(language, f.severity));
    switch (f.reason) {
        case NoticeReason::CASE_OPENED:
            if (en) return signal + ", " + severity + ": case opened";
            return severity + (f.case_class == CaseClass::EMERGENCY ? "级应急立案:" : "级督办立案:") + signal;
        case NoticeReason::ROLE_INVITED:
            return en ? "please join the response group as " + std::string(in_words(language, f.group_role))
                      : "请加入应急处理小组,担任" + std::string(in_words(language, f.group_role));
        case NoticeReason::ACK_OVERDUE:
            return en ? "acknowledgement overdue, passed on" : "逾期未确认,已上报";
        case NoticeReason::ESCALATED:
            return en ? "escalated to you, please acknowledge" : "已升级至您处,请确认";
        case NoticeReason::SEVERITY_RAISED:
            return en ? "severity raised to " + severity : "级别上调为" + severity;
        case NoticeReason::SIGNAL_ATTACHED:
            return en ? "another signal: " + signal : "新增信号:" + signal;
        case NoticeReason::TASK_ASSIGNED:
            return en ? "your task: " + task : "待办任务:" + task;
        case NoticeReason::DEADLINE_WARNING:
            return en ? "deadline near: " + task : "即将到期:" + task;
        case NoticeReason::DEADLINE_BREACHED:
            return en ? "deadline missed: " + task : "已逾期:" + task;
        case NoticeReason::WATCH_SIGNAL:
            return en ? "early warning: " + signal : "预警:" + signal;
        case NoticeReason::CASE_RESOLVED:
            // A loss is no success: it is told as what it is, with the signal that showed it.
            if (f.outcome == Outcome::LOST && f.signal == SignalKind::DEFECTION)
                return en ? "client lost: nothing sent and nothing billed" : "客户流失:长期无业务往来";
            if (f.outcome == Outcome::LOST) return en ? "client lost: " + signal : "客户流失:" + signal;
            return (en ? "case resolved: " : "已办结:") + std::string(outcome_words(f.outcome).in(language));
        case NoticeReason::CASE_CLOSED:
            return en ? "case closed" : "已关闭";
        case NoticeReason::REOPENED:
            return en ? "case reopened: " + signal : "案件重新启动:" + signal;
        case NoticeReason::STALE:
            return en ? "nobody has done anything for too long" : "长时间无人跟进";
        case NoticeReason::RECOVERY_PROPOSED:
            return en ? "please confirm: " + std::string(outcome_words(f.outcome).in(language))
                      : "请确认:客户" + std::string(outcome_words(f.outcome).in(language));
        case NoticeReason::FILING:
            if (f.milestone == MilestoneKind::ACKNOWLEDGE)
                return en ? "for your files: nobody has acknowledged" : "报备:上报层级已用尽,无人确认";
            return en ? "for your files: " + signal : "报备:" + signal;
        case NoticeReason::PICKUP_ON_CALL:
            return en ? "a pickup is asked for" : "客户要求上门揽收";
        case NoticeReason::CONTRACT_EXPIRING:
            return en ? "the contract ends soon" : "合同即将到期";
        case NoticeReason::DIGEST:
            return en ? "digest" : "汇总";
        case NoticeReason::REPORT_READY:
            if (f.waits_for.empty()) return en ? "the analysis report is there" : "分析报告已提交";
            return en ? "the analysis report is there, please approve it" : "分析报告已提交,请审批";
        case NoticeReason::DATA_GAP:
            return en ? "data gap, verdicts are on hold" : "数据中断,相关判断暂缓";
        case NoticeReason::DATA_GAP_CLOSED:
            return en ? "data gap closed" : "数据已恢复";
        case NoticeReason::ROLE_UNFILLED:
            return en ? "nobody holds this post" : "该岗位无人在岗";
        case NoticeReason::OWNERSHIP_CONFLICT:
            return en ? "two units have registered this client, please rule" : "两个单位登记了同一客户,请协调裁定";
        case NoticeReason::HAND_OVER:
            return en ? "hand-over" : "工作交接";
        case NoticeReason::REMINDER:
            if (f.task != TaskKind::ACKNOWLEDGE) return en ? "reminder: " + task : "提醒:" + task;
            return en ? "still not acknowledged" : "仍未确认";
        case NoticeReason::OPERATIONS:
            return en ? "needs operations: the chain is exhausted" : "请运营介入:上报层级已用尽";
        default:
            return std::string(name(f.reason));
    }
}

}  // namespace

std::string_view in_words(Language language, Severity severity) {
    return kSeverities[static_cast<std::size_t>(severity)].in(language);
}
std::string_view in_words(Language language, SignalKind kind) { return signal_words(kind).in(language); }
std::string_view in_words(Language language, TaskKind kind) { return task_words(kind).in(language); }
std::string_view in_words(Language language, MilestoneKind kind) { return clock_words(kind).in(language); }
std::string_view in_words(Language language, Outcome outcome) { return outcome_words(outcome).in(language); }
std::string_view in_words(Language language, SuppressionCode code) { return suppression_words(code).in(language); }

std::string_view in_words(Language language, GroupRole role) { return role_words(role).in(language); }

std::string local_minute(const Calendar& calendar, Timestamp instant) {
    const Day day = calendar.day_of(instant);
    const std::int64_t minutes = (instant - calendar.zone().at(day, 0)).count() / 60'000;
    std::array<char, 16> time{};
    std::snprintf(time.data(), time.size(), " %02d:%02d", static_cast<int>(minutes / 60),
                  static_cast<int>(minutes % 60));
    return format_day(day).substr(5) + time.data();
}

std::string also_wording(Language language, const NoticeFacts& facts) {
    const bool en = language == Language::EN;
    std::string what = headline(language, facts);
    if (!facts.detail.empty()) what += ", " + facts.detail;
    return en ? " Also: " + what + "." : "另:" + what + "。";
}

Wording notice_wording(Language language, const NoticeFacts& facts, const Calendar& calendar) {
    const bool en = language == Language::EN;
    Wording wording;
    wording.subject = en ? facts.account_name + ": " + headline(language, facts)
                         : "【" + facts.account_name + "】" + headline(language, facts);
    if (!facts.detail.empty()) wording.text += facts.detail + (en ? ". " : "。");
    if (facts.due_at.is_set()) {
        wording.text += en ? "Due " + local_minute(calendar, facts.due_at) + ". "
                           : "时限 " + local_minute(calendar, facts.due_at) + "。";
    }
    if (!facts.case_id.empty()) wording.text += en ? "Case " + facts.case_id + "." : "案件 " + facts.case_id + "。";
    if (wording.text.empty()) wording.text = wording.subject;
    return wording;
}

}  // namespace aw
