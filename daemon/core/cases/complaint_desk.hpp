// ComplaintDesk: a client's complaints, from the receipt to the follow-ups after closing (R69, R72-R79). Each owes a
// first reply and, within seven calendar days from the receipt, an answer that the customer was told; an overdue answer
// is a signal. Made for one record or one timer and thrown away, like CaseDesk, whose Desk it shares.
#pragma once

#include "core/cases/case_desk.hpp"
#include "core/cases/desk.hpp"

namespace aw {

class ComplaintDesk {
public:
    ComplaintDesk(Desk& desk, CaseDesk& cases) : desk_(desk), cases_(cases), file_(desk.file()) {}

    // Its clocks begin with the receipt. Of one that turned out serious later they become those of the case and of its
    // severity. REQUIRES: file() knows it, its signal was taken.
    void received(Complaint& complaint);
    // One step on: carried out, or refused with a decision and no change.
    void progress(const ComplaintProgressEvent& step);
    // Somebody approves the investigation report; the complaint is known. The next post's holder is asked (R74).
    void approve(Complaint& complaint, const StaffId& staff);
    // A deadline of a complaint. REQUIRES: it is open and about a complaint.
    void timer(Obligation& obligation, std::int64_t late_s);

private:
    [[nodiscard]] CommandResult allowed(const Complaint& complaint, const ComplaintProgressEvent& step) const;
    [[nodiscard]] CommandResult may_approve(const Complaint& complaint, const StaffId& staff) const;
    // The post whose approval is missing; nothing if none is.
    [[nodiscard]] std::optional<StaffRole> approver(const Complaint& complaint) const;
    void ask_for_approval(const Complaint& complaint);
    void overdue(const Complaint& complaint);
    void close(Complaint& complaint);
    void finish(const Complaint& complaint, MilestoneKind milestone, TaskState state);
    [[nodiscard]] CaseRecord* case_of(const Complaint& complaint);
    void forget_old();

    Desk& desk_;
    CaseDesk& cases_;
    CaseFile& file_;
};

}  // namespace aw
