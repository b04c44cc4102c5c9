#include "system/daemon_process.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

namespace aw::test {
DaemonProcess::DaemonProcess(std::filesystem::path folder, std::vector<std::string> settings,
                             std::vector<std::string> environment)
    : folder_(std::move(folder)), settings_(std::move(settings)), environment_(std::move(environment)) {}

DaemonProcess::~DaemonProcess() { kill(); }

void DaemonProcess::start() {
    std::vector<std::string> command = {AW_DAEMON,
                                        "--config",
                                        AW_SOURCE_DIR "/config/accountwatch.yaml",
                                        "--set",
                                        "log.embedded.path=" + (folder_ / "log.db").string(),
                                        "--set",
                                        "http.listen=127.0.0.1:0"};
    for (const std::string& setting : settings_) command.insert(command.end(), {"--set", setting});
    const auto output = folder_ / "daemon.log";
    const std::size_t before = contents(output).size();
    pid_ = spawn(command, environment_, output.string());
    const bool up = eventually([&] {
        const std::string text = contents(output).substr(before);
        const std::size_t at = text.find("listening: http://");
        if (at == std::string::npos || text.find('\n', at) == std::string::npos)
            return waitpid(pid_, nullptr, WNOHANG) == pid_;
        url_ = text.substr(at + 11, text.find_first_of(" \n", at + 11) - at - 11);
        return true;
    });
    ASSERT_TRUE(up && !url_.empty()) << log();
}

void DaemonProcess::wait_until_ready() {
    ASSERT_TRUE(eventually([&] { return get("/readyz").status == 200; })) << log();
}

void DaemonProcess::signal(int number) const { ::kill(pid_, number); }

bool DaemonProcess::running() const {
    siginfo_t ended{};
    return pid_ != 0 && waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid == 0;
}

int DaemonProcess::wait_for_exit() {
    int status = 0;
    const bool ended = eventually([&] { return waitpid(pid_, &status, WNOHANG) == pid_; }, std::chrono::seconds{40});
    if (!ended) return -1;
    pid_ = 0;
    return exit_code(status);
}

void DaemonProcess::kill() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

cli::Answer DaemonProcess::get(const std::string& target) const {
    auto client = cli::HttpClient::make({.url = url_, .token = token_});
    auto answer = client ? client->get(target) : Result<cli::Answer>(fail_with("no url"));
    return answer ? *answer : cli::Answer{};
}

cli::Answer DaemonProcess::post(const std::string& target, const std::string& body) const {
    auto client = cli::HttpClient::make({.url = url_, .token = token_});
    auto answer = client ? client->post(target, body) : Result<cli::Answer>(fail_with("no url"));
    return answer ? *answer : cli::Answer{};
}

std::string DaemonProcess::get_until(const std::string& target, const std::string& text) const {
    std::string body;
    const bool found = eventually([&] {
        body = get(target).body;
        return body.find(text) != std::string::npos;
    });
    EXPECT_TRUE(found) << "no \"" << text << "\" in " << body << "\n" << log();
    return body;
}

std::string DaemonProcess::log() const { return contents(folder_ / "daemon.log"); }

}  // namespace aw::test
