// A complaint as the account remembers it (R72-R79). State.
#pragma once

#include <string>

#include "base/time.hpp"
#include "core/model/enums.hpp"
#include "core/model/ids.hpp"

namespace aw {

struct Complaint {
    std::string complaint_id;
    ComplaintCategory category = ComplaintCategory::UNSPECIFIED;
    Severity severity = Severity::UNSPECIFIED;  // of its clocks: MINOR = LOW, SERIOUS as its signal
    UnitId unit_id;                             // that answers for the account
    Timestamp received_at;
    ComplaintState state = ComplaintState::UNSPECIFIED;  // UNSPECIFIED = received
    Satisfaction satisfaction = Satisfaction::UNSPECIFIED;
    std::int32_t contact_attempts = 0;  // to learn whether the customer is satisfied
    bool customer_cause = false;        // REJECTED by the supervisor: the customer's own cause (R73)
    bool informed = false;              // the customer was told (R77)
    bool investigated = false;
    std::int32_t approvals = 0;  // so many of the policy's posts have approved the investigation report (R74)
    Timestamp answered_at;       // not set = not answered
    Timestamp closed_at;         // not set = open

    [[nodiscard]] bool is_open() const { return !closed_at.is_set(); }

    template <class Archive>
    void fields(Archive& archive) {
        archive(complaint_id, category, severity, unit_id, received_at, state, satisfaction, contact_attempts,
                customer_cause, informed, investigated, answered_at, closed_at, approvals);
    }
};

}  // namespace aw
