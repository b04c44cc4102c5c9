// What the printable report of a backtest is made from: values, gathered while it runs.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/policy_comparison.hpp"
#include "cli/usage_series.hpp"
#include "core/model/output.hpp"
#include "core/policy/rules.hpp"

namespace aw::cli {

// Ids end in a number: <root>-10 comes after <root>-2.
struct ById {
    bool operator()(const std::string& a, const std::string& b) const;
};

// Collects from the effects. Keeps every signal and the last state of every case; of notices and of what was held back
// only how many. One owner, one thread.
class ReportFacts {
public:
    // Borrows the rules.
    explicit ReportFacts(const Rules& rules) : rules_(rules) {}

    void see(const Effect& effect);

    struct HeldBack {
        std::uint64_t decisions = 0;
        std::set<AccountRoot> accounts;
    };
    [[nodiscard]] const Rules& rules() const { return rules_; }
    [[nodiscard]] const std::vector<Signal>& signals() const { return signals_; }
    [[nodiscard]] const std::map<std::string, Case, ById>& cases() const { return cases_; }
    // By suppression code: evaluations that gave no signal.
    [[nodiscard]] const std::map<std::string, HeldBack>& held_back() const { return held_back_; }
    // Notices by recipient and local day, by when they were made.
    [[nodiscard]] const std::map<std::string, std::map<Day, int>>& notices() const { return notices_; }

private:
    const Rules& rules_;
    std::vector<Signal> signals_;
    std::map<std::string, Case, ById> cases_;
    std::map<std::string, HeldBack> held_back_;
    std::map<std::string, std::map<Day, int>> notices_;
};

struct ReportData {
    const ReportFacts& facts;
    const UsageSeries& usage;
    Timestamp from;
    Timestamp to;
    std::string config_revision;
    struct Figure {
        std::string id;  // its name in summary.json
        std::string name;
        std::string value;
    };
    std::vector<Figure> figures;
    const PolicyComparison* comparison = nullptr;  // null = no other policy was tried
    std::size_t most_charts = 0;
};

// One page of HTML: self-contained, readable without scripts, made to be printed. Everything that comes from the input
// is escaped.
[[nodiscard]] std::string report_html(const ReportData& data);

}  // namespace aw::cli
