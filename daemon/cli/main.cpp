// accountwatch: the operator's tool.
#include <csignal>
#include <iostream>

#include <unistd.h>

#include "cli/commands.hpp"

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a daemon that hangs up, or `| head`, is an error to report, not a death
    const aw::SystemClock clock;
    aw::cli::Console console{std::cout, std::cerr, clock, isatty(STDERR_FILENO) != 0};
    try {
        return aw::cli::run_tool(argc, argv, console);
    } catch (const std::exception& error) {
        std::cerr << "accountwatch: " << error.what() << '\n';
        return 1;
    }
}
