#include "app/source_lane.hpp"

#include <algorithm>
#include <iterator>

#include "app/dead_letter.hpp"

namespace aw::app {
namespace {

intake::SourceFormat format_of(settings::SourceFormat format) {
    switch (format) {
        case settings::SourceFormat::PROTOBUF:
            return intake::SourceFormat::protobuf;
        case settings::SourceFormat::CONFLUENT_PROTOBUF:
            return intake::SourceFormat::confluent_protobuf;
        case settings::SourceFormat::AUTO:
            return intake::SourceFormat::automatic;
        default:
            return intake::SourceFormat::json;
    }
}

}  // namespace

intake::SourceRecords source_records(const settings::SourceSettings& source, Format output) {
    return {format_of(source.format), source.map ? &*source.map : nullptr, output};
}

SourceLane::SourceLane(const settings::SourceSettings& source, Format output, telemetry::Telemetry& telemetry)
    : source_(source),
      output_(output),
      telemetry_(telemetry),
      records_(source_records(source, output)),
      breaker_({source.breaker_records, source.breaker_refused_pct, source.breaker_pause}) {
    for (const std::string& topic : source.topics) {
        auto pattern = topic.starts_with('^') ? TextPattern::compile(topic) : Result<TextPattern>(fail_with(""));
        if (pattern) {
            patterns_.push_back(std::move(*pattern));
        } else {
            names_.push_back(topic);
        }
    }
    telemetry_.metrics().source_stopped.with({name()}).set(0);
}

bool SourceLane::reads(const std::string& topic) const {
    return std::ranges::find(names_, topic) != names_.end() ||
           std::ranges::any_of(patterns_, [&](const TextPattern& pattern) { return pattern.matches(topic); });
}

void SourceLane::take(const eventlog::Record& record, Time now) {
    const State before = breaker_.state();
    auto converted = records_.convert(record);
    if (!converted) {
        DeadLetter letter = letter_of(record, name(), record.topic, std::move(converted).error());
        last_refusal_ = std::string(aw::name(letter.reason)) + ": " + letter.detail;
        letters_.push_back(happening(letter));
        outputs_.push_back(to_record(std::move(letter), record, output_));
        bytes_ += outputs_.back().value.size();
    } else if (*converted) {
        outputs_.push_back(**std::move(converted));
        bytes_ += outputs_.back().value.size();
        ++accepted_;
    } else {
        ++left_out_;
    }
    if (last_ == nullptr || last_->first.second != record.partition || last_->first.first != record.topic)
        last_ = &*positions_.try_emplace({std::string(record.topic), record.partition}).first;
    last_->second = record.offset + 1;
    breaker_.add(!converted, now);
    tell_state(before);
}

bool SourceLane::look(Time now) {
    const State before = breaker_.state();
    if (!breaker_.look(now)) return false;
    tell_state(before);
    return (before == State::open) != held();
}

void SourceLane::tell_state(State before) {
    if (breaker_.state() == before) return;
    if (held()) {
        telemetry_.report(telemetry::SourceStopped{name(), last_refusal_, source_.breaker_pause.count()});
        telemetry_.metrics().source_records_total.with({name(), "held"}).add(accepted_ + left_out_ + letters_.size());
        forget();
    } else if (!stopped()) {
        telemetry_.report(telemetry::SourceResumed{name()});
    }
    telemetry_.metrics().source_stopped.with({name()}).set(stopped() ? 1 : 0);
}

void SourceLane::add_to(eventlog::SourceCommit& commit) {
    commit.outputs.insert(commit.outputs.end(), std::make_move_iterator(outputs_.begin()),
                          std::make_move_iterator(outputs_.end()));
    outputs_.clear();
    for (const auto& [place, offset] : positions_) commit.positions.push_back({place.first, place.second, offset});
}

void SourceLane::committed() {
    const auto count = [&](const char* outcome, std::uint64_t n) {
        if (n > 0) telemetry_.metrics().source_records_total.with({name(), outcome}).add(n);
    };
    count("accepted", accepted_);
    count("left_out", left_out_);
    count("refused", letters_.size());
    for (const auto& letter : letters_) telemetry_.report(letter);
    breaker_.committed();
    forget();
}

void SourceLane::rewound() {
    breaker_.rewound();
    forget();
}

void SourceLane::forget() {
    outputs_.clear();
    letters_.clear();
    positions_.clear();
    last_ = nullptr;
    accepted_ = left_out_ = 0;
    bytes_ = 0;
}

}  // namespace aw::app
