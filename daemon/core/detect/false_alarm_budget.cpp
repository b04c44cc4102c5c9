#include "core/detect/false_alarm_budget.hpp"

#include <algorithm>
#include <cmath>

namespace aw {
namespace {

constexpr double kHalfLifeDays = 180;
constexpr double kGain = 12;
constexpr double kTailGain = 4;
constexpr double kLittle = 30;         // so much has to be earned before anything gets stricter
constexpr std::size_t kDaysKept = 48;  // more than the days that are known one by one

// As much at least as may be expected of something of which so much was seen: two standard errors of a count less, and
// four.
double at_least(double spent) { return spent - 2 * std::sqrt(spent) - 4; }

double offset_of(double earned, double spent) {
    if (earned >= kLittle && at_least(spent) > earned)
        return std::min(FalseAlarmBudget::kMostStrict, kGain * std::log(at_least(spent) / earned));
    return 0;
}

double tail_share_of(double earned, double spent) {
    if (earned < kLittle || at_least(spent) <= earned) return 1;
    return std::max(FalseAlarmBudget::kLeastTail, std::pow(earned / at_least(spent), kTailGain));
}

}  // namespace

void FalseAlarmBudget::note_detectors(ClientSize size, std::uint64_t days, std::uint64_t alarms) {
    Book& book = books_[static_cast<std::size_t>(size)];
    book.days += static_cast<double>(days);
    book.spent += static_cast<double>(alarms);
}

int FalseAlarmBudget::settle(Day day, double rate, double detectors) {
    const bool first = settled_.empty();
    if (!first && day <= settled_.back().day) return 0;
    const int days = first ? 1 : day - settled_.back().day;
    const double kept = std::exp2(-days / kHalfLifeDays);
    for (Book& book : books_) {
        book.days *= kept;
        book.spent *= kept;
    }
    Settled next{day, {}, static_cast<float>(tail_share_of(books_[kTold].days * rate / 365, books_[kTold].spent))};
    const double step = kMostADay * days;
    for (std::size_t i = 0; i < next.offsets.size(); ++i) {
        const double before = first ? 0 : static_cast<double>(settled_.back().offsets[i]);
        const double wanted = offset_of(books_[i].days * detectors / 365, books_[i].spent);
        next.offsets[i] = static_cast<float>(std::clamp(wanted, before - step, before + step));
    }
    if (settled_.size() == kDaysKept) settled_.erase(settled_.begin());
    settled_.push_back(next);
    return days;
}

const FalseAlarmBudget::Settled* FalseAlarmBudget::settled_for(Day day) const {
    if (settled_.empty()) return nullptr;
    const auto after = std::upper_bound(settled_.begin(), settled_.end(), day,
                                        [](Day asked, const Settled& settled) { return asked < settled.day; });
    return after == settled_.begin() ? &*after : &*std::prev(after);
}

double FalseAlarmBudget::offset(ClientSize size, Day evaluated) const {
    const Settled* settled = settled_for(evaluated);
    return settled == nullptr ? 0 : static_cast<double>(settled->offsets[static_cast<std::size_t>(size)]);
}

double FalseAlarmBudget::tail_share(Day evaluated) const {
    const Settled* settled = settled_for(evaluated);
    return settled == nullptr ? 1 : static_cast<double>(settled->tail_share);
}

}  // namespace aw
