// `sources`: topics of others, and everything that can be wrong with them at once.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "settings/loader.hpp"
#include "support/temporary_folder.hpp"

namespace aw::settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kConfig = std::string(AW_SOURCE_DIR) + "/config/";
const std::string kHead = "policy: " + kConfig + "policies/dezhou.yaml\norganisation: " + kConfig +
                          "organisation.yaml\ncalendars: [" + kConfig + "calendars/cn.yaml]\n";
const std::string kKafka = "log: {backend: kafka, kafka: {bootstrap_servers: [\"b:9092\"]}}\n";

class Sources : public testing::Test {
protected:
    // `text` stands from line 5 on.
    Loaded load_text(const std::string& text, const std::string& log = kKafka,
                     const std::vector<std::string>& overrides = {}) {
        folder_.write("a.yaml", kHead + log + text);
        OutsideChecks outside;
        outside.own_topics = [](const std::string& prefix) {
            return std::vector<std::string>{prefix + "events", prefix + "state"};
        };
        return load(folder_.file("a.yaml"), overrides, std::nullopt, outside);
    }
    // "line:column: message"
    std::vector<std::string> told(const std::vector<Mistake>& mistakes) {
        std::vector<std::string> list;
        for (const Mistake& mistake : mistakes) {
            const bool own = mistake.file == folder_.file("a.yaml");
            list.push_back((own ? "" : mistake.file + ":") + std::to_string(mistake.line) + ":" +
                           std::to_string(mistake.column) + ": " + mistake.message);
        }
        return list;
    }
    const test::TemporaryFolder folder_;
};

TEST_F(Sources, AreReadWithTheirMapsAndDefaults) {
    const Loaded loaded = load_text(
        "sources:\n"
        "  - {name: parcels, topics: [\"^parcels\\\\..*\", shipments], format: json, map: " +
        kConfig +
        "maps/parcels.yaml}\n"
        "  - {name: crm, topics: [crm], format: confluent_protobuf, breaker: {records: 0, refused_pct: 50, pause: "
        "5m}}\n");
    ASSERT_THAT(told(loaded.mistakes), IsEmpty());
    const auto& sources = loaded.settings.sources;
    ASSERT_EQ(sources.size(), 2U);
    EXPECT_EQ(sources[0].name, "parcels");
    EXPECT_THAT(sources[0].topics, ElementsAre("^parcels\\..*", "shipments"));
    EXPECT_EQ(sources[0].format, SourceFormat::JSON);
    ASSERT_TRUE(sources[0].map);
    EXPECT_EQ(sources[0].map->payload, "shipment");
    EXPECT_EQ(sources[0].breaker_records, 100);
    EXPECT_EQ(sources[0].breaker_refused_pct, 90);
    EXPECT_EQ(sources[0].breaker_pause, std::chrono::minutes(1));
    EXPECT_EQ(sources[1].format, SourceFormat::CONFLUENT_PROTOBUF);
    EXPECT_FALSE(sources[1].map);
    EXPECT_EQ(sources[1].breaker_records, 0);
    EXPECT_EQ(sources[1].breaker_refused_pct, 50);
    // What is printed is the same once more.
    EXPECT_THAT(print_config(loaded), HasSubstr("map: " + kConfig + "maps/parcels.yaml"));
    folder_.write("again.yaml", print_config(loaded));
    const Loaded again = load(folder_.file("again.yaml"), {}, std::nullopt);
    ASSERT_THAT(told(again.mistakes), IsEmpty());
    EXPECT_EQ(again.settings.sources.size(), 2U);
    EXPECT_TRUE(again.settings.sources[0].map);
}

TEST_F(Sources, AllThatIsWrongIsToldAtOnce) {
    folder_.write("m.yaml",
                  "payload: shipment\nevent_id: {prefix: x-, from: [a]}\nfields: [{field: f, from: a, unit: mile}]\n");
    const Loaded loaded = load_text(
        "sources:\n"
        "  - {name: a, topics: [\"^x(\", \"a b\", accountwatch.events], format: protobuf, map: m.yaml}\n"
        "  - {name: b, topics: [one, \"^two\"], format: json, map: none.yaml}\n"
        "  - {name: c, topics: [one, two.x], format: xml}\n"
        "  - {name: d, topics: []}\n"
        "  - {name: b, topics: [y], format: json, breaker: {refused_pct: 0}}\n");
    const auto all = told(loaded.mistakes);
    EXPECT_THAT(all, testing::Contains(HasSubstr("6:24: '^x(' is no regular expression: ")));
    EXPECT_THAT(all, testing::Contains(HasSubstr("6:31: 'a b' is no name of a topic")));
    EXPECT_THAT(all, testing::Contains(
                         "6:38: 'accountwatch.events' is a topic of our own: what is written to it is no source"));
    EXPECT_THAT(all, testing::Contains(HasSubstr("6:83: source 'a' is protobuf: a field map is for JSON")));
    EXPECT_THAT(all, testing::Contains(HasSubstr("m.yaml:3:36: ")));
    EXPECT_THAT(all, testing::Contains(HasSubstr("none.yaml' ")));
    EXPECT_THAT(all, testing::Contains(HasSubstr("8:24: topic 'one' is read by source 'b' already")));
    EXPECT_THAT(all, testing::Contains(HasSubstr("8:29: topic 'two.x' is read by source 'b' already")));
    EXPECT_THAT(all, testing::Contains(HasSubstr("xml")));
    EXPECT_THAT(all, testing::Contains(HasSubstr("missing key 'format' in 'sources'")));
    EXPECT_THAT(all, testing::Contains(HasSubstr("'sources.topics' must hold at least one element")));
    EXPECT_THAT(all, testing::Contains(HasSubstr("10:")));
}

TEST_F(Sources, NeedKafka) {
    const Loaded loaded =
        load_text("sources:\n  - {name: a, topics: [x], format: json}\n", "log: {backend: embedded}\n");
    EXPECT_THAT(told(loaded.mistakes), ElementsAre(HasSubstr("6:5: source 'a' needs 'log.backend: kafka'")));
}

TEST_F(Sources, AnExpressionThatMatchesOurOwnTopicsIsWarnedOf) {
    const Loaded loaded = load_text("sources:\n  - {name: a, topics: [\"^account\"], format: json}\n");
    ASSERT_TRUE(loaded.ok());
    EXPECT_THAT(told(loaded.warnings),
                testing::Contains(HasSubstr("6:24: '^account' also matches our own topics, such as "
                                            "accountwatch.events; those are left out")));
}

TEST_F(Sources, HaveNoEffectWithoutTheRoleIntake) {
    const Loaded loaded = load_text("sources: [{name: a, topics: [x], format: json}]\nroles: [watch]\n");
    ASSERT_TRUE(loaded.ok());
    EXPECT_THAT(told(loaded.warnings), testing::Contains(HasSubstr("'sources' has no effect here")));
}

TEST_F(Sources, AreSetOnTheCommandLineAsAWhole) {
    const Loaded loaded = load_text("", kKafka, {"sources=[{name: z, topics: [q], format: auto}]"});
    ASSERT_THAT(told(loaded.mistakes), IsEmpty());
    ASSERT_EQ(loaded.settings.sources.size(), 1U);
    EXPECT_EQ(loaded.settings.sources[0].format, SourceFormat::AUTO);
}

}  // namespace
}  // namespace aw::settings
