#include "support/small_disk.hpp"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/process.hpp"
#include "system/eventually.hpp"

namespace aw::test {
namespace {

constexpr const char* kMount = R"(mount -t tmpfs -o "size=$1m" tmpfs "$2" && echo mounted && exec sleep infinity)";

}  // namespace

SmallDisk::SmallDisk(int megabytes) {
    const TemporaryFolder notes;
    const std::string told = notes.file("told");
    keeper_ = spawn({"/usr/bin/unshare", "--user", "--map-root-user", "--mount", "sh", "-c", kMount, "sh",
                     std::to_string(megabytes), path().string()},
                    {}, told);
    const bool answered = eventually([&] {
        if (contents(told).find("mounted") != std::string::npos) return true;
        if (waitpid(keeper_, nullptr, WNOHANG) != keeper_) return false;
        keeper_ = 0;
        return true;
    });
    if (!answered || keeper_ == 0) missing_ = "no file system can be mounted here: " + contents(told);
}

SmallDisk::~SmallDisk() {
    if (keeper_ == 0) return;
    ::kill(keeper_, SIGKILL);
    waitpid(keeper_, nullptr, 0);
}

std::vector<std::string> SmallDisk::enter() const {
    return {"/usr/bin/nsenter",      "--user", "--preserve-credentials", "--mount", "--target",
            std::to_string(keeper_), "--"};
}

std::filesystem::path SmallDisk::filler() const {
    return "/proc/" + std::to_string(keeper_) + "/root" + (path() / "filler").string();
}

void SmallDisk::fill() const {
    const int file = open(filler().c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    const std::array<char, 4096> page{};
    while (write(file, page.data(), page.size()) > 0) {
    }
    close(file);
}

void SmallDisk::make_room() const { std::filesystem::remove(filler()); }

}  // namespace aw::test
