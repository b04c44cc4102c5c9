#include "core/cases/refusal.hpp"

namespace aw {
namespace {

constexpr Blank kAbout = {"about"};
constexpr Blank kOther = {"other"};
constexpr Blank about(As as) { return {"about", as}; }
constexpr Blank other(As as) { return {"other", as}; }

// In the order of Why; the codes are their names.
constexpr Sentence kReasons[] = {
    {"UNSPECIFIED", "原因不明", "for no known reason", {}},
    {"NO_SUCH_TASK", "没有该任务", "there is no such task", {}},
    {"NO_SUCH_CASE", "没有案件 {}", "there is no case {}", {kAbout}},
    {"NO_SUCH_STAFF", "没有工号为“{}”的人员", "nobody has the staff id \"{}\"", {kAbout}},
    {"OTHER_VERSION", "所据版本为 {},案件现为版本 {}", "expected version {}, the case is at {}", {kAbout, kOther}},
    {"HAS_LEFT", "{} 已离职", "{} has left", {kAbout}},
    {"NO_ACTION", "命令未写明办理事项", "the command has no action", {}},
    {"NOT_IN_THIS_STATE", "案件状态为“{}”,不能办理", "not possible while the case is \"{}\"", {about(As::state)}},
    {"NOT_A_LEADER", "{} 不是本案的主管领导", "{} is not a leader of this case", {kAbout}},
    {"NOT_OF_THE_CASE", "{} 不参与本案", "{} has no part in this case", {kAbout}},
    {"FIELD_MISSING", "缺少 {}", "{} is missing", {kAbout}},
    {"FIELD_IN_THE_PAST", "{} 的时间已过", "{} has passed already", {kAbout}},
    {"PLAN_IN_THE_PAST",
     "{} 的时间已过,须重新提交对策",
     "{} has passed already; a new plan is needed",
     {kAbout}},
    {"FIELD_NAMES_NOBODY", "{}:没有工号为“{}”的人员", "{}: nobody has the staff id \"{}\"", {kAbout, kOther}},
    {"FIELD_NAMES_ABSENT", "{}:{} 不在岗或即将离任", "{}: {} is away or leaving", {kAbout, kOther}},
    {"LEVEL_NOT_REACHED",
     "{} 不是已上报各级的主管领导",
     "{} is not a leader of a level reached so far",
     {kAbout}},
    {"ACKNOWLEDGED_ALREADY", "已经确认", "already acknowledged", {}},
    {"NO_PLAN", "尚未提交对策", "there is no plan yet", {}},
    {"PLAN_APPROVED_ALREADY", "该对策已经批准", "this plan is approved already", {}},
    {"NO_TASK_OF_THE_CASE", "{} 不是本案的任务", "{} names no task of this case", {kAbout}},
    {"HAS_ITS_OWN_COMMAND", "“{}”须以其专门的命令办结", "\"{}\" is met by its own command", {about(As::task)}},
    {"TASK_NOT_OPEN", "该任务已不在办理中", "the task is not open", {}},
    {"SOMEBODY_ELSES_TASK", "{} 不是 {} 的任务", "{} is not {}'s task", {kAbout, kOther}},
    {"ENDS_WITH_THE_COMPLAINT", "该任务随投诉处理进度办结", "the progress of the complaint ends it", {}},
    {"NO_OFFERS", "政策未启用优惠方案(offers.enabled)", "this policy has no offers (offers.enabled)", {}},
    {"NO_REPORT", "尚未提交分析报告", "there is no report yet", {}},
    {"REPORT_APPROVED_ALREADY", "分析报告已经批准", "this report is approved already", {}},
    {"REPORT_NOT_APPROVED", "分析报告尚未批准", "the report is not approved", {}},
    {"NOBODY_TALKED", "尚无人联系客户", "nobody has talked to the customer", {}},
    {"NO_EXECUTIVE_TALKED", "尚无分管副总以上领导联系客户", "no executive has talked to the customer", {}},
    {"COMPLAINT_IS_OPEN", "投诉 {} 尚未结案", "complaint {} is open", {kAbout}},
    {"NOBODY_KEEPS_IT", "任务 {} 无人负责落实", "{} has nobody who keeps it", {kAbout}},
    {"OUTCOME_NOT_PROPOSED",
     "尚不能认定客户{}:业务未回到原有水平",
     "\"{}\" is not proposed: the account is not (yet) back at its level",
     {about(As::outcome)}},
    {"SAY_WHY_NO_EMERGENCY", "请说明为何不属应急情况", "say why this is no emergency", {}},
    {"SAY_WHY_IT_MAY_REST", "请说明暂停原因", "say why the case may rest", {}},
    {"SAY_WHY_THEY_ARE_ONE", "请说明并案原因", "say why the two are one", {}},
    {"SAY_WHY_LESS_SEVERE", "请说明下调级别的原因", "say why it is less severe", {}},
    {"MAY_NOT_APPROVE", "{} 无权批准此事", "{} may not approve this", {kAbout}},
    {"OUTCOME_COMES_FIRST", "案件有结果后才提交分析报告", "the report is owed when the case has an outcome", {}},
    {"TOO_MANY_DAYS", "suspend.until 超过 {} 天", "suspend.until is more than {} days away", {kAbout}},
    {"NOT_ANOTHER_ACCOUNTS", "{} 不是其他客户的案件", "{} is no case of another account", {kAbout}},
    {"NO_OPEN_CASE", "没有未结案件 {}", "there is no open case {}", {kAbout}},
    {"NO_LOWER_SEVERITY",
     "案件现为“{}”级,只能下调,且不低于“关注”级",
     "the case is of severity \"{}\"; it can only be lowered, and not below \"low\"",
     {about(As::severity)}},
    {"OWNS_IT_ALREADY", "{} 已是本案负责人", "{} owns the case already", {kAbout}},
    {"NOBODY_HANDS_OVER", "无人移交本案", "nobody hands this case over", {}},
    {"HANDED_TO_ANOTHER", "本案移交给 {}", "the case is handed over to {}", {kAbout}},
    {"NOT_INVITED", "{} 未受邀担任{}", "{} is not invited as {}", {kAbout, other(As::group_role)}},
    {"ACCEPTED_ALREADY", "已经接受", "already accepted", {}},
    {"NO_OPEN_INVITATION",
     "{} 没有担任{}的待答复邀请",
     "{} has no open invitation as {}",
     {kAbout, other(As::group_role)}},
    {"NO_GROUP", "只有应急案件才有处理小组", "only an emergency has a group", {}},
    {"IN_THE_GROUP_ALREADY", "{} 已在小组中担任此职责", "{} is in the group in this role", {kAbout}},
    {"NO_SUCH_COMPLAINT", "没有投诉 {}", "no complaint {} is known", {kAbout}},
    {"COMPLAINT_IS_CLOSED", "投诉已结案", "the complaint is closed", {}},
    {"STEP_BACK",
     "“{}”在“{}”之前,不能退回",
     "\"{}\" comes before \"{}\"",
     {about(As::complaint_state), other(As::complaint_state)}},
    {"NOT_INVESTIGATED", "尚未调查核实", "it was not investigated", {}},
    {"APPROVAL_MISSING",
     "答复客户前须经{}审批",
     "the approval of the {} is missing before the customer is answered",
     {about(As::role)}},
    {"NOT_ANSWERED", "尚未答复客户", "the customer has no answer yet", {}},
    {"NOT_SATISFIED",
     "客户不满意,且联系未果不足 {} 次",
     "the customer is not satisfied, nor were there {} vain attempts to reach them",
     {kAbout}},
    {"NOT_TOLD", "尚未告知客户", "the customer was not told", {}},
    {"NOTHING_TO_APPROVE", "没有待审批事项", "no approval is missing", {}},
    {"NO_SOLUTION", "尚未提出解决方案", "no solution is proposed yet", {}},
    {"ANOTHERS_APPROVAL", "应先由{}审批", "the approval of the {} comes next", {about(As::role)}},
    {"MERGED_INTO_NOTHING",
     "已并入 {},但没有该未结案件",
     "merged into {}, and there is no such open case",
     {kAbout}},
};
static_assert(std::size(kReasons) == EnumNames<Why>::kList.size());

}  // namespace

const Sentence& sentence_of(Why why) { return kReasons[static_cast<std::size_t>(why)]; }

void add_reason(std::vector<NamedValue>& inputs, const Refused& refused) {
    inputs.push_back({"why", std::string(name(refused.why))});
    const auto& blanks = sentence_of(refused.why).blanks;
    if (!blanks[0].input.empty()) inputs.push_back({"about", refused.about});
    if (!blanks[1].input.empty()) inputs.push_back({"other", refused.other});
}

}  // namespace aw
