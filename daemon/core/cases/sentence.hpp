// Sentences with blanks, in Chinese and in English. What fills them are the inputs of a decision, so that it can be
// told in either language at any time.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/cases/figures.hpp"

namespace aw {

// How the value of an input is said; names of enumerations are those of the contract.
enum class As : std::uint8_t {
    plain,
    signal,
    severity,
    state,
    complaint_state,
    role,
    group_role,
    outcome,
    task,    // or a clock that is nobody's task
    action,  // name of a command
    minute,  // RFC 3339, in the calendar's zone
};

struct Blank {
    std::string_view input;  // empty = no more blanks. "case_id" is the decision's own where no input has that name
    As as = As::plain;
};

struct Sentence {
    std::string_view code;
    std::string_view zh;  // a {} for each blank, in both in the order of the blanks
    std::string_view en;
    std::array<Blank, 5> blanks = {};
};

[[nodiscard]] const Sentence* find_sentence(std::span<const Sentence> list, std::string_view code);
[[nodiscard]] const std::string* find_input(const Decision& decision, std::string_view name);
[[nodiscard]] std::string value_words(const Say& say, const Calendar& calendar, As as, std::string_view value);
// Nothing if the decision lacks an input: it is of an older release.
[[nodiscard]] std::optional<std::string> fill_in(const Say& say, const Calendar& calendar, const Sentence& sentence,
                                                 const Decision& decision);

}  // namespace aw
