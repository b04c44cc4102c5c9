#include "eventlog/kafka/topic_settings.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace aw::eventlog {
namespace {

// The largest dead letter: 4 MiB of a record in base64, its key and the detail (app/dead_letter.hpp).
constexpr long long kLargestLetterBytes = 6 << 20;

constexpr long long kStateSegmentBytes = 16 << 20;

// One broker may be away; what was acknowledged is on all others.
int replicas_that_agree(int replicas) { return std::max(1, replicas - 1); }

// What its old records are needed for; null where nobody asks for them, or they are compacted.
const char* use_of(Topic topic) {
    switch (topic) {
        case Topic::events:
            return "timelines are answered and state is made anew from it";
        case Topic::signals:
        case Topic::decisions:
        case Topic::notices:
            return "timelines are answered from it";
        case Topic::reports:
            return "it is the archive of the reports";
        case Topic::receipts:
            return "it says what has been delivered: what it forgets is sent again";
        case Topic::data_gaps:
            return "the gaps of a feed are answered from it";
        case Topic::dead_letters:  // for people to look at; how long is theirs to say
        case Topic::cases:
        case Topic::tasks:
        case Topic::state:
            return nullptr;
    }
    return nullptr;
}

// Of one topic; without a setting the empty string.
class Judge {
public:
    Judge(const ExistingTopic& existing, const SettingsOfTopic& settings, std::vector<Finding>& findings)
        : existing_(existing), settings_(settings), findings_(findings) {}

    void all() const {
        time_stamps();
        policy();
        size();
        retention();
        segments();
        replicas();
    }

private:
    [[nodiscard]] std::string value(const char* name) const {
        const auto found = settings_.find(name);
        return found == settings_.end() ? std::string() : found->second;
    }
    [[nodiscard]] bool policy_has(const char* what) const {
        return value("cleanup.policy").find(what) != std::string::npos;
    }
    void add(Finding::Severity severity, const std::string& text) const {
        findings_.push_back({severity, existing_.topic, existing_.name + " has " + text});
    }

    void time_stamps() const {
        const std::string type = value("message.timestamp.type");
        if (type == "LogAppendTime") return;
        if (existing_.topic == Topic::events) {
            add(Finding::Severity::error, fmt::format("message.timestamp.type={}, LogAppendTime is needed", type));
        } else if (!type.empty()) {
            add(Finding::Severity::warning,
                fmt::format("message.timestamp.type={}: with a clock an hour ahead of the broker's every commit is "
                            "aborted (set it to LogAppendTime)",
                            type));
        }
    }
    void policy() const {
        const std::string policy = value("cleanup.policy");
        if (is_compacted(existing_.topic)) {
            if (!policy_has("compact") || policy_has("delete"))
                add(Finding::Severity::error, fmt::format("cleanup.policy={}, compact is needed", policy));
        } else if (policy_has("compact")) {
            add(Finding::Severity::error, fmt::format("cleanup.policy={}, records would be lost (use delete)", policy));
        }
    }
    void size() const {
        const std::string limit = value("max.message.bytes");
        if (existing_.topic != Topic::dead_letters || limit.empty() || std::atoll(limit.c_str()) >= kLargestLetterBytes)
            return;
        add(Finding::Severity::warning,
            fmt::format("max.message.bytes={}: a large record that is refused would not fit, and the daemon would not "
                        "get past it (set it to 8388608)",
                        limit));
    }
    void retention() const {
        const char* const use = use_of(existing_.topic);
        if (use == nullptr || policy_has("compact")) return;
        for (const char* const limit : {"retention.ms", "retention.bytes"}) {
            if (value(limit).empty() || value(limit) == "-1") continue;
            add(Finding::Severity::warning,
                fmt::format("{}={}: older records are deleted, but {} (set it to -1)", limit, value(limit), use));
        }
    }
    void segments() const {
        const std::string bytes = value("segment.bytes");
        if (existing_.topic != Topic::state || bytes.empty() || std::atoll(bytes.c_str()) <= 8 * kStateSegmentBytes)
            return;
        add(Finding::Severity::warning,
            fmt::format("segment.bytes={}: so much of each partition cannot be compacted, and every start reads it "
                        "(set it to {})",
                        bytes, kStateSegmentBytes));
    }
    void replicas() const {
        const std::string agree = value("min.insync.replicas");
        const int wanted = replicas_that_agree(existing_.replicas);
        if (agree.empty() || existing_.replicas <= 1) return;
        const bool all = std::atoi(agree.c_str()) >= existing_.replicas;
        if (!all && (agree != "1" || wanted <= 1)) return;
        add(Finding::Severity::warning,
            fmt::format("{} replicas and min.insync.replicas={}: {} (set it to {})", existing_.replicas, agree,
                        all ? "nothing can be written while one broker is away"
                            : "what one broker alone has taken may be lost with it",
                        wanted));
    }

    const ExistingTopic& existing_;
    const SettingsOfTopic& settings_;
    std::vector<Finding>& findings_;
};

std::string names_of(const std::vector<ExistingTopic>& topics) {
    std::string names;
    for (const ExistingTopic& one : topics) names += (names.empty() ? "" : ", ") + one.name;
    return names;
}

}  // namespace

SettingsOfTopic settings_of(Topic topic, int replication_factor) {
    SettingsOfTopic list;
    // A dead letter holds a refused record of some MB (app/dead_letter.hpp cuts it to what fits).
    list["max.message.bytes"] = "8388608";
    list["min.insync.replicas"] = std::to_string(replicas_that_agree(replication_factor));
    // Of `events` it is the log's time. The others would refuse all that a machine writes whose clock is an hour ahead
    // of the broker's (message.timestamp.after.max.ms).
    list["message.timestamp.type"] = "LogAppendTime";
    if (is_compacted(topic)) {
        list["cleanup.policy"] = "compact";
        if (topic == Topic::state) {
            // Only closed segments are compacted, and restoring reads what is not: at 20,000 events/s over four
            // partitions a segment of 16 MiB is closed every three minutes.
            list["segment.bytes"] = std::to_string(kStateSegmentBytes);
            list["min.cleanable.dirty.ratio"] = "0.1";
        }
    } else {
        list["cleanup.policy"] = "delete";
        list["retention.ms"] = "-1";
        list["retention.bytes"] = "-1";
    }
    return list;
}

void judge_settings(const ExistingTopic& existing, const SettingsOfTopic& settings, std::vector<Finding>& findings) {
    Judge(existing, settings, findings).all();
}

void judge_copies(const std::vector<ExistingTopic>& topics, int brokers, std::vector<Finding>& findings) {
    std::vector<ExistingTopic> alone;
    std::ranges::copy_if(topics, std::back_inserter(alone), [](const ExistingTopic& one) { return one.replicas == 1; });
    if (alone.empty() || brokers <= 1) return;
    findings.push_back({Finding::Severity::warning, alone.front().topic,
                        fmt::format("1 replica in a cluster of {} brokers: while the one that has it is away nothing "
                                    "goes on, and what it loses is lost (accountwatch topics create "
                                    "--replication-factor {}; those that are there: kafka-reassign-partitions.sh, then "
                                    "min.insync.replicas): {}",
                                    brokers, std::min(brokers, 3), names_of(alone))});
}

void tell_unseen(const std::vector<ExistingTopic>& topics, std::string_view said, std::vector<Finding>& findings) {
    if (topics.empty()) return;
    findings.push_back({Finding::Severity::warning, topics.front().topic,
                        fmt::format("the right DescribeConfigs is missing ({}), so settings under which records are "
                                    "lost would not be told; all else works without it: {}",
                                    said, names_of(topics))});
}

}  // namespace aw::eventlog
