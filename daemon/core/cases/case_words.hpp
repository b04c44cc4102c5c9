// What a case goes through, in words a manager knows; signals, tasks and severities: notice_text.hpp.
#pragma once

#include <string>
#include <string_view>

#include "core/model/enums.hpp"

namespace aw {

[[nodiscard]] std::string_view in_words(Language language, CaseState state);
[[nodiscard]] std::string_view in_words(Language language, CaseClass what);
[[nodiscard]] std::string_view in_words(Language language, ComplaintState state);
[[nodiscard]] std::string_view in_words(Language language, StaffRole role);
// Of a command by its name in the contract (approve_plan); the name itself for what is none.
[[nodiscard]] std::string_view action_words(Language language, std::string_view action);

}  // namespace aw
