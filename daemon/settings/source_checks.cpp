#include <algorithm>
#include <optional>

#include <accountwatch/config/v1/settings.pb.h>
#include <fmt/format.h>

#include "base/text_pattern.hpp"
#include "settings/checks.hpp"

namespace aw::settings {
namespace {

namespace pb = accountwatch::config::v1;

bool is_topic_name(const std::string& text) {
    return text != "." && text != ".." && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                      c == '_' || c == '-';
           });
}

class SourceChecks {
public:
    SourceChecks(const pb::Settings& settings, const OutsideChecks& outside, Findings& findings)
        : settings_(settings), findings_(findings) {
        if (outside.own_topics) own_ = outside.own_topics(settings.log().kafka().topic_prefix());
    }

    void run() {
        for (int i = 0; i < settings_.sources_size(); ++i) check_source(i);
        for (const Topic& topic : topics_) check_twice(topic);
        if (settings_.sources_size() == 0 || std::ranges::count(settings_.roles(), "intake") > 0) return;
        findings_.warning("settings/sources",
                          "'sources' has no effect here: this process does not run the role intake");
    }

private:
    struct Topic {
        std::string source;
        std::string path;
        std::string text;
        std::optional<TextPattern> pattern;
    };

    void check_source(int i) {
        const auto& source = settings_.sources(i);
        const std::string path = fmt::format("settings/sources[{}]", i);
        if (settings_.log().backend() == "embedded") {
            findings_.mistake(path,
                              fmt::format("source '{}' needs 'log.backend: kafka': the embedded log has no topics "
                                          "of others (accountwatch send --map reads files into it)",
                                          source.name()));
        }
        if (source.has_map() && (source.format() == "protobuf" || source.format() == "confluent_protobuf")) {
            findings_.mistake(path + ".map", fmt::format("source '{}' is {}: a field map is for JSON", source.name(),
                                                         source.format()));
        }
        for (int t = 0; t < source.topics_size(); ++t)
            check_topic(source.name(), fmt::format("{}.topics[{}]", path, t), source.topics(t));
    }

    void check_topic(const std::string& source, const std::string& path, const std::string& text) {
        Topic topic{source, path, text, std::nullopt};
        if (text.starts_with('^')) {
            auto pattern = TextPattern::compile(text);
            if (!pattern) {
                return findings_.mistake(
                    path, fmt::format("'{}' is no regular expression: {}", text, pattern.error().message));
            }
            topic.pattern = std::move(*pattern);
            for (const std::string& own : own_) {
                if (!topic.pattern->matches(own)) continue;
                findings_.warning(
                    path, fmt::format("'{}' also matches our own topics, such as {}; those are left out", text, own));
                break;
            }
        } else if (!is_topic_name(text)) {
            return findings_.mistake(path,
                                     fmt::format("'{}' is no name of a topic (letters, digits, '.', '_' and '-'; a "
                                                 "regular expression begins with '^')",
                                                 text));
        } else if (std::ranges::find(own_, text) != own_.end()) {
            return findings_.mistake(
                path, fmt::format("'{}' is a topic of our own: what is written to it is no source", text));
        }
        topics_.push_back(std::move(topic));
    }

    // A record read by two sources would count twice. What two expressions both match is the first one's.
    void check_twice(const Topic& topic) {
        if (topic.pattern) return;
        for (const Topic& other : topics_) {
            const bool same = other.text == topic.text && other.path < topic.path;
            const bool matched = other.pattern && other.source != topic.source && other.pattern->matches(topic.text);
            if (!same && !matched) continue;
            return findings_.mistake(
                topic.path, fmt::format("topic '{}' is read by source '{}' already", topic.text, other.source));
        }
    }

    const pb::Settings& settings_;
    Findings& findings_;
    std::vector<std::string> own_;
    std::vector<Topic> topics_;
};

}  // namespace

void check_sources(const pb::Settings& settings, const OutsideChecks& outside, Findings& findings) {
    SourceChecks(settings, outside, findings).run();
}

}  // namespace aw::settings
