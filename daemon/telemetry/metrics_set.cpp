#include "telemetry/metrics_set.hpp"

namespace aw::telemetry {

// A transaction takes about 13 ms on one broker and 1 ms in the embedded log; above a second something is wrong.
static const std::vector<double> kCommitBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

Metrics::Metrics(Registry& r)
    : events_total(r.counter("accountwatch_events_total", "Records read from the event log, by what became of them.",
                             {"kind", "outcome"})),
      records_redelivered_total(r.counter("accountwatch_records_redelivered_total",
                                          "Records that the Kafka client delivered a second time, dropped.",
                                          {"reader"})),
      dead_letters_total(
          r.counter("accountwatch_dead_letters_total", "Records refused and kept in dead-letters.", {"reason"})),
      signals_total(r.counter("accountwatch_signals_total", "Signals found.", {"kind", "severity"})),
      cases_open(r.gauge("accountwatch_cases_open", "Escalation cases open now.", {"case_class", "severity"})),
      tasks_open(r.gauge("accountwatch_tasks_open", "Tasks open or overdue now.", {"kind"})),
      deadlines_breached_total(
          r.counter("accountwatch_deadlines_breached_total", "Deadlines of cases that passed unmet.", {"milestone"})),
      notices_total(r.counter("accountwatch_notices_total", "Attempts to deliver a notice, by channel and outcome.",
                              {"channel", "outcome"})),
      accounts(r.gauge("accountwatch_accounts", "Accounts in the state of this process.")),
      accounts_by_state(r.gauge("accountwatch_accounts_by_state",
                                "Accounts by how their volume stands under the statistical detectors.", {"state"})),
      detections_ended(r.gauge("accountwatch_detections_ended",
                               "Alarms of MEDIUM and higher whose case has ended, by whether the loss was real.",
                               {"stratum", "outcome"})),
      detection_account_days(
          r.gauge("accountwatch_detection_account_days",
                  "Days of watched accounts beyond their warm-up on which one could have been told of.", {"stratum"})),
      false_alarms_per_account_year(r.gauge(
          "accountwatch_false_alarms_per_account_year",
          "Achieved rate: alarms of MEDIUM and higher that ended as a false alarm, for each watched account and "
          "year. The budget is for their sum.",
          {"stratum"})),
      false_alarm_budget(r.gauge("accountwatch_false_alarm_budget",
                                 "False alarms that the watched clients' days have earned, and signals of falls of "
                                 "MEDIUM and higher that were told; half is forgotten in 180 days.",
                                 {"state"})),
      log_lag_records(r.gauge("accountwatch_log_lag_records",
                              "Records of the partition not yet applied, as of the last answer of the log.",
                              {"partition"})),
      log_time_lag_seconds(r.gauge("accountwatch_log_time_lag_seconds",
                                   "Age of the last record applied, by its log time, while others of the partition "
                                   "wait; else 0.",
                                   {"partition"})),
      source_records_total(
          r.counter("accountwatch_source_records_total",
                    "Records read from source topics, by what became of them; held: given back, because "
                    "the source was stopped.",
                    {"source", "outcome"})),
      source_stopped(r.gauge("accountwatch_source_stopped",
                             "1 while nothing of the source is taken because most of it was refused.", {"source"})),
      source_lag_records(r.gauge("accountwatch_source_lag_records",
                                 "Records of the source's topics not yet read; of a stopped source as of its stop.",
                                 {"source"})),
      notice_lag_records(r.gauge("accountwatch_notice_lag_records",
                                 "Notices of the partition not yet sent, held for a digest or given up, as of the last "
                                 "answer of the log.",
                                 {"partition"})),
      commit_seconds(r.histogram("accountwatch_commit_seconds", "Time to commit effects, state changes and positions.",
                                 kCommitBounds)),
      restore_seconds(
          r.gauge("accountwatch_restore_seconds", "Time the last restore of a partition took, or takes so far.")),
      restore_records_total(r.counter("accountwatch_restore_records_total", "State records read by restores.")),
      feed_complete_until_timestamp_seconds(r.gauge("accountwatch_feed_complete_until_timestamp_seconds",
                                                    "Time up to which the feed is known to be complete.",
                                                    {"feed", "region"})),
      config_info(r.gauge("accountwatch_config_info", "Revision of the configuration in force.", {"revision"})),
      build_info(
          r.gauge("accountwatch_build_info", "Versions of the program and of librdkafka.", {"version", "librdkafka"})),
      happenings_total(
          r.counter("accountwatch_happenings_total", "Log-worthy happenings inside the daemon.", {"happening"})) {
    // Metrics without labels exist from the start, so that an alert can tell 0 from absent.
    accounts.get();
    commit_seconds.get();
    restore_seconds.get();
    restore_records_total.get();
}

void Metrics::set_config_revision(std::string_view revision) {
    if (!config_revision_.empty()) config_info.hide({config_revision_});
    config_revision_ = revision;
    config_info.with({revision}).set(1);
}

void Metrics::set_build(std::string_view version, std::string_view librdkafka) {
    build_info.with({version, librdkafka}).set(1);
}

void Metrics::forget_partition(std::string_view partition) {
    log_lag_records.hide({partition});
    log_time_lag_seconds.hide({partition});
}

}  // namespace aw::telemetry
