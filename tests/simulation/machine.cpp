#include "machine.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <sqlite3.h>

#include "eventlog/sqlite/sqlite_log.hpp"
#include "telemetry/happenings.hpp"

namespace aw::test {
namespace {

constexpr std::uint64_t kRoundsAtMost = 60'000;
constexpr std::uint64_t kStartsAtMost = 200;          // one after the other, of a process that cannot begin
constexpr Duration kRound = std::chrono::seconds{2};  // a worker that waits so long has nothing to do
constexpr Duration kStart = std::chrono::seconds{1};  // of a supervisor

}  // namespace

// What is gone when a process ends.
struct Machine::Process {
    explicit Process(const Clock& clock) : lines({.level = telemetry::Level::critical}, clock) {}

    telemetry::Log lines;
    telemetry::Registry registry;
    telemetry::Metrics metrics{registry};
    telemetry::Telemetry telemetry{lines, metrics};
    settings::Settings settings = simulated_settings().settings;
    std::unique_ptr<WatchedLog> log;
    std::unique_ptr<eventlog::Appender> appender;
    std::map<int, std::unique_ptr<app::Worker>> workers;
    std::optional<Timestamp> due;      // the next deadline of its shards, as of their last turn
    std::map<int, std::size_t> owned;  // partitions, by worker
    int quiet = 0;                     // rounds in which every worker was asked and none had anything to do
    bool gave_up = false;
};

Machine::Machine(Disk& disk, MachineOptions options, std::uint64_t seed, Timestamp begin)
    : disk_(disk), options_(std::move(options)), random_(seed), time_(begin), vfs_(disk, [this](int microseconds) {
          time_.pass(Duration{1 + microseconds / 1000});
      }) {
    // SQLite's own chance (it salts the WAL), the same in every run of the seed.
    sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, static_cast<int>(seed % 1'000'000) + 1, nullptr);
}

Machine::~Machine() { process_.reset(); }

eventlog::LogResult<std::unique_ptr<eventlog::Log>> Machine::open_log() {
    eventlog::SqliteOptions options;
    options.path = folder_.file("log.db");
    options.partitions = options_.partitions;
    options.vfs = vfs_.name();
    options.checkpoint_pages = options_.checkpoint_pages;
    return eventlog::open_sqlite_log(options, time_);
}

std::unique_ptr<app::Worker> Machine::make_worker(int number) {
    app::Target target;
    target.rules = simulated_settings().rules;
    target.document = simulated_settings().document;
    target.approved = true;
    app::WorkerSinks sinks{[](auto) {}, [] {},
                           [process = process_.get()](int, const std::string&) { process->gave_up = true; }};
    return std::make_unique<app::Worker>(
        app::WorkerContext{*process_->log, process_->settings, time_, process_->telemetry, target, sinks, time_.pace()},
        number);
}

void Machine::begin_process() {
    time_.pass(kStart);
    if (chance(3)) time_.set_wrong_by(Duration{static_cast<std::int64_t>(random_() % 4000) - 2000});
    process_ = std::make_unique<Process>(time_);
    process_->settings.watch.commit_interval = Duration{static_cast<std::int64_t>(random_() % 400)};
    auto log = open_log();
    if (!log) {
        process_->gave_up = true;
        if (!disk_.dead() && log.error().kind == eventlog::LogError::Kind::bad_configuration)
            ledger_.broken.push_back("the log is taken for none: " + log.error().message);
        return;
    }
    process_->log = std::make_unique<WatchedLog>(*std::move(log), ledger_, random_);
    for (int number = 0; number < options_.workers; ++number) process_->workers[number] = make_worker(number);
}

void Machine::end_process(bool in_order) {
    if (in_order) {
        for (auto& [number, worker] : process_->workers) {
            worker->stop();
            worker->end();
        }
    }
    process_.reset();
    vfs_.forget_process();
}

// A kill or a power cut. What ran is taken away with every call failing; then it begins again with what is left.
void Machine::end_of_everything() {
    ++(disk_.power_lost() ? figures_.power_cuts : figures_.kills);
    end_process(false);
    disk_.begin_again(random_);
}

// False if the process has come to its end.
bool Machine::turn_workers() {
    Process& process = *process_;
    process.due.reset();
    bool skipped = false;
    for (auto& [number, worker] : process.workers) {
        if (process.workers.size() > 1 && chance(5)) {
            skipped = true;
            continue;
        }
        if (process.workers.size() > 1 && chance(100)) {
            ++figures_.handovers;
            worker->stop();
            worker->end();
            process.log->forget(number);
            worker.reset();
            worker = make_worker(number);
        }
        worker->ask([&process, number = number](const app::Worker::Partitions& partitions) {
            process.owned[number] = partitions.size();
            for (const auto& [partition, one] : partitions) {
                const auto due = one->shard().next_deadline();
                if (due && (!process.due || *due < *process.due)) process.due = due;
            }
        });
        ++figures_.turns;
        if (!worker->turn() || process.gave_up || disk_.dead()) {
            process.gave_up = true;
            return false;
        }
    }
    std::size_t owned = 0;
    for (const auto& [number, count] : process.owned) owned += count;
    const bool quiet = !skipped && !busy() && owned == static_cast<std::size_t>(options_.partitions);
    process.quiet = quiet ? process.quiet + 1 : 0;
    return true;
}

bool Machine::busy() const {
    for (const auto& [number, worker] : process_->workers) {
        const WatchedConsumer* consumer = process_->log->consumer(number);
        if (consumer == nullptr || consumer->busy()) return true;
    }
    return false;
}

// All records of one instant, in one append or several. What is not acknowledged is handed in again.
void Machine::hand_in(const std::vector<Input>& inputs) {
    if (next_ == inputs.size() || inputs[next_].at > time_.true_time()) return;
    if (!process_->appender) {
        auto opened = process_->log->open_appender();
        if (!opened) return;
        process_->appender = *std::move(opened);
    }
    std::vector<eventlog::OutRecord> records;
    Handed handed;
    const std::size_t most = 1 + random_() % 30;
    for (std::size_t i = next_; i < inputs.size() && inputs[i].at <= time_.true_time() && records.size() < most; ++i) {
        records.push_back(inputs[i].record);
        records.back().headers.push_back({header(), std::to_string(handed_.size())});
        const bool everywhere = records.back().partition == eventlog::kEveryPartition;
        handed.copies += everywhere ? static_cast<std::size_t>(options_.partitions) : 1;
    }
    const auto report = process_->appender->append(records);
    handed.acknowledged = report.complete();
    handed_.push_back(handed);
    if (handed.acknowledged) next_ += records.size();
}

void Machine::expect_more() {
    if (troubles_ == 0 || disk_.expects()) return;
    --troubles_;
    if (options_.first) {
        disk_.expect(*std::exchange(options_.first, std::nullopt));
        return;
    }
    constexpr std::array kKinds = {Trouble::Kind::power_cut, Trouble::Kind::power_cut, Trouble::Kind::power_cut,
                                   Trouble::Kind::kill,      Trouble::Kind::io_error,  Trouble::Kind::disk_full};
    Trouble trouble;
    trouble.kind = kKinds[random_() % kKinds.size()];
    trouble.after = chance(3) ? random_() % 20 : random_() % 600;
    trouble.times = 1 + random_() % (trouble.kind == Trouble::Kind::disk_full ? 30 : 3);
    trouble.any_step = chance(2);
    trouble.part = static_cast<int>(random_() % 257);
    disk_.expect(trouble);
}

void Machine::let_time_pass(const std::vector<Input>& inputs) {
    if (busy()) return time_.pass(Duration{static_cast<std::int64_t>(random_() % 120)});
    Duration wait = std::chrono::hours{24 * 30};
    for (const auto& [number, worker] : process_->workers) {
        const Duration patience = process_->log->consumer(number)->patience();
        if (patience < kRound) wait = std::min(wait, patience);
    }
    const Timestamp now = time_.true_time();
    if (next_ < inputs.size()) wait = std::min(wait, inputs[next_].at - now);
    if (next_ == inputs.size()) wait = std::min(wait, end_ - now);
    // Mostly a deadline is met in time; now and then the machine sleeps through it.
    if (process_->due && !chance(8)) wait = std::min(wait, *process_->due - time_.now());
    time_.pass(std::max(wait, Duration{1}));
}

void Machine::play(const std::vector<Input>& inputs) {
    next_ = 0;
    troubles_ = options_.troubles;
    end_ = (inputs.empty() ? now() : std::max(now(), inputs.back().at)) + options_.afterwards;
    for (std::uint64_t round = 0, starts = 0;; ++round) {
        if (!process_) begin_process();
        starts = process_->gave_up ? starts + 1 : 0;
        if (round > kRoundsAtMost || starts > kStartsAtMost) throw std::runtime_error("it does not come to rest");
        expect_more();
        if (!process_->gave_up) hand_in(inputs);
        const bool goes_on = !process_->gave_up && !disk_.dead() && turn_workers();
        if (disk_.dead()) {
            end_of_everything();
        } else if (!goes_on) {
            ++figures_.exits;
            const bool opened = process_->log != nullptr;
            end_process(opened && chance(2));
        } else if (chance(150)) {
            ++figures_.restarts;
            end_process(true);
        } else {
            if (next_ == inputs.size() && now() >= end_ && process_->quiet > 1) {
                troubles_ = 0;
                disk_.calm();
                bool waits = true;
                for (const auto& [number, worker] : process_->workers)
                    waits = waits && process_->log->consumer(number)->patience() == kRound;
                if (waits) break;
            }
            let_time_pass(inputs);
        }
        if (disk_.dead()) {  // at the very end of a process
            if (process_) {
                end_of_everything();
            } else {
                ++(disk_.power_lost() ? figures_.power_cuts : figures_.kills);
                disk_.begin_again(random_);
            }
        }
    }
    for (auto& [number, worker] : process_->workers) {
        worker->ask([this](const app::Worker::Partitions& partitions) {
            for (const auto& [partition, one] : partitions) hashes_[partition] = one->shard().state_hash();
        });
        worker->stop();
        worker->end();  // the last commit, then the answer
    }
    end_process(false);
}

}  // namespace aw::test
