// A client that sends no more and a daemon whose detectors have told it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/time.hpp"
#include "system/complaint_case.hpp"

namespace aw::test {

// 40 days ago kCode sent its last items, 20 a day until then; another client goes on, so that time does, too.
inline std::string a_client_that_stops() {
    constexpr int kDays = 130;
    constexpr int kSilent = 40;
    const std::string other = "37140000077001";
    const Timestamp end = SystemClock{}.now();
    const auto at = [&](int days_ago) { return format_utc(end - std::chrono::hours{24 * days_ago}); };
    std::string events = R"({"event_id":"r","account_code":")" + std::string(kCode) + R"(","occurred_at":")" +
                         at(kDays + 1) + R"(","source":"crm","account":{"operation":"REGISTER","name":"客户",)" +
                         R"("annual_revenue_hint":{"currency":"CNY","minor":"18250000"}}})" + "\n";
    for (int ago = kDays; ago > 0; --ago) {
        for (const std::string& code : {std::string(kCode), other}) {
            if (code == kCode && ago <= kSilent) continue;
            events += R"({"event_id":"s)" + code + std::to_string(ago) + R"(","account_code":")" + code +
                      R"(","occurred_at":")" + at(ago) +
                      R"(","source":"parcels","shipment":{"business_line":"express","items":20}})" + "\n";
        }
    }
    return events;
}

struct DaemonWithAFall {
    DaemonWithAFall() {
        const std::string events = folder.write("events.ndjson", a_client_that_stops());
        std::vector<std::string> sending = {AW_TOOL,      "send",
                                            "--backfill", events,
                                            "--config",   AW_SOURCE_DIR "/config/accountwatch.yaml",
                                            "--set",      "log.embedded.path=" + folder.file("log.db")};
        for (const std::string& setting : kSettings) sending.insert(sending.end(), {"--set", setting});
        const Finished sent = run(sending);
        EXPECT_EQ(sent.exit_code, 0) << sent.output;
        daemon->start();
        daemon->wait_until_ready();
        daemon->get_until(kCase, "VOLUME_DROP");
    }

    inline static const std::vector<std::string> kSettings = {"live_from=2020-01-01T00:00:00+08:00", "policy.watch=ALL",
                                                              "policy.detection.enabled=true", "policy.comparisons=[]",
                                                              "late_policy=count"};
    TemporaryFolder folder;
    std::unique_ptr<DaemonProcess> daemon = std::make_unique<DaemonProcess>(folder.path(), kSettings);
};

}  // namespace aw::test
