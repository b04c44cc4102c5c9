// Reads a template file apart into its sections, with line numbers, and finds mistakes that mustache would pass over
// in silence (an unknown value is just empty there). Inside of notify/ only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/enums.hpp"
#include "notify/templates.hpp"

namespace aw::notify {

struct TemplateSection {
    std::string body;
    int line = 0;  // of its first tag
    int column = 0;
    bool broken = false;
};

// `known`: names of values that a section may use.
[[nodiscard]] std::map<NoticeReason, TemplateSection> read_sections(std::string_view text, const std::string& file,
                                                                    const std::vector<std::string_view>& known,
                                                                    std::vector<TemplateMistake>& mistakes);

}  // namespace aw::notify
