#include "bench/detection/options.hpp"

#include <algorithm>
#include <charconv>

namespace aw::bench {

std::string_view usage() {
    return "detection_bench [--only DETECTOR]... [--portfolio NAME]... [--quick] [--drops-only] [--sources]\n"
           "                [--cohorts] [--certainty] [--policy NAME]... [--set KEY=VALUE]... [--calibrated]\n"
           "                [--detail] [--markdown] [--data DIR] [--seed N]\n";
}

Options parse_options(int argc, const char* const* argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        const auto value = [&]() -> std::string {
            if (i + 1 < argc) return argv[++i];
            options.error = std::string(argument) + " needs a value";
            return {};
        };
        if (argument == "--only") {
            options.only.push_back(value());
        } else if (argument == "--portfolio") {
            options.portfolios.push_back(value());
        } else if (argument == "--data") {
            options.data = value();
        } else if (argument == "--seed") {
            const std::string text = value();
            const auto parsed = std::from_chars(text.data(), text.data() + text.size(), options.seed);
            if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size())
                options.error = "--seed needs a number";
        } else if (argument == "--quick") {
            options.quick = true;
        } else if (argument == "--sources") {
            options.sources = true;
        } else if (argument == "--cohorts") {
            options.cohorts = true;
        } else if (argument == "--certainty") {
            options.certainty = true;
        } else if (argument == "--policy") {
            options.policies.push_back(value());
        } else if (argument == "--set") {
            options.overrides.push_back(value());
        } else if (argument == "--calibrated") {
            options.calibrated = true;
        } else if (argument == "--drops-only") {
            options.drops_only = true;
        } else if (argument == "--markdown") {
            options.markdown = true;
        } else if (argument == "--detail") {
            options.detail = true;
        } else if (argument == "--help") {
            options.help = true;
        } else {
            options.error = "unknown option " + std::string(argument);
        }
    }
    return options;
}

bool chosen(const std::vector<std::string>& list, std::string_view name) {
    return list.empty() || std::any_of(list.begin(), list.end(), [&](const std::string& entry) {
               return name.find(entry) != std::string_view::npos;
           });
}

}  // namespace aw::bench
