// Values that stand elsewhere: a password has no business in a file that people copy around.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace aw::settings {

// "file:PATH" is what that file holds, without the line end ("PATH" relative to `named_in`, the file that names it);
// "credential:NAME" what the service manager handed over under that name ($CREDENTIALS_DIRECTORY). Anything else is the
// value itself. Fails with why it cannot be read.
[[nodiscard]] Result<std::string> secret_value(const std::string& value, const std::string& named_in);

// Does the value name a place instead of being the secret?
[[nodiscard]] bool stands_elsewhere(std::string_view value);

}  // namespace aw::settings
