// What a daemon and the tool need to work on topics of their own in a Kafka.
#pragma once

#include <string>
#include <vector>

namespace aw::test {

// --set values; `more` come last and so win.
inline std::vector<std::string> kafka_settings(const std::string& broker, const std::string& prefix,
                                               const std::string& instance, int partitions,
                                               const std::vector<std::string>& more = {}) {
    std::vector<std::string> settings = {"log.backend=kafka",
                                         "log.partitions=" + std::to_string(partitions),
                                         "log.kafka.bootstrap_servers=[\"" + broker + "\"]",
                                         "log.kafka.topic_prefix=" + prefix,
                                         "log.kafka.group_id=" + prefix + "group",
                                         "log.kafka.instance_id=" + instance};
    settings.insert(settings.end(), more.begin(), more.end());
    return settings;
}

}  // namespace aw::test
