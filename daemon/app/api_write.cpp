// Api: what changes something: commands and events.
#include <algorithm>
#include <random>
#include <utility>

#include "app/api.hpp"
#include "app/dead_letter.hpp"
#include "base/trace_context.hpp"
#include "codec/output_encoder.hpp"
#include "intake/line_events.hpp"

namespace aw::app {
namespace {

std::string random_id() {
    static thread_local std::mt19937_64 engine{std::random_device{}()};
    char text[40];
    std::snprintf(text, sizeof text, "http-%016llx%016llx", static_cast<unsigned long long>(engine()),
                  static_cast<unsigned long long>(engine()));
    return text;
}

std::string event_id_of(const http::Request& request) {
    const std::string_view wanted = request.header("idempotency-key");
    return wanted.empty() ? random_id() : std::string(wanted);
}

int status_of(std::string_view code) {
    if (code == "VERSION_CONFLICT" || code == "ILLEGAL_TRANSITION") return 409;
    if (code == "FORBIDDEN") return 403;
    if (code == "UNKNOWN_CASE") return 404;
    return 422;
}

constexpr std::chrono::minutes kForgetWaiting{2};  // longer than the server lets anybody wait

}  // namespace

void Api::post_command(const http::Request& request, const http::Responder& respond) {
    const std::string& case_id = request.path.at("id");
    const auto root = root_of_id(case_id);
    if (!root) return respond(http::problem(404, "UNKNOWN_CASE", "\"" + case_id + "\" is no case id"));
    CommandReader reader;
    const std::string event_id = event_id_of(request);
    const auto event = reader.read(case_id, command_request(request, event_id));
    if (!event) return refuse_command(event.error(), case_id, request, respond);
    append_command(*root, **event, request, respond);
}

void Api::post_task_done(const http::Request& request, const http::Responder& respond) {
    const std::string& task_id = request.path.at("id");
    const auto root = root_of_id(task_id);
    if (!root) return respond(http::problem(404, "UNKNOWN_CASE", "\"" + task_id + "\" is no task id"));
    CommandReader reader;
    const std::string event_id = event_id_of(request);
    const auto event = reader.read_done(task_id, command_request(request, event_id));
    if (!event) return refuse_command(event.error(), {}, request, respond);
    append_command(*root, **event, request, respond);
}

CommandRequest Api::command_request(const http::Request& request, std::string_view event_id) const {
    return {request.body, event_id, request.principal.staff_id, context_.clock.now()};
}

void Api::refuse_command(const CommandRefused& refused, std::string_view case_id, const http::Request& request,
                         const http::Responder& respond) {
    if (refused.in_anothers_name) report_forbidden(request.principal.staff_id, refused.named, refused.action, case_id);
    respond(refused.answer);
}

void Api::forbid(const http::Responder& respond, const std::string& owner, std::string_view named,
                 std::string_view action, std::string_view case_id, const std::string& detail) {
    report_forbidden(owner, named, action, case_id);
    respond(http::problem(403, "FORBIDDEN", detail));
}

void Api::report_forbidden(const std::string& owner, std::string_view named, std::string_view action,
                           std::string_view case_id) {
    context_.telemetry.report(telemetry::CommandTaken{.actor = owner,
                                                      .case_id = std::string(case_id),
                                                      .action = std::string(action),
                                                      .outcome = "FORBIDDEN",
                                                      .reason = "in the name of " + std::string(named)});
}

void Api::append_command(AccountRoot root, const Event& event, const http::Request& request,
                         const http::Responder& respond) {
    auto record = std::make_shared<eventlog::OutRecord>(intake::event_record(event, context_.format));
    pass_trace(request, {record.get(), 1});
    with_owner(root, request, respond, [this, id = std::string(event.event_id), record, respond](const Partition&) {
        append_own_command(id, std::move(*record), respond);
    });
}

void Api::append_own_command(const std::string& event_id, eventlog::OutRecord record, const http::Responder& respond) {
    {
        const std::lock_guard lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        // Who had asked for these was told long ago that no answer came.
        std::erase_if(waiting_, [now](const auto& one) { return now - one.second.since > kForgetWaiting; });
        waiting_.insert_or_assign(event_id, Waiting{respond, now});
    }
    const bool taken =
        context_.ingest.append({std::move(record)}, [this, event_id](const eventlog::AppendReport& report) {
            if (report.complete()) return;  // the answer comes with the commit of whoever carries it out
            const std::lock_guard lock(mutex_);
            const auto found = waiting_.find(event_id);
            if (found == waiting_.end()) return;
            found->second.respond(http::problem(503, "LOG_UNREACHABLE", report.error->message));
            waiting_.erase(found);
        });
    if (taken) return;
    const std::lock_guard lock(mutex_);
    waiting_.erase(event_id);
    respond(http::problem(503, "BUSY", "too much is waiting for the log, try again"));
}

void Api::on_commands(std::vector<CommandResult> results) {
    for (CommandResult& result : results) {
        const auto& inputs = result.decision.inputs;
        telemetry::CommandTaken taken{
            .case_id = result.decision.case_id.value,
            .outcome = result.decision.outcome == DecisionOutcome::ACCEPTED ? "ACCEPTED" : result.decision.code};
        for (const NamedValue& input : inputs) {
            if (input.name == "actor_staff_id") taken.actor = input.value;
            if (input.name == "action") taken.action = input.value;
            if (input.name == "reason") taken.reason = input.value;
        }
        context_.telemetry.report(taken);
        std::optional<http::Responder> respond;
        {
            const std::lock_guard lock(mutex_);
            const auto found = waiting_.find(result.event_id);
            if (found == waiting_.end()) continue;
            respond = found->second.respond;
            waiting_.erase(found);
        }
        answer(result, *respond);
    }
}

void Api::answer(const CommandResult& result, const http::Responder& respond) {
    const Decision& decision = result.decision;
    if (decision.outcome != DecisionOutcome::ACCEPTED)
        return respond(http::problem(status_of(decision.code), decision.code, decision.text));
    if (!result.view) return respond({.body = R"({"done":true})"});  // a task of no case
    // A reader who asks next must see what was answered.
    const std::string body = encode(*result.view, Format::json);
    context_.board.when_at_least(result.view->case_id.value, result.view->version,
                                 [respond, body] { respond({.body = body}); });
}

// A request's lines on their way into the log.
struct Api::Lines {
    struct Rejected {
        std::size_t line;
        Refusal refusal;
    };
    // What only the shards can judge.
    struct Silenced {
        std::size_t line;
        std::size_t record;
        std::string text;
    };
    std::vector<eventlog::OutRecord> records;
    std::vector<Rejected> rejected;
    std::vector<std::pair<std::size_t, telemetry::DeadLettered>> letters;  // and which record each one is
    std::vector<Silenced> silences;
    std::size_t accepted = 0;
};

void Api::post_events(const http::Request& request, const http::Responder& respond) {
    auto taken = std::make_shared<Lines>();
    intake::LineEvents lines;
    std::size_t number = 0;
    std::string_view rest = request.body;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        ++number;
        if (intake::is_blank(line)) continue;
        const auto event = lines.read_json(line);
        if (event) {
            // With tokens nobody gives orders in another's name; of such a request nothing is taken.
            const std::string_view author = intake::authority_of(**event);
            const std::string& owner = request.principal.staff_id;
            if (!owner.empty() && !author.empty() && author != owner) {
                return forbid(respond, owner, author, payload_name((*event)->payload), {},
                              "line " + std::to_string(number) + ": the token belongs to " + owner + ", the " +
                                  std::string(payload_name((*event)->payload)) +
                                  " names another author; nothing of the request was taken");
            }
            if (std::holds_alternative<SilenceEvent>((*event)->payload))
                taken->silences.push_back({number, taken->records.size(), std::string(line)});
            taken->records.push_back(intake::event_record(**event, context_.format));
            ++taken->accepted;
            continue;
        }
        taken->records.emplace_back();
        reject_line(*taken, number, taken->records.size() - 1, line, event.error());
    }
    pass_trace(request, taken->records);
    if (taken->silences.empty() || context_.workers == nullptr) return append_lines(std::move(*taken), respond);
    ask_about_silences(taken, respond);
}

// Whoever asks may be part of a trace; all that the request brings belongs to it.
void Api::pass_trace(const http::Request& request, std::span<eventlog::OutRecord> records) {
    const std::string_view parent = request.header(kTraceparent);
    if (parent.empty()) return;
    if (!is_traceparent(parent)) {
        context_.telemetry.log().write(telemetry::Level::debug, "trace_ignored",
                                       "the traceparent of a request is none (W3C Trace Context)");
        return;
    }
    for (eventlog::OutRecord& record : records) eventlog::pass_trace(record, parent, request.header(kTracestate));
}

// The record becomes a dead letter with the line's own bytes.
void Api::reject_line(Lines& taken, std::size_t line, std::size_t record, std::string_view text,
                      const Refusal& refusal) {
    DeadLetter letter;
    letter.reason = refusal.reason;
    letter.detail = refusal.detail;
    letter.source = "http";
    letter.topic = "POST /api/v1/events";
    letter.offset = static_cast<std::int64_t>(line);
    letter.payload = text;
    letter.received_at = context_.clock.now();
    taken.letters.push_back({record,
                             {.reason = std::string(name(letter.reason)),
                              .detail = letter.detail,
                              .source = letter.source,
                              .topic = letter.topic,
                              .offset = letter.offset}});
    eventlog::OutRecord refused = to_record(std::move(letter), context_.format);
    refused.about->id = random_id();  // a line number is no place that only one letter has
    refused.headers = std::move(taken.records[record].headers);
    taken.records[record] = std::move(refused);
    taken.rejected.push_back({line, refusal});
}

// Whoever keeps something quiet must know whether it is: how long it may last, who its author is and which units there
// are only the rules in force say. Every shard says the same; one that nobody owns now refuses nothing here.
void Api::ask_about_silences(const std::shared_ptr<Lines>& taken, const http::Responder& respond) {
    auto asked = std::make_shared<std::mutex>();
    const auto done = [this, taken, respond] {
        std::sort(taken->rejected.begin(), taken->rejected.end(),
                  [](const Lines::Rejected& a, const Lines::Rejected& b) { return a.line < b.line; });
        append_lines(std::move(*taken), respond);
    };
    context_.workers->ask_all(
        [this, taken, asked](const Worker::Partitions& partitions) {
            const std::lock_guard lock(*asked);
            if (partitions.empty() || taken->silences.empty()) return;
            const Shard& shard = partitions.begin()->second->shard();
            intake::LineEvents lines;
            for (const Lines::Silenced& one : std::exchange(taken->silences, {})) {
                const auto event = lines.read_json(one.text);
                if (!event) continue;  // it was read before
                const auto refusal = shard.refuses(std::get<SilenceEvent>((*event)->payload));
                if (!refusal) continue;
                --taken->accepted;
                reject_line(*taken, one.line, one.record, one.text, *refusal);
            }
        },
        done);
}

void Api::append_lines(Lines taken, const http::Responder& respond) {
    std::string body = R"({"accepted":)" + std::to_string(taken.accepted) + R"(,"rejected":)" +
                       std::to_string(taken.rejected.size()) + R"(,"errors":[)";
    for (std::size_t i = 0; i < taken.rejected.size(); ++i) {
        const auto& [line, refusal] = taken.rejected[i];
        body += (i == 0 ? "" : ",") + (R"({"line":)" + std::to_string(line)) + R"(,"reason":")" +
                std::string(name(refusal.reason)) + R"(","detail":)" + quoted(refusal.detail) + "}";
    }
    body += "]}";
    if (taken.records.empty()) return respond({.body = body});
    // A dead letter counts when it is in the log: of a request that is refused nothing is taken.
    const auto done = [respond, body, letters = std::move(taken.letters),
                       &telemetry = context_.telemetry](const eventlog::AppendReport& report) {
        for (const auto& [record, letter] : letters) {
            if (record >= report.acknowledged.size() || !report.acknowledged[record]) continue;
            telemetry.report(letter);
            telemetry.metrics().events_total.with({"unknown", "dead_letter"}).add();
        }
        if (report.complete()) return respond({.body = body});
        respond(http::problem(503, "LOG_UNREACHABLE",
                              report.error->message + " (send the same lines again: event ids make that safe)"));
    };
    if (!context_.ingest.append(std::move(taken.records), done))
        respond(http::problem(503, "BUSY", "too much is waiting for the log, try again"));
}

}  // namespace aw::app
