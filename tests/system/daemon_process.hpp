// A daemon under test: the real binary as a child process, on the embedded log or on Kafka, on a free port.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "cli/http_client.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace aw::test {

class DaemonProcess {
public:
    // `settings` are --set values beside log path and port.
    DaemonProcess(std::filesystem::path folder, std::vector<std::string> settings,
                  std::vector<std::string> environment = {});
    ~DaemonProcess();  // kill -9, if it still runs

    void start();             // waits until it says where it listens
    void wait_until_ready();  // GET /readyz
    void signal(int number) const;
    [[nodiscard]] bool running() const;  // wait_for_exit() would not return at once
    [[nodiscard]] int wait_for_exit();   // exit code, or 128 + signal
    void kill();                         // kill -9 and wait

    // From now on it is asked with `Authorization: Bearer`.
    void use_token(std::string token) { token_ = std::move(token); }
    [[nodiscard]] cli::Answer get(const std::string& target) const;
    [[nodiscard]] cli::Answer post(const std::string& target, const std::string& body) const;
    // Asks until the answer's body holds `text`; fails the test after 20 s.
    std::string get_until(const std::string& target, const std::string& text) const;
    [[nodiscard]] std::string log() const;
    [[nodiscard]] const std::string& url() const { return url_; }

private:
    std::filesystem::path folder_;
    std::vector<std::string> settings_;
    std::vector<std::string> environment_;
    std::string url_;
    std::string token_;
    pid_t pid_ = 0;
};

// Calls `done` until it says true; false after the limit. Waits briefly between calls.
template <class F>
[[nodiscard]] bool eventually(F&& done, std::chrono::seconds limit = std::chrono::seconds{20});

}  // namespace aw::test

#include "system/eventually.hpp"
