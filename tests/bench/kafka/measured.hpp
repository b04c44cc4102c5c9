// A daemon on a broker of its own, and what it takes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/bare_client.hpp"
#include "support/instance.hpp"
#include "support/kafka_broker.hpp"
#include "support/temporary_folder.hpp"

namespace aw::test {

struct MeasuredOptions {
    int partitions = 4;
    int workers = 1;
    int commit_ms = 200;
    std::string compression = "zstd";
    std::string source_format;  // not empty: the daemon reads a topic of somebody else into the log instead
};

class Measured {
public:
    Measured(KafkaBroker& broker, const MeasuredOptions& options);

    void start();
    void stop();  // orderly
    void kill() { instance_.kill(); }
    // Until the group stands at the end of what is in the log or the source now (and has a configuration at all).
    void wait_until_applied();
    // Until the group has moved since start().
    void wait_for_first() const;
    [[nodiscard]] std::uint64_t applied() const;  // sum of the group's positions
    [[nodiscard]] double cpu_seconds() const;     // of the process so far
    // Reading and building the state of its partitions since start(), one after the other, as it tells itself.
    [[nodiscard]] double restore_seconds() const;
    [[nodiscard]] double resident_bytes() const;
    [[nodiscard]] double changelog_bytes() const;  // of `state` on the broker's disk, control records included

    [[nodiscard]] std::string log_tail() const { return instance_.log_tail(); }
    [[nodiscard]] const std::string& prefix() const { return prefix_; }
    [[nodiscard]] const std::string& input() const { return input_; }  // the topic it reads

private:
    [[nodiscard]] std::map<int, std::int64_t> positions() const;

    KafkaBroker& broker_;
    MeasuredOptions options_;
    std::string prefix_;
    std::string input_;
    BareClient client_;
    TemporaryFolder folder_;
    std::size_t log_before_ = 0;  // bytes of its log at the last start()
    std::vector<std::string> settings_;
    Instance instance_;
    std::uint64_t applied_before_ = 0;  // the last start()
};

}  // namespace aw::test
