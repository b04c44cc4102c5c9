// A notice that a silence keeps back: what is needed to write it when the silence is over. State, stored with the
// account's cases.
#pragma once

#include <string>

#include "core/model/output.hpp"

namespace aw {

struct WithheldNotice {
    static constexpr std::size_t kMost = 64;  // per account; those beyond are counted

    StaffId recipient;
    NoticeReason reason = NoticeReason::UNSPECIFIED;
    CaseId case_id;
    TaskId task_id;
    SignalKind signal = SignalKind::UNSPECIFIED;
    TaskKind task = TaskKind::UNSPECIFIED;
    MilestoneKind milestone = MilestoneKind::UNSPECIFIED;
    GroupRole group_role = GroupRole::UNSPECIFIED;
    std::string detail;

    template <class Archive>
    void fields(Archive& archive) {
        archive(recipient, reason, case_id, task_id, signal, task, milestone, group_role, detail);
    }
};

}  // namespace aw
