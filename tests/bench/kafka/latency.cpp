#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "bench/kafka/runs.hpp"

namespace aw::test {
namespace {

using std::chrono::steady_clock;

// The account's registration and its complaint, for latency().
std::string plain_event(const std::string& id, const std::string& root, const std::string& payload) {
    return fmt::format(R"({{"event_id":"{}","account_code":"{}001","occurred_at":"{}","source":"crm",{}}})", id, root,
                       format_utc(SystemClock{}.now()), payload);
}

struct Wait {
    double at = 0;  // seconds after the first record
    double ms = 0;
};

// A run has a few hundred complaints, so its p99 is made by one standstill or by many: which of them says this.
void print_standstills(const std::vector<Wait>& waits) {
    constexpr double kSlowMs = 300;
    constexpr double kApart = 1;  // seconds between two of them
    std::vector<Wait> slow;
    std::copy_if(waits.begin(), waits.end(), std::back_inserter(slow), [](const Wait& w) { return w.ms > kSlowMs; });
    std::sort(slow.begin(), slow.end(), [](const Wait& a, const Wait& b) { return a.at < b.at; });
    for (std::size_t i = 0; i < slow.size();) {
        std::size_t end = i;
        double worst = 0;
        for (; end < slow.size() && (end == i || slow[end].at - slow[end - 1].at < kApart); ++end)
            worst = std::max(worst, slow[end].ms);
        fmt::print("  second {:.1f}: {} waited for more than {:.0f} ms, at most for {:.0f} ms\n", slow[i].at, end - i,
                   kSlowMs, worst);
        i = end;
    }
}

void print_waits(const char* what, const std::vector<Wait>& waits) {
    if (waits.empty()) throw std::runtime_error("no task has come");
    std::vector<double> sorted;
    for (const Wait& wait : waits) sorted.push_back(wait.ms);
    std::sort(sorted.begin(), sorted.end());
    const auto at = [&](double share) {
        return sorted.at(static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1)));
    };
    fmt::print("  {}: first task readable after p50 {:.0f} ms, p90 {:.0f} ms, p99 {:.0f} ms, max {:.0f} ms of {}\n",
               what, at(.5), at(.9), at(.99), at(1), waits.size());
    print_standstills(waits);
}

// A broker just started compiles its code; what it takes meanwhile is told apart.
constexpr std::uint64_t kWarmUpSeconds = 20;
constexpr std::uint64_t kComplaintsASecond = 10;

std::string complainer(std::uint64_t n) { return fmt::format("371499{:05}", n); }

// Shipments and complaints in their turn, and what has become of the complaints.
class Complaints {
public:
    explicit Complaints(const Options& options)
        : rate_(options.rate), seconds_(options.seconds + kWarmUpSeconds), shipments_(options.accounts) {}
    [[nodiscard]] std::uint64_t seconds() const { return seconds_; }
    [[nodiscard]] std::uint64_t count() const { return seconds_ * kComplaintsASecond; }
    [[nodiscard]] std::uint64_t answered() const { return early_.size() + warm_.size(); }
    void begin() { began_ = steady_clock::now(); }

    // Paced: the next record is handed over when its moment has come.
    void make(Keyed& record) {
        if (complained_ < count() && made_ * kComplaintsASecond >= complained_ * rate_) {
            const std::string who = complainer(complained_++);
            record = {who, plain_event("c" + who, who,
                                       R"("complaint":{"complaint_id":"C1","category":"LOSS",)"
                                       R"("severity":"SERIOUS","demand":"pay"})")};
            keep_pace(began_, made_, rate_);
            const std::lock_guard lock(mutex_);
            sent_[who] = steady_clock::now();
            return;
        }
        shipments_.make(made_, record);
        keep_pace(began_, made_++, rate_);
    }
    // A task of this key is readable.
    void answer(const std::string& key) {
        const std::lock_guard lock(mutex_);
        const auto found = sent_.find(key.substr(0, 11));
        if (found == sent_.end()) return;
        const double at = since(began_);
        (at < kWarmUpSeconds ? early_ : warm_).push_back({at, since(found->second) * 1e3});
        sent_.erase(found);
    }
    void print() const {
        print_waits("the broker's first seconds", early_);
        print_waits("then", warm_);
    }

private:
    std::uint64_t rate_;
    std::uint64_t seconds_;
    Shipments shipments_;
    steady_clock::time_point began_;
    std::uint64_t made_ = 0;
    std::uint64_t complained_ = 0;
    std::mutex mutex_;
    std::map<std::string, steady_clock::time_point> sent_;
    std::vector<Wait> early_;
    std::vector<Wait> warm_;
};

}  // namespace

void latency(const Options& options) {
    KafkaBroker broker;
    Measured daemon(broker, options.daemon);
    daemon.start();
    daemon.wait_until_applied();
    const std::string events = daemon.prefix() + "events";
    Complaints complaints(options);
    (void)produce_bare(broker.address(), events, "none", complaints.count(), [](std::uint64_t n, Keyed& record) {
        const std::string who = complainer(n);
        record = {who, plain_event("r" + who, who,
                                   R"("account":{"annual_revenue_hint":{"currency":"CNY","minor":"18250000"}})")};
    });
    daemon.wait_until_applied();
    Rate produced{};
    std::thread producer;
    const auto begin = [&] {
        complaints.begin();
        producer = std::thread([&] {
            const std::uint64_t total = options.rate * complaints.seconds() + complaints.count();
            produced = produce_load(broker.address(), events, "none", total,
                                    [&](std::uint64_t, Keyed& record) { complaints.make(record); });
        });
    };
    const auto until = steady_clock::now() + std::chrono::seconds{complaints.seconds() + 20};
    follow(broker.address(), daemon.prefix() + "tasks", options.daemon.partitions, begin,
           [&](const std::string& key, const std::string&) {
               complaints.answer(key);
               return complaints.answered() < complaints.count() && steady_clock::now() < until;
           });
    producer.join();
    fmt::print("{} events/s asked for, {:.0f} events/s produced, {} complaints a second, {} of {} answered\n",
               options.rate, produced.per_second(), kComplaintsASecond, complaints.answered(), complaints.count());
    complaints.print();
    daemon.stop();
}

}  // namespace aw::test
