#include "support/scenario.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "codec/output_encoder.hpp"
#include "support/sample_rules.hpp"

namespace aw::test {
namespace {

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream in(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line.front() != '#') lines.push_back(line);
    }
    return lines;
}

// Those of scenario.txt and of what it includes.
std::vector<std::string> directives_of(const std::string& folder, const std::string& file) {
    std::vector<std::string> list;
    for (const std::string& line : lines_of(folder + "/" + file)) {
        if (line.front() == ' ' && !list.empty()) {
            list.back() += line;
        } else if (line.rfind("include ", 0) == 0) {
            const auto more = directives_of(folder, line.substr(8));
            if (more.empty()) throw std::runtime_error(file + ": nothing to " + line);
            list.insert(list.end(), more.begin(), more.end());
        } else {
            list.push_back(line);
        }
    }
    return list;
}

Week parse_week(const std::string& text) {  // 2026-W33
    if (text.size() != 8 || text.substr(4, 2) != "-W") throw std::runtime_error("bad week " + text);
    return make_week(std::stoi(text.substr(0, 4)), std::stoi(text.substr(6)));
}

Timestamp parse_time(const std::string& text) {
    const auto time = parse_rfc3339(text);
    if (!time) throw std::runtime_error("bad time " + text);
    return *time;
}

// `watermark FEED REGION FROM TO`: every day at 00:10 that all of the day before is there.
void add_watermarks(cli::History& history, const std::string& words) {
    std::istringstream in(words);
    std::string feed, region, from, to;
    if (!(in >> feed >> region >> from >> to)) throw std::runtime_error("watermark " + words);
    const auto last = parse_day(to);
    for (auto day = parse_day(from); day && last && *day <= *last; day = *day + 1) {
        const std::string id = "watermark-" + format_day(*day);
        Event event;
        event.event_id = id;
        event.occurred_at = shanghai((format_day(*day) + " 00:10").c_str());
        event.source = feed;
        event.payload = WatermarkEvent{feed, region, shanghai((format_day(*day) + " 00:00").c_str())};
        history.add(event);
    }
}

// One row of history.csv as shipment events.
void add_history(cli::History& history, const std::string& row, std::size_t number) {
    std::vector<std::string> cells;
    std::istringstream in(row);
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    if (cells.size() != 5) throw std::runtime_error("bad row of history.csv: " + row);
    const int items = std::stoi(cells[4]);
    for (Week week = parse_week(cells[2]); week <= parse_week(cells[3]); ++week.n) {
        for (int d = 0; d < 7; ++d) {
            const int share = items / 7 + (d < items % 7 ? 1 : 0);
            if (share == 0) continue;
            const Day day = first_day(week) + d;
            const std::string id = "history-" + std::to_string(number) + "-" + format_day(day);
            Event event;
            event.event_id = id;
            event.code = *parse_customer_code(cells[0]);
            event.occurred_at = shanghai((format_day(day) + " 12:00").c_str());
            event.source = "sorting";
            event.payload = ShipmentEvent{cells[1], share, 0, {}, {}, {}};
            history.add(event);
        }
    }
}

settings::Loaded load_with(const std::vector<std::string>& sets) {
    auto loaded = settings::load(std::string(AW_SOURCE_DIR) + "/config/accountwatch.yaml", sets, std::nullopt);
    for (const auto& mistake : loaded.mistakes) throw std::runtime_error(settings::to_text(mistake));
    return loaded;
}

}  // namespace

std::string Said::text() const {
    std::string text;
    const auto add = [&text](const char* kind, const std::string& json) {
        text += "{\"" + std::string(kind) + "\":" + json + "}\n";
    };
    for (Signal signal : signals) {
        signal.config_revision.clear();
        add("signal", encode(signal, Format::json));
    }
    for (const Case& view : cases) add("case", encode(view, Format::json));
    for (const Task& task : tasks) add("task", encode(task, Format::json));
    for (const Notice& notice : notices) add("notice", encode(notice, Format::json));
    for (const std::string& report : reports) add("report", report);
    return text;
}

std::vector<Notice> Said::notices_for(NoticeReason reason) const {
    std::vector<Notice> found;
    std::copy_if(notices.begin(), notices.end(), std::back_inserter(found),
                 [&](const Notice& n) { return n.reason == reason; });
    return found;
}

std::vector<Decision> Said::decisions_with(std::string_view code) const {
    std::vector<Decision> found;
    std::copy_if(decisions.begin(), decisions.end(), std::back_inserter(found),
                 [&](const Decision& d) { return d.code == code; });
    return found;
}

Scenario load_scenario(const std::string& name) {
    Scenario scenario;
    scenario.name = name;
    scenario.folder = std::string(AW_SOURCE_DIR) + "/tests/scenarios/" + name;
    scenario.history = std::make_unique<cli::History>(Format::protobuf);
    std::vector<std::string> sets;
    for (const std::string& line : directives_of(scenario.folder, "scenario.txt")) {
        const std::size_t blank = line.find(' ');
        const std::string word = line.substr(0, blank);
        const std::string rest = line.substr(blank + 1);
        if (word == "set")
            sets.push_back(rest);
        else if (word == "watermark")
            add_watermarks(*scenario.history, rest);
        else if (word == "until")
            scenario.until = parse_time(rest);
        else if (word == "pause")
            scenario.pauses.push_back(parse_time(rest));
        else if (word == "restart")
            scenario.restarts.push_back(parse_time(rest));
        else
            throw std::runtime_error("scenario.txt: " + line);
    }
    scenario.loaded = load_with(sets);
    std::size_t number = 0;
    for (const std::string& row : lines_of(scenario.folder + "/history.csv")) {
        if (number++ > 0) add_history(*scenario.history, row, number);  // below the heading
    }
    intake::LineEvents events;
    for (const std::string& line : lines_of(scenario.folder + "/events.ndjson")) {
        const auto event = events.read_json(line);
        if (!event) throw std::runtime_error(event.error().detail + ": " + line);
        scenario.history->add(**event);
    }
    scenario.history->sort();
    return scenario;
}

std::shared_ptr<const Rules> scenario_rules(const std::vector<std::string>& more) {
    std::vector<std::string> sets = {"live_from=2020-01-01T00:00:00+08:00"};
    for (const std::string& line : directives_of(std::string(AW_SOURCE_DIR) + "/tests/scenarios", "policy.txt"))
        sets.push_back(line.substr(4));  // "set "
    sets.insert(sets.end(), more.begin(), more.end());
    return load_with(sets).rules;
}

}  // namespace aw::test
