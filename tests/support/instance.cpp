#include "support/instance.hpp"

#include <chrono>
#include <csignal>
#include <utility>

#include <sys/wait.h>

#include "app/exit_codes.hpp"
#include "support/process.hpp"
#include "system/eventually.hpp"

namespace aw::test {

using app::kExitStartAgain;

namespace {

constexpr std::chrono::seconds kPatience{30};  // as a service manager: the daemon itself ends a stop after 10 s

}  // namespace

Instance::Instance(std::filesystem::path log_file, std::vector<std::string> settings,
                   std::vector<std::string> environment)
    : log_file_(std::move(log_file)), settings_(std::move(settings)), environment_(std::move(environment)) {}
Instance::~Instance() { kill(); }
Instance::Instance(Instance&& other) noexcept
    : log_file_(std::move(other.log_file_)),
      settings_(std::move(other.settings_)),
      environment_(std::move(other.environment_)),
      wrapper_(std::move(other.wrapper_)),
      exits_(std::move(other.exits_)),
      pid_(std::exchange(other.pid_, 0)) {}

void Instance::start() {
    std::vector<std::string> command = wrapper_;
    command.insert(command.end(), {AW_DAEMON, "--config", AW_SOURCE_DIR "/config/accountwatch.yaml"});
    for (const std::string& setting : settings_) command.insert(command.end(), {"--set", setting});
    pid_ = spawn(command, environment_, log_file_.string());
}

bool Instance::ended() {
    int status = 0;
    if (pid_ == 0 || waitpid(pid_, &status, WNOHANG) != pid_) return false;
    pid_ = 0;
    last_exit_ = exit_code(status);
    ++exits_[last_exit_];
    return true;
}

void Instance::signal(int number) const {
    if (pid_ != 0) ::kill(pid_, number);
}

void Instance::kill() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

bool Instance::stop() {
    if (pid_ == 0) return false;
    ::kill(pid_, SIGTERM);
    if (!eventually([&] { return ended(); }, kPatience)) {
        trace_threads();
        last_exit_ = kRuns;
        return false;
    }
    return last_exit_ == 0 || last_exit_ == kExitStartAgain || last_exit_ == 128 + SIGTERM;
}

void Instance::trace_threads() const {
    const pid_t debugger =
        spawn({"/usr/bin/gdb", "-p", std::to_string(pid_), "-batch", "-ex", "thread apply all bt 12"}, {},
              log_file_.string());
    waitpid(debugger, nullptr, 0);
}

std::string Instance::log_tail() const {
    const std::string text = contents(log_file_);
    return text.size() < 16'000 ? text : text.substr(text.size() - 16'000);
}

}  // namespace aw::test
