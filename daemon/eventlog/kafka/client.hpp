// One librdkafka client: handle, log lines, errors. Internal to the adapter.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "eventlog/kafka/client_config.hpp"
#include "eventlog/kafka/handles.hpp"

namespace aw::eventlog {

// What an error code asks for. Codes that stand for nothing better are retriable.
[[nodiscard]] LogError::Kind kind_of(rd_kafka_resp_err_t code);
[[nodiscard]] LogError to_log_error(const std::string& what, rd_kafka_resp_err_t code, const std::string& text);

using SteadyTime = std::chrono::steady_clock::time_point;
[[nodiscard]] int left_until(SteadyTime deadline);  // in ms; 0 when it is over

// All that closing a member of a group waits for, an abort and the group's farewell, when no broker answers.
inline constexpr std::chrono::seconds kCloses{4};
// What commits leave of it to whoever has a deadline (finish_by()): a transaction that nobody ends holds up the next
// owner until it has timed out.
inline constexpr std::chrono::seconds kFarewell{2};

// Owner: whoever made it. handle() may be used by any thread as far as librdkafka allows; callbacks run on the thread
// that polls the handle.
class Client {
public:
    using OnRebalance = std::function<void(rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*)>;
    using OnDelivery = std::function<void(const rd_kafka_message_t*)>;
    struct Callbacks {
        OnRebalance rebalance;  // of a worker
        OnDelivery delivery;    // of a producer
    };

    [[nodiscard]] static LogResult<std::unique_ptr<Client>> open(const KafkaOptions& options, ClientRole role,
                                                                 const ClientIdentity& identity, const LogSink& sink,
                                                                 Callbacks callbacks = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] rd_kafka_t* handle() const { return handle_; }
    // Serves the callbacks of a producer or of the cluster client.
    void serve(int timeout_ms = 0) { rd_kafka_poll(handle_, timeout_ms); }
    // The worst that was reported since the last call. A fatal one stays.
    [[nodiscard]] std::optional<LogError> take_error();
    // Of a member of a group: gives everything back, serving its callbacks. What has not ended by then goes on behind,
    // and the destructor does not wait for it (rd_kafka_consumer_close() waits without an end while the group's
    // coordinator does not answer).
    void leave_group(SteadyTime until);
    [[nodiscard]] std::optional<LogError> fatal_error() const;
    void say(LogLevel level, const std::string& text) const;

private:
    Client(LogSink sink, Callbacks callbacks) : sink_(std::move(sink)), callbacks_(std::move(callbacks)) {}
    static void on_log(const rd_kafka_t* rk, int level, const char* facility, const char* text);
    static void on_error(rd_kafka_t* rk, int code, const char* reason, void* opaque);
    static void on_rebalance(rd_kafka_t* rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list,
                             void* opaque);
    static void on_delivery(rd_kafka_t* rk, const rd_kafka_message_t* message, void* opaque);

    LogSink sink_;
    Callbacks callbacks_;
    rd_kafka_t* handle_ = nullptr;
    std::mutex mutex_;  // several threads may serve the cluster client
    std::optional<LogError> error_;
};

}  // namespace aw::eventlog
