// A machine that runs accountwatch on the embedded log: a disk, a process with its workers (app::Worker, turned by
// hand), somebody who hands in records, and virtual time. Trouble comes from the disk; what a supervisor would do is
// done here: a process that gave up or was killed is started again, and a machine after a power cut.
//
// One thread. Everything follows from the seed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "app/worker.hpp"
#include "disk.hpp"
#include "disk_vfs.hpp"
#include "history.hpp"
#include "support/temporary_folder.hpp"
#include "virtual_time.hpp"
#include "watched_log.hpp"

namespace aw::test {

struct MachineOptions {
    int partitions = 1;
    int workers = 1;
    int checkpoint_pages = 1000;
    int troubles = 0;                   // at random steps
    std::optional<Trouble> first = {};  // before the random ones
    Duration afterwards = Duration{0};  // goes on for so long after the last record
    std::string header = "attempt";     // names what was handed in, by number
};

struct MachineFigures {
    std::uint64_t power_cuts = 0;
    std::uint64_t kills = 0;
    std::uint64_t exits = 0;      // of a process that could not go on
    std::uint64_t restarts = 0;   // in order
    std::uint64_t handovers = 0;  // of a worker that leaves and comes back
    std::uint64_t turns = 0;
};

// What somebody handed in, once: a retry is another one.
struct Handed {
    std::size_t copies = 0;
    bool acknowledged = false;
};

class Machine {
public:
    // `disk` outlives it; records of `inputs` are handed in at their times, none earlier than `begin`.
    Machine(Disk& disk, MachineOptions options, std::uint64_t seed, Timestamp begin);
    ~Machine();

    void play(const std::vector<Input>& inputs);

    [[nodiscard]] const Ledger& ledger() const { return ledger_; }
    [[nodiscard]] Ledger& ledger() { return ledger_; }
    [[nodiscard]] const MachineFigures& figures() const { return figures_; }
    [[nodiscard]] const std::vector<Handed>& handed() const { return handed_; }
    [[nodiscard]] Timestamp now() const { return time_.true_time(); }
    [[nodiscard]] std::map<int, std::uint64_t> hashes() const { return hashes_; }  // of the shards, at the end
    // Opens the log as it lies there, for whoever looks at it afterwards.
    [[nodiscard]] eventlog::LogResult<std::unique_ptr<eventlog::Log>> open_log();
    [[nodiscard]] const char* vfs() const { return vfs_.name(); }
    [[nodiscard]] std::string path() const { return folder_.file("log.db"); }
    [[nodiscard]] const std::string& header() const { return options_.header; }

private:
    struct Process;

    void begin_process();
    void end_process(bool in_order);
    void end_of_everything();
    [[nodiscard]] std::unique_ptr<app::Worker> make_worker(int number);
    bool turn_workers();
    void hand_in(const std::vector<Input>& inputs);
    void expect_more();
    void let_time_pass(const std::vector<Input>& inputs);
    [[nodiscard]] bool busy() const;
    [[nodiscard]] bool chance(std::uint64_t one_in) { return random_() % one_in == 0; }

    Disk& disk_;
    MachineOptions options_;
    std::mt19937_64 random_;
    VirtualTime time_;
    TemporaryFolder folder_;  // of the lock and the wake file only
    DiskVfs vfs_;
    std::unique_ptr<Process> process_;
    Ledger ledger_;
    MachineFigures figures_;
    std::vector<Handed> handed_;
    std::size_t next_ = 0;  // of the inputs
    int troubles_ = 0;      // still to come
    Timestamp end_;
    std::map<int, std::uint64_t> hashes_;
};

}  // namespace aw::test
