#include "core/shard/subject_desk.hpp"

namespace aw {
namespace {

constexpr Duration kLastSecond = std::chrono::seconds{1};

}  // namespace

SubjectDesk::SubjectDesk(DeskContext context, std::string_view key, UnitId unit, Subject& subject)
    : context_(context),
      key_(key),
      unit_(std::move(unit)),
      subject_(subject),
      staffing_(context.rules.organisation, context.overlay, context.rules.calendar.day_of(context.now)),
      book_({context.rules.calendar, context.rules.policy.noise, context.timers, context.effects, context.now,
             context.awake},
            Subjects::timer_root(subject), subject.obligations, subject.last_task, key_) {}

void SubjectDesk::notify(const StaffId& who, NoticeReason reason, const Obligation* obligation, NoticeFacts facts) {
    const Organisation& organisation = staffing_.organisation();
    const StaffId recipient = who.empty() ? staffing_.first(StaffRole::OPERATIONS, unit_) : who;
    const Staff* person = organisation.find_staff(recipient.value);
    const Language wanted = person == nullptr ? Language::UNSPECIFIED : person->language;
    const Unit* unit = organisation.find_unit(unit_);
    Notice notice;
    notice.notice_id = key_ + "-n" + std::to_string(++subject_.last_notice);
    notice.recipient_staff_id = recipient;
    notice.reason = reason;
    notice.language = wanted == Language::UNSPECIFIED ? context_.rules.language : wanted;
    notice.created_at = context_.now;
    facts.reason = reason;
    if (facts.account_name.empty()) facts.account_name = unit == nullptr ? key_ : unit->name;
    if (obligation != nullptr) {
        notice.task_id = obligation->task.task_id;
        notice.due_at = obligation->task.due_at;
        facts.task = obligation->task.kind;
        facts.due_at = obligation->task.due_at;
        if (facts.detail.empty()) facts.detail = obligation->task.detail;
    }
    Wording wording = notice_wording(notice.language, facts, context_.rules.calendar);
    notice.subject = std::move(wording.subject);
    notice.text = std::move(wording.text);
    context_.effects.emplace_back(std::move(notice));
}

void SubjectDesk::timer(Obligation& obligation, std::int64_t late_s) {
    const Task& task = obligation.task;
    // What is owed by a day is owed until its last second is over (R69: due 23:59:59, overdue 00:00:00).
    const bool by_day = task.kind == TaskKind::SUBMIT_STATISTICS;
    if (by_day && obligation.next_at >= task.due_at && obligation.next_at < task.due_at + kLastSecond)
        return book_.hold_until(obligation, task.due_at + kLastSecond);
    const StaffId who = task.assignee_staff_id;
    // Whoever owes it is away or has left: somebody who is there hears of it as well.
    const auto tell = [&](NoticeReason reason) {
        notify(who, reason, &obligation);
        if (who.empty() || staffing_.is_active(who)) return;
        const Holder superior = first(StaffRole::DEPARTMENT_DIRECTOR, StaffRole::DEPUTY_GM_IN_CHARGE,
                                      StaffRole::EXECUTIVE_DEPUTY_GM, StaffRole::GENERAL_MANAGER);
        notify(superior.who, reason, &obligation);
    };
    switch (book_.fire(obligation, late_s)) {
        case ObligationBook::Fired::warning:
            return tell(by_day ? NoticeReason::REMINDER : NoticeReason::DEADLINE_WARNING);
        case ObligationBook::Fired::repeat:
            return;
        case ObligationBook::Fired::breach:
            break;
    }
    if (by_day) obligation.fired_late_s = static_cast<std::int32_t>(late_s);
    tell(NoticeReason::DEADLINE_BREACHED);
    if (by_day) return;  // R69: one
    const Holder above = first(StaffRole::DEPUTY_GM_IN_CHARGE, StaffRole::EXECUTIVE_DEPUTY_GM);
    if (!above.who.empty() && above.who != who) notify(above.who, NoticeReason::DEADLINE_BREACHED, &obligation);
}

}  // namespace aw
