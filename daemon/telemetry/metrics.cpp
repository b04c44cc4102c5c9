#include "telemetry/metrics.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/check.hpp"

namespace aw::telemetry {
namespace {

bool valid_name(std::string_view name, bool colon_allowed) {
    if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return false;
    return std::ranges::all_of(name, [colon_allowed](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               (colon_allowed && c == ':');
    });
}

// What would make one series per client, person or case, and put their ids into a monitoring system.
bool names_somebody(std::string_view label) {
    static constexpr std::array<std::string_view, 16> kForbidden{
        "account", "account_code", "account_root", "root",     "client", "customer",  "case",  "case_id",
        "task_id", "notice_id",    "staff",        "staff_id", "person", "recipient", "actor", "assignee"};
    return std::ranges::find(kForbidden, label) != kForbidden.end();
}

std::string escaped(std::string_view text, bool quotes) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '"' && quotes) {
            out += "\\\"";
        } else {
            out += c;
        }
    }
    return out;
}

std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    return fmt::format("{}", value);
}

// {a="1",b="2"}; `extra` is a label added at the end (le), empty = none.
std::string braces(const std::vector<std::string>& names, const std::vector<std::string>& values,
                   std::string_view extra = {}) {
    if (names.empty() && extra.empty()) return {};
    std::string out = "{";
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out += ',';
        out += fmt::format("{}=\"{}\"", names[i], escaped(values[i], true));
    }
    if (!extra.empty()) {
        if (!names.empty()) out += ',';
        out += extra;
    }
    return out + "}";
}

std::string head(const std::string& name, const std::string& help, std::string_view type) {
    return fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, escaped(help, false), type);
}

void expose_one(std::string& out, const std::string& name, const Family<Counter>& family) {
    family.each([&](const auto& labels, const Counter& counter) {
        out += fmt::format("{}{} {}\n", name, braces(family.label_names(), labels), counter.value());
    });
}

void expose_one(std::string& out, const std::string& name, const Family<Gauge>& family) {
    family.each([&](const auto& labels, const Gauge& gauge) {
        out += fmt::format("{}{} {}\n", name, braces(family.label_names(), labels), number(gauge.value()));
    });
}

void expose_one(std::string& out, const std::string& name, const Family<Histogram>& family) {
    family.each([&](const auto& labels, const Histogram& histogram) {
        std::uint64_t count = 0;
        const auto bounds = histogram.bounds();
        for (std::size_t i = 0; i <= bounds.size(); ++i) {
            count += histogram.in_bucket(i);
            const std::string le = fmt::format("le=\"{}\"", i < bounds.size() ? number(bounds[i]) : "+Inf");
            out += fmt::format("{}_bucket{} {}\n", name, braces(family.label_names(), labels, le), count);
        }
        const std::string plain = braces(family.label_names(), labels);
        out += fmt::format("{0}_sum{1} {2}\n{0}_count{1} {3}\n", name, plain, number(histogram.sum()), count);
    });
}

}  // namespace

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds.begin(), bounds.end()), buckets_(bounds.size() + 1) {
    AW_CHECK(std::ranges::is_sorted(bounds_));
}

void Histogram::observe(double value) {
    const auto at = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
    buckets_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

template <>
Family<Histogram>::Series::Series(const std::vector<double>& bounds) : value(bounds) {}
template <>
Family<Counter>::Series::Series(const std::vector<double>&) {}
template <>
Family<Gauge>::Series::Series(const std::vector<double>&) {}

template <class T>
T& Family<T>::with(std::initializer_list<std::string_view> values) {
    AW_CHECK(values.size() == label_names_.size());
    Labels labels(values.begin(), values.end());
    const std::lock_guard lock(mutex_);
    auto at = series_.find(labels);
    if (at == series_.end()) {
        // One place is kept for "other", so that the bound holds with it.
        if (!labels.empty() && series_.size() + 1 >= max_series_) labels.assign(labels.size(), "other");
        at = series_.try_emplace(std::move(labels)).first;
        if (!at->second) at->second = std::make_unique<Series>(bounds_);
    }
    at->second->shown = true;
    return at->second->value;
}

template <class T>
void Family<T>::hide(std::initializer_list<std::string_view> values) {
    const std::lock_guard lock(mutex_);
    if (const auto at = series_.find(Labels(values.begin(), values.end())); at != series_.end()) {
        at->second->shown = false;
    }
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

template <class T>
Family<T>& Registry::add(std::map<std::string, Entry<T>>& to, std::string name, std::string help,
                         std::vector<std::string> labels, std::size_t max_series, std::vector<double> bounds) {
    AW_CHECK(valid_name(name, true));
    for (const std::string& label : labels) {
        AW_CHECK(valid_name(label, false) && !label.starts_with("__") && label != "le");
        AW_CHECK(!names_somebody(label));
    }
    const std::lock_guard lock(mutex_);
    AW_CHECK(!counters_.contains(name) && !gauges_.contains(name) && !histograms_.contains(name));
    auto family = std::make_unique<Family<T>>(std::move(labels), max_series, std::move(bounds));
    return *to.emplace(std::move(name), Entry<T>{std::move(help), std::move(family)}).first->second.family;
}

Family<Counter>& Registry::counter(std::string name, std::string help, std::vector<std::string> labels,
                                   std::size_t max_series) {
    return add(counters_, std::move(name), std::move(help), std::move(labels), max_series, {});
}

Family<Gauge>& Registry::gauge(std::string name, std::string help, std::vector<std::string> labels,
                               std::size_t max_series) {
    return add(gauges_, std::move(name), std::move(help), std::move(labels), max_series, {});
}

Family<Histogram>& Registry::histogram(std::string name, std::string help, std::vector<double> bounds,
                                       std::vector<std::string> labels, std::size_t max_series) {
    return add(histograms_, std::move(name), std::move(help), std::move(labels), max_series, std::move(bounds));
}

std::string Registry::expose() const {
    std::map<std::string_view, std::string> blocks;  // by name, whatever the type
    const std::lock_guard lock(mutex_);
    const auto collect = [&blocks](const auto& entries, std::string_view type) {
        for (const auto& [name, entry] : entries) {
            std::string body;
            expose_one(body, name, *entry.family);
            if (!body.empty()) blocks[name] = head(name, entry.help, type) + body;
        }
    };
    collect(counters_, "counter");
    collect(gauges_, "gauge");
    collect(histograms_, "histogram");
    std::string out;
    for (const auto& [name, block] : blocks) out += block;
    return out;
}

}  // namespace aw::telemetry
