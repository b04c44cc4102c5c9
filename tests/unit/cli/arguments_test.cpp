#include <gmock/gmock.h>

#include "rig.hpp"

namespace aw::cli {
namespace {

using testing::HasSubstr;

class Arguments : public ToolTest {};

TEST_F(Arguments, HelpAndVersionAreFine) {
    EXPECT_EQ(tool({"--version"}), 0);
    EXPECT_THAT(out.str(), HasSubstr("accountwatch 0"));
    EXPECT_EQ(tool({"--help"}), 0);
    for (const char* command : {"check", "send", "backtest", "simulate", "cases", "topics"}) {
        EXPECT_THAT(out.str(), HasSubstr(command));
        EXPECT_EQ(tool({command, "--help"}), 0) << command;
        EXPECT_THAT(out.str(), HasSubstr(std::string("accountwatch ") + command)) << "an example";
        EXPECT_EQ(tool({"--help"}), 0);
    }
}

TEST_F(Arguments, WrongUsageExitsWithTwo) {
    EXPECT_EQ(tool({}), 2);
    EXPECT_EQ(tool({"dance"}), 2);
    EXPECT_EQ(tool({"check"}), 2);
    EXPECT_EQ(tool({"send", "x.ndjson"}), 2);
    EXPECT_EQ(tool(with_config({"send"})), 2);
    EXPECT_EQ(tool(with_config({"send"}, {"--format", "xml", "x"})), 2);
    EXPECT_EQ(tool(with_config({"backtest"}, {"--events", "x"})), 2);
    EXPECT_EQ(tool(with_config({"backtest"}, {"--events", "x", "--out", folder, "--compare", "y"})), 2);
    EXPECT_EQ(tool({"simulate", "--accounts", "many", "--days", "28", "--seed", "1", "--out", folder}), 2);
    EXPECT_EQ(tool({"cases"}), 2);
    EXPECT_EQ(tool({"cases", "close", "37140000012-1"}), 2) << "not carried out by this version";
    EXPECT_EQ(tool({"cases", "accept", "37140000012-1", "--as", "a", "--group-role", "KING"}), 2);
    EXPECT_EQ(tool({"cases", "list", "-o", "xml"}), 2);
    EXPECT_EQ(tool({"topics", "check"}), 2);
    EXPECT_FALSE(err.str().empty());
}

TEST_F(Arguments, ASettingDoesNotSwallowTheFileBehindIt) {
    const std::string events = write("e.ndjson", shipment("e-1", "2026-11-20T09:00:00+08:00"));
    EXPECT_EQ(tool(with_config({"send"}, {events})), 0) << err.str();
    EXPECT_EQ(out.str(), "1 events appended, 0 rejected\n");
}

}  // namespace
}  // namespace aw::cli
