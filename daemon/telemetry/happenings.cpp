#include "telemetry/happenings.hpp"

#include <fmt/format.h>

namespace aw::telemetry {

Fields Started::fields() const { return {{"version", version}, {"revision", config_revision}, {"roles", roles}}; }

Fields DeadLettered::fields() const {
    return {{"source", source},
            {"topic", topic},
            {"partition", std::to_string(partition)},
            {"offset", std::to_string(offset)}};
}

Fields CommitFailed::fields() const { return {{"worker", worker}, {"retry", will_retry ? "yes" : "no"}}; }

void PartitionRestoring::count(Metrics& metrics) const {
    metrics.restore_seconds.get().set(seconds);
    metrics.restore_records_total.get().add(added);
}

Fields PartitionRestoring::fields() const {
    return {{"partition", std::to_string(partition)},
            {"records", std::to_string(records)},
            {"seconds", fmt::format("{:.3f}", seconds)}};
}

void PartitionRestored::count(Metrics& metrics) const {
    metrics.restore_seconds.get().set(seconds);
    metrics.restore_records_total.get().add(records - told);
}

Fields PartitionRestored::fields() const {
    return {{"partition", std::to_string(partition)},
            {"records", std::to_string(records)},
            {"accounts", std::to_string(accounts)},
            {"position", std::to_string(position)},
            {"seconds", fmt::format("{:.3f}", seconds)}};
}

Fields PositionsDiffer::fields() const {
    return {{"partition", std::to_string(partition)},
            {"group_position", std::to_string(group)},
            {"state_position", std::to_string(state)}};
}

Fields PartitionBehind::fields() const {
    return {{"partition", std::to_string(partition)},
            {"records", std::to_string(records)},
            {"seconds", fmt::format("{:.0f}", seconds)}};
}

Fields FeedSilent::fields() const {
    return {{"feed", feed}, {"region", region_code}, {"gap", gap_id}, {"accounts_held", std::to_string(accounts_held)}};
}

Fields FeedBack::fields() const { return {{"feed", feed}, {"region", region_code}, {"gap", gap_id}}; }

Fields NoticeAttempted::fields() const {
    return {{"notice", notice_id}, {"channel", channel}, {"attempt", std::to_string(attempt)}, {"detail", detail}};
}

Fields CommandTaken::fields() const { return {{"actor", actor}, {"case", case_id}, {"reason", reason}}; }
Fields CaseExported::fields() const {
    Fields fields = {{"actor", actor}, {"unit", unit_id}, {"case", case_id}, {"reason", reason}};
    if (!approver.empty()) fields.push_back({"approver", approver});
    return fields;
}

}  // namespace aw::telemetry
