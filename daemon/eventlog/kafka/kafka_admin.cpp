#include "eventlog/kafka/kafka_admin.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "eventlog/kafka/topic_settings.hpp"

namespace aw::eventlog {
namespace {

constexpr int kAnswerMs = 30'000;
constexpr int kAskAgainMs = 50;
constexpr std::chrono::seconds kCatchUp{10};
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Deleter<rd_kafka_NewTopic_destroy>>;
using Resource = std::unique_ptr<rd_kafka_ConfigResource_t, Deleter<rd_kafka_ConfigResource_destroy>>;
using AdminOptions = std::unique_ptr<rd_kafka_AdminOptions_t, Deleter<rd_kafka_AdminOptions_destroy>>;

// Waits for the answer to an administrative request that `send` makes.
template <class Send>
LogResult<KafkaEvent> ask(Client& client, rd_kafka_admin_op_t operation, const char* what, const Send& send) {
    const AdminOptions options(rd_kafka_AdminOptions_new(client.handle(), operation));
    std::array<char, 256> text{};
    rd_kafka_AdminOptions_set_request_timeout(options.get(), kAnswerMs / 2, text.data(), text.size());
    if (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS) {
        // The answer comes when the topics are there, not when they are planned.
        rd_kafka_AdminOptions_set_operation_timeout(options.get(), kAnswerMs / 2, text.data(), text.size());
    }
    const KafkaQueue queue(rd_kafka_queue_new(client.handle()));
    send(options.get(), queue.get());
    KafkaEvent event(rd_kafka_queue_poll(queue.get(), kAnswerMs));
    client.serve();
    if (!event) return log_failure(LogError::Kind::unreachable, fmt::format("{}: no answer", what));
    if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(to_log_error(what, code, rd_kafka_event_error_string(event.get())));
    }
    return event;
}

std::span<const rd_kafka_ConfigResource_t* const> resources_of(const KafkaEvent& answer) {
    std::size_t count = 0;
    const auto* const* results =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer.get()), &count);
    return {results, count};
}

// Asks again while the broker that answers does not know of topics that another one has told of.
template <class Question, class Behind>
auto ask_until_known(Client& client, Question question, Behind is_behind) {
    const auto deadline = std::chrono::steady_clock::now() + kCatchUp;
    while (true) {
        auto answer = question();
        const bool behind = answer && is_behind(*answer);
        if (!behind || std::chrono::steady_clock::now() > deadline) return answer;
        client.serve(kAskAgainMs);
    }
}

LogResult<KafkaEvent> ask_for_settings(Client& client, std::vector<rd_kafka_ConfigResource_t*>& list) {
    const auto question = [&] {
        return ask(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, "cannot look at the topics' settings",
                   [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                       rd_kafka_DescribeConfigs(client.handle(), list.data(), list.size(), options, queue);
                   });
    };
    return ask_until_known(client, question, [](const KafkaEvent& answer) {
        return std::ranges::any_of(resources_of(answer), [](const auto* resource) {
            return rd_kafka_ConfigResource_error(resource) == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
        });
    });
}

}  // namespace

LogResult<void> KafkaAdmin::create(const TopicSettings& settings) {
    std::vector<NewTopic> topics;
    std::vector<rd_kafka_NewTopic_t*> list;
    for (const Topic topic : all_topics()) {
        std::array<char, 256> text{};
        NewTopic item(rd_kafka_NewTopic_new(cluster_.name(topic).c_str(), cluster_.options().partitions,
                                            settings.replication_factor, text.data(), text.size()));
        if (!item) return log_failure(LogError::Kind::bad_configuration, text.data());
        for (const auto& [name, value] : settings_of(topic, settings.replication_factor)) {
            rd_kafka_NewTopic_set_config(item.get(), name.c_str(), value.c_str());
        }
        list.push_back(item.get());
        topics.push_back(std::move(item));
    }
    Client& client = cluster_.client();
    const auto answer = ask(client, RD_KAFKA_ADMIN_OP_CREATETOPICS, "cannot create topics",
                            [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                                rd_kafka_CreateTopics(client.handle(), list.data(), list.size(), options, queue);
                            });
    if (!answer) return fail(answer.error());
    std::size_t count = 0;
    const auto* const* results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer->get()), &count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto code = rd_kafka_topic_result_error(results[i]);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;
        const char* const text = rd_kafka_topic_result_error_string(results[i]);
        return fail(to_log_error(fmt::format("cannot create {}", rd_kafka_topic_result_name(results[i])), code,
                                 text != nullptr ? text : ""));
    }
    known_.fill(1);
    return cluster_.wait_for_topics(Duration{kAnswerMs / 2});
}

LogResult<Cluster::Partitions> KafkaAdmin::figures(Figures ask) {
    return ask_until_known(
        cluster_.client(), [&] { return (cluster_.*ask)(Duration{kAnswerMs / 2}); },
        [&](const Cluster::Partitions& answer) {
            return !std::ranges::equal(known_, answer, [](int known, int told) { return known == 0 || told != 0; });
        });
}

LogResult<std::vector<Finding>> KafkaAdmin::check() {
    const auto counts = figures(&Cluster::partitions);
    if (!counts) return fail(counts.error());
    known_ = *counts;
    std::vector<Finding> findings;
    for (const Topic topic : all_topics()) {
        if ((*counts)[index(topic)] != 0) continue;
        findings.push_back({Finding::Severity::error, topic,
                            fmt::format("{} does not exist (accountwatch topics create)", cluster_.name(topic))});
    }
    if (auto mistake = cluster_.partitions_mistake(*counts)) {
        findings.push_back({Finding::Severity::error, mistake->topic, std::move(mistake->text)});
    }
    if (auto done = check_settings(*counts, findings); !done) return fail(done.error());
    return findings;
}

LogResult<void> KafkaAdmin::check_settings(const Cluster::Partitions& counts, std::vector<Finding>& findings) {
    std::vector<Resource> resources;
    std::vector<rd_kafka_ConfigResource_t*> list;
    for (const Topic topic : all_topics()) {
        if (counts[index(topic)] == 0) continue;
        resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, cluster_.name(topic).c_str()));
        list.push_back(resources.back().get());
    }
    if (list.empty()) return {};
    const auto answer = ask_for_settings(cluster_.client(), list);
    if (!answer) return fail(answer.error());
    const auto replication = figures(&Cluster::replication);
    if (!replication) return fail(replication.error());
    const auto brokers = cluster_.brokers(Duration{kAnswerMs / 2});
    if (!brokers) return fail(brokers.error());
    std::vector<ExistingTopic> topics(kTopics);
    for (const Topic topic : all_topics())
        topics[index(topic)] = {topic, cluster_.name(topic), (*replication)[index(topic)]};
    judge_copies(topics, *brokers, findings);
    std::vector<ExistingTopic> unseen;
    std::string said;
    for (const auto* resource : resources_of(*answer)) {
        const std::string_view name = rd_kafka_ConfigResource_name(resource);
        const auto topic = parse_topic(name.substr(cluster_.options().topic_prefix.size()));
        if (!topic || judge(resource, topics[index(*topic)], findings)) continue;
        unseen.push_back(topics[index(*topic)]);
        said = rd_kafka_ConfigResource_error_string(resource);
    }
    tell_unseen(unseen, said, findings);
    return {};
}

bool KafkaAdmin::judge(const rd_kafka_ConfigResource_t* resource, const ExistingTopic& existing,
                       std::vector<Finding>& findings) const {
    const auto code = rd_kafka_ConfigResource_error(resource);
    if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) return false;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        findings.push_back({Finding::Severity::warning, existing.topic,
                            fmt::format("the settings of {} cannot be looked at: {}", existing.name,
                                        rd_kafka_ConfigResource_error_string(resource))});
        return true;
    }
    SettingsOfTopic settings;
    std::size_t count = 0;
    const auto* const* entries = rd_kafka_ConfigResource_configs(resource, &count);
    for (std::size_t i = 0; i < count; ++i) {
        const char* const value = rd_kafka_ConfigEntry_value(entries[i]);
        settings[rd_kafka_ConfigEntry_name(entries[i])] = value != nullptr ? value : "";
    }
    judge_settings(existing, settings, findings);
    return true;
}

}  // namespace aw::eventlog
