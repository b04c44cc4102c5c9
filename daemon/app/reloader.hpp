// Reloader: brings another configuration into force, or does not. Reads the files again, asks the shards what it would
// change on live state, holds that against the limit of the settings, and only then lets the workers write it to the
// log. Rolls back to the configuration before. A start with other files than what is in force is the same question.
//
// What holds across a restart is in the log: the configuration in force, the one before it, and the one that was rolled
// back. A refusal by the limit needs no memory: the next start asks again and gets the same answer.
//
// Owner: Application. Control thread, except look_again(). One job at a time; a SIGHUP that comes meanwhile follows it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "app/workers.hpp"
#include "settings/loader.hpp"
#include "telemetry/happenings.hpp"

namespace boost::asio {
class io_context;
}

namespace aw {

// What became of a reload. The names are those of the API.
AW_ENUM(ReloadResult, PLANNED, UNCHANGED, ACTIVATED, ROLLED_BACK, PENDING, BAD_CONFIGURATION, LIMIT_EXCEEDED,
        WAS_ROLLED_BACK, NOTHING_TO_ROLL_BACK, BUSY, UNAVAILABLE)

}  // namespace aw

namespace aw::app {

struct ReloadRequest {
    bool plan_only = false;
    bool rollback = false;
    bool force = false;
    std::size_t examples = ReloadPlan::kExamples;
    std::string actor;  // empty = a signal
};

struct ReloadOutcome {
    ReloadResult result = ReloadResult::UNSPECIFIED;
    ReloadPlan plan;
    // Of how many partitions the plan speaks: those of this instance. The others' instances judge theirs.
    int partitions = 0;
    int partitions_total = 0;
    bool exceeds_limit = false;
    settings::ReloadSettings limit;
    std::vector<settings::Mistake> mistakes;  // BAD_CONFIGURATION
    std::string detail;                       // why, in words, where it was refused

    [[nodiscard]] bool refused() const;
};

class Reloader {
public:
    struct Context {
        boost::asio::io_context& io;
        const Clock& clock;
        telemetry::Telemetry& telemetry;
        std::string path;  // read again at every reload, with the overrides
        std::vector<std::string> overrides;
        settings::ReloadSettings limit;
        Workers* workers;  // null without the role watch: nothing to ask
        // The configuration in force is another one.
        std::function<void(std::shared_ptr<const Rules>)> in_force;
        Duration for_answers = std::chrono::minutes{1};  // until the shards must have answered
        Duration again = std::chrono::seconds{30};       // until a start that got no answer asks again
        int partitions = 1;                              // of the log
    };
    using Done = std::function<void(const ReloadOutcome&)>;

    // `loaded`: what the process was started with; its target is not approved.
    Reloader(Context context, const settings::Loaded& loaded);
    ~Reloader();

    void ask(const ReloadRequest& request, Done done);
    // SIGHUP: waits for its turn; the outcome is told in the log.
    void signalled(std::function<void()> done);
    // The workers' sink; any thread.
    void look_again();

private:
    struct Survey;
    struct Job;

    void begin(std::unique_ptr<Job> job);
    void survey(std::function<void(std::shared_ptr<Survey>)> then);
    void wait_at_most(Duration limit, ReloadResult result, std::string why);
    void decide(const Survey& survey);
    [[nodiscard]] std::optional<ReloadResult> refusal(const Survey& survey) const;
    void apply(const Survey& survey);
    void check_progress(const Survey& survey);
    void finish(ReloadResult result, std::string detail = {});
    void start_again_later();
    // What was judged here was not all there is: what comes here later is looked at when it comes.
    void withdraw_leave();
    [[nodiscard]] std::string share() const;
    void report(const ReloadOutcome& outcome) const;
    void keep_in_force(const std::shared_ptr<const Rules>& rules);
    [[nodiscard]] std::string excess() const;
    void next();

    Context context_;
    Target target_;  // what the workers were told last
    std::unique_ptr<Job> job_;
    std::uint64_t last_job_ = 0;
    std::vector<std::function<void()>> waiting_;  // SIGHUPs
    bool look_again_ = false;                     // the sink spoke while a job was at work
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    boost::asio::steady_timer patience_;
    boost::asio::steady_timer again_;
};

// The counts in one line, for the log: "CASE_OPENS 3, GRADE 12".
[[nodiscard]] std::string one_line_of(const ReloadPlan& plan);

}  // namespace aw::app
