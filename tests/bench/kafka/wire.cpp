#include "bench/kafka/wire.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include <librdkafka/rdkafka.h>
#include <sys/resource.h>

namespace aw::test {
namespace {

using Properties = std::vector<std::pair<const char*, std::string>>;
using Client = std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)>;

Client open(rd_kafka_type_t type, const Properties& properties) {
    char text[256];
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    for (const auto& [name, value] : properties) {
        if (rd_kafka_conf_set(conf, name, value.c_str(), text, sizeof text) != RD_KAFKA_CONF_OK)
            throw std::runtime_error(text);
    }
    rd_kafka_t* const client = rd_kafka_new(type, conf, text, sizeof text);
    if (client == nullptr) throw std::runtime_error(text);
    return {client, rd_kafka_destroy};
}

// As the daemon's (client_config.cpp), but for what makes it exact.
Client consumer(const std::string& broker) {
    Client client = open(RD_KAFKA_CONSUMER, {{"bootstrap.servers", broker},
                                             {"group.id", "bare"},
                                             {"isolation.level", "read_committed"},
                                             {"enable.partition.eof", "true"},
                                             {"queued.min.messages", "1000000"},
                                             {"fetch.wait.max.ms", "5"},
                                             {"socket.nagle.disable", "true"}});
    rd_kafka_poll_set_consumer(client.get());
    return client;
}

void assign(rd_kafka_t* client, const std::string& topic, int partitions, std::int64_t offset) {
    rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(partitions);
    for (int p = 0; p < partitions; ++p) rd_kafka_topic_partition_list_add(list, topic.c_str(), p)->offset = offset;
    rd_kafka_assign(client, list);
    rd_kafka_topic_partition_list_destroy(list);
}

class Stopwatch {
public:
    [[nodiscard]] Rate stop(std::uint64_t records) const {
        return {records, std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count(),
                cpu() - cpu_};
    }

private:
    static double cpu() {
        rusage usage{};
        ::getrusage(RUSAGE_SELF, &usage);
        const auto seconds = [](const timeval& t) {
            return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
        };
        return seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    double cpu_ = cpu();
};

}  // namespace

Rate produce_bare(const std::string& broker, const std::string& topic, const std::string& compression,
                  std::uint64_t count, const std::function<void(std::uint64_t, Keyed&)>& make) {
    const Client client = open(RD_KAFKA_PRODUCER, {{"bootstrap.servers", broker},
                                                   {"enable.idempotence", "true"},
                                                   {"partitioner", "murmur2_random"},
                                                   {"compression.type", compression},
                                                   {"linger.ms", "5"},
                                                   {"queue.buffering.max.messages", "1000000"}});
    rd_kafka_topic_t* const handle = rd_kafka_topic_new(client.get(), topic.c_str(), nullptr);
    Keyed record;
    const Stopwatch watch;
    for (std::uint64_t n = 0; n < count; ++n) {
        make(n, record);
        while (rd_kafka_produce(handle, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, record.value.data(),
                                record.value.size(), record.key.data(), record.key.size(), nullptr) != 0)
            rd_kafka_poll(client.get(), 10);
        if (n % 1000 == 0) rd_kafka_poll(client.get(), 0);
    }
    if (rd_kafka_flush(client.get(), 120'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
        throw std::runtime_error("the records are not taken");
    const Rate rate = watch.stop(count);
    rd_kafka_topic_destroy(handle);
    return rate;
}

Rate consume_bare(const std::string& broker, const std::string& topic, int partitions) {
    const Client client = consumer(broker);
    assign(client.get(), topic, partitions, RD_KAFKA_OFFSET_BEGINNING);
    std::uint64_t records = 0;
    const Stopwatch watch;
    for (int ends = 0; ends < partitions;) {
        rd_kafka_message_t* const message = rd_kafka_consumer_poll(client.get(), 30'000);
        if (message == nullptr) throw std::runtime_error("no answer from the broker");
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) ++ends;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) ++records;
        rd_kafka_message_destroy(message);
    }
    const Rate rate = watch.stop(records);
    rd_kafka_consumer_close(client.get());
    return rate;
}

void follow(const std::string& broker, const std::string& topic, int partitions, const std::function<void()>& ready,
            const std::function<bool(const std::string&, const std::string&)>& on_record) {
    const Client client = consumer(broker);
    assign(client.get(), topic, partitions, RD_KAFKA_OFFSET_END);
    int ends = 0;
    for (bool go_on = true; go_on;) {
        rd_kafka_message_t* const message = rd_kafka_consumer_poll(client.get(), 1'000);
        if (message == nullptr) {
            go_on = on_record("", "");
            continue;
        }
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF && ++ends == partitions) ready();
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            go_on = on_record({static_cast<const char*>(message->key), message->key_len},
                              {static_cast<const char*>(message->payload), message->len});
        }
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(client.get());
}

}  // namespace aw::test
