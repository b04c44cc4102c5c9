// Reads a template file apart into its sections, with line numbers, and finds mistakes that mustache would pass over
// in silence (an unknown value is just empty there). Inside of notify/ only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/enums.hpp"

namespace aw::notify {

struct TemplateSection {
    std::string body;
    bool broken = false;
};

// `known`: names of values that a section may use. Mistakes are added as `file:line: what is wrong`.
[[nodiscard]] std::map<NoticeReason, TemplateSection> read_sections(std::string_view text, const std::string& file,
                                                                    const std::vector<std::string_view>& known,
                                                                    std::vector<std::string>& mistakes);

}  // namespace aw::notify
