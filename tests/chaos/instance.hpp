// One process of the cluster under test, as a service manager keeps it: started again whenever it ends.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace aw::test {

class Instance {
public:
    Instance(std::filesystem::path log_file, std::vector<std::string> settings);
    ~Instance();  // kill -9, if it still runs
    Instance(Instance&&) noexcept;

    void start();
    // Has it ended by itself? Counted by its exit code.
    [[nodiscard]] bool ended();
    void signal(int number) const;
    void kill();                // kill -9 and wait; nothing if it does not run
    [[nodiscard]] bool stop();  // TERM and wait; did it end with 0 within 30 s?
    [[nodiscard]] bool running() const { return pid_ != 0; }
    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] const std::map<int, int>& exits() const { return exits_; }  // exit code -> how often
    [[nodiscard]] std::string log_tail() const;

private:
    std::filesystem::path log_file_;
    std::vector<std::string> settings_;
    std::map<int, int> exits_;
    pid_t pid_ = 0;
};

}  // namespace aw::test
