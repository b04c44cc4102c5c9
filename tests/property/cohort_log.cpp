#include "cohort_log.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/usage/series.hpp"
#include "support/sample_rules.hpp"

namespace aw::test {
namespace {

constexpr int kLatestDays = kOpenDays - 1;  // a shard takes nothing later
constexpr double kWeek[] = {1, 1.1, 1, 1, 1.05, 0.6, 0.35};

double uniform(std::mt19937& random) { return std::uniform_real_distribution<double>(0, 1)(random); }
int between(std::mt19937& random, int from, int to) { return std::uniform_int_distribution<int>(from, to - 1)(random); }
bool one_in(std::mt19937& random, unsigned n) { return random() % n == 0; }

enum class Change { kStops, kHalves, kPaysLess, kGoesElsewhere, kNone };

struct Client {
    CustomerCode code;
    double level = 0;
    int begins = 0;  // day
    Change change = Change::kNone;
    int changes = 0;  // day
    bool pays = false;
};

class Writer {
public:
    Writer(const std::vector<AccountRoot>& roots, int days, std::mt19937& random) : random_(random), days_(days) {
        const int shift = between(random, 0, 100);
        for (std::size_t i = 0; i < roots.size(); ++i) {
            Client& client = clients_.emplace_back();
            client.code = {roots[i], 1};
            client.level = 6 + 24 * uniform(random);
            const auto kind = (i + static_cast<std::size_t>(shift)) % 8;
            client.change = kind < 4 ? static_cast<Change>(kind) : Change::kNone;
            client.changes = between(random, 75, days - 40);
            client.begins = i % 9 == 8 ? between(random, 20, 50) : 0;
            client.pays = client.change == Change::kPaysLess || kind == 5;
        }
        fall_ = between(random, 60, days - 50);
    }

    RandomLog log() && {
        for (int day = 0; day < days_; ++day) {
            add(at(day, kLookHour), {}, TickEvent{});
            const double common = day_factor(day);
            for (const Client& client : clients_) {
                if (day >= client.begins) write(client, day, common);
            }
        }
        add(at(days_, kLookHour), {}, TickEvent{});
        return std::move(log_);
    }

private:
    [[nodiscard]] static Timestamp at(int day, int hour) {
        return shanghai("2026-03-02 00:00") + std::chrono::hours{24 * day + hour};
    }
    double day_factor(int day) {
        double factor = kWeek[day % 7] * std::exp(0.15 * (uniform(random_) - 0.5));
        if (one_in(random_, 30)) factor *= 0.6;
        if (day >= fall_ && day < fall_ + 21) factor *= 0.35;
        return factor;
    }
    void write(const Client& client, int day, double common) {
        const bool changed = day >= client.changes;
        double mean = client.level * common;
        if (changed && client.change == Change::kHalves) mean *= 0.4;
        if (changed && client.change == Change::kStops) mean = 0;
        const int items = mean > 0 ? std::poisson_distribution<int>(mean)(random_) : 0;
        const double away = changed && client.change == Change::kGoesElsewhere ? 0.05 : 0.4;
        const int far = items > 0 ? std::binomial_distribution<int>(items, away)(random_) : 0;
        ship(client, day, items - far, "express", "310000");
        ship(client, day, far, "letters", "440300");
        if (!client.pays || items == 0) return;
        const double price = changed && client.change == Change::kPaysLess ? 600 : 1000;
        const auto fen = std::llround(items * price * (0.95 + 0.1 * uniform(random_)));
        add(at(day, 12), client.code, RevenueEvent{"express", Money{fen}, {}, {}});
    }
    void ship(const Client& client, int day, int items, std::string_view line, std::string_view lane) {
        if (items > 0) add(at(day, 12), client.code, ShipmentEvent{line, items, 0, {}, lane, {}});
    }
    void add(Timestamp when, CustomerCode code, EventPayload payload) {
        Event event;
        event.event_id = log_.keep("e" + std::to_string(log_.records.size()));
        event.code = code;
        event.occurred_at = when;
        event.source = "test";
        event.payload = std::move(payload);
        log_.records.push_back({std::move(event), {when, true}});
    }

    std::mt19937& random_;
    int days_;
    std::vector<Client> clients_;
    int fall_ = 0;  // the first day of everybody's
    RandomLog log_;
};

}  // namespace

bool is_usage(const Event& event) {
    return std::holds_alternative<ShipmentEvent>(event.payload) || std::holds_alternative<RevenueEvent>(event.payload);
}

std::vector<AccountRoot> cohort_roots(int clients) {
    std::vector<AccountRoot> roots;
    for (int i = 0; i < clients; ++i) roots.push_back({371401'00000ULL + static_cast<std::uint64_t>(10 + i)});
    return roots;
}

RandomLog cohort_log(const std::vector<AccountRoot>& roots, int days, std::mt19937& random) {
    return Writer(roots, days, random).log();
}

// One event in twelve; most of what happened in one week: so much that the day looks like another one; and the first
// days of clients that are new.
RandomLog arriving_late(const RandomLog& log, std::mt19937& random, Timestamp from) {
    const Timestamp end = log.records.back().time.at;
    const Timestamp begin = log.records.front().time.at;
    const int days = static_cast<int>((end - begin) / std::chrono::days{1});
    const Timestamp any_week = begin + std::chrono::days{between(random, 30, std::max(31, days - 40))};
    const Timestamp week = std::max(any_week, from);
    from = std::max(from, begin + std::chrono::days{1});
    RandomLog late;
    late.records = log.records;
    std::map<AccountRoot, Timestamp> first;
    for (const LogRecord& record : log.records) first.try_emplace(root_of(record.event), record.time.at);
    // The first day stands as it is: it gives the business lines their numbers.
    const auto second = std::find_if(late.records.begin(), late.records.end(), [&](const LogRecord& record) {
        return record.time.at >= begin + std::chrono::days{1};
    });
    std::shuffle(second, late.records.end(), random);
    for (LogRecord& record : late.records) {
        if (!is_usage(record.event) || record.time.at < from) continue;
        const Timestamp client = first.at(root_of(record.event));
        const bool is_new = client >= begin + std::chrono::days{1} && record.time.at < client + std::chrono::days{3};
        const bool of_week = record.time.at >= week && record.time.at < week + std::chrono::days{7};
        const bool lost = is_new || (of_week && !one_in(random, 3));
        if (!lost && !one_in(random, 12)) continue;
        const auto read = record.time.at + std::chrono::days{between(random, lost ? 8 : 1, kLatestDays + 1)};
        if (read < end) record.time.at = read;
    }
    std::stable_sort(late.records.begin(), late.records.end(),
                     [](const LogRecord& a, const LogRecord& b) { return a.time.at < b.time.at; });
    return late;
}

}  // namespace aw::test
