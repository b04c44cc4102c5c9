#include "eventlog/kafka/state_reader.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace aw::eventlog {
namespace {

constexpr Duration kAskTimeout{5'000};
// Without progress for so long (a transaction that a dead worker left open lies there), the caller tries again.
constexpr std::chrono::seconds kPatience{10};
constexpr int kPollMs = 500;
constexpr std::chrono::seconds kTellEvery{5};  // how far a long restore is

}  // namespace

LogResult<std::unique_ptr<StateReader>> StateReader::open(Cluster& cluster, const LogSink& sink) {
    std::unique_ptr<StateReader> reader(new StateReader(cluster));
    auto client = Client::open(cluster.options(), ClientRole::state_reader, {cluster.options().group_id, "", ""}, sink);
    if (!client) return fail(client.error());
    reader->client_ = std::move(*client);
    return reader;
}

StateReader::~StateReader() {
    if (client_) rd_kafka_consumer_close(client_->handle());
}

LogResult<void> StateReader::read(int partition, const RestoreSink& sink, const std::atomic<bool>& given_up) {
    const auto marks = cluster_.watermarks(Topic::state, partition, kAskTimeout);
    if (!marks) return fail(marks.error());
    if (marks->low >= marks->high) return {};
    LastValues state;
    if (auto done = read_until(partition, marks->high, state, given_up); !done) return done;
    state.for_each([&](std::string_view key, std::string_view value) {
        if (!given_up) sink(key, value);
    });
    if (given_up) return restore_given_up();
    return {};
}

LogResult<void> StateReader::read_until(int partition, std::int64_t end, LastValues& state,
                                        const std::atomic<bool>& given_up) {
    const std::string topic = cluster_.name(Topic::state);
    PartitionList list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
    if (const auto code = rd_kafka_assign(client_->handle(), list.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(to_log_error("cannot read the state", code, ""));
    }
    auto patience_ends = std::chrono::steady_clock::now() + kPatience;
    auto tell_at = std::chrono::steady_clock::now() + kTellEvery;
    while (true) {
        if (given_up) return restore_given_up();
        const KafkaMessage message(rd_kafka_consumer_poll(client_->handle(), kPollMs));
        if (auto fatal = client_->fatal_error()) return fail(*fatal);
        if (message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            const std::string_view key(static_cast<const char*>(message->key), message->key_len);
            if (message->payload == nullptr)
                state.erase(key);
            else
                state.set(key, {static_cast<const char*>(message->payload), message->len});
            if (message->offset + 1 >= end) break;
            const auto now = std::chrono::steady_clock::now();
            patience_ends = now + kPatience;
            if (now >= tell_at) {
                client_->say(LogLevel::info,
                             fmt::format("reading {} [{}]: {} of {}", topic, partition, message->offset + 1, end));
                tell_at = now + kTellEvery;
            }
        } else if (message && message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            // Below the end: a transaction is still open there. Its records, or their end, follow.
            if (message->offset >= end) break;
        } else if (message) {
            client_->say(LogLevel::warning,
                         fmt::format("reading {} [{}]: {}", topic, partition, rd_kafka_message_errstr(message.get())));
        }
        if (std::chrono::steady_clock::now() > patience_ends) {
            const auto reported = client_->take_error();
            return fail(reported.value_or(LogError{LogError::Kind::retriable,
                                                   fmt::format("the end of {} [{}] does not come", topic, partition)}));
        }
    }
    rd_kafka_assign(client_->handle(), nullptr);
    return {};
}

}  // namespace aw::eventlog
