// Every decision of every scenario is told in Chinese and in English, whatever the organisation's language.
#include <set>

#include <gtest/gtest.h>

#include "app/explain_text.hpp"
#include "support/scenario.hpp"
#include "support/two_languages.hpp"

namespace aw {
namespace {

class DecisionsInWords : public testing::TestWithParam<const char*> {};

std::vector<std::string> told_in(Language language, const test::Said& said, const Calendar& calendar) {
    AccountExplanation about;
    about.decisions = said.decisions;
    app::put_into_words(about, language, calendar);
    return {about.text.end() - static_cast<std::ptrdiff_t>(said.decisions.size()), about.text.end()};
}

TEST_P(DecisionsInWords, InBothLanguages) {
    const test::Scenario scenario = test::load_scenario(GetParam());
    const Rules& rules = *scenario.loaded.rules;
    const test::Said said = test::run_in_memory(scenario);
    const auto zh = told_in(Language::ZH, said, rules.calendar);
    const auto en = told_in(Language::EN, said, rules.calendar);
    std::set<std::string> seen;  // one of each is enough to read
    for (std::size_t i = 0; i < said.decisions.size(); ++i) {
        const Decision& d = said.decisions[i];
        const std::string kind = std::string(name(d.kind)) + std::string(name(d.outcome)) + d.code + d.rule_id;
        if (!seen.insert(kind).second) continue;
        test::expect_both_languages(d, zh[i], en[i]);
        EXPECT_NE(zh[i], en[i]);
        EXPECT_FALSE(d.text.empty()) << d.decision_id;
    }
    EXPECT_FALSE(seen.empty());
}

INSTANTIATE_TEST_SUITE_P(All, DecisionsInWords,
                         testing::Values("a-sharp-drop", "b-no-false-alarms", "c-serious-complaint", "d-competitor",
                                         "d-from-the-sighting", "f-departure", "f-outage"),
                         [](const auto& scenario) {
                             std::string name = scenario.param;
                             for (char& c : name) c = c == '-' ? '_' : c;
                             return name;
                         });

}  // namespace
}  // namespace aw
