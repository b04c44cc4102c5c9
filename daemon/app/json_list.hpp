// Lists of outputs as the HTTP API shows them.
#pragma once

#include <string>

#include "codec/output_encoder.hpp"

namespace aw::app {

// [a,b,c]
template <class List>
[[nodiscard]] std::string json_list(const List& list) {
    std::string text = "[";
    for (const auto& item : list) text += (text.size() == 1 ? "" : ",") + encode(item, Format::json);
    return text + "]";
}

// One page; next_cursor is empty where nothing follows.
template <class List>
[[nodiscard]] std::string json_page(const List& list, const std::string& next_cursor = {}) {
    return R"({"items":)" + json_list(list) + R"(,"next_cursor":")" + next_cursor + "\"}";
}

}  // namespace aw::app
