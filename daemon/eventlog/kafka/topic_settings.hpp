// Which settings of the broker each topic is made with, and what is wrong with those of topics that others have made.
// Internal to the adapter; needs no broker.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "eventlog/log.hpp"

namespace aw::eventlog {

using SettingsOfTopic = std::map<std::string, std::string>;

[[nodiscard]] SettingsOfTopic settings_of(Topic topic, int replication_factor);

struct ExistingTopic {
    Topic topic = Topic::events;
    std::string name;  // with its prefix
    int replicas = 1;
};
// Adds what is wrong. A setting that is not told is not judged, but for those without which nothing works.
void judge_settings(const ExistingTopic& existing, const SettingsOfTopic& settings, std::vector<Finding>& findings);
// Of all that exist, once: those that lie on one broker alone where the cluster has others.
void judge_copies(const std::vector<ExistingTopic>& topics, int brokers, std::vector<Finding>& findings);
// Once, of those whose settings the daemon may not look at: nobody has to let it.
void tell_unseen(const std::vector<ExistingTopic>& topics, std::string_view said, std::vector<Finding>& findings);

}  // namespace aw::eventlog
