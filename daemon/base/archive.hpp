// A compact binary archive for state records. A type that can be stored has
//     template <class Archive> void fields(Archive& archive) { archive(a, b, c); }
// and the same line writes and reads it. Integers are zigzag varints, so small numbers are small.
// The reader never trusts its input: any damage turns ok() false and yields zeros from there on.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace aw {

template <class T, class Archive>
concept HasFields = requires(T& value, Archive& archive) {
    value.fields(archive);
};

class ArchiveWriter {
public:
    static constexpr bool kReading = false;
    static constexpr std::uint32_t version() { return std::numeric_limits<std::uint32_t>::max(); }  // of today
    explicit ArchiveWriter(std::string& out) : out_(out) {}

    template <class... T>
    void operator()(const T&... values) {
        (write(values), ...);
    }

private:
    void varint(std::uint64_t value) {
        while (value >= 0x80) {
            out_.push_back(static_cast<char>(value | 0x80));
            value >>= 7;
        }
        out_.push_back(static_cast<char>(value));
    }

    template <class T>
    void write(const T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            out_.push_back(value ? 1 : 0);
        } else if constexpr (std::is_enum_v<T>) {
            varint(static_cast<std::uint64_t>(value));
        } else if constexpr (std::is_unsigned_v<T>) {
            varint(value);
        } else if constexpr (std::is_integral_v<T>) {
            const auto v = static_cast<std::int64_t>(value);
            varint((static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63));
        } else if constexpr (std::is_floating_point_v<T>) {
            std::array<char, sizeof(T)> bytes{};
            std::memcpy(bytes.data(), &value, sizeof(T));
            out_.append(bytes.data(), sizeof(T));
        } else {
            const_cast<T&>(value).fields(*this);  // fields() of a writer only reads
        }
    }
    void write(const std::string& text) {
        varint(text.size());
        out_ += text;
    }
    template <class T>
    void write(const std::vector<T>& list) {
        varint(list.size());
        for (const auto& item : list) write(static_cast<const T&>(item));
    }
    template <class T>
    void write(const std::list<T>& list) {
        varint(list.size());
        for (const auto& item : list) write(item);
    }
    template <class T, std::size_t N>
    void write(const std::array<T, N>& list) {
        for (const auto& item : list) write(item);
    }
    template <class K, class V, class C>
    void write(const std::map<K, V, C>& map) {
        varint(map.size());
        for (const auto& [key, value] : map) {
            write(key);
            write(value);
        }
    }
    template <class T>
    void write(const std::optional<T>& value) {
        write(value.has_value());
        if (value) write(*value);
    }
    template <class T>
    void write(const std::unique_ptr<T>& value) {
        write(value != nullptr);
        if (value) write(*value);
    }
    template <class A, class B>
    void write(const std::pair<A, B>& value) {
        write(value.first);
        write(value.second);
    }

    std::string& out_;
};

class ArchiveReader {
public:
    static constexpr bool kReading = true;
    explicit ArchiveReader(std::string_view in) : in_(in) {}

    template <class... T>
    void operator()(T&... values) {
        (read(values), ...);
    }

    // The version of what is read, for fields that older ones have not: today's unless said otherwise.
    [[nodiscard]] std::uint32_t version() const { return version_; }
    void set_version(std::uint32_t version) { version_ = version; }

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool finished() const { return ok_ && in_.empty(); }

private:
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (in_.empty()) break;
            const auto byte = static_cast<unsigned char>(in_.front());
            in_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
        ok_ = false;
        in_ = {};
        return 0;
    }
    template <class T>
    void damaged(T& value) {
        value = T{};
        ok_ = false;
        in_ = {};
    }
    // A length that the remaining bytes can hold (every element takes at least one byte).
    std::size_t length() {
        const std::uint64_t n = varint();
        if (n <= in_.size()) return static_cast<std::size_t>(n);
        ok_ = false;
        in_ = {};
        return 0;
    }

    template <class T>
    void read(T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            value = varint() != 0;
        } else if constexpr (std::is_enum_v<T>) {
            const std::uint64_t v = varint();
            if constexpr (requires { enum_size(T{}); }) {
                if (v >= enum_size(T{})) return damaged(value);
            }
            value = static_cast<T>(v);
        } else if constexpr (std::is_unsigned_v<T>) {
            const std::uint64_t v = varint();
            if (v > std::numeric_limits<T>::max()) return damaged(value);
            value = static_cast<T>(v);
        } else if constexpr (std::is_integral_v<T>) {
            const std::uint64_t v = varint();
            const auto wide = static_cast<std::int64_t>(v >> 1) ^ -static_cast<std::int64_t>(v & 1);
            if (wide < std::numeric_limits<T>::min() || wide > std::numeric_limits<T>::max()) return damaged(value);
            value = static_cast<T>(wide);
        } else if constexpr (std::is_floating_point_v<T>) {
            value = 0;
            if (in_.size() >= sizeof(T)) {
                std::memcpy(&value, in_.data(), sizeof(T));
                in_.remove_prefix(sizeof(T));
            } else {
                ok_ = false;
                in_ = {};
            }
        } else {
            value.fields(*this);
        }
    }
    void read(std::string& text) {
        const std::size_t n = length();
        text.assign(in_.substr(0, n));
        in_.remove_prefix(n);
    }
    template <class T>
    void read(std::vector<T>& list) {
        list.clear();
        const std::size_t n = length();
        list.reserve(std::min(n, kReserveAtMost));  // a damaged length must not take the memory
        for (std::size_t i = 0; i < n && ok_; ++i) read(list.emplace_back());
    }
    template <class T>
    void read(std::list<T>& list) {
        list.clear();
        const std::size_t n = length();
        for (std::size_t i = 0; i < n && ok_; ++i) read(list.emplace_back());
    }
    template <class T, std::size_t N>
    void read(std::array<T, N>& list) {
        for (auto& item : list) read(item);
    }
    template <class K, class V, class C>
    void read(std::map<K, V, C>& map) {
        map.clear();
        const std::size_t n = length();
        for (std::size_t i = 0; i < n && ok_; ++i) {
            K key{};
            read(key);
            read(map[key]);
        }
    }
    template <class T>
    void read(std::optional<T>& value) {
        bool there = false;
        read(there);
        value.reset();
        if (there) read(value.emplace());
    }
    template <class T>
    void read(std::unique_ptr<T>& value) {
        bool there = false;
        read(there);
        value = there ? std::make_unique<T>() : nullptr;
        if (there) read(*value);
    }
    template <class A, class B>
    void read(std::pair<A, B>& value) {
        read(value.first);
        read(value.second);
    }

    static constexpr std::size_t kReserveAtMost = 1024;

    std::string_view in_;
    std::uint32_t version_ = std::numeric_limits<std::uint32_t>::max();
    bool ok_ = true;
};

template <class T>
[[nodiscard]] std::string archived(const T& value) {
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(value);
    return bytes;
}

template <class T>
[[nodiscard]] bool unarchive(std::string_view bytes, T& value) {
    ArchiveReader reader(bytes);
    reader(value);
    return reader.finished();
}

}  // namespace aw
