// accountwatch send: files of events into the log.
#include <ostream>

#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "app/open_log.hpp"
#include "base/text.hpp"
#include "cli/batches.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"
#include "cli/history.hpp"
#include "cli/tool_log.hpp"
#include "codec/event_encoder.hpp"

namespace aw::cli {
namespace {

using eventlog::LogError;
using eventlog::OutRecord;

class Sending {
public:
    // `map` may be null.
    Sending(const SendOptions& options, const FieldMap* map, const settings::Loaded& loaded,
            eventlog::Appender& appender, Console& console)
        : options_(options), map_(map), loaded_(loaded), console_(console), appender_(appender), batches_(appender) {
        format_ = app::value_format(loaded.settings.log);
    }

    int run() { return finish(options_.backfill ? backfill() : now()); }

private:
    Result<void> now() {
        auto done = read([this](const Event& event) { return append(intake::event_record(event, format_)); });
        if (!done) return done;
        return flushed();
    }

    // History: in order, each with its own log time, behind the configuration that judges it.
    Result<void> backfill() {
        const auto empty = appender_.is_empty();
        if (!empty) {
            failed_ = empty.error();
            return fail_with({});
        }
        if (!*empty) {
            console_.err << "the log holds events already: --backfill is for an empty one (leave it out to append with "
                            "the time of now)\n";
            refused_ = true;
            return {};
        }
        History history(format_);
        auto done = read([&](const Event& event) -> Result<void> {
            history.add(event);
            return {};
        });
        if (!done || history.entries().empty()) return done;
        history.sort();
        if (auto written = append(activation(history.entries().front().at)); !written) return written;
        own_ = 1;
        Progress progress(console_, "appending");
        std::uint64_t n = 0;
        for (const History::Entry& entry : history.entries()) {
            OutRecord record{eventlog::Topic::events, {}, std::string(entry.text())};
            if (entry.root.is_set()) {
                record.key = format_root(entry.root);
            } else {
                record.partition = eventlog::kEveryPartition;
            }
            eventlog::declare_log_time(record, entry.at);
            if (auto written = append(std::move(record)); !written) return written;
            if (++n % 1024 == 0) progress.show(n, "events", n, history.entries().size());
        }
        return flushed();
    }

    OutRecord activation(Timestamp at) const {
        Event event;
        const std::string id = "activation-" + loaded_.rules->revision;
        event.event_id = id;
        event.occurred_at = at;
        event.source = "accountwatch";
        event.payload = ActivationEvent{loaded_.rules->revision, loaded_.document, nullptr};
        OutRecord record = intake::event_record(event, format_);
        eventlog::declare_log_time(record, at);
        return record;
    }

    Result<void> read(const OnEvent& accept) {
        return read_event_files(options_.files, {options_.format, map_}, console_, counts_, accept,
                                [this](const std::string& file, const FileEvent& event) {
                                    console_.err << rejection_text(file, event.line, event.event.error()) << '\n';
                                });
    }
    Result<void> append(OutRecord record) {
        if (batches_.add(std::move(record))) return {};
        failed_ = batches_.error();
        return fail_with({});
    }
    Result<void> flushed() {
        if (batches_.flush()) return {};
        failed_ = batches_.error();
        return fail_with({});
    }

    int finish(const Result<void>&) {
        if (refused_) return app::kExitMistakes;
        const std::uint64_t appended = batches_.appended() - std::min(batches_.appended(), own_);
        if (options_.json) {
            const std::string left_out = map_ != nullptr ? fmt::format(",\"left_out\":{}", counts_.left_out) : "";
            console_.out << fmt::format("{{\"appended\":{},\"rejected\":{}{}}}\n", appended, counts_.rejected,
                                        left_out);
        } else {
            const std::string left_out = map_ != nullptr ? fmt::format(", {} left out", counts_.left_out) : "";
            console_.out << fmt::format("{} events appended, {} rejected{}\n", appended, counts_.rejected, left_out);
        }
        if (failed_) {
            if (appended > 0 && options_.backfill) {
                console_.err << "the log holds a part of the history now; start again with an empty one\n";
            } else if (appended > 0) {
                console_.err << "not everything was appended; sending the same file again is safe, for events are "
                                "recognised by their event_id\n";
            }
            return complain(console_, *failed_);
        }
        return counts_.rejected > 0 || counts_.unreadable ? app::kExitMistakes : app::kExitFine;
    }

    const SendOptions& options_;
    const FieldMap* map_;
    const settings::Loaded& loaded_;
    Console& console_;
    eventlog::Appender& appender_;
    Batches batches_;
    Format format_ = Format::protobuf;
    ReadCounts counts_;
    std::uint64_t own_ = 0;  // records of our own among those appended
    bool refused_ = false;
    std::optional<LogError> failed_;
};

}  // namespace

int run_send(const SendOptions& options, Console& console) {
    const auto loaded = load_config(options.config, console);
    if (!loaded) return app::kExitConfiguration;
    std::optional<FieldMap> map;
    if (!options.map.empty() && !(map = load_map(options.map, console))) return app::kExitConfiguration;
    auto log = open_tool_log(loaded->settings, eventlog::LogLevel::warning, console);
    if (!log) return complain(console, log.error());
    auto appender = (*log)->open_appender();
    if (!appender) return complain(console, appender.error());
    return Sending(options, map ? &*map : nullptr, *loaded, **appender, console).run();
}

}  // namespace aw::cli
