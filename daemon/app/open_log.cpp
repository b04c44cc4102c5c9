#include "app/open_log.hpp"

#include "eventlog/kafka/kafka_log.hpp"
#include "eventlog/sqlite/sqlite_log.hpp"

namespace aw::app {

eventlog::LogResult<std::unique_ptr<eventlog::Log>> open_log(const settings::Settings& settings, const Clock& clock,
                                                             eventlog::LogSink sink, LogUse use) {
    const settings::LogSettings& log = settings.log;
    if (log.backend == settings::LogBackend::EMBEDDED) {
        return eventlog::open_sqlite_log(
            {.path = log.embedded_path, .partitions = log.partitions, .exclusive = use == LogUse::daemon}, clock);
    }
    return eventlog::open_kafka_log({.bootstrap_servers = log.kafka.bootstrap_servers,
                                     .topic_prefix = log.kafka.topic_prefix,
                                     .group_id = log.kafka.group_id,
                                     .instance_id = log.kafka.instance_id,
                                     .partitions = log.partitions,
                                     .properties = log.kafka.properties},
                                    std::move(sink));
}

Format value_format(const settings::LogSettings& log) {
    const bool json =
        log.backend == settings::LogBackend::KAFKA && log.kafka.output_format == settings::ValueFormat::JSON;
    return json ? Format::json : Format::protobuf;
}

}  // namespace aw::app
