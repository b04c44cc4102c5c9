#include "cli/report_data.hpp"

namespace aw::cli {

bool ById::operator()(const std::string& a, const std::string& b) const {
    const auto digits = [](const std::string& id) { return id.find_last_not_of("0123456789") + 1; };
    const std::size_t end_a = digits(a);
    const std::size_t end_b = digits(b);
    if (const int order = a.compare(0, end_a, b, 0, end_b); order != 0) return order < 0;
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

void ReportFacts::see(const Effect& effect) {
    if (const auto* signal = std::get_if<Signal>(&effect)) {
        signals_.push_back(*signal);
    } else if (const auto* view = std::get_if<Case>(&effect)) {
        cases_[view->case_id.value] = *view;
    } else if (const auto* notice = std::get_if<Notice>(&effect)) {
        ++notices_[notice->recipient_staff_id.value][rules_.calendar.day_of(notice->created_at)];
    } else if (const auto* decision = std::get_if<Decision>(&effect)) {
        const bool held =
            decision->outcome == DecisionOutcome::SUPPRESSED || decision->outcome == DecisionOutcome::HELD;
        if (decision->kind != DecisionKind::EVALUATION || !held) return;
        HeldBack& counts = held_back_[decision->code];
        ++counts.decisions;
        counts.accounts.insert(decision->account_root);
    }
}

}  // namespace aw::cli
