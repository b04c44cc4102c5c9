#include "app/notify_role.hpp"

#include <algorithm>
#include <future>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "codec/output_decoder.hpp"
#include "codec/output_encoder.hpp"
#include "notify/webhook.hpp"

namespace aw::app {
namespace {

constexpr std::size_t kBatch = 200;
constexpr Duration kWait = std::chrono::seconds{5};
constexpr Duration kRetry = std::chrono::seconds{1};

telemetry::NoticeAttempted attempted(const notify::Receipt& receipt) {
    const char* outcome = receipt.outcome == ReceiptOutcome::SENT     ? "sent"
                          : receipt.outcome == ReceiptOutcome::FAILED ? "failed"
                                                                      : "gave_up";
    return {.notice_id = receipt.notice_id,
            .channel = receipt.channel,
            .outcome = outcome,
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
    telemetry::Telemetry& telemetry = context_.telemetry;
    std::vector<std::unique_ptr<notify::Channel>> channels;
    notify::NotifierOptions options;
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
    std::vector<notify::TemplateMistake> mistakes;
    notify::TemplateContext words;
    words.utc_offset_s = [this](Timestamp at) { return context_.rules->calendar.zone().offset_s(at); };
    words.account_name = [this](AccountRoot root) { return context_.board.account_name(root); };
    words.advertised_url = context_.advertised_url;
    notify::Templates templates;
    if (!context_.settings.notify.templates.empty()) {
        templates = notify::Templates::load(context_.settings.notify.templates, std::move(words), mistakes);
    }
    for (const auto& mistake : mistakes)
        telemetry.log().write(telemetry::Level::error, "template_mistake", to_text(mistake));
    notify::NotifierSinks sinks;
    sinks.receipt = [this](const notify::Receipt& receipt) {
        context_.telemetry.report(attempted(receipt));
        const std::lock_guard lock(mutex_);
        receipts_.push_back({eventlog::Topic::receipts,
                             receipt.recipient_staff_id.empty() ? "operations" : receipt.recipient_staff_id.value,
                             encode(receipt, Format::protobuf)});
        changed_ = true;
    };
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
    auto directory = [this](const StaffId& id) {
        const Staff* person = context_.rules->organisation.find_staff(id.value);
        return person == nullptr ? notify::Person{} : notify::Person{person->channels, person->language};
    };
    notifier_ = std::make_unique<notify::Notifier>(options, context_.clock, *scheduler_, std::move(templates),
                                                   std::move(channels), std::move(directory), std::move(sinks));
    return {};
}

void NotifyRole::start() {
    thread_ = std::thread([this] { run(); });
}

void NotifyRole::stop() {
    stopping_ = true;
    {
        const std::lock_guard lock(mutex_);
        if (consumer_ != nullptr) consumer_->wake();
    }
    settled_.notify_all();
    if (thread_.joinable()) thread_.join();
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
        context_.telemetry.report(telemetry::LogUnreachable{.detail = "reading notices: " + opened.error().message});
        if (!opened.error().can_retry()) return false;
        pause();
    }
    return false;
}

// Everything delivered before this start.
std::vector<notify::Receipt> NotifyRole::read_ledger() {
    std::vector<notify::Receipt> ledger;
    auto reader = context_.log.open_reader(eventlog::Topic::receipts);
    while (reader && !stopping_) {
        const auto records = (*reader)->poll(10'000, Duration{200});
        if (!records) {
            pause();
            continue;
        }
        for (const eventlog::Record& record : *records) {
            if (auto receipt = decode_receipt(record.value)) ledger.push_back(*std::move(receipt));
        }
        if ((*reader)->caught_up()) break;
    }
    return ledger;
}

void NotifyRole::run() {
    if (!open()) return;
    auto ledger = read_ledger();
    // The notifier lives on the control thread.
    boost::asio::post(context_.io, [this, alive = alive_, ledger = std::move(ledger)] {
        if (*alive) notifier_->already_sent(ledger);
    });
    while (!stopping_) {
        {
            std::unique_lock lock(mutex_);
            settled_.wait_for(lock, kWait, [&] { return stopping_ || unsettled_ < kMostWaiting; });
        }
        const auto batch = consumer_->poll(kBatch, kWait);
        if (!batch) {
            context_.telemetry.report(telemetry::LogUnreachable{.detail = "reading notices: " + batch.error().message});
            if (!batch.error().can_retry()) break;
            pause();
            continue;
        }
        const auto forget = [&](const std::vector<int>& partitions) {
            const std::lock_guard lock(mutex_);
            for (const int partition : partitions) {
                for (const Waiting& w : waiting_[partition]) unsettled_ -= w.settled ? 0 : 1;
                waiting_.erase(partition);
            }
        };
        forget(batch->lost);
        for (const int partition : batch->assigned) {
            forget({partition});
            (void)consumer_->restore(partition,
                                     [](std::string_view, std::string_view) {});  // reported again if it fails
        }
        if (!batch->revoking.empty()) {
            if (!commit()) break;
            forget(batch->revoking);
            consumer_->release();
        }
        for (const eventlog::Record& record : batch->records) take(record);
        if (!commit()) break;
    }
    if (consumer_ != nullptr) {
        (void)commit();
        consumer_->close();
    }
}

void NotifyRole::take(const eventlog::Record& record) {
    auto notice = decode_notice(record.value);
    const int partition = record.partition;
    const std::int64_t offset = record.offset;
    {
        const std::lock_guard lock(mutex_);
        waiting_[partition].push_back({offset, !notice});
        changed_ = true;
        if (!notice) {
            context_.telemetry.log().write(telemetry::Level::error, "notice_unreadable", notice.error().message);
            return;
        }
        ++unsettled_;
    }
    boost::asio::post(context_.io, [this, alive = alive_, partition, offset, notice = *std::move(notice)]() mutable {
        if (!*alive) return;
        notifier_->deliver(std::move(notice), [this, alive, partition, offset] {
            if (*alive) settle(partition, offset);
        });
    });
}

void NotifyRole::settle(int partition, std::int64_t offset) {
    const std::lock_guard lock(mutex_);
    for (Waiting& waiting : waiting_[partition]) {
        if (waiting.offset != offset || waiting.settled) continue;
        waiting.settled = true;
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
        commit.outputs = std::exchange(receipts_, {});
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
        return false;
    }
    if (!outcome->committed) {
        // Positions and receipts were dropped together; the notices come again. What the notifier has in memory of
        // them keeps people from being told twice.
        context_.telemetry.report(telemetry::CommitFailed{.worker = "notify", .detail = outcome->reason});
        const std::lock_guard lock(mutex_);
        for (auto& [partition, waiting] : waiting_) {
            for (const Waiting& w : waiting) unsettled_ -= w.settled ? 0 : 1;
        }
        waiting_.clear();
    }
    return true;
}

}  // namespace aw::app
