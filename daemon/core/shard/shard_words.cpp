#include "core/shard/shard_words.hpp"

#include <cstdlib>

namespace aw {
namespace {

std::string_view why_not(Language language, const DropFinding& f, std::optional<SuppressionCode> code) {
    const bool en = language == Language::EN;
    if (code) return in_words(language, *code);
    if (f.verdict == Verdict::rest_moved) return en ? "the other lines moved, too" : "其他业务也有变动";
    // A detector's evidence is enough, and the rest speaks against it.
    if (f.part != 0 && f.score >= f.threshold) return en ? "the rest fell, too" : "其余部分也在下降";
    return en ? "near an alarm" : "接近告警";
}

}  // namespace

std::string amount_text(Measure measure, std::int64_t value) {
    if (measure != Measure::REVENUE && measure != Measure::WALLET_SHARE) return std::to_string(value);
    const std::int64_t fen = std::abs(value % 100);
    return std::to_string(value / 100) + "." + (fen < 10 ? "0" : "") + std::to_string(fen);
}

std::string no_signal_text(Language language, const DropFinding& f, std::optional<SuppressionCode> code) {
    const bool en = language == Language::EN;
    const std::string days = format_day(f.window_from) + (en ? " to " : " 至 ") + format_day(f.window_to);
    const std::string window = f.period.empty() ? days : f.period;
    const std::string observed = amount_text(f.measure, f.observed);
    const std::string expected = amount_text(f.measure, f.expected);
    const std::string kind(in_words(language, f.kind));
    const std::string why(why_not(language, f, code));
    return en ? window + ": " + observed + " against " + expected + " expected, no signal (" + kind + "): " + why
              : window + ":实际 " + observed + ",预期 " + expected + ",未发信号(" + kind + "):" + why;
}

std::string held_text(Language language, const std::string& period) {
    return language == Language::EN ? period + " waits until its feed is complete" : period + " 等待数据完整后再判断";
}

}  // namespace aw
