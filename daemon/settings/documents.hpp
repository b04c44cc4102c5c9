// The configuration documents while they are read: messages, places and mistakes. Internal to daemon/settings.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mapping/field_map.hpp"
#include "settings/checks.hpp"
#include "settings/mistake.hpp"
#include "settings/places.hpp"
#include "settings/yaml_tree.hpp"

namespace aw::settings {

enum class FileKind { SETTINGS, POLICY, ORGANISATION, CALENDAR, FIELD_MAP };

// By the top-level keys; nothing if no kind has most of them.
[[nodiscard]] std::optional<FileKind> kind_of(const YamlNode& root);

// `text` as written in `file`: relative paths are relative to that file.
[[nodiscard]] std::string resolved(const std::string& file, const std::string& text);

class Documents {
public:
    // Without `may_open` no other file is read: what a policy extends is taken for granted.
    explicit Documents(bool may_open);
    ~Documents();
    Documents(const Documents&) = delete;
    Documents& operator=(const Documents&) = delete;

    // Each reads one document and completes it. What is wrong goes to `mistakes`.
    // Overrides are KEY=VALUE; those that begin with "policy." are kept for the policy.
    void read_settings(const std::string& file, const YamlNode& root, const std::vector<std::string>& overrides);
    void read_policy(const std::string& file, const YamlNode& root);
    void read_organisation(const std::string& file, const YamlNode& root);
    void read_calendar(const std::string& file, const YamlNode& root);

    // Reads the files that the settings name.
    void follow_settings(const std::string& settings_file, const OutsideChecks& outside);

    [[nodiscard]] Findings findings() { return {places, mistakes, warnings}; }

    std::unique_ptr<accountwatch::config::v1::Settings> settings;
    std::unique_ptr<accountwatch::config::v1::Policy> policy;
    std::unique_ptr<accountwatch::config::v1::Organisation> organisation;
    std::vector<accountwatch::config::v1::CalendarFile> calendars;
    std::map<std::string, FieldMap> field_maps;  // of sources, by the file as it was opened
    bool has_policy = false;                     // read without a mistake that hides it altogether
    bool has_organisation = false;
    Places places;
    std::vector<Mistake> mistakes;
    std::vector<Mistake> warnings;

private:
    void follow_sources(const std::string& settings_file, const OutsideChecks& outside);
    void override_one(const std::string& text);
    void merge_policy(const std::string& file, const YamlNode& root, std::vector<std::string> chain);
    void finish_policy();
    [[nodiscard]] std::optional<YamlNode> open(const std::string& file, const Place& named_at);

    std::vector<std::pair<std::string, YamlNode>> policy_overrides_;
    std::optional<YamlNode> inline_policy_;
    bool may_open_;
    bool lacks_base_ = false;  // a file that the policy extends has not been read
};

}  // namespace aw::settings
