#include "settings/mistake.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace aw::settings {

std::string to_text(const Mistake& mistake) {
    std::string text = mistake.file;
    if (mistake.line > 0) text += ":" + std::to_string(mistake.line) + ":" + std::to_string(mistake.column);
    return text + ": " + mistake.message;
}

void tidy(std::vector<Mistake>& mistakes) {
    std::map<std::string, std::size_t> order;
    for (const auto& mistake : mistakes) order.emplace(mistake.file, order.size());
    const auto key = [&](const Mistake& m) { return std::tuple(order.at(m.file), m.line, m.column); };
    std::stable_sort(mistakes.begin(), mistakes.end(),
                     [&](const Mistake& a, const Mistake& b) { return key(a) < key(b); });
    std::set<std::string> seen;
    std::erase_if(mistakes, [&](const Mistake& m) { return !seen.insert(to_text(m)).second; });
}

}  // namespace aw::settings
