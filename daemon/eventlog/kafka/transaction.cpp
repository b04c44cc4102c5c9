#include "eventlog/kafka/transaction.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/check.hpp"

namespace aw::eventlog {
namespace {

// One call waits no longer than this for the brokers; then the caller is in control again (its watchdog, its
// readiness).
constexpr int kCallMs = 2'000;
constexpr int kLeastMs = 100;  // a step that may not wait at all gets nowhere
// A topic just created may be unknown to a broker for a moment.
constexpr std::chrono::seconds kTopicPatience{5};
// Longer than a transaction lasts by default: the broker has ended it.
constexpr std::chrono::seconds kLost{20};

}  // namespace

LogResult<std::unique_ptr<Transaction>> Transaction::open(Cluster& cluster, const LogSink& sink,
                                                          const std::string& transactional_id) {
    std::unique_ptr<Transaction> transaction(new Transaction(cluster, sink, transactional_id));
    if (auto opened = transaction->open_client(); !opened) return fail(opened.error());
    return transaction;
}

LogResult<void> Transaction::open_client() {
    Client::Callbacks callbacks;
    callbacks.delivery = [this](const rd_kafka_message_t* message) {
        // What an abort throws away is no reason for it.
        const bool purged =
            message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
        if (purged || !delivery_error_.empty()) return;
        delivery_error_ = fmt::format("{}: {}", rd_kafka_topic_name(message->rkt), rd_kafka_err2str(message->err));
    };
    auto client = Client::open(cluster_.options(), ClientRole::transactional, {"", "", transactional_id_}, sink_,
                               std::move(callbacks));
    if (!client) return fail(client.error());
    for (KafkaTopic& topic : topics_) topic.reset();  // of the client before
    client_ = std::move(*client);
    preparation_.reset();
    std::promise<LogResult<void>> promise;
    prepared_ = promise.get_future();
    preparing_ =
        std::jthread([this, promise = std::move(promise)]() mutable { promise.set_value(prepare()); });
    return {};
}

void Transaction::close(SteadyTime until) {
    if (stopping_.exchange(true)) return;
    if (preparing_.joinable()) preparing_.join();
    if (phase_ == Phase::idle || !client_ || client_->fatal_error()) return;
    const SteadyTime now = std::chrono::steady_clock::now();
    if (now < until) end_undecided(now + (until - now) / 2);  // the rest is for leaving the group
}

// librdkafka refuses an abort while a call of its own is under way: positions are waited for, and a commit that has
// been asked for is asked for again, which is how it says what became of it.
void Transaction::end_undecided(SteadyTime until) {
    if (positions_sent_.valid()) (void)positions_sent_.wait_until(until);
    if (stuck()) return;  // the client ends when the call does
    const int wait_ms = std::clamp(left_until(until), kLeastMs, kCallMs);
    const KafkaError ignored(phase_ == Phase::committing ? rd_kafka_commit_transaction(client_->handle(), wait_ms)
                                                         : rd_kafka_abort_transaction(client_->handle(), wait_ms));
}

bool Transaction::goes_on() const {
    return !stopping_ && std::chrono::steady_clock::now() < finish_by_.load() - kFarewell;
}

LogResult<void> Transaction::ready(Duration timeout) {
    if (!preparation_) {
        if (prepared_.wait_for(timeout) != std::future_status::ready) {
            const auto reported = client_->take_error();
            return fail(reported.value_or(LogError{LogError::Kind::retriable, "the producer is not ready yet"}));
        }
        preparation_ = prepared_.get();
    }
    return *preparation_;
}

LogResult<void> Transaction::prepare() {
    if (auto done = fetch_metadata(); !done) return done;
    return initialise();
}

// First with the client that creates no topics, then with the producer.
LogResult<void> Transaction::fetch_metadata() {
    const auto patience_ends = std::chrono::steady_clock::now() + kTopicPatience;
    while (goes_on()) {
        const auto known = cluster_.check_topics(Duration{kCallMs});
        if (known) break;
        const bool may_pass = known.error().can_retry() || (known.error().kind == LogError::Kind::bad_configuration &&
                                                            std::chrono::steady_clock::now() < patience_ends);
        if (!may_pass) return fail(known.error());
        client_->serve(known.error().kind == LogError::Kind::bad_configuration ? 200 : 0);
    }
    for (const Topic topic : all_topics()) {
        topics_[index(topic)].reset(rd_kafka_topic_new(client_->handle(), cluster_.name(topic).c_str(), nullptr));
    }
    while (goes_on()) {
        const rd_kafka_metadata_t* raw = nullptr;
        const auto code = rd_kafka_metadata(client_->handle(), 0, nullptr, &raw, kCallMs);
        const ClusterMetadata metadata(raw);
        client_->serve();
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) break;
    }
    return {};
}

LogResult<void> Transaction::initialise() {
    while (goes_on()) {
        const KafkaError error(rd_kafka_init_transactions(client_->handle(), kCallMs));
        client_->serve();
        if (!error) return {};
        if (rd_kafka_error_is_retriable(error.get()) != 0) continue;
        auto failure = to_log_error("cannot begin with transactions", rd_kafka_error_code(error.get()),
                                    rd_kafka_error_string(error.get()));
        if (failure.can_retry()) failure.kind = LogError::Kind::fatal;
        return fail(std::move(failure));
    }
    return log_failure(LogError::Kind::retriable, "stopped");
}

SteadyTime Transaction::commit_ends() const {
    return std::min(commit_began_ + kCommits, finish_by_.load() - kFarewell);
}

int Transaction::step_ms() const { return std::clamp(left_until(commit_ends()), kLeastMs, kCallMs); }

SteadyTime Transaction::closes_at() const {
    constexpr std::chrono::milliseconds kLeast{500};  // for a deadline that is over, of a broker that answers
    const SteadyTime now = std::chrono::steady_clock::now();
    return std::min(now + kCloses, std::max(now + kLeast, finish_by_.load()));
}

LogResult<CommitOutcome> Transaction::commit(const TransactionWork& work, rd_kafka_t* consumer) {
    commit_began_ = std::chrono::steady_clock::now();
    if (auto prepared = ready(Duration{step_ms()}); !prepared) return fail(prepared.error());
    auto outcome = advance(work, consumer);
    client_->serve();
    if (outcome || !outcome.error().can_retry()) return outcome;
    // Say that no broker answers rather than what follows from it.
    if (auto reported = client_->take_error()) return fail(std::move(*reported));
    return outcome;
}

LogResult<CommitOutcome> Transaction::advance(const TransactionWork& work, rd_kafka_t* consumer) {
    if (phase_ == Phase::idle) {
        if (auto begun = begin(work, consumer); !begun) return fail(begun.error());
    }
    if (phase_ == Phase::producing) {
        const auto step = produce_all(work);
        if (!step) return fail(step.error());
        phase_ = *step == Step::done ? Phase::sending_positions : Phase::aborting;
    }
    if (phase_ == Phase::sending_positions) {
        const auto step = send_positions(work);
        if (!step && is_lost()) return give_up_client();
        if (!step) return fail(step.error());
        phase_ = *step == Step::done ? Phase::committing : Phase::aborting;
    }
    if (phase_ == Phase::committing) {
        const auto step = judge("commit", KafkaError(rd_kafka_commit_transaction(client_->handle(), step_ms())));
        if (!step) return fail(step.error());
        phase_ = *step == Step::done ? Phase::idle : Phase::aborting;
    }
    if (phase_ == Phase::aborting) return abort();
    return CommitOutcome{};
}

LogResult<void> Transaction::begin(const TransactionWork& work, rd_kafka_t* consumer) {
    produced_ = 0;
    copies_ = 0;
    abort_reason_.clear();
    delivery_error_.clear();
    group_metadata_ = GroupMetadata(work.positions.empty() ? nullptr : rd_kafka_consumer_group_metadata(consumer));
    const auto step = judge("begin", KafkaError(rd_kafka_begin_transaction(client_->handle())));
    if (!step) return fail(step.error());
    phase_ = *step == Step::done ? Phase::producing : Phase::aborting;
    return {};
}

LogResult<Transaction::Step> Transaction::produce_all(const TransactionWork& work) {
    const std::size_t outputs = work.outputs.size();
    for (; produced_ < outputs; ++produced_, copies_ = 0) {
        const OutRecord& record = work.outputs[produced_];
        const bool everywhere = record.partition == kEveryPartition;
        const int copies = everywhere ? cluster_.options().partitions : 1;
        for (; copies_ < copies; ++copies_) {
            const int partition = everywhere ? copies_ : record.partition.value_or(RD_KAFKA_PARTITION_UA);
            const auto step = produce(record, partition);
            if (!step || *step == Step::aborts) return step;
        }
    }
    for (; produced_ < outputs + work.state.size(); ++produced_) {
        const auto step = produce(work.state[produced_ - outputs]);
        if (!step || *step == Step::aborts) return step;
    }
    return Step::done;
}

LogResult<Transaction::Step> Transaction::produce(const OutRecord& record, int partition) {
    AW_CHECK(record.topic != Topic::state);
    return send(record.topic,
                {topics_[index(record.topic)].get(), partition, record.key, record.tombstone ? nullptr : &record.value,
                 record.headers, record.about ? &*record.about : nullptr});
}

LogResult<Transaction::Step> Transaction::produce(const StateChange& change) {
    return send(Topic::state, {topics_[index(Topic::state)].get(), change.partition, change.key,
                               change.value ? &*change.value : nullptr});
}

LogResult<Transaction::Step> Transaction::send(Topic topic, const ProducedRecord& record) {
    while (true) {
        const auto error = produce_record(client_->handle(), record);
        if (!error) return Step::done;
        const auto code = rd_kafka_error_code(error.get());
        if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            client_->serve(50);  // returns as soon as there is room or something to report
            if (std::chrono::steady_clock::now() < commit_ends()) continue;
            return log_failure(LogError::Kind::retriable, "the producer's queue is full");
        }
        if (auto fatal = client_->fatal_error()) return fail(std::move(*fatal));
        const std::string what = fmt::format("record of {} bytes for {}",
                                             record.value != nullptr ? record.value->size() : 0, cluster_.name(topic));
        if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
            // It would be so again after every abort.
            return log_failure(LogError::Kind::fatal, fmt::format("{} is larger than message.max.bytes", what));
        }
        abort_reason_ = fmt::format("{}: {}", what, rd_kafka_error_string(error.get()));
        return Step::aborts;
    }
}

// On a thread of its own: while the group's coordinator is away the call comes back when a broker does, whatever its
// timeout says (librdkafka issue 5456). Until then the commit is undecided, and the same call is waited for again.
LogResult<Transaction::Step> Transaction::send_positions(const TransactionWork& work) {
    if (work.positions.empty()) return Step::done;
    if (!positions_sent_.valid()) {
        PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(work.positions.size())));
        for (const SourcePosition& position : work.positions) {
            rd_kafka_topic_partition_list_add(list.get(), position.topic.c_str(), position.partition)->offset =
                position.offset;
        }
        positions_since_ = std::chrono::steady_clock::now();
        std::promise<KafkaError> promise;
        positions_sent_ = promise.get_future();
        std::thread([client = client_, group = group_metadata_, list = std::move(list),
                     promise = std::move(promise)]() mutable {
            promise.set_value(
                KafkaError(rd_kafka_send_offsets_to_transaction(client->handle(), list.get(), group.get(), kCallMs)));
        }).detach();
    }
    if (positions_sent_.wait_for(std::chrono::milliseconds{step_ms()}) != std::future_status::ready) {
        return log_failure(LogError::Kind::unreachable, "send positions: the group's coordinator does not answer");
    }
    return judge("send positions", positions_sent_.get());
}

bool Transaction::stuck() const {
    return positions_sent_.valid() && positions_sent_.wait_for(std::chrono::seconds{0}) != std::future_status::ready;
}

bool Transaction::is_lost() {
    return stuck() && !finishing() && std::chrono::steady_clock::now() - positions_since_ > kLost &&
           cluster_.partitions(Duration{kCallMs}).has_value();
}

// librdkafka 2.0.2 does not always find the group's coordinator again after it was away, and sits in the call for ever.
// A new producer with the same id fences the one that is given up: whatever still comes of it is refused.
LogResult<CommitOutcome> Transaction::give_up_client() {
    positions_sent_ = {};  // the call keeps its client until it returns
    if (auto opened = open_client(); !opened) return fail(opened.error());
    phase_ = Phase::idle;
    return CommitOutcome{false, fmt::format("send positions: no answer for {} s although brokers answer; a new "
                                            "producer goes on",
                                            kLost.count())};
}

// If a topic is refused among the first partitions of a transaction, the broker has begun none: all are asked for at
// once. It says so when the abort comes, and to librdkafka that is the end of the producer (the Java client sends no
// such abort since KAFKA-5260). Nothing is to be taken back; a new producer with the same id goes on.
LogResult<CommitOutcome> Transaction::abort() {
    KafkaError error(rd_kafka_abort_transaction(client_->handle(), step_ms()));
    if (error && rd_kafka_error_code(error.get()) == RD_KAFKA_RESP_ERR_INVALID_TXN_STATE) {
        if (auto opened = open_client(); !opened) return fail(opened.error());
    } else {
        const auto step = judge("abort", std::move(error));
        if (!step) return fail(step.error());
        if (*step == Step::aborts) return log_failure(LogError::Kind::fatal, abort_reason_);
    }
    phase_ = Phase::idle;
    client_->serve();
    if (!delivery_error_.empty()) abort_reason_ += fmt::format(" ({})", delivery_error_);
    return CommitOutcome{false, abort_reason_};
}

LogResult<Transaction::Step> Transaction::judge(const char* what, KafkaError error) {
    if (!error) return Step::done;
    auto failure = to_log_error(what, rd_kafka_error_code(error.get()), rd_kafka_error_string(error.get()));
    if (rd_kafka_error_is_retriable(error.get()) != 0) {
        if (!failure.can_retry()) failure.kind = LogError::Kind::retriable;
        return fail(std::move(failure));
    }
    if (rd_kafka_error_txn_requires_abort(error.get()) != 0) {
        abort_reason_ = std::move(failure.message);
        return Step::aborts;
    }
    // Fatal, or none of the three.
    if (failure.kind != LogError::Kind::fenced) failure.kind = LogError::Kind::fatal;
    return fail(std::move(failure));
}

}  // namespace aw::eventlog
