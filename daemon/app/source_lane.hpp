// SourceLane: one source at work: its records become records of the log or dead letters, kept until they are committed;
// its circuit breaker may throw them away again. No thread and no log here.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text_pattern.hpp"
#include "eventlog/source.hpp"
#include "intake/circuit_breaker.hpp"
#include "intake/source_records.hpp"
#include "settings/settings.hpp"
#include "telemetry/happenings.hpp"

namespace aw::app {

// How the settings describe a source to the conversion. Also for what is redriven.
[[nodiscard]] intake::SourceRecords source_records(const settings::SourceSettings& source, Format output);

// One owner, one thread.
class SourceLane {
public:
    using Time = std::chrono::steady_clock::time_point;

    // `output`: format of events and dead letters. The source outlives it.
    SourceLane(const settings::SourceSettings& source, Format output, telemetry::Telemetry& telemetry);

    [[nodiscard]] bool reads(const std::string& topic) const;
    [[nodiscard]] const std::string& name() const { return source_.name; }
    // Nothing of it is wanted now.
    [[nodiscard]] bool held() const { return breaker_.state() == State::open; }
    // Stopped, or only on trial.
    [[nodiscard]] bool stopped() const { return breaker_.state() != State::closed; }

    // Takes one record; drops it, and everything not committed, when the breaker opens. REQUIRES: !held().
    void take(const eventlog::Record& record, Time now);
    // Pauses and trials that end. True if other topics than before are held.
    [[nodiscard]] bool look(Time now);
    [[nodiscard]] Time next_look() const { return breaker_.next_look(); }

    // What is to be committed; nothing while it is on trial.
    [[nodiscard]] bool has_work() const { return !positions_.empty() && !stopped(); }
    [[nodiscard]] std::size_t staged_bytes() const { return bytes_; }
    void add_to(eventlog::SourceCommit& commit);
    void committed();  // what add_to() gave is real: tells and counts it
    void rewound();    // what was taken since the last commit comes again

private:
    using State = intake::CircuitBreaker::State;
    void forget();
    void tell_state(State before);

    const settings::SourceSettings& source_;
    Format output_;
    telemetry::Telemetry& telemetry_;
    std::vector<std::string> names_;
    std::vector<TextPattern> patterns_;
    intake::SourceRecords records_;
    intake::CircuitBreaker breaker_;
    std::string last_refusal_;
    // Since the last commit.
    std::vector<eventlog::OutRecord> outputs_;
    std::vector<telemetry::DeadLettered> letters_;
    using Positions = std::map<std::pair<std::string, int>, std::int64_t>;
    Positions positions_;
    Positions::value_type* last_ = nullptr;  // of the record before: most come in runs
    std::uint64_t accepted_ = 0;
    std::uint64_t left_out_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace aw::app
