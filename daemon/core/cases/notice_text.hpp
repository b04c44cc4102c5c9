// The plain wording of a notice, Chinese and English. It stands in the topic for every subscriber; the notifier may
// dress it with a template and falls back to exactly this text when a template is broken.
#pragma once

#include <string>

#include "core/calendar/calendar.hpp"
#include "core/model/output.hpp"

namespace aw {

struct NoticeFacts {
    NoticeReason reason = NoticeReason::UNSPECIFIED;
    std::string account_name;  // name, else the root
    std::string case_id;
    Severity severity = Severity::UNSPECIFIED;
    CaseClass case_class = CaseClass::UNSPECIFIED;
    SignalKind signal = SignalKind::UNSPECIFIED;  // what it is about, where it is about a signal
    TaskKind task = TaskKind::UNSPECIFIED;
    MilestoneKind milestone = MilestoneKind::UNSPECIFIED;  // where it is about a clock that is nobody's task
    Outcome outcome = Outcome::UNSPECIFIED;
    GroupRole group_role = GroupRole::UNSPECIFIED;
    std::string waits_for;  // of the task: the command that ends it, where that is not its own work
    std::string detail;     // a figure or a name, already in words
    Timestamp due_at;
};

struct Wording {
    std::string subject;
    std::string text;
};

// What is added to the text of a notice of the same instant and reason.
[[nodiscard]] std::string also_wording(Language language, const NoticeFacts& facts);
[[nodiscard]] Wording notice_wording(Language language, const NoticeFacts& facts, const Calendar& calendar);

// Words a manager knows, for notices and reasons.
[[nodiscard]] std::string_view in_words(Language language, Severity severity);
[[nodiscard]] std::string_view in_words(Language language, SignalKind kind);
[[nodiscard]] std::string_view in_words(Language language, TaskKind kind);
[[nodiscard]] std::string_view in_words(Language language, MilestoneKind kind);  // a clock that is nobody's task
[[nodiscard]] std::string_view in_words(Language language, GroupRole role);
[[nodiscard]] std::string_view in_words(Language language, Outcome outcome);
[[nodiscard]] std::string_view in_words(Language language, SuppressionCode code);  // why a finding gave no signal
// 08-17 09:00 in the calendar's time zone.
[[nodiscard]] std::string local_minute(const Calendar& calendar, Timestamp instant);

}  // namespace aw
