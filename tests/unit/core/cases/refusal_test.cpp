// Every reason of a refusal has its sentence, with the same blanks in both languages.
#include "core/cases/refusal.hpp"

#include <gtest/gtest.h>

#include "support/two_languages.hpp"

namespace aw {
namespace {

int blanks_in(std::string_view text) {
    int n = 0;
    for (std::size_t at = text.find("{}"); at != std::string_view::npos; at = text.find("{}", at + 2)) ++n;
    return n;
}

TEST(Refusal, EveryReasonHasItsSentence) {
    for (std::size_t i = 0; i < EnumNames<Why>::kList.size(); ++i) {
        const Sentence& sentence = sentence_of(static_cast<Why>(i));
        EXPECT_EQ(sentence.code, EnumNames<Why>::kList[i]);
        int blanks = 0;
        while (!sentence.blanks[static_cast<std::size_t>(blanks)].input.empty()) ++blanks;
        EXPECT_EQ(blanks_in(sentence.zh), blanks) << sentence.code;
        EXPECT_EQ(blanks_in(sentence.en), blanks) << sentence.code;
        EXPECT_TRUE(test::has_chinese(sentence.zh)) << sentence.code;
        EXPECT_FALSE(test::has_chinese(sentence.en)) << sentence.code;
    }
}

}  // namespace
}  // namespace aw
