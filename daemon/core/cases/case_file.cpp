#include "core/cases/case_file.hpp"

#include <algorithm>

namespace aw {

bool CaseRecord::is_open() const {
    switch (view.state) {
        case CaseState::CLOSED:
        case CaseState::MERGED:
            return false;
        case CaseState::RESOLVED:
            // A false alarm or a known change with its approver is an approved explanation; nothing more is owed.
            return view.outcome != Outcome::FALSE_ALARM && view.outcome != Outcome::KNOWN_CHANGE;
        default:
            return true;
    }
}

bool watches_the_report(const Obligation& o) {
    return o.task.kind == TaskKind::UNSPECIFIED && o.task.detail == kUnreportedChurn;
}

bool ends_the_case(const Obligation& o) {
    if (o.milestone != MilestoneKind::UNSPECIFIED || !o.complaint_id.empty()) return false;
    const std::string& waits_for = o.task.detail;
    if (o.task.kind == TaskKind::CONTACT_CUSTOMER)
        return waits_for == kWaitsForContact || waits_for == kWaitsForExecutive;
    return o.task.kind == TaskKind::ANALYSIS_REPORT && waits_for == kWaitsForClosing;
}

CaseRecord* CaseFile::open_case() { return const_cast<CaseRecord*>(static_cast<const CaseFile*>(this)->open_case()); }

const CaseRecord* CaseFile::open_case() const {
    const auto found = std::find_if(cases.rbegin(), cases.rend(), [](const CaseRecord& c) { return c.is_open(); });
    return found == cases.rend() ? nullptr : &*found;
}

CaseRecord* CaseFile::find(std::string_view case_id) {
    const auto found =
        std::find_if(cases.begin(), cases.end(), [&](const CaseRecord& c) { return c.view.case_id.value == case_id; });
    return found == cases.end() ? nullptr : &*found;
}

Obligation* CaseFile::find_task(std::string_view task_id) {
    const auto found = std::find_if(obligations.begin(), obligations.end(),
                                    [&](const Obligation& o) { return o.task.task_id.value == task_id; });
    return found == obligations.end() ? nullptr : &*found;
}

Complaint* CaseFile::find_complaint(std::string_view complaint_id) {
    const auto found = std::find_if(complaints.begin(), complaints.end(),
                                    [&](const Complaint& c) { return c.complaint_id == complaint_id; });
    return found == complaints.end() ? nullptr : &*found;
}

}  // namespace aw
