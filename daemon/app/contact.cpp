#include "app/contact.hpp"

#include <utility>

namespace aw::app {

void Contact::lost(const std::string& what) {
    if (!lost_at_) lost_at_ = pace_.now();
    telemetry_.report(telemetry::LogUnreachable{.detail = what});
}

bool Contact::polled(bool brought) {
    if (brought) return heard();
    if (there() && pace_.now() - heard_at_ < kSilence) return false;
    const auto answer = log_.check_reachable(kPatience);
    if (answer) return heard();
    if (there()) lost("nothing has come for a while: " + answer.error().message);
    return false;
}

bool Contact::heard() {
    heard_at_ = pace_.now();
    const auto lost_at = std::exchange(lost_at_, std::nullopt);
    if (!lost_at) return false;
    telemetry_.report(
        telemetry::LogReachable{.after_ms = std::chrono::duration_cast<Duration>(heard_at_ - *lost_at).count()});
    return true;
}

}  // namespace aw::app
