#include "core/cases/transition.hpp"

#include <array>
#include <vector>

namespace aw {
namespace {

using S = CaseState;
using T = CaseTrigger;

using States = std::uint32_t;  // a set of states
constexpr States in(S state) { return States{1} << static_cast<unsigned>(state); }
template <class... More>
constexpr States in(S state, More... more) {
    return in(state) | in(more...);
}

constexpr States kWork = in(S::NEW, S::ACKNOWLEDGED, S::GROUP_FORMED, S::INVESTIGATING, S::ACTING, S::OBSERVING);
constexpr States kUnderWay = in(S::ACKNOWLEDGED, S::GROUP_FORMED, S::INVESTIGATING, S::ACTING, S::OBSERVING);
constexpr States kOpen = kWork | in(S::RESOLVED, S::REPORT_DUE, S::SUSPENDED);
constexpr S kStays = S::UNSPECIFIED;
constexpr S kBack = S::SUSPENDED;  // of RESUME: the state in which the case began to rest

struct Row {
    States from;
    T on;
    S to;  // kStays: allowed, and nothing moves
};

// The first row that fits counts.
constexpr Row kRows[] = {
    {kOpen, T::SIGNAL, kStays},
    // a WATCH or supervised case gets a group, even where only its report was missing
    {kWork | in(S::SUSPENDED, S::REPORT_DUE), T::BECOMES_EMERGENCY, S::NEW},
    // acknowledgement; later levels acknowledge in whatever state the case has reached
    {in(S::NEW), T::ACK, S::ACKNOWLEDGED},
    {kUnderWay, T::ACK, kStays},
    {kWork, T::ACK_OVERDUE, kStays},
    // the emergency handling group
    {kWork, T::ACCEPT, kStays},
    {kWork, T::DECLINE, kStays},
    {kWork, T::ADD_MEMBER, kStays},
    {in(S::ACKNOWLEDGED), T::GROUP_COMPLETE, S::GROUP_FORMED},
    {in(S::INVESTIGATING, S::ACTING, S::OBSERVING), T::GROUP_COMPLETE, kStays},
    // the work
    {in(S::ACKNOWLEDGED, S::GROUP_FORMED), T::START, S::INVESTIGATING},
    {in(S::INVESTIGATING, S::ACTING), T::PLAN, kStays},
    {in(S::INVESTIGATING, S::ACTING), T::APPROVE_PLAN, S::ACTING},
    {kWork | in(S::REPORT_DUE), T::CONTACT, kStays},
    {kOpen, T::UPDATE, kStays},
    {kWork, T::OFFER, kStays},
    {kOpen | in(S::CLOSED), T::DONE, kStays},  // follow-ups are done after closing
    {kWork | in(S::REPORT_DUE), T::ASSIGN_TASK, kStays},
    {kOpen, T::TRANSFER, kStays},
    {kWork | in(S::SUSPENDED), T::LOWER_SEVERITY, kStays},
    // towards the end
    {in(S::ACTING), T::TASKS_DONE, S::OBSERVING},
    {in(S::OBSERVING, S::ACTING), T::TARGET_MISSED, S::ACTING},
    {kUnderWay, T::RECOVERY_CONFIRMED, S::RESOLVED},
    {kWork | in(S::SUSPENDED), T::RESOLVE_EXPLAINED, S::RESOLVED},
    {kWork | in(S::SUSPENDED), T::RESOLVE_LOST, S::RESOLVED},
    {in(S::RESOLVED), T::REPORT_OWED, S::REPORT_DUE},
    {in(S::NEW, S::REPORT_DUE), T::REPORT, kStays},  // NEW: the report of a WATCH case
    {in(S::REPORT_DUE), T::APPROVE_REPORT, kStays},
    {in(S::REPORT_DUE), T::CLOSE, S::CLOSED},
    {in(S::NEW), T::WATCH_OVER, S::CLOSED},
    {in(S::REPORT_DUE, S::CLOSED), T::REOPEN, S::INVESTIGATING},
    // aside
    {kWork, T::SUSPEND, S::SUSPENDED},
    {in(S::SUSPENDED), T::RESUME, kBack},
    {kWork | in(S::SUSPENDED), T::MERGE, S::MERGED},
};

constexpr std::size_t kStateCount = EnumNames<S>::kList.size();

constexpr bool goes_back(const Row& row) { return row.on == T::RESUME && row.to == kBack; }

std::vector<Transition> expanded() {
    std::vector<Transition> table;
    for (const Row& row : kRows) {
        for (std::size_t i = 1; i < kStateCount; ++i) {
            const S from = static_cast<S>(i);
            if (goes_back(row)) {
                if ((kWork & in(from)) != 0) table.push_back({S::SUSPENDED, row.on, from});
            } else if ((row.from & in(from)) != 0) {
                table.push_back({from, row.on, row.to == kStays ? from : row.to});
            }
        }
    }
    return table;
}

}  // namespace

std::span<const Transition> transition_table() {
    static const std::vector<Transition> table = expanded();
    return table;
}

std::optional<CaseState> next_state(CaseState from, CaseTrigger on, CaseState before_rest) {
    for (const Row& row : kRows) {
        if (row.on != on || (row.from & in(from)) == 0) continue;
        if (!goes_back(row)) return row.to == kStays ? from : row.to;
        if ((kWork & in(before_rest)) != 0) return before_rest;
    }
    return std::nullopt;
}

}  // namespace aw
