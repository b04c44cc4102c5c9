// A daemon on a broker of its own, and what it takes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/instance.hpp"
#include "support/kafka_broker.hpp"
#include "support/temporary_folder.hpp"

namespace aw::test {

struct MeasuredOptions {
    int partitions = 4;
    int workers = 1;
    int commit_ms = 200;
    std::string compression = "zstd";
};

class Measured {
public:
    Measured(KafkaBroker& broker, const MeasuredOptions& options);

    void start() { instance_.start(); }
    void stop();  // orderly
    void kill() { instance_.kill(); }
    // Until the group stands at the end of what is in the log now (and has a configuration at all).
    void wait_until_applied();
    [[nodiscard]] std::uint64_t applied() const;  // sum of the group's positions
    [[nodiscard]] double cpu_seconds() const;     // of the process so far
    [[nodiscard]] double resident_bytes() const;
    [[nodiscard]] double changelog_bytes() const;  // of `state` on the broker's disk, control records included

    [[nodiscard]] std::string log_tail() const { return instance_.log_tail(); }
    [[nodiscard]] const std::string& prefix() const { return prefix_; }

private:
    [[nodiscard]] std::map<int, std::int64_t> positions() const;

    KafkaBroker& broker_;
    MeasuredOptions options_;
    std::string prefix_;
    TemporaryFolder folder_;
    std::vector<std::string> settings_;
    Instance instance_;
};

}  // namespace aw::test
