// The last value of each key of a changelog, read record by record: two maps of strings would cost more than the
// reading. Internal to the adapter.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace aw::eventlog {

// One owner. Bytes are copied into blocks; a value that has become longer leaves its old place unused, so the whole is
// never larger than what was read.
class LastValues {
public:
    void reserve(std::size_t keys) { values_.reserve(keys); }
    void set(std::string_view key, std::string_view value) {
        const auto found = values_.find(key);
        if (found == values_.end()) {
            values_.emplace(copy(key), copy(value));
        } else if (value.size() <= found->second.size()) {
            // Its place is ours, whatever the type of the view says.
            char* const place = const_cast<char*>(found->second.data());
            std::copy(value.begin(), value.end(), place);
            found->second = {place, value.size()};
        } else {
            found->second = copy(value);
        }
    }
    void erase(std::string_view key) { values_.erase(key); }

    // In order of key.
    template <class Visit>
    void for_each(const Visit& visit) const {
        std::vector<Entry> sorted;
        sorted.reserve(values_.size());
        for (const auto& [key, value] : values_) sorted.push_back({word(key, 0), word(key, 8), key, value});
        std::sort(sorted.begin(), sorted.end());
        for (const Entry& entry : sorted) visit(entry.key, entry.value);
    }

private:
    static constexpr std::size_t kBlock = 1 << 20;

    // Keys are alike at their beginning, and most are no longer than two words: compared as numbers.
    struct Entry {
        std::uint64_t first, second;
        std::string_view key, value;

        bool operator<(const Entry& other) const {
            if (first != other.first) return first < other.first;
            return second != other.second ? second < other.second : key < other.key;
        }
    };
    static std::uint64_t word(std::string_view key, std::size_t from) {
        std::uint64_t word = 0;
        for (std::size_t i = from; i < from + 8; ++i)
            word = word << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
        return word;
    }

    std::string_view copy(std::string_view bytes) {
        if (bytes.size() > left_) {
            left_ = std::max(kBlock, bytes.size());
            blocks_.push_back(std::make_unique<char[]>(left_));
            next_ = blocks_.back().get();
        }
        char* const place = next_;
        std::copy(bytes.begin(), bytes.end(), place);
        next_ += bytes.size();
        left_ -= bytes.size();
        return {place, bytes.size()};
    }

    boost::unordered_flat_map<std::string_view, std::string_view> values_;
    std::vector<std::unique_ptr<char[]>> blocks_;
    char* next_ = nullptr;
    std::size_t left_ = 0;
};

}  // namespace aw::eventlog
