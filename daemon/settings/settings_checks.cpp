#include <algorithm>
#include <filesystem>

#include <accountwatch/config/v1/policy.pb.h>
#include <accountwatch/config/v1/settings.pb.h>
#include <fmt/format.h>

#include "settings/checks.hpp"
#include "settings/scalars.hpp"

namespace aw::settings {

namespace pb = accountwatch::config::v1;

namespace {

void check_channel(const pb::Channel& channel, const std::string& path, Findings& findings) {
    if (channel.kind() == "webhook" && !channel.has_url() && !findings.places.refused(path + ".url")) {
        findings.mistake(path, fmt::format("channel '{}' is a webhook and needs a 'url'", channel.id()));
    }
    if (channel.kind() == "log" && channel.has_url()) {
        findings.mistake(path + ".url",
                         fmt::format("channel '{}' writes a log line, a 'url' has no meaning", channel.id()));
    }
}

}  // namespace

void check_feeds(const pb::Settings& settings, const pb::Policy* policy, Findings& findings) {
    const bool watches = std::find(settings.roles().begin(), settings.roles().end(), "watch") != settings.roles().end();
    const bool judges = policy == nullptr || policy->detection().enabled() || policy->comparisons_size() > 0 ||
                        policy->defection().idle_days() > 0;
    for (int i = 0; i < settings.feeds_size(); ++i) {
        const std::string path = fmt::format("settings/feeds[{}]", i);
        const std::string& name = settings.feeds(i).name();
        if (!watches) {
            findings.warning(path, fmt::format("feed '{}' has no effect here: this process does not run the role "
                                               "watch (set it where accounts are watched)",
                                               name));
        } else if (!judges) {
            findings.warning(path, fmt::format("feed '{}' can hold no verdict back: the policy has no comparisons, no "
                                               "detection and no defection.idle_days",
                                               name));
        }
    }
}

void check_settings(const pb::Settings& settings, Findings& findings) {
    for (int i = 0; i < settings.feeds_size(); ++i) {
        const auto& feed = settings.feeds(i);
        if (!feed.has_heartbeat() || !feed.has_gap_limit() || feed.gap_limit() >= feed.heartbeat()) continue;
        findings.mistake(fmt::format("settings/feeds[{}].gap_limit", i),
                         fmt::format("feed '{}' would be in a gap before its next heartbeat ({})", feed.name(),
                                     format_duration(feed.heartbeat())));
    }
    const auto& log = settings.log();
    const std::string servers = "settings/log.kafka.bootstrap_servers";
    if (log.backend() == "kafka" && log.kafka().bootstrap_servers_size() == 0 && !findings.places.refused(servers)) {
        findings.mistake(servers, "backend kafka needs 'log.kafka.bootstrap_servers'");
    }
    for (int i = 0; i < settings.notify().channels_size(); ++i) {
        check_channel(settings.notify().channels(i), fmt::format("settings/notify.channels[{}]", i), findings);
    }
    const auto listen = parse_address(settings.http().listen());
    if (listen && !is_loopback(listen->host) && settings.http().tokens_file().empty()) {
        findings.mistake("settings/http.listen",
                         fmt::format("'{}' is not loopback; without 'http.tokens_file' only loopback is served",
                                     settings.http().listen()));
    }
}

}  // namespace aw::settings
