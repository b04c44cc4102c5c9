// Every metric of the daemon (contract section 7), in one place. A view on a Registry; as thread-safe as it is.
#pragma once

#include <string_view>

#include "telemetry/metrics.hpp"

namespace aw::telemetry {

struct Metrics {
    // REQUIRES: made once per registry.
    explicit Metrics(Registry& registry);

    Family<Counter>& events_total;              // kind, outcome (applied, duplicate, late, dead_letter)
    Family<Counter>& records_redelivered_total;  // reader (log, sources)
    Family<Counter>& dead_letters_total;        // reason
    Family<Counter>& signals_total;             // kind, severity
    Family<Gauge>& cases_open;                  // case_class, severity
    Family<Gauge>& tasks_open;                  // kind
    Family<Counter>& deadlines_breached_total;  // milestone
    Family<Counter>& notices_total;             // channel, outcome (sent, failed, gave_up, held, digested)
    Family<Gauge>& accounts;
    Family<Gauge>& accounts_by_state;              // state: of watch_state.hpp
    Family<Gauge>& detections_ended;               // stratum (certainty.hpp), outcome (real, none)
    Family<Gauge>& detection_account_days;         // stratum
    Family<Gauge>& false_alarms_per_account_year;  // stratum
    Family<Gauge>& false_alarm_budget;             // state: earned or spent
    Family<Gauge>& log_lag_records;                // partition
    Family<Gauge>& log_time_lag_seconds;           // partition
    Family<Counter>& source_records_total;         // source, outcome (accepted, left_out, refused, held)
    Family<Gauge>& source_stopped;                 // source
    Family<Gauge>& source_lag_records;             // source
    Family<Gauge>& notice_lag_records;             // partition
    Family<Histogram>& commit_seconds;
    Family<Gauge>& restore_seconds;
    Family<Counter>& restore_records_total;
    Family<Gauge>& feed_complete_until_timestamp_seconds;  // feed, region
    Family<Gauge>& config_info;                            // revision
    Family<Gauge>& build_info;                             // version, librdkafka
    Family<Counter>& happenings_total;                     // happening: see happenings.hpp

    // Info gauges have the value 1; of config_info only the revision in force is shown.
    void set_config_revision(std::string_view revision);
    void set_build(std::string_view version, std::string_view librdkafka);
    // A partition that is no longer ours has no lag.
    void forget_partition(std::string_view partition);

private:
    std::string config_revision_;  // control thread only
};

}  // namespace aw::telemetry
