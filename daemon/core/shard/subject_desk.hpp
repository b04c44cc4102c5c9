// SubjectDesk: what a Desk is to an account, for a unit, a person or a feed: who owes what for it, and who is told. Ids
// are <subject>-t<n> and <subject>-n<n>. Made for one record or one timer and thrown away; borrows everything.
#pragma once

#include <string>
#include <string_view>

#include "core/cases/desk.hpp"
#include "core/shard/subjects.hpp"

namespace aw {

class SubjectDesk {
public:
    // `unit` is the unit itself, or that of the person.
    SubjectDesk(DeskContext context, std::string_view key, UnitId unit, Subject& subject);
    SubjectDesk(const SubjectDesk&) = delete;
    SubjectDesk& operator=(const SubjectDesk&) = delete;

    [[nodiscard]] ObligationBook& book() { return book_; }
    [[nodiscard]] const Staffing& staffing() const { return staffing_; }
    // The first of these posts that somebody holds in the unit or above; empty if nobody does.
    struct Holder {
        StaffId who;
        StaffRole role = StaffRole::UNSPECIFIED;
    };
    template <class... Role>
    [[nodiscard]] Holder first(Role... roles) const {
        Holder holder;
        static_cast<void>(((holder = {staffing_.first(roles, unit_), roles}, !holder.who.empty()) || ...));
        return holder;
    }

    // Nobody: operations.
    void notify(const StaffId& who, NoticeReason reason, const Obligation* obligation, NoticeFacts facts = {});
    // A warning or a breach of one of its tasks.
    void timer(Obligation& obligation, std::int64_t late_s);

private:
    DeskContext context_;
    std::string key_;
    UnitId unit_;
    Subject& subject_;
    Staffing staffing_;
    ObligationBook book_;
};

}  // namespace aw
