// librdkafka as others use it: for tests and benchmarks that look at a broker past the port of the log. Whatever does
// not work is thrown as std::runtime_error.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <librdkafka/rdkafka.h>

namespace aw::test {

class BareClient {
public:
    using Settings = std::vector<std::pair<std::string, std::string>>;
    BareClient(const std::string& broker, rd_kafka_type_t type, const Settings& settings = {});
    ~BareClient() { rd_kafka_destroy(handle); }
    BareClient(const BareClient&) = delete;
    BareClient& operator=(const BareClient&) = delete;

    // Of a consumer: reads these partitions from there.
    void assign(const std::string& topic, int partitions, std::int64_t offset) const;
    void assign(const std::vector<std::string>& topics, int partitions, std::int64_t offset) const;

    rd_kafka_t* const handle;
};

void check(rd_kafka_resp_err_t code, const char* what);

// Every record of a topic to its end, committed ones only unless `aborted_too`.
void read_all(const std::string& broker, const std::string& topic, int partitions, bool aborted_too,
              const std::function<void(const rd_kafka_message_t&)>& visit);
// ... of several with as many partitions each.
void read_all(const std::string& broker, const std::vector<std::string>& topics, int partitions, bool aborted_too,
              const std::function<void(const rd_kafka_message_t&)>& visit);

}  // namespace aw::test
