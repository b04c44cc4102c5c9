// A shard under the policy of the scenarios, and what tests of single rules ask it. Everything goes through a real log
// as well (support/logged_rig.hpp).
#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/logged_rig.hpp"

namespace aw::test {

constexpr auto kCode = "37140000012001";
constexpr auto kCase = "37140000012-1";
// Posts of config/organisation.yaml.
constexpr auto kDirector = "dept-director-1";
constexpr auto kSales = "key-account-manager-1";
constexpr auto kService = "service-head-1";

// "what when", to compare lists.
inline std::string said(const char* what, const char* local) {
    return std::string(what) + " " + format_utc(shanghai(local));
}

struct RuleRig : LoggedRig {
    explicit RuleRig(const std::vector<std::string>& more = {}) : LoggedRig(more) {}

    void bill(const char* local, Money revenue = yuan(200'000), const char* code = kCode) {
        at(local, code, RevenueEvent{"express", revenue, {}, {}});
    }
    void manual(const char* local, Severity severity) {
        at(local, kCode, ManualSignalEvent{kSales, SignalKind::MANUAL, severity, "rumours"});
    }
    void sighting(const char* local, CompetitorEvidence evidence = CompetitorEvidence::CUSTOMER_SAID) {
        at(local, kCode, CompetitorSightingEvent{"X", evidence, {}, {}, {}});
    }
    void new_contact(const char* local, ContactRole role = ContactRole::DECISION_MAKER, const char* code = kCode) {
        at(local, code, ContactChangeEvent{role, "c1", "c2"});
    }
    // The same number of items in every week.
    void weeks(Week from, Week to, int items) {
        for (Week w = from; w <= to; ++w.n) week(kCode, "express", w, items);
    }
    void tick_at(const char* local) { tick(shanghai(local)); }

    // The code of the refusal, "" where it was carried out.
    std::string says(const char* local, std::string_view actor, CommandAction action) {
        command(local, kCase, actor, std::move(action));
        const Decision last = all<Decision>().back();
        EXPECT_EQ(last.kind, DecisionKind::COMMAND) << last.code;
        return last.outcome == DecisionOutcome::ACCEPTED ? "" : last.code;
    }

    // --- complaints ---
    static ComplaintEvent a_complaint(std::string_view id, ComplaintSeverity severity = ComplaintSeverity::MINOR) {
        ComplaintEvent event;
        event.complaint_id = id;
        event.category = ComplaintCategory::SERVICE;
        event.severity = severity;
        event.demand = "an answer";
        return event;
    }
    void complaint(const char* local, std::string_view id, ComplaintSeverity severity = ComplaintSeverity::MINOR) {
        at(local, kCode, a_complaint(id, severity));
    }
    // The code of the refusal of a step of a complaint, "" where it was taken.
    std::string step(const char* local, std::string_view id, ComplaintState state,
                     Satisfaction satisfaction = Satisfaction::UNSPECIFIED, int attempts = 0,
                     std::optional<bool> informed = {}) {
        at(local, kCode, ComplaintProgressEvent{id, state, satisfaction, attempts, informed});
        for (auto d = effects.rbegin(); d != effects.rend(); ++d) {
            const auto* decision = std::get_if<Decision>(&*d);
            if (decision != nullptr && decision->kind == DecisionKind::GUARD) return decision->code;
            if (decision != nullptr && decision->kind == DecisionKind::CASE && decision->code == name(state)) return "";
        }
        return "nothing was decided";
    }

    // --- what stands now ---
    AccountView account(const char* code = kCode) const { return *shard.account(parse_customer_code(code)->root); }
    Task last_state(std::string_view task_id) const {
        Task found;
        for (const Task& task : all<Task>()) {
            if (task.task_id.value == task_id) found = task;
        }
        return found;
    }
    // As they were opened.
    std::vector<Task> opened(TaskKind kind) const {
        std::vector<Task> found;
        for (const Task& task : all<Task>()) {
            const bool news = std::none_of(found.begin(), found.end(),
                                           [&](const Task& known) { return known.task_id == task.task_id; });
            if (task.kind == kind && news) found.push_back(task);
        }
        return found;
    }
    // "REASON to WHO when" of every notice about the task.
    std::vector<std::string> told_about(const TaskId& task) const {
        std::vector<std::string> list;
        for (const Notice& n : all<Notice>()) {
            if (n.task_id != task) continue;
            list.push_back(std::string(name(n.reason)) + " to " + n.recipient_staff_id.value + " " +
                           format_utc(n.created_at));
        }
        return list;
    }
    // "who when" of every notice of that reason.
    std::vector<std::string> told(NoticeReason reason) const {
        std::vector<std::string> list;
        for (const Notice& n : notices(reason))
            list.push_back(n.recipient_staff_id.value + " " + format_utc(n.created_at));
        return list;
    }
    std::vector<std::string> members(GroupRole role) const {
        std::vector<std::string> list;
        for (const GroupMember& m : last_case().group) {
            if (m.group_role == role) list.push_back(m.staff_id.value);
        }
        return list;
    }
    std::vector<Milestone> milestones(MilestoneKind kind) const {
        std::vector<Milestone> list;
        for (const Milestone& m : last_case().milestones) {
            if (m.name == kind) list.push_back(m);
        }
        return list;
    }
    // "KIND SEVERITY when" of every signal.
    std::vector<std::string> signals() const {
        std::vector<std::string> list;
        for (const Signal& s : all<Signal>())
            list.push_back(std::string(name(s.kind)) + " " + std::string(name(s.severity)) + " " +
                           format_utc(s.detected_at));
        return list;
    }
};

}  // namespace aw::test
