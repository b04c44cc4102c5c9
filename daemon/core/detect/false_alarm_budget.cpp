#include "core/detect/false_alarm_budget.hpp"

#include <algorithm>
#include <cmath>

namespace aw {
namespace {

constexpr double kHalfLifeDays = 180;
constexpr double kGain = 12;
constexpr double kTailGain = 4;
constexpr double kLittle = 30;         // so much has to be earned before a threshold rises
constexpr std::size_t kDaysKept = 32;  // more than the days that are known one by one

// As much as may be expected of something of which so much was seen: of what was never seen three (rule of three).
double at_most(double spent) { return spent + 3; }

// As much at least: two standard errors of a count less, and four.
double at_least(double spent) { return spent - 2 * std::sqrt(spent) - 4; }

}  // namespace

int FalseAlarmBudget::settle(Day day) {
    const bool first = settled_.empty();
    if (!first && day <= settled_.back().day) return 0;
    const int days = first ? 1 : day - settled_.back().day;
    const double kept = std::exp2(-days / kHalfLifeDays);
    Settled next{day, {}};
    for (std::size_t i = 0; i < books_.size(); ++i) {
        books_[i].earned *= kept;
        books_[i].spent *= kept;
        next.offsets[i] = static_cast<float>(offset_of(books_[i]));
    }
    tail_share_ = share_of_tail();
    if (settled_.size() == kDaysKept) settled_.erase(settled_.begin());
    settled_.push_back(next);
    return days;
}

void FalseAlarmBudget::earn(ClientSize size, std::uint64_t client_days, double rate) {
    book(size).earned += static_cast<double>(client_days) * rate / 365;
}

void FalseAlarmBudget::spend(ClientSize size) { book(size).spent += 1; }

void FalseAlarmBudget::give_back(ClientSize size, std::uint64_t signals) {
    book(size).spent = std::max(0.0, book(size).spent - static_cast<double>(signals));
}

double FalseAlarmBudget::offset_of(const Book& book) {
    if (at_most(book.spent) < book.earned)
        return std::max(-kMostLenient, kGain * std::log(at_most(book.spent) / book.earned));
    if (book.earned >= kLittle && at_least(book.spent) > book.earned)
        return std::min(kMostStrict, kGain * std::log(at_least(book.spent) / book.earned));
    return 0;
}

double FalseAlarmBudget::share_of_tail() const {
    const double earned = books_[0].earned + books_[1].earned;
    const double spent = at_least(books_[0].spent + books_[1].spent);
    if (earned < kLittle || spent <= earned) return 1;
    return std::max(kLeastTail, std::pow(earned / spent, kTailGain));
}

double FalseAlarmBudget::offset(ClientSize size, Day day) const {
    if (settled_.empty()) return 0;
    const auto after =
        std::find_if(settled_.begin(), settled_.end(), [&](const Settled& settled) { return settled.day > day; });
    const Settled& settled = after == settled_.begin() ? *after : *std::prev(after);
    return static_cast<double>(settled.offsets[static_cast<std::size_t>(size)]);
}

}  // namespace aw
