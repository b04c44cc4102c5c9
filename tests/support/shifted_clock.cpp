// Loaded before a program's libraries (LD_PRELOAD): its wall clock is the machine's and so many milliseconds as stand
// in the file that ACCOUNTWATCH_TEST_CLOCK names, which may change while it runs. Time that only passes is not touched.
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

const volatile std::int64_t* map_shift() {
    const char* const name = std::getenv("ACCOUNTWATCH_TEST_CLOCK");
    const int file = name == nullptr ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) return nullptr;
    void* const memory = mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    return memory == MAP_FAILED ? nullptr : static_cast<const volatile std::int64_t*>(memory);
}

std::int64_t shift_ms() {
    static const volatile std::int64_t* const shift = map_shift();
    return shift == nullptr ? 0 : *shift;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
    const auto result = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
    if (result == 0 && clock == CLOCK_REALTIME) {
        const std::int64_t ms = time->tv_sec * 1000 + shift_ms();
        time->tv_sec = ms / 1000;
        time->tv_nsec += ms % 1000 * 1'000'000;
        if (time->tv_nsec >= 1'000'000'000) {
            ++time->tv_sec;
            time->tv_nsec -= 1'000'000'000;
        }
    }
    return result;
}

int gettimeofday(timeval* time, void*) noexcept {
    timespec precise{};
    const int result = clock_gettime(CLOCK_REALTIME, &precise);
    if (result == 0) *time = {precise.tv_sec, precise.tv_nsec / 1000};
    return result;
}

time_t time(time_t* into) noexcept {
    timespec precise{};
    clock_gettime(CLOCK_REALTIME, &precise);
    if (into != nullptr) *into = precise.tv_sec;
    return precise.tv_sec;
}
}
