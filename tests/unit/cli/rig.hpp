// A folder of the test's own and the tool called as a person calls it.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/open_log.hpp"
#include "cli/commands.hpp"
#include "codec/event_decoder.hpp"
#include "settings/activation.hpp"
#include "settings/loader.hpp"
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

    // Every event in the folder's log, as it stands there.
    template <class See>
    void each_event(See see, int partitions = 1) {
        const auto loaded = settings::load(
            AW_SOURCE_DIR "/config/accountwatch.yaml",
            {"log.embedded.path=" + path("log.db"), "log.partitions=" + std::to_string(partitions)}, std::nullopt);
        auto opened = app::open_log(loaded.settings, clock, {}, app::LogUse::tool);
        ASSERT_TRUE(opened);
        auto reader = (*opened)->open_reader(eventlog::Topic::events);
        ASSERT_TRUE(reader);
        EventDecoder decoder(settings::rules_from_document);
        for (bool more = true; more;) {
            const auto records = (*reader)->poll(1000, Duration{0});
            ASSERT_TRUE(records);
            more = !records->empty();
            for (const auto& record : *records) see(record, decoder.decode(record.value));
        }
    }

    FixedClock clock;
    std::ostringstream out;
    std::ostringstream err;

private:
    test::TemporaryFolder folder_;
};

}  // namespace aw::cli
