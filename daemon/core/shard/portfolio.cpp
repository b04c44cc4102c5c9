#include "core/shard/portfolio.hpp"

#include "core/shard/state_version.hpp"

namespace aw {
namespace {

StateRecord record_of(const std::string& key, const Portfolio::Cohort& cohort) {
    auto& fields = const_cast<Portfolio::Cohort&>(cohort);  // a writer only reads
    return {std::string(Portfolio::kStatePrefix) + key, versioned([&](ArchiveWriter& archive) { archive(fields); })};
}

StateRecord record_of(Day answered_through) {
    return {std::string(Portfolio::kStateKey),
            versioned([&](ArchiveWriter& archive) { archive(answered_through); })};
}

}  // namespace

Portfolio::Cohort& Portfolio::change(std::string_view cohort) {
    const auto found = cohorts_.find(cohort);
    const auto at = found != cohorts_.end() ? found : cohorts_.try_emplace(std::string(cohort)).first;
    changed_.insert_or_assign(at->first, true);
    return at->second;
}

std::string_view Portfolio::parent_of(std::string_view cohort) {
    if (cohort == kAll) return {};
    const std::size_t industry = cohort.find('/');
    return industry == std::string_view::npos ? kAll : cohort.substr(0, industry);
}

void Portfolio::answered(Day day) {
    answered_through_ = day;
    answered_changed_ = true;
}

void Portfolio::clear() {
    for (const auto& [key, cohort] : cohorts_) changed_.insert_or_assign(key, false);
    cohorts_.clear();
    if (answered_through_.n != 0) answered({});
}

void Portfolio::collect_changes(std::vector<StateRecord>& out) {
    for (const auto& [key, there] : changed_) {
        if (there) {
            out.push_back(record_of(key, cohorts_.find(key)->second));
        } else {
            out.push_back({std::string(kStatePrefix) + key, {}, true});
        }
    }
    changed_.clear();
    if (answered_changed_) out.push_back(record_of(answered_through_));
    answered_changed_ = false;
}

void Portfolio::snapshot(std::vector<StateRecord>& out) const {
    for (const auto& [key, cohort] : cohorts_) out.push_back(record_of(key, cohort));
    if (answered_through_.n != 0) out.push_back(record_of(answered_through_));
}

bool Portfolio::restore(std::string_view key, std::string_view value) {
    auto archive = open_state(value);
    if (!archive) return false;
    if (key == kStateKey) {
        (*archive)(answered_through_);
        return archive->finished();
    }
    Cohort cohort;
    (*archive)(cohort);
    if (!archive->finished()) return false;
    cohorts_.insert_or_assign(std::string(key.substr(kStatePrefix.size())), std::move(cohort));
    return true;
}

}  // namespace aw
