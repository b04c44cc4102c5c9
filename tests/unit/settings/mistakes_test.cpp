// One fixture per kind of mistake: its second line says the one mistake that check must report, with its place.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "settings/loader.hpp"
#include "settings/yaml_tree.hpp"

namespace aw::settings {
namespace {

const std::string kFixtures = std::string(AW_SOURCE_DIR) + "/tests/unit/settings/fixtures/";
const Day kToday = make_day(2026, 8, 17);

std::vector<std::string> fixtures() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(kFixtures)) {
        if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

// With the checkout's folder taken out, so that the text is the same everywhere.
std::string portable(std::string text) {
    for (const std::string& folder : {kFixtures, std::string(AW_SOURCE_DIR) + "/"}) {
        for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
            text.erase(at, folder.size());
        }
    }
    return text;
}

class OneMistake : public testing::TestWithParam<std::string> {};

TEST_P(OneMistake, IsReportedWithItsPlace) {
    const std::string file = kFixtures + GetParam() + ".yaml";
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    std::getline(in, line);
    const std::string kMark = "# expect: ";
    ASSERT_EQ(line.substr(0, kMark.size()), kMark);
    std::string found;
    for (const auto& mistake : check_files({file}, kToday).mistakes) {
        found += (found.empty() ? "" : " | ") + portable(to_text(mistake));
    }
    EXPECT_EQ(found, line.substr(kMark.size()));
}

INSTANTIATE_TEST_SUITE_P(Fixtures, OneMistake, testing::ValuesIn(fixtures()), [](const auto& fixture) {
    std::string name = fixture.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

TEST(Mistakes, FixturesAreThere) { EXPECT_GE(fixtures().size(), 100U); }

TEST(Mistakes, AllOfAFileAreReportedAtOnce) {
    const std::string text =
        "policy: p.yaml\n"
        "organisation: [o.yaml]\n"
        "calendars: []\n"
        "colour: red\n"
        "language: xx\n"
        "log: {partitions: 0, backend: kafca}\n"
        "watch:\n"
        "  workers: x\n"
        "  comit_interval: 1s\n"
        "language: zh\n";
    std::vector<std::string> found;
    for (const auto& mistake : check_text("a.yaml", text, kToday).mistakes) found.push_back(to_text(mistake));
    const std::vector<std::string> expected = {
        "a.yaml:2:15: 'organisation' must be a single text, not a list",
        "a.yaml:3:12: 'calendars' must hold at least one element",
        "a.yaml:4:1: unknown key 'colour' (known: roles, time_zone, language, policy, organisation, calendars, "
        "live_from, late_policy, feeds, log, watch, notify, http, logging, reload, sources)",
        "a.yaml:5:11: 'language' must be one of zh, en, not 'xx'",
        "a.yaml:6:19: 'log.partitions' is 0, must be from 1 to 1024",
        "a.yaml:6:31: 'log.backend' must be one of embedded, kafka, not 'kafca' (did you mean 'kafka'?)",
        "a.yaml:8:12: 'watch.workers' must be a whole number, not 'x'",
        "a.yaml:9:3: unknown key 'comit_interval' in 'watch' (did you mean 'commit_interval'?)",
        "a.yaml:10:1: duplicate key 'language' (first in line 5)",
    };
    EXPECT_EQ(found, expected);
}

TEST(Mistakes, MissingFileAndFolder) {
    const auto report = check_files({"/nowhere/settings.yaml", kFixtures}, kToday);
    ASSERT_EQ(report.mistakes.size(), 2U);
    EXPECT_EQ(to_text(report.mistakes[0]), "/nowhere/settings.yaml: cannot be read: No such file or directory");
    EXPECT_EQ(to_text(report.mistakes[1]), kFixtures + ": is a folder, not a file");
}

TEST(Mistakes, HugeFilesAreRefused) {
    const std::string huge = "roles: [watch]\n" + std::string(kMaxFileBytes, '#');
    const auto report = check_text("huge.yaml", huge, kToday);
    ASSERT_EQ(report.mistakes.size(), 1U);
    EXPECT_EQ(to_text(report.mistakes[0]), "huge.yaml: larger than 4194304 bytes");

    std::string many = "roles: [";
    for (std::size_t i = 0; i < kMaxNodes; ++i) many += "a,";
    const auto values = check_text("many.yaml", many + "a]\n", kToday);
    ASSERT_EQ(values.mistakes.size(), 1U);
    EXPECT_NE(values.mistakes[0].message.find("more than 400000 values"), std::string::npos);
}

TEST(Mistakes, AliasBombIsRefusedAtItsFirstAnchor) {
    const std::string bomb =
        "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nroles: [*c, *c]\n";
    const auto report = check_text("bomb.yaml", bomb, kToday);
    ASSERT_EQ(report.mistakes.size(), 1U);
    EXPECT_EQ(to_text(report.mistakes[0]), "bomb.yaml:1:4: anchors (&name) are not accepted (write the value out)");
}

}  // namespace
}  // namespace aw::settings
