// Topics of others and a daemon that reads them: what its tests on a real broker share.
#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>

#include "base/clock.hpp"
#include "codec/event_decoder.hpp"
#include "codec/event_encoder.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "system/daemon_process.hpp"
#include "system/kafka_settings.hpp"

namespace aw::test {

using Headers = std::vector<std::pair<std::string, std::string>>;

inline constexpr int kPartitions = 2;
inline const std::string kCode = "37140000012001";
inline const std::string kRoot = "37140000012";

inline std::string now() { return format_utc(SystemClock{}.now()); }

inline std::string protobuf(const std::string& json) {
    EventDecoder decoder;
    const auto event = decoder.decode(json);
    EXPECT_TRUE(event) << event.error().detail;
    return encode_event(**event, Format::protobuf);
}

inline std::string confluent(const std::string& json) {
    return std::string("\x00\x00\x00\x00\x07\x00", 6) + protobuf(json);
}

inline std::string shipment(const std::string& id) {
    return R"({"event_id":")" + id + R"(","account_code":")" + kCode + R"(","occurred_at":")" + now() +
           R"(","source":"sorting","shipment":{"business_line":"express","items":1}})";
}

// A group of topics, a daemon and the tool, all with the same settings.
class Installation {
public:
    explicit Installation(const std::string& sources, std::vector<std::string> more = {}, std::string address = "")
        : broker(address.empty() ? KafkaBroker::shared() : std::move(address)), more_(std::move(more)) {
        Finished created = tool({"topics", "create"}, sources);
        if (created.exit_code != 0) throw std::runtime_error(created.output);
    }
    [[nodiscard]] std::vector<std::string> settings(const std::string& sources) const {
        std::vector<std::string> list =
            kafka_settings(broker, prefix, "one", kPartitions, {"log.kafka.output_format=json", "sources=" + sources});
        list.insert(list.end(), more_.begin(), more_.end());
        return list;
    }
    [[nodiscard]] DaemonProcess daemon(const std::string& sources) const { return {folder.path(), settings(sources)}; }
    [[nodiscard]] Finished tool(std::vector<std::string> arguments, const std::string& sources) const {
        return run_tool(std::move(arguments), settings(sources));
    }
    [[nodiscard]] std::vector<Consumed> events(bool aborted_too = false) const {
        return consume_all(broker, prefix + "events", kPartitions, aborted_too);
    }
    [[nodiscard]] std::vector<Consumed> letters() const {
        return consume_all(broker, prefix + "dead-letters", kPartitions);
    }
    // How many records of a topic have been taken, if it has no marks of transactions.
    [[nodiscard]] std::int64_t taken(const std::string& topic, int partitions) const {
        std::int64_t sum = 0;
        for (const auto& [partition, position] :
             committed_positions(broker, prefix + "group-intake", topic, partitions))
            sum += position;
        return sum;
    }
    [[nodiscard]] std::int64_t position(const std::string& topic, int partition) const {
        return committed_position(broker, prefix + "group-intake", topic, partition);
    }
    // How often each id stands in the log, without what the daemon writes itself.
    [[nodiscard]] std::map<std::string, int> ids() const {
        std::map<std::string, int> found;
        EventDecoder decoder;
        for (const Consumed& record : events()) {
            const auto event = decoder.decode(record.value);
            if (event && !is_reserved((*event)->payload)) ++found[std::string((*event)->event_id)];
        }
        return found;
    }
    void expect_each_once(int made) const {
        const auto found = ids();
        EXPECT_EQ(found.size(), static_cast<std::size_t>(made));
        EXPECT_EQ(std::count_if(found.begin(), found.end(), [](const auto& id) { return id.second != 1; }), 0);
    }

    const std::string broker;
    const std::string prefix = unique();
    const TemporaryFolder folder;

private:
    static std::string unique() { return KafkaBroker::unique_prefix(); }
    std::vector<std::string> more_;
};

inline void stop(DaemonProcess& daemon) {
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
}

}  // namespace aw::test
