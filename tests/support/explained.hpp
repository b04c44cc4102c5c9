// What Shard::explain says, in a form that tests can compare.
#pragma once

#include <algorithm>

#include <gtest/gtest.h>

#include "support/shard_rig.hpp"

namespace aw::test {

inline constexpr auto kExplained = "37140000012001";

inline const Explanation& says(const AccountExplanation& about, std::string_view rule) {
    static const Explanation kNone;
    const auto found = std::find_if(about.explanations.begin(), about.explanations.end(),
                                    [&](const Explanation& e) { return e.rule_id == rule; });
    EXPECT_NE(found, about.explanations.end()) << rule;
    return found == about.explanations.end() ? kNone : *found;
}

inline Explanation says(const Shard& shard, std::string_view rule, std::string_view code = kExplained) {
    const auto about = shard.explain(parse_customer_code(code)->root);
    EXPECT_TRUE(about.has_value());
    return about ? says(*about, rule) : Explanation{};
}

inline std::string gates(const std::vector<Gate>& list) {
    std::string text;
    for (const Gate& gate : list)
        text +=
            (text.empty() ? "" : ", ") + gate.name + " " + gate.value + "/" + gate.limit + (gate.passed ? "" : " no");
    return text;
}
inline std::string gates(const Explanation& about) { return gates(about.gates); }

inline std::string input(const std::vector<NamedValue>& inputs, std::string_view name) {
    for (const NamedValue& value : inputs) {
        if (value.name == name) return value.value;
    }
    return "none";
}
inline std::string input(const Explanation& about, std::string_view name) { return input(about.inputs, name); }

inline std::string all_of(const std::vector<NamedValue>& inputs) {
    std::string text;
    for (const NamedValue& value : inputs) text += (text.empty() ? "" : ", ") + value.name + " " + value.value;
    return text;
}

inline Decision last_of(const std::vector<Decision>& decisions, std::string_view rule) {
    const auto found = std::find_if(decisions.rbegin(), decisions.rend(),
                                    [&](const Decision& d) { return d.rule_id == rule && !d.gates.empty(); });
    EXPECT_NE(found, decisions.rend()) << rule;
    return found == decisions.rend() ? Decision{} : *found;
}

inline void register_as(ShardRig& rig, Importance importance, const char* local = "2026-04-01 09:00") {
    AccountEvent change;
    change.operation = AccountOperation::REGISTER;
    change.name = "A";
    change.importance = importance;
    rig.at(local, kExplained, change);
}

}  // namespace aw::test
