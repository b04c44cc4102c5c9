#include "support/kafka_client.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "support/bare_client.hpp"

namespace aw::test {
namespace {

// The controller's answer comes a moment before the broker tells its clients.
void wait_for_partitions(const BareClient& client, const std::string& topic, int partitions) {
    rd_kafka_topic_t* const handle = rd_kafka_topic_new(client.handle, topic.c_str(), nullptr);
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    int found = 0;
    while (found != partitions && std::chrono::steady_clock::now() < limit) {
        const rd_kafka_metadata_t* metadata = nullptr;
        if (rd_kafka_metadata(client.handle, 0, handle, &metadata, 5'000) != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        found = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
        rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_topic_destroy(handle);
    if (found != partitions) throw std::runtime_error("the broker does not know of all partitions of " + topic);
}

// Asks for one thing about one topic, and waits for the answer.
template <class Ask>
rd_kafka_resp_err_t ask_admin(const BareClient& client, rd_kafka_admin_op_t operation, Ask ask) {
    char text[256];
    rd_kafka_queue_t* const queue = rd_kafka_queue_new(client.handle);
    rd_kafka_AdminOptions_t* const options = rd_kafka_AdminOptions_new(client.handle, operation);
    rd_kafka_AdminOptions_set_operation_timeout(options, 10'000, text, sizeof text);
    ask(options, queue);
    rd_kafka_event_t* const answer = rd_kafka_queue_poll(queue, 20'000);
    auto code = answer == nullptr ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_event_error(answer);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        std::size_t count = 0;
        const rd_kafka_topic_result_t* const* results = nullptr;
        if (const auto* made = rd_kafka_event_CreateTopics_result(answer))
            results = rd_kafka_CreateTopics_result_topics(made, &count);
        if (const auto* extended = rd_kafka_event_CreatePartitions_result(answer))
            results = rd_kafka_CreatePartitions_result_topics(extended, &count);
        if (const auto* deleted = rd_kafka_event_DeleteTopics_result(answer))
            results = rd_kafka_DeleteTopics_result_topics(deleted, &count);
        for (std::size_t i = 0; i < count && code == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
            code = rd_kafka_topic_result_error(results[i]);
    }
    if (answer != nullptr) rd_kafka_event_destroy(answer);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_queue_destroy(queue);
    return code;
}

}  // namespace

void make_topic(const std::string& broker, const std::string& topic, int partitions,
                const std::vector<std::pair<std::string, std::string>>& settings, int replicas) {
    const BareClient client(broker, RD_KAFKA_PRODUCER);
    char text[256];
    rd_kafka_NewTopic_t* item = rd_kafka_NewTopic_new(topic.c_str(), partitions, replicas, text, sizeof text);
    for (const auto& [name, value] : settings) rd_kafka_NewTopic_set_config(item, name.c_str(), value.c_str());
    const auto code = ask_admin(client, RD_KAFKA_ADMIN_OP_CREATETOPICS, [&](auto* options, auto* queue) {
        rd_kafka_CreateTopics(client.handle, &item, 1, options, queue);
    });
    rd_kafka_NewTopic_destroy(item);
    check(code, "make_topic");
    wait_for_partitions(client, topic, partitions);
}

void extend_topic(const std::string& broker, const std::string& topic, int partitions) {
    const BareClient client(broker, RD_KAFKA_PRODUCER);
    char text[256];
    rd_kafka_NewPartitions_t* item =
        rd_kafka_NewPartitions_new(topic.c_str(), static_cast<std::size_t>(partitions), text, sizeof text);
    const auto code = ask_admin(client, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, [&](auto* options, auto* queue) {
        rd_kafka_CreatePartitions(client.handle, &item, 1, options, queue);
    });
    rd_kafka_NewPartitions_destroy(item);
    check(code, "extend_topic");
    wait_for_partitions(client, topic, partitions);
}

void delete_topic(const std::string& broker, const std::string& topic) {
    const BareClient client(broker, RD_KAFKA_PRODUCER);
    rd_kafka_DeleteTopic_t* item = rd_kafka_DeleteTopic_new(topic.c_str());
    const auto code = ask_admin(client, RD_KAFKA_ADMIN_OP_DELETETOPICS, [&](auto* options, auto* queue) {
        rd_kafka_DeleteTopics(client.handle, &item, 1, options, queue);
    });
    rd_kafka_DeleteTopic_destroy(item);
    check(code, "delete_topic");
}

void remake_topic(const std::string& broker, const std::string& topic, int partitions,
                  const std::vector<std::pair<std::string, std::string>>& settings) {
    delete_topic(broker, topic);
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    for (;;) {
        try {
            return make_topic(broker, topic, partitions, settings);
        } catch (const std::exception&) {
            if (std::chrono::steady_clock::now() > limit) throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
}

void set_position(const std::string& broker, const std::string& group, const std::string& topic, int partition,
                  std::int64_t position) {
    const BareClient client = member_of(broker, group);
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    for (;;) {
        rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(1);
        rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = position;
        const auto code = rd_kafka_commit(client.handle, list, 0);
        rd_kafka_topic_partition_list_destroy(list);
        // A member that has gone is one until its session ends, and only an empty group takes positions of others.
        if (code != RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID || std::chrono::steady_clock::now() > limit)
            return check(code, "set_position");
        std::this_thread::sleep_for(std::chrono::milliseconds{200});
    }
}

void produce(const std::string& broker, const std::vector<Produced>& records) {
    const BareClient client(broker, RD_KAFKA_PRODUCER, {{"queue.buffering.max.messages", "1000000"}});
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

std::map<int, std::int64_t> committed_positions(const std::string& broker, const std::string& group,
                                                const std::string& topic, int partitions) {
    return committed_positions(member_of(broker, group), topic, partitions);
}

BareClient member_of(const std::string& broker, const std::string& group) {
    return {broker, RD_KAFKA_CONSUMER, {{"group.id", group}, {"isolation.level", "read_committed"}}};
}

std::map<int, std::int64_t> committed_positions(const BareClient& client, const std::string& topic, int partitions) {
    rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; ++i) rd_kafka_topic_partition_list_add(list, topic.c_str(), i);
    // A broker that has just come back does not know yet what it coordinates.
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    auto code = rd_kafka_committed(client.handle, list, 10'000);
    while (code != RD_KAFKA_RESP_ERR_NO_ERROR && std::chrono::steady_clock::now() < limit)
        code = rd_kafka_committed(client.handle, list, 10'000);
    std::map<int, std::int64_t> positions;
    for (int i = 0; i < list->cnt; ++i) {
        if (list->elems[i].offset >= 0) positions[list->elems[i].partition] = list->elems[i].offset;
    }
    rd_kafka_topic_partition_list_destroy(list);
    check(code, "committed");
    return positions;
}

bool positions_are_decided(const std::string& broker, const std::string& group, const std::string& topic,
                           int partitions) {
    const BareClient client = member_of(broker, group);
    rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; ++i) rd_kafka_topic_partition_list_add(list, topic.c_str(), i);
    const auto code = rd_kafka_committed(client.handle, list, 2'000);
    rd_kafka_topic_partition_list_destroy(list);
    if (code != RD_KAFKA_RESP_ERR__TIMED_OUT) check(code, "committed");
    return code == RD_KAFKA_RESP_ERR_NO_ERROR;
}

std::int64_t committed_position(const std::string& broker, const std::string& group, const std::string& topic,
                                int partition) {
    const auto positions = committed_positions(broker, group, topic, partition + 1);
    const auto found = positions.find(partition);
    return found == positions.end() ? RD_KAFKA_OFFSET_INVALID : found->second;
}

std::size_t owners_of(const std::string& broker, const std::string& group) {
    const BareClient client(broker, RD_KAFKA_PRODUCER);
    const rd_kafka_group_list* found = nullptr;
    // A broker that has just come up does not know its groups yet.
    if (rd_kafka_list_groups(client.handle, group.c_str(), &found, 10'000) != RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
    std::size_t owners = 0;
    for (int g = 0; g < found->group_cnt; ++g) {
        const rd_kafka_group_info& one = found->groups[g];
        for (int m = 0; m < one.member_cnt; ++m) {
            // The assignment of the consumer protocol: a version of two bytes, then the number of topics in four.
            const auto* const bytes = static_cast<const unsigned char*>(one.members[m].member_assignment);
            if (one.members[m].member_assignment_size >= 6 && bytes[5] != 0) ++owners;
        }
    }
    rd_kafka_group_list_destroy(found);
    return owners;
}

std::map<int, std::int64_t> log_ends(const std::string& broker, const std::string& topic, int partitions) {
    std::map<int, std::int64_t> ends;
    read_all(broker, topic, partitions, false,
             [&](const rd_kafka_message_t& message) { ends[message.partition] = message.offset + 1; });
    return ends;
}

std::map<int, std::int64_t> high_watermarks(const BareClient& client, const std::string& topic, int partitions) {
    std::map<int, std::int64_t> marks;
    for (int i = 0; i < partitions; ++i) {
        std::int64_t low = 0;
        check(rd_kafka_query_watermark_offsets(client.handle, topic.c_str(), i, &low, &marks[i], 10'000), "watermarks");
    }
    return marks;
}

std::map<int, std::int64_t> undecided(const std::string& broker, const std::string& topic, int partitions) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    const auto ends = [&](const char* isolation) {
        for (;;) {
            const BareClient client(broker, RD_KAFKA_CONSUMER,
                                    {{"group.id", "test-reader"}, {"isolation.level", isolation}});
            try {
                return high_watermarks(client, topic, partitions);
            } catch (const std::runtime_error&) {
                // A broker that has just come back does not know yet what it leads; the client has to ask anew.
                if (std::chrono::steady_clock::now() > limit) throw;
            }
        }
    };
    auto stable = ends("read_committed");
    const auto all = ends("read_uncommitted");
    std::erase_if(stable, [&](const auto& end) { return end.second >= all.at(end.first); });
    return stable;
}

bool reaches(const std::map<int, std::int64_t>& positions, const std::map<int, std::int64_t>& ends) {
    return std::ranges::all_of(ends, [&](const auto& end) {
        const auto found = positions.find(end.first);
        return found != positions.end() && found->second >= end.second;
    });
}

std::uint64_t count_records(const std::string& broker, const std::string& topic, int partitions, bool aborted_too) {
    std::uint64_t count = 0;
    read_all(broker, topic, partitions, aborted_too, [&](const rd_kafka_message_t&) { ++count; });
    return count;
}

std::vector<Consumed> consume_all(const std::string& broker, const std::string& topic, int partitions,
                                  bool aborted_too) {
    std::vector<Consumed> found;
    read_all(broker, topic, partitions, aborted_too, [&](const rd_kafka_message_t& message) {
        Consumed& record = found.emplace_back();
        record.partition = message.partition;
        record.offset = message.offset;
        rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
        record.timestamp_ms = rd_kafka_message_timestamp(&message, &type);
        record.key.assign(static_cast<const char*>(message.key), message.key_len);
        record.value.assign(static_cast<const char*>(message.payload), message.len);
        rd_kafka_headers_t* headers = nullptr;
        const char* name = nullptr;
        const void* value = nullptr;
        std::size_t size = 0;
        if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
        for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
             ++i) {
            record.headers.emplace_back(name, std::string(static_cast<const char*>(value), size));
        }
    });
    return found;
}

}  // namespace aw::test
