// How a commit wakes those who wait for records, in this process and in others.
//
// Beside the log lies LOG.wake, an empty file. Whoever has committed touches it; a waiting reader watches it with
// inotify. (Watching LOG-wal instead would wake readers while the commit is still being written and not yet visible,
// and nothing would wake them again.) A writer that dies between commit and touch costs a delay until the next touch or
// the end of the waiting poll(), never a record.
#pragma once

#include <chrono>
#include <string>

#include "eventlog/error.hpp"

namespace aw::eventlog {

// Owns one file descriptor.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();
    [[nodiscard]] int get() const { return number_; }
    [[nodiscard]] bool valid() const { return number_ >= 0; }

private:
    int number_;
};

// The writer's side. touch() may be called by any thread.
class WakeFile {
public:
    [[nodiscard]] static LogResult<WakeFile> open(const std::string& log_path);
    void touch() const;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    WakeFile(std::string path, Descriptor file) : path_(std::move(path)), file_(std::move(file)) {}
    std::string path_;
    Descriptor file_;
};

// The reader's side: one owner, except for wake().
class Waiter {
public:
    // With `watch_it` false no touch wakes it: for who never waits.
    [[nodiscard]] static LogResult<Waiter> open(const WakeFile& file, bool watch_it = true);

    // Forgets touches so far. Call before looking for records, so that none that comes after goes unnoticed.
    void drain();
    enum class Cause { touched, woken, timeout };
    [[nodiscard]] Cause wait_until(std::chrono::steady_clock::time_point deadline);
    void wake() const;  // any thread

private:
    Waiter(Descriptor watch, Descriptor event) : watch_(std::move(watch)), event_(std::move(event)) {}
    Descriptor watch_;
    Descriptor event_;
};

}  // namespace aw::eventlog
