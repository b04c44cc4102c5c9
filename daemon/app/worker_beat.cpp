// Worker: what the owner of a partition writes into the log by itself: ticks and activations.
#include <mutex>
#include <utility>

#include "app/exit_codes.hpp"
#include "app/worker.hpp"
#include "codec/event_encoder.hpp"
#include "settings/activation.hpp"

namespace aw::app {
namespace {

constexpr Duration kPulse = std::chrono::seconds{30};  // while deadlines are pending, a tick at least this often

}  // namespace

void Worker::beat() {
    std::optional<Target> fresh;
    {
        const std::lock_guard lock(mailbox_mutex_);
        fresh.swap(new_target_);
    }
    if (fresh) {
        context_.target = *std::move(fresh);
        for (auto& [number, pulse] : pulses_) pulse.activation_in_flight = pulse.waits_for_leave = false;
    }
    const Timestamp now = context_.clock.now();
    for (auto& [number, partition] : partitions_) beat(*partition, pulses_.at(number), now);
}

// A tick when a deadline is due, and every half minute while any is pending: it proves that somebody was awake.
void Worker::beat(Partition& partition, Pulse& pulse, Timestamp now) {
    offer_activation(partition, pulse, now);
    const auto due = partition.shard().next_deadline();
    if (pulse.tick_in_flight || !due) return;
    const bool is_due = *due <= now + pulse.log_ahead;
    const Pace::Instant instant = context_.pace.now();
    const bool may = !pulse.retry_at || *pulse.retry_at <= instant;
    const bool silent = !pulse.beat_at || instant - *pulse.beat_at >= kPulse;
    if (silent || (is_due && may)) send_tick(partition.number(), pulse, now);
}

void Worker::send_tick(int number, Pulse& pulse, Timestamp now) {
    Event tick;
    tick.event_id = "tick";
    tick.occurred_at = now;
    tick.source = "accountwatch";
    tick.payload = TickEvent{};
    const auto appended =
        consumer_->append({eventlog::Topic::events, {}, encode_event(tick, Format::protobuf), number});
    if (!appended) {
        context_.telemetry.report(telemetry::LogUnreachable{.detail = "appending a tick: " + appended.error().message});
        pulse.retry_at = context_.pace.now() + std::chrono::seconds{1};
        return;
    }
    pulse.tick_in_flight = true;
    pulse.tick_sent = now;
    pulse.beat_at = context_.pace.now();
}

// Writes our configuration into the log if the state has another one, or none, or is not live yet.
void Worker::offer_activation(Partition& partition, Pulse& pulse, Timestamp now) {
    if (pulse.activation_in_flight) return;
    const Shard& shard = partition.shard();
    const Rules& in_force = shard.rules();
    const Target& target = context_.target;
    const Rules& ours = *target.rules;
    const bool none = shard.activation_document().empty();
    const std::optional<Timestamp> live_from = ours.live_from ? ours.live_from
                                               : none         ? std::nullopt
                                                              : in_force.live_from;
    if (!none && in_force.revision == ours.revision && in_force.live_from && live_from == in_force.live_from) return;
    if (!none && in_force.revision != ours.revision && !may_replace(shard)) {
        if (!std::exchange(pulse.waits_for_leave, true)) context_.sinks.configuration();
        return;
    }
    const auto document = settings::with_live_from(target.document, live_from.value_or(now));
    if (!document) {
        context_.sinks.failed(kExitConfiguration,
                              "the configuration cannot be written to the log: " + document.error().message);
        return;
    }
    Event event;
    const std::string id =
        "activation-" + ours.revision + "-" + std::to_string(now.ms) + "-p" + std::to_string(partition.number());
    event.event_id = id;
    event.occurred_at = now;
    event.source = "accountwatch";
    event.payload = ActivationEvent{ours.revision,         *document,    nullptr, target.refused_revision,
                                    target.actor_staff_id, target.forced};
    const auto appended =
        consumer_->append({eventlog::Topic::events, {}, encode_event(event, Format::protobuf), partition.number()});
    pulse.activation_in_flight = appended.has_value();
    if (!appended)
        context_.telemetry.report(
            telemetry::LogUnreachable{.detail = "appending an activation: " + appended.error().message});
}

bool Worker::may_replace(const Shard& shard) const {
    const Target& target = context_.target;
    if (!shard.rules().live_from) return true;  // loaded history: nobody has been told anything yet
    return target.approved && (target.forced || shard.refused_revision() != target.rules->revision);
}

}  // namespace aw::app
