// Portfolio: the detectors of whole cohorts, in the shard that owns their key (shard_portfolio.cpp), and through which
// day this shard has answered for its own accounts.
//
// Owner: one Shard. State, one record per cohort, key "g/<cohort>", and "portfolio".
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/detect/cohort_detector.hpp"
#include "core/shard/seen_ids.hpp"

namespace aw {

class Portfolio {
public:
    static constexpr std::string_view kStatePrefix = "g/";
    static constexpr std::string_view kStateKey = "portfolio";
    static constexpr std::string_view kAll = "all";  // the largest cohort; the others: <region>, <region>/<industry>

    struct Cohort {
        CohortDetector detector;
        std::uint32_t last_signal = 0;

        [[nodiscard]] std::uint32_t next_signal() { return ++last_signal; }
        template <class Archive>
        void fields(Archive& archive) {
            archive(detector, last_signal);
        }
    };
    // Made at need; counts as changed.
    [[nodiscard]] Cohort& change(std::string_view cohort);
    [[nodiscard]] static std::string_view parent_of(std::string_view cohort);  // empty: it has none

    [[nodiscard]] Day answered_through() const { return answered_through_; }  // Day{} = nothing yet
    void answered(Day day);
    // Forgets everything: the detectors are switched off.
    void clear();

    void collect_changes(std::vector<StateRecord>& out);
    void snapshot(std::vector<StateRecord>& out) const;
    [[nodiscard]] bool restore(std::string_view key, std::string_view value);  // false: damaged

private:
    std::map<std::string, Cohort, std::less<>> cohorts_;
    std::map<std::string, bool, std::less<>> changed_;  // false: it is gone
    Day answered_through_;
    bool answered_changed_ = false;
};

}  // namespace aw
