#include "eventlog/kafka/state_reader.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace aw::eventlog {

namespace {

// Without progress for so long (a transaction that a dead worker left open lies there), the caller tries again.
constexpr std::chrono::seconds kPatience{10};
constexpr int kPollMs = 500;
constexpr std::size_t kBatch = 1'000;
// Places made beforehand for the keys of a partition, of which its range says how many there may be.
constexpr std::int64_t kMostPlaces = 1'000'000;
constexpr std::chrono::seconds kTellEvery{5};  // how far a long restore is

// Of a partition that was read before and given up, some may still be in the queue.
bool is_of_another(const rd_kafka_message_t& message, int partition) {
    const bool about_a_place =
        message.err == RD_KAFKA_RESP_ERR_NO_ERROR || message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    return about_a_place && message.partition != partition;
}

}  // namespace

LogResult<std::unique_ptr<StateReader>> StateReader::open(Cluster& cluster, const LogSink& sink) {
    std::unique_ptr<StateReader> reader(new StateReader(cluster));
    auto client = Client::open(cluster.options(), ClientRole::state_reader, {cluster.options().group_id, "", ""}, sink);
    if (!client) return fail(client.error());
    reader->client_ = std::move(*client);
    reader->queue_.reset(rd_kafka_queue_get_consumer(reader->client_->handle()));
    return reader;
}

LogResult<void> StateReader::read(int partition, const RestoreSink& sink, const RestoreReads& reads,
                                  const std::atomic<bool>& given_up) {
    if (given_up) return restore_given_up();
    const auto marks = cluster_.watermarks(Topic::state, partition, kAskTimeout);
    if (!marks) return fail(marks.error());
    if (marks->low >= marks->high) return {};
    LastValues state;
    state.reserve(static_cast<std::size_t>(std::min(marks->high - marks->low, kMostPlaces)));
    auto done = assign(partition);
    if (done) done = read_until(partition, marks->high, state, reads, given_up);
    unassign();
    if (!done) return done;
    state.for_each([&](std::string_view key, std::string_view value) {
        if (!given_up) sink(key, value);
    });
    if (given_up) return restore_given_up();
    return {};
}

// What is there; if nothing is, the next that comes in kPollMs. One by one, looking at the clock would cost a tenth of
// a restore. librdkafka 2.0.2 loses records of a batch queue when partitions are paused, sought or moved by the group
// while it is read; here one partition is assigned by hand, read from its beginning to its end, and then let go.
std::vector<KafkaMessage> StateReader::poll() {
    std::array<rd_kafka_message_t*, kBatch> raw;
    auto count = rd_kafka_consume_batch_queue(queue_.get(), 0, raw.data(), raw.size());
    if (count <= 0) {
        raw[0] = rd_kafka_consumer_poll(client_->handle(), kPollMs);
        count = raw[0] == nullptr ? 0 : 1;
    }
    return {raw.begin(), raw.begin() + count};
}

// Whether the end is reached.
bool StateReader::take(const rd_kafka_message_t& message, std::int64_t end, LastValues& state) const {
    // Below the end: a transaction is still open there. Its records, or their end, follow.
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return message.offset >= end;
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        client_->say(LogLevel::warning, fmt::format("reading {} [{}]: {}", cluster_.name(Topic::state),
                                                    message.partition, rd_kafka_message_errstr(&message)));
        return false;
    }
    const std::string_view key(static_cast<const char*>(message.key), message.key_len);
    if (message.payload == nullptr) {
        state.erase(key);
    } else {
        state.set(key, {static_cast<const char*>(message.payload), message.len});
    }
    return message.offset + 1 >= end;
}

LogResult<void> StateReader::assign(int partition) {
    PartitionList list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), cluster_.name(Topic::state).c_str(), partition)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
    if (const auto code = rd_kafka_assign(client_->handle(), list.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(to_log_error("cannot read the state", code, ""));
    }
    return {};
}

void StateReader::unassign() { rd_kafka_assign(client_->handle(), nullptr); }

LogResult<void> StateReader::read_until(int partition, std::int64_t end, LastValues& state, const RestoreReads& reads,
                                        const std::atomic<bool>& given_up) {
    const std::string topic = cluster_.name(Topic::state);
    auto patience_ends = std::chrono::steady_clock::now() + kPatience;
    auto tell_at = std::chrono::steady_clock::now() + kTellEvery;
    std::int64_t stands_at = 0;
    for (bool finished = false; !finished;) {
        if (given_up) return restore_given_up();
        const auto messages = poll();
        if (auto fatal = client_->fatal_error()) return fail(*fatal);
        const auto now = std::chrono::steady_clock::now();
        for (const KafkaMessage& message : messages) {
            if (is_of_another(*message, partition)) continue;
            finished = finished || take(*message, end, state);
            if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) patience_ends = now + kPatience;
            stands_at = std::max(stands_at, message->offset);
        }
        if (reads && !messages.empty()) reads(messages.size());
        if (!messages.empty() && now >= tell_at) {
            client_->say(LogLevel::info,
                         fmt::format("reading {} [{}]: {} of {}", topic, partition, messages.back()->offset + 1, end));
            tell_at = now + kTellEvery;
        }
        if (!finished && now > patience_ends) {
            const auto reported = client_->take_error();
            return fail(reported.value_or(LogError{
                LogError::Kind::retriable,
                fmt::format("the end of {} [{}] does not come: a transaction is undecided at {} of {}. If it stays so "
                            "for longer than transaction.timeout.ms, the brokers have lost it: "
                            "kafka-transactions.sh find-hanging",
                            topic, partition, stands_at, end)}));
        }
    }
    return {};
}

}  // namespace aw::eventlog
