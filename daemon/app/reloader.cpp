#include "app/reloader.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "settings/activation.hpp"

namespace aw::app {
namespace {

constexpr Duration kForCommit = std::chrono::seconds{10};  // until an activation must have been committed

}  // namespace

// What the shards said.
struct Reloader::Survey {
    std::mutex mutex;
    ReloadPlan plan;
    int partitions = 0;
    int in_force_of_target = 0;             // hold what the job wants
    int alike = 0;                          // hold the same as the first one
    bool another_before = true;             // every partition knows the one before
    std::shared_ptr<const Rules> in_force;  // of the first partition
    std::shared_ptr<const Rules> before;    // of a roll back
    std::string before_document;
};

struct Reloader::Job {
    enum class Kind : std::uint8_t { start, signal, request };
    std::uint64_t number = 0;
    Kind kind = Kind::request;
    ReloadRequest request;
    Target target;  // of a roll back: found by the survey
    bool activating = false;
    ReloadOutcome outcome;
    Done done;
};

bool ReloadOutcome::refused() const {
    switch (result) {
        case ReloadResult::PLANNED:
        case ReloadResult::UNCHANGED:
        case ReloadResult::ACTIVATED:
        case ReloadResult::ROLLED_BACK:
        case ReloadResult::PENDING:
            return false;
        default:
            return true;
    }
}

std::string one_line_of(const ReloadPlan& plan) {
    std::string text;
    for (const auto& [kind, changes] : plan.changes)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name(kind), changes.count);
    return text;
}

Reloader::Reloader(Context context, const settings::Loaded& loaded)
    : context_(std::move(context)), patience_(context_.io), again_(context_.io) {
    target_.rules = loaded.rules;
    target_.document = loaded.document;
}

Reloader::~Reloader() { *alive_ = false; }

void Reloader::ask(const ReloadRequest& request, Done done) {
    if (job_ != nullptr) {
        ReloadOutcome busy;
        busy.result = ReloadResult::BUSY;
        busy.detail = "another reload is at work";
        return done(busy);
    }
    auto job = std::make_unique<Job>();
    job->request = request;
    job->done = std::move(done);
    begin(std::move(job));
}

void Reloader::signalled(std::function<void()> done) {
    waiting_.push_back(std::move(done));
    next();
}

void Reloader::look_again() {
    boost::asio::post(context_.io, [this, alive = alive_] {
        if (!*alive) return;
        if (job_ == nullptr) {
            look_again_ = true;
            return next();
        }
        if (!job_->activating) {
            look_again_ = true;
            return;
        }
        survey([this](const std::shared_ptr<Survey>& survey) { check_progress(*survey); });
    });
}

// What waited for the job that has ended: signals first, then partitions that wait for leave since the start.
void Reloader::next() {
    if (job_ != nullptr) return;
    auto job = std::make_unique<Job>();
    if (!waiting_.empty()) {
        job->kind = Job::Kind::signal;
        job->done = [waiting = std::exchange(waiting_, {})](const ReloadOutcome&) {
            for (const auto& done : waiting) done();
        };
        return begin(std::move(job));
    }
    if (!std::exchange(look_again_, false) || target_.approved) return;
    job->kind = Job::Kind::start;
    job->target = target_;
    job->done = [](const ReloadOutcome&) {};
    begin(std::move(job));
}

void Reloader::begin(std::unique_ptr<Job> job) {
    job_ = std::move(job);
    job_->number = ++last_job_;
    job_->outcome.limit = context_.limit;
    job_->target.forced = job_->request.force;
    job_->target.actor_staff_id = job_->request.actor;
    if (job_->kind != Job::Kind::start && !job_->request.rollback) {
        const Day today = target_.rules->calendar.day_of(context_.clock.now());
        auto fresh = settings::load(context_.path, context_.overrides, today);
        if (!fresh.ok()) {
            job_->outcome.mistakes = std::move(fresh.mistakes);
            return finish(ReloadResult::BAD_CONFIGURATION, "the files have mistakes");
        }
        job_->target.rules = fresh.rules;
        job_->target.document = std::move(fresh.document);
    }
    job_->outcome.partitions_total = context_.partitions;
    if (context_.workers == nullptr) {
        if (job_->request.rollback) {
            return finish(ReloadResult::UNAVAILABLE, "this instance watches no accounts: ask one that does");
        }
        job_->outcome.plan.revision_from = target_.rules->revision;
        job_->outcome.plan.revision_to = job_->target.rules->revision;
        if (job_->request.plan_only) return finish(ReloadResult::PLANNED);
        target_ = job_->target;
        return finish(ReloadResult::ACTIVATED);
    }
    wait_at_most(context_.for_answers, ReloadResult::UNAVAILABLE, "the shards do not answer: is the log reachable?");
    survey([this](const std::shared_ptr<Survey>& survey) { decide(*survey); });
}

// Ends the job so if nothing else has.
void Reloader::wait_at_most(Duration limit, ReloadResult result, std::string why) {
    patience_.expires_after(limit);
    patience_.async_wait([this, alive = alive_, number = job_->number, activating = job_->activating, result,
                          why = std::move(why)](const boost::system::error_code& error) {
        if (error || !*alive || job_ == nullptr || job_->number != number || job_->activating != activating) return;
        finish(result, why);
    });
}

namespace {

// The same rules, acting from when the daemon acts now if they do not say otherwise (as Worker::offer_activation).
Rules as_of(const Rules& rules, const Shard& shard) {
    Rules effective = rules;
    if (!effective.live_from) effective.live_from = shard.rules().live_from;
    return effective;
}

struct Before {
    std::shared_ptr<const Rules> rules;
    std::string document;
};

// The configuration before, live from when the daemon is live now: a roll back changes how it judges, not from when.
std::optional<Before> before(const Shard& shard) {
    if (shard.previous_document().empty()) return std::nullopt;
    std::string document = shard.previous_document();
    if (shard.rules().live_from) {
        auto live = settings::with_live_from(document, *shard.rules().live_from);
        if (!live) return std::nullopt;
        document = *std::move(live);
    }
    auto rules = settings::rules_from_document(document);
    if (!rules) return std::nullopt;
    return Before{*std::move(rules), std::move(document)};
}

}  // namespace

// Asks every shard on its worker's thread; `then` runs on the control thread, unless the job has ended meanwhile.
void Reloader::survey(std::function<void(std::shared_ptr<Survey>)> then) {
    const auto result = std::make_shared<Survey>();
    const bool going_back = job_->request.rollback && job_->target.rules == nullptr;
    const bool plan = !job_->activating;
    const auto look = [result, going_back, plan, target = job_->target.rules,
                       examples = job_->request.examples](const Worker::Partitions& partitions) {
        for (const auto& [number, partition] : partitions) {
            const Shard& shard = partition->shard();
            std::optional<Before> past;
            if (going_back) past = before(shard);
            const std::shared_ptr<const Rules> wanted = going_back ? (past ? past->rules : nullptr) : target;
            std::optional<ReloadPlan> found;
            if (plan && wanted != nullptr) found = shard.plan(as_of(*wanted, shard), examples);
            const std::lock_guard lock(result->mutex);
            if (result->partitions++ == 0) result->in_force = std::make_shared<const Rules>(shard.rules());
            if (shard.rules().revision == result->in_force->revision) ++result->alike;
            if (wanted != nullptr && shard.rules().revision == wanted->revision) ++result->in_force_of_target;
            if (found) result->plan.merge(*std::move(found), examples);
            if (!going_back) continue;
            if (!past || (result->before != nullptr && result->before->revision != past->rules->revision)) {
                result->another_before = false;
            } else if (result->before == nullptr) {
                result->before = std::move(past->rules);
                result->before_document = std::move(past->document);
            }
        }
    };
    const auto number = job_->number;
    context_.workers->ask_all(look, [this, &io = context_.io, alive = alive_, number, result, then = std::move(then)] {
        boost::asio::post(io, [this, alive, number, result, then] {
            if (*alive && job_ != nullptr && job_->number == number) then(result);
        });
    });
}

std::string Reloader::excess() const {
    const ReloadPlan& plan = job_->outcome.plan;
    return fmt::format("{} of {} cases and {} of {} watched accounts would be affected, more than {} % ({}){}",
                       plan.cases_affected, plan.cases, plan.accounts_affected, plan.accounts_watched,
                       context_.limit.max_affected_pct, one_line_of(plan), share());
}

// Empty where it is all of them.
std::string Reloader::share() const {
    const ReloadOutcome& outcome = job_->outcome;
    if (outcome.partitions >= outcome.partitions_total) return {};
    return fmt::format("; judged on {} of {} partitions, those of this instance", outcome.partitions,
                       outcome.partitions_total);
}

// Why it may not be done, if it may not.
std::optional<ReloadResult> Reloader::refusal(const Survey& survey) const {
    if (survey.partitions == 0 && !context_.workers->ready()) return ReloadResult::UNAVAILABLE;
    if (job_->request.rollback) {
        const bool can = survey.partitions > 0 && survey.before != nullptr && survey.another_before &&
                         survey.alike == survey.partitions;
        return can ? std::nullopt : std::optional(ReloadResult::NOTHING_TO_ROLL_BACK);
    }
    if (job_->request.force) return std::nullopt;
    if (survey.plan.rolled_back) return ReloadResult::WAS_ROLLED_BACK;
    if (job_->outcome.exceeds_limit) return ReloadResult::LIMIT_EXCEEDED;
    return std::nullopt;
}

void Reloader::decide(const Survey& survey) {
    Job& job = *job_;
    job.outcome.plan = survey.plan;
    job.outcome.partitions = survey.partitions;
    job.outcome.exceeds_limit =
        survey.plan.exceeds(context_.limit.max_affected_pct, static_cast<std::size_t>(context_.limit.min_affected));
    const auto why_not = refusal(survey);
    const bool impossible = why_not == ReloadResult::UNAVAILABLE || why_not == ReloadResult::NOTHING_TO_ROLL_BACK;
    if (why_not && (impossible || !job.request.plan_only)) {
        if (job.kind == Job::Kind::start && survey.in_force != nullptr) keep_in_force(survey.in_force);
        switch (*why_not) {
            case ReloadResult::UNAVAILABLE:
                return finish(*why_not, "no partition is here yet, or the log does not answer");
            case ReloadResult::NOTHING_TO_ROLL_BACK:
                return finish(*why_not,
                              "the configuration before is not known to every partition (one step back is kept)");
            case ReloadResult::WAS_ROLLED_BACK:
                return finish(*why_not, "revision " + job.target.rules->revision +
                                            " was rolled back; it comes back by force, or when the files change");
            default:
                return finish(*why_not, excess());
        }
    }
    if (job.request.plan_only) return finish(ReloadResult::PLANNED);
    if (survey.partitions > 0 && survey.plan.changes_nothing && !job.request.rollback) {
        job.target.approved = survey.partitions == context_.partitions;  // it is in force already
        job.target.forced = false;
        target_ = job.target;
        context_.workers->activate(target_);
        return finish(ReloadResult::UNCHANGED);
    }
    apply(survey);
}

void Reloader::apply(const Survey& survey) {
    Job& job = *job_;
    if (job.request.rollback) {
        job.target.rules = survey.before;
        job.target.document = survey.before_document;
        job.target.refused_revision = survey.in_force->revision;
    }
    job.target.approved = true;
    job.activating = true;
    target_ = job.target;
    context_.workers->activate(target_);
    if (survey.partitions == 0) {  // others own all; those that come here later get it
        return finish(ReloadResult::ACTIVATED);
    }
    wait_at_most(kForCommit, ReloadResult::PENDING, "handed to the log, but not in force in every partition yet");
    // It may be in force already where only the instant of going live differs.
    this->survey([this](const std::shared_ptr<Survey>& now) { check_progress(*now); });
}

void Reloader::check_progress(const Survey& survey) {
    if (survey.in_force_of_target < survey.partitions) return;
    finish(job_->request.rollback ? ReloadResult::ROLLED_BACK : ReloadResult::ACTIVATED);
}

// The files say otherwise, but this is what counts here.
void Reloader::keep_in_force(const std::shared_ptr<const Rules>& rules) {
    context_.telemetry.metrics().set_config_revision(rules->revision);
    context_.in_force(rules);
}

void Reloader::finish(ReloadResult result, std::string detail) {
    patience_.cancel();
    const std::string share = this->share();
    const std::unique_ptr<Job> job = std::move(job_);
    job->outcome.result = result;
    job->outcome.detail = std::move(detail);
    const bool asks_again = job->kind == Job::Kind::start && result == ReloadResult::UNAVAILABLE;
    if (asks_again) {
        job->outcome.detail +=
            fmt::format("; asking again in {} s", std::chrono::ceil<std::chrono::seconds>(context_.again).count());
    }
    if (!job->request.plan_only) report(job->outcome);
    if (result == ReloadResult::UNCHANGED)
        context_.telemetry.log().write(telemetry::Level::info, "reload", "the configuration is in force already", {});
    const bool changed =
        result == ReloadResult::ACTIVATED || result == ReloadResult::ROLLED_BACK || result == ReloadResult::PENDING;
    if (changed && !job->request.plan_only) {
        const bool judged = !job->request.force && !job->request.rollback;
        if (judged && !share.empty() && context_.workers != nullptr) {
            withdraw_leave();
            context_.telemetry.log().write(telemetry::Level::warning, "reload",
                                           "the limit was held against a part only" + share +
                                               ": the others judge theirs when they are reloaded, and what comes here "
                                               "later is judged then");
        }
        context_.in_force(target_.rules);
        context_.telemetry.report(telemetry::Reloaded{.config_revision = target_.rules->revision});
    }
    if (job->kind == Job::Kind::request && !job->request.plan_only) {
        context_.telemetry.report(telemetry::CommandTaken{.actor = job->request.actor,
                                                          .case_id = {},
                                                          .action = job->request.rollback ? "rollback" : "reload",
                                                          .outcome = std::string(name(result)),
                                                          .reason = job->request.force ? "forced" : ""});
    }
    if (asks_again) start_again_later();
    job->done(job->outcome);
    next();
}

void Reloader::withdraw_leave() {
    target_.approved = false;
    context_.workers->activate(target_);
}

// Partitions wait for leave, and nobody else would ask once more for them.
void Reloader::start_again_later() {
    again_.expires_after(context_.again);
    again_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
        if (error || !*alive) return;
        look_again_ = true;
        next();
    });
}

void Reloader::report(const ReloadOutcome& outcome) const {
    if (!outcome.refused()) return;
    for (const auto& mistake : outcome.mistakes)
        context_.telemetry.report(telemetry::ReloadRefused{.mistake = to_text(mistake)});
    if (outcome.mistakes.empty()) context_.telemetry.report(telemetry::ReloadRefused{.mistake = outcome.detail});
}

}  // namespace aw::app
