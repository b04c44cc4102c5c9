#include "settings/places.hpp"

namespace aw::settings {

void Places::forget(const std::string& path) {
    for (auto at = places_.lower_bound(path); at != places_.end() && at->first.starts_with(path);) {
        const char next = at->first.size() == path.size() ? '.' : at->first[path.size()];
        at = next == '.' || next == '[' ? places_.erase(at) : std::next(at);
    }
}

void Places::move(const std::string& from, const std::string& to) {
    forget(to);
    for (auto at = places_.lower_bound(from); at != places_.end() && at->first.starts_with(from);) {
        const char next = at->first.size() == from.size() ? '.' : at->first[from.size()];
        if (next != '.' && next != '[') {
            ++at;
            continue;
        }
        places_[to + at->first.substr(from.size())] = std::move(at->second);
        at = places_.erase(at);
    }
}

Place Places::of(std::string path) const {
    while (true) {
        if (const auto found = places_.find(path); found != places_.end()) return found->second;
        if (path.empty() || path.back() == '/') return {};
        const std::size_t cut = path.find_last_of(".[/");
        if (cut == std::string::npos) return {};
        path.resize(path[cut] == '/' ? cut + 1 : cut);
    }
}

std::string shown(std::string_view path) {
    std::string text;
    bool in_brackets = false;
    for (const char c : path.substr(path.find('/') + 1)) {
        if (c == '[') in_brackets = true;
        if (!in_brackets) text.push_back(c);
        if (c == ']') in_brackets = false;
    }
    return text;
}

}  // namespace aw::settings
