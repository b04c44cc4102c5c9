#include "bench/detection/real.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <limits>
#include <sstream>
#include <string_view>
#include <utility>

#include "bench/detection/holidays.hpp"

namespace aw::bench {
namespace {

// The same dealing as in data/extract.py.
constexpr std::uint64_t kGroups = 30;
constexpr std::uint64_t kDeals = 5;
constexpr std::int64_t kItemsPerParcel = 24;
constexpr std::int64_t kMostParcels = 20;
constexpr std::ptrdiff_t kFewestDeliveryDays = 50;

using Counts = std::map<std::string, std::map<std::int32_t, std::uint32_t>>;  // account -> civil day -> count

std::uint64_t group_of(std::uint64_t customer, std::uint64_t deal) {
    std::uint64_t z = customer * 0x9e3779b97f4a7c15ULL + (deal + 1) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 31)) * 0x94d049bb133111ebULL;
    return (z >> 33) % kGroups;
}

// Fields of a line of comma-separated values; quoted ones may contain commas (no line breaks in these files).
std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else if (c != '\r') {
            fields.back() += c;
        }
    }
    return fields;
}

std::int64_t number_of(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::int32_t day_of(std::string_view text) {  // 2010-12-01
    if (text.size() != 10) return 0;
    const auto part = [&](std::size_t at, std::size_t size) { return number_of(text.substr(at, size)); };
    return civil_day(static_cast<int>(part(0, 4)), static_cast<unsigned>(part(5, 2)),
                     static_cast<unsigned>(part(8, 2)));
}

Portfolio portfolio_of(const std::string& name, const Counts& counts) {
    Portfolio portfolio;
    portfolio.name = name;
    std::int32_t last = 0;
    portfolio.first_day = std::numeric_limits<std::int32_t>::max();
    for (const auto& [account, days] : counts) {
        portfolio.first_day = std::min(portfolio.first_day, days.begin()->first);
        last = std::max(last, days.rbegin()->first);
    }
    portfolio.accounts = counts.size();
    portfolio.days = static_cast<std::size_t>(last - portfolio.first_day + 1);
    portfolio.counts.assign(portfolio.accounts * portfolio.days, 0);
    std::size_t index = 0;
    for (const auto& [account, days] : counts) {
        for (const auto& [day, count] : days)
            portfolio.series(index)[static_cast<std::size_t>(day - portfolio.first_day)] = count;
        ++index;
    }
    return portfolio;
}

World world_of(Portfolio portfolio) {
    World world;
    portfolio.cohorts.assign(portfolio.accounts, {});
    portfolio.holiday.assign(portfolio.days, 0.0F);
    for (const auto& span : holidays_uk())
        for (auto day = span.first; day <= span.last; ++day)
            if (day >= portfolio.first_day && day < portfolio.first_day + static_cast<std::int32_t>(portfolio.days))
                portfolio.holiday[static_cast<std::size_t>(day - portfolio.first_day)] = 1.0F;
    portfolio.starts.clear();
    for (std::size_t account = 0; account < portfolio.accounts; ++account) {
        const auto series = portfolio.series(account);
        const auto first = std::find_if(series.begin(), series.end(), [](auto count) { return count > 0; });
        portfolio.starts.push_back(static_cast<std::int32_t>(first - series.begin()));
    }
    world.truth = estimated_truth(portfolio);
    world.portfolio = std::move(portfolio);
    return world;
}

bool read_csv(const std::string& path, std::string& error, const auto& take) {
    std::ifstream in(path);
    if (!in) {
        error = "cannot read " + path;
        return false;
    }
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) take(fields_of(line));
    return true;
}

std::optional<RealData> read_originals(const std::string& folder, std::string& error) {
    Counts retail;
    Counts shipments;
    const bool retail_read = read_csv(folder + "/online_retail_daily.csv", error, [&](const auto& row) {
        if (row.size() < 5 || number_of(row[4]) <= 0) return;
        const auto parcels = std::min(kMostParcels, (number_of(row[4]) + kItemsPerParcel - 1) / kItemsPerParcel);
        for (std::uint64_t deal = 0; deal < kDeals; ++deal) {
            const auto group = group_of(static_cast<std::uint64_t>(number_of(row[1])), deal);
            retail[std::to_string(deal) + "-" + std::to_string(group)][day_of(row[0])] +=
                static_cast<std::uint32_t>(parcels);
        }
    });
    const bool shipments_read = read_csv(folder + "/scms_shipments.csv", error, [&](auto row) {
        if (row.size() < 3) return;
        std::replace(row[2].begin(), row[2].end(), ' ', '_');
        shipments[row[2]][day_of(row[0])] += 1;
    });
    if (!retail_read || !shipments_read) return std::nullopt;
    std::erase_if(shipments, [](const auto& entry) { return std::ssize(entry.second) < kFewestDeliveryDays; });
    if (retail.empty() || shipments.empty()) {
        error = "no usable lines in " + folder;
        return std::nullopt;
    }
    std::vector<std::string> countries;
    for (const auto& [country, days] : shipments) countries.push_back(country);
    return RealData{world_of(portfolio_of("retail-uk", retail)), world_of(portfolio_of("scms", shipments)), countries};
}

// data/*.txt: "first_day N", then a line an account: its name, counts, -n for n empty days.
std::optional<Portfolio> read_extract(const std::string& name, const std::string& path,
                                      std::vector<std::string>& accounts, std::string& error) {
    std::ifstream in(path);
    std::string line;
    Portfolio portfolio;
    portfolio.name = name;
    while (std::getline(in, line)) {
        std::istringstream words(line);
        std::string head;
        if (!(words >> head) || head == "#") continue;
        std::int32_t value = 0;
        if (head == "first_day") {
            words >> portfolio.first_day;
            continue;
        }
        accounts.push_back(head);
        const std::size_t begin = portfolio.counts.size();
        while (words >> value) {
            if (value < 0)
                portfolio.counts.insert(portfolio.counts.end(), static_cast<std::size_t>(-value), 0U);
            else
                portfolio.counts.push_back(static_cast<std::uint32_t>(value));
        }
        const std::size_t days = portfolio.counts.size() - begin;
        if (portfolio.accounts++ == 0) portfolio.days = days;
        if (days != portfolio.days) {
            error = path + ": " + head + " has another number of days";
            return std::nullopt;
        }
    }
    if (portfolio.accounts == 0) {
        error = "cannot read " + path;
        return std::nullopt;
    }
    return portfolio;
}

}  // namespace

std::optional<RealData> read_real_data(const std::string& folder, std::string& error) {
    if (!folder.empty()) return read_originals(folder, error);
    std::vector<std::string> groups;
    std::vector<std::string> countries;
    auto retail = read_extract("retail-uk", AW_BENCH_DATA "/retail_uk.txt", groups, error);
    if (!retail) return std::nullopt;
    auto shipments = read_extract("scms", AW_BENCH_DATA "/scms.txt", countries, error);
    if (!shipments) return std::nullopt;
    return RealData{world_of(std::move(*retail)), world_of(std::move(*shipments)), countries};
}

std::vector<NaturalCollapse> natural_collapses(const RealData& data) {
    const std::pair<std::string_view, std::int32_t> known[] = {{"South_Africa", civil_day(2012, 2, 6)},
                                                               {"Ethiopia", civil_day(2012, 9, 6)},
                                                               {"Kenya", civil_day(2013, 3, 1)}};
    std::vector<NaturalCollapse> result;
    for (const auto& [country, onset] : known) {
        const auto at = std::find(data.countries.begin(), data.countries.end(), country);
        if (at == data.countries.end()) continue;
        result.push_back({static_cast<std::uint32_t>(at - data.countries.begin()),
                          onset - data.shipments.portfolio.first_day});
    }
    return result;
}

}  // namespace aw::bench
