#include <filesystem>

#include <gmock/gmock.h>

#include "rig.hpp"

namespace aw::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class Arguments : public ToolTest {};

TEST_F(Arguments, HelpAndVersionAreFine) {
    EXPECT_EQ(tool({"--version"}), 0);
    EXPECT_THAT(out.str(), HasSubstr("accountwatch 0"));
    EXPECT_EQ(tool({"--help"}), 0);
    for (const char* command : {"check", "send", "backtest", "simulate", "cases", "silences", "lint-chain", "topics"}) {
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
    EXPECT_EQ(tool(with_config({"backtest"}, {"--events", "x", "--out", path("out"), "--comparison", "y"})), 2);
    EXPECT_EQ(tool({"simulate", "--accounts", "many", "--days", "28", "--seed", "1", "--out", path("out")}), 2);
    EXPECT_EQ(tool({"simulate", "--accounts", "0", "--days", "28", "--seed", "1", "--out", path("out")}), 2);
    EXPECT_EQ(tool({"simulate", "--accounts", "1", "--days", "27", "--seed", "1", "--out", path("out")}), 2);
    EXPECT_FALSE(std::filesystem::exists(path("out")));
    EXPECT_EQ(tool({"cases"}), 2);
    EXPECT_EQ(tool({"cases", "reopen", "37140000012-1"}), 2) << "no action";
    EXPECT_EQ(tool({"cases", "lower-severity", "37140000012-1", "--as", "a", "--severity", "LOW"}), 2) << "why?";
    EXPECT_EQ(tool({"cases", "accept", "37140000012-1", "--as", "a", "--group-role", "KING"}), 2);
    EXPECT_EQ(tool({"cases", "list", "-o", "xml"}), 2);
    EXPECT_EQ(tool({"topics", "check"}), 2);
    EXPECT_FALSE(err.str().empty());
}

TEST_F(Arguments, AFolderThatCannotBeWrittenIsStorage) {
    EXPECT_EQ(tool({"simulate", "--accounts", "1", "--days", "28", "--seed", "1", "--end", "2026-08-31", "--out",
                    "/proc/out"}),
              74);
}

// The values of an option are told once and in the words that are typed.
TEST_F(Arguments, HelpIsPlain) {
    ASSERT_EQ(tool({"send", "--help"}), 0);
    EXPECT_THAT(out.str(), HasSubstr("--format ndjson|csv  "));
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"send"}, {"backtest"}, {"check"}, {"cases", "accept"}, {"cases", "list"}}) {
        std::vector<std::string> arguments = command;
        arguments.emplace_back("--help");
        ASSERT_EQ(tool(arguments), 0);
        for (const char* odd : {"{", "->", " OR "}) EXPECT_THAT(out.str(), Not(HasSubstr(odd))) << command.back();
    }
}

TEST_F(Arguments, TheHelpOfCasesTeaches) {
    ASSERT_EQ(tool({"cases", "--help"}), 0);
    for (const ActionKind& kind : action_kinds()) EXPECT_THAT(out.str(), HasSubstr("  " + kind.name + "  "));
    EXPECT_THAT(out.str(), HasSubstr("  accountwatch cases ack 37140200012-1 --as deputy-gm\n"));
    for (const ActionKind& kind : action_kinds()) {
        ASSERT_EQ(tool({"cases", kind.name, "--help"}), 0) << kind.name;
        EXPECT_THAT(out.str(), HasSubstr("  accountwatch cases " + kind.name + " 37140200012-1 --")) << kind.name;
        EXPECT_THAT(out.str(), HasSubstr("--as"));
    }
    ASSERT_EQ(tool({"cases", "plan", "--help"}), 0);
    EXPECT_THAT(out.str(), HasSubstr("--countermeasure 'new offer;key-account-manager-1;2026-08-21'"));
    EXPECT_THAT(out.str(), HasSubstr("--file plan.yaml"));
    EXPECT_THAT(out.str(), HasSubstr("      owner_staff_id: key-account-manager-1\n"));
}

// Every example of the help is one that the tool understands; only the daemon is missing here.
TEST_F(Arguments, TheExamplesOfTheActionsAreRight) {
    write("report.yaml", "cause: price\n");
    for (const ActionKind& kind : action_kinds()) {
        std::vector<std::string> arguments = {"cases", kind.name, "37140200012-1"};
        bool quoted = false;
        std::string word;
        for (const char c : kind.example + " ") {
            if (c == '\'') quoted = !quoted;
            if (c == '\'' || c == '\\' || c == '\n') continue;
            if (c != ' ' || quoted) {
                word += c;
            } else if (!word.empty()) {
                arguments.push_back(word == "report.yaml" ? path(word) : word);
                word.clear();
            }
        }
        arguments.insert(arguments.end(), {"--url", "http://127.0.0.1:9"});
        EXPECT_EQ(tool(arguments), 69) << kind.name << ": " << err.str();
    }
}

TEST_F(Arguments, AnUnknownCommandIsNamed) {
    EXPECT_EQ(tool({"bactest", "--config", "x"}), 2);
    EXPECT_THAT(err.str(), HasSubstr("unknown command 'bactest' (did you mean 'backtest'?)"));
    EXPECT_EQ(tool({"frobnicate"}), 2);
    EXPECT_THAT(err.str(), HasSubstr("unknown command 'frobnicate' (there are check, send, "));
    EXPECT_EQ(tool({"topics", "creat"}), 2);
    EXPECT_THAT(err.str(), HasSubstr("unknown command 'creat' (did you mean 'create'?)"));
    EXPECT_EQ(tool({"cases", "aknowledge", "37140200012-1"}), 2);
    EXPECT_THAT(err.str(), HasSubstr("unknown command 'aknowledge'"));
    EXPECT_EQ(tool({}), 2);
    EXPECT_THAT(err.str(), HasSubstr("required"));
}

TEST_F(Arguments, ASettingDoesNotSwallowTheFileBehindIt) {
    const std::string events = write("e.ndjson", shipment("e-1", "2026-11-20T09:00:00+08:00"));
    EXPECT_EQ(tool(with_config({"send"}, {events})), 0) << err.str();
    EXPECT_EQ(out.str(), "1 events appended, 0 rejected\n");
}

}  // namespace
}  // namespace aw::cli
