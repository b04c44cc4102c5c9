// The daemon as a child process, to be started, stopped, killed and started again as a service manager does.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace aw::test {

class Instance {
public:
    // `settings` are --set values; what it writes is added to `log_file`.
    Instance(std::filesystem::path log_file, std::vector<std::string> settings,
             std::vector<std::string> environment = {});
    ~Instance();  // kill -9, if it still runs
    Instance(Instance&&) noexcept;

    // What stands before its command, such as a program that gives it another view of the machine and becomes it.
    void start_behind(std::vector<std::string> wrapper) { wrapper_ = std::move(wrapper); }
    void start();
    // Has it ended since it was asked last, other than by kill()? Counted by its exit code.
    [[nodiscard]] bool ended();
    void signal(int number) const;
    void kill();                // kill -9 and wait; nothing if it does not run
    // TERM and wait; did it end within 30 s, in order or to be started again?
    [[nodiscard]] bool stop();
    [[nodiscard]] bool running() const { return pid_ != 0; }
    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] const std::map<int, int>& exits() const { return exits_; }  // exit code -> how often
    static constexpr int kRuns = -1;                                          // after a stop() in vain
    [[nodiscard]] int last_exit() const { return last_exit_; }
    [[nodiscard]] std::string log_tail() const;
    void trace_threads() const;  // where it hangs, into its log, for whoever has a debugger

private:
    std::filesystem::path log_file_;
    std::vector<std::string> settings_;
    std::vector<std::string> environment_;
    std::vector<std::string> wrapper_;
    std::map<int, int> exits_;
    int last_exit_ = 0;
    pid_t pid_ = 0;
};

}  // namespace aw::test
