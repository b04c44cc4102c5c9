// Contact: whether the log answers, as one worker or reader knows it. What was delivered or committed proves that it
// does, an error that it does not, and silence proves nothing: a client whose broker has gone waits without an error
// (librdkafka tells that none is left at most once, and not always). Therefore silence that lasts is asked about.
//
// Of its owner's thread.
#pragma once

#include <optional>
#include <string>

#include "app/pace.hpp"
#include "base/time.hpp"
#include "eventlog/log.hpp"
#include "telemetry/happenings.hpp"

namespace aw::app {

class Contact {
public:
    static constexpr Duration kSilence = std::chrono::seconds{5};
    static constexpr Duration kPatience = std::chrono::seconds{2};  // for the answer of a log that is asked

    Contact(eventlog::Log& log, telemetry::Telemetry& telemetry, const Pace& pace = Pace::real())
        : log_(log), telemetry_(telemetry), pace_(pace), heard_at_(pace.now()) {}

    // An operation failed; `what` is told.
    void lost(const std::string& what);
    // A poll went well. `brought`: it delivered something. May ask the log, at most kPatience long. True if the log
    // answers again.
    bool polled(bool brought);

    [[nodiscard]] bool there() const { return !lost_at_; }

private:
    bool heard();

    eventlog::Log& log_;
    telemetry::Telemetry& telemetry_;
    const Pace& pace_;
    Pace::Instant heard_at_;
    std::optional<Pace::Instant> lost_at_;
};

}  // namespace aw::app
