// The log read again, to answer for the past: what was known of an account at an instant, what was decided about it,
// what happened with it. The events go through the same partition code as live, so the answer is what the daemon said.
//
// One question reads the account's partition from its beginning: seconds for a million records. Nothing is written. Any
// thread, one question at a time for each object.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/model/explanation.hpp"
#include "core/policy/rules.hpp"
#include "eventlog/log.hpp"

namespace aw::app {

class LogHistory {
public:
    static constexpr std::size_t kDecisions = 20;  // the last ones that an explanation shows

    // After each batch, with the records read so far; false = give up.
    using GoOn = std::function<bool(std::uint64_t records)>;

    // `rules`: in force until the log brings an activation.
    LogHistory(eventlog::Log& log, std::shared_ptr<const Rules> rules, GoOn go_on = {});

    // The account as of `at` (log time; not set = the end of the log); nothing if it was unknown then. Words are not
    // filled in.
    [[nodiscard]] eventlog::LogResult<std::optional<AccountExplanation>> explain(AccountRoot root,
                                                                                 std::optional<Timestamp> at);
    // The last decisions about it, oldest first, from their topic.
    [[nodiscard]] eventlog::LogResult<std::vector<Decision>> decisions(AccountRoot root);
    // Everything that happened with it, in order of time, but for single shipments, invoices and pickups. `case_id`:
    // only what concerns that case.
    [[nodiscard]] eventlog::LogResult<std::vector<TimelineEntry>> timeline(AccountRoot root, const CaseId& case_id);

    // The rules that were in force for the last explain().
    [[nodiscard]] const std::shared_ptr<const Rules>& rules_then() const { return rules_then_; }
    // Where the last explain() found nothing: when the account's first record came, if that was later.
    [[nodiscard]] std::optional<Timestamp> first_record() const { return first_record_; }

private:
    // False from `visit` ends it early.
    using Visit = std::function<bool(const eventlog::Record&)>;
    [[nodiscard]] eventlog::LogResult<void> read(eventlog::Topic topic, std::optional<int> partition,
                                                 const Visit& visit);
    [[nodiscard]] int partition_of_account(AccountRoot root) const;

    eventlog::Log& log_;
    std::shared_ptr<const Rules> rules_;
    std::shared_ptr<const Rules> rules_then_;
    std::optional<Timestamp> first_record_;
    GoOn go_on_;
    std::uint64_t records_ = 0;
};

}  // namespace aw::app
