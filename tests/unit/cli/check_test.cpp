#include <gmock/gmock.h>

#include "rig.hpp"

namespace aw::cli {
namespace {

using testing::HasSubstr;

class Check : public ToolTest {};

TEST_F(Check, TheShippedConfigurationIsFine) {
    EXPECT_EQ(tool({"check", AW_SOURCE_DIR "/config/accountwatch.yaml"}), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr("0 mistakes"));
}

TEST_F(Check, EveryMistakeWithItsPlace) {
    const std::string file =
        write("bad.yaml",
              "roles: [watch, fly]\nlangauge: zh\npolicy: missing.yaml\norganisation: o.yaml\ncalendars: [c.yaml]\n");
    EXPECT_EQ(tool({"check", file}), 1);
    EXPECT_THAT(err.str(), HasSubstr("bad.yaml:1:"));
    EXPECT_THAT(err.str(), HasSubstr("bad.yaml:2:"));
    EXPECT_EQ(tool({"check", "-o", "json", file}), 1);
    EXPECT_THAT(out.str(), HasSubstr("\"line\":2"));
    EXPECT_EQ(tool({"check", path("nowhere.yaml")}), 1);
}

TEST_F(Check, TemplatesThatTheSettingsName) {
    std::filesystem::create_directory(path("words"));
    write("words/notice.zh.mustache", "{{#CASE_OPENED}}\n{{nobody_knows_this}}\n{{/CASE_OPENED}}\n");
    std::string text = read(AW_SOURCE_DIR "/config/accountwatch.yaml");
    const auto put = [&text](const std::string& from, const std::string& to) {
        const std::size_t at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
    };
    const std::string config = AW_SOURCE_DIR "/config/";
    put("policies/dezhou.yaml", config + "policies/dezhou.yaml");
    put("organisation: organisation.yaml", "organisation: " + config + "organisation.yaml");
    put("[calendars/cn.yaml]", "[" + config + "calendars/cn.yaml]");
    const std::size_t at = text.find("\n  templates:");
    ASSERT_NE(at, std::string::npos);
    text.replace(at, text.find('\n', at + 1) - at, "\n  templates: words");
    const std::string file = write("settings.yaml", text);
    EXPECT_EQ(tool({"check", file}), 1) << out.str() << err.str();
    EXPECT_THAT(err.str(), HasSubstr("notice.zh.mustache:2"));
}

}  // namespace
}  // namespace aw::cli
