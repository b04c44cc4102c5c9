#include "base/text_pattern.hpp"

#include <array>

#include <regex.h>

namespace aw {

struct TextPattern::Compiled {
    Compiled() = default;
    Compiled(const Compiled&) = delete;
    Compiled& operator=(const Compiled&) = delete;
    ~Compiled() {
        if (ready) regfree(&expression);
    }
    regex_t expression{};
    bool ready = false;
};

Result<TextPattern> TextPattern::compile(const std::string& expression) {
    auto compiled = std::make_shared<Compiled>();
    const int code = regcomp(&compiled->expression, expression.c_str(), REG_EXTENDED | REG_NOSUB);
    if (code != 0) {
        std::array<char, 256> text{};
        regerror(code, &compiled->expression, text.data(), text.size());
        return fail_with(text.data());
    }
    compiled->ready = true;
    return TextPattern(std::move(compiled));
}

bool TextPattern::matches(const std::string& text) const {
    return regexec(&compiled_->expression, text.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace aw
