// The command line of detection_bench.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aw::bench {

struct Options {
    std::vector<std::string> only;        // detectors; empty: all
    std::vector<std::string> portfolios;  // empty: all
    bool quick = false;
    bool sources = false;     // only: what each source of the product contributes
    bool cohorts = false;     // only: falls of whole regions
    bool certainty = false;   // only: how often alarms about shares and prices are right
    std::vector<std::string> policies;   // only: the false alarms of these shipped policies as a whole ...
    std::vector<std::string> overrides;  // ... with these settings (policy.detection.enabled=true)
    bool calibrated = false;             // policies at the setting that gives the false alarms that are asked for
    bool drops_only = false;  // no outages, ramps, lanes, recoveries, silences
    bool markdown = false;
    bool detail = false;
    bool help = false;
    std::string data;  // folder with the real histories; empty: the extract beside the source
    std::uint64_t seed = 1;
    std::string error;  // not empty: what is wrong with the command line
};

[[nodiscard]] Options parse_options(int argc, const char* const* argv);
[[nodiscard]] std::string_view usage();
// A name is chosen if the list is empty or one of its entries is a part of the name.
[[nodiscard]] bool chosen(const std::vector<std::string>& list, std::string_view name);

}  // namespace aw::bench
