// A shard with one account and its case, led through the states of requirements 3.3 by name: what tests of the life of
// a case share.
#pragma once

#include <map>

#include <gtest/gtest.h>

#include "base/archive.hpp"
#include "support/shard_rig.hpp"
#include "support/shard_state.hpp"

namespace aw::test {

class CaseRig : public ShardRig {
public:
    static constexpr auto kCode = "37140000012001";
    static constexpr auto kCase = "37140000012-1";
    static constexpr auto kOtherCode = "37140000099001";
    static constexpr auto kOtherCase = "37140000099-1";

    explicit CaseRig(std::shared_ptr<const Rules> rules = sample_rules()) : ShardRig(std::move(rules)) {}

    // A HIGH case of a G4 account (director -> deputy -> exec), opened Monday 2026-08-17 10:00.
    static CaseRig high(std::shared_ptr<const Rules> rules = sample_rules()) {
        CaseRig rig(std::move(rules));
        rig.watched(yuan(200'000));
        rig.sighting("2026-08-17 10:00");
        return rig;
    }
    void watched(Money t12m, const char* local = "2026-08-17 08:00") {
        at(local, kCode, RevenueEvent{"express", t12m, {}, {}});
    }
    void sighting(const char* local, CompetitorEvidence evidence = CompetitorEvidence::CUSTOMER_SAID) {
        at(local, kCode, CompetitorSightingEvent{"X", evidence, {}, {}, {}});
    }
    void manual(const char* local, Severity severity, SignalKind kind = SignalKind::MANUAL) {
        at(local, kCode, ManualSignalEvent{"kam", kind, severity, "why"});
    }
    void tick_at(const char* local) { tick(shanghai(local)); }

    // The code of the decision on the command, "" if it was accepted. A rejected one gives that one decision and
    // changes nothing.
    std::string refused(const char* local, std::string_view actor, CommandAction action, std::string_view reason = {},
                        std::string_view case_id = kCase, std::int32_t version = 0) {
        tick_at(local);  // what is due by then is not the command's doing
        const std::string before = state();
        const std::size_t effects_before = effects.size();
        at(local, {}, CommandEvent{case_id, actor, version, reason, std::move(action)});
        const Decision decision = all<Decision>().back();
        EXPECT_EQ(decision.kind, DecisionKind::COMMAND) << decision.text;
        if (decision.outcome == DecisionOutcome::ACCEPTED) return "";
        EXPECT_EQ(decision.outcome, DecisionOutcome::REJECTED);
        EXPECT_EQ(effects.size(), effects_before + 1) << decision.code;
        EXPECT_EQ(state(), before) << decision.code << " " << decision.text;
        last_refusal = decision.text;
        return decision.code;
    }
    std::string last_refusal;

    // The command must be accepted.
    void ok(const char* local, std::string_view actor, CommandAction action, std::string_view reason = {},
            std::string_view case_id = kCase) {
        const std::string code = refused(local, actor, std::move(action), reason, case_id);
        EXPECT_EQ(code, "") << local << ' ' << actor << ": " << last_refusal;
    }

    // --- the usual way, minute by minute from 10:01 on ---
    static PlanAction good_plan() { return {"price", {{"offer", "kam", shanghai("2026-08-20 17:30")}}}; }
    static ReportAction good_report() { return {"a", "b", "c", "d", "e", "f", {}}; }
    static LossAnalysis loss() { return {"PRICE", "X", "no second offer"}; }
    void accept_all(const char* local) {
        ok(local, "kam", AcceptAction{GroupRole::SALES});
        ok(local, "service", AcceptAction{GroupRole::AFTER_SALES});
        ok(local, "director", AcceptAction{GroupRole::LEADER});
    }
    // REQUIRES: a fresh high().
    void bring_to(CaseState state) {
        using S = CaseState;
        if (state == S::NEW) return;
        if (state == S::SUSPENDED)
            return ok("2026-08-17 10:01", "director", SuspendAction{shanghai("2026-08-27 10:00")}, "they move house");
        if (state == S::MERGED) return ok("2026-08-17 10:01", "director", merge_elsewhere("2026-08-17 10:01"), "one");
        if (state == S::RESOLVED)
            return ok("2026-08-17 10:01", "kam", ResolveAction{Outcome::FALSE_ALARM, {}, "director"}, "hearsay");
        ok("2026-08-17 10:01", "director", AckAction{});
        if (state == S::ACKNOWLEDGED) return;
        accept_all("2026-08-17 10:02");
        if (state == S::GROUP_FORMED) return;
        ok("2026-08-17 10:03", "kam", StartAction{});
        if (state == S::INVESTIGATING) return;
        ok("2026-08-17 10:04", "kam", good_plan());
        ok("2026-08-17 10:05", "director", ApprovePlanAction{});
        if (state == S::ACTING) return;
        ok("2026-08-17 10:06", "kam", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
        ok("2026-08-17 10:07", "kam", done(TaskKind::ASSIGNED));
        if (state == S::OBSERVING) return;
        ok("2026-08-17 10:08", "director", ResolveAction{Outcome::LOST, loss(), {}});
        if (state == S::REPORT_DUE) return;
        ok("2026-08-17 10:09", "kam", good_report());
        ok("2026-08-17 10:10", "director", ApproveReportAction{});
    }

    // Into the case of another account, which is opened for it; what follows there is not remembered.
    MergeAction merge_elsewhere(const char* local) {
        const std::size_t before = effects.size();
        at(local, kOtherCode, RevenueEvent{"express", yuan(200'000), {}, {}});
        at(local, kOtherCode, ManualSignalEvent{"kam", SignalKind::SERVICE_FAILURES, Severity::LOW, "why"});
        effects.resize(before);
        return {kOtherCase};
    }

    // --- what stands now ---
    const CaseFile& file() const { return *shard.case_file(parse_customer_code(kCode)->root); }
    std::string state() const {
        const CaseFile* all = shard.case_file(parse_customer_code(kCode)->root);
        if (all == nullptr) return {};
        return archived(all->cases) + archived(all->obligations);
    }
    const Case& view(std::string_view case_id = kCase) const {
        for (const CaseRecord& record : file().cases) {
            if (record.view.case_id.value == case_id) return record.view;
        }
        ADD_FAILURE() << "no case " << case_id;
        static const Case none;
        return none;
    }
    // The last task of that kind, as it was last shown.
    Task task(TaskKind kind) const {
        Task found;
        for (const Task& t : all<Task>()) {
            if (t.kind == kind && (found.task_id.empty() || task_number(t.task_id) >= task_number(found.task_id)))
                found = t;
        }
        return found;
    }
    DoneAction done(TaskKind kind) { return {keep_.emplace_back(task(kind).task_id.value)}; }
    // The obligations of that milestone that are still owed.
    std::vector<const Obligation*> owed(MilestoneKind kind) const {
        std::vector<const Obligation*> found;
        for (const Obligation& o : file().obligations) {
            if (o.milestone == kind && o.is_open()) found.push_back(&o);
        }
        return found;
    }
    Timestamp due(MilestoneKind kind) const {
        const auto found = owed(kind);
        return found.empty() ? Timestamp{} : found.back()->task.due_at;
    }
    std::vector<std::string> told(NoticeReason reason) const {
        std::vector<std::string> who;
        for (const Notice& notice : notices(reason)) who.push_back(notice.recipient_staff_id.value);
        return who;
    }
    MemberState seat(std::string_view who, GroupRole role) const {
        for (const GroupMember& m : view().group) {
            if (m.staff_id.value == who && m.group_role == role) return m.state;
        }
        return MemberState::UNSPECIFIED;
    }

private:
    std::deque<std::string> keep_;
};

}  // namespace aw::test
