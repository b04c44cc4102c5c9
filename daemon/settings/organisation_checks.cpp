#include <map>
#include <set>

#include <accountwatch/config/v1/organisation.pb.h>
#include <accountwatch/config/v1/policy.pb.h>
#include <accountwatch/config/v1/settings.pb.h>
#include <fmt/format.h>

#include "core/model/ids.hpp"
#include "settings/checks.hpp"
#include "settings/nearest.hpp"

namespace aw::settings {
namespace {

namespace pb = accountwatch::config::v1;

std::string row(const char* list, int index, const char* field) {
    return fmt::format("organisation/{}[{}].{}", list, index, field);
}

// Rows by id; `all_named` is false if some row has none, so that references cannot be judged.
struct Index {
    std::map<std::string, int> by_id;
    std::vector<std::string> names;
    bool all_named = true;

    template <class Rows>
    explicit Index(const Rows& rows) {
        for (int i = 0; i < rows.size(); ++i) {
            all_named = all_named && rows.Get(i).has_id();
            by_id.emplace(rows.Get(i).id(), i);
            names.push_back(rows.Get(i).id());
        }
    }
    [[nodiscard]] bool lacks(const std::string& id) const { return all_named && by_id.count(id) == 0; }
};

// `next(row)` is the id that a row points to, "" for none; every cycle is told once.
template <class Rows, class Next>
void check_cycles(const Rows& rows, const Index& index, const char* list, const char* field, const Next& next,
                  Findings& findings) {
    std::vector<int> seen_in(static_cast<std::size_t>(rows.size()), -1);
    for (int start = 0; start < rows.size(); ++start) {
        int at = start;
        while (at >= 0 && seen_in[static_cast<std::size_t>(at)] < 0) {
            seen_in[static_cast<std::size_t>(at)] = start;
            const auto found = index.by_id.find(next(rows.Get(at)));
            at = next(rows.Get(at)).empty() || found == index.by_id.end() ? -1 : found->second;
        }
        if (at < 0 || seen_in[static_cast<std::size_t>(at)] != start) continue;
        std::string circle = rows.Get(at).id();
        int member = at;
        do {
            member = index.by_id.at(next(rows.Get(member)));
            circle += " -> " + rows.Get(member).id();
        } while (member != at);
        findings.mistake(row(list, at, field), fmt::format("'{}' goes in a circle: {}", field, circle));
    }
}

void check_units(const pb::Organisation& organisation, const Index& units, Findings& findings) {
    std::map<std::uint32_t, std::string> claimed;
    for (int i = 0; i < organisation.units_size(); ++i) {
        const auto& unit = organisation.units(i);
        if (unit.has_parent() && units.lacks(unit.parent())) {
            findings.mistake(row("units", i, "parent"), fmt::format("unit '{}' does not exist{}", unit.parent(),
                                                                    did_you_mean(unit.parent(), units.names)));
        }
        for (int n = 0; n < unit.region_codes_size(); ++n) {
            const auto [owner, fresh] = claimed.emplace(unit.region_codes(n), unit.id());
            if (fresh) continue;
            findings.mistake(row("units", i, "region_codes") + fmt::format("[{}]", n),
                             fmt::format("region {} belongs to unit '{}' already", format_region(unit.region_codes(n)),
                                         owner->second));
        }
    }
    check_cycles(
        organisation.units(), units, "units", "parent", [](const pb::Unit& u) { return u.parent(); }, findings);
}

void check_leave(const pb::Staff& person, int index, Findings& findings) {
    for (int n = 0; n < person.leave_size(); ++n) {
        const auto& leave = person.leave(n);
        if (!leave.has_from() || !leave.has_to()) continue;
        const std::string path = row("staff", index, "leave") + fmt::format("[{}]", n);
        if (leave.from() > leave.to()) {
            findings.mistake(path + ".to",
                             fmt::format("leave ends on {}, before it begins on {}", leave.to(), leave.from()));
            continue;
        }
        for (int other = 0; other < n; ++other) {
            const auto& earlier = person.leave(other);
            if (!earlier.has_from() || !earlier.has_to() || earlier.from() > leave.to() || leave.from() > earlier.to())
                continue;
            findings.mistake(path, fmt::format("leave overlaps that from {} to {}", earlier.from(), earlier.to()));
        }
    }
}

void check_staff(const pb::Organisation& organisation, const Index& units, Findings& findings) {
    const Index staff(organisation.staff());
    for (int i = 0; i < organisation.staff_size(); ++i) {
        const auto& person = organisation.staff(i);
        if (person.has_unit() && units.lacks(person.unit())) {
            findings.mistake(row("staff", i, "unit"), fmt::format("unit '{}' does not exist{}", person.unit(),
                                                                  did_you_mean(person.unit(), units.names)));
        }
        if (person.has_deputy() && staff.lacks(person.deputy())) {
            findings.mistake(row("staff", i, "deputy"), fmt::format("'{}' is nobody on the staff{}", person.deputy(),
                                                                    did_you_mean(person.deputy(), staff.names)));
        }
        check_leave(person, i, findings);
    }
    check_cycles(
        organisation.staff(), staff, "staff", "deputy", [](const pb::Staff& p) { return p.deputy(); }, findings);
}

}  // namespace

void check_organisation(const pb::Organisation& organisation, Findings& findings) {
    const Index units(organisation.units());
    check_units(organisation, units, findings);
    check_staff(organisation, units, findings);
}

void check_roles(const pb::Policy& policy, const pb::Organisation& organisation, Findings& findings) {
    std::set<std::string> held;
    for (const auto& person : organisation.staff()) held.insert(person.roles().begin(), person.roles().end());
    const auto need = [&](const std::string& role, const std::string& path) {
        if (role.empty() || held.count(role) > 0) return;
        findings.mistake(path, fmt::format("nobody in the organisation holds the role {}", role));
    };
    for (int i = 0; i < policy.responsibility_size(); ++i) {
        const auto& entry = policy.responsibility(i);
        const std::string path = fmt::format("policy/responsibility[{}]", i);
        need(entry.leader(), path + ".leader");
        for (int n = 0; n < entry.relevant_size(); ++n)
            need(entry.relevant(n), fmt::format("{}.relevant[{}]", path, n));
        for (int n = 0; n < entry.chain_size(); ++n) need(entry.chain(n), fmt::format("{}.chain[{}]", path, n));
        for (int n = 0; n < entry.informed_size(); ++n)
            need(entry.informed(n), fmt::format("{}.informed[{}]", path, n));
    }
    for (int i = 0; i < policy.obligations_size(); ++i) {
        need(policy.obligations(i).who(), fmt::format("policy/obligations[{}].who", i));
    }
    for (int i = 0; i < policy.complaints().approvals_size(); ++i)
        need(policy.complaints().approvals(i), fmt::format("policy/complaints.approvals[{}]", i));
    need(policy.cases().loss_export_approver(), "policy/cases.loss_export_approver");
    need(policy.severity().critical_min_leader(), "policy/severity.critical_min_leader");
    for (const char* role : {"KEY_ACCOUNT_MANAGER", "SERVICE_HEAD", "OPERATIONS"}) {
        if (held.count(role) > 0) continue;
        findings.warning("organisation/staff", fmt::format("nobody holds the role {}, which every case needs", role));
    }
}

void check_channels(const pb::Settings& settings, const pb::Organisation& organisation, Findings& findings) {
    const Index channels(settings.notify().channels());
    for (int i = 0; i < organisation.staff_size(); ++i) {
        const auto& person = organisation.staff(i);
        for (int n = 0; n < person.channels_size(); ++n) {
            if (!channels.lacks(person.channels(n))) continue;
            findings.mistake(row("staff", i, "channels") + fmt::format("[{}]", n),
                             fmt::format("channel '{}' is not in notify.channels{}", person.channels(n),
                                         did_you_mean(person.channels(n), channels.names)));
        }
    }
}

}  // namespace aw::settings
