#include "app/worker.hpp"

#include <algorithm>

#include "app/dead_letter.hpp"
#include "app/exit_codes.hpp"
#include "base/check.hpp"

namespace aw::app {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kBatch = 10'000;
constexpr Duration kUrgentCommit{20};                      // one producer makes some 75 transactions a second at most
constexpr Duration kLongestGap = std::chrono::seconds{1};  // between commits; one may have waited for a broker
// An abort is over with the next commit, or when there has been nothing to commit for so long.
constexpr Duration kForgetAbort = std::chrono::seconds{30};
constexpr Duration kRound = std::chrono::seconds{2};  // longest wait, so that the watchdog sees the loop turn

}  // namespace

// Counts, and keeps what may be told only after the commit.
class Worker::Observer final : public PartitionObserver {
public:
    explicit Observer(telemetry::Telemetry& telemetry) : telemetry_(telemetry) {}

    void on_event(std::string_view kind, Applied outcome) override {
        telemetry::Counter*& counter = counters_[{kind, outcome}];
        if (counter == nullptr) {
            static constexpr std::string_view kOutcomes[] = {"applied", "duplicate", "late", "dead_letter"};
            counter = &telemetry_.metrics().events_total.with({kind, kOutcomes[static_cast<std::size_t>(outcome)]});
        }
        counter->add();
    }
    void on_dead_letter(const DeadLetter& letter) override { telemetry_.report(happening(letter)); }
    void on_effect(const Effect& effect) override {
        auto& metrics = telemetry_.metrics();
        if (const auto* signal = std::get_if<Signal>(&effect))
            metrics.signals_total.with({name(signal->kind), name(signal->severity)}).add();
        if (const auto* breach = std::get_if<Breach>(&effect))
            metrics.deadlines_breached_total.with({name(breach->milestone)}).add();
        if (const auto* gap = std::get_if<DataGap>(&effect)) {
            const bool closed = gap->closed_at.is_set();
            if (closed) telemetry_.report(telemetry::FeedBack{gap->feed, gap->region_code, gap->gap_id});
            if (!closed)
                telemetry_.report(telemetry::FeedSilent{gap->feed, gap->region_code, gap->gap_id, gap->accounts_held});
        }
        if (std::holds_alternative<Case>(effect) || std::holds_alternative<Task>(effect)) figures_changed = true;
    }
    void on_command(std::string_view event_id, const Decision& decision, const Case* view) override {
        commands.push_back(
            {std::string(event_id), decision, view == nullptr ? std::nullopt : std::optional<Case>(*view)});
    }

    std::vector<CommandResult> commands;
    bool figures_changed = true;

private:
    telemetry::Telemetry& telemetry_;
    std::map<std::pair<std::string_view, Applied>, telemetry::Counter*> counters_;  // kinds are constants of the model
};

Worker::Worker(WorkerContext context, int number)
    : context_(std::move(context)),
      number_(number),
      observer_(std::make_unique<Observer>(context_.telemetry)),
      contact_(context_.log, context_.telemetry, context_.pace),
      last_commit_(context_.pace.now()),
      last_figures_(context_.pace.now()),
      last_round_(context_.pace.now()) {}

Worker::~Worker() {
    stop();
    join();
}

void Worker::start(std::string url) {
    url_ = std::move(url);
    thread_ = std::thread([this] { run(); });
}

void Worker::stop(steady_clock::time_point finish_by) {
    stopping_ = true;
    const std::lock_guard lock(mailbox_mutex_);
    woken_.notify_all();
    finish_by_ = std::min(finish_by_, finish_by);
    if (consumer_ == nullptr) return;
    consumer_->finish_by(finish_by_);
    consumer_->wake();
}

void Worker::join() {
    if (thread_.joinable()) thread_.join();
}

void Worker::ask(Question question) {
    const std::lock_guard lock(mailbox_mutex_);
    mailbox_.push_back(std::move(question));
    woken_.notify_all();
    if (consumer_ != nullptr) consumer_->wake();
}

void Worker::activate(Target target) {
    const std::lock_guard lock(mailbox_mutex_);
    new_target_.emplace(std::move(target));
    if (consumer_ != nullptr) consumer_->wake();
}

Duration Worker::since(steady_clock::time_point then) const {
    return std::chrono::duration_cast<Duration>(context_.pace.now() - then);
}

void Worker::run() {
    while (!stopping_ && turn()) {
    }
    end();
}

bool Worker::turn() { return consumer_ == nullptr ? open() : round(); }

void Worker::end() {
    if (consumer_ != nullptr) {
        if (stopping_ && contact_.there() && !staged_.positions.empty()) (void)commit();
        consumer_->close();
    }
    ready_ = false;
    // Whoever still waits for an answer is told that there is none.
    answer_questions();
}

// Waits until the log answers; only a configuration that can never work ends it.
bool Worker::open() {
    while (!stopping_) {
        auto opened = context_.log.open_worker({.worker = number_, .url = url_});
        if (opened) {
            const std::lock_guard lock(mailbox_mutex_);
            consumer_ = *std::move(opened);
            if (stopping_) consumer_->finish_by(finish_by_);
            return true;
        }
        if (!survive(opened.error(), "joining the group")) return false;
    }
    return false;
}

void Worker::tell(const eventlog::LogError& error) {
    if (error.kind == eventlog::LogError::Kind::fenced)
        context_.telemetry.report(telemetry::Fenced{.detail = error.message});
    disk_is_full_ = error.kind == eventlog::LogError::Kind::storage_full;
    if (disk_is_full_)
        context_.telemetry.report(
            telemetry::StorageFull{.path = context_.settings.log.embedded_path, .detail = error.message});
}

bool Worker::survive(const eventlog::LogError& error, const char* doing) {
    tell(error);
    if (!error.can_retry()) {
        context_.sinks.failed(exit_code_of(error.kind), std::string(doing) + ": " + error.message);
        return false;
    }
    ready_ = false;
    contact_.lost(std::string(doing) + ": " + error.message);
    pause(backoff_.next());
    return true;
}

// A stop ends it at once, questions are answered meanwhile; the watchdog sees the loop turn as often as in round().
void Worker::pause(Duration at_most) {
    const auto until = context_.pace.now() + at_most;
    while (!stopping_ && context_.pace.now() < until) {
        last_round_ = context_.pace.now();
        {
            std::unique_lock lock(mailbox_mutex_);
            context_.pace.wait(lock, woken_, std::min(until, context_.pace.now() + kRound),
                               [this] { return stopping_.load() || !mailbox_.empty(); });
        }
        answer_questions();
    }
}

bool Worker::round() {
    last_round_ = context_.pace.now();
    const auto batch = consumer_->poll(kBatch, wait_time());
    if (!batch) return survive(batch.error(), "reading events");
    if (batch->redelivered > 0)
        context_.telemetry.metrics().records_redelivered_total.with({"log"}).add(batch->redelivered);
    if (!batch->lost.empty() || !batch->assigned.empty()) ready_ = false;
    if (!batch->lost.empty()) lose(batch->lost);
    for (const int partition : batch->assigned) {
        if (!stopping_) restore(partition);
    }
    if (!batch->revoking.empty()) {
        if (!commit()) return false;
        for (const int partition : batch->revoking) leave(partition, false);
        consumer_->release();
    }
    for (const eventlog::Record& record : batch->records) apply(record);
    if (batch->failed_appends > 0) {
        for (auto& [partition, pulse] : pulses_) pulse = {};  // send ticks and activations again
    }
    if (!stopping_ && batch->assigned.empty() && contact_.polled(!batch->records.empty())) backoff_.reset();
    joined_ = joined_ || batch->joined;
    if (staged_.positions.empty() && aborted_at_ && since(*aborted_at_) >= kForgetAbort) aborted_at_.reset();
    ready_ = joined_ && batch->assigned.empty() && contact_.there() && !aborted_at_ && all_live();
    beat();
    if (commit_is_due() && !commit()) return false;
    answer_questions();
    publish_figures();
    return true;
}

PartitionObserver& Worker::observer() { return *observer_; }

// What is read before the first activation counts as history and raises no alarm: whoever waits for readiness before
// sending must not lose one to that.
bool Worker::all_live() const {
    return std::all_of(partitions_.begin(), partitions_.end(), [](const auto& partition) {
        const Shard& shard = partition.second->shard();
        return !shard.activation_document().empty() && shard.rules().live_from.has_value();
    });
}

void Worker::drop(int number) {
    partitions_.erase(number);
    pulses_.erase(number);
    positions_.erase(number);
    context_.telemetry.metrics().forget_partition(std::to_string(number));
}

// Whoever owns them now decides again from the last commit: what was decided here must never stand beside it.
void Worker::lose(const std::vector<int>& partitions) {
    for (const int partition : partitions) leave(partition, true);
    AW_CHECK(partitions_.empty());  // the port takes all or none, for what is staged does not say whose it is
    staged_.clear();
    urgent_ = false;
    observer_->commands.clear();
}

void Worker::apply(const eventlog::Record& record) {
    const auto found = partitions_.find(record.partition);
    AW_CHECK(found != partitions_.end());  // the port delivers records of restored partitions only
    Partition& partition = *found->second;
    const Timestamp tick_before = partition.shard().last_tick();
    if (partition.apply(record, staged_.outputs)) urgent_ = true;
    positions_[record.partition] = record.offset + 1;
    Pulse& pulse = pulses_[record.partition];
    if (pulse.tick_in_flight && !record.declared_time && partition.shard().last_tick() != tick_before) {
        pulse.tick_in_flight = false;
        pulse.log_ahead = record.append_time - pulse.tick_sent;
        pulse.retry_at.reset();
    }
    staged_.positions.clear();
    staged_.positions.emplace_back();  // something is staged; commit() fills in what
}

bool Worker::commit_is_due() const {
    if (staged_.positions.empty()) return false;
    return since(last_commit_) >= commit_gap();
}

// At least as long as the last commit took: behind a backlog the commits, each with its changelog, would otherwise take
// all the time there is.
Duration Worker::commit_gap() const {
    const Duration least = urgent_ ? kUrgentCommit : context_.settings.watch.commit_interval;
    return std::max(least, std::min(last_commit_took_, kLongestGap));
}

bool Worker::commit() {
    if (staged_.positions.empty()) return true;
    staged_.positions.assign(positions_.begin(), positions_.end());
    for (auto& [number, partition] : partitions_) partition->stage_changes(staged_);
    const auto began = context_.pace.now();
    auto outcome = consumer_->commit(staged_);
    while (!outcome && outcome.error().can_retry()) {
        context_.telemetry.report(
            telemetry::CommitFailed{.worker = std::to_string(number_), .detail = outcome.error().message});
        if (stopping_) {  // nothing is lost: the next start reads these records again
            contact_.lost("committing: " + outcome.error().message);
            return false;
        }
        if (!survive(outcome.error(), "committing")) return false;
        outcome = consumer_->commit(staged_);
    }
    if (!outcome) return survive(outcome.error(), "committing");
    disk_is_full_ = false;
    context_.telemetry.metrics().commit_seconds.get().observe(
        std::chrono::duration<double>(context_.pace.now() - began).count());
    staged_.clear();
    urgent_ = false;
    last_commit_ = context_.pace.now();
    last_commit_took_ = std::chrono::duration_cast<Duration>(last_commit_ - began);
    auto commands = std::exchange(observer_->commands, {});
    if (!outcome->committed) {
        // The partitions come back through `assigned` and are restored from what was committed last.
        context_.telemetry.report(
            telemetry::CommitFailed{.worker = std::to_string(number_), .detail = outcome->reason});
        partitions_.clear();
        pulses_.clear();
        positions_.clear();
        ready_ = false;
        aborted_at_ = context_.pace.now();
        pause(backoff_.next());
        return true;
    }
    backoff_.reset();
    aborted_at_.reset();
    if (!commands.empty()) context_.sinks.commands(std::move(commands));
    tell_activations();
    return true;
}

// What was committed is what counts: a configuration is in force when its activation is.
void Worker::tell_activations() {
    bool any = false;
    for (auto& [number, partition] : partitions_) {
        const std::string& revision = partition->shard().rules().revision;
        Pulse& pulse = pulses_.at(number);
        if (pulse.revision == revision) continue;
        pulse.revision = revision;
        any = true;
    }
    if (any) context_.sinks.configuration();
}

Duration Worker::wait_time() const {
    Duration wait = kRound;
    if (!staged_.positions.empty()) {
        wait = std::min(wait, std::max(Duration{0}, commit_gap() - since(last_commit_)));
    }
    const Timestamp now = context_.clock.now();
    for (const auto& [number, partition] : partitions_) {
        const auto due = partition->shard().next_deadline();
        const Pulse& pulse = pulses_.at(number);
        if (!due || pulse.tick_in_flight) continue;
        Duration left = *due - pulse.log_ahead - now;
        if (pulse.retry_at) left = std::max(left, std::chrono::ceil<Duration>(*pulse.retry_at - context_.pace.now()));
        wait = std::min(wait, std::max(Duration{0}, left));
    }
    return wait;
}

void Worker::answer_questions() {
    std::vector<Question> questions;
    {
        const std::lock_guard lock(mailbox_mutex_);
        questions.swap(mailbox_);
    }
    for (const Question& question : questions) question(partitions_);
}

}  // namespace aw::app
