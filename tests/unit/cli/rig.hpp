// A folder of the test's own and the tool called as a person calls it.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cli/commands.hpp"
#include "support/sample_rules.hpp"
#include "support/temporary_folder.hpp"

namespace aw::cli {

class FixedClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return at; }
    Timestamp at = test::shanghai("2026-11-20 12:00");
};

class ToolTest : public testing::Test {
protected:
    int tool(std::vector<std::string> arguments) {
        out.str({});
        err.str({});
        arguments.insert(arguments.begin(), "accountwatch");
        std::vector<const char*> argv;
        for (const auto& argument : arguments) argv.push_back(argument.c_str());
        Console console{out, err, clock, false};
        return run_tool(static_cast<int>(argv.size()), argv.data(), console);
    }
    // Arguments that make the shipped configuration use a log in the folder.
    std::vector<std::string> with_config(std::vector<std::string> arguments,
                                         const std::vector<std::string>& rest = {}) const {
        for (const auto& one : {std::string("--config"), std::string(AW_SOURCE_DIR "/config/accountwatch.yaml"),
                                std::string("--set"), "log.embedded.path=" + path("log.db")}) {
            arguments.push_back(one);
        }
        arguments.insert(arguments.end(), rest.begin(), rest.end());
        return arguments;
    }
    [[nodiscard]] std::string path(const std::string& name) const { return folder_.file(name); }
    std::string write(const std::string& name, const std::string& text) const { return folder_.write(name, text); }
    [[nodiscard]] static std::string read(const std::string& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    [[nodiscard]] static std::string shipment(const std::string& id, const std::string& time, int items = 5,
                                              const std::string& code = "37140000012001") {
        return "{\"event_id\":\"" + id + "\",\"account_code\":\"" + code + "\",\"occurred_at\":\"" + time +
               "\",\"source\":\"sorting\",\"shipment\":{\"business_line\":\"express\",\"items\":" +
               std::to_string(items) + "}}\n";
    }

    FixedClock clock;
    std::ostringstream out;
    std::ostringstream err;

private:
    test::TemporaryFolder folder_;
};

}  // namespace aw::cli
