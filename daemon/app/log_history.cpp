#include "app/log_history.hpp"

#include <deque>

#include "app/partition.hpp"
#include "app/timeline.hpp"
#include "base/hash.hpp"
#include "codec/output_decoder.hpp"
#include "settings/activation.hpp"

namespace aw::app {
namespace {

using eventlog::LogError;
using eventlog::LogResult;
using eventlog::Record;
using eventlog::Topic;

constexpr std::size_t kBatch = 10'000;
constexpr Duration kWait{200};
constexpr int kTries = 25;  // in a row without an answer: some seconds

// Keeps the last decisions about one account, and the rules as the log brings them.
class Witness final : public PartitionObserver {
public:
    explicit Witness(AccountRoot root) : root_(root) {}

    void on_effect(const Effect& effect) override {
        const auto* decision = std::get_if<Decision>(&effect);
        if (decision == nullptr || decision->account_root != root_) return;
        decisions.push_back(*decision);
        if (decisions.size() > LogHistory::kDecisions) decisions.pop_front();
    }

    std::deque<Decision> decisions;

private:
    AccountRoot root_;
};

}  // namespace

LogHistory::LogHistory(eventlog::Log& log, std::shared_ptr<const Rules> rules, GoOn go_on)
    : log_(log), rules_(std::move(rules)), go_on_(std::move(go_on)) {}

int LogHistory::partition_of_account(AccountRoot root) const {
    return partition_of(format_root(root), log_.partitions());
}

LogResult<void> LogHistory::read(Topic topic, std::optional<int> partition, const Visit& visit) {
    auto opened = partition ? log_.open_reader_of(topic, *partition) : log_.open_reader(topic);
    if (!opened) return fail(opened.error());
    int tries = 0;
    while (!(*opened)->caught_up()) {
        const auto records = (*opened)->poll(kBatch, kWait);
        if (!records) {
            if (!records.error().can_retry() || ++tries == kTries) return fail(records.error());
            continue;
        }
        tries = records->empty() ? tries + 1 : 0;
        for (const Record& record : *records) {
            if (partition && record.partition != *partition) continue;
            if (!visit(record)) return {};
        }
        records_ += records->size();
        if (go_on_ && !go_on_(records_)) return eventlog::log_failure(LogError::Kind::retriable, "given up");
        if (tries == kTries) return eventlog::log_failure(LogError::Kind::unreachable, "the log does not answer");
    }
    return {};
}

LogResult<std::optional<AccountExplanation>> LogHistory::explain(AccountRoot root, std::optional<Timestamp> at) {
    const int number = partition_of_account(root);
    Witness witness(root);
    Partition partition({.partition = number, .partitions = log_.partitions()}, rules_, settings::rules_from_document,
                        witness);
    std::vector<eventlog::OutRecord> outputs;
    const std::string key = format_root(root);
    std::optional<Timestamp> from;
    std::optional<Timestamp> first;  // of the account
    Timestamp last;
    bool ended = true;  // nothing comes after `at`
    bool cut = false;
    bool in_history = false;  // loaded history: a tick stands at every due time, also behind its last record
    auto done = read(Topic::events, number, [&](const Record& record) {
        const LogTime when = partition.log_time(record);
        if (!from) {
            from = when.at;
            cut = record.offset > 0;
        }
        if (!first && record.key == key) first = when.at;
        if (ended) in_history = when.backfilled;
        if (at && when.at > *at) {
            ended = false;
            return !first;  // of an account that is not known yet, when it will be is worth reading on
        }
        last = when.at;
        partition.apply(record, outputs);
        outputs.clear();
        return true;
    });
    if (!done) return fail(done.error());
    if (at && in_history && *at > partition.shard().clock()) partition.advance(*at, outputs);
    rules_then_ = std::make_shared<const Rules>(partition.shard().rules());
    auto answer = partition.shard().explain(root);
    first_record_ = !answer && at && first > at ? first : std::nullopt;
    if (!answer) return answer;
    if (at && ended && last < *at) answer->log_to = last;
    answer->log_from = *from;
    answer->log_cut = cut;
    answer->decisions.assign(witness.decisions.begin(), witness.decisions.end());
    return answer;
}

LogResult<std::vector<Decision>> LogHistory::decisions(AccountRoot root) {
    const std::string key = format_root(root);
    std::deque<std::string> last;
    auto done = read(Topic::decisions, partition_of_account(root), [&](const Record& record) {
        if (record.key != key) return true;
        last.emplace_back(record.value);
        if (last.size() > kDecisions) last.pop_front();
        return true;
    });
    if (!done) return fail(done.error());
    std::vector<Decision> decisions;
    for (const std::string& value : last) {
        if (auto decision = decode_decision(value)) decisions.push_back(*std::move(decision));
    }
    return decisions;
}

LogResult<std::vector<TimelineEntry>> LogHistory::timeline(AccountRoot root, const CaseId& case_id) {
    Timeline timeline(root, case_id);
    const int number = partition_of_account(root);
    for (const Topic topic : {Topic::events, Topic::signals, Topic::decisions, Topic::cases, Topic::tasks}) {
        auto done = read(topic, number, [&](const Record& record) {
            timeline.take(topic, record);
            return true;
        });
        if (!done) return fail(done.error());
    }
    // Keyed by recipient: what concerns the account may lie anywhere.
    auto done = read(Topic::notices, std::nullopt, [&](const Record& record) {
        timeline.take(Topic::notices, record);
        return true;
    });
    if (!done) return fail(done.error());
    return std::move(timeline).entries();
}

}  // namespace aw::app
