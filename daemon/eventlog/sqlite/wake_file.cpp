#include "eventlog/sqlite/wake_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aw::eventlog {
namespace {

tl::unexpected<LogError> system_failure(const char* what, const std::string& path) {
    return log_failure(LogError::Kind::storage,
                       fmt::format("cannot {} {}: {}", what, path, std::generic_category().message(errno)));
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

LogResult<WakeFile> WakeFile::open(const std::string& log_path) {
    std::string path = log_path + ".wake";
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!file.valid()) return system_failure("open", path);
    return WakeFile(std::move(path), std::move(file));
}

// A change of its times needs no room on the disk.
void WakeFile::touch() const { static_cast<void>(::futimens(file_.get(), nullptr)); }

LogResult<Waiter> Waiter::open(const WakeFile& file, bool watch_it) {
    Descriptor watch;  // poll(2) leaves out what is none
    if (watch_it) {
        watch = Descriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
        if (!watch.valid() || ::inotify_add_watch(watch.get(), file.path().c_str(), IN_ATTRIB) < 0) {
            return system_failure("watch", file.path());
        }
    }
    Descriptor event(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!event.valid()) return system_failure("make an event for", file.path());
    return Waiter(std::move(watch), std::move(event));
}

void Waiter::drain() {
    alignas(inotify_event) std::array<char, 4096> buffer{};
    while (::read(watch_.get(), buffer.data(), buffer.size()) > 0) {
    }
}

Waiter::Cause Waiter::wait_until(std::chrono::steady_clock::time_point deadline) {
    std::array<pollfd, 2> waits{{{event_.get(), POLLIN, 0}, {watch_.get(), POLLIN, 0}}};
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        const int ready =
            ::poll(waits.data(), waits.size(), static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX)));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return Cause::timeout;
        if ((waits[0].revents & POLLIN) == 0) return Cause::touched;
        std::uint64_t count = 0;
        static_cast<void>(::read(event_.get(), &count, sizeof count));
        return Cause::woken;
    }
}

void Waiter::wake() const {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(event_.get(), &one, sizeof one));
}

}  // namespace aw::eventlog
