// What a backtest leaves behind: one file per kind of output, a summary, a report to print (contract section 1).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/backtest.hpp"
#include "cli/report_data.hpp"
#include "cli/simulation/gzip_lines.hpp"
#include "core/model/output.hpp"
#include "eventlog/record.hpp"

namespace aw::cli {

// Writes while the backtest runs: decisions and notices go straight to their files, of cases, tasks and data gaps the last
// state is kept. One owner, one thread.
class BacktestFiles {
public:
    // Makes the folder if it is missing; files of an earlier run are replaced. Borrows the rules.
    [[nodiscard]] static Result<std::unique_ptr<BacktestFiles>> open(const std::string& folder, const Rules& rules);

    void take(eventlog::OutRecord&& output);
    void see(const Effect& effect);
    // An event that was applied, as it stands in the log.
    void see_event(std::string_view event) { usage_.take(event); }

    struct Summary {
        Timestamp from;
        Timestamp to;
        std::string config_revision;
        std::uint64_t events = 0;
        BacktestCounts counts;
        const PolicyComparison* comparison = nullptr;  // null = no other policy was tried
        std::size_t most_charts = 0;
    };
    // Writes what was collected. The first thing that could not be written is the error.
    [[nodiscard]] Result<void> finish(const Summary& summary);

    [[nodiscard]] const ReportFacts& facts() const { return facts_; }
    [[nodiscard]] std::size_t notices() const { return notices_; }

private:
    using Last = std::map<std::string, std::string, ById>;

    BacktestFiles(std::string folder, const Rules& rules)
        : folder_(std::move(folder)), facts_(rules), usage_(rules.calendar) {}
    [[nodiscard]] Result<void> write_last(eventlog::Topic topic, const Last& states);
    [[nodiscard]] Result<void> write_text(const std::string& name, const std::string& text) const;
    [[nodiscard]] std::string summary_json(const Summary& summary) const;
    [[nodiscard]] std::vector<ReportData::Figure> figures(const Summary& summary) const;

    std::string folder_;
    std::array<std::unique_ptr<LineWriter>, eventlog::kTopics> files_;
    Last case_lines_;
    Last task_lines_;
    Last gap_lines_;
    ReportFacts facts_;
    UsageSeries usage_;
    std::set<std::string> overdue_;
    std::size_t notices_ = 0;
    std::uint64_t dead_letters_ = 0;
    std::string failure_;
};

}  // namespace aw::cli
