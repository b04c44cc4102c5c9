// Why a command or a step was refused: a code for programs, and a reason with what it is about, which is told in either
// language (decision_text.hpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/cases/sentence.hpp"

namespace aw {

// Each has its sentence in refusal.cpp; the names stand in the input `why` of the decision.
AW_ENUM(Why, NO_SUCH_TASK, NO_SUCH_CASE, NO_SUCH_STAFF, OTHER_VERSION, HAS_LEFT, NO_ACTION, NOT_IN_THIS_STATE,
        NOT_A_LEADER, NOT_OF_THE_CASE, FIELD_MISSING, FIELD_IN_THE_PAST, PLAN_IN_THE_PAST, FIELD_NAMES_NOBODY,
        FIELD_NAMES_ABSENT, LEVEL_NOT_REACHED, ACKNOWLEDGED_ALREADY, NO_PLAN, PLAN_APPROVED_ALREADY,
        NO_TASK_OF_THE_CASE, HAS_ITS_OWN_COMMAND, TASK_NOT_OPEN, SOMEBODY_ELSES_TASK, ENDS_WITH_THE_COMPLAINT,
        NO_OFFERS, NO_REPORT, REPORT_APPROVED_ALREADY, REPORT_NOT_APPROVED, NOBODY_TALKED, NO_EXECUTIVE_TALKED,
        COMPLAINT_IS_OPEN, NOBODY_KEEPS_IT, OUTCOME_NOT_PROPOSED, SAY_WHY_NO_EMERGENCY, SAY_WHY_IT_MAY_REST,
        SAY_WHY_THEY_ARE_ONE, SAY_WHY_LESS_SEVERE, MAY_NOT_APPROVE, OUTCOME_COMES_FIRST, TOO_MANY_DAYS,
        NOT_ANOTHER_ACCOUNTS, NO_OPEN_CASE, NO_LOWER_SEVERITY, OWNS_IT_ALREADY, NOBODY_HANDS_OVER, HANDED_TO_ANOTHER,
        NOT_INVITED, ACCEPTED_ALREADY, NO_OPEN_INVITATION, NO_GROUP, IN_THE_GROUP_ALREADY, NO_SUCH_COMPLAINT,
        COMPLAINT_IS_CLOSED, STEP_BACK, NOT_INVESTIGATED, APPROVAL_MISSING, NOT_ANSWERED, NOT_SATISFIED, NOT_TOLD,
        NOTHING_TO_APPROVE, NO_SOLUTION, ANOTHERS_APPROVAL, MERGED_INTO_NOTHING)

// `about` and `other`: ids, fields, and names of enumerations as the contract writes them.
struct Refused {
    RejectionCode code;
    Why why;
    std::string about = {};
    std::string other = {};
};
using CommandResult = Result<void, Refused>;
[[nodiscard]] inline CommandResult refuse(RejectionCode code, Why why, std::string about = {}, std::string other = {}) {
    return fail(Refused{code, why, std::move(about), std::move(other)});
}

[[nodiscard]] const Sentence& sentence_of(Why why);
void add_reason(std::vector<NamedValue>& inputs, const Refused& refused);

}  // namespace aw
