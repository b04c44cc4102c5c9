#include "support/process.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temporary_folder.hpp"

namespace aw::test {

pid_t spawn(const std::vector<std::string>& command, const std::vector<std::string>& environment,
            const std::string& output) {
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    const pid_t child = fork();
    if (child != 0) return child;
    const int file = open(output.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    for (const std::string& variable : environment) putenv(const_cast<char*>(variable.c_str()));
    execv(arguments[0], arguments.data());
    _exit(127);
}

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

std::string contents(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Finished run(const std::vector<std::string>& command) {
    const TemporaryFolder folder;
    const auto output = folder.path() / "output";
    int status = 0;
    waitpid(spawn(command, {}, output.string()), &status, 0);
    return {exit_code(status), contents(output)};
}

Finished run_tool(std::vector<std::string> arguments, const std::vector<std::string>& settings) {
    arguments.insert(arguments.begin(), AW_TOOL);
    arguments.insert(arguments.end(), {"--config", AW_SOURCE_DIR "/config/accountwatch.yaml"});
    for (const std::string& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
    return run(arguments);
}

}  // namespace aw::test
