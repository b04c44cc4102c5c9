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

// As the daemon's producers.
BareClient::Settings fast_writer(const std::string& compression) {
    return {{"enable.idempotence", "true"},
            {"partitioner", "murmur2_random"},
            {"compression.type", compression},
            {"linger.ms", "5"},
            {"queue.buffering.max.messages", "1000000"}};
}

class Topic {
public:
    Topic(const BareClient& client, const std::string& name)
        : client_(client), handle_(rd_kafka_topic_new(client.handle, name.c_str(), nullptr)) {}
    ~Topic() { rd_kafka_topic_destroy(handle_); }
    Topic(const Topic&) = delete;
    Topic& operator=(const Topic&) = delete;

    void produce(const void* key, std::size_t key_size, const void* value, std::size_t value_size) const {
        while (rd_kafka_produce(handle_, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, const_cast<void*>(value),
                                value_size, key, key_size, nullptr) != 0)
            rd_kafka_poll(client_.handle, 10);
    }
    void flush() const {
        if (rd_kafka_flush(client_.handle, 120'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
            throw std::runtime_error("the records are not taken");
    }

private:
    const BareClient& client_;
    rd_kafka_topic_t* handle_;
};

// Every committed record to the end of each partition.
template <class Visit>
std::uint64_t drain(const BareClient& client, int partitions, Visit visit) {
    std::uint64_t records = 0;
    for (int ends = 0; ends < partitions;) {
        rd_kafka_message_t* const message = rd_kafka_consumer_poll(client.handle, 30'000);
        if (message == nullptr) throw std::runtime_error("no answer from the broker");
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) ++ends;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            ++records;
            visit(*message);
        }
        rd_kafka_message_destroy(message);
    }
    return records;
}

Rate produce(const std::string& broker, const std::string& topic, const BareClient::Settings& settings,
             std::uint64_t count, const std::function<void(std::uint64_t, Keyed&)>& make) {
    const BareClient client(broker, RD_KAFKA_PRODUCER, settings);
    const Topic out(client, topic);
    Keyed record;
    const Stopwatch watch;
    for (std::uint64_t n = 0; n < count; ++n) {
        make(n, record);
        out.produce(record.key.data(), record.key.size(), record.value.data(), record.value.size());
        if (n % 1000 == 0) rd_kafka_poll(client.handle, 0);
    }
    out.flush();
    return watch.stop(count);
}

}  // namespace

Rate produce_bare(const std::string& broker, const std::string& topic, const std::string& compression,
                  std::uint64_t count, const std::function<void(std::uint64_t, Keyed&)>& make) {
    return produce(broker, topic, fast_writer(compression), count, make);
}

Rate produce_load(const std::string& broker, const std::string& topic, const std::string& compression,
                  std::uint64_t count, const std::function<void(std::uint64_t, Keyed&)>& make) {
    BareClient::Settings settings = fast_writer(compression);
    settings.emplace_back("enable.idempotence", "false");  // the last word on it
    return produce(broker, topic, settings, count, make);
}

Rate consume_bare(const std::string& broker, const std::string& topic, int partitions) {
    const BareClient client(broker, RD_KAFKA_CONSUMER, fast_reader());
    client.assign(topic, partitions, RD_KAFKA_OFFSET_BEGINNING);
    const Stopwatch watch;  // not of the client's beginning and end, as read_all() would be
    const Rate rate = watch.stop(drain(client, partitions, [](const rd_kafka_message_t&) {}));
    rd_kafka_consumer_close(client.handle);
    return rate;
}

Rate copy_bare(const std::string& broker, const std::string& from, const std::string& to, int partitions,
               const std::string& compression) {
    const BareClient reader(broker, RD_KAFKA_CONSUMER, fast_reader());
    const BareClient writer(broker, RD_KAFKA_PRODUCER, fast_writer(compression));
    const Topic out(writer, to);
    reader.assign(from, partitions, RD_KAFKA_OFFSET_BEGINNING);
    const Stopwatch watch;
    std::uint64_t records = 0;
    (void)drain(reader, partitions, [&](const rd_kafka_message_t& message) {
        out.produce(message.key, message.key_len, message.payload, message.len);
        if (++records % 1000 == 0) rd_kafka_poll(writer.handle, 0);
    });
    out.flush();
    const Rate rate = watch.stop(records);
    rd_kafka_consumer_close(reader.handle);
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
