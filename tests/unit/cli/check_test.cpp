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

// The shipped settings with their files by full path and `more` at the end.
std::string settings_with(const std::string& more) {
    const std::string config = AW_SOURCE_DIR "/config/";
    return "policy: " + config + "policies/dezhou.yaml\norganisation: " + config + "organisation.yaml\ncalendars: [" +
           config + "calendars/cn.yaml]\n" + more;
}

TEST_F(Check, TemplatesThatTheSettingsName) {
    std::filesystem::create_directory(path("words"));
    write("words/notice.zh.mustache", "{{#CASE_OPENED}}\n用邮量 {{nobody_knows_this}}\nx\n{{/CASE_OPENED}}\n");
    const std::string file = write("settings.yaml", settings_with("notify: {templates: words}\n"));
    EXPECT_EQ(tool({"check", file}), 1) << out.str() << err.str();
    EXPECT_THAT(err.str(), HasSubstr(path("words/notice.zh.mustache") + ":2:5: unknown value \"nobody_knows_this\""));
    EXPECT_THAT(err.str(), HasSubstr(path("words/notice.en.mustache") + ": cannot be read\n"));
    EXPECT_EQ(tool({"check", "-o", "json", file}), 1);
    EXPECT_THAT(out.str(), HasSubstr("notice.zh.mustache\",\"line\":2,\"column\":5,\"message\":\"unknown value"));
}

// What keeps the daemon from starting is found here first, with its place.
TEST_F(Check, TheFileOfTokens) {
    const std::string digest(64, 'a');
    const std::string tokens = write("tokens", "# tokens\nnonsense\n" + digest + " dept-director-1 fly\n");
    const std::string file = write("settings.yaml", settings_with("http: {tokens_file: tokens}\n"));
    std::filesystem::permissions(tokens, std::filesystem::perms(0644));
    EXPECT_EQ(tool({"check", file}), 1) << out.str();
    EXPECT_THAT(err.str(), HasSubstr(tokens + ": may be read or changed by others (chmod o= on it)\n"));
    std::filesystem::permissions(tokens, std::filesystem::perms(0640));
    EXPECT_EQ(tool({"check", file}), 1) << out.str();
    EXPECT_THAT(err.str(), HasSubstr(tokens + ":2:1: must be: sha256 of the token, staff id, scopes\n"));
    EXPECT_THAT(err.str(), HasSubstr(tokens + ":3:1: unknown scope in \"fly\""));
    write("tokens", digest + " dept-director-1 command\n" + std::string(64, 'b') + " somebody read,command\n" +
                        std::string(64, 'c') + " scanner read,ingest\n");
    EXPECT_EQ(tool({"check", file}), 0) << err.str();
    EXPECT_THAT(err.str(), HasSubstr(tokens + ":2:1: 'somebody' is nobody of the organisation"));
    EXPECT_THAT(err.str(), testing::Not(HasSubstr("dept-director-1")));
    EXPECT_THAT(err.str(), testing::Not(HasSubstr("scanner")));
}

TEST_F(Check, MistakesOfAllFilesAtOnce) {
    std::filesystem::create_directory(path("words"));
    write("words/notice.zh.mustache", "  stray\n");
    const std::string file = write("settings.yaml", settings_with("language: xx\n"
                                                                  "notify: {templates: words}\n"
                                                                  "log:\n"
                                                                  "  kafka:\n"
                                                                  "    properties: {lingr.ms: 5, linger.ms: soon}\n"));
    const std::string calendar = write("calendar.yaml", "years: x\n");
    EXPECT_EQ(tool({"check", file, calendar}), 1) << out.str() << err.str();
    for (const std::string& mistake :
         {file + ":4:11: 'language' must be one of",
          file + ":8:18: 'log.kafka.properties.lingr.ms' is refused: No such configuration property: \"lingr.ms\"",
          file + ":8:42: 'log.kafka.properties.linger.ms' is refused: Invalid value",
          path("words/notice.zh.mustache") + ":1:3: text outside of any section", calendar + ":1:8: 'years'"}) {
        EXPECT_THAT(err.str(), HasSubstr(mistake));
    }
}

// A row in `feeds` is a promise; where nobody can keep it, check says so.
TEST_F(Check, FeedsThatCanHaveNoEffectAreWarnedOf) {
    const std::string feeds = "feeds: [{name: sorting}]\n";
    const std::string fine = write("fine.yaml", settings_with(feeds));
    EXPECT_EQ(tool({"check", fine}), 0) << err.str();
    EXPECT_THAT(err.str(), testing::Not(HasSubstr("feed '")));
    const std::string elsewhere = write("serve.yaml", settings_with("roles: [serve, notify]\n" + feeds));
    EXPECT_EQ(tool({"check", elsewhere}), 0) << err.str();
    EXPECT_THAT(err.str(), HasSubstr(elsewhere + ":5:9: feed 'sorting' has no effect here: this process does not run "
                                                 "the role watch (set it where accounts are watched) (warning)\n"));
    // Complaints and sightings only: there is no verdict that waits for data.
    std::string policy = read(AW_SOURCE_DIR "/config/policies/dezhou.yaml");
    for (const char* section : {"comparisons:", "defection:"}) {
        const std::size_t from = policy.find("\n" + std::string(section)) + 1;
        std::size_t to = policy.find('\n', from) + 1;
        while (to < policy.size() && std::string_view(" #-\n").find(policy[to]) != std::string_view::npos) {
            to = policy.find('\n', to) + 1;
        }
        policy.erase(from, to - from);
    }
    write("policy.yaml", policy);
    std::string settings = settings_with(feeds);
    settings.replace(0, settings.find('\n'), "policy: policy.yaml");
    const std::string idle = write("idle.yaml", settings);
    EXPECT_EQ(tool({"check", idle}), 0) << err.str();
    EXPECT_THAT(err.str(), HasSubstr(idle + ":4:9: feed 'sorting' can hold no verdict back: the policy has no "
                                            "comparisons, no detection and no defection.idle_days (warning)\n"));
}

}  // namespace
}  // namespace aw::cli
