#include "app/notify_role.hpp"

#include <algorithm>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "app/exit_codes.hpp"
#include "app/open_log.hpp"
#include "codec/cloud_events.hpp"
#include "codec/output_decoder.hpp"
#include "codec/output_encoder.hpp"
#include "notify/webhook.hpp"

namespace aw::app {
namespace {

constexpr std::size_t kBatch = 200;
constexpr Duration kWait = std::chrono::seconds{5};
constexpr Duration kRetry = std::chrono::seconds{1};

const char* outcome_text(ReceiptOutcome outcome) {
    switch (outcome) {
        case ReceiptOutcome::SENT:
            return "sent";
        case ReceiptOutcome::FAILED:
            return "failed";
        case ReceiptOutcome::HELD:
            return "held";
        case ReceiptOutcome::DIGESTED:
            return "digested";
        default:
            return "gave_up";
    }
}

telemetry::NoticeAttempted attempted(const notify::Receipt& receipt) {
    return {.notice_id = receipt.notice_id,
            .channel = receipt.channel,
            .outcome = outcome_text(receipt.outcome),
            .attempt = receipt.attempt,
            .detail = receipt.detail};
}

}  // namespace

NotifyRole::NotifyRole(Context context) : context_(std::move(context)) {}

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

Result<std::vector<std::unique_ptr<notify::Channel>>> NotifyRole::make_channels(
    notify::NotifierOptions& options) const {
    telemetry::Telemetry& telemetry = context_.telemetry;
    std::vector<std::unique_ptr<notify::Channel>> channels;
    for (const settings::ChannelSettings& channel : context_.settings.notify.channels) {
        if (channel.kind == settings::ChannelKind::LOG) {
            channels.push_back(
                std::make_unique<notify::LogChannel>(channel.id, [&telemetry](const notify::Rendered& rendered) {
                    const Notice& n = rendered.notice;
                    const telemetry::Field fields[] = {{"recipient", n.recipient_staff_id.value},
                                                       {"reason", std::string(name(n.reason))},
                                                       {"case", n.case_id.value},
                                                       {"notice", n.notice_id}};
                    telemetry.log().write_always(telemetry::Level::info, "notice", n.subject, fields);
                }));
            continue;
        }
        auto webhook =
            notify::make_webhook(context_.io, {.id = channel.id, .url = channel.url, .time_limit = channel.timeout},
                                 [](const Notice& notice) { return encode(notice, Format::json); });
        if (!webhook) return fail_with("notify.channels " + channel.id + ": " + webhook.error().message);
        options.attempts = options.last_attempts = channel.retries + 1;
        options.first_pause = channel.backoff;
        channels.push_back(*std::move(webhook));
    }
    return channels;
}

notify::Templates NotifyRole::load_templates() const {
    const std::string& folder = context_.settings.notify.templates;
    if (folder.empty()) return {};
    notify::TemplateContext words;
    words.utc_offset_s = [this](Timestamp at) { return context_.rules->calendar.zone().offset_s(at); };
    words.account_name = [this](AccountRoot root) { return context_.board.account_name(root); };
    words.advertised_url = context_.advertised_url;
    std::vector<notify::TemplateMistake> mistakes;
    auto templates = notify::Templates::load(folder, std::move(words), mistakes);
    for (const auto& mistake : mistakes)
        context_.telemetry.log().write(telemetry::Level::error, "template_mistake", to_text(mistake));
    return templates;
}

notify::NotifierSinks NotifyRole::make_sinks() {
    telemetry::Telemetry& telemetry = context_.telemetry;
    notify::NotifierSinks sinks;
    sinks.receipt = [this](const notify::Receipt& receipt) {
        context_.telemetry.report(attempted(receipt));
        if (receipt.outcome == ReceiptOutcome::GAVE_UP)
            context_.telemetry.report(telemetry::NoticeFailed{
                .notice_id = receipt.notice_id, .channel = receipt.channel, .detail = receipt.detail});
        const std::lock_guard lock(mutex_);
        outputs_.push_back({record_of(receipt)});
        changed_ = true;
    };
    sinks.decided = [this](const notify::Term& term, const std::vector<notify::Receipt>& receipts,
                           const std::optional<Notice>& digest) { decided(term, receipts, digest); };
    const bool worded =
        !context_.settings.notify.templates.empty();  // without templates plain words are what was wanted
    sinks.template_broken = [&telemetry, worded](const Notice& notice, Language language) {
        if (!worded) return;
        telemetry.report(telemetry::TemplateBroken{.language = std::string(name(language)),
                                                   .reason = std::string(name(notice.reason))});
    };
    sinks.channel_down = [&telemetry](const std::string& channel, const std::string& detail) {
        telemetry.report(telemetry::ChannelDown{.channel = channel, .detail = detail});
    };
    sinks.channel_up = [&telemetry](const std::string& channel) {
        telemetry.report(telemetry::ChannelUp{.channel = channel});
    };
    sinks.undelivered = [&telemetry](const Notice& notice, const std::string&) {
        telemetry.report(telemetry::NoticeUndelivered{
            .notice_id = notice.notice_id, .recipient = notice.recipient_staff_id.value, .text = notice.subject});
    };
    return sinks;
}

notify::AttentionContext NotifyRole::attention() const {
    return {
        .rules =
            [this] {
                const NoiseRules& noise = context_.rules->policy.noise;
                return notify::AttentionRules{noise.attention_per_day, noise.digest_minute, context_.rules->language};
            },
        .day_of = [this](Timestamp at) { return context_.rules->calendar.day_of(at); },
        .at = [this](Day day, int minute) { return context_.rules->calendar.zone().at(day, minute); }};
}

void NotifyRole::set_rules(std::shared_ptr<const Rules> rules) {
    context_.rules = std::move(rules);
    notifier_->rules_changed();
}

// With the trace of its notice, as long as that is in hand.
eventlog::OutRecord NotifyRole::record_of(const notify::Receipt& receipt) const {
    eventlog::OutRecord record{eventlog::Topic::receipts,
                               receipt.recipient_staff_id.empty() ? "operations" : receipt.recipient_staff_id.value,
                               encode(receipt, Format::protobuf)};
    record.about = cloud_event(receipt, Format::protobuf);
    if (const auto trace = traces_.find(receipt.notice_id); trace != traces_.end()) record.headers = trace->second;
    return record;
}

bool NotifyRole::is_under_way(const notify::Term& term) const {
    const auto at = terms_.find(term.partition);
    return at != terms_.end() && at->second == term.number;
}

void NotifyRole::decided(const notify::Term& term, const std::vector<notify::Receipt>& receipts,
                         const std::optional<Notice>& digest) {
    {
        const std::lock_guard lock(mutex_);
        if (!is_under_way(term)) return;  // whoever has the partition next decides anew
        for (const auto& receipt : receipts) outputs_.push_back({record_of(receipt), term.number});
        if (digest) {
            const Format format = value_format(context_.settings.log);
            outputs_.push_back(
                {{eventlog::Topic::notices, digest->recipient_staff_id.value, encode(*digest, format)}, term.number});
            outputs_.back().record.about = cloud_event(*digest, format);
        }
        changed_ = true;
        if (consumer_ != nullptr) consumer_->wake();
    }
    for (const auto& receipt : receipts) context_.telemetry.report(attempted(receipt));
}

void NotifyRole::start() {
    thread_ = std::thread([this] { run(); });
}

void NotifyRole::ask_to_stop() {
    stopping_ = true;
    {
        const std::lock_guard lock(mutex_);
        if (consumer_ != nullptr) consumer_->wake();
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
    context_.telemetry.report(telemetry::LogUnreachable{.detail = what});
    pause();
    return true;
}

void NotifyRole::pause() {
    std::unique_lock lock(mutex_);
    settled_.wait_for(lock, kRetry, [&] { return stopping_.load(); });
}

bool NotifyRole::open() {
    while (!stopping_) {
        auto opened =
            context_.log.open_worker({.topic = eventlog::Topic::notices, .group_suffix = "-notify", .stateful = false});
        if (opened) {
            const std::lock_guard lock(mutex_);
            consumer_ = *std::move(opened);
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
    while (reader == nullptr && !stopping_) {
        auto opened = context_.log.open_reader(eventlog::Topic::receipts);
        if (opened) {
            reader = *std::move(opened);
        } else {
            context_.telemetry.report(
                telemetry::LogUnreachable{.detail = "reading receipts: " + opened.error().message});
            pause();
        }
    }
    while (!stopping_) {
        const auto records = reader->poll(10'000, Duration{200});
        if (!records) {
            pause();
            continue;
        }
        for (const eventlog::Record& record : *records) {
            if (auto receipt = decode_receipt(record.value)) ledger.push_back(*std::move(receipt));
        }
        if (reader->caught_up()) break;
    }
    return ledger;
}

// A partition that cannot be restored now is reported again.
void NotifyRole::begin(const std::vector<int>& partitions) {
    if (partitions.empty()) return;
    forget(partitions);
    std::vector<notify::Term> terms;
    for (const int partition : partitions) {
        if (consumer_->restore(partition, [](std::string_view, std::string_view) {})) {
            terms.push_back({partition, ++last_term_});
        }
    }
    if (terms.empty()) return;
    auto ledger = read_ledger();
    if (stopping_) return;  // it may be cut short
    {
        const std::lock_guard lock(mutex_);
        for (const notify::Term& term : terms) terms_[term.partition] = term.number;
    }
    // The notifier lives on the control thread.
    boost::asio::post(context_.io, [this, alive = alive_, terms, ledger = std::move(ledger)] {
        if (*alive) notifier_->begin(terms, ledger);
    });
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
    while (decided && !stopping_) {
        {
            std::unique_lock lock(mutex_);
            settled_.wait_for(lock, kWait, [&] { return stopping_ || unsettled_ < kMostWaiting; });
        }
        const auto batch = consumer_->poll(kBatch, kWait);
        if (!batch) {
            if (!survives(batch.error(), "reading notices")) break;
            continue;
        }
        forget(batch->lost);
        // A new term takes a while; nothing of the batch may be used after it.
        for (const eventlog::Record& record : batch->records) take(record);
        const std::vector<int> assigned = batch->assigned;
        const std::vector<int> revoking = batch->revoking;
        if (!revoking.empty()) {
            decided = commit();
            if (!decided) break;
            forget(revoking);
            consumer_->release();
        }
        begin(assigned);
        decided = commit();
    }
    if (consumer_ != nullptr) {
        if (decided) (void)commit();
        consumer_->close();
    }
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
        pause();
        outcome = consumer_->commit(commit);
    }
    if (!outcome) {
        context_.telemetry.report(
            telemetry::CommitFailed{.worker = "notify", .detail = outcome.error().message, .will_retry = false});
        if (!outcome.error().can_retry()) (void)survives(outcome.error(), "committing receipts");
        return false;
    }
    if (!outcome->committed) dropped(outcome->reason);
    return true;
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
    pause();
}

}  // namespace aw::app
