// The rows of comparisons: what a kind of row must say, and what has no meaning in it.
#include <algorithm>
#include <array>
#include <string_view>

#include <accountwatch/config/v1/policy.pb.h>
#include <fmt/format.h>

#include "core/model/enums.hpp"
#include "settings/checks.hpp"

namespace aw::settings {
namespace {

namespace pb = accountwatch::config::v1;

// Kinds that leave no choice.
struct Shape {
    std::string_view kind, measure, window, per, reference;
    bool has_ladder;
};
constexpr std::array<Shape, 5> kShapes = {{
    {"SHARE_OF_WALLET_DROP", "WALLET_SHARE", "MONTH", "ROOT", "PREVIOUS", true},
    {"GRADE_DOWNGRADE", "T12M_REVENUE", "MONTH", "ROOT", "GRADE", false},
    {"ACCOUNT_PROMOTED", "T12M_REVENUE", "DAY", "ROOT", "KEY_ACCOUNT", false},
    {"ACCOUNT_STATUS_CHANGED", "T12M_REVENUE", "DAY", "ROOT", "KEY_ACCOUNT", false},
    {"PROFILE_MISSING", "REVENUE", "DAY", "ROOT", "AMOUNT", false},
}};

// A field of a row: whether it is there, and what it is called.
struct Field {
    const char* name;
    bool given;
};

class RowCheck {
public:
    RowCheck(const pb::ComparisonRow& row, const std::string& path, Findings& findings)
        : row_(row), path_(path), findings_(findings), kind_(row.kind()) {
        const auto shape =
            std::find_if(kShapes.begin(), kShapes.end(), [&](const Shape& s) { return s.kind == kind_; });
        if (shape != kShapes.end()) shape_ = &*shape;
    }

    void run() {
        if (!row_.has_kind()) return ladder();
        if (shape_ != nullptr) {
            fixed();
        } else {
            compared();
        }
        fields();
        ladder();
    }

private:
    void must_be(const char* field, bool given, const std::string& value, std::string_view wanted) {
        if (!given || value == wanted) return;
        findings_.mistake(path_ + "." + field, fmt::format("kind {} has {} {}", kind_, field, wanted));
    }
    void fixed() {
        must_be("measure", row_.has_measure(), row_.measure(), shape_->measure);
        must_be("window", row_.has_window(), row_.window(), shape_->window);
        must_be("per", row_.has_per(), row_.per(), shape_->per);
        must_be("reference", row_.has_reference(), row_.reference(), shape_->reference);
    }
    void compared();
    void needs(Field field, bool wanted, std::string_view why) {
        const bool written = field.given || findings_.places.has(path_ + "." + field.name);
        if (wanted && !written) findings_.mistake(path_, fmt::format("{} needs '{}'", why, field.name));
        if (!wanted && field.given)
            findings_.mistake(path_ + "." + field.name, fmt::format("'{}' is for {} only", field.name, why));
    }
    void fields();
    void ladder();

    const pb::ComparisonRow& row_;
    const std::string& path_;
    Findings& findings_;
    const std::string& kind_;
    const Shape* shape_ = nullptr;
};

// Kinds that compare items or revenue with the recent past or with last year.
void RowCheck::compared() {
    const auto pair = [&](std::string_view kind, std::string_view per) {
        if (row_.has_per() && (kind_ == kind) != (row_.per() == per))
            findings_.mistake(path_ + ".per", fmt::format("kind {} and per {} belong together", kind, per));
    };
    pair("BRANCH_SHIFT", "BRANCH");
    pair("COHORT_SHIFT", "INDUSTRY");
    const bool shift = kind_ == "COMPETITOR_SUSPECTED";
    if (shift && row_.has_per() && row_.per() != "LINE")
        findings_.mistake(path_ + ".per", "kind COMPETITOR_SUSPECTED is about each LINE");
    if (shift && row_.reference() == "LAST_YEAR")
        findings_.mistake(path_ + ".reference", "kind COMPETITOR_SUSPECTED compares with RECENT");
    if (row_.per() == "GROUP" && kind_ != "VOLUME_DROP")
        findings_.mistake(path_ + ".per", "per GROUP is for kind VOLUME_DROP");
    const bool either = kind_ == "BRANCH_SHIFT" || kind_ == "COHORT_SHIFT";
    const bool amount = row_.measure() == "ITEMS" || row_.measure() == "REVENUE";
    const std::string wanted = kind_ == "REVENUE_DROP" ? "REVENUE" : "ITEMS";
    if (row_.has_measure() && (either ? !amount : row_.measure() != wanted))
        findings_.mistake(path_ + ".measure",
                          fmt::format("kind {} measures {}", kind_, either ? "ITEMS or REVENUE" : wanted));
    if (row_.window() == "DAY")
        findings_.mistake(path_ + ".window", fmt::format("kind {} compares a WEEK or a MONTH", kind_));
    if (row_.has_reference() && row_.reference() != "RECENT" && row_.reference() != "LAST_YEAR")
        findings_.mistake(path_ + ".reference", fmt::format("kind {} compares with RECENT or LAST_YEAR", kind_));
}

void RowCheck::fields() {
    const std::string& reference = row_.reference();
    const Field periods{"recent_periods", row_.has_recent_periods()};
    if (reference == "RECENT" || reference == "PREVIOUS" || reference == "AMOUNT") {
        needs(periods, true, "reference " + reference);
    } else if (row_.has_reference() && row_.has_recent_periods()) {
        findings_.mistake(path_ + ".recent_periods",
                          fmt::format("'recent_periods' has no meaning with reference {}", reference));
    }
    if (shape_ == nullptr) needs({"seasonal_guard", row_.has_seasonal_guard()}, true, "a comparison");
    const bool countable = row_.measure() == "ITEMS" || row_.measure() == "REVENUE";
    if (row_.has_measure() && !countable && row_.has_tail_probability())
        findings_.mistake(path_ + ".tail_probability", "'tail_probability' is for ITEMS and REVENUE only (R47)");
    const auto of = [&](std::string_view kind, Field field) {
        needs(field, kind_ == kind, fmt::format("kind {}", kind));
    };
    of("COMPETITOR_SUSPECTED", {"rest_within_pct", row_.has_rest_within_pct()});
    of("PROFILE_MISSING", {"min_amount", row_.has_min_amount()});
    of("PROFILE_MISSING", {"min_age_days", row_.has_min_age_days()});
    of("COHORT_SHIFT", {"cohort_pct", row_.has_cohort_pct()});
    of("COHORT_SHIFT", {"cohort_min_accounts", row_.has_cohort_min_accounts()});
}

void RowCheck::ladder() {
    const bool threshold = shape_ != nullptr && !shape_->has_ladder;
    if (threshold && row_.ladder_size() > 0)
        findings_.mistake(path_ + ".ladder", fmt::format("kind {} has no ladder: its threshold is the gate", kind_));
    if (!threshold && row_.has_kind() && row_.ladder_size() == 0)
        findings_.mistake(findings_.places.has(path_ + ".ladder") ? path_ + ".ladder" : path_,
                          fmt::format("kind {} needs a 'ladder' of one step at least", kind_));
    const bool once = kind_ == "SHARE_OF_WALLET_DROP" || kind_ == "COHORT_SHIFT";
    for (int i = 0; once && i < row_.ladder_size(); ++i) {
        if (row_.ladder(i).has_periods() && row_.ladder(i).periods() != 1)
            findings_.mistake(fmt::format("{}.ladder[{}].periods", path_, i),
                              fmt::format("kind {} tells of one period", kind_));
    }
    for (int i = 1; i < row_.ladder_size(); ++i) {
        const auto& milder = row_.ladder(i - 1);
        const auto& step = row_.ladder(i);
        if (!step.has_change_pct() || !milder.has_change_pct()) continue;
        const auto a = parse_enum<Severity>(milder.severity());
        const auto b = parse_enum<Severity>(step.severity());
        if (step.change_pct() < milder.change_pct() && (!a || !b || *a <= *b)) continue;
        findings_.mistake(fmt::format("{}.ladder[{}]", path_, i),
                          "'ladder' must go from the mildest step to the severest (-20 LOW, then -30 MEDIUM ...)");
    }
}

}  // namespace

void check_comparison(const pb::ComparisonRow& row, const std::string& path, Findings& findings) {
    RowCheck(row, path, findings).run();
}

}  // namespace aw::settings
