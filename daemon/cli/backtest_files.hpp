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
#include "cli/simulation/gzip_lines.hpp"
#include "core/model/output.hpp"
#include "eventlog/record.hpp"

namespace aw::cli {

// Collects while the backtest runs. Keeps every signal and the last state of every case, task and data gap in
// memory; decisions and notices go straight to their files. One owner, one thread.
class BacktestFiles {
public:
    // Makes the folder if it is missing; files of an earlier run are replaced.
    [[nodiscard]] static Result<std::unique_ptr<BacktestFiles>> open(const std::string& folder);

    void take(eventlog::OutRecord&& output);
    void see(const Effect& effect);

    struct Summary {
        Timestamp from;
        Timestamp to;
        std::string config_revision;
        std::uint64_t events = 0;
        BacktestCounts counts;
        const Calendar* calendar = nullptr;
    };
    // Writes what was collected. The first thing that could not be written is the error.
    [[nodiscard]] Result<void> finish(const Summary& summary);

    [[nodiscard]] std::size_t signals() const { return signals_.size(); }
    [[nodiscard]] std::size_t cases() const { return cases_.size(); }
    [[nodiscard]] std::size_t notices() const { return notices_; }

private:
    // Ids end in a number: <root>-10 comes after <root>-2.
    struct ById {
        bool operator()(const std::string& a, const std::string& b) const;
    };
    template <class T>
    using Last = std::map<std::string, T, ById>;

    explicit BacktestFiles(std::string folder) : folder_(std::move(folder)) {}
    [[nodiscard]] Result<void> write_last(eventlog::Topic topic, const Last<std::string>& states);
    [[nodiscard]] Result<void> write_text(const std::string& name, const std::string& text) const;
    [[nodiscard]] std::string summary_json(const Summary& summary) const;

    std::string folder_;
    std::array<std::unique_ptr<LineWriter>, eventlog::kTopics> files_;
    Last<std::string> case_lines_;
    Last<std::string> task_lines_;
    Last<std::string> gap_lines_;
    std::vector<Signal> signals_;
    Last<Case> cases_;
    std::set<std::string> overdue_;
    std::size_t notices_ = 0;
    std::uint64_t dead_letters_ = 0;
    std::string failure_;
};

// The printable page: summary, alarms by week, signals, cases. Self-contained; everything from the input is escaped.
struct ReportData {
    const BacktestFiles::Summary& summary;
    const std::vector<Signal>& signals;
    std::vector<const Case*> cases;
    std::vector<std::pair<std::string, std::string>> figures;  // name, value
};
[[nodiscard]] std::string report_html(const ReportData& data);

}  // namespace aw::cli
