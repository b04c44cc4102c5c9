// The HTTP API: a case as a file (R90). Who takes it, for which unit, when and why is a line of the daemon's log that
// is never left out, and so is every refusal. It changes nothing and counts as no work on the case, so it is no
// command.
#include <algorithm>

#include <boost/json.hpp>

#include "app/api.hpp"
#include "app/json_list.hpp"
#include "codec/output_encoder.hpp"
#include "intake/line_events.hpp"

namespace aw::app {
namespace {

namespace json = boost::json;

std::string file_of(const Case& view, const std::vector<TimelineEntry>& entries, const telemetry::CaseExported& about,
                    Timestamp at) {
    json::object by{
        {"actor_staff_id", about.actor}, {"unit_id", about.unit_id}, {"at", format_utc(at)}, {"reason", about.reason}};
    if (!about.approver.empty()) by["approver_staff_id"] = about.approver;
    return R"({"export":)" + json::serialize(by) + R"(,"case":)" + encode(view, Format::json) + R"(,"timeline":)" +
           json_list(entries) + "}";
}

// R91: what explains a loss leaves the house with the consent of the policy's post or a higher one. Why not; empty = it
// may.
std::string not_approved(const Case& view, const Shard& shard, const StaffId& approver) {
    const StaffRole post = shard.rules().policy.cases.loss_export_approver;
    if (view.outcome != Outcome::LOST || post == StaffRole::UNSPECIFIED) return {};
    const std::string needed = "a lost case is exported with the consent of " + std::string(name(post));
    if (approver.empty()) return needed + ": approver_staff_id is missing";
    const Staffing staffing = shard.staffing();
    const Staff* person = staffing.organisation().find_staff(approver.value);
    if (person == nullptr) return needed + ": nobody has the staff id \"" + approver.value + "\"";
    const bool high_enough = std::any_of(person->roles.begin(), person->roles.end(), [&](StaffRole role) {
        return role == post || leader_rank(role) < leader_rank(post);
    });
    if (!high_enough) return needed + ", which " + approver.value + " is not";
    return staffing.is_active(approver) ? std::string() : needed + ", and " + approver.value + " is away or leaving";
}

}  // namespace

void Api::post_export(const http::Request& request, const http::Responder& respond) {
    telemetry::CaseExported about;
    about.case_id = request.path.at("id");
    const auto asked = read_export(request.body);
    if (!asked) {
        return respond(
            http::problem(400, "UNDECODABLE",
                          "the body is a JSON object with actor_staff_id, reason and approver_staff_id, nothing else"));
    }
    const std::string& owner = request.principal.staff_id;
    if (!owner.empty() && !asked->actor.empty() && asked->actor != owner) {
        return forbid(respond, owner, asked->actor, "export", about.case_id,
                      "the token belongs to " + owner + ", the request names another actor");
    }
    about.actor = owner.empty() ? asked->actor : owner;
    about.reason = asked->reason;
    about.approver = asked->approver;
    const auto refuse = [&](int status, std::string_view code, const std::string& why) {
        refuse_export(respond, about, status, code, why);
    };
    const auto view = context_.board.find_case(about.case_id);
    if (!view) return refuse(404, "UNKNOWN_CASE", "there is no case " + about.case_id);
    if (about.actor.empty()) return refuse(422, "MISSING_FIELD", "actor_staff_id: required, not given");
    if (intake::is_blank(about.reason)) return refuse(422, "REASON_REQUIRED", "say why the case is exported");
    with_owner(view->account_root, request, respond, [this, view = *view, about, respond](const Partition& partition) {
        export_case(view, about, partition.shard(), respond);
    });
}

void Api::refuse_export(const http::Responder& respond, telemetry::CaseExported about, int status,
                        std::string_view code, const std::string& why) {
    about.outcome = code;
    context_.telemetry.report(about);
    respond(http::problem(status, code, why));
}

// The person's unit is in the rules of the account's shard, the past in the log.
void Api::export_case(const Case& view, telemetry::CaseExported about, const Shard& shard,
                      const http::Responder& respond) {
    const Staff* person = shard.rules().organisation.find_staff(about.actor);
    if (person == nullptr)
        return refuse_export(respond, about, 422, "UNKNOWN_ACTOR", "nobody has the staff id \"" + about.actor + "\"");
    about.unit_id = person->unit.value;
    if (const std::string why = not_approved(view, shard, StaffId(about.approver)); !why.empty())
        return refuse_export(respond, about, 422, "APPROVER_REQUIRED", why);
    ask_historian(respond, [this, view, about, respond](LogHistory& history) mutable {
        const auto entries = history.timeline(view.account_root, view.case_id);
        if (!entries) return respond(http::problem(503, "UNAVAILABLE", entries.error().message));
        about.outcome = "ACCEPTED";
        context_.telemetry.report(about);
        respond({.body = file_of(view, *entries, about, context_.clock.now())});
    });
}

}  // namespace aw::app
