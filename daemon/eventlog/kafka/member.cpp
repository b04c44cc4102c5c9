#include "eventlog/kafka/member.hpp"

#include <algorithm>
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

int left_until(SteadyTime deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

}  // namespace aw::eventlog
