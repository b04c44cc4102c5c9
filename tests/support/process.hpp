// Programs as child processes of a test.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace aw::test {

// Starts a program with its output at the end of a file. `environment`: NAME=VALUE besides the test's own.
[[nodiscard]] pid_t spawn(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                          const std::string& output);
// Of a status as waitpid() gives it: the exit code, or 128 + signal.
[[nodiscard]] int exit_code(int status);
[[nodiscard]] std::string contents(const std::filesystem::path& file);

// Runs a program to its end: exit code and what it wrote to stdout and stderr together.
struct Finished {
    int exit_code = -1;
    std::string output;
};
[[nodiscard]] Finished run(const std::vector<std::string>& command);
// The same of the command-line tool, on the shipped configuration with these --set values.
[[nodiscard]] Finished run_tool(std::vector<std::string> arguments, const std::vector<std::string>& settings);

}  // namespace aw::test
