#include "http/auth.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace aw::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// printf %s secret-one | sha256sum
constexpr const char* kOne = "ea77193cc4e6f18656f3130e296203880c4b9b3772afc855211b82fdd46e9185";
// printf %s abc | sha256sum (FIPS 180-2's first example)
constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

std::string write_file(const std::string& name, const std::string& text, mode_t mode) {
    const std::string path = testing::TempDir() + "/" + name;
    std::filesystem::remove(path);
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
}

TEST(Tokens, FindsTheOwnerAndTheScopes) {
    const auto tokens = Tokens::parse(
        std::string("# who may what\n\n") + kOne + " other read\n  " + kAbc + "\tkam-1  read,command\r\n", "t");
    ASSERT_TRUE(tokens);
    EXPECT_EQ(tokens->size(), 2U);
    const auto principal = tokens->find("abc");
    ASSERT_TRUE(principal);
    EXPECT_EQ(principal->staff_id, "kam-1");
    EXPECT_TRUE(principal->allows(Scope::read));
    EXPECT_TRUE(principal->allows(Scope::command));
    EXPECT_FALSE(principal->allows(Scope::ingest));
    EXPECT_FALSE(tokens->find("abd"));
    EXPECT_FALSE(tokens->find(""));
    EXPECT_FALSE(tokens->find(kAbc));  // the hash is no token
}

TEST(Tokens, ReportsAllMistakesWithTheirLines) {
    const auto tokens = Tokens::parse(
        "abc s read\n" + std::string(kAbc) + " s\n" + kAbc + " s write\n" + kAbc + " s read\n" + kAbc + " t read\n",
        "tokens");
    ASSERT_FALSE(tokens);
    EXPECT_THAT(tokens.error(),
                ElementsAre(HasSubstr("tokens:1: the sha256"), HasSubstr("tokens:2: must be"),
                            HasSubstr("tokens:3: unknown scope in \"write\""), HasSubstr("tokens:5: the same token")));
    EXPECT_THAT(Tokens::parse("# none\n", "tokens").error(), ElementsAre("tokens: holds no token"));
}

TEST(Tokens, AFileThatOthersMayReadIsRefused) {
    const std::string text = std::string(kAbc) + " s read\n";
    EXPECT_TRUE(Tokens::load(write_file("tokens_ok", text, 0600)));
    EXPECT_TRUE(Tokens::load(write_file("tokens_group", text, 0640)));
    const auto open = Tokens::load(write_file("tokens_open", text, 0644));
    ASSERT_FALSE(open);
    EXPECT_THAT(open.error(), ElementsAre(HasSubstr("may be read or changed by others")));
    EXPECT_THAT(Tokens::load("/does/not/exist").error(), ElementsAre(HasSubstr("cannot be read")));
    EXPECT_THAT(Tokens::load(testing::TempDir()).error(), ElementsAre(HasSubstr("not a regular file")));
}

TEST(BearerToken, IsTakenFromTheHeader) {
    EXPECT_EQ(bearer_token("Bearer abc"), "abc");
    EXPECT_EQ(bearer_token("bEARER  abc"), "abc");
    EXPECT_FALSE(bearer_token(""));
    EXPECT_FALSE(bearer_token("Bearer"));
    EXPECT_FALSE(bearer_token("Bearer    "));
    EXPECT_FALSE(bearer_token("Basic abc"));
    EXPECT_FALSE(bearer_token("Bearer a b"));
}

}  // namespace
}  // namespace aw::http
