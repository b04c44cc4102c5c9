#include "settings/secrets.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "settings/documents.hpp"
#include "settings/yaml_tree.hpp"

namespace aw::settings {
namespace {

constexpr std::string_view kFile = "file:";
constexpr std::string_view kCredential = "credential:";

Result<std::string> content_of(const std::string& path) {
    auto text = read_text_file(path);
    if (!text) return fail_with(fmt::format("'{}' {}", path, text.error().message));
    while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
    if (text->empty()) return fail_with(fmt::format("'{}' is empty", path));
    return text;
}

}  // namespace

Result<std::string> secret_value(const std::string& value, const std::string& named_in) {
    if (value.starts_with(kFile)) return content_of(resolved(named_in, value.substr(kFile.size())));
    if (!value.starts_with(kCredential)) return value;
    const std::string name = value.substr(kCredential.size());
    const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr) {
        return fail_with(
            fmt::format("credential '{0}' is handed over by the service manager only (in the unit: "
                        "LoadCredential={0}:/path/to/it), and $CREDENTIALS_DIRECTORY is not set here",
                        name));
    }
    return content_of(fmt::format("{}/{}", folder, name));
}

bool stands_elsewhere(std::string_view value) { return value.starts_with(kFile) || value.starts_with(kCredential); }

}  // namespace aw::settings
