#include "bench/kafka/wire.hpp"

#include <chrono>
#include <stdexcept>

#include <sys/resource.h>

#include "support/bare_client.hpp"

namespace aw::test {
namespace {

// As the daemon's consumers (client_config.cpp), but for what makes them exact.
BareClient::Settings fast_reader() {
    return {{"group.id", "bare"},
            {"isolation.level", "read_committed"},
            {"enable.partition.eof", "true"},
            {"queued.min.messages", "1000000"},
            {"fetch.wait.max.ms", "5"},
            {"socket.nagle.disable", "true"}};
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
    const BareClient client(broker, RD_KAFKA_PRODUCER,
                            {{"enable.idempotence", "true"},
                             {"partitioner", "murmur2_random"},
                             {"compression.type", compression},
                             {"linger.ms", "5"},
                             {"queue.buffering.max.messages", "1000000"}});
    rd_kafka_topic_t* const handle = rd_kafka_topic_new(client.handle, topic.c_str(), nullptr);
    Keyed record;
    const Stopwatch watch;
    for (std::uint64_t n = 0; n < count; ++n) {
        make(n, record);
        while (rd_kafka_produce(handle, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, record.value.data(),
                                record.value.size(), record.key.data(), record.key.size(), nullptr) != 0)
            rd_kafka_poll(client.handle, 10);
        if (n % 1000 == 0) rd_kafka_poll(client.handle, 0);
    }
    if (rd_kafka_flush(client.handle, 120'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
        throw std::runtime_error("the records are not taken");
    const Rate rate = watch.stop(count);
    rd_kafka_topic_destroy(handle);
    return rate;
}

Rate consume_bare(const std::string& broker, const std::string& topic, int partitions) {
    const BareClient client(broker, RD_KAFKA_CONSUMER, fast_reader());
    client.assign(topic, partitions, RD_KAFKA_OFFSET_BEGINNING);
    std::uint64_t records = 0;
    const Stopwatch watch;  // not of the client's beginning and end, as read_all() would be
    for (int ends = 0; ends < partitions;) {
        rd_kafka_message_t* const message = rd_kafka_consumer_poll(client.handle, 30'000);
        if (message == nullptr) throw std::runtime_error("no answer from the broker");
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) ++ends;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) ++records;
        rd_kafka_message_destroy(message);
    }
    const Rate rate = watch.stop(records);
    rd_kafka_consumer_close(client.handle);
    return rate;
}

void follow(const std::string& broker, const std::string& topic, int partitions, const std::function<void()>& ready,
            const std::function<bool(const std::string&, const std::string&)>& on_record) {
    const BareClient client(broker, RD_KAFKA_CONSUMER, fast_reader());
    client.assign(topic, partitions, RD_KAFKA_OFFSET_END);
    int ends = 0;
    for (bool go_on = true; go_on;) {
        rd_kafka_message_t* const message = rd_kafka_consumer_poll(client.handle, 1'000);
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
    rd_kafka_consumer_close(client.handle);
}

}  // namespace aw::test
