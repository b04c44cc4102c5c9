#include "eventlog/kafka/kafka_sources.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/check.hpp"
#include "eventlog/kafka/member.hpp"

namespace aw::eventlog {

LogResult<std::unique_ptr<KafkaSources>> KafkaSources::open(Cluster& cluster, const LogSink& sink,
                                                            const SourceOptions& options) {
    const auto& settings = cluster.options();
    const std::string group = settings.group_id + options.group_suffix;
    const StableNames names = stable_names(settings, group, 0);
    std::unique_ptr<KafkaSources> sources(new KafkaSources(cluster));
    Client::Callbacks callbacks;
    callbacks.rebalance = [self = sources.get()](rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list) {
        self->on_rebalance(code, list);
    };
    auto client =
        Client::open(settings, ClientRole::source, {group, names.instance_id, ""}, sink, std::move(callbacks));
    if (!client) return fail(client.error());
    sources->client_ = std::move(*client);
    sources->waker_.open(sources->client_->handle());
    auto transaction = Transaction::open(cluster, sink, names.transactional_id);
    if (!transaction) return fail(transaction.error());
    sources->transaction_ = std::move(*transaction);

    PartitionList topics(rd_kafka_topic_partition_list_new(static_cast<int>(options.topics.size())));
    for (const std::string& topic : options.topics) {
        rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    }
    const auto code = rd_kafka_subscribe(sources->client_->handle(), topics.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        auto error = to_log_error("cannot subscribe to the topics of the sources", code, "");
        if (code == RD_KAFKA_RESP_ERR__INVALID_ARG) error.kind = LogError::Kind::bad_configuration;
        return fail(std::move(error));
    }
    return sources;
}

KafkaSources::~KafkaSources() { close(); }

void KafkaSources::close() {
    if (!client_ || closing_) return;
    closing_ = true;
    const SteadyTime end = transaction_ != nullptr ? transaction_->closes_at() : std::chrono::steady_clock::now();
    waker_.close();
    batch_.clear();
    if (transaction_ != nullptr)
        transaction_->close(end);  // aborts what is undecided while the broker still knows this member
    client_->leave_group(end);
    places_.clear();
}

// Runs inside rd_kafka_consumer_poll() and leave_group().
void KafkaSources::on_rebalance(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list) {
    rd_kafka_t* const handle = client_->handle();
    const bool gets = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    client_->say(LogLevel::info, fmt::format("sources: {} partitions {}", gets ? "gets" : "gives back", list->cnt));
    if (gets && !closing_) {
        places_.clear();
        for (int i = 0; i < list->cnt; ++i) places_[{list->elems[i].topic, list->elems[i].partition}] = {};
        joined_ = true;
        to_start_ = rewound_ = true;
    } else if (code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS && !closing_ && rd_kafka_assignment_lost(handle) == 0 &&
               list->cnt > 0) {
        revoking_ = true;
    } else {
        places_.clear();
        to_start_ = revoking_ = false;
        rewound_ = true;
        rd_kafka_assign(handle, nullptr);
    }
    if (!closing_) rd_kafka_yield(handle);
}

LogResult<SourceBatch> KafkaSources::poll(std::size_t max_records, Duration timeout) {
    AW_CHECK(!transaction_->undecided());
    batch_.clear();
    transaction_->serve();
    if (auto prepared = transaction_->ready(Duration{0}); !prepared && !prepared.error().can_retry()) {
        return fail(prepared.error());
    }
    if (auto collected = collect(max_records, timeout); !collected) return fail(collected.error());
    // What was read and is not handed out comes again, here or to the next owner.
    if (!settled()) batch_.clear();
    if (to_start_ && !revoking_) {
        if (auto started = start(); !started) return fail(started.error());
    }
    SourceBatch batch;
    batch.records = batch_.records();
    batch.rewound = std::exchange(rewound_, false);
    batch.revoking = revoking_;
    batch.joined = joined_ && !to_start_;
    batch.redelivered = std::exchange(redelivered_, 0);
    return batch;
}

LogResult<void> KafkaSources::collect(std::size_t max_records, Duration timeout) {
    const SteadyTime deadline = std::chrono::steady_clock::now() + timeout;
    while (batch_.size() < max_records) {
        const bool wait = batch_.size() == 0 && settled() && !woken_;
        KafkaMessage message(rd_kafka_consumer_poll(client_->handle(), wait ? left_until(deadline) : 0));
        if (message) {
            if (auto taken = take(std::move(message)); !taken) return taken;
            continue;
        }
        if (batch_.size() > 0) return {};  // an error is told by the next poll, not lost
        if (auto error = client_->take_error()) return fail(std::move(*error));
        if (!settled() || woken_.exchange(false) || left_until(deadline) == 0) return {};
    }
    return {};
}

KafkaSources::Place* KafkaSources::place_of(const rd_kafka_message_t& message) {
    if (message.rkt == nullptr) return nullptr;
    const auto found = places_.find({rd_kafka_topic_name(message.rkt), message.partition});
    return found == places_.end() ? nullptr : &found->second;
}

LogResult<void> KafkaSources::take(KafkaMessage message) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) return take_event(*message);
    Place* const place = place_of(*message);
    // Not started, given back or held: it comes again.
    if (!settled() || place == nullptr || place->held) return {};
    if (message->offset < place->next) {
        ++redelivered_;
        return {};
    }
    place->next = message->offset + 1;
    batch_.add(std::move(message));
    return {};
}

LogResult<void> KafkaSources::take_event(const rd_kafka_message_t& message) {
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        // Past the markers of transactions, which occupy offsets.
        Place* const place = place_of(message);
        if (place != nullptr && settled() && !place->held) place->next = std::max(place->next, message.offset);
        return {};
    }
    if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
        // Made anew, or overtaken by retention: start() finds out which.
        client_->say(LogLevel::warning, fmt::format("{}: taken up anew", rd_kafka_message_errstr(&message)));
        if (settled()) to_start_ = rewound_ = true;
        return {};
    }
    if (auto fatal = client_->fatal_error()) return fail(std::move(*fatal));
    const std::string topic = message.rkt == nullptr ? "sources" : rd_kafka_topic_name(message.rkt);
    auto error = to_log_error(topic, message.err, rd_kafka_message_errstr(&message));
    const bool of_one_topic = message.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
                              message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
                              message.err == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION;
    if (of_one_topic || batch_.size() > 0) {
        client_->say(LogLevel::warning, error.message);
        return {};
    }
    if (error.kind == LogError::Kind::bad_configuration) error.kind = LogError::Kind::retriable;
    return fail(std::move(error));
}

// Asks where the group stands, and begins there. Positions that an open transaction of a dead predecessor holds
// undecided are waited for: _TIMED_OUT, and the caller polls again, until that transaction has timed out.
LogResult<void> KafkaSources::start() {
    if (auto prepared = transaction_->ready(kAskTimeout); !prepared) return fail(prepared.error());
    PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(places_.size())));
    for (const auto& [key, place] : places_) {
        rd_kafka_topic_partition_list_add(list.get(), key.first.c_str(), key.second);
    }
    const char* const doing = "cannot fetch the committed positions of the sources";
    if (!places_.empty()) {
        const auto code = rd_kafka_committed(client_->handle(), list.get(), static_cast<int>(kAskTimeout.count()));
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_log_error(doing, code, ""));
    }
    for (int i = 0; i < list->cnt; ++i) {
        const auto& found = list->elems[i];
        if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_log_error(doing, found.err, ""));
        if (transaction_->finishing()) return log_failure(LogError::Kind::retriable, "not taken up: it stops");
        const auto position = start_position(found.topic, found.partition, found.offset);
        if (!position) return fail(position.error());
        Place& place = places_[{found.topic, found.partition}];
        place.committed = place.next = *position;
    }
    if (auto assigned = assign(); !assigned) return assigned;
    to_start_ = false;
    return {};
}

LogResult<std::int64_t> KafkaSources::start_position(const std::string& topic, int partition, std::int64_t committed) {
    const auto marks = cluster_.watermarks(topic, partition, kAskTimeout);
    if (!marks) return fail(marks.error());
    if (committed > marks->high) {
        client_->say(LogLevel::error,
                     fmt::format("the position {} lies beyond the end {} of {} [{}]: the topic was made "
                                 "anew, it is read from its beginning",
                                 committed, marks->high, topic, partition));
        return marks->low;
    }
    if (committed >= 0 && committed < marks->low) {
        client_->say(LogLevel::error,
                     fmt::format("{} records of {} [{}] were deleted by retention before they were read",
                                 marks->low - committed, topic, partition));
    }
    return std::max(committed, marks->low);
}

LogResult<void> KafkaSources::assign() {
    PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(places_.size())));
    for (auto& [key, place] : places_) {
        const bool held = held_(key.first);
        if (held || place.held) place.next = place.committed;
        place.held = held;
        if (held) continue;
        rd_kafka_topic_partition_list_add(list.get(), key.first.c_str(), key.second)->offset = place.next;
    }
    const auto code = rd_kafka_assign(client_->handle(), list.get());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return fail(to_log_error("cannot take up the partitions of the sources", code, ""));
}

LogResult<void> KafkaSources::hold(std::function<bool(const std::string& topic)> held) {
    held_ = std::move(held);
    if (!settled()) return {};  // start() does it, or nothing is ours
    auto assigned = assign();
    if (!assigned) to_start_ = rewound_ = true;  // the next poll() tries again
    return assigned;
}

LogResult<CommitOutcome> KafkaSources::commit(const SourceCommit& commit) {
    // What was delivered is somebody else's now, or comes again.
    if (rewound_ || to_start_) return CommitOutcome{false, "the partitions were taken away"};
    auto outcome = transaction_->commit({commit.outputs, {}, commit.positions}, client_->handle());
    if (!outcome) return outcome;
    if (!outcome->committed) {
        to_start_ = rewound_ = true;
        return outcome;
    }
    for (const SourcePosition& position : commit.positions) {
        const auto found = places_.find({position.topic, position.partition});
        if (found != places_.end()) found->second.committed = position.offset;
    }
    return outcome;
}

void KafkaSources::release() {
    AW_CHECK(!transaction_->undecided());
    if (!revoking_) return;
    places_.clear();
    revoking_ = to_start_ = false;
    rd_kafka_assign(client_->handle(), nullptr);
}

std::vector<SourceStatus> KafkaSources::status() {
    std::vector<SourceStatus> list;
    if (to_start_) return list;
    for (const auto& [key, place] : places_) {
        std::int64_t low = 0;
        std::int64_t high = -1;
        rd_kafka_get_watermark_offsets(client_->handle(), key.first.c_str(), key.second, &low, &high);
        list.push_back({key.first, key.second, place.next, std::max(high, place.next)});
    }
    return list;
}

void KafkaSources::wake() {
    woken_ = true;
    waker_.wake();
}

}  // namespace aw::eventlog
