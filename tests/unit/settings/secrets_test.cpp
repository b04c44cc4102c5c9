#include "settings/secrets.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "settings/loader.hpp"
#include "support/temporary_folder.hpp"

namespace aw::settings {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kFile = AW_SOURCE_DIR "/config/accountwatch.yaml";

std::string warnings_of(const Loaded& loaded) {
    std::string text;
    for (const Mistake& warning : loaded.warnings) text += to_text(warning) + "\n";
    return text;
}

TEST(Secrets, AFileIsReadBesideTheOneThatNamesIt) {
    const test::TemporaryFolder folder;
    folder.write("password", "hush\r\n");
    const std::string named_in = folder.file("settings.yaml");
    EXPECT_EQ(*secret_value("file:password", named_in), "hush");
    EXPECT_EQ(*secret_value("file:" + folder.file("password"), "/elsewhere/settings.yaml"), "hush");
    EXPECT_EQ(*secret_value("hush", named_in), "hush");
    folder.write("empty", "\n");
    EXPECT_THAT(secret_value("file:empty", named_in).error().message, HasSubstr("is empty"));
    EXPECT_THAT(secret_value("file:missing", named_in).error().message, HasSubstr("missing"));
}

TEST(Secrets, ACredentialIsThatOfTheServiceManager) {
    const test::TemporaryFolder folder;
    folder.write("kafka", "hush\n");
    ::unsetenv("CREDENTIALS_DIRECTORY");
    EXPECT_THAT(secret_value("credential:kafka", "").error().message, HasSubstr("LoadCredential=kafka:"));
    ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
    EXPECT_EQ(*secret_value("credential:kafka", ""), "hush");
    EXPECT_FALSE(secret_value("credential:other", ""));
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST(Secrets, AreReadIntoTheSettingsAndNeverPrinted) {
    const test::TemporaryFolder folder;
    const std::string file = folder.write("password", "hush\n");
    const Loaded loaded = load(kFile, {"log.kafka.properties={sasl.password: \"file:" + file + "\"}"}, std::nullopt);
    ASSERT_TRUE(loaded.ok()) << to_text(loaded.mistakes.front());
    EXPECT_THAT(warnings_of(loaded), Not(HasSubstr("in the open")));
    EXPECT_EQ(loaded.settings.log.kafka.properties.at("sasl.password"), "hush");
    EXPECT_EQ(loaded.document.find("hush"), std::string::npos);
    EXPECT_EQ(loaded.effective.find("hush"), std::string::npos);
}

TEST(Secrets, OneThatIsMissingIsAMistakeAndOneInTheOpenIsWarnedOf) {
    const Loaded missing = load(kFile, {"log.kafka.properties={sasl.password: \"file:/nowhere\"}"}, std::nullopt);
    ASSERT_EQ(missing.mistakes.size(), 1U);
    EXPECT_THAT(missing.mistakes[0].message, HasSubstr("'log.kafka.properties.sasl.password': '/nowhere'"));
    const Loaded open = load(kFile, {"log.kafka.properties={sasl.password: hush, ssl.key.location: /k}"}, std::nullopt);
    const std::string warnings = warnings_of(open);
    EXPECT_THAT(warnings, HasSubstr("sasl.password' stands here in the open"));
    EXPECT_THAT(warnings, Not(HasSubstr("ssl.key.location")));
    EXPECT_THAT(warnings, Not(HasSubstr("hush")));
}

}  // namespace
}  // namespace aw::settings
