#include "history.hpp"

#include <stdexcept>

#include "codec/event_encoder.hpp"
#include "property/random_log.hpp"

namespace aw::test {
namespace {

constexpr std::size_t kPast = kAccounts + 42UL * kAccounts * 2;  // records of random_log's steady weeks

settings::Loaded load_with(const std::vector<std::string>& sets) {
    auto loaded = settings::load(AW_SOURCE_DIR "/tests/simulation/config/accountwatch.yaml", sets, std::nullopt);
    for (const auto& mistake : loaded.mistakes) throw std::runtime_error(settings::to_text(mistake));
    return loaded;
}

// Beside the comparisons: their state, too, breaks with the rest.
constexpr const char* kDetectors = "policy.detection.enabled=true";

// The activations of random logs name documents that do not exist.
const settings::Loaded& activated(std::string_view revision) {
    static const auto early = load_with({kDetectors, "policy.evaluation_time=06:00"});
    static const auto counting = load_with({"late_policy=count"});
    return revision == "early" ? early : revision == "counting" ? counting : simulated_settings();
}

Input input_of(const LogRecord& one) {
    Event event = one.event;
    if (auto* activation = std::get_if<ActivationEvent>(&event.payload)) {
        const settings::Loaded& loaded = activated(activation->revision);
        *activation = {loaded.rules->revision, loaded.document, nullptr};
    }
    const bool everywhere = is_broadcast(event) || is_reserved(event.payload);
    eventlog::OutRecord record{eventlog::Topic::events, everywhere ? "" : format_root(root_of(event)),
                               encode_event(event, Format::protobuf)};
    if (everywhere) record.partition = eventlog::kEveryPartition;
    return {one.time.at, std::move(record)};
}

std::vector<Input> inputs_of(const RandomLog& log, std::size_t from, std::size_t to) {
    std::vector<Input> inputs;
    for (std::size_t i = from; i < to; ++i) {
        const bool tick = std::holds_alternative<TickEvent>(log.records[i].event.payload);
        if (!tick) inputs.push_back(input_of(log.records[i]));  // a worker writes its own
    }
    return inputs;
}

}  // namespace

const settings::Loaded& simulated_settings() {
    static const auto loaded = load_with({kDetectors});
    return loaded;
}

Result<std::shared_ptr<const Rules>> remembered_rules(std::string_view document) {
    static std::map<std::string, std::shared_ptr<const Rules>, std::less<>> known;
    const auto found = known.find(document);
    if (found != known.end()) return found->second;
    auto rules = settings::rules_from_document(document);
    if (rules) known.emplace(document, *rules);
    return rules;
}

std::vector<Input> past() { return inputs_of(build_log({}, true), 0, kPast); }

std::vector<Input> random_inputs(std::mt19937_64& random, int choices) {
    std::vector<Choice> list;
    for (int i = 0; i < choices; ++i) {
        const auto bits = random();
        list.push_back({static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(bits >> 8),
                        static_cast<std::uint8_t>(bits >> 16), static_cast<std::uint8_t>(bits >> 24),
                        static_cast<std::uint16_t>((bits >> 32) % 40'000), (bits >> 60) % 4 == 0});
    }
    const RandomLog log = build_log(list, true);
    return inputs_of(log, kPast, log.records.size());
}

}  // namespace aw::test
