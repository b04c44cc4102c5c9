// SQLite's door to a Disk: a VFS with locks and shared memory of its own, all of one process. The files are the
// disk's; what a process has (locks, shared memory) is gone with it: forget_process().
//
// One thread. Registered under name() for as long as it lives.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "disk.hpp"

namespace aw::test {

class DiskVfs {
public:
    // `sleep` is asked to let so many microseconds pass: SQLite waits for a lock.
    DiskVfs(Disk& disk, std::function<void(int)> sleep);
    ~DiskVfs();
    DiskVfs(const DiskVfs&) = delete;
    DiskVfs& operator=(const DiskVfs&) = delete;

    [[nodiscard]] const char* name() const;
    // REQUIRES: no connection is open any more.
    void forget_process();

    struct Inside;

private:
    std::unique_ptr<Inside> inside_;
};

}  // namespace aw::test
