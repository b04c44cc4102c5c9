// The log on Apache Kafka, through librdkafka (>= 2.0.2).
//
// A commit is one Kafka transaction over outputs, the changelog `state` and the positions of the group. State lives in
// the caller's memory and is restored by reading the changelog's partition. Workers share the partitions of a topic
// with the assignment strategy `range`; readers see committed records only. Nothing here runs on a thread of
// librdkafka: its log lines and errors come through queues and are reported to the LogSink by the thread that polls.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "eventlog/log.hpp"

namespace aw::eventlog {

struct KafkaOptions {
    std::vector<std::string> bootstrap_servers;
    std::string topic_prefix{kDefaultTopicPrefix};
    std::string group_id = "accountwatch";
    // Stable name of this instance: static membership, so that a restart moves no partition, and part of the
    // transactional ids. Empty: the host's name. Each process of a group needs its own: of two with the same one the
    // later fences the earlier.
    std::string instance_id;
    // Of `events` and `state`; what the broker has is compared with it before anything is read.
    int partitions = 1;
    // Any librdkafka property but those that keep the promises (a list in client_config.cpp); a refused one is an
    // error.
    std::map<std::string, std::string> properties;
};

// Does not wait for a broker: what needs one says `unreachable` until it answers. An option that librdkafka refuses is
// bad_configuration with its own words.
[[nodiscard]] LogResult<std::unique_ptr<Log>> open_kafka_log(KafkaOptions options, LogSink sink);

struct RefusedProperty {
    std::string name;
    std::string reason;    // librdkafka's own words, without secrets
    bool by_name = false;  // unknown or reserved: no value would do
};
// Those of KafkaOptions::properties that opening a log would refuse one by one; needs no broker. What librdkafka finds
// only when it makes a client (a file that is missing, two values that do not go together) is not among them.
[[nodiscard]] std::vector<RefusedProperty> refused_properties(const std::map<std::string, std::string>& properties);

// Those that librdkafka takes, and of which a start warns: they cannot work with the version in use.
[[nodiscard]] std::vector<RefusedProperty> doubtful_properties(const std::map<std::string, std::string>& properties);

// "2.0.2", of the library in use.
[[nodiscard]] std::string kafka_client_version();

// The properties as text for the log, secrets as *****.
[[nodiscard]] std::string describe_properties(const KafkaOptions& options);

}  // namespace aw::eventlog
