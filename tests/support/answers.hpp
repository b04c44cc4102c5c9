// What a shard answers, as the log brings it to the owner of its subject.
#pragma once

#include <deque>
#include <string>
#include <utility>

#include "core/model/event.hpp"
#include "core/model/output.hpp"

namespace aw::test {

// Owns what its event borrows.
class AnswerRecord {
public:
    explicit AnswerRecord(Partial partial) : partial_(std::move(partial)) {
        id_ = "partial-" + partial_.topic + partial_.subject + std::to_string(partial_.due_at.ms) + "-" +
              std::to_string(partial_.partition) + "-" + std::to_string(partial_.sequence);
        PartialEvent answer{partial_.topic,  partial_.subject,  partial_.due_at, partial_.partition,
                            partial_.counts, partial_.sequence, {}};
        for (const PartialItem& item : partial_.items)
            answer.items.push_back({item.kind, item.id, roots_.emplace_back(format_root(item.account_root))});
        event_.event_id = id_;
        event_.occurred_at = partial_.at;
        event_.source = "accountwatch";
        event_.payload = std::move(answer);
    }
    AnswerRecord(const AnswerRecord&) = delete;
    AnswerRecord& operator=(const AnswerRecord&) = delete;

    [[nodiscard]] const Event& event() const { return event_; }
    [[nodiscard]] Timestamp at() const { return partial_.at; }

private:
    Partial partial_;
    std::deque<std::string> roots_;
    std::string id_;
    Event event_;
};

}  // namespace aw::test
