// A daemon under test: the real binary as a child process, on the embedded log or on Kafka, on a free port.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/http_client.hpp"
#include "support/instance.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"
#include "system/eventually.hpp"

namespace aw::test {

class DaemonProcess {
public:
    // `settings` are --set values beside log path and port.
    DaemonProcess(const std::filesystem::path& folder, std::vector<std::string> settings,
                  std::vector<std::string> environment = {});

    void start_behind(std::vector<std::string> wrapper) { instance_.start_behind(std::move(wrapper)); }
    void start();             // waits until it says where it listens
    void wait_until_ready();  // GET /readyz
    void signal(int number) const { instance_.signal(number); }
    [[nodiscard]] bool running() { return !instance_.ended() && instance_.running(); }
    [[nodiscard]] int wait_for_exit();  // exit code, or 128 + signal; -1 after 10 s
    void kill() { instance_.kill(); }   // kill -9 and wait; so it ends with the object

    // From now on it is asked with `Authorization: Bearer`.
    void use_token(std::string token) { token_ = std::move(token); }
    [[nodiscard]] cli::Answer get(const std::string& target) const;
    [[nodiscard]] cli::Answer post(const std::string& target, const std::string& body) const;
    // Asks until the answer's body holds `text`; fails the test after 20 s.
    std::string get_until(const std::string& target, const std::string& text) const;
    [[nodiscard]] std::string log() const;
    [[nodiscard]] const std::string& url() const { return url_; }

private:
    std::filesystem::path log_file_;
    Instance instance_;
    std::string url_;
    std::string token_;
};

}  // namespace aw::test
