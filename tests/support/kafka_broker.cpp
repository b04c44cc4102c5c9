#include "support/kafka_broker.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

namespace aw::test {
namespace {

std::string run(const std::string& arguments) {
    const std::string command = "bash '" AW_SOURCE_DIR "/tests/support/kafka/broker' " + arguments + " 2>&1";
    FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
    std::string output;
    std::array<char, 256> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) output += buffer.data();
    if (::pclose(pipe) != 0) throw std::runtime_error("no Kafka broker: " + output);
    while (!output.empty() && output.back() == '\n') output.pop_back();
    return output;
}

std::string fixture_folder() {
    const char* const folder = std::getenv("ACCOUNTWATCH_TEST_KAFKA_DIR");
    return folder != nullptr ? folder : "";
}

std::string fixture_address() {
    std::string address;
    std::ifstream file(fixture_folder() + "/address");
    if (!fixture_folder().empty()) std::getline(file, address);
    return address;
}

}  // namespace

const std::string& KafkaBroker::shared() {
    static std::unique_ptr<KafkaBroker> own;
    static const std::string address = []() {
        if (const char* const given = std::getenv("ACCOUNTWATCH_TEST_KAFKA"); given != nullptr)
            return std::string(given);
        if (auto fixture = fixture_address(); !fixture.empty()) return fixture;
        own = std::make_unique<KafkaBroker>();
        return own->address();
    }();
    return address;
}

std::string KafkaBroker::unique_prefix() {
    static int count = 0;
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return "test-" + std::to_string(::getpid()) + "-" + std::to_string(now) + "-" + std::to_string(++count) + ".";
}

KafkaBroker::KafkaBroker() : address_(fixture_address()) {
    if (!address_.empty()) {
        folder_ = fixture_folder();
        borrowed_ = true;
        return;
    }
    make_own({});
}

KafkaBroker::KafkaBroker(const Extras& extras) { make_own(extras); }

void KafkaBroker::make_own(const Extras& extras) {
    std::string name = (std::filesystem::temp_directory_path() / "accountwatch-kafka-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder for the broker");
    folder_ = name;
    const std::string doors = std::to_string(extras.doors);
    const std::string replicas = std::to_string(extras.replicas);
    ::setenv("ACCOUNTWATCH_BROKER_DOORS", doors.c_str(), 1);  // read at its first start only
    ::setenv("ACCOUNTWATCH_BROKER_SECURE", extras.secure ? "1" : "", 1);
    ::setenv("ACCOUNTWATCH_BROKER_REPLICAS", replicas.c_str(), 1);
    ::setenv("ACCOUNTWATCH_BROKER_JOIN", extras.joins.c_str(), 1);
    start();
}

std::vector<KafkaBroker::Door> KafkaBroker::doors() const {
    std::vector<Door> doors;
    std::ifstream file(folder_ + "/doors");
    for (Door door; file >> door.broker >> door.clients;) doors.push_back(door);
    return doors;
}

KafkaBroker::~KafkaBroker() {
    try {
        if (borrowed_) {
            start();
        } else {
            run("remove '" + folder_ + "'");
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
    }
}

KafkaBroker::Secure KafkaBroker::secure() const {
    std::string ssl, sasl;
    std::ifstream(folder_ + "/secure") >> ssl >> sasl;
    const auto file = [this](const char* name) { return folder_ + "/" + name; };
    return {.ssl = "127.0.0.1:" + ssl,
            .sasl_ssl = "127.0.0.1:" + sasl,
            .ca = file("ca.pem"),
            .certificate = file("client.pem"),
            .key = file("client.key"),
            .password = file("password"),
            .foreign_certificate = file("stranger.pem"),
            .foreign_key = file("stranger.key")};
}

void KafkaBroker::acl(const std::string& arguments) const { run("acl '" + folder_ + "' " + arguments); }

void KafkaBroker::start() {
    // A broker of our own ends with this process, whatever ends it.
    const std::string guard = borrowed_ ? "" : std::to_string(::getpid());
    const std::string said = run("start '" + folder_ + "' " + guard);
    address_ = said.substr(said.rfind('\n') + 1);  // behind what it says while it fetches Kafka for the first time
}
void KafkaBroker::stop() { run("stop '" + folder_ + "'"); }
void KafkaBroker::kill() { run("kill '" + folder_ + "'"); }
void KafkaBroker::hang() { run("hang '" + folder_ + "'"); }
void KafkaBroker::go_on() { run("go-on '" + folder_ + "'"); }

}  // namespace aw::test
