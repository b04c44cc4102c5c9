// A complaint that opens a case at once, and a daemon that has it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>

#include "base/clock.hpp"
#include "support/temporary_folder.hpp"
#include "system/daemon_process.hpp"

namespace aw::test {

inline std::string now() { return format_utc(SystemClock{}.now()); }

// A G4 account and a serious complaint of it: a HIGH case at once, led by the department's director.
inline std::string complaint_of(const std::string& code, const std::string& id) {
    return R"({"event_id":"r-)" + id + R"(","account_code":")" + code + R"(","occurred_at":")" + now() +
           R"(","source":"crm","account":{"operation":"REGISTER","name":"客户 )" + id +
           R"(","annual_revenue_hint":{"currency":"CNY","minor":"18250000"}}})" + "\n" + R"({"event_id":"c-)" + id +
           R"(","account_code":")" + code + R"(","occurred_at":")" + now() +
           R"(","source":"crm","complaint":{"complaint_id":"CMP-)" + id +
           R"(","category":"LOSS","severity":"SERIOUS","demand":"pay"}})" + "\n";
}

inline constexpr auto kCode = "37140000012001";
inline constexpr auto kCase = "/api/v1/cases/37140000012-1";

// A daemon that has opened the case and ended in order.
inline void open_the_case_and_end(const std::filesystem::path& folder, const std::vector<std::string>& settings) {
    DaemonProcess daemon(folder, settings);
    daemon.start();
    daemon.wait_until_ready();
    ASSERT_EQ(daemon.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
    daemon.get_until(kCase, R"("state":"NEW")");
    daemon.signal(SIGTERM);
    ASSERT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
}

struct DaemonWithACase {
    DaemonWithACase() {
        daemon->start();
        daemon->wait_until_ready();
        EXPECT_EQ(daemon->post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
        daemon->get_until(kCase, "EMERGENCY");
    }

    TemporaryFolder folder;
    std::unique_ptr<DaemonProcess> daemon = std::make_unique<DaemonProcess>(folder.path(), std::vector<std::string>{});
};

}  // namespace aw::test
