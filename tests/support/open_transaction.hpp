// A transaction as a dead process leaves it behind: undecided until its timeout.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "support/bare_client.hpp"
#include "support/kafka_client.hpp"

namespace aw::test {

// A producer with a transaction that it neither commits nor aborts for now.
class OpenTransaction {
public:
    OpenTransaction(const std::string& broker, const std::string& id, const Produced& record)
        : client_(broker, RD_KAFKA_PRODUCER, {{"transactional.id", id}, {"transaction.timeout.ms", "120000"}}) {
        done(rd_kafka_init_transactions(client_.handle, 20'000));
        done(rd_kafka_begin_transaction(client_.handle));
        check(rd_kafka_producev(client_.handle, RD_KAFKA_V_TOPIC(record.topic.c_str()),
                                RD_KAFKA_V_PARTITION(record.partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                RD_KAFKA_V_KEY(record.key.data(), record.key.size()),
                                RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
                                RD_KAFKA_V_END),
              "produce");
        check(rd_kafka_flush(client_.handle, 20'000), "flush");
    }
    // Of a partition that the group reads.
    void send_position(const std::string& group, const std::string& topic, int partition, std::int64_t position = 0) {
        auto* const list = rd_kafka_topic_partition_list_new(1);
        rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = position;
        auto* const metadata = rd_kafka_consumer_group_metadata_new(group.c_str());
        auto* const error = rd_kafka_send_offsets_to_transaction(client_.handle, list, metadata, 20'000);
        rd_kafka_consumer_group_metadata_destroy(metadata);
        rd_kafka_topic_partition_list_destroy(list);
        done(error);
    }
    void commit() { done(rd_kafka_commit_transaction(client_.handle, 20'000)); }
    void abort() { done(rd_kafka_abort_transaction(client_.handle, 20'000)); }

private:
    static void done(rd_kafka_error_t* error) {
        if (error == nullptr) return;
        const std::string text = rd_kafka_error_string(error);
        rd_kafka_error_destroy(error);
        throw std::runtime_error(text);
    }
    BareClient client_;
};

}  // namespace aw::test
