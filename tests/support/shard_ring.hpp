// Several shards as the partitions of one log: account events go to the owner of their root, broadcast ones to all, and
// what shards answer each other is read by the owner of its subject, as the log would deliver it.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "support/answers.hpp"
#include "support/shard_rig.hpp"
#include "support/shard_state.hpp"

namespace aw::test {

class ShardRing {
public:
    explicit ShardRing(int partitions, std::shared_ptr<const Rules> rules = sample_rules()) : rules_(std::move(rules)) {
        for (int i = 0; i < partitions; ++i) shards.emplace_back(rules_, ShardPlace{i, partitions});
    }
    virtual ~ShardRing() = default;

    std::deque<Shard> shards;
    Effects effects;
    std::deque<Partial> waiting;  // written, not yet read
    bool hold = false;            // leaves answers waiting
    std::string_view source = "test";
    Timestamp dated;  // set = when what is told next happened

    [[nodiscard]] std::size_t owner(std::string_view key) const {
        return static_cast<std::size_t>(partition_of(key, static_cast<int>(shards.size())));
    }

    void at(const char* local, std::string_view code, EventPayload payload) {
        const Timestamp when = shanghai(local);
        if (n_ == 0) start(when);
        advance(when);
        Event event;
        event.event_id = keep("e" + std::to_string(++n_));
        if (!code.empty()) event.code = *parse_customer_code(code);
        event.occurred_at = dated.is_set() ? std::exchange(dated, {}) : when;
        event.source = source;
        event.payload = std::move(payload);
        if (is_broadcast(event)) {
            for (std::size_t i = 0; i < shards.size(); ++i) apply(i, event, when);
        } else {
            apply(owner(format_root(root_of(event))), event, when);
        }
        deliver();
    }
    void command(const char* local, std::string_view case_id, std::string_view actor, CommandAction action,
                 std::string_view reason = {}) {
        at(local, {}, CommandEvent{case_id, actor, 0, reason, std::move(action)});
    }
    // Everything due up to then fires at its time, in all partitions.
    void advance(const char* local) { advance(shanghai(local)); }
    void advance(Timestamp until) {
        for (;;) {
            std::optional<Timestamp> next;
            for (Shard& shard : shards) {
                const auto due = shard.next_deadline();
                if (due && *due <= until && (!next || *due < *next)) next = due;
            }
            if (!next) break;
            for (std::size_t i = 0; i < shards.size(); ++i) {
                if (shards[i].next_deadline() == next) fire(i, *next);
            }
            take();
            deliver();
        }
    }
    void deliver() {
        while (!waiting.empty() && !hold) {
            const Partial partial = waiting.front();
            waiting.pop_front();
            read(partial);
        }
    }
    Applied read(const Partial& partial) {
        const AnswerRecord answer(partial);
        const std::size_t to = owner(partial.subject);
        return apply(to, answer.event(), std::max(partial.at, shards[to].clock()));
    }
    // As after a crash: every shard from its state.
    void restart() {
        std::deque<Shard> fresh;
        for (std::size_t i = 0; i < shards.size(); ++i) {
            Shard& shard = fresh.emplace_back(rules_, ShardPlace{static_cast<int>(i), static_cast<int>(shards.size())});
            for (const StateRecord& record : snapshot_of(shards[i])) {
                if (!shard.restore(record.key, record.value, reader_of({}))) ADD_FAILURE() << "refused: " << record.key;
            }
            shard.finish_restore();
            EXPECT_EQ(shard.state_hash(), shards[i].state_hash());
            EXPECT_EQ(shard.next_deadline(), shards[i].next_deadline());
        }
        shards = std::move(fresh);
    }

    template <class T>
    [[nodiscard]] std::vector<T> all() const {
        std::vector<T> found;
        for (const Effect& effect : effects) {
            if (const T* value = std::get_if<T>(&effect)) found.push_back(*value);
        }
        return found;
    }
    [[nodiscard]] std::vector<Notice> notices(NoticeReason reason) const {
        std::vector<Notice> found;
        for (const Notice& notice : all<Notice>()) {
            if (notice.reason == reason && !notice.account_root.is_set()) found.push_back(notice);
        }
        return found;
    }
    // Every state of the tasks of that kind.
    [[nodiscard]] std::vector<Task> tasks(TaskKind kind) const {
        std::vector<Task> found;
        for (const Task& task : all<Task>()) {
            if (task.kind == kind) found.push_back(task);
        }
        return found;
    }

protected:
    // The two doors of a shard.
    virtual Applied apply(std::size_t shard, const Event& event, Timestamp when) {
        const Applied applied = shards[shard].apply(event, {when, true}, effects);
        take();
        return applied;
    }
    virtual void fire(std::size_t shard, Timestamp until) { shards[shard].advance(until, effects); }

private:
    // Every partition has its activation before anything else.
    void start(Timestamp when) {
        Event tick;
        tick.event_id = "tick";
        tick.occurred_at = when;
        tick.source = "accountwatch";
        tick.payload = TickEvent{};
        for (std::size_t i = 0; i < shards.size(); ++i) apply(i, tick, when);
    }
    void take() {
        for (; taken_ < effects.size(); ++taken_) {
            if (const auto* partial = std::get_if<Partial>(&effects[taken_])) waiting.push_back(*partial);
        }
    }
    std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

    std::shared_ptr<const Rules> rules_;
    std::deque<std::string> texts_;
    std::size_t taken_ = 0;
    int n_ = 0;
};

}  // namespace aw::test
