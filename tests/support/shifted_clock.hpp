// The wall clock of a child process, set forward and back while it runs (shifted_clock.cpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace aw::test {

class ShiftedClock {
public:
    // A sanitizer wants to be the first library itself.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    static constexpr bool kPossible = false;
#else
    static constexpr bool kPossible = true;
#endif

    explicit ShiftedClock(const std::filesystem::path& file) : file_(file) {
        const int made = open(file_.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
        if (made < 0 || ftruncate(made, sizeof(std::int64_t)) != 0) throw std::runtime_error("no " + file_.string());
        void* const memory = mmap(nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, made, 0);
        close(made);
        if (memory == MAP_FAILED) throw std::runtime_error("cannot map " + file_.string());
        shift_ms_ = static_cast<volatile std::int64_t*>(memory);
    }
    ~ShiftedClock() { munmap(const_cast<std::int64_t*>(shift_ms_), sizeof(std::int64_t)); }
    ShiftedClock(const ShiftedClock&) = delete;
    ShiftedClock& operator=(const ShiftedClock&) = delete;

    // For the child that is to live by it.
    [[nodiscard]] std::vector<std::string> environment() const {
        return {"LD_PRELOAD=" AW_SHIFTED_CLOCK, "ACCOUNTWATCH_TEST_CLOCK=" + file_.string()};
    }
    // From the machine's own time.
    void set_apart(std::chrono::milliseconds shift) { *shift_ms_ = shift.count(); }

private:
    std::filesystem::path file_;
    volatile std::int64_t* shift_ms_ = nullptr;
};

}  // namespace aw::test
