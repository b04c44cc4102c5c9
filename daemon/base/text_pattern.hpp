// A regular expression as librdkafka reads those of topic names: POSIX extended, found anywhere in the text unless it
// is anchored.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"

namespace aw {

// May be copied; any thread.
class TextPattern {
public:
    // The error is that of the system's library.
    [[nodiscard]] static Result<TextPattern> compile(const std::string& expression);
    [[nodiscard]] bool matches(const std::string& text) const;

private:
    struct Compiled;
    explicit TextPattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
    std::shared_ptr<const Compiled> compiled_;
};

}  // namespace aw
