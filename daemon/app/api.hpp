// The HTTP API (contract section 6): routes to board, workers and the log. Handlers run on the control thread and
// answer from wherever the answer comes.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "app/api_requests.hpp"
#include "app/board.hpp"
#include "app/historian.hpp"
#include "app/ingest.hpp"
#include "app/notify_role.hpp"
#include "app/owners.hpp"
#include "app/reloader.hpp"
#include "app/source_worker.hpp"
#include "app/workers.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "telemetry/happenings.hpp"

namespace boost::asio {
class io_context;
}

namespace aw::app {

class Api {
public:
    struct Context {
        boost::asio::io_context& io;
        eventlog::Log& log;
        const settings::Settings& settings;
        const Clock& clock;
        telemetry::Telemetry& telemetry;
        telemetry::Registry& registry;
        Board& board;
        Ingest& ingest;
        Workers* workers;  // null without the role watch
        Reloader* reloader;
        Format format;  // of the events it appends
        Historian* historian;
        Language language;                      // of explanations, where nobody asks for another
        const SourceWorker* sources = nullptr;  // null without sources
    };
    explicit Api(Context context);

    // Starts to listen. Fails on an address or tokens file that cannot be used.
    [[nodiscard]] Result<void, http::ListenError> start();
    void stop(Duration deadline, std::function<void()> done);
    // The role is made after the API, whose address its notices name. Before the control thread runs; outlives this.
    void answer_for(const NotifyRole& notify) { notify_ = &notify; }
    [[nodiscard]] std::string address() const { return server_ == nullptr ? std::string() : server_->address(); }
    // Where others reach this process.
    [[nodiscard]] std::string url() const;

    // The answers to commands, after their commit. Any thread.
    void on_commands(std::vector<CommandResult> results);

private:
    void add_routes();
    void add_health(http::Router& router);
    void metrics(const http::Responder& respond);
    void get_account(const http::Request& request, const http::Responder& respond);
    void list_cases(const http::Request& request, const http::Responder& respond);
    void get_case(const http::Request& request, const http::Responder& respond);
    // --- why and when (api_history.cpp) ---
    void explain_account(const http::Request& request, const http::Responder& respond);
    void explain_now(AccountRoot root, Language language, const http::Request& request, const http::Responder& respond);
    void account_timeline(const http::Request& request, const http::Responder& respond);
    void case_timeline(const http::Request& request, const http::Responder& respond);
    void answer_timeline(AccountRoot root, const CaseId& case_id, const http::Responder& respond);
    // A case with its timeline, for a reason that is told and recorded (R90; api_export.cpp).
    void post_export(const http::Request& request, const http::Responder& respond);
    void refuse_export(const http::Responder& respond, telemetry::CaseExported about, int status, std::string_view code,
                       const std::string& why);
    void export_case(const Case& view, telemetry::CaseExported about, const Shard& shard,
                     const http::Responder& respond);
    bool ask_historian(const http::Responder& respond, std::function<void(LogHistory&)> question);

    void list_tasks(const http::Request& request, const http::Responder& respond);
    void list_data_gaps(const http::Request& request, const http::Responder& respond);
    void list_silences(const http::Request& request, const http::Responder& respond);
    void post_command(const http::Request& request, const http::Responder& respond);
    // A task that may belong to no case (a complaint's) is reported as done by its own id.
    void post_task_done(const http::Request& request, const http::Responder& respond);
    [[nodiscard]] CommandRequest command_request(const http::Request& request, std::string_view event_id) const;
    void refuse_command(const CommandRefused& refused, std::string_view case_id, const http::Request& request,
                        const http::Responder& respond);
    // Hands the command to the log if this process will carry it out; the answer comes with that commit. Somebody
    // else's is sent to its owner.
    void append_command(AccountRoot root, const Event& event, const http::Request& request,
                        const http::Responder& respond);
    void append_own_command(const std::string& event_id, eventlog::OutRecord record, const http::Responder& respond);
    // --- whose account it is (api_owner.cpp) ---
    // Calls `answer` with the partition of the account on its worker's thread, or sends whoever asks to its owner.
    void with_owner(AccountRoot root, const http::Request& request, const http::Responder& respond,
                    std::function<void(const Partition&)> answer);
    void send_to_owner(AccountRoot root, const std::string& target, const http::Responder& respond);
    // ... of the first partition from this one on whose owner can be asked.
    void send_to_any_owner(int partition, const std::string& target, const http::Responder& respond);
    // Somebody gave orders in another's name: that leaves a trace, whatever became of it.
    void forbid(const http::Responder& respond, const std::string& owner, std::string_view named,
                std::string_view action, std::string_view case_id, const std::string& detail);
    void report_forbidden(const std::string& owner, std::string_view named, std::string_view action,
                          std::string_view case_id);
    struct Lines;  // of a request, on their way into the log
    void post_events(const http::Request& request, const http::Responder& respond);
    void pass_trace(const http::Request& request, std::span<eventlog::OutRecord> records);
    void reject_line(Lines& taken, std::size_t line, std::size_t record, std::string_view text, const Refusal& refusal);
    void ask_about_silences(const std::shared_ptr<Lines>& taken, const http::Responder& respond);
    void append_lines(Lines taken, const http::Responder& respond);
    void post_reload(const http::Request& request, const http::Responder& respond);
    void answer(const CommandResult& result, const http::Responder& respond);

    Context context_;
    const NotifyRole* notify_ = nullptr;
    http::Router router_;
    std::unique_ptr<http::Server> server_;
    std::mutex mutex_;
    struct Waiting {
        http::Responder respond;
        std::chrono::steady_clock::time_point since;
    };
    std::map<std::string, Waiting> waiting_;  // by event id of the command
    std::unique_ptr<Owners> owners_;
};

}  // namespace aw::app
