#include "core/shard/report_digest.hpp"

#include "base/digest.hpp"

namespace aw {

std::string report_digest(const std::vector<std::vector<NamedValue>>& rows) {
    std::string content;
    const auto add = [&](const std::string& text) {
        content.append(std::to_string(text.size())).append(":").append(text).append(",");
    };
    for (const auto& row : rows) {
        for (const NamedValue& cell : row) {
            add(cell.name);
            add(cell.value);
        }
        content += '\n';
    }
    return sha256_hex(content);
}

}  // namespace aw
