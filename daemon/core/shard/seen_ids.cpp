#include "core/shard/seen_ids.hpp"

#include <algorithm>
#include <charconv>

#include "core/shard/state_version.hpp"

namespace aw {
namespace {

std::string key_of(std::int32_t day, std::uint32_t chunk) {
    return "d/" + std::to_string(day) + "/" + std::to_string(chunk);
}

// The version and fixed eight bytes an id: hashes do not compress. Version 1 had the ids only.
std::string pack(const std::uint64_t* ids, std::size_t n) {
    std::string bytes(1, static_cast<char>(kStateVersion));
    static_assert(kStateVersion < 0x80, "one byte, as the other records' versions are");
    return bytes.append(reinterpret_cast<const char*>(ids), n * sizeof(std::uint64_t));
}

// The bytes of the ids; nothing if they are damaged or of a newer version.
std::optional<std::string_view> unpack(std::string_view value) {
    if (value.size() % sizeof(std::uint64_t) == 0) return value;
    const std::uint32_t version = state_version_of(value);
    if (value.size() % sizeof(std::uint64_t) != 1 || version < 2 || version > kStateVersion) return std::nullopt;
    return value.substr(1);
}

}  // namespace

bool SeenIds::insert(Day day, std::uint64_t id) {
    if (last_ == nullptr || last_day_ != day.n) {
        last_ = &days_[day.n];
        last_day_ = day.n;
    }
    if (!last_->ids.insert(id).second) return false;
    last_->tail.push_back(id);
    last_->changed = true;
    return true;
}

bool SeenIds::contains(Day day, std::uint64_t id) const {
    const auto known = days_.find(day.n);
    return known != days_.end() && known->second.ids.contains(id);
}

void SeenIds::forget_before(Day day) {
    last_ = nullptr;
    while (!days_.empty() && days_.begin()->first < day.n) {
        const auto& [n, ids] = *days_.begin();
        const auto chunks = ids.full_chunks + static_cast<std::uint32_t>((ids.tail.size() + kChunk - 1) / kChunk);
        for (std::uint32_t chunk = 0; chunk < chunks; ++chunk) forgotten_.push_back({key_of(n, chunk), {}, true});
        days_.erase(days_.begin());
    }
}

void SeenIds::collect_changes(std::vector<StateRecord>& out) {
    for (StateRecord& record : forgotten_) out.push_back(std::move(record));
    forgotten_.clear();
    for (auto& [day, ids] : days_) {
        if (!ids.changed) continue;
        ids.changed = false;
        std::size_t at = 0;
        for (; at < ids.tail.size(); at += kChunk) {
            const std::size_t n = std::min(kChunk, ids.tail.size() - at);
            out.push_back({key_of(day, ids.full_chunks + static_cast<std::uint32_t>(at / kChunk)), pack(&ids.tail[at], n)});
        }
        const std::size_t full = ids.tail.size() / kChunk;
        ids.tail.erase(ids.tail.begin(), ids.tail.begin() + static_cast<std::ptrdiff_t>(full * kChunk));
        ids.full_chunks += static_cast<std::uint32_t>(full);
    }
}

void SeenIds::snapshot(std::vector<StateRecord>& out) const {
    for (const auto& [day, ids] : days_) {
        std::vector<std::uint64_t> sorted(ids.ids.begin(), ids.ids.end());
        std::sort(sorted.begin(), sorted.end());
        for (std::size_t at = 0; at < sorted.size(); at += kChunk) {
            out.push_back({key_of(day, static_cast<std::uint32_t>(at / kChunk)), pack(&sorted[at], std::min(kChunk, sorted.size() - at))});
        }
    }
}

bool SeenIds::restore(std::string_view key, std::string_view value) {
    const auto packed = unpack(value);
    if (key.substr(0, 2) != "d/" || !packed) return false;
    std::int32_t day = 0;
    std::uint32_t chunk = 0;
    const char* end = key.data() + key.size();
    const auto [slash, day_error] = std::from_chars(key.data() + 2, end, day);
    if (day_error != std::errc{} || slash == end || *slash != '/') return false;
    if (std::from_chars(slash + 1, end, chunk).ec != std::errc{}) return false;
    DayIds& ids = days_[day];
    std::vector<std::uint64_t> part(packed->size() / sizeof(std::uint64_t));
    if (!packed->empty()) std::memcpy(part.data(), packed->data(), packed->size());
    ids.ids.insert(part.begin(), part.end());
    // The last chunk, if it is not full, is the one to go on with.
    if (part.size() == kChunk) {
        ids.full_chunks = std::max(ids.full_chunks, chunk + 1);
    } else {
        ids.tail = std::move(part);
        ids.full_chunks = std::max(ids.full_chunks, chunk);
    }
    last_ = nullptr;
    return true;
}

std::size_t SeenIds::size() const {
    std::size_t n = 0;
    for (const auto& [day, ids] : days_) n += ids.ids.size();
    return n;
}

}  // namespace aw
