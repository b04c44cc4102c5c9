// Admin on Kafka: topics created and checked. Internal to the adapter.
#pragma once

#include <string>
#include <vector>

#include "eventlog/kafka/cluster.hpp"
#include "eventlog/kafka/topic_settings.hpp"

namespace aw::eventlog {

class KafkaAdmin final : public Admin {
public:
    explicit KafkaAdmin(Cluster& cluster) : cluster_(cluster) {}

    LogResult<void> create(const TopicSettings& settings) override;
    LogResult<std::vector<Finding>> check() override;

private:
    using Figures = LogResult<Cluster::Partitions> (Cluster::*)(Duration);
    [[nodiscard]] LogResult<Cluster::Partitions> figures(Figures ask);
    [[nodiscard]] LogResult<void> check_settings(const Cluster::Partitions& counts, std::vector<Finding>& findings);
    // False: it may not be looked at.
    [[nodiscard]] bool judge(const rd_kafka_ConfigResource_t* resource, const ExistingTopic& existing,
                             std::vector<Finding>& findings) const;

    Cluster& cluster_;
    // Not 0: the topic is there. Brokers learn of new topics one after another, and any of them may answer.
    Cluster::Partitions known_{};
};

}  // namespace aw::eventlog
