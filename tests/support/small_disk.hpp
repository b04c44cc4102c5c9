// A disk of some megabytes that a test can fill to its last byte: a tmpfs in a mount namespace of its own, so that it
// takes no rights (user namespaces must be allowed, or the test be root's).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "support/temporary_folder.hpp"

namespace aw::test {

class SmallDisk {
public:
    explicit SmallDisk(int megabytes);
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    // Why there is none here; empty: there is one.
    [[nodiscard]] const std::string& missing() const { return missing_; }
    // Where it is for programs that are started behind enter().
    [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
    // What stands before the command of such a program.
    [[nodiscard]] std::vector<std::string> enter() const;

    void fill() const;       // nothing more can be written
    void make_room() const;  // again as before fill()

private:
    [[nodiscard]] std::filesystem::path filler() const;  // as seen from here

    TemporaryFolder folder_;
    pid_t keeper_ = 0;  // keeps the namespaces
    std::string missing_;
};

}  // namespace aw::test
