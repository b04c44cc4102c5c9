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

// 37140000100001+200: so many accounts one after the other, of the same branch.
std::vector<CustomerCode> parse_codes(const std::string& text) {
    const std::size_t plus = text.find('+');
    const auto first = parse_customer_code(text.substr(0, plus));
    if (!first) throw std::runtime_error("bad code " + text);
    std::vector<CustomerCode> codes = {*first};
    const std::size_t count = plus == std::string::npos ? 1 : std::stoul(text.substr(plus + 1));
    while (codes.size() < count) codes.push_back({{codes.back().root.n + 1}, first->branch});
    return codes;
}

void add_shipment(cli::History& history, std::string_view id, CustomerCode code, Timestamp at, Timestamp recorded_at,
                  std::string_view line, int items) {
    Event event;
    event.event_id = id;
    event.code = code;
    event.occurred_at = at;
    event.recorded_at = recorded_at;
    event.source = "sorting";
    event.payload = ShipmentEvent{line, items, 0, {}, {}, {}};
    history.add(event);
}

// `heartbeat FEED REGION FROM TO MINUTES`: everything until then is there.
void add_heartbeats(cli::History& history, const std::string& words) {
    std::istringstream in(words);
    std::string feed, region, from, to;
    int minutes = 0;
    if (!(in >> feed >> region >> from >> to >> minutes)) throw std::runtime_error("heartbeat " + words);
    for (Timestamp at = parse_time(from); at <= parse_time(to); at = at + std::chrono::minutes{minutes}) {
        const std::string id = "heartbeat-" + feed + region + format_utc(at);
        Event event;
        event.event_id = id;
        event.occurred_at = at;
        event.source = feed;
        event.payload = WatermarkEvent{feed, region, at};
        history.add(event);
    }
}

void add_ticks(cli::History& history, const std::string& words) {
    std::istringstream in(words);
    std::string from, to;
    int seconds = 0;
    if (!(in >> from >> to >> seconds)) throw std::runtime_error("ticks " + words);
    for (Timestamp at = parse_time(from); at <= parse_time(to); at = at + std::chrono::seconds{seconds}) {
        Event event;
        event.event_id = "tick";
        event.occurred_at = at;
        event.source = "accountwatch";
        event.payload = TickEvent{};
        history.add(event);
    }
}

void add_registrations(cli::History& history, const std::string& words) {
    std::istringstream in(words);
    std::string at, codes;
    int revenue = 0;
    if (!(in >> at >> codes >> revenue)) throw std::runtime_error("register " + words);
    for (const CustomerCode& code : parse_codes(codes)) {
        const std::string id = "register-" + format_code(code);
        const std::string name = "客户 " + format_root(code.root);
        AccountEvent account;
        account.operation = AccountOperation::REGISTER;
        account.name = name;
        account.annual_revenue_hint = yuan(revenue);
        Event event;
        event.event_id = id;
        event.code = code;
        event.occurred_at = parse_time(at);
        event.source = "crm";
        event.payload = account;
        history.add(event);
    }
}

// `backlog FEED TIME FROM TO CODES EVENTS DUPLICATES`: what a feed brings when it is back; the duplicates come last.
void add_backlog(cli::History& history, const std::string& words) {
    std::istringstream in(words);
    std::string feed, at, from, to, codes;
    int events = 0;
    int duplicates = 0;
    if (!(in >> feed >> at >> from >> to >> codes >> events >> duplicates) || feed != "sorting")
        throw std::runtime_error("backlog " + words);
    std::vector<CustomerCode> all;
    std::istringstream lists(codes);
    for (std::string list; std::getline(lists, list, ',');) {
        for (const CustomerCode& code : parse_codes(list)) all.push_back(code);
    }
    const auto step = (parse_time(to) - parse_time(from)) / events;
    for (int n = 0; n < events; ++n) {
        const int which = n < events - duplicates ? n : (n * 7) % (events - duplicates);
        add_shipment(history, "backlog-" + std::to_string(which), all[static_cast<std::size_t>(which) % all.size()],
                     parse_time(from) + step * which, parse_time(at), "express", 1);
    }
}

// One row of history.csv as shipment events.
void add_history(cli::History& history, const std::string& row, std::size_t number) {
    std::vector<std::string> cells;
    std::istringstream in(row);
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    if (cells.size() != 5) throw std::runtime_error("bad row of history.csv: " + row);
    const int items = std::stoi(cells[4]);
    const auto add = [&](CustomerCode code, Day day, int share) {
        const std::string id = "history-" + std::to_string(number) + "-" + format_day(day) +
                               (cells[0].size() > 14 ? "-" + format_root(code.root) : "");
        const Timestamp noon = shanghai((format_day(day) + " 12:00").c_str());
        if (share > 0) add_shipment(history, id, code, noon, noon, cells[1], share);
    };
    for (const CustomerCode& code : parse_codes(cells[0])) {
        if (const auto last = parse_day(cells[3])) {
            for (Day day = *parse_day(cells[2]); day <= *last; ++day) add(code, day, items);
            continue;
        }
        for (Week week = parse_week(cells[2]); week <= parse_week(cells[3]); ++week.n) {
            for (int d = 0; d < 7; ++d) add(code, first_day(week) + d, items / 7 + (d < items % 7 ? 1 : 0));
        }
    }
}

// Any other line of scenario.txt; false if there is none such.
bool add_events(cli::History& history, const std::string& word, const std::string& words) {
    if (word == "watermark")
        add_watermarks(history, words);
    else if (word == "heartbeat")
        add_heartbeats(history, words);
    else if (word == "ticks")
        add_ticks(history, words);
    else if (word == "register")
        add_registrations(history, words);
    else if (word == "backlog")
        add_backlog(history, words);
    else
        return false;
    return true;
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
    for (const DataGap& gap : data_gaps) add("data_gap", encode(gap, Format::json));
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
        else if (word == "live") {
            scenario.live_from = parse_time(rest.substr(0, rest.find(' ')));
            scenario.live_to = parse_time(rest.substr(rest.find(' ') + 1));
        } else if (word == "until")
            scenario.until = parse_time(rest);
        else if (word == "pause")
            scenario.pauses.push_back(parse_time(rest));
        else if (word == "restart")
            scenario.restarts.push_back(parse_time(rest));
        else if (!add_events(*scenario.history, word, rest))
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

settings::Loaded scenario_settings(const std::vector<std::string>& more) {
    std::vector<std::string> sets = {"live_from=2020-01-01T00:00:00+08:00"};
    for (const std::string& line : directives_of(std::string(AW_SOURCE_DIR) + "/tests/scenarios", "policy.txt"))
        sets.push_back(line.substr(4));  // "set "
    sets.insert(sets.end(), more.begin(), more.end());
    return load_with(sets);
}

}  // namespace aw::test
