// Kafka to Kafka, exactly once: the real daemon (decode, state, changelog, transactions) beside a bare consumer and a
// bare producer of the same broker in the same run. Reports; judges nothing. README.md says how and what came of it.
#include <functional>
#include <iostream>
#include <map>

#include "bench/kafka/runs.hpp"

namespace aw::test {
namespace {

int usage() {
    std::cerr << "usage: kafka_bench RUN [--accounts N] [--events N] [--workers N] [--compression zstd|none]\n"
                 "                       [--commit MS] [--rate N] [--seconds N] [--days N] [--format json|protobuf]\n"
                 "runs:\n"
                 "  throughput  a backlog, read from its beginning, beside a bare consumer\n"
                 "  steady      accounts that are known already, at a steady rate: bytes of changelog per event\n"
                 "  latency     a complaint, until its first task is readable, at a steady rate\n"
                 "  restart     kill -9 after so many seconds of load, until the first new event is committed\n"
                 "  intake      a topic of somebody else into the log, beside a bare copy\n";
    return 2;
}

int main_of(const std::vector<std::string>& arguments) {
    static const std::map<std::string, void (*)(const Options&)> runs{
        {"throughput", throughput}, {"steady", steady}, {"latency", latency}, {"restart", restart}, {"intake", intake}};
    if (arguments.empty() || arguments.size() % 2 == 0) return usage();
    Options options;
    const std::map<std::string, std::function<void(const std::string&)>> known{
        {"--accounts", [&](const std::string& text) { options.accounts = std::stoull(text); }},
        {"--days", [&](const std::string& text) { options.days = std::stoull(text); }},
        {"--events", [&](const std::string& text) { options.events = std::stoull(text); }},
        {"--rate", [&](const std::string& text) { options.rate = std::stoull(text); }},
        {"--seconds", [&](const std::string& text) { options.seconds = std::stoull(text); }},
        {"--workers", [&](const std::string& text) { options.daemon.workers = std::stoi(text); }},
        {"--commit", [&](const std::string& text) { options.daemon.commit_ms = std::stoi(text); }},
        {"--format",
         [&](const std::string& text) { options.format = text == "json" ? Format::json : Format::protobuf; }},
        {"--compression", [&](const std::string& text) { options.daemon.compression = text; }}};
    for (std::size_t i = 1; i < arguments.size(); i += 2) {
        const auto found = known.find(arguments[i]);
        if (found == known.end()) return usage();
        found->second(arguments[i + 1]);
    }
    const auto run = runs.find(arguments[0]);
    if (run == runs.end()) return usage();
    run->second(options);
    return 0;
}

}  // namespace
}  // namespace aw::test

int main(int argc, char** argv) {
    try {
        return aw::test::main_of({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::cerr << "kafka_bench: " << error.what() << "\n";
        return 1;
    }
}
