// Desks: everybody who works on an account's cases, around one Desk.
#pragma once

#include "base/check.hpp"
#include "core/cases/case_desk.hpp"
#include "core/cases/complaint_desk.hpp"
#include "core/cases/desk.hpp"

namespace aw {

struct Desks {
    Desks(DeskContext context, const DeskAccount& account, CaseFile& file)
        : desk(context, account, file), cases(desk), complaints(desk, cases) {}

    // The obligation with this number is due for a warning, its breach or a repeat.
    void timer(std::uint64_t task_number, std::int64_t late_s) {
        Obligation* obligation = desk.book().find(task_number);
        AW_CHECK(obligation != nullptr);  // finish() takes closed ones out of the queue
        if (desk.hold(*obligation)) return;
        if (!obligation->complaint_id.empty()) return complaints.timer(*obligation, late_s);
        cases.timer(*obligation, late_s);
    }

    // Silences have begun, changed or ended.
    void silences_changed() {
        desk.review_held();
        for (const CaseId& told : desk.release_withheld()) cases.refresh(told);
    }

    Desk desk;
    CaseDesk cases;
    ComplaintDesk complaints;
};

}  // namespace aw
