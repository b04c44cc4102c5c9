// Stable hashes: the same bytes give the same number on every machine and in every version,
// because ids and partitions are derived from them and stored.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace aw {

// 64-bit MurmurHash64A (A. Appleby, public domain algorithm), for ids kept as numbers.
[[nodiscard]] inline std::uint64_t hash64(std::string_view text, std::uint64_t seed = 0x5bd1e995) {
    constexpr std::uint64_t m = 0xc6a4a7935bd1e995ULL;
    std::uint64_t h = seed ^ (text.size() * m);
    const char* at = text.data();
    for (std::size_t words = text.size() / 8; words > 0; --words, at += 8) {
        std::uint64_t k = 0;
        std::memcpy(&k, at, 8);
        k *= m;
        k ^= k >> 47;
        k *= m;
        h ^= k;
        h *= m;
    }
    if (const std::size_t rest = text.size() & 7; rest != 0) {
        std::uint64_t k = 0;
        std::memcpy(&k, at, rest);
        h ^= k;
        h *= m;
    }
    h ^= h >> 47;
    h *= m;
    return h ^ (h >> 47);
}

// Java-compatible 32-bit murmur2, the partitioner `murmur2_random` of librdkafka and Kafka's default.
[[nodiscard]] inline std::uint32_t murmur2(std::string_view key) {
    constexpr std::uint32_t m = 0x5bd1e995;
    std::uint32_t h = 0x9747b28c ^ static_cast<std::uint32_t>(key.size());
    const auto* at = reinterpret_cast<const unsigned char*>(key.data());
    std::size_t left = key.size();
    for (; left >= 4; left -= 4, at += 4) {
        std::uint32_t k = at[0] | (at[1] << 8) | (at[2] << 16) | (static_cast<std::uint32_t>(at[3]) << 24);
        k *= m;
        k ^= k >> 24;
        k *= m;
        h *= m;
        h ^= k;
    }
    if (left >= 3) h ^= static_cast<std::uint32_t>(at[2]) << 16;
    if (left >= 2) h ^= static_cast<std::uint32_t>(at[1]) << 8;
    if (left >= 1) {
        h ^= at[0];
        h *= m;
    }
    h ^= h >> 13;
    h *= m;
    return h ^ (h >> 15);
}

// The partition that every Kafka client with the murmur2 partitioner chooses for this key.
[[nodiscard]] inline int partition_of(std::string_view key, int partitions) {
    return static_cast<int>((murmur2(key) & 0x7fffffff) % static_cast<std::uint32_t>(partitions));
}

}  // namespace aw
