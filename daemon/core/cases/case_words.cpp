#include "core/cases/case_words.hpp"

#include <array>

#include "core/cases/words.hpp"

namespace aw {
namespace {

// One entry for each value, in the order of the enumeration.
template <class E>
using WordsOf = std::array<Words, EnumNames<E>::kList.size()>;

template <class E>
std::string_view pick(const WordsOf<E>& list, Language language, E value) {
    return list[static_cast<std::size_t>(value)].in(language);
}

constexpr WordsOf<CaseState> kStates = {{{"无", "none"},
                                         {"新立案", "new"},
                                         {"已确认", "acknowledged"},
                                         {"小组已成立", "group formed"},
                                         {"调查中", "investigating"},
                                         {"对策实施中", "acting"},
                                         {"观察中", "observing"},
                                         {"已有结果", "resolved"},
                                         {"待报告结案", "report due"},
                                         {"已结案", "closed"},
                                         {"已暂停", "suspended"},
                                         {"已并案", "merged"}}};

constexpr WordsOf<CaseClass> kClasses = {
    {{"无", "none"}, {"预警", "watch"}, {"督办", "supervised follow-up"}, {"应急", "emergency"}}};

constexpr WordsOf<ComplaintState> kComplaintStates = {{{"无", "none"},
                                                       {"已记录", "recorded"},
                                                       {"已受理", "accepted"},
                                                       {"不予受理", "rejected"},
                                                       {"已回应客户", "acknowledged to the customer"},
                                                       {"调查核实中", "under investigation"},
                                                       {"已提出解决方案", "solution proposed"},
                                                       {"已答复", "answered"},
                                                       {"跟进回访中", "in follow-up"},
                                                       {"已结案", "closed"}}};

constexpr WordsOf<StaffRole> kRoles = {{{"无", "none"},
                                        {"总经理", "general manager"},
                                        {"常务副总", "executive deputy general manager"},
                                        {"分管副总", "deputy general manager in charge"},
                                        {"部门主任", "department director"},
                                        {"班组长", "team leader"},
                                        {"开发单位领导", "head of the developing unit"},
                                        {"大客户经理", "key account manager"},
                                        {"客户经理", "account representative"},
                                        {"揽收人员", "pickup courier"},
                                        {"客户服务部门负责人", "head of service"},
                                        {"大客户中心", "key account centre"},
                                        {"市场部", "market department"},
                                        {"质量监督部门", "quality department"},
                                        {"财务部门", "finance department"},
                                        {"省公司协调人", "coordinator of the province"},
                                        {"系统运营", "operations"}}};

constexpr std::array<CodeWords, 22> kActions = {{
    {"ack", {"确认", "acknowledgement"}},
    {"accept", {"接受小组职责", "acceptance of the role"}},
    {"decline", {"谢绝小组职责", "refusal of the role"}},
    {"start", {"开始调查", "start of the investigation"}},
    {"plan", {"提交原因和对策", "cause and plan"}},
    {"approve_plan", {"批准对策", "approval of the plan"}},
    {"contact", {"联系客户", "contact with the customer"}},
    {"update", {"汇报进展", "progress update"}},
    {"done", {"完成任务", "task done"}},
    {"suspend", {"暂停案件", "suspension"}},
    {"resume", {"恢复办理", "resumption"}},
    {"resolve", {"认定结果", "outcome decided"}},
    {"report", {"提交分析报告", "analysis report"}},
    {"approve_report", {"批准分析报告", "approval of the report"}},
    {"close", {"结案", "closing"}},
    {"merge", {"并案", "merger"}},
    {"lower_severity", {"下调级别", "severity lowered"}},
    {"transfer", {"移交案件", "hand-over"}},
    {"accept_transfer", {"接收案件", "acceptance of the hand-over"}},
    {"assign_task", {"交办任务", "new task"}},
    {"add_member", {"增加小组成员", "new member of the group"}},
    {"offer", {"提出优惠方案", "offer"}},
}};

}  // namespace

std::string_view in_words(Language language, CaseState state) { return pick(kStates, language, state); }
std::string_view in_words(Language language, CaseClass what) { return pick(kClasses, language, what); }
std::string_view in_words(Language language, ComplaintState state) { return pick(kComplaintStates, language, state); }
std::string_view in_words(Language language, StaffRole role) { return pick(kRoles, language, role); }

std::string_view action_words(Language language, std::string_view action) {
    return look_up(kActions, language, action);
}

}  // namespace aw
