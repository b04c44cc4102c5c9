// Metrics: a registry of counters, gauges and histograms, and their Prometheus text form.
//
// Owner: one Registry per process, made in app/ and passed by reference; there is no global one.
// Threads: everything may be called from any thread. `with()` takes a lock and is for set-up (resolve a label set once
// and keep the reference, it lives as long as the registry); counting on the result is one relaxed atomic operation.
// Labels: never an account, a person or a case (the registry aborts on such a label name). The series of a family are
// bounded: a label set beyond the bound is counted under the value "other" in every label.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aw::telemetry {

class Counter {
public:
    void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

class Gauge {
public:
    void set(double value) { value_.store(value, std::memory_order_relaxed); }
    void add(double delta) { value_.fetch_add(delta, std::memory_order_relaxed); }
    [[nodiscard]] double value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<double> value_{0};
};

// A scrape may see an observation in a bucket before it sees it in the sum; the next scrape sees both.
class Histogram {
public:
    // REQUIRES: bounds ascending, without +Inf.
    explicit Histogram(std::span<const double> bounds);
    void observe(double value);

    [[nodiscard]] std::span<const double> bounds() const { return bounds_; }
    // Observations in bucket i alone (not cumulated); i == bounds().size() is +Inf.
    [[nodiscard]] std::uint64_t in_bucket(std::size_t i) const { return buckets_[i].load(std::memory_order_relaxed); }
    [[nodiscard]] double sum() const { return sum_.load(std::memory_order_relaxed); }

private:
    std::vector<double> bounds_;
    std::vector<std::atomic<std::uint64_t>> buckets_;
    std::atomic<double> sum_{0};
};

// One metric name with its series.
template <class T>
class Family {
public:
    using Labels = std::vector<std::string>;  // values, in the order of the label names

    Family(std::vector<std::string> label_names, std::size_t max_series, std::vector<double> bounds)
        : label_names_(std::move(label_names)), max_series_(max_series), bounds_(std::move(bounds)) {}

    // The series of these label values, made when it does not exist yet. REQUIRES: one value per label name.
    T& with(std::initializer_list<std::string_view> values);
    T& get() { return with({}); }
    // Leaves the series out of the exposition until the next with() (a partition that was revoked has no lag). The
    // object stays valid.
    void hide(std::initializer_list<std::string_view> values);

    // For the exposition: calls visit(labels, series) for every shown series, in order of the label values.
    template <class Visit>
    void each(Visit visit) const {
        const std::lock_guard lock(mutex_);
        for (const auto& [labels, series] : series_) {
            if (series->shown) visit(labels, series->value);
        }
    }
    [[nodiscard]] const std::vector<std::string>& label_names() const { return label_names_; }

private:
    struct Series {
        T value;
        bool shown = true;
        explicit Series(const std::vector<double>& bounds);
    };

    std::vector<std::string> label_names_;
    std::size_t max_series_;
    std::vector<double> bounds_;
    mutable std::mutex mutex_;
    std::map<Labels, std::unique_ptr<Series>> series_;
};

inline constexpr std::size_t kMaxSeries = 1000;

class Registry {
public:
    Registry() = default;
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    // REQUIRES: a valid name not used before, valid label names. Registered names live as long as the registry.
    Family<Counter>& counter(std::string name, std::string help, std::vector<std::string> labels = {},
                             std::size_t max_series = kMaxSeries);
    Family<Gauge>& gauge(std::string name, std::string help, std::vector<std::string> labels = {},
                         std::size_t max_series = kMaxSeries);
    Family<Histogram>& histogram(std::string name, std::string help, std::vector<double> bounds,
                                 std::vector<std::string> labels = {}, std::size_t max_series = kMaxSeries);

    // Prometheus text exposition format 0.0.4: families by name, series by label values, always in the same order.
    [[nodiscard]] std::string expose() const;
    static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

private:
    template <class T>
    struct Entry {
        std::string help;
        std::unique_ptr<Family<T>> family;
    };
    template <class T>
    Family<T>& add(std::map<std::string, Entry<T>>& to, std::string name, std::string help,
                   std::vector<std::string> labels, std::size_t max_series, std::vector<double> bounds);

    mutable std::mutex mutex_;
    std::map<std::string, Entry<Counter>> counters_;
    std::map<std::string, Entry<Gauge>> gauges_;
    std::map<std::string, Entry<Histogram>> histograms_;
};

}  // namespace aw::telemetry
