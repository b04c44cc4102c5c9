#include "settings/loader.hpp"

#include <algorithm>
#include <filesystem>

#include <accountwatch/config/v1/activation.pb.h>
#include <fmt/format.h>

#include "base/secret_names.hpp"
#include "settings/documents.hpp"
#include "settings/field_maps.hpp"
#include "settings/scalars.hpp"
#include "settings/secrets.hpp"
#include "settings/time_zones.hpp"
#include "settings/yaml_writer.hpp"

namespace aw::settings {
namespace {

namespace pb = accountwatch::config::v1;

LogLevel level_of(const std::string& text) {
    if (text == "debug") return LogLevel::DEBUG;
    if (text == "warning") return LogLevel::WARNING;
    return text == "error" ? LogLevel::ERROR : LogLevel::INFO;
}

LogSettings log_settings(const pb::Log& in, const std::string& file) {
    LogSettings out;
    out.backend = in.backend() == "kafka" ? LogBackend::KAFKA : LogBackend::EMBEDDED;
    out.partitions = in.partitions();
    out.embedded_path = resolved(file, in.embedded().path());
    const auto& kafka = in.kafka();
    out.kafka.bootstrap_servers.assign(kafka.bootstrap_servers().begin(), kafka.bootstrap_servers().end());
    out.kafka.topic_prefix = kafka.topic_prefix();
    out.kafka.group_id = kafka.group_id();
    out.kafka.instance_id = kafka.instance_id();
    out.kafka.output_format = kafka.output_format() == "json" ? ValueFormat::JSON : ValueFormat::PROTOBUF;
    for (const auto& property : kafka.properties())
        out.kafka.properties[property.name()] = secret_value(property.value(), file).value_or("");  // told if it fails
    return out;
}

NotifySettings notify_settings(const pb::Notify& in, const std::string& file) {
    NotifySettings out;
    for (const auto& channel : in.channels()) {
        out.channels.push_back({channel.id(), channel.kind() == "webhook" ? ChannelKind::WEBHOOK : ChannelKind::LOG,
                                channel.url(), Duration{channel.timeout()}, channel.retries(),
                                Duration{channel.backoff()}});
    }
    out.templates = resolved(file, in.templates());
    return out;
}

SourceFormat source_format(const std::string& text) {
    if (text == "protobuf") return SourceFormat::PROTOBUF;
    if (text == "confluent_protobuf") return SourceFormat::CONFLUENT_PROTOBUF;
    return text == "auto" ? SourceFormat::AUTO : SourceFormat::JSON;
}

std::vector<SourceSettings> source_settings(const Documents& documents, const std::string& file) {
    std::vector<SourceSettings> out;
    for (const auto& in : documents.settings->sources()) {
        SourceSettings& source = out.emplace_back();
        source.name = in.name();
        source.topics.assign(in.topics().begin(), in.topics().end());
        source.format = source_format(in.format());
        if (in.has_map()) source.map = documents.field_maps.at(resolved(file, in.map()));
        source.breaker_records = in.breaker().records();
        source.breaker_refused_pct = in.breaker().refused_pct();
        source.breaker_pause = Duration{in.breaker().pause()};
    }
    return out;
}

Settings plain_settings(const Documents& documents, const std::string& file) {
    const pb::Settings& in = *documents.settings;
    Settings out;
    out.file = file;
    const auto has = [&](const char* role) { return std::count(in.roles().begin(), in.roles().end(), role) > 0; };
    out.roles = {has("intake"), has("watch"), has("notify"), has("serve")};
    out.time_zone = in.time_zone();
    out.language = in.language() == "en" ? Language::EN : Language::ZH;
    out.live_from = parse_rfc3339(in.live_from());
    out.log = log_settings(in.log(), file);
    out.watch = {in.watch().workers(), Duration{in.watch().commit_interval()}};
    out.notify = notify_settings(in.notify(), file);
    const auto listen = parse_address(in.http().listen()).value_or(AddressText{});
    out.http = {listen.host, listen.port, resolved(file, in.http().tokens_file()), in.http().advertised_url()};
    out.logging = {level_of(in.logging().level()), in.logging().format() == "json" ? LogFormat::JSON : LogFormat::TEXT};
    out.reload = {in.reload().max_affected_pct(), in.reload().min_affected()};
    out.sources = source_settings(documents, file);
    return out;
}

void check_secrets(const pb::KafkaLog& kafka, const std::string& file, Findings& findings) {
    for (int i = 0; i < kafka.properties_size(); ++i) {
        const auto& property = kafka.properties(i);
        const std::string path = fmt::format("settings/log.kafka.properties[{}].value", i);
        if (const auto value = secret_value(property.value(), file); !value) {
            findings.mistake(path,
                             fmt::format("'log.kafka.properties.{}': {}", property.name(), value.error().message));
        } else if (holds_secret(property.name()) && !stands_elsewhere(property.value())) {
            findings.warning(path, fmt::format("'log.kafka.properties.{}' stands here in the open (write file:PATH or "
                                               "credential:NAME instead)",
                                               property.name()));
        }
    }
}

// What the settings name beside YAML files must be there before anything starts.
void check_named_paths(const pb::Settings& settings, const std::string& file, Findings& findings) {
    check_secrets(settings.log().kafka(), file, findings);
    std::error_code error;
    const std::string templates = resolved(file, settings.notify().templates());
    if (!templates.empty() && !std::filesystem::is_directory(templates, error)) {
        findings.mistake("settings/notify.templates", fmt::format("'{}' is not a folder", templates));
    }
    const std::string tokens = resolved(file, settings.http().tokens_file());
    if (tokens.empty()) return;
    if (const auto text = read_text_file(tokens); !text) {
        findings.mistake("settings/http.tokens_file", fmt::format("'{}' {}", tokens, text.error().message));
    }
}

pb::Activation activation_of(const Documents& documents) {
    const auto changes = zone_changes(documents.settings->time_zone()).value_or(std::vector<TimeZone::Change>{});
    pb::Activation out;
    *out.mutable_policy() = *documents.policy;
    *out.mutable_organisation() = *documents.organisation;
    out.mutable_calendars()->Assign(documents.calendars.begin(), documents.calendars.end());
    out.set_time_zone(documents.settings->time_zone());
    for (const auto& change : changes) {
        auto* made = out.add_zone_changes();
        made->set_from_ms(change.from.ms);
        made->set_offset_s(change.offset_s);
    }
    out.set_language(documents.settings->language());
    if (const auto live_from = parse_rfc3339(documents.settings->live_from())) {
        out.set_live_from(format_utc(*live_from));
    }
    out.set_late_policy(documents.settings->late_policy());
    *out.mutable_feeds() = documents.settings->feeds();
    out.set_partitions(documents.settings->log().partitions());
    return out;
}

// REQUIRES: no mistakes. Null: one more, which then stands with the others.
std::shared_ptr<const Rules> rules_of(Documents& documents, const std::string& path, const pb::Activation& activation,
                                      std::optional<Day> today, const OutsideChecks& outside) {
    auto rules = build_rules(activation);
    if (!rules) {
        documents.mistakes.push_back({path, 0, 0, rules.error().message});
        return nullptr;
    }
    Findings findings = documents.findings();
    if (today) check_rules(**rules, *today, outside, findings);
    return documents.mistakes.empty() ? std::move(*rules) : nullptr;
}

std::string effective_of(const Documents& documents, const std::string& file, const std::string& revision) {
    pb::Settings shown = *documents.settings;
    const auto absolute = [&](const std::string& text) {
        std::error_code error;
        return text.empty() ? text : std::filesystem::absolute(resolved(file, text), error).string();
    };
    shown.set_organisation(absolute(shown.organisation()));
    for (auto& calendar : *shown.mutable_calendars()) calendar = absolute(calendar);
    for (auto& source : *shown.mutable_sources()) {
        if (source.has_map()) source.set_map(absolute(source.map()));
    }
    shown.mutable_log()->mutable_embedded()->set_path(absolute(shown.log().embedded().path()));
    shown.mutable_notify()->set_templates(absolute(shown.notify().templates()));
    shown.mutable_http()->set_tokens_file(absolute(shown.http().tokens_file()));
    return fmt::format("# {}, revision {}\n", file, revision) + effective_yaml(shown, *documents.policy);
}

// Everything about one settings file; the Documents then hold all that could be read.
void read_all(Documents& documents, const std::string& path, const YamlNode& root,
              const std::vector<std::string>& overrides, std::optional<Day> today, const OutsideChecks& outside) {
    documents.read_settings(path, root, overrides);
    documents.follow_settings(path, outside);
    Findings findings = documents.findings();
    check_sources(*documents.settings, outside, findings);
    // Without one of them nothing can be said about all of them.
    const bool all_calendars = static_cast<int>(documents.calendars.size()) == documents.settings->calendars_size();
    if (all_calendars) check_calendars(documents.calendars, findings);
    if (all_calendars && today) check_current_year(documents.calendars, *today, findings);
    if (documents.has_policy && documents.has_organisation) {
        check_roles(*documents.policy, *documents.organisation, findings);
    }
    if (documents.has_organisation) check_channels(*documents.settings, *documents.organisation, findings);
    check_feeds(*documents.settings, documents.has_policy ? documents.policy.get() : nullptr, findings);
    check_named_paths(*documents.settings, path, findings);
    check_outside(*documents.settings, *documents.organisation, path, outside, findings);
    if (!documents.settings->has_time_zone()) return;
    if (const auto zone = zone_changes(documents.settings->time_zone()); !zone) {
        findings.mistake("settings/time_zone", zone.error().message);
    }
}

// A document that is no settings file.
void read_alone(Documents& documents, FileKind kind, const std::string& name, const YamlNode& root, Day today,
                const OutsideChecks& outside) {
    Findings findings = documents.findings();
    switch (kind) {
        case FileKind::POLICY:
            return documents.read_policy(name, root);
        case FileKind::ORGANISATION:
            return documents.read_organisation(name, root);
        case FileKind::CALENDAR: {
            documents.read_calendar(name, root);
            check_calendar(documents.calendars.front(), "calendar0/", findings);
            std::vector<Mistake> lacking;  // another calendar of the settings may have the year
            Findings years{documents.places, lacking, documents.warnings};
            check_current_year(documents.calendars, today, years);
            documents.warnings.insert(documents.warnings.end(), lacking.begin(), lacking.end());
            return;
        }
        case FileKind::FIELD_MAP:
            (void)read_field_map(documents, name, root, outside);
            return;
        case FileKind::SETTINGS:
            return documents.read_settings(name, root, {});
    }
}

void append(CheckReport& report, Documents& documents) {
    report.mistakes.insert(report.mistakes.end(), documents.mistakes.begin(), documents.mistakes.end());
    report.warnings.insert(report.warnings.end(), documents.warnings.begin(), documents.warnings.end());
}

// `follow` = the files it names may be opened.
void check_one(CheckReport& report, const std::string& name, std::string_view text, Day today, bool follow,
               const OutsideChecks& outside) {
    Documents documents(follow);
    const auto root = parse_yaml(name, text, documents.mistakes);
    if (root) {
        const auto kind = kind_of(*root);
        if (!kind) {
            documents.mistakes.push_back({name, root->line, root->column,
                                          "neither settings, policy, organisation, calendar nor field map (none of "
                                          "their top-level keys is here)"});
        } else if (*kind == FileKind::SETTINGS && follow) {
            read_all(documents, name, *root, {}, today, outside);
            if (outside.rules && documents.mistakes.empty())
                (void)rules_of(documents, name, activation_of(documents), today, outside);
        } else {
            read_alone(documents, *kind, name, *root, today, outside);
        }
    }
    append(report, documents);
}

}  // namespace

Loaded load(const std::string& path, const std::vector<std::string>& overrides, std::optional<Day> today,
            const OutsideChecks& outside) {
    Loaded loaded;
    Documents documents(true);
    const auto text = read_text_file(path);
    if (!text) documents.mistakes.push_back({path, 0, 0, text.error().message});
    std::optional<YamlNode> root;
    if (text) root = parse_yaml(path, *text, documents.mistakes);
    if (root) read_all(documents, path, *root, overrides, today, outside);
    if (root && documents.mistakes.empty()) {
        loaded.settings = plain_settings(documents, path);
        const pb::Activation activation = activation_of(documents);
        loaded.rules = rules_of(documents, path, activation, today, outside);
        if (loaded.rules) {
            loaded.document = document_of(activation);
            loaded.effective = effective_of(documents, path, loaded.rules->revision);
        }
    }
    loaded.mistakes = std::move(documents.mistakes);
    loaded.warnings = std::move(documents.warnings);
    tidy(loaded.mistakes);
    tidy(loaded.warnings);
    return loaded;
}

const std::string& print_config(const Loaded& loaded) { return loaded.effective; }

CheckReport check_files(const std::vector<std::string>& paths, Day today, const OutsideChecks& outside) {
    CheckReport report;
    for (const auto& path : paths) {
        if (const auto text = read_text_file(path)) {
            check_one(report, path, *text, today, true, outside);
        } else {
            report.mistakes.push_back({path, 0, 0, text.error().message});
        }
    }
    tidy(report.mistakes);
    tidy(report.warnings);
    return report;
}

CheckReport check_text(const std::string& name, std::string_view text, Day today) {
    CheckReport report;
    check_one(report, name, text, today, false, {});
    tidy(report.mistakes);
    tidy(report.warnings);
    return report;
}

}  // namespace aw::settings
