#include "settings/documents.hpp"

#include <algorithm>
#include <filesystem>

#include <accountwatch/config/v1/calendar.pb.h>
#include <accountwatch/config/v1/field_map.pb.h>
#include <accountwatch/config/v1/organisation.pb.h>
#include <accountwatch/config/v1/policy.pb.h>
#include <accountwatch/config/v1/settings.pb.h>
#include <fmt/format.h>

#include "settings/field_maps.hpp"
#include "settings/yaml_reader.hpp"

namespace aw::settings {
namespace {

namespace pb = accountwatch::config::v1;
using Lists = YamlReader::Lists;
constexpr std::string_view kPolicyPrefix = "policy.";

int known_keys(const YamlNode& root, const google::protobuf::Descriptor& type) {
    return static_cast<int>(std::count_if(root.keys.begin(), root.keys.end(), [&](const YamlNode& key) {
        return type.FindFieldByName(key.text) != nullptr;
    }));
}

// An override has no line: its mistakes name the option.
void without_places(YamlNode& node) {
    node.line = 0;
    node.column = 0;
    for (auto& key : node.keys) without_places(key);
    for (auto& item : node.items) without_places(item);
}

}  // namespace

Documents::Documents(bool may_open)
    : settings(std::make_unique<pb::Settings>()),
      policy(std::make_unique<pb::Policy>()),
      organisation(std::make_unique<pb::Organisation>()),
      may_open_(may_open) {}
Documents::~Documents() = default;

std::optional<FileKind> kind_of(const YamlNode& root) {
    const std::array<std::pair<FileKind, int>, 5> counts{{
        {FileKind::SETTINGS, known_keys(root, *pb::Settings::descriptor())},
        {FileKind::POLICY, known_keys(root, *pb::Policy::descriptor())},
        {FileKind::ORGANISATION, known_keys(root, *pb::Organisation::descriptor())},
        {FileKind::CALENDAR, known_keys(root, *pb::CalendarFile::descriptor())},
        {FileKind::FIELD_MAP, known_keys(root, *pb::FieldMap::descriptor())},
    }};
    const auto best = *std::max_element(counts.begin(), counts.end(),
                                        [](const auto& a, const auto& b) { return a.second < b.second; });
    const auto equal = std::count_if(counts.begin(), counts.end(), [&](auto& c) { return c.second == best.second; });
    if (best.second == 0 || equal > 1) return std::nullopt;
    return best.first;
}

std::string resolved(const std::string& file, const std::string& text) {
    const std::filesystem::path path(text);
    if (text.empty() || path.is_absolute()) return text;
    return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

std::optional<YamlNode> Documents::open(const std::string& file, const Place& named_at) {
    const auto text = read_text_file(file);
    if (text) return parse_yaml(file, *text, mistakes);
    mistakes.push_back(
        {named_at.file, named_at.line, named_at.column, fmt::format("'{}' {}", file, text.error().message)});
    return std::nullopt;
}

void Documents::read_settings(const std::string& file, const YamlNode& root,
                              const std::vector<std::string>& overrides) {
    YamlNode own = root;
    for (std::size_t i = 0; i < own.keys.size(); ++i) {
        if (own.keys[i].text != "policy" || own.items[i].kind != YamlNode::Kind::MAP) continue;
        inline_policy_ = own.items[i];
        own.keys.erase(own.keys.begin() + static_cast<std::ptrdiff_t>(i));
        own.items.erase(own.items.begin() + static_cast<std::ptrdiff_t>(i));
        places.set("settings/policy", {file, inline_policy_->line, inline_policy_->column});
        break;
    }
    YamlReader(file, places, mistakes).read(own, *settings, "settings/", Lists::MERGE);
    for (const auto& text : overrides) override_one(text);
    if (root.kind == YamlNode::Kind::MAP) complete(*settings, "settings/", places, mistakes);
    auto found = findings();
    check_settings(*settings, found);
}

void Documents::override_one(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::string key = text.substr(0, equals);
    const std::string name = "--set " + key;
    if (equals == std::string::npos || key.empty()) {
        mistakes.push_back({name, 0, 0, "must be KEY=VALUE"});
        return;
    }
    std::optional<YamlNode> value = YamlNode{YamlNode::Kind::SCALAR, 0, 0, "", true, {}, {}};
    if (equals + 1 < text.size()) {
        std::vector<Mistake> broken;
        value = parse_yaml(name, std::string_view(text).substr(equals + 1), broken);
        for (auto& mistake : broken) mistakes.push_back({name, 0, 0, std::move(mistake.message)});
    }
    if (!value) return;
    without_places(*value);
    if (key.starts_with(kPolicyPrefix)) {
        policy_overrides_.emplace_back(key.substr(kPolicyPrefix.size()), std::move(*value));
        return;
    }
    if (key == "policy") inline_policy_.reset();
    YamlReader(name, places, mistakes).override_value(*settings, "settings/", key, *value);
}

void Documents::merge_policy(const std::string& file, const YamlNode& root, std::vector<std::string> chain) {
    if (const YamlNode* base = root.find("extends"); base != nullptr && base->kind == YamlNode::Kind::SCALAR) {
        const std::string base_file = resolved(file, base->text);
        chain.push_back(file);
        if (std::find(chain.begin(), chain.end(), base_file) != chain.end()) {
            mistakes.push_back(
                {file, base->line, base->column,
                 fmt::format("'extends' goes in a circle: {} -> {}", fmt::join(chain, " -> "), base_file)});
            lacks_base_ = true;
        } else if (!may_open_) {
            lacks_base_ = true;
        } else if (const auto base_root = open(base_file, {file, base->line, base->column})) {
            merge_policy(base_file, *base_root, chain);
        } else {
            lacks_base_ = true;
        }
    }
    YamlReader(file, places, mistakes).read(root, *policy, "policy/", Lists::MERGE);
    has_policy = has_policy || root.kind == YamlNode::Kind::MAP;
}

void Documents::finish_policy() {
    for (const auto& [key, value] : policy_overrides_) {
        const std::string name = "--set policy." + key;
        if (key == "extends") {
            mistakes.push_back({name, 0, 0, "'extends' cannot be set here (set 'policy' to another file)"});
            continue;
        }
        YamlReader(name, places, mistakes).override_value(*policy, "policy/", key, value);
    }
    policy->clear_extends();
    // What is missing may stand in the base that could not be read.
    if (has_policy && !lacks_base_) complete(*policy, "policy/", places, mistakes);
    auto found = findings();
    check_policy(*policy, found);
}

void Documents::read_policy(const std::string& file, const YamlNode& root) {
    merge_policy(file, root, {});
    finish_policy();
}

void Documents::read_organisation(const std::string& file, const YamlNode& root) {
    YamlReader(file, places, mistakes).read(root, *organisation, "organisation/", Lists::MERGE);
    has_organisation = root.kind == YamlNode::Kind::MAP;
    if (has_organisation) complete(*organisation, "organisation/", places, mistakes);
    auto found = findings();
    check_organisation(*organisation, found);
}

void Documents::read_calendar(const std::string& file, const YamlNode& root) {
    const std::string document = fmt::format("calendar{}/", calendars.size());
    pb::CalendarFile calendar;
    YamlReader(file, places, mistakes).read(root, calendar, document, Lists::MERGE);
    if (root.kind == YamlNode::Kind::MAP) complete(calendar, document, places, mistakes);
    calendars.push_back(std::move(calendar));
}

// Each map once, however many sources use it.
void Documents::follow_sources(const std::string& settings_file, const OutsideChecks& outside) {
    for (int i = 0; i < settings->sources_size(); ++i) {
        const auto& source = settings->sources(i);
        const std::string file = resolved(settings_file, source.map());
        if (!source.has_map() || field_maps.contains(file)) continue;
        const auto text = read_text_file(file);
        if (!text) {
            auto found = findings();
            found.mistake(fmt::format("settings/sources[{}].map", i),
                          fmt::format("'{}' {}", file, text.error().message));
            continue;
        }
        auto loaded = field_map_from_text(file, *text, outside);
        mistakes.insert(mistakes.end(), loaded.mistakes.begin(), loaded.mistakes.end());
        field_maps.emplace(file, std::move(loaded.map));
    }
}

void Documents::follow_settings(const std::string& settings_file, const OutsideChecks& outside) {
    const auto place_of = [&](const std::string& path) {
        Place place = places.of("settings/" + path);
        if (place.file.empty()) place.file = settings_file;
        return place;
    };
    if (inline_policy_) {
        read_policy(settings_file, *inline_policy_);
    } else if (settings->has_policy()) {
        const std::string file = resolved(settings_file, settings->policy());
        if (const auto root = open(file, place_of("policy"))) read_policy(file, *root);
    }
    if (settings->has_organisation()) {
        const std::string file = resolved(settings_file, settings->organisation());
        if (const auto root = open(file, place_of("organisation"))) read_organisation(file, *root);
    }
    for (int i = 0; i < settings->calendars_size(); ++i) {
        const std::string file = resolved(settings_file, settings->calendars(i));
        if (const auto root = open(file, place_of(fmt::format("calendars[{}]", i)))) read_calendar(file, *root);
    }
    follow_sources(settings_file, outside);
}

}  // namespace aw::settings
