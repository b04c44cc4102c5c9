// How one process runs, as plain values (schema with meanings, units, defaults and limits:
// proto/accountwatch/config/v1/settings.proto). Filled by loader.hpp; paths are resolved, defaults are in place. What
// decides (policy, organisation, calendars, feeds, late_policy) stands in the Rules.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "core/model/enums.hpp"
#include "mapping/field_map.hpp"

namespace aw::settings {

struct Roles {
    bool intake = false;
    bool watch = false;
    bool notify = false;
    bool serve = false;
};

enum class LogBackend { EMBEDDED, KAFKA };
enum class ValueFormat { PROTOBUF, JSON };

struct KafkaSettings {
    std::vector<std::string> bootstrap_servers;
    std::string topic_prefix;
    std::string group_id;
    std::string instance_id;  // empty = the host name
    ValueFormat output_format = ValueFormat::PROTOBUF;
    std::map<std::string, std::string> properties;  // of librdkafka; may hold secrets, never log the values
};

struct LogSettings {
    LogBackend backend = LogBackend::EMBEDDED;
    int partitions = 0;
    std::string embedded_path;
    KafkaSettings kafka;
};

struct WatchSettings {
    int workers = 0;  // 0 = one per core
    Duration commit_interval{0};
};

enum class ChannelKind { LOG, WEBHOOK };

struct ChannelSettings {
    std::string id;
    ChannelKind kind = ChannelKind::LOG;
    std::string url;  // of a webhook; may hold a secret in its query
    Duration timeout{0};
    int retries = 0;  // after the first attempt
    Duration backoff{0};
};

struct NotifySettings {
    std::vector<ChannelSettings> channels;
    std::string templates;  // folder; empty = the plain words of the daemon
};

struct HttpSettings {
    std::string host;
    std::uint16_t port = 0;      // 0 = any free one
    std::string tokens_file;     // empty = loopback without tokens
    std::string advertised_url;  // empty = made from the address it listens on
};

enum class LogLevel { DEBUG, INFO, WARNING, ERROR };
enum class LogFormat { TEXT, JSON };

struct LoggingSettings {
    LogLevel level = LogLevel::INFO;
    LogFormat format = LogFormat::TEXT;
};

struct ReloadSettings {
    int max_affected_pct = 100;
    int min_affected = 0;
};

enum class SourceFormat { PROTOBUF, CONFLUENT_PROTOBUF, JSON, AUTO };

struct SourceSettings {
    std::string name;
    std::vector<std::string> topics;  // one with '^' first is a regular expression (base/text_pattern.hpp)
    SourceFormat format = SourceFormat::JSON;
    std::optional<FieldMap> map;
    int breaker_records = 0;  // 0 = never stopped
    int breaker_refused_pct = 100;
    Duration breaker_pause{0};
};

struct Settings {
    std::string file;  // as given
    Roles roles;
    std::string time_zone;
    Language language = Language::ZH;
    std::optional<Timestamp> live_from;  // not set = the first start
    LogSettings log;
    WatchSettings watch;
    NotifySettings notify;
    HttpSettings http;
    LoggingSettings logging;
    ReloadSettings reload;
    std::vector<SourceSettings> sources;  // backend kafka only
};

}  // namespace aw::settings
