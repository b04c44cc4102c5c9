// Random people, signals and clocks never corrupt a case.
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/cases/transition.hpp"
#include "random_log.hpp"
#include "support/sample_rules.hpp"

namespace aw {
namespace {

using test::any_choices;
using test::build_log;
using test::RandomLog;
using test::run;
using test::sample_rules;

bool one_step(CaseState from, CaseState to) {
    for (const Transition& row : transition_table()) {
        if (row.from == from && row.to == to) return true;
    }
    return from == to;
}

// One version may hold two steps: the leader's accept acknowledges and completes the group.
bool reachable(CaseState from, CaseState to) {
    if (one_step(from, to)) return true;
    for (const Transition& row : transition_table()) {
        if (row.from == from && one_step(row.to, to)) return true;
    }
    return false;
}

// Open cases that nobody's clock drives: a WATCH that waits for a better period, a report that is approved and waits
// for a complaint, and what is left when the sample policy's own deadlines have been missed.
bool may_owe_nothing(const CaseRecord& record) {
    return record.view.case_class == CaseClass::WATCH || record.view.state == CaseState::REPORT_DUE;
}

void check_files(const Shard& shard) {
    for (int n = 0; n < test::kAccounts; ++n) {
        const CaseFile* file = shard.case_file(*parse_root(test::root_text(n)));
        if (file == nullptr) continue;
        for (const Obligation& o : file->obligations) {
            // An open obligation without a place in the queue waits for a tick, rests, or has nothing more to say.
            if (o.is_open() && o.span.is_set() && !o.is_queued()) {
                RC_ASSERT(o.waits_for_tick || o.paused_at.is_set() || o.fired >= Obligation::kBreached);
            }
        }
        int open = 0;
        for (const CaseRecord& record : file->cases) {
            const bool owes = file->any(record, [](const Obligation& o) { return o.is_open(); });
            // After the end only follow-ups, promises and complaints are owed.
            const bool works = file->any(record, [](const Obligation& o) {
                return o.is_open() && o.milestone != MilestoneKind::FOLLOW_UP && o.task.kind != TaskKind::ASSIGNED &&
                       o.complaint_id.empty();
            });
            RC_ASSERT(record.is_open() || !works);
            if (!record.is_open()) continue;
            ++open;
            RC_ASSERT(owes || may_owe_nothing(record));
            RC_ASSERT(record.view.level <= static_cast<std::int32_t>(record.chain.size()));
            RC_ASSERT((record.view.state == CaseState::SUSPENDED) == (record.resumes_to != CaseState::UNSPECIFIED));
        }
        RC_ASSERT(open <= 1);
    }
}

RC_GTEST_PROP(ShardCases, EveryTimelineIsAPathOfTheTable, ()) {
    const RandomLog log = build_log(*any_choices(), *rc::gen::arbitrary<bool>());
    Shard shard(sample_rules());
    Effects effects;
    for (std::size_t i = 0; i < log.records.size(); ++i) {
        static_cast<void>(shard.apply(log.records[i].event, log.records[i].time, effects));
        check_files(shard);
    }
    std::map<std::string, Case> last;
    for (const Effect& effect : effects) {
        const Case* view = std::get_if<Case>(&effect);
        if (view == nullptr) continue;
        const auto known = last.find(view->case_id.value);
        if (known == last.end()) {
            RC_ASSERT(view->state == CaseState::NEW);
            RC_ASSERT(view->version == 1);
        } else {
            RC_ASSERT(view->version == known->second.version + 1);
            RC_ASSERT(reachable(known->second.state, view->state));
            RC_ASSERT(view->severity >= known->second.severity);      // only rises by itself
            RC_ASSERT(view->case_class >= known->second.case_class);  // so does the class
            RC_ASSERT(view->signals.size() >= known->second.signals.size());
        }
        last[view->case_id.value] = *view;
    }
    int accepted = 0;
    for (const Effect& effect : effects) {
        const Decision* decision = std::get_if<Decision>(&effect);
        if (decision != nullptr && decision->kind == DecisionKind::COMMAND &&
            decision->outcome == DecisionOutcome::ACCEPTED)
            ++accepted;
    }
    RC_CLASSIFY(accepted >= 5, "five commands were accepted");
    for (const auto& [id, view] : last) RC_TAG(name(view.state));
}

RC_GTEST_PROP(ShardCases, ATaskEndsOnceAndIsOverdueOnce, ()) {
    const RandomLog log = build_log(*any_choices(), *rc::gen::arbitrary<bool>());
    Shard shard(sample_rules());
    Effects effects;
    static_cast<void>(run(shard, log, &effects));
    std::map<std::string, TaskState> last;
    std::set<std::string> ids;
    for (const Effect& effect : effects) {
        if (const Task* task = std::get_if<Task>(&effect)) {
            const auto [at, added] = last.try_emplace(task->task_id.value, task->state);
            RC_ASSERT(!added || task->state == TaskState::OPEN);
            if (!added) {
                RC_ASSERT(at->second == TaskState::OPEN || at->second == TaskState::OVERDUE);
                RC_ASSERT(at->second != TaskState::OVERDUE || task->state != TaskState::OPEN);
            }
            at->second = task->state;
            RC_ASSERT(task->warned_at.size() <= 4U);  // twice, and twice again after a rise of severity
        }
        // Every id is given once.
        if (const Signal* signal = std::get_if<Signal>(&effect)) RC_ASSERT(ids.insert(signal->signal_id.value).second);
        if (const Notice* notice = std::get_if<Notice>(&effect)) RC_ASSERT(ids.insert(notice->notice_id).second);
        if (const Decision* decision = std::get_if<Decision>(&effect))
            RC_ASSERT(ids.insert(decision->decision_id).second);
    }
}

RC_GTEST_PROP(ShardCases, ARejectedCommandChangesNothing, ()) {
    const RandomLog log = build_log(*any_choices(), true);
    Shard shard(sample_rules());
    for (std::size_t i = 0; i < log.records.size(); ++i) {
        const auto* command = std::get_if<CommandEvent>(&log.records[i].event.payload);
        const CaseFile* file = command == nullptr ? nullptr : shard.case_file(root_of(log.records[i].event));
        const bool due = shard.next_deadline() && *shard.next_deadline() <= log.records[i].time.at;
        const std::string before = file == nullptr ? "" : archived(file->cases);
        Effects effects;
        static_cast<void>(shard.apply(log.records[i].event, log.records[i].time, effects));
        if (command == nullptr || due || file == nullptr || effects.empty()) continue;
        const Decision* decision = std::get_if<Decision>(&effects.back());
        RC_ASSERT(decision != nullptr);
        if (decision->outcome == DecisionOutcome::REJECTED) {
            RC_ASSERT(effects.size() == 1U);
            RC_ASSERT(archived(shard.case_file(root_of(log.records[i].event))->cases) == before);
        } else {
            RC_ASSERT(archived(file->cases) != before);
        }
    }
}

}  // namespace
}  // namespace aw
