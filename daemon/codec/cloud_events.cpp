#include "codec/cloud_events.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/archive.hpp"
#include "base/hash.hpp"
#include "base/overloaded.hpp"

namespace aw {
namespace {

constexpr std::string_view kOurs = "accountwatch";

std::string_view content_type(Format format) {
    return format == Format::json ? "application/json" : "application/protobuf";
}

CloudEvent ours(std::string_view type, std::string id, Timestamp time, Format format) {
    return {type, std::move(id), kOurs, time, content_type(format)};
}

std::string numbered(std::string_view id, std::int32_t version) { return fmt::format("{}/{}", id, version); }

// A task has no number of its changes: what it says, and when, is one.
std::string changed(const Task& task, Timestamp at) {
    return fmt::format("{}/{:016x}", task.task_id.value, hash64(archived(task), static_cast<std::uint64_t>(at.ms)));
}

}  // namespace

std::optional<CloudEvent> cloud_event(const Effect& effect, Timestamp at, Format format) {
    using Told = std::optional<CloudEvent>;
    return std::visit(
        Overloaded{
            [&](const Signal& e) -> Told {
                return ours("accountwatch.signal.v1", e.signal_id.value, e.detected_at, format);
            },
            [&](const Case& e) -> Told {
                return ours("accountwatch.case.v1", numbered(e.case_id.value, e.version), e.updated_at, format);
            },
            [&](const Task& e) -> Told { return ours("accountwatch.task.v1", changed(e, at), at, format); },
            [&](const Notice& e) -> Told { return cloud_event(e, format); },
            [&](const Decision& e) -> Told { return ours("accountwatch.decision.v1", e.decision_id, e.at, format); },
            [&](const DataGap& e) -> Told {
                const bool closed = e.closed_at.is_set();
                return ours("accountwatch.data-gap.v1", e.gap_id + (closed ? "/closed" : "/opened"),
                            closed ? e.closed_at : e.opened_at, format);
            },
            [&](const Report& e) -> Told {
                return ours("accountwatch.report.v1", numbered(e.report_id, e.version), at, format);
            },
            [](const auto&) -> Told { return std::nullopt; },
        },
        effect);
}

CloudEvent cloud_event(const Notice& notice, Format format) {
    return ours("accountwatch.notice.v1", notice.notice_id, notice.created_at, format);
}

CloudEvent cloud_event(const Receipt& receipt, Format format) {
    return ours("accountwatch.receipt.v1", receipt.receipt_id, receipt.at, format);
}

CloudEvent cloud_event(const DeadLetter& letter, Format format) {
    return ours(kDeadLetterType, fmt::format("{}/{}/{}", letter.topic, letter.partition, letter.offset),
                letter.received_at, format);
}

}  // namespace aw
