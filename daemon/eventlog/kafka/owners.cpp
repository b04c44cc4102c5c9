#include "eventlog/kafka/owners.hpp"

#include <cstdint>
#include <optional>

namespace aw::eventlog {
namespace {

// Big-endian integers and strings, until the bytes end too early.
class Bytes {
public:
    explicit Bytes(std::string_view bytes) : left_(bytes) {}

    std::optional<std::int32_t> number(std::size_t size) {
        if (left_.size() < size) return std::nullopt;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(left_[i]);
        left_.remove_prefix(size);
        return static_cast<std::int32_t>(value);
    }
    std::optional<std::string_view> text() {
        const auto size = number(2);
        if (!size || static_cast<std::size_t>(*size) > left_.size()) return std::nullopt;
        const std::string_view taken = left_.substr(0, static_cast<std::size_t>(*size));
        left_.remove_prefix(taken.size());
        return taken;
    }

private:
    std::string_view left_;
};

}  // namespace

std::string url_of_member(std::string_view client_id) {
    const std::size_t space = client_id.rfind(' ');
    return space == std::string_view::npos ? std::string() : std::string(client_id.substr(space + 1));
}

bool assigns(std::string_view assignment, std::string_view topic, int partition) {
    Bytes bytes(assignment);
    if (!bytes.number(2)) return false;
    const auto topics = bytes.number(4);
    for (std::int32_t t = 0; topics && t < *topics; ++t) {
        const auto name = bytes.text();
        const auto count = bytes.number(4);
        if (!name || !count) return false;
        for (std::int32_t p = 0; p < *count; ++p) {
            const auto number = bytes.number(4);
            if (!number) return false;
            if (*number == partition && *name == topic) return true;
        }
    }
    return false;
}

LogResult<std::string> find_owner(Cluster& cluster, int partition, Duration timeout) {
    const rd_kafka_group_list* raw = nullptr;
    const auto code = rd_kafka_list_groups(cluster.client().handle(), cluster.options().group_id.c_str(), &raw,
                                           static_cast<int>(timeout.count()));
    const GroupList list(raw);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(to_log_error("cannot ask for the members of the group", code, ""));
    const std::string topic = cluster.name(Topic::events);
    for (int g = 0; g < list->group_cnt; ++g) {
        const rd_kafka_group_info& group = list->groups[g];
        for (int m = 0; m < group.member_cnt; ++m) {
            const rd_kafka_group_member_info& member = group.members[m];
            const std::string_view assignment(static_cast<const char*>(member.member_assignment),
                                              static_cast<std::size_t>(member.member_assignment_size));
            if (assigns(assignment, topic, partition)) return url_of_member(member.client_id);
        }
    }
    return std::string();
}

}  // namespace aw::eventlog
