// A way to reach people. The notifier decides who, when and how often; a channel makes one attempt.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/time.hpp"
#include "notify/templates.hpp"

namespace aw::notify {

enum class SendResult : std::uint8_t {
    ok,         // the other side took it
    retry,      // it may work later
    permanent,  // it will never work this way
};

struct Outcome {
    SendResult result = SendResult::retry;
    std::string detail;       // the provider's answer, or what failed
    Duration retry_after{0};  // the provider's wish; 0 = none
};

// Owner: the notifier. Thread: the control thread, completions, too.
class Channel {
public:
    using Done = std::function<void(Outcome)>;

    virtual ~Channel() = default;
    [[nodiscard]] virtual const std::string& id() const = 0;
    // Calls `done` exactly once and within a time limit of its own; it may do so before it returns. After the channel
    // is destroyed `done` may still be called or not.
    virtual void send(const Rendered& rendered, Done done) = 0;
};

// Kind `log`: hands the notice to a function that writes it down. Never fails.
class LogChannel final : public Channel {
public:
    using Sink = std::function<void(const Rendered&)>;
    LogChannel(std::string id, Sink sink) : id_(std::move(id)), sink_(std::move(sink)) {}

    [[nodiscard]] const std::string& id() const override { return id_; }
    void send(const Rendered& rendered, Done done) override {
        sink_(rendered);
        done({SendResult::ok, "logged", Duration{0}});
    }

private:
    std::string id_;
    Sink sink_;
};

}  // namespace aw::notify
