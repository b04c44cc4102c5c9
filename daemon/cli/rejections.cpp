#include "cli/rejections.hpp"

#include <ostream>

#include <fmt/format.h>

namespace aw::cli {
namespace {

// So many lines have one cause, which lies in how they were exported more often than in the lines.
std::string_view advice(DeadLetterReason reason) {
    switch (reason) {
        case DeadLetterReason::FUTURE:
            return "correct their dates, or let the history end later with --to";
        case DeadLetterReason::UNDECODABLE:
        case DeadLetterReason::WRONG_TYPE:
        case DeadLetterReason::UNKNOWN_FIELD:
        case DeadLetterReason::NO_PAYLOAD:
        case DeadLetterReason::MISSING_FIELD:
            return "correct them, or say with --map how to read the files of another system";
        default:
            return "correct them where they come from, or in the field map";
    }
}

}  // namespace

void Rejections::tell(const std::string& file, std::uint64_t line, const Refusal& refusal) {
    if (++lines_[refusal.reason] <= kShown) console_.err << rejection_text(file, line, refusal) << '\n';
}

void Rejections::sum_up(const std::string& letters) const {
    for (const auto& [reason, count] : lines_) {
        if (count <= kShown) continue;
        console_.err << fmt::format("{}: {} lines refused, of which the first {} are shown; {}{}\n", name(reason),
                                    count, kShown, advice(reason),
                                    letters.empty() ? "" : "; all of them are in " + letters);
    }
}

}  // namespace aw::cli
