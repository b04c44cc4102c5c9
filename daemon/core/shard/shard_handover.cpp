// Shard: people who leave (R92). Each shard answers with what it knows of the person; the one that owns the person's
// key makes the hand-over list of it and watches until everything on it has another owner.
#include <algorithm>

#include "core/shard/report_digest.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"
#include "core/shard/shard_topics.hpp"
#include "core/shard/subject_desk.hpp"

namespace aw {
namespace {

// So many items are listed by one partition, and in one report: a record of the log has its limit. All are counted.
constexpr std::size_t kMostListed = 5'000;

bool leaves(StaffState state) { return state == StaffState::LEAVING || state == StaffState::LEFT; }

struct HandOverCounts {
    std::int64_t accounts = 0;
    std::int64_t cases = 0;
    std::int64_t tasks = 0;

    explicit HandOverCounts(const Gathering& gathering)
        : accounts(gathering.sum(0)), cases(gathering.sum(1)), tasks(gathering.sum(2)) {}
    [[nodiscard]] std::int64_t all() const { return accounts + cases + tasks; }
    [[nodiscard]] std::string text(Language language, const std::string& person) const {
        const auto n = [](std::int64_t count) { return std::to_string(count); };
        if (language == Language::EN) {
            return person + " hands over " + n(all()) + ": " + n(accounts) + " accounts, " + n(cases) + " cases, " +
                   n(tasks) + " tasks";
        }
        return person + " 交接清单共 " + n(all()) + " 项:客户 " + n(accounts) + "、案件 " + n(cases) + "、任务 " +
               n(tasks);
    }
};

std::vector<std::vector<NamedValue>> rows_of(const Gathering& gathering, std::int64_t total) {
    std::vector<PartialItem> items;
    for (const auto& [partition, answer] : gathering.answers)
        items.insert(items.end(), answer.items.begin(), answer.items.end());
    std::sort(items.begin(), items.end());
    if (items.size() > kMostListed) items.resize(kMostListed);
    std::vector<std::vector<NamedValue>> rows;
    for (const PartialItem& item : items) {
        rows.push_back({{"item", item.kind}, {"id", item.id}});
        if (item.account_root.is_set()) rows.back().push_back({"account_root", format_root(item.account_root)});
    }
    const std::int64_t more = total - static_cast<std::int64_t>(items.size());
    if (more > 0) rows.push_back({{"item", "MORE"}, {"count", std::to_string(more)}});
    return rows;
}

}  // namespace

// A person leaves once: LEFT after LEAVING asks nothing anew, but may name the successor. What was told before the
// daemon was live is history: whoever left then gets nothing any more, and nobody is asked.
void Shard::on_staff_change(const Event& event, const StaffChangeEvent& change, Effects& effects) {
    const std::string person(change.staff_id);
    const auto known = overlay_.changes.find(person);
    const bool was_leaving = known != overlay_.changes.end() && leaves(known->second.state);
    overlay_.changes[person] = {change.state, StaffId(change.successor_staff_id), change.until.value_or(Day{})};
    if (!leaves(change.state)) {
        departures_.end(person);
        return stays(person, event.occurred_at, effects);
    }
    if (!was_leaving && rules_->is_live(clock_)) begin_hand_over(person, event.occurred_at, effects);
    if (!change.successor_staff_id.empty()) hand_to_successor(person, StaffId(change.successor_staff_id), effects);
}

void Shard::begin_hand_over(const std::string& person, Timestamp due_at, Effects& effects) {
    departures_.begin(person, due_at);
    Partial partial = partial_about(kHandOver, person, due_at);
    for (const std::uint32_t slot : slots_by_root()) {
        auto items = held_by(accounts_[slot], person);
        if (items.empty()) continue;
        departures_.begin_account(accounts_[slot], person, items);
        for (PartialItem& item : items) {
            if (partial.items.size() < kMostListed) partial.items.push_back(std::move(item));
        }
    }
    for (const auto& [key, subject] : subjects_.all()) {
        for (const Obligation& o : subject.obligations) {
            const bool his = o.is_open() && o.task.assignee_staff_id.value == person;
            if (his && partial.items.size() < kMostListed) partial.items.push_back({"TASK", o.task.task_id.value, {}});
        }
    }
    std::set<std::string> changed;
    departures_.recount_subjects(tasks_of_leavers(), changed);
    changed.erase(person);
    answer_hand_over(person, std::move(partial), effects);
    for (const std::string& other : changed)
        answer_hand_over(other, partial_about(kHandOver, other, departures_.find(other)->due_at), effects);
}

// The latest counts; whoever holds nothing here is watched no more.
void Shard::answer_hand_over(const std::string& person, Partial partial, Effects& effects) {
    Departure& departure = *departures_.find(person);
    partial.sequence = ++departure.sequence;
    partial.counts.assign(departure.counts.begin(), departure.counts.end());
    effects.emplace_back(std::move(partial));
    if (departure.counts == Departure::Counts{}) departures_.end(person);
}

void Shard::answer_departures_again(Effects& effects) {
    if (departures_.empty()) return;
    std::set<std::string> changed;
    for (const AccountRoot root : departures_.take_touched()) {
        if (const Account* account = find(root)) departures_.recount(*account, changed);
    }
    if (subjects_.take_touched()) departures_.recount_subjects(tasks_of_leavers(), changed);
    for (const std::string& person : changed)
        answer_hand_over(person, partial_about(kHandOver, person, departures_.find(person)->due_at), effects);
}

// What the person owes and where they sit goes over at once; accounts are assigned by whoever keeps the register.
void Shard::hand_to_successor(const std::string& person, const StaffId& successor, Effects& effects) {
    const Staffing staffing(rules_->organisation, overlay_, today());
    const StaffId to = staffing.active_or_deputy(successor);
    if (to.empty() || to.value == person) return;
    for (const AccountRoot root : departures_.roots_of(person)) {
        Account& account = *find(root);
        if (account.ledger == nullptr) continue;
        with_desk(account, clock_, true, effects, [&](Desks& desks) { desks.cases.succeed(StaffId(person), to); });
    }
    // What is owed for a unit or a person, too.
    std::vector<std::string> keys;
    for (const auto& [key, subject] : subjects_.all()) {
        const bool any = std::any_of(subject.obligations.begin(), subject.obligations.end(), [&](const Obligation& o) {
            return o.is_open() && o.task.assignee_staff_id.value == person;
        });
        if (any) keys.push_back(key);
    }
    for (const std::string& key : keys) {
        Subject& subject = subjects_.change(key);
        SubjectDesk desk({*rules_, overlay_, timers_, effects, clock_, true}, key, unit_of_subject(key), subject);
        for (Obligation& o : subject.obligations) {
            if (!o.is_open() || o.task.assignee_staff_id.value != person) continue;
            desk.book().assign(o, to, o.task.assignee_role);
            desk.notify(to, NoticeReason::TASK_ASSIGNED, &o);
        }
    }
}

// Of those who leave: how many tasks for units and people they owe here.
Departures::TasksByPerson Shard::tasks_of_leavers() const {
    Departures::TasksByPerson tasks;
    for (const auto& [key, subject] : subjects_.all()) {
        for (const Obligation& o : subject.obligations) {
            const std::string& who = o.task.assignee_staff_id.value;
            if (o.is_open() && departures_.leaves(who)) ++tasks[who];
        }
    }
    return tasks;
}

// The unit itself, or that of the person.
UnitId Shard::unit_of_subject(const std::string& key) const {
    const Staff* staff = rules_->organisation.find_staff(key);
    const bool person = rules_->organisation.find_unit(UnitId(key)) == nullptr && staff != nullptr;
    return person ? staff->unit : UnitId(key);
}

// The owner of the person's key: all shards have answered, or one of them anew.
void Shard::hand_over_answered(const std::string& person, Subject& subject, Gathering& gathering, Effects& effects) {
    const HandOverCounts counts(gathering);
    const auto change = overlay_.changes.find(person);
    const bool leaving = change != overlay_.changes.end() && leaves(change->second.state);
    if (!gathering.told) {
        std::int64_t listed = 0;
        for (const auto& [partition, answer] : gathering.answers)
            listed += static_cast<std::int64_t>(answer.items.size());
        if (!leaving || (counts.all() == 0 && listed == 0)) {
            std::erase_if(subject.gatherings, [&](const Gathering& g) { return &g == &gathering; });
            return;
        }
        tell_hand_over(person, subject, gathering, effects);
    }
    if (counts.all() == 0) complete_hand_over(person, subject, gathering, effects);
}

Report Shard::hand_over_report(const std::string& person, const Gathering& gathering) const {
    const Staff* staff = rules_->organisation.find_staff(person);
    Report report;
    report.kind = "HAND_OVER";
    if (staff != nullptr) report.unit_id = staff->unit;
    report.period = format_day(rules_->calendar.day_of(gathering.due_at));
    report.report_id = person + "-hand-over-" + report.period;
    return report;
}

void Shard::tell_hand_over(const std::string& person, Subject& subject, Gathering& gathering, Effects& effects) {
    const HandOverCounts counts(gathering);
    Report report = hand_over_report(person, gathering);
    report.version = 1;
    // What was found first: an answer that was given anew in the meantime lists nothing.
    std::int64_t listed = 0;
    for (const auto& [partition, answer] : gathering.answers) listed += static_cast<std::int64_t>(answer.items.size());
    report.rows = rows_of(gathering, std::max(counts.all(), listed));
    report.sha256 = report_digest(report.rows);
    SubjectDesk desk({*rules_, overlay_, timers_, effects, clock_, true}, person, report.unit_id, subject);
    const auto leader = desk.first(StaffRole::DEPARTMENT_DIRECTOR, StaffRole::DEPUTY_GM_IN_CHARGE,
                                   StaffRole::EXECUTIVE_DEPUTY_GM, StaffRole::GENERAL_MANAGER);
    subject.forget_closed_tasks();
    effects.emplace_back(report);
    const Obligation& task = desk.book().owe_since({.case_id = {},
                                                    .kind = TaskKind::HAND_OVER,
                                                    .who = leader.who,
                                                    .role = leader.role,
                                                    .span = rules_->policy.cases.hand_over,
                                                    .detail = report.report_id,
                                                    .complaint_id = {}},
                                                   std::max(gathering.due_at, *rules_->live_from));
    gathering.told = true;
    gathering.task = task_number(task.task.task_id);
    for (auto& [partition, answer] : gathering.answers) answer.items.clear();
    desk.notify(leader.who, NoticeReason::HAND_OVER, &task, {.detail = counts.text(rules_->language, person)});
}

void Shard::complete_hand_over(const std::string& person, Subject& subject, Gathering& gathering, Effects& effects) {
    Report report = hand_over_report(person, gathering);
    report.version = 2;
    report.sha256 = report_digest(report.rows);
    effects.emplace_back(report);
    SubjectDesk desk({*rules_, overlay_, timers_, effects, clock_, true}, person, report.unit_id, subject);
    if (Obligation* task = subject.find_task(gathering.task)) {
        desk.book().finish(*task, TaskState::DONE);
        desk.notify(
            task->task.assignee_staff_id, NoticeReason::HAND_OVER, task,
            {.detail = rules_->language == Language::EN ? person + ": hand-over complete" : person + " 交接完毕"});
    }
    std::erase_if(subject.gatherings, [&](const Gathering& g) { return &g == &gathering; });
}

// Back, or only away for a while: nothing is handed over.
void Shard::stays(const std::string& person, Timestamp at, Effects& effects) {
    if (subjects_.find(person) == nullptr) return;
    Subject& subject = subjects_.change(person);
    const Staff* staff = rules_->organisation.find_staff(person);
    SubjectDesk desk({*rules_, overlay_, timers_, effects, clock_, true}, person,
                     staff == nullptr ? UnitId{} : staff->unit, subject);
    for (Gathering& gathering : subject.gatherings) {
        if (gathering.topic != kHandOver || gathering.due_at > at) continue;
        gathering.closed = true;
        if (Obligation* task = subject.find_task(gathering.task)) desk.book().finish(*task, TaskState::CANCELLED);
    }
}

}  // namespace aw
