// NotifyRole: what the notifier is made of, and what becomes of what it decides.
#include <boost/asio/io_context.hpp>

#include "app/notify_role.hpp"
#include "app/open_log.hpp"
#include "codec/cloud_events.hpp"
#include "codec/output_encoder.hpp"
#include "notify/webhook.hpp"

namespace aw::app {
namespace {

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

// With the trace of its notice, as long as that is in hand.
eventlog::OutRecord NotifyRole::record_of(const notify::Receipt& receipt) const {
    eventlog::OutRecord record{eventlog::Topic::receipts,
                               receipt.recipient_staff_id.empty() ? "operations" : receipt.recipient_staff_id.value,
                               encode(receipt, Format::protobuf)};
    record.about = cloud_event(receipt, Format::protobuf);
    if (const auto trace = traces_.find(receipt.notice_id); trace != traces_.end()) record.headers = trace->second;
    return record;
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

}  // namespace aw::app
