#include "eventlog/kafka/member.hpp"

#include <array>

#include <fmt/format.h>
#include <unistd.h>

namespace aw::eventlog {
namespace {

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "host";
    return name.data();
}

}  // namespace

StableNames stable_names(const KafkaOptions& options, const std::string& group, int number) {
    const std::string id = options.instance_id.empty() ? host_name() : options.instance_id;
    return {fmt::format("{}-{}", id, number), fmt::format("{}-{}-{}", group, id, number)};
}

}  // namespace aw::eventlog
