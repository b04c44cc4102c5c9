#include "app/application.hpp"

#include <atomic>
#include <csignal>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <unistd.h>

#include "app/api.hpp"
#include "app/exit_codes.hpp"
#include "app/guarded.hpp"
#include "app/notify_role.hpp"
#include "app/open_log.hpp"
#include "app/reloader.hpp"
#include "app/service_manager.hpp"
#include "app/slowest_round.hpp"
#include "app/source_worker.hpp"
#include "app/stop_limits.hpp"
#include "app/version.hpp"
#include "eventlog/kafka/kafka_log.hpp"

namespace aw::app {
namespace {

static_assert(Ingest::kPatience < kDrain);  // who posted events is told what became of them

telemetry::LogSettings log_settings(const settings::LoggingSettings& settings) {
    telemetry::LogSettings log;
    log.level = static_cast<telemetry::Level>(settings.level);
    log.format = settings.format == settings::LogFormat::JSON ? telemetry::Format::json : telemetry::Format::text;
    log.journal = telemetry::stderr_is_journal();
    return log;
}

telemetry::Level level_of(eventlog::LogLevel level) {
    switch (level) {
        case eventlog::LogLevel::error:
            return telemetry::Level::error;
        case eventlog::LogLevel::warning:
            return telemetry::Level::warning;
        case eventlog::LogLevel::info:
            return telemetry::Level::info;
        default:
            return telemetry::Level::debug;
    }
}

std::string role_names(const settings::Roles& roles) {
    std::string names;
    for (const auto& [on, name] : {std::pair{roles.intake, "intake"},
                                   {roles.watch, "watch"},
                                   {roles.notify, "notify"},
                                   {roles.serve, "serve"}}) {
        if (on) names += (names.empty() ? "" : ",") + std::string(name);
    }
    return names;
}

}  // namespace

struct Application::Parts {
    settings::Loaded loaded;
    std::string path;
    std::vector<std::string> overrides;
    SystemClock clock;
    telemetry::Log log{log_settings(loaded.settings.logging), clock};
    telemetry::Registry registry;
    telemetry::Metrics metrics{registry};
    telemetry::Telemetry telemetry{log, metrics};
    boost::asio::io_context io;
    boost::asio::signal_set signals{io};
    boost::asio::steady_timer watchdog{io};
    boost::asio::steady_timer stop_limit{io};
    int exit_code = kExitFine;
    bool stopping = false;
    std::atomic<const char*> step = "";  // of the stop

    std::unique_ptr<eventlog::Log> event_log;
    std::unique_ptr<Board> board;
    std::unique_ptr<Ingest> ingest;
    std::unique_ptr<Historian> historian;
    std::unique_ptr<Workers> workers;
    std::unique_ptr<SourceWorker> sources;
    std::unique_ptr<Reloader> reloader;
    std::unique_ptr<NotifyRole> notify;
    std::unique_ptr<Api> api;

    [[nodiscard]] int open();
    [[nodiscard]] int start_roles();
    void listen_to_signals();
    void feed_watchdog(Duration every);
    void make_reloader();
    void reload();
    void stop();
    void stop_threads(std::chrono::steady_clock::time_point finish_by);
    void let_go();
    void enter(const char* name) {
        step = name;
        telemetry.report(telemetry::StopStep{.step = name});
    }
    [[nodiscard]] int complain(int code, const std::string& what) {
        log.write_always(telemetry::Level::critical, "cannot_start", what, {});
        return code;
    }
};

Application::Application(settings::Loaded loaded, std::string path, std::vector<std::string> overrides)
    : parts_(new Parts{.loaded = std::move(loaded), .path = std::move(path), .overrides = std::move(overrides)}) {}

Application::~Application() = default;

int Application::run() {
    Parts& p = *parts_;
    if (const int code = p.open(); code != kExitFine) return code;
    p.listen_to_signals();
    if (const int code = p.start_roles(); code != kExitFine) {
        p.stop_threads(std::chrono::steady_clock::now() + kFinish);
        return code;
    }
    for (const auto& warning : p.loaded.warnings)
        p.log.write(telemetry::Level::warning, "configuration", to_text(warning));
    const std::string address = p.api == nullptr ? std::string() : p.api->address();
    p.metrics.set_config_revision(p.loaded.rules->revision);
    p.metrics.set_build(kVersion, eventlog::kafka_client_version());
    p.telemetry.report(telemetry::Started{.version = std::string(kVersion),
                                          .config_revision = p.loaded.rules->revision,
                                          .roles = role_names(p.loaded.settings.roles)});
    if (!address.empty()) {
        const telemetry::Field fields[] = {{"address", "http://" + address}};
        p.log.write_always(telemetry::Level::info, "listening", "http://" + address, fields);
    }
    tell_service_manager("READY=1\nSTATUS=up, http " + (address.empty() ? std::string("off") : address));
    if (const auto interval = watchdog_interval()) p.feed_watchdog(*interval / 3);
    p.io.run();
    p.let_go();
    return p.exit_code;
}

int Application::Parts::open() {
    auto opened = open_log(loaded.settings, clock, [this](eventlog::LogLevel level, std::string_view text) {
        log.write(level_of(level), "log", text, {}, text.substr(0, 40));
    });
    if (!opened) return complain(exit_code_of(opened.error().kind), opened.error().message);
    event_log = *std::move(opened);
    if (loaded.settings.log.backend == settings::LogBackend::KAFKA) {
        const auto findings = event_log->admin().check();
        if (!findings && findings.error().kind == eventlog::LogError::Kind::bad_configuration) {
            return complain(kExitConfiguration, findings.error().message);
        }
        // A broker that is away is waited for; topics that are wrong are not.
        for (const eventlog::Finding& finding : findings ? *findings : std::vector<eventlog::Finding>{}) {
            const bool wrong = finding.severity == eventlog::Finding::Severity::error;
            if (wrong) return complain(kExitConfiguration, finding.text);
            log.write(telemetry::Level::warning, "topics", finding.text);
        }
    }
    return kExitFine;
}

int Application::Parts::start_roles() {
    const settings::Settings& s = loaded.settings;
    const Format format = value_format(s.log);
    board = std::make_unique<Board>(*event_log, telemetry);
    ingest = std::make_unique<Ingest>(*event_log, telemetry, Ingest::kPatience, s.log.embedded_path);
    const auto failed = [this](int code, const std::string& why) {
        log.write_always(telemetry::Level::critical, "failed", why, {});
        boost::asio::post(io, [this, code] {
            exit_code = code;
            stop();
        });
    };
    if (s.roles.intake && !s.sources.empty()) {
        sources = std::make_unique<SourceWorker>(
            SourceWorker::Context{*event_log, loaded.settings.sources, format, telemetry, failed});
    }
    if (s.roles.watch) {
        WorkerSinks sinks;
        sinks.commands = [this](std::vector<CommandResult> results) {
            if (api != nullptr) api->on_commands(std::move(results));
        };
        sinks.configuration = [this] { reloader->look_again(); };
        sinks.failed = failed;
        workers = std::make_unique<Workers>(WorkerContext{
            *event_log,
            loaded.settings,
            clock,
            telemetry,
            {.rules = loaded.rules, .document = loaded.document, .refused_revision = {}, .actor_staff_id = {}},
            sinks});
    }
    make_reloader();
    if (s.roles.serve) {
        historian = std::make_unique<Historian>(*event_log, loaded.rules);
        historian->start();
        api = std::make_unique<Api>(Api::Context{io, *event_log, loaded.settings, clock, telemetry, registry, *board,
                                                 *ingest, workers.get(), reloader.get(), format, historian.get(),
                                                 loaded.rules->language, sources.get()});
        if (auto started = api->start(); !started) {
            // Whoever has the address may be our own predecessor: systemd tries again.
            return complain(started.error().address_in_use ? kExitStartAgain : kExitConfiguration,
                            "http: " + started.error().message);
        }
    }
    if (s.roles.notify) {
        const std::string url = api != nullptr ? api->url() : s.http.advertised_url;
        auto made = NotifyRole::make(
            {*event_log, loaded.settings, clock, telemetry, io, *board, loaded.rules, url, failed});
        if (!made) return complain(kExitConfiguration, made.error().message);
        notify = *std::move(made);
        if (api != nullptr) api->answer_for(*notify);
    }
    if (s.roles.serve || s.roles.notify) board->start();
    ingest->start();
    if (workers != nullptr) workers->start(api == nullptr ? std::string() : api->url());
    if (notify != nullptr) notify->start();
    if (sources != nullptr) sources->start();
    return kExitFine;
}

void Application::Parts::listen_to_signals() {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) signals.add(signal);
    struct Next {
        static void wait(Parts& parts) {
            parts.signals.async_wait([&parts](const boost::system::error_code& error, int signal) {
                if (error) return;
                if (signal == SIGHUP) {
                    parts.reload();
                } else if (parts.stopping) {
                    _exit(kExitStartAgain);  // the second one means now
                } else {
                    parts.stop();
                }
                wait(parts);
            });
        }
    };
    Next::wait(*this);
}

// Fed only while every worker, the sources and the notify role go round their loops.
void Application::Parts::feed_watchdog(Duration every) {
    watchdog.expires_after(every);
    watchdog.async_wait([this, every](const boost::system::error_code& error) {
        if (error) return;
        const auto slowest = slowest_round(workers.get(), sources.get(), notify.get());
        const auto idle = std::chrono::steady_clock::now() - slowest;
        if (idle < every * 2) tell_service_manager("WATCHDOG=1");
        feed_watchdog(every);
    });
}

// Rules, people and calendars change without a restart; everything else of the settings needs one.
void Application::Parts::make_reloader() {
    const auto in_force = [this](std::shared_ptr<const Rules> rules) {
        if (notify != nullptr) notify->set_rules(std::move(rules));
    };
    reloader = std::make_unique<Reloader>(Reloader::Context{.io = io,
                                                            .clock = clock,
                                                            .telemetry = telemetry,
                                                            .path = path,
                                                            .overrides = overrides,
                                                            .limit = loaded.settings.reload,
                                                            .workers = workers.get(),
                                                            .in_force = in_force,
                                                            .partitions = event_log->partitions()},
                                          loaded);
}

void Application::Parts::reload() {
    tell_service_manager("RELOADING=1");
    reloader->signalled([] { tell_service_manager("READY=1"); });
}

void Application::Parts::stop() {
    if (stopping) return;
    stopping = true;
    tell_service_manager("STOPPING=1");
    stop_limit.expires_after(kStopLimit);
    stop_limit.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        telemetry.report(telemetry::StopLate{.step = step.load()});
        _exit(kExitStartAgain);
    });
    enter("answering what is in hand");
    ingest->hurry();
    const auto rest = [this, finish_by = std::chrono::steady_clock::now() + kFinish] {
        // The threads end while the control thread goes on: a stop that hangs meets the limit above.
        std::thread([this, finish_by] {
            stop_threads(finish_by);
            boost::asio::post(io, [this] {
                watchdog.cancel();
                stop_limit.cancel();
                signals.cancel();
                io.stop();
            });
        }).detach();
    };
    if (api == nullptr) return rest();
    api->stop(kDrain, rest);
}

// All are asked at once: while the log does not answer each of them waits for it a few seconds, and these must not add
// up. None needs another one to end.
void Application::Parts::stop_threads(std::chrono::steady_clock::time_point finish_by) {
    if (sources != nullptr) sources->stop(finish_by);
    if (workers != nullptr) workers->stop(finish_by);
    if (notify != nullptr) notify->ask_to_stop(finish_by);
    if (historian != nullptr) historian->ask_to_stop();
    if (board != nullptr) board->ask_to_stop();
    if (sources != nullptr) {
        enter("final commit of the sources");
        sources->join();
    }
    if (workers != nullptr) {
        enter("final commit of the workers");
        workers->join();
    }
    if (notify != nullptr) {
        enter("delivery ledger");
        notify->stop();
    }
    if (ingest != nullptr) {
        enter("events taken over HTTP");
        ingest->stop();
    }
    if (historian != nullptr) {
        enter("questions about the past");
        historian->stop();
    }
    if (board != nullptr) {
        enter("readers");
        board->stop();
    }
}

// In the order of their dependence. Everything is committed and told by now, and librdkafka's close may wait without an
// end for a broker that has gone: then the process ends as it was about to.
void Application::Parts::let_go() {
    enter("connections to the log");
    guarded(
        kLetGo,
        [this] {
            api.reset();
            notify.reset();
            reloader.reset();
            sources.reset();
            workers.reset();
            historian.reset();
            ingest.reset();
            board.reset();
            event_log.reset();
        },
        [this] {
            telemetry.report(telemetry::StopLate{.step = step.load()});
            _exit(exit_code);
        });
}

}  // namespace aw::app
