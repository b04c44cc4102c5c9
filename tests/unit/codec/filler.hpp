// Fills any struct that has a fields() function with random values that keep the rules of its fields.
#pragma once

#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "codec/event_fields.hpp"
#include "codec/output_fields.hpp"
#include "codec/proto_io.hpp"
#include "core/model/enums.hpp"

namespace aw::test {

class Filler {
public:
    static constexpr bool kReading = false;
    explicit Filler(std::uint64_t seed) : random_(seed) {}

    template <class T>
    void operator()(std::string_view name, T& value, const codec::Rule& rule = codec::kAny) {
        name_ = name;
        fill(value, rule);
    }

    template <class Variant, class NameOf>
    void choice(std::string_view, Variant& value, NameOf) {
        alternative(value, 1 + below(std::variant_size_v<Variant> - 1));
    }

    template <class Variant>
    void alternative(Variant& value, std::size_t index) {
        codec::emplace_alternative(value, index, [&](auto& chosen) {
            if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(chosen)>, std::monostate>) {
                codec::fields(*this, chosen);
            }
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(chosen)>, SilenceEvent>) complete(chosen);
        });
    }

    std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
    bool chance() { return below(2) == 0; }
    Timestamp instant() { return {946'684'800'000 + static_cast<std::int64_t>(below(1'000'000'000'000))}; }
    std::string digits(int width) {
        std::string text = fmt::format("{:0{}}", 1 + below(100'000), 6);
        while (static_cast<int>(text.size()) < width) text.push_back(static_cast<char>('0' + below(10)));
        return text;
    }
    std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

private:
    std::string words(const codec::Rule& rule) {
        if (name_ == "previous_code") return digits(14);
        if (name_ == "group_root" || name_ == "account_root") return digits(11);
        if (name_ == "case_id" || name_ == "task_id") return digits(11) + (name_ == "case_id" ? "-1" : "-t1");
        static const std::vector<std::string> kPieces = {"a", "示", "\"", "\\", "\n", "😀", "é", " ", "\x01", "0"};
        std::string text = rule.required ? "x" : "";
        for (std::size_t n = below(8); n > 0; --n) text += kPieces[below(kPieces.size())];
        return text;
    }

    template <class T>
    void fill(T& value, const codec::Rule& rule) {
        if constexpr (std::is_same_v<T, std::string_view>) {
            value = rule.required || chance() ? keep(words(rule)) : std::string_view{};
        } else if constexpr (std::is_same_v<T, std::string>) {
            value = words(rule);
        } else if constexpr (std::is_same_v<T, bool>) {
            value = chance();
        } else if constexpr (std::is_same_v<T, double>) {
            value = static_cast<double>(below(1000)) / 997.0;
        } else if constexpr (std::is_enum_v<T>) {
            const std::size_t names = EnumNames<T>::kList.size();
            if (rule.required || chance()) value = static_cast<T>(1 + below(names - 1));
        } else if constexpr (std::is_same_v<T, std::uint16_t>) {
            value = static_cast<std::uint16_t>(below(1000));
        } else if constexpr (std::is_integral_v<T>) {
            value = number<T>(rule);
        } else {
            fill_object(value, rule);
        }
    }

    template <class T>
    T number(const codec::Rule& rule) {
        if (rule.min != codec::kAny.min) {
            const std::int64_t most = std::min<std::int64_t>(rule.max, 1'000'000);
            return static_cast<T>(rule.min +
                                  static_cast<std::int64_t>(below(static_cast<std::size_t>(most - rule.min + 1))));
        }
        return static_cast<T>(std::uniform_int_distribution<std::uint64_t>()(random_));
    }

    template <class T>
    void fill_object(T& value, const codec::Rule& rule) {
        if constexpr (std::is_same_v<T, Money>) {
            value.minor = static_cast<std::int64_t>(below(2'000'000'000'001)) - 1'000'000'000'000;
        } else if constexpr (std::is_same_v<T, Timestamp>) {
            if (chance()) value = instant();
        } else if constexpr (std::is_same_v<T, Day>) {
            value.n = static_cast<std::int32_t>(10957 + below(30'000));
        } else if constexpr (std::is_same_v<T, Month>) {
            value.n = static_cast<std::int32_t>(2000 * 12 + below(1200));
        } else if constexpr (std::is_same_v<T, AccountRoot>) {
            value = parse_root(digits(11)).value();
        } else if constexpr (requires { value.view(); }) {
            value = T(words(rule));
        } else {
            codec::fields(*this, value);
        }
    }

    template <class T>
    void fill(std::optional<T>& value, const codec::Rule& rule) {
        value.reset();
        if (!rule.required && chance()) return;
        if constexpr (std::is_same_v<T, Timestamp>) {
            value = instant();
        } else {
            fill(value.emplace(), rule);
        }
    }
    template <class T>
    void fill(std::vector<T>& value, const codec::Rule&) {
        value.clear();
        for (std::size_t n = below(4); n > 0; --n) {
            if constexpr (std::is_same_v<T, Timestamp>) {
                value.push_back(instant());
            } else {
                fill(value.emplace_back(), codec::kRequired);
            }
        }
    }
    // What check_silence() asks for.
    void complete(SilenceEvent& silence) {
        if (silence.ended) return;
        silence.from = instant();
        silence.until = *silence.from + std::chrono::hours{1};
        silence.reason = keep("why");
        silence.recurrence = chance() ? keep("WEEKLY:MON,SUN;UNTIL=2027-01-31") : std::string_view{};
    }
    void fill(codec::SilenceScope& scope, const codec::Rule&) {
        SilenceEvent& silence = scope.silence;
        const std::size_t which = below(3);
        if (which == 0) silence.account_root = keep(digits(11));
        if (which == 1) silence.unit_id = keep("u");
        if (which == 2) silence.case_id = keep("k");
    }

    std::mt19937_64 random_;
    std::deque<std::string> kept_;
    std::string name_;
};

}  // namespace aw::test
