// Which librdkafka properties each client of the adapter has, and why. Internal to the adapter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "eventlog/kafka/handles.hpp"
#include "eventlog/kafka/kafka_log.hpp"

namespace aw::eventlog {

enum class ClientRole : std::uint8_t {
    worker,         // member of the group
    source,         // member of the group that reads the topics of others
    state_reader,   // reads the changelog while restoring
    topic_reader,   // reads a whole topic
    transactional,  // a worker's commits
    plain,          // appends of workers, without transaction
    appender,       // appends that wait for each acknowledgement
    cluster,        // metadata, watermarks, administration
};

[[nodiscard]] bool is_producer(ClientRole role);

struct ClientIdentity {
    std::string group_id;          // of consumers; empty: none
    std::string instance_id;       // of members of a group; empty: none
    std::string transactional_id;  // of transactional producers
    std::string url = {};          // of workers: where others reach the process; behind the client.id
};

// bad_configuration if librdkafka refuses a property or the options touch a reserved one.
[[nodiscard]] LogResult<KafkaConf> make_conf(const KafkaOptions& options, ClientRole role,
                                             const ClientIdentity& identity);

// Why a configuration that asks for SCRAM cannot work with this version of librdkafka; nothing if it can.
[[nodiscard]] std::optional<std::string> scram_warning(const KafkaOptions& options, int librdkafka_version);

}  // namespace aw::eventlog
