#include "cli/backtest_files.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "base/text.hpp"
#include "codec/output_decoder.hpp"

namespace aw::cli {
namespace {

using eventlog::Topic;

constexpr std::array kFiles = {Topic::signals,   Topic::cases,        Topic::tasks,     Topic::notices,
                               Topic::decisions, Topic::dead_letters, Topic::data_gaps, Topic::reports};

template <class Map>
std::string counts_json(const Map& counts) {
    std::string text;
    for (const auto& [name, count] : counts) {
        text += fmt::format("{}\"{}\":{}", text.empty() ? "" : ",", name, count);
    }
    return "{" + text + "}";
}

}  // namespace

bool BacktestFiles::ById::operator()(const std::string& a, const std::string& b) const {
    const auto digits = [](const std::string& id) { return id.find_last_not_of("0123456789") + 1; };
    const std::size_t end_a = digits(a);
    const std::size_t end_b = digits(b);
    if (const int order = a.compare(0, end_a, b, 0, end_b); order != 0) return order < 0;
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

Result<std::unique_ptr<BacktestFiles>> BacktestFiles::open(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail_with(fmt::format("{}: cannot be made: {}", folder, error.message()));
    auto made = std::unique_ptr<BacktestFiles>(new BacktestFiles(folder));
    for (const Topic topic : kFiles) {
        auto writer = LineWriter::open(fmt::format("{}/{}.ndjson", folder, eventlog::topic_name(topic)));
        if (!writer) return fail(writer.error());
        made->files_[eventlog::index(topic)] = std::make_unique<LineWriter>(std::move(*writer));
    }
    return made;
}

void BacktestFiles::take(eventlog::OutRecord&& output) {
    if (output.topic == Topic::cases) {
        case_lines_[output.key] = std::move(output.value);
    } else if (output.topic == Topic::tasks) {
        task_lines_[output.key] = std::move(output.value);
    } else if (output.topic == Topic::data_gaps) {
        // Of each its last state, as of cases: keyed by feed in the topic, by its id here.
        if (const auto gap = decode_data_gap(output.value)) gap_lines_[gap->gap_id] = std::move(output.value);
    } else if (auto& file = files_[eventlog::index(output.topic)]; file != nullptr) {
        if (output.topic == Topic::notices) ++notices_;
        if (output.topic == Topic::dead_letters) ++dead_letters_;
        if (auto written = file->write(output.value); !written && failure_.empty()) failure_ = written.error().message;
    }
}

void BacktestFiles::see(const Effect& effect) {
    if (const auto* signal = std::get_if<Signal>(&effect)) {
        signals_.push_back(*signal);
    } else if (const auto* view = std::get_if<Case>(&effect)) {
        cases_[view->case_id.value] = *view;
    } else if (const auto* task = std::get_if<Task>(&effect)) {
        if (task->state == TaskState::OVERDUE) overdue_.insert(task->task_id.value);
    }
}

Result<void> BacktestFiles::write_last(Topic topic, const Last<std::string>& states) {
    for (const auto& [id, line] : states) {
        if (auto written = files_[eventlog::index(topic)]->write(line); !written) return written;
    }
    return {};
}

Result<void> BacktestFiles::write_text(const std::string& name, const std::string& text) const {
    auto file = LineWriter::open(folder_ + "/" + name);
    if (!file) return fail(file.error());
    if (auto written = file->write(text); !written) return written;
    return file->close();
}

std::string BacktestFiles::summary_json(const Summary& summary) const {
    std::map<std::string_view, std::uint64_t> kinds;
    for (const Signal& signal : signals_) ++kinds[name(signal.kind)];
    std::map<std::string_view, std::uint64_t> outcomes;
    for (const auto& [id, view] : cases_) {
        if (view.outcome != Outcome::UNSPECIFIED) ++outcomes[name(view.outcome)];
    }
    const BacktestCounts& counts = summary.counts;
    return fmt::format(
        R"({{"from":"{}","to":"{}","config_revision":"{}","events":{},"duplicates":{},"late":{},"dead_letters":{},)"
        R"("accounts":{},"accounts_watched":{},"account_days":{},"signals":{},"cases":{},"outcomes":{},"tasks":{},)"
        R"("tasks_overdue":{},"notices":{},"data_gaps":{},"state_hash":"{:016x}"}})",
        format_utc(summary.from), format_utc(summary.to), summary.config_revision, summary.events, counts.duplicates,
        counts.late, dead_letters_, counts.accounts, counts.accounts_watched, counts.account_days, counts_json(kinds),
        cases_.size(), counts_json(outcomes), task_lines_.size(), overdue_.size(), notices_, gap_lines_.size(),
        counts.state_hash);
}

Result<void> BacktestFiles::finish(const Summary& summary) {
    if (!failure_.empty()) return fail_with(failure_);
    if (auto written = write_last(Topic::cases, case_lines_); !written) return written;
    if (auto written = write_last(Topic::tasks, task_lines_); !written) return written;
    if (auto written = write_last(Topic::data_gaps, gap_lines_); !written) return written;
    for (const Topic topic : kFiles) {
        if (auto closed = files_[eventlog::index(topic)]->close(); !closed) return closed;
    }
    if (auto written = write_text("summary.json", summary_json(summary)); !written) return written;
    ReportData data{summary, signals_, {}, {}};
    for (const auto& [id, view] : cases_) data.cases.push_back(&view);
    const auto figure = [&](const char* what, auto value) {
        data.figures.emplace_back(what, fmt::format("{}", value));
    };
    figure("Events", summary.events);
    figure("Duplicates", summary.counts.duplicates);
    figure("Late", summary.counts.late);
    figure("Dead letters", dead_letters_);
    figure("Accounts", summary.counts.accounts);
    figure("Accounts watched", summary.counts.accounts_watched);
    figure("Account days", summary.counts.account_days);
    figure("Signals", signals_.size());
    figure("Cases", cases_.size());
    figure("Tasks", task_lines_.size());
    figure("Tasks overdue", overdue_.size());
    figure("Notices", notices_);
    figure("Data gaps", gap_lines_.size());
    return write_text("report.html", report_html(data));
}

}  // namespace aw::cli
