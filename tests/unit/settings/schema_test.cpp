// The schema is the documentation: every field has a comment, and every rule in it holds for itself.
#include <filesystem>
#include <fstream>
#include <regex>

#include <gtest/gtest.h>

#include "settings/loader.hpp"

namespace aw::settings {
namespace {

const std::string kSchema = std::string(AW_SOURCE_DIR) + "/proto/accountwatch/config/v1/";

TEST(Schema, EveryFieldIsDocumented) {
    const std::regex field(R"(^\s+(optional |repeated |map<)?[A-Za-z_0-9.<>, ]+ [a-z_0-9]+ = \d+.*)");
    int fields = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kSchema)) {
        std::ifstream in(entry.path());
        std::string before;
        for (std::string line; std::getline(in, line); before = line) {
            if (!std::regex_match(line, field) || line.find("//") < line.find('=')) continue;
            ++fields;
            EXPECT_NE(before.find("//"), std::string::npos) << entry.path() << ": " << line;
        }
    }
    EXPECT_GT(fields, 120);
}

TEST(Schema, DefaultsOfTheSchemaAreThoseOfTheShippedFile) {
    const std::string config = std::string(AW_SOURCE_DIR) + "/config/";
    const std::filesystem::path bare = std::filesystem::temp_directory_path() / "aw-schema-bare.yaml";
    std::ofstream(bare) << "policy: " << config << "policies/dezhou.yaml\norganisation: " << config
                        << "organisation.yaml\ncalendars: [" << config << "calendars/cn.yaml]\n"
                        << "feeds: [{name: sorting}]\nnotify: {channels: [{id: ops, kind: log}], templates: " << config
                        << "templates}\n";
    const Loaded defaults = load(bare.string(), {}, std::nullopt);
    const Loaded shipped = load(config + "accountwatch.yaml", {}, std::nullopt);
    std::filesystem::remove(bare);
    ASSERT_TRUE(defaults.ok() && shipped.ok());
    const auto body = [](const std::string& text) { return text.substr(text.find('\n')); };
    EXPECT_EQ(body(print_config(defaults)), body(print_config(shipped)));
}

}  // namespace
}  // namespace aw::settings
