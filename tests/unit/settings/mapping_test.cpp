// A list that YAML writes as a mapping: log.kafka.properties, and the checks of it that come from outside.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <accountwatch/config/v1/settings.pb.h>
#include <gtest/gtest.h>

#include "settings/loader.hpp"
#include "settings/yaml_reader.hpp"

namespace aw::settings {
namespace {

namespace pb = accountwatch::config::v1;
using Lists = YamlReader::Lists;
using Properties = std::map<std::string, std::string>;

const std::string kConfig = std::string(AW_SOURCE_DIR) + "/config/";
const std::string kSettings = "policy: " + kConfig + "policies/dezhou.yaml\norganisation: " + kConfig +
                              "organisation.yaml\ncalendars: [" + kConfig + "calendars/cn.yaml]\n";

std::string text_of(const std::vector<Mistake>& mistakes) {
    std::string text;
    for (const auto& mistake : mistakes) text += (text.empty() ? "" : "\n") + to_text(mistake);
    return text;
}

// Files read one over the other, as `extends` does.
class Files {
public:
    void read(const std::string& file, const std::string& text) {
        const auto root = parse_yaml(file, text, mistakes);
        ASSERT_TRUE(root.has_value());
        YamlReader(file, places, mistakes).read(*root, log, "log/", Lists::MERGE);
    }
    void set(const std::string& key, const std::string& text) {
        auto value = parse_yaml("--set", text, mistakes);
        ASSERT_TRUE(value.has_value());
        YamlReader("--set", places, mistakes).override_value(log, "log/", key, *value);
    }
    [[nodiscard]] std::string all() const {  // in their order, with the places of key and value
        std::string text;
        for (int i = 0; i < log.properties_size(); ++i) {
            const std::string path = "log/properties[" + std::to_string(i) + "]";
            text += log.properties(i).name() + "=" + log.properties(i).value() + at(path) + at(path + ".value") + "\n";
        }
        return text;
    }

    pb::KafkaLog log;
    Places places;
    std::vector<Mistake> mistakes;

private:
    [[nodiscard]] std::string at(const std::string& path) const {
        const Place place = places.of(path);
        return " " + place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
    }
};

TEST(Mapping, EntriesHavePlacesAndALaterFileOverridesSingleOnes) {
    Files files;
    files.read("base", "properties: {debug: all, ssl.ca.location: a.pem}\n");
    files.read("own", "properties:\n  linger.ms: 5\n  debug: \"\"\n");
    EXPECT_EQ(files.all(),
              "debug= own:3:3 own:3:10\n"
              "ssl.ca.location=a.pem base:1:26 base:1:43\n"
              "linger.ms=5 own:2:3 own:2:14\n");
    EXPECT_TRUE(files.mistakes.empty()) << text_of(files.mistakes);
}

TEST(Mapping, AnOverrideSetsOneEntryOrAll) {
    Files files;
    files.read("base", "properties: {debug: all, linger.ms: 1}\n");
    files.set("properties.linger.ms", "7");
    EXPECT_EQ(files.all(), "debug=all base:1:14 base:1:21\nlinger.ms=7 --set:1:1 --set:1:1\n");
    files.set("properties", "{acks.x: 1}");
    EXPECT_EQ(files.all(), "acks.x=1 --set:1:2 --set:1:10\n");
    files.set("properties", "{}");
    EXPECT_EQ(files.all(), "");
    EXPECT_FALSE(files.places.has("log/properties[0]"));
    EXPECT_TRUE(files.mistakes.empty()) << text_of(files.mistakes);
    files.set("properties.", "x");
    files.set("properties", "{\"\": x, ? [a] : b, empty: }");
    EXPECT_EQ(text_of(files.mistakes),
              "--set:1:1: a key must be a single text\n"
              "--set:1:2: a key must be a single text\n"
              "--set:1:11: a key must be a single text\n"
              "--set:1:20: 'properties.empty' has no value (write \"\" for an empty text, [] for an empty list, or "
              "remove the key)");
}

// A hang here is the failure: keys are looked up, not searched for one after the other.
TEST(Mapping, ManyEntriesAreReadInTime) {
    std::string text = "properties:\n";
    for (int i = 0; i < 150'000; ++i) text += " p" + std::to_string(i) + ": x\n";
    Files files;
    files.read("many", text);
    EXPECT_EQ(files.log.properties_size(), 150'000);
    EXPECT_EQ(files.places.of("log/properties[149999]").line, 150'001);
    EXPECT_TRUE(files.mistakes.empty()) << text_of(files.mistakes);
}

class MappingInAFile : public testing::Test {
protected:
    MappingInAFile() {
        std::string name = (std::filesystem::temp_directory_path() / "aw-mapping-XXXXXX").string();
        folder_ = mkdtemp(name.data());
    }
    ~MappingInAFile() override { std::filesystem::remove_all(folder_); }
    [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
        const auto file = folder_ / name;
        std::ofstream(file) << text;
        return file.string();
    }

    std::filesystem::path folder_;
};

TEST_F(MappingInAFile, IsPrintedSoThatItCanBeReadAgain) {
    const std::string file =
        write("s.yaml", kSettings + "log:\n  kafka:\n    properties: {linger.ms: 5, debug: \"\"}\n");
    const Loaded loaded = load(file, {"log.kafka.properties.a.b=c: d"}, std::nullopt);
    ASSERT_FALSE(loaded.ok());  // a mapping is no text
    const Loaded good = load(file, {"log.kafka.properties.a.b='c: \"d\"'"}, std::nullopt);
    ASSERT_TRUE(good.ok()) << text_of(good.mistakes);
    const Properties all = {{"a.b", "c: \"d\""}, {"debug", ""}, {"linger.ms", "5"}};
    EXPECT_EQ(good.settings.log.kafka.properties, all);
    EXPECT_NE(print_config(good).find("    properties:\n      a.b: \"c: \\\"d\\\"\"\n      debug: \"\"\n"
                                      "      linger.ms: \"5\"\n"),
              std::string::npos)
        << print_config(good);
    const Loaded again = load(write("printed.yaml", print_config(good)), {}, std::nullopt);
    ASSERT_TRUE(again.ok()) << text_of(again.mistakes);
    EXPECT_EQ(again.settings.log.kafka.properties, all);
}

// What is refused from outside stands among the other mistakes, at the key or at the value.
TEST_F(MappingInAFile, OutsideChecksReportPlacesBesideOtherMistakes) {
    const std::string file = write("s.yaml", kSettings +
                                                 "languag: zh\n"
                                                 "log: {kafka: {properties: {dbg: x, debug: y, fine: z}}}\n"
                                                 "notify: {templates: .}\n"
                                                 "logging: {level: loud}\n");
    OutsideChecks outside;
    Properties asked;
    std::string folder;
    outside.kafka_properties = [&](const Properties& properties) {
        asked = properties;
        return std::vector<OutsideChecks::RefusedProperty>{{"dbg", "unknown", true},
                                                           {"debug", "bad value", false},
                                                           {"last", "bad, too", false},
                                                           {"fine", "in vain", false, true}};
    };
    outside.templates = [&](const std::string& path) {
        folder = path;
        return std::vector<Mistake>{{"words", 2, 7, "broken"}};
    };
    const std::string mistakes = file + ":4:1: unknown key 'languag' (did you mean 'language'?)\n" + file +
                                 ":5:28: 'log.kafka.properties.dbg' is refused: unknown\n" + file +
                                 ":5:43: 'log.kafka.properties.debug' is refused: bad value\n" + file +
                                 ":7:18: 'logging.level' must be one of debug, info, warning, error, not 'loud'\n";
    const Loaded loaded = load(file, {"log.kafka.properties.last=q"}, std::nullopt, outside);
    EXPECT_EQ(text_of(loaded.mistakes),
              mistakes +
                  "--set log.kafka.properties.last: 'log.kafka.properties.last' is refused: bad, too\n"
                  "words:2:7: broken");
    ASSERT_FALSE(loaded.warnings.empty());
    EXPECT_EQ(to_text(loaded.warnings.back()), file + ":5:52: in vain");
    EXPECT_EQ(asked, (Properties{{"dbg", "x"}, {"debug", "y"}, {"fine", "z"}, {"last", "q"}}));
    EXPECT_TRUE(std::filesystem::equivalent(folder, folder_)) << folder;
    const auto report = check_files({file}, make_day(2026, 8, 17), outside);
    EXPECT_NE(text_of(report.mistakes).find("words:2:7: broken"), std::string::npos);
}

// What the rules come to is asked of settings without a mistake only, and for a day only.
TEST_F(MappingInAFile, WhatTheRulesComeToHasAPlace) {
    const std::string file = write("s.yaml", kSettings);
    const Day today = make_day(2026, 8, 17);
    OutsideChecks outside;
    int asked = 0;
    bool mistake = false;
    outside.rules = [&](const Rules& rules, Day day) {
        ++asked;
        EXPECT_EQ(rules.policy.id, "dezhou");
        EXPECT_EQ(day, today);
        return std::vector<OutsideChecks::Finding>{{"settings/organisation", "too few", mistake}};
    };
    Loaded loaded = load(file, {}, today, outside);
    EXPECT_TRUE(loaded.ok());
    const auto warned = [&](const std::vector<Mistake>& warnings) {
        return std::any_of(warnings.begin(), warnings.end(),
                           [&](const Mistake& w) { return to_text(w) == file + ":2:15: too few"; });
    };
    EXPECT_TRUE(warned(loaded.warnings));
    EXPECT_TRUE(warned(check_files({file}, today, outside).warnings));
    mistake = true;
    loaded = load(file, {}, today, outside);
    EXPECT_EQ(text_of(loaded.mistakes), file + ":2:15: too few");
    EXPECT_EQ(loaded.rules, nullptr);
    EXPECT_EQ(text_of(check_files({file}, today, outside).mistakes), file + ":2:15: too few");
    EXPECT_EQ(asked, 4);
    EXPECT_FALSE(load(file, {"language=xx"}, today, outside).ok());
    EXPECT_TRUE(load(file, {}, std::nullopt, outside).ok());
    EXPECT_EQ(asked, 4);
}

}  // namespace
}  // namespace aw::settings
