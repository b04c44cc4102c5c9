// The people of a backtest: a model of staff who do everything in good time, so that cases end and later drops are
// seen.
//
// Every task is done by its assignee at half its span: acknowledge, accept the seat, contact the client, hand in a plan
// (starting the work before it), do what is assigned. The leader approves a plan at once; when nothing is owed any more
// the leader ends the case as a KNOWN_CHANGE, because this version knows no other ending of an emergency. Cases that
// the input has commands for are left to the input.
//
// Deterministic: the same effects give the same commands. One owner, one thread.
#pragma once

#include <map>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "core/model/event.hpp"
#include "core/model/output.hpp"

namespace aw::cli {

// A command with its own text; `event` borrows from it.
struct PeopleCommand {
    Timestamp at;
    std::string event_id;
    std::string case_id;
    std::string actor;
    std::string reason;
    std::string text;          // of the action: cause, task or measure
    CommandAction action;      // its views point into the members above
    std::string complaint_id;  // set: not a command, but the end of this complaint of the account
    CustomerCode code;
    std::string report_id;  // set: not a command, but this report is submitted

    [[nodiscard]] Event event() const;
};

class People {
public:
    // Reads along the input, before it is applied: whoever has commands for a case in it needs no people.
    void leave_to_input(const CommandEvent& command);
    // The same for a complaint whose progress stands in the input.
    void leave_to_input(const ComplaintProgressEvent& progress);

    // What the shards say, at that time.
    void see(const Effect& effect, Timestamp now);
    // When somebody acts next.
    [[nodiscard]] std::optional<Timestamp> next() const;
    // The next command; null if by now there is nothing to do. REQUIRES: next().
    [[nodiscard]] std::unique_ptr<PeopleCommand> act();

private:
    enum class Deed : std::uint8_t { task, approve, resolve, file };
    struct Planned {
        Timestamp at;
        std::uint64_t number = 0;  // order among equal times
        Deed deed = Deed::task;
        std::string id;  // of the task, or of the case

        bool operator>(const Planned& other) const { return at != other.at ? at > other.at : number > other.number; }
    };
    struct Owed {
        Task task;
        Timestamp planned;
    };
    struct Known {
        Case view;
        bool approving = false;
        bool filing = false;
        Outcome confirming = Outcome::UNSPECIFIED;
        Timestamp target;  // when people will end it if it has not recovered until then
    };

    void see_task(const Task& task, Timestamp now);
    void see_case(const Case& view, Timestamp now);
    void plan(Timestamp at, Deed deed, const std::string& id);
    [[nodiscard]] std::unique_ptr<PeopleCommand> command(Timestamp at, const Known& known, const StaffId& actor);
    [[nodiscard]] std::unique_ptr<PeopleCommand> do_task(Timestamp at, const std::string& task_id);
    [[nodiscard]] std::unique_ptr<PeopleCommand> make_plan(Timestamp at, const Task& task, const Known& known);
    [[nodiscard]] bool left_to_input(const CaseId& case_id) const;
    [[nodiscard]] std::unique_ptr<PeopleCommand> end_case(Timestamp at, const Known& known);
    [[nodiscard]] std::unique_ptr<PeopleCommand> submit(Timestamp at, const Task& task);
    [[nodiscard]] std::unique_ptr<PeopleCommand> close_complaint(Timestamp at, const Task& task);

    std::set<std::string, std::less<>> input_complaints_;
    std::set<std::string, std::less<>> input_cases_;
    std::set<AccountRoot> input_roots_;  // commands that name only a task
    std::map<std::string, Owed> owed_;
    std::map<std::string, Known> cases_;
    std::priority_queue<Planned, std::vector<Planned>, std::greater<>> queue_;
    std::uint64_t planned_ = 0;
    std::uint64_t issued_ = 0;
};

}  // namespace aw::cli
