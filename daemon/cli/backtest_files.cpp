#include "cli/backtest_files.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "app/explain_words.hpp"
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

Result<std::unique_ptr<BacktestFiles>> BacktestFiles::open(const std::string& folder, const Rules& rules) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail_with(fmt::format("{}: cannot be made: {}", folder, error.message()));
    auto made = std::unique_ptr<BacktestFiles>(new BacktestFiles(folder, rules));
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
    facts_.see(effect);
    if (const auto* task = std::get_if<Task>(&effect)) {
        if (task->state == TaskState::OVERDUE) overdue_.insert(task->task_id.value);
    }
}

Result<void> BacktestFiles::write_last(Topic topic, const Last& states) {
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
    for (const Signal& signal : facts_.signals()) ++kinds[name(signal.kind)];
    std::map<std::string_view, std::uint64_t> outcomes;
    for (const auto& [id, view] : facts_.cases()) {
        if (view.outcome != Outcome::UNSPECIFIED) ++outcomes[name(view.outcome)];
    }
    const BacktestCounts& counts = summary.counts;
    return fmt::format(
        R"({{"from":"{}","to":"{}","config_revision":"{}","events":{},"duplicates":{},"late":{},"dead_letters":{},)"
        R"("accounts":{},"accounts_watched":{},"account_days":{},"signals":{},"cases":{},"outcomes":{},"tasks":{},)"
        R"("tasks_overdue":{},"notices":{},"data_gaps":{},"state_hash":"{:016x}"}})",
        format_utc(summary.from), format_utc(summary.to), summary.config_revision, summary.events, counts.duplicates,
        counts.late, dead_letters_, counts.accounts, counts.accounts_watched, counts.account_days, counts_json(kinds),
        facts_.cases().size(), counts_json(outcomes), task_lines_.size(), overdue_.size(), notices_, gap_lines_.size(),
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
    if (summary.comparison != nullptr) {
        if (auto written = write_text("compare.json", comparison_json(*summary.comparison)); !written) return written;
    }
    const ReportData data{.facts = facts_,
                          .usage = usage_,
                          .from = summary.from,
                          .to = summary.to,
                          .config_revision = summary.config_revision,
                          .figures = figures(summary),
                          .comparison = summary.comparison,
                          .most_charts = summary.most_charts};
    return write_text("report.html", report_html(data));
}

// The numbers of summary.json as the report shows them.
std::vector<ReportData::Figure> BacktestFiles::figures(const Summary& summary) const {
    const app::Say say(facts_.rules().language);
    const BacktestCounts& counts = summary.counts;
    std::vector<ReportData::Figure> list;
    const auto add = [&](const char* id, const char* zh, const char* en, auto value) {
        list.push_back({id, say(zh, en), app::grouped(static_cast<std::int64_t>(value))});
    };
    add("accounts_watched", "监控客户", "accounts watched", counts.accounts_watched);
    add("signals", "信号", "signals", facts_.signals().size());
    add("cases", "案件", "cases", facts_.cases().size());
    add("notices", "通知", "notices", notices_);
    add("tasks", "任务", "tasks", task_lines_.size());
    add("tasks_overdue", "逾期任务", "tasks overdue", overdue_.size());
    add("accounts", "客户", "accounts", counts.accounts);
    add("account_days", "客户天数", "account days", counts.account_days);
    add("events", "事件", "events", summary.events);
    add("duplicates", "重复", "duplicates", counts.duplicates);
    add("late", "迟到", "late", counts.late);
    add("dead_letters", "拒收", "dead letters", dead_letters_);
    return list;
}

}  // namespace aw::cli
