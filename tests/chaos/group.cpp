#include "chaos/group.hpp"

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include <librdkafka/rdkafka.h>

namespace aw::test {
namespace {

constexpr int kAnswerMs = 15'000;

struct Consumer {
    Consumer(const std::string& broker, const std::string& group, const char* isolation) {
        char text[256];
        rd_kafka_conf_t* const conf = rd_kafka_conf_new();
        for (const auto& [name, value] :
             std::vector<std::pair<const char*, std::string>>{{"bootstrap.servers", broker},
                                                              {"group.id", group},
                                                              {"isolation.level", isolation},
                                                              {"enable.partition.eof", "true"},
                                                              {"fetch.wait.max.ms", "20"}}) {
            if (rd_kafka_conf_set(conf, name, value.c_str(), text, sizeof text) != RD_KAFKA_CONF_OK)
                throw std::runtime_error(text);
        }
        handle = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof text);
        if (handle == nullptr) throw std::runtime_error(text);
        rd_kafka_poll_set_consumer(handle);
    }
    ~Consumer() { rd_kafka_destroy(handle); }
    Consumer(const Consumer&) = delete;
    Consumer& operator=(const Consumer&) = delete;
    rd_kafka_t* handle = nullptr;
};

struct Places {
    Places(const std::string& topic, int partitions, std::int64_t offset)
        : list(rd_kafka_topic_partition_list_new(partitions)) {
        for (int p = 0; p < partitions; ++p) rd_kafka_topic_partition_list_add(list, topic.c_str(), p)->offset = offset;
    }
    ~Places() { rd_kafka_topic_partition_list_destroy(list); }
    Places(const Places&) = delete;
    Places& operator=(const Places&) = delete;
    rd_kafka_topic_partition_list_t* list;
};

// Calls `visit` with every record of the topic.
template <class Visit>
void read(const std::string& broker, const std::string& topic, int partitions, const char* isolation,
          const Visit& visit) {
    const Consumer consumer(broker, "nobody", isolation);
    const Places from(topic, partitions, RD_KAFKA_OFFSET_BEGINNING);
    rd_kafka_assign(consumer.handle, from.list);
    for (int ends = 0; ends < partitions;) {
        rd_kafka_message_t* const message = rd_kafka_consumer_poll(consumer.handle, kAnswerMs);
        if (message == nullptr) throw std::runtime_error("no answer from the broker about " + topic);
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) ++ends;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) visit(*message);
        rd_kafka_message_destroy(message);
    }
}

std::uint64_t count(const std::string& broker, const std::string& topic, int partitions, const char* isolation) {
    std::uint64_t records = 0;
    read(broker, topic, partitions, isolation, [&](const rd_kafka_message_t&) { ++records; });
    return records;
}

}  // namespace

std::map<int, std::int64_t> committed_positions(const std::string& broker, const std::string& group,
                                                const std::string& topic, int partitions) {
    const Consumer consumer(broker, group, "read_committed");
    const Places places(topic, partitions, RD_KAFKA_OFFSET_INVALID);
    std::map<int, std::int64_t> positions;
    if (rd_kafka_committed(consumer.handle, places.list, kAnswerMs) != RD_KAFKA_RESP_ERR_NO_ERROR) return positions;
    for (int i = 0; i < places.list->cnt; ++i) {
        const rd_kafka_topic_partition_t& place = places.list->elems[i];
        if (place.err == RD_KAFKA_RESP_ERR_NO_ERROR && place.offset >= 0) positions[place.partition] = place.offset;
    }
    return positions;
}

std::uint64_t log_end(const std::string& broker, const std::string& topic, int partitions) {
    std::map<int, std::int64_t> ends;
    read(broker, topic, partitions, "read_committed",
         [&](const rd_kafka_message_t& message) { ends[message.partition] = message.offset + 1; });
    std::uint64_t sum = 0;
    for (const auto& [partition, end] : ends) sum += static_cast<std::uint64_t>(end);
    return sum;
}

RecordCount count_records(const std::string& broker, const std::string& topic, int partitions) {
    const std::uint64_t committed = count(broker, topic, partitions, "read_committed");
    return {committed, count(broker, topic, partitions, "read_uncommitted") - committed};
}

}  // namespace aw::test
