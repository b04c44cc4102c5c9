// ReloadPlan: what another configuration would change on live state, told before it applies.
//
// It compares two answers to the same questions about the same state at the same instant: that of the rules in force
// and that of the rules to come. What it predicts, exactly:
//
//   at once      what an account is (watched, key account, grade, unit); who would lead a case opened for it now; who
//                answers for a person who holds a seat, a task or a case; who is asked next when a case goes up its
//                chain; cases that open because the daemon goes live by it.
//   next time    CASE_OPENS, CASE_RISES: what the next weekly or monthly evaluation would find that it would not have
//                found under the rules in force, if the period that ends then is like the last one that was judged.
//                CASE_CLOSES: a WATCH case whose rows are all gone and whose tasks are done ends at that evaluation.
//                UNMEASURED: a row by which a case's recovery is measured is gone; the rest decides from then on.
//   DEADLINE     what a pending deadline would be if its clock had started under the new rules. A clock that runs keeps
//                its deadline; the new span counts from the next start, and a rise of severity pulls forward by it.
//   CADENCE      what is owed again and again (R25-R30), by the id of its row: owed from now on, no longer owed, or so
//                many times, by another post or another person. Periods are judged at their end by the rules of then,
//                and a run of misses goes on. A row whose feed was never seen is off, and says so.
//   SEVERITY     what the signals of an open case would be worth. A case never falls by itself, and rises by the next
//                signal only.
//
// What it does not predict: what events bring after it, commands, complaints and other triggers, what a silence that is
// in force keeps quiet, branch shifts (they open nothing), money that is excused by its items, tasks of further
// signals. Seats are not moved by a reload: whoever left the organisation is answered for by the deputy, else by
// nobody, and OWNER, SEAT and TASK_HOLDER say so.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "core/model/enums.hpp"
#include "core/model/ids.hpp"

namespace aw {

AW_ENUM(ReloadKind, WATCHED, KEY_ACCOUNT, GRADE, UNIT, LEADER, CASE_OPENS, CASE_RISES, CASE_CLOSES, OWNER, SEAT,
        NEXT_LEVEL, TASK_HOLDER, UNMEASURED, SEVERITY, DEADLINE, CADENCE)

struct PlanChange {
    AccountRoot account_root;
    CaseId case_id;    // where it is about a case
    TaskId task_id;    // where it is about a task
    std::string what;  // the row, seat, post or task it is about; may be empty
    std::string from;  // empty = nothing or nobody
    std::string to;
};

// A value; sums of several shards by merge().
struct ReloadPlan {
    static constexpr std::size_t kExamples = 20;  // of each kind

    struct Changes {
        std::size_t count = 0;
        std::vector<PlanChange> examples;  // the first ones by account root
    };

    std::string revision_from;  // in force; of several shards the first's
    std::string revision_to;
    bool changes_nothing = true;  // the same revision, live from the same instant
    bool rolled_back = false;     // `revision_to` was rolled back: it comes back only by force
    std::size_t accounts = 0;
    std::size_t accounts_watched = 0;   // under either rules
    std::size_t accounts_affected = 0;  // of those: watched, key account, grade or unit change, or nobody would lead
    std::size_t cases = 0;              // open, and those that would open
    std::size_t cases_affected = 0;     // of those: open, rise, close, or another person as owner, seat, level, task
    Timestamp evaluation_from;          // the next daily evaluation
    Timestamp evaluation_to;
    std::map<ReloadKind, Changes> changes;

    void add(ReloadKind kind, PlanChange change, std::size_t examples);
    // Sums; keeps at most `examples` of each kind.
    void merge(ReloadPlan other, std::size_t examples);
    // More than `max_pct` percent of the cases or of the watched accounts are affected, and more than `at_least` of
    // them.
    [[nodiscard]] bool exceeds(int max_pct, std::size_t at_least) const;
};

}  // namespace aw
