// The false-alarm budget, split over the sources of a client's signals so that their sum keeps it.
//
// Each threshold of a sequential test is ln(account-days per false alarm); what is added to it takes a source's share
// down from the whole budget to what the sum has room for (tests/bench/detection, --sources). The sharp drop has nearly
// all of it: it is what finds most losses first.
#pragma once

#include <cmath>

namespace aw {

struct Thresholds {
    double drop = 0;              // S of the sharp drop
    double decline = 0;           // S of the gradual decline
    double shares = 0;            // S of a part's share, before + ln K
    double yield = 0;             // S of revenue per item
    double inactivity_years = 0;  // return period of a silence
    double cohort = 0;            // S of a whole cohort's fall; INFO, so it takes nothing from the budget
};

// rate > 0: false alarms for each account and year, all sources together. offset: what the budget that was kept says
// (false_alarm_budget.hpp); of the sequential tests of clients alone, as a silence has a plain meaning in years.
[[nodiscard]] inline Thresholds thresholds_of(double rate, double offset = 0) {
    const double theory = std::log(365 / rate);
    const double h = theory + offset;
    return {.drop = h + 1.0,
            .decline = h + 0.8,
            .shares = h + 1.5,
            .yield = h + 3,
            .inactivity_years = 1 / rate,
            .cohort = theory};
}

}  // namespace aw
