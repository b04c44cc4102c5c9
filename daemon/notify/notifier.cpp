#include "notify/notifier.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "notify/digest.hpp"

namespace aw::notify {
namespace {

constexpr std::size_t kDetailBytes = 500;
constexpr Duration kLongestWish = std::chrono::minutes(15);  // of a provider's Retry-After

}  // namespace

// A notice: one delivery, or one for each channel when it goes to all.
struct Notifier::Pending {
    Notice plain;
    Rendered rendered;
    Term term;
    bool over = false;     // the term has ended while an attempt was under way: none follows
    std::size_t open = 0;  // deliveries
    bool taken = false;    // by some channel
    std::string why_not = "no channel is configured for this person";  // the last failure
    std::vector<std::function<void()>> settled;
    std::vector<std::pair<Term, std::function<void()>>> again;  // delivered anew while the old attempt was under way
};

struct Notifier::Delivery {
    std::shared_ptr<Pending> of;
    std::uint64_t seq = 0;           // order of arrival
    std::vector<std::size_t> route;  // indexes of lanes
    std::size_t at = 0;              // where on the route
    std::int32_t attempt = 0;        // made on this channel
    Timestamp since;                 // on this channel

    // Nothing is lost when this channel is given up early.
    [[nodiscard]] bool dispensable() const { return at + 1 < route.size() || of->taken; }
};

struct Notifier::Lane {
    std::unique_ptr<Channel> channel;
    std::map<std::uint64_t, DeliveryPtr> waiting;  // by order of arrival
    std::map<std::uint64_t, DeliveryPtr> resting;
    std::size_t in_flight = 0;
    std::int32_t failures_in_a_row = 0;
    bool down = false;
    bool pumping = false;
};

Notifier::Notifier(NotifierOptions options, const Clock& clock, Scheduler& scheduler, Templates templates,
                   std::vector<std::unique_ptr<Channel>> channels, Directory directory, NotifierSinks sinks,
                   AttentionContext attention)
    : options_(options),
      clock_(clock),
      scheduler_(scheduler),
      templates_(std::move(templates)),
      directory_(std::move(directory)),
      sinks_(std::move(sinks)),
      attention_(std::move(attention)) {
    AW_CHECK(sinks_.receipt && directory_);
    AW_CHECK(!attention_.is_on() || sinks_.decided);
    AW_CHECK(options_.attempts > 0 && options_.last_attempts > 0 && options_.in_flight > 0);
    for (auto& channel : channels) {
        for (const auto& lane : lanes_) AW_CHECK(lane->channel->id() != channel->id());
        lanes_.push_back(std::make_unique<Lane>());
        lanes_.back()->channel = std::move(channel);
    }
}

Notifier::~Notifier() = default;

void Notifier::begin(const std::vector<Term>& terms, const std::vector<Receipt>& ledger) {
    for (const Receipt& receipt : ledger) {
        if (receipt.outcome == ReceiptOutcome::SENT) sent_[receipt.notice_id].insert(receipt.channel);
    }
    attention_.begin(
        terms, ledger, [this](const std::string& id) { return sent_.contains(id); }, clock_.now());
    make_digests();  // whose time has passed while nobody was there
    wait_for_digest();
}

void Notifier::end(const Term& term) {
    attention_.end(term);
    for (const auto& [id, pending] : pending_) pending->over = pending->over || pending->term == term;
    const auto leave = [](std::map<std::uint64_t, DeliveryPtr>& deliveries) {
        std::erase_if(deliveries, [](const auto& entry) {
            if (entry.second->of->over) --entry.second->of->open;
            return entry.second->of->over;
        });
    };
    for (const auto& lane : lanes_) {
        leave(lane->waiting);
        leave(lane->resting);
    }
    std::erase_if(pending_, [](const auto& entry) { return entry.second->over && entry.second->open == 0; });
}

bool Notifier::is_down(const std::string& channel) const {
    return std::ranges::any_of(lanes_, [&](const auto& lane) { return lane->down && lane->channel->id() == channel; });
}

void Notifier::deliver(Notice notice, const Term& term, std::function<void()> settled) {
    if (!attention_.has(term)) return;
    const bool to_all = notice.recipient_staff_id.empty();
    const auto sent = sent_.find(notice.notice_id);
    if (sent != sent_.end() && !to_all) return settled();
    if (const auto at = pending_.find(notice.notice_id); at != pending_.end()) {
        if (at->second->over) {
            at->second->again.emplace_back(term, std::move(settled));
        } else {
            at->second->settled.push_back(std::move(settled));
        }
        return;
    }
    make_digests();  // a timer may be late
    if (hold(notice, term)) return settled();
    const auto pending = std::make_shared<Pending>();
    pending->plain = notice;
    pending->term = term;
    pending->taken = sent != sent_.end();
    pending->settled.push_back(std::move(settled));
    pending_.emplace(notice.notice_id, pending);
    start(pending);
}

bool Notifier::hold(const Notice& notice, const Term& term) {
    if (attention_.is_held(term, notice.notice_id)) return true;
    const auto on_the_way = std::ranges::count_if(pending_, [&](const auto& entry) {
        const Notice& other = entry.second->plain;
        return other.recipient_staff_id == notice.recipient_staff_id && other.reason != NoticeReason::DIGEST;
    });
    if (!attention_.must_hold(notice, static_cast<std::size_t>(on_the_way), clock_.now())) return false;
    sinks_.decided(term, {attention_.hold(term, notice, clock_.now())}, std::nullopt);
    return true;
}

void Notifier::make_digests() {
    const Timestamp now = clock_.now();
    for (const Attention::Due& due : attention_.take_due(now)) {
        const Language own = directory_(due.recipient).language;
        const Language language = own == Language::UNSPECIFIED ? attention_.rules().language : own;
        sinks_.decided(due.term, digested_receipts(due, now), digest_notice(due, language, now));
    }
}

void Notifier::wait_for_digest() {
    if (!attention_.is_on()) return;
    const Timestamp now = clock_.now();
    scheduler_.after(attention_.next_digest(now) - now, [this, timer = ++digest_timer_, alive = std::weak_ptr(alive_)] {
        if (alive.expired() || timer != digest_timer_) return;
        make_digests();
        wait_for_digest();
    });
}

// Words and routes.
void Notifier::start(const std::shared_ptr<Pending>& pending) {
    const Notice& notice = pending->plain;
    const bool to_all = notice.recipient_staff_id.empty();
    const Person person = to_all ? Person{} : directory_(notice.recipient_staff_id);
    std::vector<std::vector<std::size_t>> routes{route_of(person)};
    if (to_all) {
        routes.clear();
        for (std::size_t i = 0; i < lanes_.size(); ++i) {
            if (!pending->taken || !sent_[notice.notice_id].contains(lanes_[i]->channel->id())) routes.push_back({i});
        }
    }
    std::erase_if(routes, [](const auto& route) { return route.empty(); });
    pending->rendered = templates_.render(notice, person.language);
    if (pending->rendered.plain_text && !routes.empty() && sinks_.template_broken) {
        const Language language = person.language == Language::UNSPECIFIED ? notice.language : person.language;
        sinks_.template_broken(notice, language);
    }
    // One for this function itself, so that channels that answer at once do not settle it too early.
    pending->open = routes.size() + 1;
    ++last_seq_;
    for (auto& route : routes) {
        auto delivery = std::make_shared<Delivery>();
        delivery->of = pending;
        delivery->seq = last_seq_;
        delivery->route = std::move(route);
        enqueue(delivery);
    }
    finish(*pending, {});
}

std::vector<std::size_t> Notifier::route_of(const Person& person) const {
    std::vector<std::size_t> route;
    if (person.channels.empty()) {
        for (std::size_t i = 0; i < lanes_.size(); ++i) route.push_back(i);
    }
    for (const std::string& id : person.channels) {
        for (std::size_t i = 0; i < lanes_.size(); ++i) {
            if (lanes_[i]->channel->id() == id && std::ranges::find(route, i) == route.end()) route.push_back(i);
        }
    }
    return route;
}

void Notifier::enqueue(const DeliveryPtr& delivery) {
    Lane& lane = *lanes_[delivery->route[delivery->at]];
    delivery->attempt = 0;
    delivery->since = clock_.now();
    lane.waiting.emplace(delivery->seq, delivery);
    pump(lane);
}

void Notifier::pump(Lane& lane) {
    if (lane.pumping) return;  // a channel that answers at once leads back here
    lane.pumping = true;
    if (lane.down) leave_the_impatient(lane);
    while (!lane.waiting.empty() && lane.in_flight < (lane.down ? 1 : options_.in_flight)) {
        const DeliveryPtr delivery = lane.waiting.begin()->second;
        lane.waiting.erase(lane.waiting.begin());
        send(lane, delivery);
    }
    lane.pumping = false;
}

void Notifier::leave_the_impatient(Lane& lane) {
    const Timestamp now = clock_.now();
    std::vector<DeliveryPtr> leaving;
    std::erase_if(lane.waiting, [&](const auto& entry) {
        const bool leaves = entry.second->dispensable() && now - entry.second->since >= options_.patience;
        if (leaves) leaving.push_back(entry.second);
        return leaves;
    });
    for (const DeliveryPtr& delivery : leaving) {
        const std::string detail = "not tried again: the channel is down";
        write_receipt(delivery->of->rendered, lane.channel->id(), ReceiptOutcome::GAVE_UP, delivery->attempt + 1,
                      detail);
        next_channel(delivery, detail);
    }
}

void Notifier::send(Lane& lane, const DeliveryPtr& delivery) {
    ++lane.in_flight;
    ++delivery->attempt;
    lane.channel->send(delivery->of->rendered,
                       [this, &lane, delivery, alive = std::weak_ptr(alive_)](const Outcome& outcome) {
                           if (!alive.expired()) on_outcome(lane, delivery, outcome);
                       });
}

void Notifier::on_outcome(Lane& lane, const DeliveryPtr& delivery, const Outcome& outcome) {
    --lane.in_flight;
    const std::string& channel = lane.channel->id();
    switch (outcome.result) {
        case SendResult::ok:
            lane.failures_in_a_row = 0;
            if (lane.down) {
                lane.down = false;
                lane.waiting.merge(lane.resting);
                lane.resting.clear();
                if (sinks_.channel_up) sinks_.channel_up(channel);
            }
            write_receipt(delivery->of->rendered, channel, ReceiptOutcome::SENT, delivery->attempt, outcome.detail);
            delivery->of->taken = true;
            finish(*delivery->of, {});
            break;
        case SendResult::permanent:
            write_receipt(delivery->of->rendered, channel, ReceiptOutcome::GAVE_UP, delivery->attempt, outcome.detail);
            next_channel(delivery, outcome.detail);
            break;
        case SendResult::retry:
            on_retry(lane, delivery, outcome);
            break;
    }
    pump(lane);
}

void Notifier::on_retry(Lane& lane, const DeliveryPtr& delivery, const Outcome& outcome) {
    const std::string& channel = lane.channel->id();
    if (++lane.failures_in_a_row >= options_.down_after && !lane.down) {
        lane.down = true;
        if (sinks_.channel_down) sinks_.channel_down(channel, one_line(outcome.detail, kDetailBytes));
    }
    const std::int32_t limit = delivery->dispensable() ? options_.attempts : options_.last_attempts;
    if (delivery->attempt >= limit) {
        write_receipt(delivery->of->rendered, channel, ReceiptOutcome::GAVE_UP, delivery->attempt, outcome.detail);
        next_channel(delivery, outcome.detail);
        return;
    }
    write_receipt(delivery->of->rendered, channel, ReceiptOutcome::FAILED, delivery->attempt, outcome.detail);
    if (delivery->of->over) return finish(*delivery->of, {});
    rest(lane, delivery, pause_after(*delivery, channel, outcome));
}

void Notifier::rest(Lane& lane, const DeliveryPtr& delivery, Duration pause) {
    lane.resting.emplace(delivery->seq, delivery);
    scheduler_.after(pause, [this, &lane, delivery, attempt = delivery->attempt, alive = std::weak_ptr(alive_)] {
        if (alive.expired()) return;
        // It may have been let go before, when the channel came up, and rest again after another attempt.
        const auto at = lane.resting.find(delivery->seq);
        if (at == lane.resting.end() || delivery->attempt != attempt) return;
        lane.waiting.insert(lane.resting.extract(at));
        pump(lane);
    });
}

void Notifier::next_channel(const DeliveryPtr& delivery, const std::string& detail) {
    ++delivery->at;
    if (delivery->at < delivery->route.size() && !delivery->of->over) return enqueue(delivery);
    finish(*delivery->of, detail);
}

// One of its deliveries has ended; the last one settles the notice.
void Notifier::finish(Pending& pending, const std::string& detail) {
    if (!detail.empty()) pending.why_not = detail;
    if (--pending.open > 0) return;
    const auto kept = pending_.extract(pending.rendered.notice.notice_id);
    if (pending.over) {
        for (auto& [term, settled] : pending.again) deliver(pending.plain, term, std::move(settled));
        return;
    }
    if (!pending.taken) {
        write_receipt(pending.rendered, kOpsChannel, ReceiptOutcome::GAVE_UP, 1, pending.why_not);
        if (sinks_.undelivered) {
            sinks_.undelivered(pending.rendered.notice, one_line(pending.why_not, kDetailBytes));
        }
    }
    for (const auto& tell : pending.settled) tell();
}

void Notifier::write_receipt(const Rendered& rendered, const std::string& channel, ReceiptOutcome outcome,
                             std::int32_t attempt, const std::string& detail) {
    const Notice& notice = rendered.notice;
    Receipt receipt;
    receipt.receipt_id = fmt::format("{}/{}/{}", notice.notice_id, channel, attempt);
    receipt.notice_id = notice.notice_id;
    receipt.recipient_staff_id = notice.recipient_staff_id;
    receipt.channel = channel;
    receipt.outcome = outcome;
    receipt.attempt = attempt;
    receipt.at = clock_.now();
    receipt.detail = one_line(detail, kDetailBytes);
    receipt.plain_text = rendered.plain_text;
    receipt.reason = notice.reason;
    if (outcome == ReceiptOutcome::SENT) sent_[receipt.notice_id].insert(channel);
    attention_.attempted(receipt, receipt.at);
    sinks_.receipt(receipt);
}

Duration Notifier::pause_after(const Delivery& delivery, const std::string& channel, const Outcome& outcome) const {
    const std::int32_t doublings = std::min(delivery.attempt - 1, 30);
    std::int64_t pause_ms = options_.first_pause.count();
    for (std::int32_t i = 0; i < doublings && pause_ms < options_.max_pause.count(); ++i) pause_ms *= 2;
    pause_ms = std::min(pause_ms, options_.max_pause.count());
    // Spread over +-jitter, the same for the same attempt, so that notices that failed together do not return together.
    const std::string key = fmt::format("{}/{}/{}", delivery.of->rendered.notice.notice_id, channel, delivery.attempt);
    const auto permille = static_cast<std::int64_t>(hash64(key, options_.seed) % 2001) - 1000;
    pause_ms += pause_ms * options_.jitter_pct * permille / 100'000;
    const Duration wish = std::min(outcome.retry_after, kLongestWish);
    return std::max(Duration{pause_ms}, wish);
}

}  // namespace aw::notify
