#include "app/notify_role.hpp"

#include <algorithm>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "app/exit_codes.hpp"
#include "app/open_log.hpp"
#include "codec/output_decoder.hpp"

namespace aw::app {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kBatch = 200;
constexpr Duration kWait = std::chrono::seconds{5};
// The longest that it does not turn, so that the watchdog sees it.
constexpr Duration kTurn = std::chrono::seconds{2};
// A dropped commit is made up for by the next one, or when there has been nothing to commit for so long: its partitions
// may have gone to somebody else.
constexpr Duration kForgetDropped = std::chrono::seconds{30};
constexpr Duration kFigures = std::chrono::seconds{1};
constexpr const char* kJoining = "the group of the notices is being joined";

}  // namespace

NotifyRole::NotifyRole(Context context)
    : context_(std::move(context)),
      contact_(context_.log, context_.telemetry),
      not_ready_(kJoining),
      last_round_(steady_clock::now()) {}

NotifyRole::~NotifyRole() {
    stop();
    *alive_ = false;
}

Result<std::unique_ptr<NotifyRole>> NotifyRole::make(Context context) {
    std::unique_ptr<NotifyRole> role(new NotifyRole(std::move(context)));
    if (auto built = role->build(); !built) return fail(built.error());
    return role;
}

Result<void> NotifyRole::build() {
    scheduler_ = std::make_unique<notify::AsioScheduler>(context_.io);
    notify::NotifierOptions options;
    auto channels = make_channels(options);
    if (!channels) return fail(channels.error());
    auto directory = [this](const StaffId& id) {
        const Staff* person = context_.rules->organisation.find_staff(id.value);
        return person == nullptr ? notify::Person{} : notify::Person{person->channels, person->language};
    };
    notifier_ =
        std::make_unique<notify::Notifier>(options, context_.clock, *scheduler_, load_templates(), *std::move(channels),
                                           std::move(directory), make_sinks(), attention());
    return {};
}

void NotifyRole::set_rules(std::shared_ptr<const Rules> rules) {
    context_.rules = std::move(rules);
    notifier_->rules_changed();
}

bool NotifyRole::is_under_way(const notify::Term& term) const {
    const auto at = terms_.find(term.partition);
    return at != terms_.end() && at->second == term.number;
}

void NotifyRole::start() {
    thread_ = std::thread([this] { run(); });
}

void NotifyRole::ask_to_stop(steady_clock::time_point finish_by) {
    stopping_ = true;
    {
        const std::lock_guard lock(mutex_);
        finish_by_ = std::min(finish_by_, finish_by);
        if (consumer_ != nullptr) {
            consumer_->finish_by(finish_by_);
            consumer_->wake();
        }
    }
    settled_.notify_all();
}

void NotifyRole::stop() {
    ask_to_stop();
    if (thread_.joinable()) thread_.join();
}

// False if it must end; else after a pause.
bool NotifyRole::survives(const eventlog::LogError& error, const std::string& doing) {
    const std::string what = doing + ": " + error.message;
    if (error.kind == eventlog::LogError::Kind::fenced) context_.telemetry.report(telemetry::Fenced{.detail = what});
    if (!error.can_retry()) {
        if (!stopping_) context_.failed(exit_code_of(error.kind), what);
        return false;
    }
    contact_.lost(what);
    publish();
    pause(backoff_);
    return true;
}

// A stop ends it at once.
void NotifyRole::pause(Backoff& backoff) {
    const auto until = steady_clock::now() + backoff.next();
    std::unique_lock lock(mutex_);
    while (!stopping_ && steady_clock::now() < until) {
        last_round_ = steady_clock::now();
        settled_.wait_until(lock, std::min(until, steady_clock::now() + kTurn), [&] { return stopping_.load(); });
    }
    last_round_ = steady_clock::now();
}

std::string NotifyRole::not_ready() const {
    const std::lock_guard lock(mutex_);
    return not_ready_;
}

// Readiness always, figures once a second. What could not be committed is over with the next commit alone: reading goes
// well meanwhile.
void NotifyRole::publish() {
    publish_figures();
    const std::lock_guard lock(mutex_);
    if (unwritten_at_) {
        const auto now = steady_clock::now();
        const bool in_hand = restoring_ || !outputs_.empty() || unsettled_ > 0;  // a commit is still to come
        if (in_hand) unwritten_at_ = now;
        if (now - *unwritten_at_ >= kForgetDropped) unwritten_at_.reset();
    }
    not_ready_ = !contact_.there() ? "notices cannot be read: the log is not reachable"
                 : unwritten_at_   ? "what became of notices cannot be written to the log"
                 : !joined_        ? kJoining
                 : restoring_      ? "the receipts of notices are being read, or cannot be read"
                                   : "";
}

// What is still to be read, and what was read and is on its way.
void NotifyRole::publish_figures() {
    figures_due_ = steady_clock::now() - last_figures_ < kFigures;
    if (consumer_ == nullptr || figures_due_) return;
    last_figures_ = steady_clock::now();
    const auto list = consumer_->status();
    const std::lock_guard lock(mutex_);
    for (const eventlog::PartitionStatus& status : list) {
        if (!terms_.contains(status.partition)) continue;  // goes to somebody else, or has not begun
        const auto unread = std::max<std::int64_t>(0, status.high_watermark - status.position);
        const auto in_hand = std::ranges::count(waiting_[status.partition], false, &Waiting::settled);
        context_.telemetry.metrics()
            .notice_lag_records.with({std::to_string(status.partition)})
            .set(static_cast<double>(unread + in_hand));
    }
}

bool NotifyRole::open() {
    while (!stopping_) {
        auto opened =
            context_.log.open_worker({.topic = eventlog::Topic::notices, .group_suffix = "-notify", .stateful = false});
        if (opened) {
            const std::lock_guard lock(mutex_);
            consumer_ = *std::move(opened);
            if (stopping_) consumer_->finish_by(finish_by_);
            backoff_.reset();
            return true;
        }
        if (!survives(opened.error(), "joining the group of notices")) return false;
    }
    return false;
}

// Everything that became of notices so far.
std::vector<notify::Receipt> NotifyRole::read_ledger() {
    std::vector<notify::Receipt> ledger;
    std::unique_ptr<eventlog::TopicReader> reader;
    Backoff backoff;
    const auto unread = [&](const eventlog::LogError& error) {
        context_.telemetry.report(telemetry::LogUnreachable{.detail = "reading receipts: " + error.message});
        pause(backoff);
    };
    while (reader == nullptr && !stopping_) {
        auto opened = context_.log.open_reader(eventlog::Topic::receipts);
        if (opened) {
            reader = *std::move(opened);
        } else {
            unread(opened.error());
        }
    }
    while (!stopping_) {
        last_round_ = steady_clock::now();
        const auto records = reader->poll(10'000, Duration{200});
        if (!records) {
            unread(records.error());
            continue;
        }
        backoff.reset();
        for (const eventlog::Record& record : *records) {
            if (auto receipt = decode_receipt(record.value)) ledger.push_back(*std::move(receipt));
        }
        if (reader->caught_up()) break;
    }
    return ledger;
}

// A partition that cannot be restored now is reported again.
std::optional<eventlog::LogError> NotifyRole::begin(const std::vector<int>& partitions) {
    restoring_ = !partitions.empty();
    if (!restoring_) return std::nullopt;
    publish();
    forget(partitions);
    std::vector<notify::Term> terms;
    std::optional<eventlog::LogError> failed;
    for (const int partition : partitions) {
        last_round_ = steady_clock::now();
        const auto position = consumer_->restore(partition, [](std::string_view, std::string_view) {});
        if (!position) {
            failed = position.error();
            break;  // the rest is assigned again, too
        }
        terms.push_back({partition, ++last_term_});
    }
    if (terms.empty()) return failed;
    auto ledger = read_ledger();
    if (stopping_) return std::nullopt;  // it may be cut short
    restoring_ = terms.size() < partitions.size();
    {
        const std::lock_guard lock(mutex_);
        for (const notify::Term& term : terms) terms_[term.partition] = term.number;
    }
    // The notifier lives on the control thread.
    boost::asio::post(context_.io, [this, alive = alive_, terms, ledger = std::move(ledger)] {
        if (*alive) notifier_->begin(terms, ledger);
    });
    return failed;
}

void NotifyRole::forget(const std::vector<int>& partitions) {
    std::vector<notify::Term> over;
    {
        const std::lock_guard lock(mutex_);
        for (const int partition : partitions) {
            for (const Waiting& w : waiting_[partition]) {
                unsettled_ -= w.settled ? 0 : 1;
                traces_.erase(w.notice_id);
            }
            waiting_.erase(partition);
            const auto term = terms_.extract(partition);
            if (term.empty()) continue;
            context_.telemetry.metrics().notice_lag_records.hide({std::to_string(partition)});
            over.push_back({partition, term.mapped()});
            std::erase_if(outputs_, [&](const Output& output) { return output.term == term.mapped(); });
        }
    }
    if (over.empty()) return;
    boost::asio::post(context_.io, [this, alive = alive_, over] {
        if (!*alive) return;
        for (const notify::Term& term : over) notifier_->end(term);
    });
}

void NotifyRole::run() {
    if (!open()) return;
    bool decided = true;  // else a commit is under way that nothing may follow
    while (decided && !stopping_ && round(decided)) {
    }
    if (consumer_ != nullptr) {
        if (decided) (void)commit();
        consumer_->close();
    }
}

// False if the role must end.
bool NotifyRole::round(bool& decided) {
    last_round_ = steady_clock::now();
    {
        std::unique_lock lock(mutex_);
        settled_.wait_for(lock, kWait, [&] { return stopping_ || unsettled_ < kMostWaiting; });
    }
    last_round_ = steady_clock::now();
    const auto batch = consumer_->poll(kBatch, figures_due_ ? kFigures : kWait);
    last_round_ = steady_clock::now();
    if (!batch) return survives(batch.error(), "reading notices");
    forget(batch->lost);
    // A new term takes a while; nothing of the batch may be used after it.
    for (const eventlog::Record& record : batch->records) take(record);
    const bool brought = !batch->records.empty();
    const std::vector<int> assigned = batch->assigned;
    const std::vector<int> revoking = batch->revoking;
    joined_ = joined_ || batch->joined;
    if (!revoking.empty()) {
        decided = commit();
        if (!decided) return false;
        forget(revoking);
        consumer_->release();
    }
    const auto failed = begin(assigned);
    decided = commit();
    if (decided && failed && !stopping_) return survives(*failed, "taking up notices");
    if (!stopping_ && contact_.polled(brought)) backoff_.reset();
    publish();
    return decided;
}

void NotifyRole::take(const eventlog::Record& record) {
    auto notice = decode_notice(record.value);
    notify::Term term{record.partition, 0};
    const std::int64_t offset = record.offset;
    eventlog::OutRecord traced;
    eventlog::pass_trace(traced, record.headers);
    {
        const std::lock_guard lock(mutex_);
        const auto at = terms_.find(record.partition);
        if (at == terms_.end()) return;  // stopping: not begun, so not to be committed
        term.number = at->second;
        waiting_[record.partition].push_back({offset, !notice, notice ? notice->notice_id : std::string()});
        changed_ = true;
        if (!notice) {
            context_.telemetry.log().write(telemetry::Level::error, "notice_unreadable", notice.error().message);
            return;
        }
        if (!traced.headers.empty()) traces_[notice->notice_id] = std::move(traced.headers);
        ++unsettled_;
    }
    boost::asio::post(context_.io, [this, alive = alive_, term, offset, notice = *std::move(notice)]() mutable {
        if (!*alive) return;
        notifier_->deliver(std::move(notice), term, [this, alive, term, offset] {
            if (*alive) settle(term, offset);
        });
    });
}

void NotifyRole::settle(const notify::Term& term, std::int64_t offset) {
    const std::lock_guard lock(mutex_);
    if (!is_under_way(term)) return;  // it comes again, or goes to somebody else
    for (Waiting& waiting : waiting_[term.partition]) {
        if (waiting.offset != offset || waiting.settled) continue;
        waiting.settled = true;
        traces_.erase(waiting.notice_id);
        --unsettled_;
    }
    changed_ = true;
    settled_.notify_one();
    if (consumer_ != nullptr) consumer_->wake();
}

bool NotifyRole::commit() {
    eventlog::Commit commit;
    {
        const std::lock_guard lock(mutex_);
        if (!changed_) return true;
        changed_ = false;
        sending_ = std::exchange(outputs_, {});
        for (const Output& output : sending_) commit.outputs.push_back(output.record);
        for (auto& [partition, waiting] : waiting_) {
            std::optional<std::int64_t> position;
            while (!waiting.empty() && waiting.front().settled) {
                position = waiting.front().offset + 1;
                waiting.pop_front();
            }
            if (position) commit.positions.emplace_back(partition, *position);
        }
    }
    if (commit.empty()) return true;
    auto outcome = consumer_->commit(commit);
    while (!outcome && outcome.error().can_retry() && !stopping_) {
        context_.telemetry.report(telemetry::CommitFailed{.worker = "notify", .detail = outcome.error().message});
        not_written();
        outcome = consumer_->commit(commit);
        last_round_ = steady_clock::now();
    }
    if (!outcome) {
        context_.telemetry.report(
            telemetry::CommitFailed{.worker = "notify", .detail = outcome.error().message, .will_retry = false});
        if (!outcome.error().can_retry()) (void)survives(outcome.error(), "committing receipts");
        return false;
    }
    if (!outcome->committed) {
        dropped(outcome->reason);
        return true;
    }
    backoff_.reset();
    unwritten_at_.reset();
    return true;
}

void NotifyRole::not_written() {
    unwritten_at_ = steady_clock::now();
    publish();
    pause(backoff_);
}

// Positions, receipts and decisions were dropped together; every term is over and the notices come again. What was done
// stays done: it is committed with the next one, and the notifier knows it until then.
void NotifyRole::dropped(const std::string& reason) {
    context_.telemetry.report(telemetry::CommitFailed{.worker = "notify", .detail = reason});
    std::vector<int> partitions;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [partition, term] : terms_) partitions.push_back(partition);
        std::erase_if(sending_, [](const Output& output) { return output.term != kFact; });
        outputs_.insert(outputs_.begin(), sending_.begin(), sending_.end());
        changed_ = true;
    }
    forget(partitions);
    not_written();
}

}  // namespace aw::app
