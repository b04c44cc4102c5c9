#include "chaos/outputs.hpp"

#include "base/hash.hpp"
#include "support/log_work.hpp"

namespace aw::test {

using eventlog::OutRecord;
using eventlog::Record;

// Everything of one account comes from one shard, and of one source from one partition.
bool is_ordered(std::string_view what) {
    return what == "signals" || what == "cases" || what == "tasks" || what == "decisions" || what == kTakenIn;
}

std::string whole(const OutRecord& record, int partitions) {
    std::string text = record.value;
    eventlog::each_header(record.about ? &*record.about : nullptr, record.headers,
                          [&](std::string_view name, std::string_view value) {
                              text.append("\n").append(name).append("=").append(value);
                          });
    const int partition = record.partition.value_or(partition_of(record.key, partitions));
    return text.append("\nin partition ").append(std::to_string(partition));
}

std::string whole(const Record& record) {
    std::string text(record.value);
    for (const auto& header : record.headers) text.append("\n").append(header.name).append("=").append(header.value);
    // Which the reader takes out of the headers.
    if (record.declared_time)
        text.append("\n").append(eventlog::kLogTimeHeader).append("=").append(std::to_string(record.declared_time->ms));
    return text.append("\nin partition ").append(std::to_string(record.partition));
}

std::string printable(std::string text) {
    std::erase_if(text, [](unsigned char c) { return c < ' ' || c > '~'; });
    return text;
}

void read_topic(eventlog::Log& log, eventlog::Topic topic, const std::function<void(const Record&)>& visit) {
    const auto reader = must(log.open_reader(topic));
    while (!reader->caught_up()) {
        const auto records = reader->poll(10'000, Duration{200});
        if (!records && records.error().can_retry()) continue;
        for (const Record& record : must(records)) visit(record);
    }
}

}  // namespace aw::test
