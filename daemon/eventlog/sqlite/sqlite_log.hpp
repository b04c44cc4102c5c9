// The embedded log: one SQLite file (WAL, synchronous=FULL), no server.
//
// Every topic is a table, its partitions are ranges of the row id. A commit is one SQLite transaction over outputs,
// state and positions; a kill or a power cut loses nothing of it and leaves nothing half done. Nothing is ever deleted
// but state: the file holds the whole history (retention: none). LOG.lock is held by the one daemon; LOG.wake wakes
// readers (wake_file.hpp); `accountwatch send` may append to the file while the daemon runs. On local file systems only
// (WAL needs shared memory). Time of appending comes from the given clock, but never goes back within a partition.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "eventlog/log.hpp"

namespace aw::eventlog {

struct SqliteOptions {
    std::string path;
    // Recorded in a new file; another number than the recorded one is bad_configuration.
    int partitions = 1;
    // true: the daemon, which consumes; a second one is refused as `fenced`. false: a tool that appends and reads.
    bool exclusive = true;
    // Largest size of the file in pages of 4 KiB, looked at before each write; null or 0: as far as the disk goes.
    const std::atomic<std::int64_t>* page_limit = nullptr;
    // For tests that own the disk and time: a VFS registered with SQLite, which opens the file. LOG.lock and LOG.wake
    // stay where they are, and nobody is woken by them: poll() is called with no timeout. Null: SQLite's own.
    const char* vfs = nullptr;
    // What a commit leaves in the WAL is copied into the file once it is so many pages.
    int checkpoint_pages = 1000;
};

// `clock` outlives the log. A file of a newer version, or one that is no log, is refused.
[[nodiscard]] LogResult<std::unique_ptr<Log>> open_sqlite_log(const SqliteOptions& options, const Clock& clock);

}  // namespace aw::eventlog
