// Brokers of librdkafka's own mock, with our topics of one partition each. Outlives every client of it: declare it first.
#pragma once

#include <array>
#include <memory>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "eventlog/kafka/kafka_log.hpp"
#include "eventlog/topic.hpp"

namespace aw::eventlog {

class MockBrokers {
public:
    explicit MockBrokers(int brokers) {
        std::array<char, 512> text{};
        owner_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), text.data(), text.size()));
        cluster_.reset(rd_kafka_mock_cluster_new(owner_.get(), brokers));
        for (const Topic topic : all_topics())
            rd_kafka_mock_topic_create(cluster_.get(), topic_name(kPrefix, topic).c_str(), 1, 1);
    }

    [[nodiscard]] KafkaOptions options() const {
        KafkaOptions options;
        options.bootstrap_servers = {rd_kafka_mock_cluster_bootstraps(cluster_.get())};
        options.topic_prefix = kPrefix;
        options.group_id = "g";
        return options;
    }
    [[nodiscard]] rd_kafka_mock_cluster_t* get() const { return cluster_.get(); }

private:
    static constexpr const char* kPrefix = "t.";

    struct Destroy {
        void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
        void operator()(rd_kafka_mock_cluster_t* cluster) const { rd_kafka_mock_cluster_destroy(cluster); }
    };
    std::unique_ptr<rd_kafka_t, Destroy> owner_;
    std::unique_ptr<rd_kafka_mock_cluster_t, Destroy> cluster_;
};

}  // namespace aw::eventlog
