#include "core/shard/subjects.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "core/shard/state_version.hpp"

namespace aw {
namespace {

StateRecord record_of(const std::string& key, const Subject& subject) {
    return {std::string(Subjects::kStatePrefix) + key, versioned([&](ArchiveWriter& archive) { archive(subject); })};
}

}  // namespace

std::int64_t Gathering::sum(std::size_t index) const {
    std::int64_t total = 0;
    for (const auto& [partition, answer] : answers) {
        if (index < answer.counts.size()) total += answer.counts[index];
    }
    return total;
}

std::map<std::string, std::vector<std::int64_t>> Gathering::sums(std::size_t counts, std::size_t least_of) const {
    std::map<std::string, std::vector<std::int64_t>> sums;
    for (const auto& [partition, answer] : answers) {
        for (std::size_t i = 0; i < answer.items.size(); ++i) {
            if ((i + 1) * counts > answer.counts.size()) break;
            const auto from = answer.counts.begin() + static_cast<std::ptrdiff_t>(i * counts);
            auto [at, added] = sums.try_emplace(answer.items[i].id, from, from + static_cast<std::ptrdiff_t>(counts));
            if (added) continue;
            for (std::size_t n = 0; n < counts; ++n) {
                std::int64_t& sum = at->second[n];
                const std::int64_t more = *(from + static_cast<std::ptrdiff_t>(n));
                sum = n == least_of ? std::min(sum, more) : sum + more;
            }
        }
    }
    return sums;
}

Gathering& Subject::gathering(std::string_view topic, Timestamp due_at) {
    for (Gathering& known : gatherings) {
        if (known.topic == topic && known.due_at == due_at) return known;
    }
    Gathering& added = gatherings.emplace_back();
    added.topic = topic;
    added.due_at = due_at;
    return added;
}

Obligation* Subject::find_task(std::uint64_t wanted) {
    const auto found = std::find_if(obligations.begin(), obligations.end(),
                                    [&](const Obligation& o) { return task_number(o.task.task_id) == wanted; });
    return found == obligations.end() ? nullptr : &*found;
}

void Subject::forget_closed_tasks() {
    std::erase_if(obligations, [](const Obligation& o) { return !o.is_open(); });
}

Subject& Subjects::change(std::string_view key) {
    touched_ = true;
    const auto found = subjects_.find(key);
    if (found != subjects_.end()) {
        changed_[found->first] = true;
        return found->second;
    }
    std::uint64_t last = 0;
    for (const auto& [other, subject] : subjects_) last = std::max(last, subject.number);
    Subject& added = subjects_[std::string(key)];
    added.number = last + 1;
    changed_[std::string(key)] = true;
    return added;
}

Subject* Subjects::find(std::string_view key) {
    const auto found = subjects_.find(key);
    return found == subjects_.end() ? nullptr : &found->second;
}

const std::string& Subjects::key_of(AccountRoot timer_root) const {
    const auto found = std::find_if(subjects_.begin(), subjects_.end(), [&](const auto& entry) {
        return Subjects::timer_root(entry.second) == timer_root;
    });
    AW_CHECK(found != subjects_.end());  // one with an open task is never dropped
    return found->first;
}

void Subjects::drop_if_empty(std::string_view key) {
    const auto found = subjects_.find(key);
    if (found == subjects_.end()) return;
    const Subject& subject = found->second;
    if (subject.last_task != 0 || subject.last_notice != 0 || subject.last_signal != 0) return;
    if (!subject.marks.empty() || !subject.gatherings.empty() || !subject.gaps.empty()) return;
    changed_[found->first] = false;
    subjects_.erase(found);
}

void Subjects::forget_before(Timestamp due_at) {
    std::vector<std::string> poorer;
    for (auto& [key, subject] : subjects_) {
        const auto gone = std::erase_if(subject.gatherings,
                                        [&](const Gathering& g) { return g.due_at < due_at && (!g.told || g.closed); });
        if (gone != 0) poorer.push_back(key);
    }
    for (const std::string& key : poorer) {
        changed_[key] = true;
        drop_if_empty(key);
    }
}

void Subjects::collect_changes(std::vector<StateRecord>& out) {
    for (const auto& [key, there] : changed_) {
        if (there) {
            out.push_back(record_of(key, subjects_.find(key)->second));
        } else {
            out.push_back({std::string(kStatePrefix) + key, {}, true});
        }
    }
    changed_.clear();
}

void Subjects::snapshot(std::vector<StateRecord>& out) const {
    for (const auto& [key, subject] : subjects_) out.push_back(record_of(key, subject));
}

bool Subjects::restore(std::string_view key, std::string_view value) {
    auto archive = open_state(value);
    if (!archive) return false;
    Subject subject;
    (*archive)(subject);
    if (!archive->finished()) return false;
    subjects_[std::string(key.substr(kStatePrefix.size()))] = std::move(subject);
    return true;
}

}  // namespace aw
