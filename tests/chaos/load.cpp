#include "chaos/load.hpp"

#include <chrono>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "support/log_work.hpp"

namespace aw::test {
namespace {

using eventlog::OutRecord;
using eventlog::Topic;

constexpr std::size_t kRemembered = 200;

template <std::size_t N>
const char* any(const char* const (&list)[N], int n) {
    return list[static_cast<std::size_t>(n) % N];
}

constexpr const char* kStaff[] = {"executive-deputy-gm",   "deputy-gm",      "dept-director-1", "team-leader-1",
                                  "key-account-manager-1", "service-head-1", "quality-1",       "unit-head-1"};

}  // namespace

std::string load_root(int n) { return fmt::format("371400{:05}", 50'000 + n); }

OutRecord LoadMaker::event(const std::string& account, const std::string& payload, std::string key) {
    const std::string code = account.empty() ? "" : fmt::format(R"("account_code":"{}001",)", account);
    OutRecord record{Topic::events, std::move(key),
                     fmt::format(R"({{"event_id":"load-{}",{}"occurred_at":"{}","source":"{}",{}}})", ++count_, code,
                                 format_utc(SystemClock{}.now()), kLoadSource, payload)};
    if (record.key.empty()) record.partition = eventlog::kEveryPartition;
    // Some are part of a trace, which goes on with what they bring.
    if (count_ % 3 == 0)
        record.headers.push_back({"traceparent", fmt::format("00-{:032x}-00f067aa0ba902b7-01", count_)});
    return record;
}

std::vector<OutRecord> LoadMaker::registrations() {
    constexpr long long kRevenue[] = {60'000'000, 40'000'000, 18'000'000, 6'000'000};  // fen a year: G6 G5 G4 G3
    std::vector<OutRecord> records;
    for (int n = 0; n < kLoadAccounts; ++n) {
        records.push_back(event(load_root(n),
                                fmt::format(R"("account":{{"operation":"REGISTER","name":"客户 {}",)"
                                            R"("annual_revenue_hint":{{"currency":"CNY","minor":"{}"}}}})",
                                            n, kRevenue[n % 4]),
                                load_root(n)));
    }
    return records;
}

OutRecord LoadMaker::next() {
    const int what = below(100);
    // A producer that was not sure, and records that are no events of this account, or of none.
    if (what == 0 && !sent_.empty()) return sent_[static_cast<std::size_t>(below(static_cast<int>(sent_.size())))];
    if (what == 1) return {Topic::events, load_root(below(kLoadAccounts)), poison()};
    if (what == 2) return broadcast();
    const std::string root = load_root(below(kLoadAccounts));
    if (what == 3) return event(root, payload(root), load_root(below(kLoadAccounts)));
    OutRecord record = what < 40 ? event("", command(root), root) : event(root, payload(root), root);
    if (sent_.size() < kRemembered) {
        sent_.push_back(record);
    } else {
        sent_[static_cast<std::size_t>(count_) % kRemembered] = record;
    }
    return record;
}

// No event: as text, by its bytes, by the type of a field.
std::string LoadMaker::poison() {
    ++count_;
    if (count_ % 3 == 0) return fmt::format("no event {}", count_);
    if (count_ % 3 == 1) return fmt::format("\xff\xfe\x80{}", count_);
    return fmt::format(R"({{"event_id":"poison-{}","source":"{}","shipment":{{"items":"some"}}}})", count_,
                       kLoadSource);
}

std::string LoadMaker::payload(const std::string& root) {
    const int n = below(1000);
    switch (below(12)) {
        case 0:
            return fmt::format(
                R"("complaint":{{"complaint_id":"C-{}-{}","category":"LOSS","severity":"{}","demand":"pay"}})", root,
                below(40), n % 3 == 0 ? "SERIOUS" : "MINOR");
        case 1:
            return fmt::format(R"("complaint_progress":{{"complaint_id":"C-{}-{}","state":"{}"}})", root, below(40),
                               any({"ACCEPTED", "INVESTIGATING", "SOLUTION_PROPOSED", "ANSWERED", "CLOSED"}, n));
        case 2:
            return fmt::format(R"("competitor_sighting":{{"competitor":"X{}","evidence":"{}"}})", n % 3,
                               any({"SEEN_LABEL", "CUSTOMER_SAID", "WRITTEN_QUOTE"}, n));
        case 3:
            return R"("contact_change":{"role":"DECISION_MAKER","new_contact_id":"c9"})";
        case 4:
            return fmt::format(
                R"("manual_signal":{{"staff_id":"key-account-manager-1","kind":"MANUAL","severity":"{}","reason":"felt"}})",
                any({"LOW", "MEDIUM", "HIGH", "CRITICAL"}, n));
        case 5:
            return fmt::format(
                R"("touchpoint":{{"touchpoint_id":"t-{}","staff_id":"{}","channel":"VISIT","purpose":"ROUTINE"}})",
                count_, any(kStaff, n));
        case 6:
            return fmt::format(
                R"("revenue":{{"business_line":"express","amount":{{"currency":"CNY","minor":"{}"}},"invoice_id":"i-{}"}})",
                100 + n, count_);
        default:
            return fmt::format(R"("shipment":{{"business_line":"{}","items":{},"destination_region":"{}"}})",
                               any({"express", "freight"}, n), 1 + n % 50, any({"440300", "110000", ""}, n));
    }
}

// By whoever, about the account's first cases: most are refused, enough are not.
std::string LoadMaker::command(const std::string& root) {
    const std::string id = fmt::format("{}-{}", root, 1 + below(3));
    const std::string action = any(
        {R"("ack":{})", R"("accept":{"group_role":"LEADER"})", R"("accept":{"group_role":"SALES"})",
         R"("accept":{"group_role":"AFTER_SALES"})", R"("start":{})", R"("update":{"text":"on it"})",
         R"("plan":{"cause":"price","countermeasures":[{"text":"offer","owner_staff_id":"key-account-manager-1"}]})",
         R"("approve_plan":{})", R"("contact":{"level":"EXECUTIVE","channel":"VISIT"})",
         R"("contact":{"level":"MANAGER","channel":"PHONE"})", R"("contact":{"level":"FRONT_LINE","channel":"PHONE"})",
         R"("resolve":{"outcome":"RECOVERED"})",
         R"("resolve":{"outcome":"KNOWN_CHANGE","approver_staff_id":"deputy-gm"})",
         R"("report":{"cause":"a","course":"b","responsible":"c","conclusion":"d","countermeasures":"e","prevention":"f"})",
         R"("approve_report":{})", R"("close":{})",
         R"("assign_task":{"staff_id":"key-account-manager-1","text":"call","due_at":"2031-01-01T00:00:00Z"})"},
        below(17));
    return fmt::format(R"("command":{{"case_id":"{}","actor_staff_id":"{}","reason":"because",{}}})", id,
                       any(kStaff, below(8)), action);
}

OutRecord LoadMaker::broadcast() {
    const auto now = SystemClock{}.now();
    const auto complete = [&](const char* feed, int seconds_ago) {
        return event("",
                     fmt::format(R"("watermark":{{"feed":"{}","complete_until":"{}"}})", feed,
                                 format_utc(now - std::chrono::seconds{seconds_ago})),
                     "");
    };
    const auto staff = [&](const char* state) {
        return event("",
                     fmt::format(R"("staff_change":{{"staff_id":"{}","state":"{}"}})", any(kStaff, below(8)), state),
                     "");
    };
    switch (below(6)) {
        case 0:
            return staff(any({"ACTIVE", "ON_LEAVE", "ACTIVE"}, below(3)));
        case 1:
            return event("",
                         fmt::format(R"("silence":{{"silence_id":"s{}","scope":{{"account_root":"{}"}},"from":"{}",)"
                                     R"("until":"{}","author_staff_id":"dept-director-1","reason":"stocktaking"}})",
                                     below(30), load_root(below(kLoadAccounts)), format_utc(now),
                                     format_utc(now + std::chrono::seconds{2 + below(20)})),
                         "");
        case 2:  // so seldom that it has gaps
            return complete(kSourceFeed, 0);
        case 3:  // who leaves hands over, until the next word about them
            return staff(any({"LEAVING", "ACTIVE"}, below(2)));
        default:
            return complete(kLoadSource, below(30));
    }
}

Load::Load(eventlog::Log& log, std::unique_ptr<SourceLoad> source, std::uint64_t seed, Rates rates)
    : log_(log), source_(std::move(source)), maker_(seed), appender_(must(log.open_appender())) {
    thread_ = std::thread([this, rates] { run(rates); });
}

void Load::stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
}

void Load::run(Rates rates) {
    using std::chrono::steady_clock;
    constexpr int kBatches = 10;  // a second
    append(maker_.registrations());
    auto next = steady_clock::now();
    while (!stopping_) {
        source_->send(rates.source / kBatches);
        std::vector<OutRecord> batch;
        for (int i = 0; i < rates.events / kBatches; ++i) batch.push_back(maker_.next());
        append(std::move(batch));
        next = std::max(next + std::chrono::milliseconds{1000 / kBatches}, steady_clock::now());
        std::this_thread::sleep_until(next);  // this is the rate, nothing waits for it
    }
}

void Load::append(std::vector<OutRecord> records) {
    while (!records.empty()) {
        const auto report = appender_->append(records);
        std::vector<OutRecord> left;
        for (std::size_t i = 0; i < records.size(); ++i) {
            if (report.acknowledged[i]) {
                acknowledged_.insert(records[i].value);
            } else {
                left.push_back(std::move(records[i]));
            }
        }
        sent_again_ += left.size();
        records = std::move(left);
        if (report.error && !report.error->can_retry()) appender_ = must(log_.open_appender());
    }
}

}  // namespace aw::test
