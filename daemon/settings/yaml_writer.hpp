// Schema messages as YAML, secrets masked.
#pragma once

#include <string>

namespace accountwatch::config::v1 {
class Policy;
class Settings;
}  // namespace accountwatch::config::v1

namespace aw::settings {

// The settings with the policy in place of its path.
[[nodiscard]] std::string effective_yaml(const accountwatch::config::v1::Settings& settings,
                                         const accountwatch::config::v1::Policy& policy);

// Whether a property of that name holds a secret (a password, a key, a token ...).
[[nodiscard]] bool is_secret_name(const std::string& name);

}  // namespace aw::settings
