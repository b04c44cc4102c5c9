// What goes in and out of the log: bytes with a key, a partition and a time. Nobody here knows what the bytes mean.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cloud_event.hpp"
#include "base/time.hpp"
#include "eventlog/topic.hpp"

namespace aw::eventlog {

// Log time declared by the producer of history (design section 2): milliseconds since the epoch, or RFC 3339.
inline constexpr std::string_view kLogTimeHeader = "accountwatch-log-time";
// std::nullopt if it is neither.
[[nodiscard]] std::optional<Timestamp> parse_log_time(std::string_view text);

struct Header {
    std::string name;
    std::string value;
    bool operator==(const Header&) const = default;
};

struct HeaderView {
    std::string_view name;
    std::string_view value;
};

// A record read from the log. The views are valid until the next poll() of whoever delivered it.
struct Record {
    int partition = 0;
    std::int64_t offset = 0;
    Timestamp append_time;                   // given by the log; never goes back within a partition of `events`
    std::optional<Timestamp> declared_time;  // kLogTimeHeader, unjudged: whether it counts is the reader's decision
    std::string_view key;
    std::string_view value;
    bool tombstone = false;  // no value at all, as opposed to an empty one
    std::span<const HeaderView> headers;
    std::string_view topic;  // of a source topic (source.hpp); empty: one of the log's own
};

// As OutRecord::partition: one copy in each partition of the topic.
inline constexpr int kEveryPartition = -1;

struct OutRecord {
    Topic topic = Topic::events;
    std::string key;
    std::string value;
    std::optional<int> partition = std::nullopt;  // none: murmur2 of the key (base/hash.hpp)
    bool tombstone = false;                       // a compacted topic forgets the key; value is not looked at
    std::vector<Header> headers = {};
    // For readers other than this program. An adapter whose records nobody else reads does not keep it.
    std::optional<CloudEvent> about = std::nullopt;
};

// The headers under which others see the record: those of `about` in binary mode (content-type, ce_*), then its own.
// use(name, value) of texts that are valid during the call. `about` may be null.
template <class F>
void each_header(const CloudEvent* about, std::span<const Header> own, F&& use) {
    if (about != nullptr) {
        use(std::string_view("content-type"), about->content_type);
        use(std::string_view("ce_specversion"), std::string_view("1.0"));
        use(std::string_view("ce_id"), std::string_view(about->id));
        use(std::string_view("ce_type"), about->type);
        use(std::string_view("ce_source"), about->source);
        use(std::string_view("ce_time"), std::string_view(format_utc(about->time)));
    }
    for (const Header& header : own) use(std::string_view(header.name), std::string_view(header.value));
}

// Adds the headers of a trace (base/trace_context.hpp) if they are well-formed; true if they are.
bool pass_trace(OutRecord& record, std::string_view traceparent, std::string_view tracestate);
// ... of another record.
void pass_trace(OutRecord& record, std::span<const HeaderView> from);

// Sets kLogTimeHeader.
void declare_log_time(OutRecord& record, Timestamp when);

struct StateChange {
    int partition = 0;
    std::string key;
    std::optional<std::string> value;  // none: delete
};

// What becomes real at once, or not at all.
struct Commit {
    std::vector<OutRecord> outputs;
    std::vector<StateChange> state;
    std::vector<std::pair<int, std::int64_t>> positions;  // partition -> offset of the next record to read

    [[nodiscard]] bool empty() const { return outputs.empty() && state.empty() && positions.empty(); }
    void clear();
};

}  // namespace aw::eventlog
