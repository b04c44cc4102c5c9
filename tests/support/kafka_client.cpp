#include "support/kafka_client.hpp"

#include <chrono>
#include <stdexcept>

#include <librdkafka/rdkafka.h>

namespace aw::test {
namespace {

class Client {
public:
    Client(const std::string& broker, rd_kafka_type_t type,
           const std::vector<std::pair<std::string, std::string>>& settings = {}) {
        char text[256];
        rd_kafka_conf_t* const conf = rd_kafka_conf_new();
        rd_kafka_conf_set(conf, "bootstrap.servers", broker.c_str(), text, sizeof text);
        for (const auto& [name, value] : settings) {
            if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text, sizeof text) != RD_KAFKA_CONF_OK)
                throw std::runtime_error(text);
        }
        handle = rd_kafka_new(type, conf, text, sizeof text);
        if (handle == nullptr) throw std::runtime_error(text);
    }
    ~Client() { rd_kafka_destroy(handle); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    rd_kafka_t* handle;
};

void check(rd_kafka_resp_err_t code, const char* what) {
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(std::string(what) + ": " + rd_kafka_err2str(code));
}

}  // namespace

void make_topic(const std::string& broker, const std::string& topic, int partitions) {
    const Client client(broker, RD_KAFKA_PRODUCER);
    char text[256];
    rd_kafka_queue_t* const queue = rd_kafka_queue_new(client.handle);
    rd_kafka_NewTopic_t* item = rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, text, sizeof text);
    rd_kafka_AdminOptions_t* const admin = rd_kafka_AdminOptions_new(client.handle, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_AdminOptions_set_operation_timeout(admin, 10'000, text, sizeof text);
    rd_kafka_CreateTopics(client.handle, &item, 1, admin, queue);
    rd_kafka_event_t* const answer = rd_kafka_queue_poll(queue, 20'000);
    const auto code = answer == nullptr ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_event_error(answer);
    if (answer != nullptr) rd_kafka_event_destroy(answer);
    rd_kafka_AdminOptions_destroy(admin);
    rd_kafka_NewTopic_destroy(item);
    rd_kafka_queue_destroy(queue);
    check(code, "make_topic");
}

void produce(const std::string& broker, const std::vector<Produced>& records) {
    const Client client(broker, RD_KAFKA_PRODUCER, {{"queue.buffering.max.messages", "1000000"}});
    for (const Produced& record : records) {
        rd_kafka_headers_t* const headers = rd_kafka_headers_new(record.headers.size());
        for (const auto& [name, value] : record.headers) {
            rd_kafka_header_add(headers, name.c_str(), -1, value.data(), static_cast<ssize_t>(value.size()));
        }
        check(rd_kafka_producev(client.handle, RD_KAFKA_V_TOPIC(record.topic.c_str()),
                                RD_KAFKA_V_PARTITION(record.partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                RD_KAFKA_V_KEY(record.key.data(), record.key.size()),
                                RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
                                RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END),
              "produce");
    }
    check(rd_kafka_flush(client.handle, 30'000), "flush");
}

std::int64_t committed_position(const std::string& broker, const std::string& group, const std::string& topic,
                                int partition) {
    const Client client(broker, RD_KAFKA_CONSUMER, {{"group.id", group}});
    rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), partition);
    // A broker that has just come back does not know yet what it coordinates.
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    auto code = rd_kafka_committed(client.handle, list, 10'000);
    while (code != RD_KAFKA_RESP_ERR_NO_ERROR && std::chrono::steady_clock::now() < limit)
        code = rd_kafka_committed(client.handle, list, 10'000);
    const std::int64_t offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    check(code, "committed");
    return offset;
}

std::vector<Consumed> consume_all(const std::string& broker, const std::string& topic, int partitions,
                                  bool aborted_too) {
    const Client client(broker, RD_KAFKA_CONSUMER,
                        {{"group.id", "test-reader"},
                         {"enable.auto.commit", "false"},
                         {"enable.partition.eof", "true"},
                         {"isolation.level", aborted_too ? "read_uncommitted" : "read_committed"}});
    rd_kafka_poll_set_consumer(client.handle);
    rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; ++i)
        rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    const auto code = rd_kafka_assign(client.handle, list);
    rd_kafka_topic_partition_list_destroy(list);
    check(code, "assign");
    std::vector<Consumed> found;
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    for (int ended = 0; ended < partitions;) {
        if (std::chrono::steady_clock::now() > limit) throw std::runtime_error("no end of " + topic);
        rd_kafka_message_t* const message = rd_kafka_consumer_poll(client.handle, 1'000);
        if (message == nullptr) continue;
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) ++ended;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            Consumed& record = found.emplace_back();
            record.partition = message->partition;
            record.offset = message->offset;
            record.key.assign(static_cast<const char*>(message->key), message->key_len);
            record.value.assign(static_cast<const char*>(message->payload), message->len);
            rd_kafka_headers_t* headers = nullptr;
            const char* name = nullptr;
            const void* value = nullptr;
            std::size_t size = 0;
            if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
                for (std::size_t i = 0;
                     rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
                    record.headers.emplace_back(name, std::string(static_cast<const char*>(value), size));
                }
            }
        }
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(client.handle);
    return found;
}

}  // namespace aw::test
