#include "system/daemon_process.hpp"

#include <gtest/gtest.h>

namespace aw::test {
namespace {

std::vector<std::string> with_defaults(const std::filesystem::path& folder, std::vector<std::string> settings) {
    settings.insert(settings.begin(), {"log.embedded.path=" + (folder / "log.db").string(), "http.listen=127.0.0.1:0"});
    return settings;
}

}  // namespace

DaemonProcess::DaemonProcess(const std::filesystem::path& folder, std::vector<std::string> settings,
                             std::vector<std::string> environment)
    : log_file_(folder / "daemon.log"),
      instance_(log_file_, with_defaults(folder, std::move(settings)), std::move(environment)) {}

void DaemonProcess::start() {
    const std::size_t before = log().size();
    instance_.start();
    const bool up = eventually([&] {
        const std::string text = log().substr(before);
        const std::size_t at = text.find("listening: http://");
        if (at == std::string::npos || text.find('\n', at) == std::string::npos) return instance_.ended();
        url_ = text.substr(at + 11, text.find_first_of(" \n", at + 11) - at - 11);
        return true;
    });
    ASSERT_TRUE(up && !url_.empty()) << log();
}

void DaemonProcess::wait_until_ready() {
    ASSERT_TRUE(eventually([&] { return get("/readyz").status == 200; })) << log();
}

int DaemonProcess::wait_for_exit() {
    if (eventually([&] { return !running(); }, std::chrono::seconds{10})) return instance_.last_exit();
    instance_.trace_threads();
    return -1;
}

cli::Answer DaemonProcess::get(const std::string& target) const {
    auto client = cli::HttpClient::make({.url = url_, .token = token_});
    auto answer = client ? client->get(target) : Result<cli::Answer>(fail_with("no url"));
    return answer ? *answer : cli::Answer{};
}

cli::Answer DaemonProcess::post(const std::string& target, const std::string& body) const {
    auto client = cli::HttpClient::make({.url = url_, .token = token_});
    auto answer = client ? client->post(target, body) : Result<cli::Answer>(fail_with("no url"));
    return answer ? *answer : cli::Answer{};
}

std::string DaemonProcess::get_until(const std::string& target, const std::string& text) const {
    std::string body;
    const bool found = eventually([&] {
        body = get(target).body;
        return body.find(text) != std::string::npos;
    });
    EXPECT_TRUE(found) << "no \"" << text << "\" in " << body << "\n" << log();
    return body;
}

std::string DaemonProcess::log() const { return contents(log_file_); }

}  // namespace aw::test
