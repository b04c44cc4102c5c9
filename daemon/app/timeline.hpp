// Timeline: the records of one account, from whatever topics they come, as one list in the order of time.
//
// One owner, one thread. Records that cannot be decoded are left out: they are somebody else's mistake, told elsewhere.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "codec/event_decoder.hpp"
#include "core/model/explanation.hpp"
#include "eventlog/record.hpp"

namespace aw::app {

class Timeline {
public:
    // `case_id`: only what concerns that case; empty = everything.
    Timeline(AccountRoot root, CaseId case_id);

    // Takes what concerns the account, and nothing else. Of a case and a task the last state counts.
    void take(eventlog::Topic topic, const eventlog::Record& record);

    [[nodiscard]] std::vector<TimelineEntry> entries() &&;

private:
    void take_event(std::string_view value);
    void add(TimelineEntry entry);
    void tell(const Case& view);
    void tell(const Task& task);

    AccountRoot root_;
    std::string digits_;  // of the root, as keys and ids have it
    CaseId case_id_;
    EventDecoder decoder_;
    std::vector<TimelineEntry> entries_;
    std::map<std::string, Case> cases_;
    std::map<std::string, Task> tasks_;
};

}  // namespace aw::app
