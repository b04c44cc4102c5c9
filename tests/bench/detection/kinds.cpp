// The kinds of simulated portfolios. Their figures were set so that the established detectors come out as they do on
// real merchants and restaurants (README.md).
#include "bench/detection/holidays.hpp"
#include "bench/detection/simulate.hpp"

namespace aw::bench {

bool is_gate_portfolio(std::string_view name) { return name == "merchants-cn" || name == "restaurants-jp"; }

const std::vector<SimulationKind>& simulation_kinds() {
    static const std::vector<SimulationKind> kinds = {
        {.name = "merchants-cn",
         .first_day = civil_day(2024, 10, 22),
         .accounts = 710,
         .days = 492,
         .items_median = 45,
         .weekday_industry = 0.12,
         .weekday_own = 0.12,
         .rest_day_share = 0.04,
         .day_shock = 0.06,
         .region_shock = 0.05,
         .holiday_log_factor = 0.05,
         .holiday_spread = 0.35,
         .new_year_log_factor = -0.4,
         .festival_spread = 0.35,
         .festival_closed = 0.15,
         .phi_median = 0.09,
         .phi_sigma = 1.0,
         .drift_median = 0.010,
         .drift_sigma = 0.8,
         .jumps_per_year = 0.3,
         .closures_per_year = 1.4,
         .late_share = 0.25,
         .leaver_share = 0.04},
        {.name = "restaurants-jp",
         .first_day = civil_day(2024, 12, 1),
         .accounts = 801,
         .regions = 9,
         .items_median = 22,
         .items_sigma = 0.5,
         .weekday_industry = 0.3,
         .weekday_own = 0.25,
         .rest_day_share = 0.15,
         .day_shock = 0.08,
         .region_shock = 0.08,
         .holiday_log_factor = 0.2,
         .holiday_spread = 0.25,
         .new_year_log_factor = 0.05,
         .festival_spread = 0.25,
         .festival_closed = 0.1,
         .phi_median = 0.14,
         .phi_sigma = 1.0,
         .drift_median = 0.008,
         .drift_sigma = 0.8,
         .jumps_per_year = 0.15,
         .closures_per_year = 0.3,
         .late_share = 0.35,
         .leaver_share = 0.03},
        {.name = "business-cn",
         .first_day = civil_day(2024, 11, 1),
         .accounts = 400,
         .items_median = 30,
         .items_sigma = 0.9,
         .weekday_industry = 0.15,
         .weekday_own = 0.2,
         .rest_day_share = 0.8,
         .new_year_log_factor = -1.2,
         .festival_closed = 0.8,
         .phi_median = 0.15,
         .drift_median = 0.012,
         .closures_per_year = 0.5,
         .late_share = 0.1,
         .leaver_share = 0.05,
         .active_share = 0.4},
        {.name = "poisson",
         .first_day = civil_day(2024, 11, 1),
         .accounts = 400,
         .items_median = 30,
         .weekday_industry = 0.1,
         .weekday_own = 0.0,
         .day_shock = 0.0,
         .region_shock = 0.0,
         .phi_median = 0.0,
         .drift_median = 0.0,
         .growth_per_year = 0.0,
         .season_amplitude = 0.0},
    };
    return kinds;
}

const SimulationKind& sparse_kind() {
    static const SimulationKind kind = {.name = "sparse-cn",
                                        .first_day = civil_day(2024, 11, 1),
                                        .accounts = 400,
                                        .items_median = 0.35,
                                        .items_sigma = 0.7,
                                        .weekday_industry = 0.2,
                                        .weekday_own = 0.2,
                                        .rest_day_share = 0.5,
                                        .new_year_log_factor = -0.8,
                                        .festival_closed = 0.5,
                                        .phi_median = 0.2,
                                        .drift_median = 0.008,
                                        .late_share = 0.1};
    return kind;
}

}  // namespace aw::bench
