#include "eventlog/kafka/kafka_consumer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/check.hpp"
#include "eventlog/kafka/member.hpp"

namespace aw::eventlog {

LogResult<std::unique_ptr<KafkaConsumer>> KafkaConsumer::open(Cluster& cluster, PlainProducer& plain,
                                                              const LogSink& sink, const WorkerOptions& options) {
    const auto& settings = cluster.options();
    const std::string group = settings.group_id + options.group_suffix;
    const StableNames names = stable_names(settings, group, options.worker);

    std::unique_ptr<KafkaConsumer> consumer(new KafkaConsumer(cluster, plain, sink, options));
    Client::Callbacks callbacks;
    callbacks.rebalance = [self = consumer.get()](rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list) {
        self->on_rebalance(code, list);
    };
    auto client = Client::open(settings, ClientRole::worker, {group, names.instance_id, "", options.url}, sink,
                               std::move(callbacks));
    if (!client) return fail(client.error());
    consumer->client_ = std::move(*client);
    consumer->waker_.open(consumer->client_->handle());

    // The producer gets ready while the group is joined.
    auto transaction = Transaction::open(cluster, sink, names.transactional_id);
    if (!transaction) return fail(transaction.error());
    consumer->transaction_ = std::move(*transaction);

    PartitionList topics(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(topics.get(), consumer->topic_.c_str(), RD_KAFKA_PARTITION_UA);
    const auto code = rd_kafka_subscribe(consumer->client_->handle(), topics.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_log_error("cannot subscribe", code, ""));
    return consumer;
}

KafkaConsumer::KafkaConsumer(Cluster& cluster, PlainProducer& plain, LogSink sink, const WorkerOptions& options)
    : cluster_(cluster),
      plain_(plain),
      sink_(std::move(sink)),
      options_(options),
      topic_(cluster.name(options.topic)),
      plain_user_(plain.new_user()) {}

KafkaConsumer::~KafkaConsumer() { close(); }

void KafkaConsumer::close() {
    if (!client_ || closing_) return;
    closing_ = true;
    const SteadyTime end = transaction_ != nullptr ? transaction_->closes_at() : std::chrono::steady_clock::now();
    waker_.close();
    batch_.clear();
    if (transaction_ != nullptr)
        transaction_->close(end);  // aborts what is undecided while the broker still knows this member
    state_reader_.reset();
    client_->leave_group(end);
    plain_.flush(Duration{std::min(left_until(end), 1'000)});
    forget_all();
}

void KafkaConsumer::forget_all() {
    owned_.clear();
    to_restore_.clear();
    revoking_.clear();
    committed_.clear();
    next_.clear();
    reads_ = false;
    state_reader_.reset();
}

// Runs inside rd_kafka_consumer_poll() and leave_group().
void KafkaConsumer::on_rebalance(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list) {
    rd_kafka_t* const handle = client_->handle();
    std::vector<int> partitions;
    for (int i = 0; i < list->cnt; ++i) partitions.push_back(list->elems[i].partition);
    client_->say(LogLevel::info,
                 fmt::format("{}: {} partitions {}", topic_,
                             code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS ? "gets" : "gives back", partitions.size()));
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && !closing_) {
        forget_all();
        owned_.insert(partitions.begin(), partitions.end());
        to_restore_ = owned_;
        joined_ = true;
        if (owned_.empty()) rd_kafka_assign(handle, list);
    } else if (code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS && !closing_ && rd_kafka_assignment_lost(handle) == 0 &&
               !partitions.empty()) {
        revoking_ = std::move(partitions);
    } else {
        lost_.insert(lost_.end(), owned_.begin(), owned_.end());
        forget_all();
        rd_kafka_assign(handle, nullptr);
    }
    if (!closing_) rd_kafka_yield(handle);
}

LogResult<Batch> KafkaConsumer::poll(std::size_t max_records, Duration timeout) {
    AW_CHECK(!transaction_->undecided());
    batch_.clear();
    plain_.serve();
    transaction_->serve();
    if (auto prepared = transaction_->ready(Duration{0}); !prepared && !prepared.error().can_retry()) {
        return fail(prepared.error());
    }
    if (auto error = std::exchange(to_tell_, std::nullopt)) return fail(std::move(*error));
    if (!reads_ && settled() && !next_.empty()) {
        if (auto begun = assign_restored(); !begun) return fail(begun.error());
    }
    if (auto collected = collect(max_records, timeout); !collected) return fail(collected.error());
    if (auto extended = extended_topic()) return fail(std::move(*extended));
    // What was read and is not handed out comes again, here or to the next owner.
    if (!settled()) batch_.clear();
    Batch batch;
    batch.records = batch_.records();
    batch.revoking = revoking_;
    batch.lost = std::exchange(lost_, {});
    if (revoking_.empty()) batch.assigned.assign(to_restore_.begin(), to_restore_.end());
    batch.failed_appends = plain_.take_failures(plain_user_);
    batch.redelivered = std::exchange(redelivered_, 0);
    batch.joined = joined_;
    return batch;
}

// Found at the start by Transaction::prepare(); here it has been done under a running daemon.
std::optional<LogError> KafkaConsumer::extended_topic() const {
    const int wanted = cluster_.options().partitions;
    if (options_.topic != Topic::events || owned_.empty() || *owned_.rbegin() < wanted) return std::nullopt;
    return LogError{LogError::Kind::bad_configuration, "topic " + extended_text(topic_, wanted, *owned_.rbegin() + 1)};
}

LogResult<void> KafkaConsumer::collect(std::size_t max_records, Duration timeout) {
    const SteadyTime deadline = std::chrono::steady_clock::now() + timeout;
    while (batch_.size() < max_records) {
        const bool wait = batch_.size() == 0 && settled() && !woken_;
        const int wait_ms = wait ? left_until(deadline) : 0;
        KafkaMessage message(rd_kafka_consumer_poll(client_->handle(), wait_ms));
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

LogResult<void> KafkaConsumer::take(KafkaMessage message) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) return take_event(*message);
    const auto expected = next_.find(message->partition);
    // Unrestored or given back: it comes again.
    if (!settled() || expected == next_.end()) return {};
    if (message->offset < expected->second) {
        ++redelivered_;
        return {};
    }
    if (options_.topic == Topic::events) {
        rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
        rd_kafka_message_timestamp(message.get(), &type);
        if (type != RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME) {
            return log_failure(
                LogError::Kind::bad_configuration,
                fmt::format("topic {} must have message.timestamp.type=LogAppendTime: the producers' clocks "
                            "may not run the daemon's",
                            topic_));
        }
    }
    expected->second = message->offset + 1;
    batch_.add(std::move(message));
    return {};
}

LogResult<void> KafkaConsumer::take_event(const rd_kafka_message_t& message) {
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        // Past the markers of transactions, which occupy offsets.
        const auto expected = next_.find(message.partition);
        if (expected != next_.end() && settled()) expected->second = std::max(expected->second, message.offset);
        return {};
    }
    if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) return take_up(message.partition);
    if (auto fatal = client_->fatal_error()) return fail(std::move(*fatal));
    auto error = to_log_error(topic_, message.err, rd_kafka_message_errstr(&message));
    // Missing topics are found at start; here it is a broker that has just come up.
    if (error.kind == LogError::Kind::bad_configuration) error.kind = LogError::Kind::retriable;
    if (batch_.size() == 0) return fail(std::move(error));
    client_->say(LogLevel::warning, error.message);
    return {};
}

// The topic has no such position any more: retention has overtaken it, or the topic was made anew.
LogResult<void> KafkaConsumer::take_up(int partition) {
    const auto expected = next_.find(partition);
    if (!settled() || expected == next_.end() || to_tell_) return {};
    reads_ = false;  // the next poll() begins again, there or, if nobody answers now, to be told once more
    const auto start = start_position(partition, expected->second);
    if (start) {
        expected->second = *start;
    } else if (batch_.size() == 0) {
        return fail(start.error());
    } else {
        to_tell_ = start.error();  // what is in hand is handed out first
    }
    return {};
}

LogResult<std::int64_t> KafkaConsumer::restore(int partition, const RestoreSink& sink, const RestoreReads& reads) {
    AW_CHECK(to_restore_.contains(partition));
    if (given_up_) return restore_given_up();
    if (auto prepared = transaction_->ready(kAskTimeout); !prepared) return fail(prepared.error());
    if (given_up_) return restore_given_up();
    if (auto fetched = fetch_committed(); !fetched) return fail(fetched.error());
    if (given_up_) return restore_given_up();
    const auto position = start_position(partition, committed_.at(partition));
    if (!position) return position;
    if (options_.stateful) {
        if (!state_reader_) {
            auto reader = StateReader::open(cluster_, sink_);
            if (!reader) return fail(reader.error());
            state_reader_ = std::move(*reader);
        }
        if (auto done = state_reader_->read(partition, sink, reads, given_up_); !done) return fail(done.error());
    }
    next_[partition] = *position;
    to_restore_.erase(partition);
    if (to_restore_.empty()) state_reader_.reset();
    return position;
}

bool KafkaConsumer::has_committed(int partition) const {
    const auto found = committed_.find(partition);
    return found != committed_.end() && found->second >= 0;
}

LogResult<Resumed> KafkaConsumer::go_on_from(int partition, std::int64_t position) {
    AW_CHECK(next_.contains(partition));
    auto resumed = resume(partition, position);
    if (resumed) {
        next_[partition] = resumed->next;
    } else {
        next_.erase(partition);
        to_restore_.insert(partition);
    }
    return resumed;
}

LogResult<std::int64_t> KafkaConsumer::ask_again(int partition) {
    AW_CHECK(next_.contains(partition));
    next_.erase(partition);
    to_restore_.insert(partition);
    committed_.clear();
    if (auto fetched = fetch_committed(); !fetched) return fail(fetched.error());
    return start_position(partition, committed_.at(partition));
}

// The group is asked again before a difference is told: a process that stood still between its question and its reading
// of the state has seen others commit meanwhile.
LogResult<Resumed> KafkaConsumer::resume(int partition, std::int64_t position) {
    if (position != committed_.at(partition)) {
        committed_.clear();
        if (auto fetched = fetch_committed(); !fetched) return fail(fetched.error());
    }
    const std::int64_t committed = committed_.at(partition);
    const auto group = start_position(partition, committed);
    if (!group) return fail(group.error());
    if (position == committed) return Resumed{*group, *group};  // retention may have moved both on
    const auto next = start_position(partition, position);
    if (!next) return fail(next.error());
    return Resumed{*next, *group};
}

// Positions that an open transaction of a dead predecessor holds undecided are waited for (that is what read_committed
// does here): _TIMED_OUT, and the caller tries again, until that transaction has timed out.
LogResult<void> KafkaConsumer::fetch_committed() {
    if (!committed_.empty()) return {};
    PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(owned_.size())));
    for (const int partition : owned_) rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition);
    const auto code = rd_kafka_committed(client_->handle(), list.get(), static_cast<int>(kAskTimeout.count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_log_error("cannot fetch the committed positions", code, ""));
    for (int i = 0; i < list->cnt; ++i) {
        const auto& found = list->elems[i];
        if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            committed_.clear();
            return fail(to_log_error("cannot fetch the committed positions", found.err, ""));
        }
        committed_[found.partition] = found.offset;  // negative: none
    }
    return {};
}

// `wanted` is negative where nobody has read before.
LogResult<std::int64_t> KafkaConsumer::start_position(int partition, std::int64_t wanted) {
    const auto marks = cluster_.watermarks(options_.topic, partition, kAskTimeout);
    if (!marks) return fail(marks.error());
    if (wanted > marks->high) {
        return log_failure(LogError::Kind::bad_configuration,
                           fmt::format("the position {} lies beyond the end {} of {} [{}]: was the topic made anew? "
                                       "(use another group_id and topic_prefix)",
                                       wanted, marks->high, topic_, partition));
    }
    if (wanted >= 0 && wanted < marks->low) {
        client_->say(LogLevel::error,
                     fmt::format("{} records of {} [{}] were deleted by retention before they were read",
                                 marks->low - wanted, topic_, partition));
    }
    return std::max(wanted, marks->low);
}

LogResult<void> KafkaConsumer::assign_restored() {
    PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(owned_.size())));
    for (const int partition : owned_) {
        rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition)->offset = next_.at(partition);
    }
    const auto code = rd_kafka_assign(client_->handle(), list.get());
    reads_ = code == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (reads_) return {};
    to_restore_ = owned_;
    next_.clear();
    return fail(to_log_error("cannot start to read", code, ""));
}

LogResult<CommitOutcome> KafkaConsumer::commit(const Commit& commit) {
    if (commit.empty()) return CommitOutcome{};
    // Given to others before poll() could say so, as it failed: nothing of theirs may be committed here.
    if (!lost_.empty()) return CommitOutcome{false, fmt::format("{}: the group has given the partitions away", topic_)};
    for (const auto& [partition, position] : commit.positions) AW_CHECK(next_.contains(partition));
    for (const auto& change : commit.state) AW_CHECK(options_.stateful && next_.contains(change.partition));
    std::vector<SourcePosition> positions;
    for (const auto& [partition, position] : commit.positions) positions.push_back({topic_, partition, position});
    auto outcome = transaction_->commit({commit.outputs, commit.state, positions}, client_->handle());
    if (outcome && !outcome->committed) {
        // Back to the last commit: everything is asked for and restored again.
        committed_.clear();
        next_.clear();
        to_restore_ = owned_;
        reads_ = false;
    }
    return outcome;
}

void KafkaConsumer::release() {
    AW_CHECK(!transaction_->undecided());
    if (revoking_.empty()) return;
    forget_all();
    rd_kafka_assign(client_->handle(), nullptr);
}

LogResult<void> KafkaConsumer::append(const OutRecord& record) { return plain_.append(plain_user_, record); }

void KafkaConsumer::wake() {
    woken_ = true;
    waker_.wake();
}

std::vector<PartitionStatus> KafkaConsumer::status() {
    std::vector<PartitionStatus> list;
    for (const auto& [partition, position] : next_) {
        std::int64_t low = 0;
        std::int64_t high = -1;
        rd_kafka_get_watermark_offsets(client_->handle(), topic_.c_str(), partition, &low, &high);
        list.push_back({partition, position, std::max(high, position)});
    }
    return list;
}

}  // namespace aw::eventlog
