#include "support/bare_client.hpp"

#include <chrono>
#include <stdexcept>

namespace aw::test {
namespace {

rd_kafka_t* open(const std::string& broker, rd_kafka_type_t type, const BareClient::Settings& settings) {
    char text[256];
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", broker.c_str(), text, sizeof text);
    for (const auto& [name, value] : settings) {
        if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text, sizeof text) != RD_KAFKA_CONF_OK)
            throw std::runtime_error(text);
    }
    rd_kafka_t* const handle = rd_kafka_new(type, conf, text, sizeof text);
    if (handle == nullptr) throw std::runtime_error(text);
    if (type == RD_KAFKA_CONSUMER) rd_kafka_poll_set_consumer(handle);
    return handle;
}

}  // namespace

BareClient::BareClient(const std::string& broker, rd_kafka_type_t type, const Settings& settings)
    : handle(open(broker, type, settings)) {}

void BareClient::assign(const std::string& topic, int partitions, std::int64_t offset) const {
    assign(std::vector<std::string>{topic}, partitions, offset);
}

void BareClient::assign(const std::vector<std::string>& topics, int partitions, std::int64_t offset) const {
    rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(partitions);
    for (const std::string& topic : topics) {
        for (int i = 0; i < partitions; ++i) rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset = offset;
    }
    const auto code = rd_kafka_assign(handle, list);
    rd_kafka_topic_partition_list_destroy(list);
    check(code, "assign");
}

void check(rd_kafka_resp_err_t code, const char* what) {
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(std::string(what) + ": " + rd_kafka_err2str(code));
}

void read_all(const std::string& broker, const std::string& topic, int partitions, bool aborted_too,
              const std::function<void(const rd_kafka_message_t&)>& visit) {
    read_all(broker, std::vector<std::string>{topic}, partitions, aborted_too, visit);
}

void read_all(const std::string& broker, const std::vector<std::string>& topics, int partitions, bool aborted_too,
              const std::function<void(const rd_kafka_message_t&)>& visit) {
    const BareClient client(broker, RD_KAFKA_CONSUMER,
                            {{"group.id", "test-reader"},
                             {"enable.auto.commit", "false"},
                             {"enable.partition.eof", "true"},
                             {"fetch.wait.max.ms", "10"},
                             {"isolation.level", aborted_too ? "read_uncommitted" : "read_committed"}});
    client.assign(topics, partitions, RD_KAFKA_OFFSET_BEGINNING);
    const auto ends = static_cast<int>(topics.size()) * partitions;
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    for (int ended = 0; ended < ends;) {
        if (std::chrono::steady_clock::now() > limit) throw std::runtime_error("no end of " + topics.front());
        rd_kafka_message_t* const message = rd_kafka_consumer_poll(client.handle, 1'000);
        if (message == nullptr) continue;
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) ++ended;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) visit(*message);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(client.handle);
}

}  // namespace aw::test
