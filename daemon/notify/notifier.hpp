// Delivers notices: to whom, by which channel, how often, and what became of it.
//
// A notice goes to the first channel of its recipient. What fails is tried again with growing pauses; a channel that is
// given up is followed by the next one of that person, and after the last one operations are told (once, in the log).
// Every attempt leaves a Receipt. A notice without a recipient (nobody holds the post of operations) goes to every
// channel at once; operations are told when none takes it.
//
//     deliver -> waiting -> in flight -> SENT -> settled
//                   ^           | retry: FAILED
//                   +- resting <+           | last attempt, or permanent: GAVE_UP
//                                           +-> next channel: waiting ... none left: operations -> settled
//
// Each channel is a lane of its own: so many notices in flight at most, the others wait in order of arrival; what rests
// holds no place. A dead channel delays nobody in another lane. While a channel is down (so many failures in a row) one
// notice at a time probes it, and whoever has another channel leaves it when `patience` is over; its first success
// lets all that rest go at once.
//
// Whom a day brings more notices than the attention budget allows gets the rest in one digest (attention.hpp). What is
// held and what becomes a digest is decided here and becomes real when the caller commits it; the digest is a notice of
// its own that the caller reads back from the topic and delivers like any other.
//
// Owner: app/. Thread: the control thread only. Time comes from a Clock and a Scheduler, so it is a function of both
// (the jitter is drawn from notice, channel and attempt).
// Failure: nothing is lost and nothing waits for the caller. If the process dies, the caller delivers again what was
// not settled; the ledger given to begin() keeps that from reaching people twice. A crash between a delivery and its
// receipt does send twice, with the same Idempotency-Key.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "notify/attention.hpp"
#include "notify/channel.hpp"
#include "notify/receipt.hpp"
#include "notify/scheduler.hpp"
#include "notify/templates.hpp"

namespace aw::notify {

struct Person {
    std::vector<std::string> channels = {};     // in order of preference; empty = all channels in file order
    Language language = Language::UNSPECIFIED;  // UNSPECIFIED = the notice's own
};
// Also asked for persons nobody knows (a notice can outlive a member of staff): answer Person{}.
using Directory = std::function<Person(const StaffId&)>;

struct NotifierOptions {
    std::int32_t attempts = 5;        // on a channel when another one follows (some 15 s of pauses)
    std::int32_t last_attempts = 24;  // on the last channel, where giving up gains nothing (about an hour and a half)
    Duration first_pause = std::chrono::seconds(1);  // doubles with each attempt
    Duration max_pause = std::chrono::minutes(5);
    std::int32_t jitter_pct = 20;
    std::uint64_t seed = 0;
    std::size_t in_flight = 4;  // of one channel
    std::int32_t down_after = 5;
    Duration patience = std::chrono::minutes(2);
};

// What the notifier tells the rest of the daemon. `receipt` is needed, `decided` with an attention budget; the others
// may be empty.
struct NotifierSinks {
    std::function<void(const Receipt&)> receipt;
    // HELD; or a digest for the topic of notices with DIGESTED for all that stands in it. To be committed together, not
    // later than the position of a notice that settles after it, and not at all once the term has ended.
    std::function<void(const Term&, const std::vector<Receipt>&, const std::optional<Notice>& digest)> decided = {};
    std::function<void(const Notice&, Language)> template_broken = {};
    std::function<void(const std::string& channel, const std::string& detail)> channel_down = {};
    std::function<void(const std::string& channel)> channel_up = {};
    std::function<void(const Notice&, const std::string& detail)> undelivered = {};  // "then ops": log and counter
};

class Notifier {
public:
    // REQUIRES: channel ids differ; clock and scheduler outlive the notifier.
    Notifier(NotifierOptions options, const Clock& clock, Scheduler& scheduler, Templates templates,
             std::vector<std::unique_ptr<Channel>> channels, Directory directory, NotifierSinks sinks,
             AttentionContext attention = {});
    ~Notifier();
    Notifier(const Notifier&) = delete;
    Notifier& operator=(const Notifier&) = delete;

    // These partitions are the caller's from now on. `ledger`: all receipts, read after that.
    void begin(const std::vector<Term>& terms, const std::vector<Receipt>& ledger);
    // Somebody else's from now on, or begun anew: what waits or rests is left to whoever has it next.
    void end(const Term& term);

    // `settled` is called once, maybe before this returns, after the notice's last receipt went to a sink; it must not
    // destroy the notifier. A notice that is on its way already is not sent twice; both callers are told. In a term
    // that is not under way nothing happens at all, and when it ends before the notice is settled nobody is told.
    void deliver(Notice notice, const Term& term, std::function<void()> settled);

    // The rules of attention have changed.
    void rules_changed() { wait_for_digest(); }
    void set_templates(Templates templates) { templates_ = std::move(templates); }

    // Delivered and not settled; the caller stops reading more above a limit of its own.
    [[nodiscard]] std::size_t pending() const { return pending_.size(); }
    [[nodiscard]] bool is_down(const std::string& channel) const;

private:
    struct Pending;
    struct Delivery;
    struct Lane;
    using DeliveryPtr = std::shared_ptr<Delivery>;

    [[nodiscard]] bool hold(const Notice& notice, const Term& term);
    void make_digests();
    void wait_for_digest();
    void start(const std::shared_ptr<Pending>& pending);
    [[nodiscard]] std::vector<std::size_t> route_of(const Person& person) const;
    void enqueue(const DeliveryPtr& delivery);
    void pump(Lane& lane);
    void leave_the_impatient(Lane& lane);
    void send(Lane& lane, const DeliveryPtr& delivery);
    void on_outcome(Lane& lane, const DeliveryPtr& delivery, const Outcome& outcome);
    void on_retry(Lane& lane, const DeliveryPtr& delivery, const Outcome& outcome);
    void rest(Lane& lane, const DeliveryPtr& delivery, Duration pause);
    void next_channel(const DeliveryPtr& delivery, const std::string& detail);
    void finish(Pending& pending, const std::string& detail);
    void write_receipt(const Rendered& rendered, const std::string& channel, ReceiptOutcome outcome,
                       std::int32_t attempt, const std::string& detail);
    [[nodiscard]] Duration pause_after(const Delivery& delivery, const std::string& channel,
                                       const Outcome& outcome) const;

    NotifierOptions options_;
    const Clock& clock_;
    Scheduler& scheduler_;
    Templates templates_;
    Directory directory_;
    NotifierSinks sinks_;
    Attention attention_;
    std::uint64_t digest_timer_ = 0;  // the newest; older ones find another number
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::unordered_map<std::string, std::shared_ptr<Pending>> pending_;      // by notice id
    std::unordered_map<std::string, std::unordered_set<std::string>> sent_;  // notice id -> channels
    std::uint64_t last_seq_ = 0;
    std::shared_ptr<int> alive_ = std::make_shared<int>();  // what comes back after the end finds it gone
};

}  // namespace aw::notify
