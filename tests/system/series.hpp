// A daemon's metrics as numbers.
#pragma once

#include <map>
#include <set>
#include <sstream>
#include <string>

#include "system/daemon_process.hpp"

namespace aw::test {

// Of one metric: what stands between the braces ("" without labels) -> value. Nothing of a metric that is not there.
inline std::map<std::string, double> series(const DaemonProcess& daemon, const std::string& name) {
    std::map<std::string, double> found;
    std::istringstream lines(daemon.get("/metrics").body);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t end = line.rfind(' ');
        if (line.rfind(name, 0) != 0 || end == std::string::npos) continue;
        std::string labels = line.substr(name.size(), end - name.size());
        if (labels.size() >= 2 && labels.front() == '{')
            labels = labels.substr(1, labels.size() - 2);
        else if (!labels.empty())
            continue;  // a longer name
        found[labels] = std::stod(line.substr(end + 1));
    }
    return found;
}

// How often something that is worth a line has happened in this process.
inline int happened(const DaemonProcess& daemon, const std::string& happening) {
    const auto counts = series(daemon, "accountwatch_happenings_total");
    const auto found = counts.find("happening=\"" + happening + "\"");
    return found == counts.end() ? 0 : static_cast<int>(found->second);
}

// The partitions that it has restored and works on, as labels.
inline std::set<std::string> partitions_of(const DaemonProcess& daemon) {
    std::set<std::string> partitions;
    for (const auto& [labels, lag] : series(daemon, "accountwatch_log_lag_records")) partitions.insert(labels);
    return partitions;
}

}  // namespace aw::test
