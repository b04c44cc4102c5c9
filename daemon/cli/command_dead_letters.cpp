// accountwatch dead-letters: what was refused, read from its topic; once more into `events`.
#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <ostream>
#include <set>

#include <fmt/format.h>

#include "app/dead_letter.hpp"
#include "app/exit_codes.hpp"
#include "app/open_log.hpp"
#include "app/source_lane.hpp"
#include "base/text.hpp"
#include "cli/batches.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"
#include "cli/text_table.hpp"
#include "cli/tool_log.hpp"
#include "codec/output_decoder.hpp"
#include "codec/output_encoder.hpp"
#include "codec/text.hpp"
#include "intake/line_events.hpp"

namespace aw::cli {
namespace {

constexpr std::size_t kBatch = 1'000;
constexpr Duration kWait{100};
constexpr std::size_t kDetailShown = 100;

struct Place {
    int partition = 0;
    std::int64_t offset = 0;
    auto operator<=>(const Place&) const = default;
};

std::string to_text(const Place& place) { return fmt::format("{}/{}", place.partition, place.offset); }

std::optional<Place> parse_place(std::string_view text) {
    Place place;
    const char* const end = text.data() + text.size();
    const auto partition = std::from_chars(text.data(), end, place.partition);
    if (partition.ec != std::errc{} || partition.ptr == end || *partition.ptr != '/') return std::nullopt;
    const auto offset = std::from_chars(partition.ptr + 1, end, place.offset);
    if (offset.ec != std::errc{} || offset.ptr != end || place.partition < 0 || place.offset < 0) return std::nullopt;
    return place;
}

struct Letter {
    Place place;
    DeadLetter what;
    std::vector<eventlog::Header> headers;  // of the original record; of one in `events` those of its trace
};

// The log and what of the letters is asked for.
class Letters {
public:
    Letters(const DeadLettersOptions& options, Console& console) : options_(options), console_(console) {}

    // Not app::kExitFine: told on stderr, go no further.
    int open() {
        for (const std::string& text : options_.letters) {
            const auto place = parse_place(text);
            if (!place)
                return misused(console_, "'" + text + "' is no letter: PARTITION/OFFSET as in the list, such as 0/17");
            asked_.insert(*place);
        }
        missing_ = asked_;
        if (!options_.reason.empty()) reason_ = parse_enum<DeadLetterReason>(options_.reason);
        loaded_ = load_config(options_.config, console_);
        if (!loaded_) return app::kExitConfiguration;
        if (!options_.since.empty()) {
            since_ = parse_instant(options_.since, zone());
            if (!since_) return misused(console_, "--since '" + options_.since + "' is no time");
        }
        auto log = open_tool_log(loaded_->settings, eventlog::LogLevel::warning, console_);
        if (!log) return complain(console_, log.error());
        log_ = *std::move(log);
        return app::kExitFine;
    }

    // In the order of the topic, as they stand there now.
    template <class Take>
    int each(Take take) {
        auto reader = log_->open_reader(eventlog::Topic::dead_letters);
        if (!reader) return complain(console_, reader.error());
        for (;;) {
            const bool last = (*reader)->caught_up();
            const auto records = (*reader)->poll(kBatch, kWait);
            if (!records) return complain(console_, records.error());
            for (const eventlog::Record& record : *records) {
                const Place place{record.partition, record.offset};
                auto letter = decode_dead_letter(record.value);
                if (!letter) {
                    console_.err << to_text(place) << ": " << letter.error().message << '\n';
                    ++unreadable_;
                } else if (is_asked_for(place, *letter)) {
                    missing_.erase(place);
                    take(Letter{place, *std::move(letter), app::original_headers(record.headers)});
                }
            }
            if (last && records->empty()) break;
        }
        for (const Place& place : missing_) console_.err << to_text(place) << ": there is no such letter\n";
        return missing_.empty() && unreadable_ == 0 ? app::kExitFine : app::kExitMistakes;
    }

    [[nodiscard]] const TimeZone& zone() const { return loaded_->rules->calendar.zone(); }
    [[nodiscard]] const std::vector<settings::SourceSettings>& sources() const { return loaded_->settings.sources; }
    // Of the topic that is read by workers, where refused records are events as they are.
    [[nodiscard]] std::string events_topic() const {
        return topic_name(loaded_->settings.log.kafka.topic_prefix, eventlog::Topic::events);
    }
    [[nodiscard]] Format format() const { return app::value_format(loaded_->settings.log); }
    [[nodiscard]] eventlog::Log& log() { return *log_; }

private:
    [[nodiscard]] bool is_asked_for(const Place& place, const DeadLetter& letter) const {
        return (asked_.empty() || asked_.contains(place)) && (!reason_ || letter.reason == *reason_) &&
               (!since_ || letter.received_at >= *since_);
    }

    const DeadLettersOptions& options_;
    Console& console_;
    std::set<Place> asked_;
    std::set<Place> missing_;  // asked for and not seen
    std::size_t unreadable_ = 0;
    std::optional<DeadLetterReason> reason_;
    std::optional<Timestamp> since_;
    std::optional<settings::Loaded> loaded_;
    std::unique_ptr<eventlog::Log> log_;
};

std::string json_of(const Letter& letter) {
    std::string text = encode(letter.what, Format::json);
    return fmt::format(R"({{"letter":"{}",{})", to_text(letter.place), text.substr(1));
}

std::string origin_of(const DeadLetter& letter) {
    if (letter.topic.empty()) return "-";
    return fmt::format("{} {}/{}", letter.topic, letter.partition, letter.offset);
}

std::string whole_text(const Letter& letter, const TimeZone& zone) {
    const DeadLetter& what = letter.what;
    std::string text = fmt::format("letter    {}\nreceived  {}\nreason    {}\ndetail    {}\n", to_text(letter.place),
                                   local_minute(what.received_at, zone), name(what.reason), what.detail);
    if (!what.source.empty()) text += "source    " + what.source + '\n';
    text += "from      " + origin_of(what) + '\n';
    text += "key       " + codec::show_text(what.key) + '\n';
    const bool readable =
        codec::valid_utf8(what.payload) && std::none_of(what.payload.begin(), what.payload.end(), [](char c) {
            return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
        });
    text += fmt::format("payload   {} bytes{}\n", what.payload.size(), readable ? "" : ", in base64");
    return text + (readable ? what.payload : codec::base64(what.payload)) + '\n';
}

class Redrive {
public:
    Redrive(Letters& letters, eventlog::Appender& appender, const DeadLettersOptions& options)
        : letters_(letters), batches_(appender), format_(letters.format()), dry_run_(options.dry_run) {}

    // Why the letter cannot be taken as it is; nothing if it was.
    std::optional<Refusal> take(const Letter& letter) {
        if (failed_) return std::nullopt;
        auto record = read(letter);
        if (!record) return std::move(record).error();
        ++taken_;
        if (dry_run_) return std::nullopt;
        if (!*record) {
            ++left_out_;  // by the map as it is now: done with it
        } else {
            failed_ = !batches_.add(**std::move(record));
        }
        return std::nullopt;
    }
    void finish() {
        if (!failed_ && !dry_run_) failed_ = !batches_.flush();
    }
    // Letters in the log now; of a dry run, that would be.
    [[nodiscard]] std::uint64_t taken() const { return dry_run_ ? taken_ : batches_.appended() + left_out_; }
    [[nodiscard]] const std::optional<eventlog::LogError>& error() const { return batches_.error(); }

private:
    // What its record becomes: an event as it is, or, of a source topic, what the source's format and map of now make
    // of it. Nothing: the map leaves it out.
    Result<std::optional<eventlog::OutRecord>, Refusal> read(const Letter& letter) {
        std::vector<eventlog::HeaderView> headers;
        for (const auto& header : letter.headers) headers.push_back({header.name, header.value});
        const bool of_others = !letter.what.topic.empty() && letter.what.topic != letters_.events_topic();
        const auto& sources = letters_.sources();
        const auto source =
            std::ranges::find_if(sources, [&](const auto& each) { return each.name == letter.what.source; });
        if (!of_others || source == sources.end()) {
            const auto event = lines_.read_record(letter.what.payload);
            if (!event) return fail(event.error());
            auto record = intake::event_record(**event, format_);
            eventlog::pass_trace(record, headers);
            return std::optional(std::move(record));
        }
        auto found = records_.find(source->name);
        if (found == records_.end())
            found = records_.emplace(source->name, app::source_records(*source, format_)).first;
        eventlog::Record record;
        record.key = letter.what.key;
        record.value = letter.what.payload;
        record.headers = headers;
        record.topic = letter.what.topic;
        return found->second.convert(record);
    }

    Letters& letters_;
    intake::LineEvents lines_;
    std::map<std::string, intake::SourceRecords> records_;  // by source
    Batches batches_;
    Format format_;
    bool dry_run_;
    bool failed_ = false;
    std::uint64_t taken_ = 0;
    std::uint64_t left_out_ = 0;
};

}  // namespace

int run_dead_letters_list(const DeadLettersOptions& options, Console& console) {
    Letters letters(options, console);
    if (const int code = letters.open(); code != app::kExitFine) return code;
    std::deque<Letter> found;
    std::size_t all = 0;
    const auto limit = static_cast<std::size_t>(options.limit);
    const int code = letters.each([&](Letter&& letter) {
        ++all;
        letter.what.payload.resize(options.json ? letter.what.payload.size() : 0);
        found.push_back(std::move(letter));
        if (limit > 0 && found.size() > limit) found.pop_front();
    });
    if (options.json) {
        console.out << "{\"items\":[";
        for (std::size_t i = 0; i < found.size(); ++i) console.out << (i == 0 ? "" : ",") << json_of(found[i]);
        console.out << "],\"total\":" << all << "}\n";
        return code;
    }
    if (found.empty()) {
        console.out << "no dead letters\n";
        return code;
    }
    TextTable table({"LETTER", "RECEIVED", "REASON", "SOURCE", "FROM", "DETAIL"});
    for (const Letter& letter : found) {
        const DeadLetter& what = letter.what;
        table.add({to_text(letter.place), local_minute(what.received_at, letters.zone()),
                   std::string(name(what.reason)), what.source.empty() ? "-" : what.source, origin_of(what),
                   one_line(what.detail, kDetailShown)});
    }
    console.out << table.text()
                << fmt::format("\n{} of {} dead letter{}; times are {}\n", found.size(), all, all == 1 ? "" : "s",
                               letters.zone().name());
    return code;
}

int run_dead_letters_show(const DeadLettersOptions& options, Console& console) {
    Letters letters(options, console);
    if (const int code = letters.open(); code != app::kExitFine) return code;
    return letters.each([&](const Letter& letter) {
        if (options.payload) {
            console.out << letter.what.payload;
        } else if (options.json) {
            console.out << json_of(letter) << '\n';
        } else {
            console.out << whole_text(letter, letters.zone());
        }
    });
}

int run_dead_letters_redrive(const DeadLettersOptions& options, Console& console) {
    if (options.letters.empty() != options.all)
        return misused(console, "name the letters, or take --all (of one --reason, or --since a time)");
    Letters letters(options, console);
    if (const int code = letters.open(); code != app::kExitFine) return code;
    auto appender = letters.log().open_appender();
    if (!appender) return complain(console, appender.error());
    Redrive redrive(letters, **appender, options);
    std::size_t asked = 0;
    std::size_t refused = 0;
    const int code = letters.each([&](const Letter& letter) {
        ++asked;
        const auto refusal = redrive.take(letter);
        if (!refusal) return;
        ++refused;
        console.err << fmt::format("{}: {}: {}\n", to_text(letter.place), name(refusal->reason), refusal->detail);
    });
    redrive.finish();
    if (options.json) {
        console.out << fmt::format(R"({{"letters":{},"redriven":{},"refused":{},"dry_run":{}}})", asked,
                                   redrive.taken(), refused, options.dry_run)
                    << '\n';
    } else {
        console.out << fmt::format("{} of {} letters {}, {} refused again\n", redrive.taken(), asked,
                                   options.dry_run ? "would be redriven" : "redriven", refused);
    }
    if (redrive.error()) return complain(console, *redrive.error());
    return refused > 0 ? app::kExitMistakes : code;
}

}  // namespace aw::cli
