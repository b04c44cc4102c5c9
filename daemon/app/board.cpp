#include "app/board.hpp"

#include <algorithm>
#include <tuple>

#include "app/contact.hpp"
#include "codec/output_decoder.hpp"
#include "core/model/value_at_risk.hpp"

namespace aw::app {
namespace {

constexpr std::size_t kBatch = 10'000;
constexpr Duration kWait = Contact::kSilence / 2;  // so that silence is noticed
constexpr Duration kFirstWait{50};                 // until it is known that there is nothing to catch up with
constexpr Duration kRetry = std::chrono::seconds{1};

}  // namespace

Board::Board(eventlog::Log& log, telemetry::Telemetry& telemetry, const Pace& pace)
    : log_(log), telemetry_(telemetry), pace_(pace) {}

Board::~Board() { stop(); }

void Board::start() {
    threads_.emplace_back(
        [this] { read(eventlog::Topic::cases, cases_read_, [this](auto records) { apply_cases(records); }); });
    threads_.emplace_back(
        [this] { read(eventlog::Topic::tasks, tasks_read_, [this](auto records) { apply_tasks(records); }); });
    threads_.emplace_back(
        [this] { read(eventlog::Topic::data_gaps, gaps_read_, [this](auto records) { apply_gaps(records); }); });
}

void Board::ask_to_stop() {
    stopping_ = true;
    const std::lock_guard lock(mutex_);
    stop_asked_.notify_all();
    for (eventlog::TopicReader* reader : open_readers_) reader->wake();
}

void Board::stop() {
    ask_to_stop();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void Board::read(eventlog::Topic topic, Reading& reading,
                 const std::function<void(std::span<const eventlog::Record>)>& apply) {
    std::unique_ptr<eventlog::TopicReader> reader;
    Contact contact(log_, telemetry_, pace_);
    const auto complain = [&](const eventlog::LogError& error) {
        contact.lost("reading " + std::string(eventlog::topic_name(topic)) + ": " + error.message);
        reading.there = false;
        std::unique_lock lock(mutex_);
        stop_asked_.wait_for(lock, kRetry, [this] { return stopping_.load(); });
    };
    while (!stopping_ && reader == nullptr) {
        auto opened = log_.open_reader(topic);
        if (!opened) {
            complain(opened.error());
            continue;
        }
        reader = *std::move(opened);
        const std::lock_guard lock(mutex_);
        open_readers_.push_back(reader.get());
    }
    while (!stopping_) {
        const auto records = reader->poll(kBatch, reading.caught_up ? kWait : kFirstWait);
        if (!records) {
            complain(records.error());
            continue;
        }
        const bool brought = !records->empty();
        apply(*records);
        if (reader->caught_up()) reading.caught_up = true;
        if (stopping_) break;
        (void)contact.polled(brought);
        reading.there = contact.there();
    }
    const std::lock_guard lock(mutex_);
    std::erase(open_readers_, reader.get());
}

void Board::apply_cases(std::span<const eventlog::Record> records) {
    std::vector<std::function<void()>> told;
    {
        const std::lock_guard lock(mutex_);
        for (const eventlog::Record& record : records) {
            auto decoded = decode_case(record.value);
            if (!decoded) continue;  // our own records; a newer version's unknown ones are left to that version
            std::string id = decoded->case_id.value;
            cases_[std::move(id)] = *std::move(decoded);
        }
        std::erase_if(waiters_, [&](Waiter& waiter) {
            const auto found = cases_.find(waiter.case_id);
            if (found == cases_.end() || found->second.version < waiter.version) return false;
            told.push_back(std::move(waiter.then));
            return true;
        });
    }
    for (const auto& then : told) then();
}

void Board::apply_tasks(std::span<const eventlog::Record> records) {
    const std::lock_guard lock(mutex_);
    for (const eventlog::Record& record : records) {
        auto decoded = decode_task(record.value);
        if (!decoded) continue;
        std::string id = decoded->task_id.value;
        tasks_[std::move(id)] = *std::move(decoded);
    }
}

// The topic is not compacted: it may hold more gaps than anybody asks for.
void Board::apply_gaps(std::span<const eventlog::Record> records) {
    const std::lock_guard lock(mutex_);
    for (const eventlog::Record& record : records) {
        auto decoded = decode_data_gap(record.value);
        if (!decoded) continue;
        std::string id = decoded->gap_id;
        gaps_[std::move(id)] = *std::move(decoded);
    }
    if (gaps_.size() <= kMostGaps) return;
    std::vector<std::pair<Timestamp, std::string>> closed;
    for (const auto& [id, gap] : gaps_) {
        if (gap.closed_at.is_set()) closed.emplace_back(gap.opened_at, id);
    }
    std::sort(closed.begin(), closed.end());
    closed.resize(std::min(closed.size(), gaps_.size() - kMostGaps));
    for (const auto& [opened_at, id] : closed) gaps_.erase(id);
}

std::vector<DataGap> Board::gaps() const {
    std::vector<DataGap> found;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, gap] : gaps_) found.push_back(gap);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const DataGap& a, const DataGap& b) { return a.opened_at > b.opened_at; });
    return found;
}

std::vector<Case> Board::cases(const CaseQuery& query, std::optional<Cursor>& next) const {
    const auto asked = [&](const Case& c) {
        return (!query.state || c.state == *query.state) && (!query.severity || c.severity == *query.severity) &&
               (query.unit.empty() || c.unit_id.value == query.unit);
    };
    using Key = std::pair<std::int64_t, std::string_view>;  // in the order asked for
    const auto key = [&](Money value, std::string_view id) {
        return Key{query.order == Order::kValueAtRisk ? -value.minor : 0, id};
    };
    const std::lock_guard lock(mutex_);
    std::vector<std::pair<Key, const Case*>> found;
    for (const auto& [id, c] : cases_) {
        if (!asked(c)) continue;
        const Key its = key(value_at_risk(c), id);
        if (!query.after || key(query.after->value, query.after->case_id) < its) found.emplace_back(its, &c);
    }
    const bool more = found.size() > query.limit;
    const auto end = found.begin() + static_cast<std::ptrdiff_t>(std::min(found.size(), query.limit));
    std::partial_sort(found.begin(), end, found.end());
    std::vector<Case> page;
    for (auto at = found.begin(); at != end; ++at) page.push_back(*at->second);
    if (more) next = Cursor{page.back().case_id.value, value_at_risk(page.back())};
    return page;
}

std::optional<Case> Board::find_case(const std::string& case_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = cases_.find(case_id);
    if (found == cases_.end()) return std::nullopt;
    return found->second;
}

std::vector<Task> Board::tasks(const TaskQuery& query) const {
    const std::lock_guard lock(mutex_);
    std::vector<Task> found;
    for (const auto& [id, task] : tasks_) {
        if (!query.staff.empty() && task.assignee_staff_id.value != query.staff) continue;
        if (query.state && task.state != *query.state) continue;
        found.push_back(task);
    }
    if (query.order == Order::kValueAtRisk) {
        std::vector<std::pair<std::int64_t, Task>> keyed;
        for (Task& task : found) keyed.emplace_back(-value_of(task).minor, std::move(task));
        std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) {
            return std::tie(a.first, a.second.due_at) < std::tie(b.first, b.second.due_at);
        });
        for (std::size_t i = 0; i < keyed.size(); ++i) found[i] = std::move(keyed[i].second);
    }
    return found;
}

Money Board::value_of(const Task& task) const {
    const auto found = cases_.find(task.case_id.value);
    return found == cases_.end() ? Money{} : value_at_risk(found->second);
}

std::string Board::account_name(AccountRoot root) const {
    const std::string prefix = format_root(root) + "-";
    const std::lock_guard lock(mutex_);
    const auto found = cases_.lower_bound(prefix);
    return found == cases_.end() || !found->first.starts_with(prefix) ? std::string() : found->second.account_name;
}

void Board::when_at_least(const std::string& case_id, std::int32_t version, std::function<void()> then) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = cases_.find(case_id);
        if (found == cases_.end() || found->second.version < version) {
            waiters_.push_back({case_id, version, std::move(then)});
            return;
        }
    }
    then();
}

}  // namespace aw::app
