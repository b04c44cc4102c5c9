#include "core/model/event.hpp"

#include <array>

namespace aw {
namespace {

// In the order of EventPayload.
constexpr std::array<std::string_view, std::variant_size_v<EventPayload>> kPayloadNames = {
    "",           "shipment",          "revenue",          "account",
    "payment",    "pickup_request",    "pickup",           "touchpoint",
    "plan",       "opinion",           "unit_figure",      "report_action",
    "complaint",  "complaint_progress", "competitor_sighting", "contact_change",
    "service_request", "service_completion", "service_failure", "contract",
    "staff_change", "manual_signal",   "watermark",        "command",
    "silence",    "tick",              "partial",          "activation"};

// In the order of CommandAction.
constexpr std::array<std::string_view, std::variant_size_v<CommandAction>> kActionNames = {
    "",        "ack",      "accept",         "decline", "start",          "plan",     "approve_plan",    "contact",
    "update",  "done",     "suspend",        "resume",  "resolve",        "report",   "approve_report",  "close",
    "merge",   "lower_severity", "transfer", "accept_transfer", "assign_task", "add_member", "offer"};

template <class T>
bool is(const EventPayload& payload) {
    return std::holds_alternative<T>(payload);
}

}  // namespace

std::string_view payload_name(const EventPayload& payload) { return kPayloadNames[payload.index()]; }

std::string_view action_name(const CommandAction& action) { return kActionNames[action.index()]; }

bool is_broadcast(const Event& event) {
    const EventPayload& p = event.payload;
    if (is<WatermarkEvent>(p) || is<StaffChangeEvent>(p) || is<SilenceEvent>(p) || is<PlanEvent>(p) ||
        is<UnitFigureEvent>(p) || is<ReportActionEvent>(p) || is<ActivationEvent>(p)) {
        return true;
    }
    const auto* touch = std::get_if<TouchpointEvent>(&p);
    return touch != nullptr && !event.code.is_set() && !touch->unit_id.empty();
}

bool is_reserved(const EventPayload& payload) {
    return is<TickEvent>(payload) || is<PartialEvent>(payload) || is<ActivationEvent>(payload);
}

AccountRoot root_of(const Event& event) {
    if (event.code.is_set()) return event.code.root;
    const auto* command = std::get_if<CommandEvent>(&event.payload);
    if (command == nullptr) return {};
    if (const auto root = root_of_id(command->case_id)) return *root;
    const auto* done = std::get_if<DoneAction>(&command->action);
    if (done == nullptr) return {};
    return root_of_id(done->task_id).value_or(AccountRoot{});
}

}  // namespace aw
