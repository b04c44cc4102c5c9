// Shard::Planner: the shard's state under the rules in force and under those to come, put side by side without touching
// either.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "core/policy/chain.hpp"
#include "core/shard/shard.hpp"

namespace aw {

// Made for one question and thrown away; borrows the shard and the rules.
class Shard::Planner {
public:
    Planner(const Shard& shard, const Rules& next, std::size_t examples)
        : shard_(shard),
          old_(shard, *shard.rules_),
          new_(shard, next),
          examples_(examples),
          judged_otherwise_(judges_otherwise(next)) {}

    ReloadPlan run();

private:
    // One configuration, and what it says about accounts and people.
    struct Side {
        Side(const Shard& of, const Rules& with)
            : shard(of), rules(with), staffing(with.organisation, of.overlay_, with.calendar.day_of(of.clock_)) {}

        const Shard& shard;
        const Rules& rules;
        Staffing staffing;
        // Of accounts without people of their own.
        std::map<std::pair<UnitId, std::string>, StaffId> leaders;
        std::map<std::pair<UnitId, StaffRole>, StaffId> holders;

        [[nodiscard]] const Policy& policy() const { return rules.policy; }
        [[nodiscard]] UnitId unit(const Account& account) const {
            const Unit* unit = shard.unit_of(account, rules);
            return unit == nullptr ? UnitId{} : unit->id;
        }
        [[nodiscard]] bool is_key(const Account& account) const {
            const Unit* unit = shard.unit_of(account, rules);
            return is_key_account(policy(), unit == nullptr ? UnitType::UNSPECIFIED : unit->type, account.importance(),
                                  account.t12m(shard.today()));
        }
        [[nodiscard]] std::string grade(const Account& account) const {
            return grade_name(policy().grade_scheme, shard.current_grade(account, rules));
        }
        [[nodiscard]] bool is_ours(const Account& account) const {  // a finding about it counts
            return account.importance() != Importance::POTENTIAL && shard.is_watched(account, rules);
        }
        // As Desk::first: who is assigned to the account, then who holds the post in its unit and above.
        [[nodiscard]] StaffId first(const Account& account, StaffRole role) const {
            if (account.profile != nullptr) {
                for (const auto& [assigned, staff] : account.profile->assignments) {
                    if (assigned != role) continue;
                    if (StaffId who = staffing.active_or_deputy(staff); !who.empty()) return who;
                }
            }
            return staffing.first(role, unit(account));
        }
        [[nodiscard]] StaffId find_leader(const Account& account, const std::string& its_grade) const {
            for (const StaffRole role : chain_roles(policy(), its_grade, Severity::UNSPECIFIED)) {
                if (StaffId who = first(account, role); !who.empty()) return who;
            }
            return {};
        }
        // Who would lead a case that was opened for it now.
        [[nodiscard]] StaffId leader(const Account& account) {
            std::string its_grade = grade(account);
            if (account.profile != nullptr && !account.profile->assignments.empty())
                return find_leader(account, its_grade);
            const auto [known, added] = leaders.try_emplace({unit(account), its_grade});
            if (added) known->second = find_leader(account, its_grade);
            return known->second;
        }
        [[nodiscard]] StaffId holder(const Account& account, StaffRole role) {
            if (account.profile != nullptr && !account.profile->assignments.empty()) return first(account, role);
            const auto [known, added] = holders.try_emplace({unit(account), role});
            if (added) known->second = first(account, role);
            return known->second;
        }
        // The row of that id if the account owes it; null if it does not, or there is none.
        [[nodiscard]] const CadenceRow* cadence(const Account& account, std::string_view id, bool ours,
                                                std::string_view its_grade) const {
            const auto& rows = policy().cadences;
            const auto row = std::find_if(rows.begin(), rows.end(), [&](const CadenceRow& r) { return r.id == id; });
            return ours && row != rows.end() && account.is_owed(*row, its_grade) ? &*row : nullptr;
        }
    };

    // The worst that a scheduled evaluation would tell.
    struct Finding {
        const ComparisonRow* row = nullptr;
        Severity severity = Severity::UNSPECIFIED;
    };

    [[nodiscard]] bool judges_otherwise(const Rules& next) const;
    void totals();
    void look_at(const Account& account);
    bool look_at_account(const Account& account);
    bool look_at_case(const Account& account, const CaseRecord& record);
    bool look_at_people(const Account& account, const CaseRecord& record);
    void look_at_measures(const Account& account, const CaseRecord& record);
    bool look_at_findings(const Account& account, const CaseRecord* open);
    void look_at_deadlines(const Account& account);
    void look_at_cadences(const Account& account);
    [[nodiscard]] std::string in_words(const CadenceRow* row, const StaffId& who) const;
    [[nodiscard]] bool ends_by_itself(const Account& account, const CaseRecord& record) const;
    [[nodiscard]] bool is_gone(std::uint64_t rule) const;
    [[nodiscard]] Finding next_finding(const Account& account, const Side& side) const;
    [[nodiscard]] Finding finding_of_going_live(const Account& account) const;
    [[nodiscard]] const Span* span_of(const Account& account, const Obligation& obligation, const Policy& policy) const;
    // Adds it if the two answers differ; true if they do.
    bool compare_answers(ReloadKind kind, const Account& account, const CaseRecord* record, std::string what,
                         std::string from, std::string to, const TaskId& task = {});

    const Shard& shard_;
    Side old_;
    Side new_;
    std::size_t examples_;
    bool judged_otherwise_;
    ReloadPlan plan_;
};

}  // namespace aw
