#include "telemetry/metrics.hpp"

#include <limits>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/metrics_set.hpp"

namespace aw::telemetry {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, ExposesInAStableOrderWithHelpAndType) {
    Registry registry;
    auto& events = registry.counter("events_total", "Events.", {"kind", "outcome"});
    registry.gauge("accounts", "Accounts.").get().set(3);
    events.with({"shipment", "late"}).add();
    events.with({"shipment", "applied"}).add(41);
    events.with({"shipment", "applied"}).add();
    EXPECT_EQ(registry.expose(),
              "# HELP accounts Accounts.\n"
              "# TYPE accounts gauge\n"
              "accounts 3\n"
              "# HELP events_total Events.\n"
              "# TYPE events_total counter\n"
              "events_total{kind=\"shipment\",outcome=\"applied\"} 42\n"
              "events_total{kind=\"shipment\",outcome=\"late\"} 1\n");
}

TEST(Metrics, EscapesHelpAndLabelValues) {
    Registry registry;
    registry.counter("x_total", "a \\ b\nc \"d\"", {"feed"}).with({"q\"uo\\te\nline"}).add();
    EXPECT_EQ(registry.expose(),
              "# HELP x_total a \\\\ b\\nc \"d\"\n"
              "# TYPE x_total counter\n"
              "x_total{feed=\"q\\\"uo\\\\te\\nline\"} 1\n");
}

TEST(Metrics, HistogramBucketsAreCumulativeAndBoundsInclusive) {
    Registry registry;
    auto& seconds = registry.histogram("t_seconds", "T.", {0.1, 1}, {"kind"}).with({"a"});
    seconds.observe(0.1);
    seconds.observe(0.5);
    seconds.observe(7);
    EXPECT_EQ(registry.expose(),
              "# HELP t_seconds T.\n"
              "# TYPE t_seconds histogram\n"
              "t_seconds_bucket{kind=\"a\",le=\"0.1\"} 1\n"
              "t_seconds_bucket{kind=\"a\",le=\"1\"} 2\n"
              "t_seconds_bucket{kind=\"a\",le=\"+Inf\"} 3\n"
              "t_seconds_sum{kind=\"a\"} 7.6\n"
              "t_seconds_count{kind=\"a\"} 3\n");
}

TEST(Metrics, PrintsSpecialNumbersAsPrometheusReadsThem) {
    Registry registry;
    auto& g = registry.gauge("g", "G.", {"n"});
    g.with({"1"}).set(std::numeric_limits<double>::infinity());
    g.with({"2"}).set(-std::numeric_limits<double>::infinity());
    g.with({"3"}).set(std::numeric_limits<double>::quiet_NaN());
    g.with({"4"}).set(1'786'925'000.5);
    EXPECT_THAT(registry.expose(),
                HasSubstr("g{n=\"1\"} +Inf\ng{n=\"2\"} -Inf\ng{n=\"3\"} NaN\ng{n=\"4\"} 1786925000.5\n"));
}

TEST(Metrics, SeriesAreBounded) {
    Registry registry;
    auto& family = registry.counter("x_total", "X.", {"feed"}, 3);
    for (int i = 0; i < 10; ++i) family.with({std::to_string(i)}).add();
    EXPECT_THAT(registry.expose(),
                HasSubstr("x_total{feed=\"0\"} 1\nx_total{feed=\"1\"} 1\nx_total{feed=\"other\"} 8\n"));
    family.with({"1"}).add();  // one that was there before the bound keeps its own series
    EXPECT_EQ(family.with({"1"}).value(), 2U);
}

TEST(Metrics, HiddenSeriesComeBackWithTheirObject) {
    Registry registry;
    auto& lag = registry.gauge("lag", "L.", {"partition"});
    Gauge& zero = lag.with({"0"});
    zero.set(5);
    lag.hide({"0"});
    EXPECT_EQ(registry.expose(), "");
    EXPECT_EQ(&lag.with({"0"}), &zero);
    EXPECT_THAT(registry.expose(), HasSubstr("lag{partition=\"0\"} 5\n"));
}

TEST(Metrics, CountsFromManyThreadsWhileScraped) {
    Registry registry;
    auto& family = registry.counter("x_total", "X.", {"kind"});
    auto& seconds = registry.histogram("t_seconds", "T.", {1});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            Counter& mine = family.with({t % 2 == 0 ? "even" : "odd"});
            Histogram& histogram = seconds.get();
            for (int i = 0; i < 10'000; ++i) {
                mine.add();
                histogram.observe(0.5);
            }
        });
    }
    for (int i = 0; i < 20; ++i) static_cast<void>(registry.expose());
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(family.with({"even"}).value(), 20'000U);
    EXPECT_EQ(seconds.get().in_bucket(0), 40'000U);
    EXPECT_DOUBLE_EQ(seconds.get().sum(), 20'000);
}

TEST(MetricsDeathTest, RefusesLabelsThatNameSomebody) {
    Registry registry;
    for (const char* label : {"account", "account_root", "case_id", "staff_id", "recipient"}) {
        EXPECT_DEATH(registry.counter("x_total", "X.", {label}), "broken invariant") << label;
    }
    registry.counter("y_total", "Y.");
    EXPECT_DEATH(registry.gauge("y_total", "Y."), "broken invariant");
    EXPECT_DEATH(registry.gauge("1y", "Y."), "broken invariant");
}

TEST(MetricsSet, HasTheNamesAndLabelsOfTheContract) {
    Registry registry;
    Metrics m(registry);
    m.events_total.with({"shipment", "applied"}).add();
    m.dead_letters_total.with({"FUTURE"}).add();
    m.signals_total.with({"VOLUME_DROP", "HIGH"}).add();
    m.cases_open.with({"EMERGENCY", "HIGH"}).add(1);
    m.tasks_open.with({"ACKNOWLEDGE"}).add(1);
    m.deadlines_breached_total.with({"ACKNOWLEDGE"}).add();
    m.notices_total.with({"ops", "sent"}).add();
    m.log_lag_records.with({"0"}).set(1);
    m.log_time_lag_seconds.with({"0"}).set(1);
    m.source_lag_records.with({"parcels"}).set(1);
    m.notice_lag_records.with({"1"}).set(1);
    m.commit_seconds.get().observe(0.013);
    m.feed_complete_until_timestamp_seconds.with({"sorting", "371400"}).set(1);
    m.set_config_revision("old");
    m.set_config_revision("new");
    m.set_build("0.1.0", "2.0.2");
    const std::string text = registry.expose();
    for (const char* line :
         {"accountwatch_events_total{kind=\"shipment\",outcome=\"applied\"} 1\n",
          "accountwatch_dead_letters_total{reason=\"FUTURE\"} 1\n",
          "accountwatch_signals_total{kind=\"VOLUME_DROP\",severity=\"HIGH\"} 1\n",
          "accountwatch_cases_open{case_class=\"EMERGENCY\",severity=\"HIGH\"} 1\n",
          "accountwatch_tasks_open{kind=\"ACKNOWLEDGE\"} 1\n",
          "accountwatch_deadlines_breached_total{milestone=\"ACKNOWLEDGE\"} 1\n",
          "accountwatch_notices_total{channel=\"ops\",outcome=\"sent\"} 1\n", "accountwatch_accounts 0\n",
          "accountwatch_log_lag_records{partition=\"0\"} 1\n", "accountwatch_log_time_lag_seconds{partition=\"0\"} 1\n",
          "accountwatch_source_lag_records{source=\"parcels\"} 1\n",
          "accountwatch_notice_lag_records{partition=\"1\"} 1\n", "accountwatch_commit_seconds_count 1\n",
          "accountwatch_restore_seconds 0\n", "accountwatch_restore_records_total 0\n",
          "accountwatch_feed_complete_until_timestamp_seconds{feed=\"sorting\",region=\"371400\"} 1\n",
          "accountwatch_config_info{revision=\"new\"} 1\n",
          "accountwatch_build_info{version=\"0.1.0\",librdkafka=\"2.0.2\"} 1\n"}) {
        EXPECT_THAT(text, HasSubstr(line));
    }
    EXPECT_THAT(text, Not(HasSubstr("revision=\"old\"")));
    m.forget_partition("0");
    m.notice_lag_records.hide({"1"});
    EXPECT_THAT(registry.expose(), Not(HasSubstr("partition=")));
}

}  // namespace
}  // namespace aw::telemetry
