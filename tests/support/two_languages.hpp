// A decision is told in Chinese and in English, each without the other.
#pragma once

#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/cases/decision_text.hpp"

namespace aw::test {

// Words of Latin letters that are no name, id, code or field of the contract: those stand in a Chinese text as they
// are.
inline std::vector<std::string> latin_words(std::string_view text) {
    std::vector<std::string> words;
    const auto is_part = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
    };
    std::string word;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        if (at < text.size() && is_part(text[at])) {
            word += text[at];
            continue;
        }
        bool lower = false;
        bool mark = false;
        for (const char c : word) {
            lower = lower || std::islower(static_cast<unsigned char>(c)) != 0;
            mark = mark || std::isalpha(static_cast<unsigned char>(c)) == 0;
        }
        if (lower && !mark) words.push_back(word);
        word.clear();
    }
    return words;
}

// Characters of three bytes, but for dashes and quotation marks.
inline bool has_chinese(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0xE3) return true;
    }
    return false;
}

// Without the facts that stand in a text as they are: what people and rules are called, what somebody wrote.
inline std::string without_facts(std::string text, const Decision& decision) {
    std::set<std::string> facts = {decision.rule_id, decision.code};
    for (const NamedValue& input : decision.inputs) {
        if (input.name != "action") facts.insert(input.value);
    }
    for (auto fact = facts.rbegin(); fact != facts.rend(); ++fact) {  // the longer one of two that begin alike first
        if (fact->empty()) continue;
        for (std::size_t at = text.find(*fact); at != std::string::npos; at = text.find(*fact))
            text.erase(at, fact->size());
    }
    return text;
}

inline void expect_both_languages(const Decision& decision, std::string_view zh, std::string_view en) {
    const std::string what = decision.decision_id + " " + decision.code;
    EXPECT_TRUE(has_chinese(zh)) << what << ": " << zh;
    EXPECT_TRUE(latin_words(without_facts(std::string(zh), decision)).empty()) << what << ": " << zh;
    EXPECT_FALSE(en.empty()) << what;
    EXPECT_FALSE(has_chinese(without_facts(std::string(en), decision))) << what << ": " << en;
}

// Of an account; others are of the shard and have their own words.
inline void expect_both_languages(const Decision& decision, const Calendar& calendar) {
    const auto zh = decision_text(Language::ZH, calendar, decision);
    const auto en = decision_text(Language::EN, calendar, decision);
    ASSERT_TRUE(zh && en) << decision.decision_id << " " << decision.code << ": " << decision.text;
    expect_both_languages(decision, *zh, *en);
    EXPECT_TRUE(decision.text == *zh || decision.text == *en) << decision.text;
}

}  // namespace aw::test
