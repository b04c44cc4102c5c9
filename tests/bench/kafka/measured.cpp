#include "bench/kafka/measured.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "support/kafka_client.hpp"
#include "support/process.hpp"

namespace aw::test {
namespace {

std::vector<std::string> settings_of(const MeasuredOptions& options, const std::string& broker,
                                     const std::string& prefix) {
    std::vector<std::string> list = {"http.listen=127.0.0.1:0",
                                     "log.backend=kafka",
                                     fmt::format("log.partitions={}", options.partitions),
                                     fmt::format("log.kafka.bootstrap_servers=[\"{}\"]", broker),
                                     "log.kafka.topic_prefix=" + prefix,
                                     "log.kafka.group_id=" + prefix + "group",
                                     "log.kafka.instance_id=one",
                                     fmt::format("log.kafka.properties={{compression.type: {}}}", options.compression),
                                     fmt::format("watch.workers={}", options.workers),
                                     fmt::format("watch.commit_interval={}ms", options.commit_ms)};
    if (options.source_format.empty()) {
        list.push_back("roles=[watch, serve]");
    } else {
        list.push_back("roles=[intake, serve]");
        list.push_back(
            fmt::format("sources=[{{name: in, topics: [{}in], format: {}}}]", prefix, options.source_format));
    }
    return list;
}

}  // namespace

Measured::Measured(KafkaBroker& broker, const MeasuredOptions& options)
    : broker_(broker),
      options_(options),
      prefix_(KafkaBroker::unique_prefix()),
      input_(prefix_ + (options.source_format.empty() ? "events" : "in")),
      client_(member_of(broker.address(), prefix_ + (options.source_format.empty() ? "group" : "group-intake"))),
      settings_(settings_of(options, broker.address(), prefix_)),
      instance_(folder_.path() / "daemon.log", settings_) {
    const Finished created = run_tool({"topics", "create"}, settings_);
    if (created.exit_code != 0) throw std::runtime_error(created.output);
    if (!options.source_format.empty()) {
        make_topic(broker.address(), input_, options.partitions);
        return;
    }
    // The configuration comes into force before anything is measured.
    start();
    while (applied() < static_cast<std::uint64_t>(options_.partitions))
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    stop();
}

void Measured::start() {
    log_before_ = contents(folder_.path() / "daemon.log").size();
    applied_before_ = applied();
    instance_.start();
}

void Measured::wait_for_first() const {
    while (applied() == applied_before_) std::this_thread::sleep_for(std::chrono::milliseconds{20});
}

void Measured::stop() {
    if (!instance_.stop()) throw std::runtime_error("the daemon did not stop: " + instance_.log_tail());
}

std::map<int, std::int64_t> Measured::positions() const {
    return committed_positions(client_, input_, options_.partitions);
}

std::uint64_t Measured::applied() const {
    std::uint64_t sum = 0;
    for (const auto& [partition, position] : positions()) sum += static_cast<std::uint64_t>(position);
    return sum;
}

void Measured::wait_until_applied() {
    const auto goal = high_watermarks(client_, input_, options_.partitions);
    while (!reaches(positions(), goal)) {
        if (instance_.ended()) throw std::runtime_error("the daemon ended: " + instance_.log_tail());
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}

double Measured::cpu_seconds() const {
    std::istringstream words(contents(fmt::format("/proc/{}/stat", instance_.pid())));
    std::string word;
    double ticks = 0;
    for (int i = 1; i <= 15 && words >> word; ++i) {
        if (i >= 14) ticks += std::stod(word);  // utime, stime
    }
    return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double Measured::restore_seconds() const {
    std::istringstream lines(contents(folder_.path() / "daemon.log").substr(log_before_));
    double seconds = 0;
    int partitions = 0;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t at = line.find("seconds=");
        if (line.find("state is restored") == std::string::npos || at == std::string::npos) continue;
        seconds += std::stod(line.substr(at + 8));
        ++partitions;
    }
    if (partitions != options_.partitions) throw std::runtime_error("not every restore is told: " + log_tail());
    return seconds;
}

double Measured::resident_bytes() const {
    std::istringstream words(contents(fmt::format("/proc/{}/statm", instance_.pid())));
    double pages = 0;
    words >> pages >> pages;
    return pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double Measured::changelog_bytes() const {
    double bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(broker_.folder() + "/logs")) {
        if (entry.path().extension() == ".log" &&
            entry.path().parent_path().filename().string().starts_with(prefix_ + "state-"))
            bytes += static_cast<double>(entry.file_size());
    }
    return bytes;
}

}  // namespace aw::test
