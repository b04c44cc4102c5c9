// Random people, signals and clocks never corrupt a case.
#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/cases/transition.hpp"
#include "random_log.hpp"

namespace aw {
namespace {

using test::any_choices;
using test::build_log;
using test::random_rules;
using test::RandomLog;
using test::run;

// Where a case stands, and where it goes back to if that is a rest.
struct Place {
    CaseState state = CaseState::UNSPECIFIED;
    CaseState before_rest = CaseState::UNSPECIFIED;

    [[nodiscard]] Place then(CaseState next) const {
        const bool rests = next == CaseState::SUSPENDED;
        return {next, !rests ? CaseState::UNSPECIFIED : state == next ? before_rest : state};
    }
};

bool is_step(Place from, const Transition& row) {
    return row.from == from.state && (row.on != CaseTrigger::RESUME || row.to == from.before_rest);
}

bool one_step(Place from, CaseState to) {
    for (const Transition& row : transition_table()) {
        if (is_step(from, row) && row.to == to) return true;
    }
    return from.state == to;
}

// One version may hold two steps: the leader's accept acknowledges and completes the group.
bool reachable(Place from, CaseState to) {
    if (one_step(from, to)) return true;
    for (const Transition& row : transition_table()) {
        if (is_step(from, row) && one_step(from.then(row.to), to)) return true;
    }
    return false;
}

// Something will still happen by itself.
bool is_driven(const Obligation& o) {
    return o.is_open() && (o.is_queued() || o.waits_for_tick || o.paused_at.is_set());
}

// A case without an outcome is driven on: somebody owes something by a time that has not come, or is reminded again and
// again. The exceptions: a WATCH whose tasks are done waits for the weekly look at its account, and where nobody holds
// any level of the chain, operations were told and the missed deadlines stay open.
void check_driven(const CaseFile& file, const CaseRecord& record) {
    if (!record.is_live()) return;
    if (file.any(record, is_driven)) return;
    const bool owes = file.any(record, [](const Obligation& o) { return o.is_open(); });
    if (record.view.case_class == CaseClass::WATCH) {
        RC_ASSERT(owes || !record.drop_over);
        return;
    }
    const bool led = std::any_of(record.chain.begin(), record.chain.end(),
                                 [](const ChainLevel& level) { return !level.staff_id.empty(); });
    RC_ASSERT(!led);
    RC_ASSERT(owes);
}

// One with an outcome owes its report, the approval, what a guard asks for, or the closing.
void check_reported(const CaseFile& file, const CaseRecord& record) {
    const Case& view = record.view;
    RC_ASSERT((view.state == CaseState::REPORT_DUE) == (record.is_open() && view.outcome != Outcome::UNSPECIFIED));
    if (view.state != CaseState::REPORT_DUE) return;
    const bool owes = file.any(record, [](const Obligation& o) { return o.is_open(); });
    RC_ASSERT(owes);
}

void check_case(const CaseFile& file, const CaseRecord& record) {
    // After the end only follow-ups, promises and complaints are owed.
    const bool works = file.any(record, [](const Obligation& o) {
        return o.is_open() && o.milestone != MilestoneKind::FOLLOW_UP && o.task.kind != TaskKind::ASSIGNED &&
               o.complaint_id.empty();
    });
    RC_ASSERT(record.is_open() || !works);
    const bool rests = record.view.state == CaseState::SUSPENDED;
    RC_ASSERT(rests == (record.resumes_to != CaseState::UNSPECIFIED));
    RC_ASSERT(rests == record.view.suspended_until.is_set());
    RC_ASSERT(record.view.state != CaseState::MERGED || !record.view.merged_into.empty());
    if (!record.is_open()) return;
    check_driven(file, record);
    check_reported(file, record);
    RC_ASSERT(record.view.level <= static_cast<std::int32_t>(record.chain.size()));
    int ends = 0;
    for (const Obligation& o : file.obligations) {
        if (o.task.case_id != record.view.case_id || !o.is_open()) continue;
        ends += o.ends_suspension ? 1 : 0;
        // While it rests, no milestone of the case runs.
        RC_ASSERT(!rests || o.milestone == MilestoneKind::UNSPECIFIED || o.paused_at.is_set() ||
                  !o.complaint_id.empty());
        RC_ASSERT(rests || !o.paused_at.is_set());
    }
    RC_ASSERT(ends == (rests ? 1 : 0));
    for (const MilestoneKind once : {MilestoneKind::PROGRESS_UPDATE, MilestoneKind::HUMAN_ACTIVITY,
                                     MilestoneKind::RESOLVE, MilestoneKind::FORM_GROUP}) {
        int n = 0;
        for (const Obligation& o : file.obligations)
            n += o.task.case_id == record.view.case_id && o.is_open() && o.milestone == once ? 1 : 0;
        RC_ASSERT(n <= 1);
    }
    int owners = 0;
    for (const GroupMember& m : record.view.group)
        owners += m.group_role == GroupRole::LEADER && m.state == MemberState::ACCEPTED ? 1 : 0;
    RC_CLASSIFY(owners > 1, "two accepted chairs");
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
            RC_ASSERT(!o.task.closed_at.is_set() || o.task.closed_at >= o.task.opened_at);
            RC_ASSERT(o.fired_late_s >= 0);
        }
        int open = 0;
        for (const CaseRecord& record : file->cases) {
            check_case(*file, record);
            open += record.is_open() ? 1 : 0;
        }
        RC_ASSERT(open <= 1);
    }
}

// A command by that name was accepted right after this effect.
bool followed_by(const Effects& effects, std::size_t at, std::string_view code) {
    for (std::size_t i = at + 1; i < effects.size(); ++i) {
        const Decision* decision = std::get_if<Decision>(&effects[i]);
        if (decision != nullptr) return decision->code == code && decision->outcome == DecisionOutcome::ACCEPTED;
    }
    return false;
}

// What became of the command; answers to a hand-over may follow it.
const Decision* command_decision(const Effects& effects) {
    for (auto effect = effects.rbegin(); effect != effects.rend(); ++effect) {
        const Decision* decision = std::get_if<Decision>(&*effect);
        if (decision != nullptr && decision->kind == DecisionKind::COMMAND) return decision;
    }
    return nullptr;
}

RC_GTEST_PROP(ShardCases, EveryTimelineIsAPathOfTheTable, ()) {
    const RandomLog log = build_log(*any_choices(), *rc::gen::arbitrary<bool>());
    Shard shard(random_rules());
    Effects effects;
    for (std::size_t i = 0; i < log.records.size(); ++i) {
        static_cast<void>(shard.apply(log.records[i].event, log.records[i].time, effects));
        check_files(shard);
    }
    std::map<std::string, Case> last;
    std::map<std::string, Place> places;
    for (std::size_t i = 0; i < effects.size(); ++i) {
        const Case* view = std::get_if<Case>(&effects[i]);
        if (view == nullptr) continue;
        const auto known = last.find(view->case_id.value);
        if (known == last.end()) {
            RC_ASSERT(view->state == CaseState::NEW);
            RC_ASSERT(view->version == 1);
        } else {
            RC_ASSERT(view->version == known->second.version + 1);
            RC_ASSERT(reachable(places[view->case_id.value], view->state));
            RC_ASSERT(view->severity >= known->second.severity || followed_by(effects, i, "lower_severity"));
            RC_ASSERT(view->updated_at >= known->second.updated_at);
            RC_ASSERT(view->case_class >= known->second.case_class);  // so does the class
            RC_ASSERT(view->signals.size() >= known->second.signals.size());
        }
        Place& place = places[view->case_id.value];
        place = place.then(view->state);
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
    Shard shard(random_rules());
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
            RC_ASSERT(task->warned_at.size() <= 8U);  // twice, and twice again after each rise of severity
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
    Shard shard(random_rules());
    for (std::size_t i = 0; i < log.records.size(); ++i) {
        const auto& [event, time] = log.records[i];
        const auto state = [&] {
            const CaseFile* file = shard.case_file(root_of(event));
            return file == nullptr ? std::string()
                                   : archived(file->cases) + archived(file->obligations) + archived(file->complaints);
        };
        const bool is_command = std::holds_alternative<CommandEvent>(event.payload);
        const bool due = shard.next_deadline() && *shard.next_deadline() <= time.at;
        const std::string before = is_command ? state() : std::string();
        Effects effects;
        const Applied applied = shard.apply(event, time, effects);
        if (!is_command || due || before.empty() || applied != Applied::applied) continue;
        const Decision* decision = command_decision(effects);
        RC_ASSERT(decision != nullptr);
        if (decision->outcome == DecisionOutcome::REJECTED) {
            RC_ASSERT(effects.size() == 1U);
            RC_ASSERT(state() == before);
        } else {
            RC_ASSERT(state() != before);
        }
    }
}

// People who all look at the same version of a case: whatever the order in which their commands arrive, the first one
// that may be carried out is, the rest conflict, and the case ends as if that one had come alone.
RC_GTEST_PROP(ShardCases, OfCommandsThatExpectTheSameVersionOneIsTaken, ()) {
    RandomLog log = build_log(*any_choices(), *rc::gen::arbitrary<bool>());
    const auto cut = *rc::gen::inRange<std::size_t>(log.records.size() / 3, log.records.size());
    Shard shard(random_rules());
    static_cast<void>(run(shard, log, 0, cut, nullptr));
    const Timestamp now = shard.clock();
    Effects due;
    shard.advance(now, due);  // what the first record would let fall due, whichever it is
    const auto records = test::snapshot_of(shard);
    auto choices = *rc::gen::resize(8, any_choices());
    for (int n = 0; n < test::kAccounts; ++n) {
        const AccountRoot root = *parse_root(test::root_text(n));
        const CaseFile* file = shard.case_file(root);
        const CaseRecord* record = file == nullptr ? nullptr : file->open_case();
        if (record == nullptr) continue;
        std::vector<CommandEvent> commands;
        for (const auto& choice : choices) {
            CommandEvent command = test::any_command(log, n, choice, now);
            command.case_id = record->view.case_id.value;
            command.expected_version = record->view.version;
            commands.push_back(command);
        }
        const auto apply = [&](const std::vector<CommandEvent>& list, int& accepted, int& taken) {
            Shard again = test::restored(random_rules(), records, test::known_rules());
            accepted = 0;
            for (std::size_t i = 0; i < list.size(); ++i) {
                Event event;
                event.event_id = log.keep("x" + std::to_string(i));
                event.occurred_at = now;
                event.source = "test";
                event.payload = list[i];
                Effects effects;
                static_cast<void>(again.apply(event, {now, false}, effects));
                const Decision* found = command_decision(effects);
                const bool told = found != nullptr;
                RC_ASSERT(told);
                const Decision& decision = *found;
                if (decision.outcome == DecisionOutcome::ACCEPTED) {
                    ++accepted;
                    taken = static_cast<int>(i);
                } else if (accepted > 0) {
                    RC_ASSERT(decision.code == "VERSION_CONFLICT" || decision.code == "UNKNOWN_ACTOR");
                }
            }
            const CaseFile* left = again.case_file(root);
            return archived(left->cases) + archived(left->obligations);
        };
        int accepted = 0;
        int taken = -1;
        const std::string together = apply(commands, accepted, taken);
        RC_ASSERT(accepted <= 1);
        int alone_accepted = 0;
        int nobody = -1;
        std::vector<CommandEvent> alone;
        if (accepted == 1) alone = {commands[static_cast<std::size_t>(taken)]};
        RC_ASSERT(apply(alone, alone_accepted, nobody) == together);
        RC_ASSERT(alone_accepted == accepted);
        // The other way round: another one may win, but again exactly one.
        std::reverse(commands.begin(), commands.end());
        static_cast<void>(apply(commands, accepted, taken));
        RC_ASSERT(accepted == alone_accepted);
        RC_CLASSIFY(accepted == 1, "one was taken");
    }
}

}  // namespace
}  // namespace aw
