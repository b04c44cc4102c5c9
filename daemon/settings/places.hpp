// Where each value was written, so that a mistake found late (a role nobody holds) names file, line and column.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace aw::settings {

struct Place {
    std::string file;
    int line = 0;
    int column = 0;
    bool refused = false;  // the reader has reported a mistake in the value
};

// A value's path is "<document>/<field>.<list>[<n>].<field>", e.g. "policy/comparisons[2].ladder".
class Places {
public:
    void set(const std::string& path, Place place) { places_[path] = std::move(place); }
    // Something in the value was wrong and has been reported; `place` counts where none is known.
    void refuse(const std::string& path, Place place) {
        places_.emplace(path, std::move(place)).first->second.refused = true;
    }
    // Forgets `path` and everything below it.
    void forget(const std::string& path);
    // What was known of `from` and below is known of `to`; what was known there is forgotten.
    void move(const std::string& from, const std::string& to);
    // Written, even wrongly or as an empty list.
    [[nodiscard]] bool has(const std::string& path) const { return places_.count(path) > 0; }
    // Written wrongly: what is missing because of that needs no second mistake.
    [[nodiscard]] bool refused(const std::string& path) const {
        const auto found = places_.find(path);
        return found != places_.end() && found->second.refused;
    }
    // Of the path, else of the nearest value around it that has one.
    [[nodiscard]] Place of(std::string path) const;

private:
    std::map<std::string, Place, std::less<>> places_;
};

// The path as a person writes it: without the document and without list positions.
[[nodiscard]] std::string shown(std::string_view path);

}  // namespace aw::settings
